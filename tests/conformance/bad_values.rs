//! Every bad value that a declaration implies is refused in one sentence that names the parameter.

use seefit::base::Problem;
use seefit::model::{Parameter, ParameterKind, Value};

use super::subject::{NotForIt, Passes, Subject, Verdict};

/// Values that the kind or the range forbids.
fn bad_values(parameter: &Parameter) -> Vec<Value> {
    let mut bad = Vec::new();
    match parameter.kind {
        ParameterKind::Integer { min, max, none, .. } => {
            bad.extend(
                [min.checked_sub(1), max.checked_add(1)]
                    .into_iter()
                    .flatten()
                    .map(Value::Integer),
            );
            bad.extend([
                Value::Real(min as f64),
                Value::Switch(true),
                Value::Choice("many"),
            ]);
            if !none {
                bad.push(Value::None);
            }
        }
        ParameterKind::Real { min, max, .. } => {
            let beyond = [min.next_down(), min - 1.0, max.next_up(), max + 1.0];
            bad.extend(
                beyond
                    .into_iter()
                    .filter(|v| *v < min || *v > max)
                    .map(Value::Real),
            );
            bad.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Value::Real));
            bad.extend([Value::None, Value::Choice("large")]);
        }
        ParameterKind::Choice(_) => {
            bad.extend([
                Value::Choice("no such choice"),
                Value::Choice(""),
                Value::Integer(0),
                Value::None,
            ]);
        }
        ParameterKind::Switch => {
            bad.extend([Value::Integer(1), Value::Choice("true"), Value::None])
        }
        ParameterKind::Integers { min, max, longest } => {
            bad.push(Value::Integers(vec![]));
            bad.push(Value::Integers(vec![min; longest + 1]));
            let beyond = [min.checked_sub(1), max.checked_add(1)]
                .into_iter()
                .flatten();
            bad.extend(beyond.map(|v| Value::Integers(vec![v])));
            bad.extend([Value::Integer(min), Value::None]);
        }
    }
    bad
}

fn bad_texts(parameter: &Parameter) -> Vec<String> {
    let mut texts: Vec<String> = bad_values(parameter)
        .into_iter()
        .filter(|value| match (parameter.kind, value) {
            // Spelt without its type, the value may well be allowed; `none` may be a choice.
            (ParameterKind::Choice(options), Value::None) => {
                options.iter().all(|(v, _)| *v != "none")
            }
            (ParameterKind::Integer { .. }, Value::Real(_)) => false,
            (ParameterKind::Switch, _) | (ParameterKind::Integers { .. }, Value::Integer(_)) => {
                false
            }
            _ => true,
        })
        .map(|value| value.to_string())
        .collect();
    texts.extend(["", " ", "nan", "1e999", "--", "\u{202e}", "1;2;x"].map(str::to_owned));
    if matches!(parameter.kind, ParameterKind::Integer { .. }) {
        texts.extend(["1.5", "99999999999999999999", "0x10"].map(str::to_owned));
    }
    texts
}

fn names(problem: &Problem, algorithm: &str, parameter: &str) -> bool {
    let sentence = problem.to_string();
    sentence.contains(parameter)
        && sentence.contains(algorithm)
        && sentence.ends_with('.')
        && !problem.fix.is_empty()
}

pub fn bad_values_are_refused_by_name(s: &Subject) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        let (id, name) = (s.algorithm.id, parameter.name);
        let mut params = s.params.clone();
        for value in bad_values(parameter) {
            let shown = format!("{name} = {value:?}");
            let problem = params.set(name, value).expect_err(&shown);
            assert!(names(&problem, id, name), "{shown}: {problem}");
            verdict = Passes;
        }
        assert_eq!(params, s.params, "{name}");
    }
    verdict
}

pub fn bad_texts_are_refused_by_name(s: &Subject) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        let (id, name) = (s.algorithm.id, parameter.name);
        let mut params = s.params.clone();
        for text in bad_texts(parameter) {
            let shown = format!("{name} = “{text}”");
            let problem = params.set_text(name, &text).expect_err(&shown);
            assert!(names(&problem, id, name), "{shown}: {problem}");
            verdict = Passes;
        }
        assert_eq!(params, s.params, "{name}");
    }
    verdict
}

pub fn unknown_parameters_are_refused(s: &Subject) -> Verdict {
    for name in ["no_such_parameter", "", "N_NEIGHBORS "] {
        let mut params = s.params.clone();
        let problem = params.set_text(name, "1").expect_err(name);
        assert!(names(&problem, s.algorithm.id, name), "{problem}");
        assert_eq!(params, s.params);
    }
    Passes
}

pub fn unknown_engines_are_refused(s: &Subject) -> Verdict {
    let mut params = s.params.clone();
    let problem = params.set_text("engine", "steam").expect_err("steam");
    assert!(names(&problem, s.algorithm.id, "engine"), "{problem}");
    assert_eq!(params, s.params);
    Passes
}
