//! Every setting that is allowed runs, or is refused with a sentence.

use seefit::base::Halt;
use seefit::model::{Engine, ParameterKind, Params, Value};

use super::samples::{context, fit, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};

/// A few steps with one parameter moved.
fn runs_or_is_refused(s: &Subject, name: &str, value: &Value) -> bool {
    let mut params: Params = s.params.clone();
    let shown = format!("{name} = {value}");
    params
        .set(name, value.clone())
        .unwrap_or_else(|problem| panic!("{shown}: {problem}"));
    match fit(&s.samples, &params, &context(1), 3) {
        Ok(fit) => {
            let predicted = predictions(&*fit.model(), &s.samples.x);
            assert!(predicted.iter().all(|v| v.is_finite()), "{shown}");
            true
        }
        Err(Halt::Failed(problem)) => {
            assert!(problem.to_string().ends_with('.'), "{shown}");
            false
        }
        Err(Halt::Cancelled) => panic!("{shown}: nobody cancelled it"),
    }
}

fn all(s: &Subject, values: impl Fn(ParameterKind) -> Vec<Value>) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        for value in values(parameter.kind) {
            runs_or_is_refused(s, parameter.name, &value);
            verdict = Passes;
        }
    }
    verdict
}

pub fn the_least_values_run_or_are_refused(s: &Subject) -> Verdict {
    all(s, |kind| match kind {
        ParameterKind::Integer { min, .. } => vec![Value::Integer(min)],
        ParameterKind::Real { min, .. } => vec![Value::Real(min)],
        ParameterKind::Integers { min, longest, .. } => vec![Value::Integers(vec![min; longest])],
        _ => Vec::new(),
    })
}

pub fn the_greatest_values_run_or_are_refused(s: &Subject) -> Verdict {
    all(s, |kind| match kind {
        ParameterKind::Integer { max, none, .. } => {
            let none = none.then_some(Value::None);
            [Some(Value::Integer(max)), none]
                .into_iter()
                .flatten()
                .collect()
        }
        ParameterKind::Real { max, .. } => vec![Value::Real(max)],
        ParameterKind::Integers { max, .. } => vec![Value::Integers(vec![max.min(300)])],
        _ => Vec::new(),
    })
}

/// Both engines have every choice and switch, or say that they do not.
pub fn every_choice_runs_or_is_refused(s: &Subject) -> Verdict {
    all(s, |kind| match kind {
        ParameterKind::Choice(options) => options.iter().map(|(v, _)| Value::Choice(v)).collect(),
        ParameterKind::Switch => vec![Value::Switch(false), Value::Switch(true)],
        _ => Vec::new(),
    })
}

/// What only the other engine has is refused by its name, not ignored.
pub fn what_another_engine_has_is_refused(s: &Subject) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        if parameter.engine.is_none_or(|only| only == s.engine) {
            continue;
        }
        let ends = match parameter.kind {
            ParameterKind::Integer { min, max, .. } => {
                vec![Value::Integer(min), Value::Integer(max)]
            }
            ParameterKind::Real { min, max, .. } => vec![Value::Real(min), Value::Real(max)],
            ParameterKind::Choice(options) => {
                options.iter().map(|(v, _)| Value::Choice(v)).collect()
            }
            ParameterKind::Switch => vec![Value::Switch(false), Value::Switch(true)],
            ParameterKind::Integers { min, .. } => vec![Value::Integers(vec![min])],
        };
        let moved = ends
            .into_iter()
            .find(|value| *value != parameter.default_value());
        let mut params = s.params.clone();
        params
            .set(parameter.name, moved.expect("two values"))
            .expect("an allowed value");
        let facts = super::samples::facts(&s.samples);
        let problem = (s.algorithm.check)(&facts, &params).expect_err(parameter.name);
        assert!(problem.to_string().contains(parameter.name), "{problem}");
        verdict = Passes;
    }
    verdict
}

/// Moving what one engine alone has takes `auto` there.
pub fn auto_follows_what_only_one_engine_has(s: &Subject) -> Verdict {
    if s.engine == s.algorithm.engines.available[0] {
        let defaults = Params::defaults(s.algorithm);
        assert_eq!(defaults.engine(), s.engine);
        assert_eq!(defaults.asked_engine(), None);
        return Passes;
    }
    let own = s
        .algorithm
        .parameters
        .iter()
        .find(|p| p.engine == Some(Engine::Smartcore));
    let Some(own) = own.filter(|_| s.engine == Engine::Smartcore) else {
        return NotForIt;
    };
    let mut params = Params::defaults(s.algorithm);
    if let ParameterKind::Integer { min, .. } = own.kind {
        params
            .set(own.name, Value::Integer(min))
            .expect("the least value");
        assert_eq!(params.engine(), s.engine);
        return Passes;
    }
    NotForIt
}
