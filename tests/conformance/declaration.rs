//! Declarations are sane: the editor, the command line and the documentation are made from them.

use std::collections::HashSet;

use seefit::base::Hasher128;
use seefit::model::{ALGORITHMS, ParameterKind, Params, Value};

use super::subject::{NotForIt, Passes, Subject, Verdict};

fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && text.trim() == text && !text.contains("  ") && !text.contains('\n')
}

pub fn its_id_finds_it(s: &Subject) -> Verdict {
    let id = s.algorithm.id;
    let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    assert!(!id.is_empty() && id.chars().all(snake));
    assert_eq!(seefit::model::algorithm(id), Some(s.algorithm));
    let same = |a: &&&seefit::model::Algorithm| {
        a.id == id || (a.task, a.name) == (s.task(), s.algorithm.name)
    };
    assert_eq!(ALGORITHMS.iter().filter(same).count(), 1);
    Passes
}

pub fn its_texts_are_sentences(s: &Subject) -> Verdict {
    let algorithm = s.algorithm;
    assert!(is_sentence(algorithm.summary), "{}", algorithm.summary);
    assert!(
        is_sentence(algorithm.engines.reason),
        "{}",
        algorithm.engines.reason
    );
    // k-means and k nearest neighbours keep their small k.
    let small_k = algorithm.name.starts_with("k-") || algorithm.name.starts_with("k ");
    let capital = algorithm.name.starts_with(|c: char| !c.is_lowercase());
    assert!(capital || small_k, "{}", algorithm.name);
    Passes
}

pub fn its_parameters_have_names_and_help(s: &Subject) -> Verdict {
    let parameters = s.algorithm.parameters;
    let names: HashSet<&str> = parameters.iter().map(|p| p.name).collect();
    assert_eq!(names.len(), parameters.len());
    assert!(
        !names.contains("engine"),
        "engine is set by every algorithm"
    );
    for parameter in parameters {
        assert!(
            is_sentence(parameter.help),
            "{}: {}",
            parameter.name,
            parameter.help
        );
        assert!(!parameter.label.is_empty(), "{}", parameter.name);
    }
    let some_common = parameters.iter().any(|p| p.common);
    assert!(
        some_common || parameters.is_empty(),
        "no parameter is common"
    );
    Passes
}

pub fn its_ranges_hold_values(s: &Subject) -> Verdict {
    for parameter in s.algorithm.parameters {
        let name = parameter.name;
        match parameter.kind {
            ParameterKind::Integer { min, max, log, .. } => {
                assert!(min < max && (!log || min >= 0), "{name}");
            }
            ParameterKind::Real { min, max, log } => {
                assert!(min < max && min.is_finite() && max.is_finite(), "{name}");
                assert!(!log || min >= 0.0, "{name}");
            }
            ParameterKind::Choice(options) => {
                let values: HashSet<&str> = options.iter().map(|(value, _)| *value).collect();
                assert!(options.len() > 1 && values.len() == options.len(), "{name}");
            }
            ParameterKind::Switch => {}
            ParameterKind::Integers { min, max, longest } => {
                assert!(min < max && longest > 0, "{name}");
            }
        }
    }
    some_parameter(s)
}

fn some_parameter(s: &Subject) -> Verdict {
    if s.algorithm.parameters.is_empty() {
        NotForIt
    } else {
        Passes
    }
}

pub fn its_defaults_are_legal(s: &Subject) -> Verdict {
    for parameter in s.algorithm.parameters {
        let (name, default) = (parameter.name, parameter.default_value());
        assert!(
            parameter.allows(&default),
            "{name}: its default {default} is not allowed"
        );
        assert_eq!(
            parameter.parse(&default.to_string()),
            Some(default),
            "{name}"
        );
    }
    some_parameter(s)
}

pub fn its_conditions_can_come_true(s: &Subject) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        let name = parameter.name;
        let Some((other, values)) = parameter.visible_if else {
            continue;
        };
        let other = s.algorithm.parameter(other);
        let other = other.unwrap_or_else(|| panic!("{name}: no such condition"));
        assert!(other.name != name && !values.is_empty(), "{name}");
        let known = values.iter().all(|value| other.parse(value).is_some());
        assert!(known, "{name}: {} never has one of {values:?}", other.name);
        verdict = Passes;
    }
    verdict
}

pub fn its_engines_can_be_asked_for(s: &Subject) -> Verdict {
    let available = s.algorithm.engines.available;
    let engines: HashSet<_> = available.iter().collect();
    assert!(!engines.is_empty() && engines.len() == available.len());
    for engine in available {
        let mut params = Params::defaults(s.algorithm);
        params
            .set_text("engine", engine.id())
            .expect("an engine of its own");
        assert_eq!(params.engine(), *engine);
        params.set_text("engine", "auto").expect("auto");
        assert_eq!(params, Params::defaults(s.algorithm));
    }
    for parameter in s.algorithm.parameters {
        let own = parameter.engine.is_none_or(|e| available.contains(&e));
        assert!(
            own,
            "{}: of an engine that the algorithm does not have",
            parameter.name
        );
    }
    Passes
}

pub fn its_tags_hold_together(s: &Subject) -> Verdict {
    let tags = &s.algorithm.tags;
    assert!((1..=10_000).contains(&tags.coarse_rows));
    assert!(tags.row_limit >= tags.coarse_rows);
    let sweeps_without_curve = s.algorithm.sweep.is_some() && s.algorithm.curve.is_none();
    assert!(!sweeps_without_curve, "a sweep needs a curve");
    Passes
}

pub fn its_curve_runs_over_allowed_numbers(s: &Subject) -> Verdict {
    let Some(curve) = &s.algorithm.curve else {
        return NotForIt;
    };
    let parameter = s
        .algorithm
        .parameter(curve.parameter)
        .expect("a parameter of its own");
    for rows in [1, 2, 10, 1_000, 1_000_000] {
        let values = (curve.values)(rows);
        assert!(!values.is_empty() && values.len() <= 200, "{rows} rows");
        assert!(values.is_sorted_by(|a, b| a < b), "{values:?}");
        for value in values {
            let allowed = parameter
                .value_of(value)
                .unwrap_or_else(|| panic!("{value}"));
            assert!(
                s.params.clone().set(parameter.name, allowed).is_ok(),
                "{value}"
            );
        }
    }
    Passes
}

/// Two settings that differ in anything never share a result.
pub fn every_parameter_is_in_the_key(s: &Subject) -> Verdict {
    let key = |params: &Params| {
        let mut hasher = Hasher128::new();
        params.hash(&mut hasher);
        hasher.finish()
    };
    let mut keys = vec![key(&s.params)];
    for parameter in s.algorithm.parameters {
        let value = match parameter.kind {
            ParameterKind::Integer { min, .. } => Value::Integer(min),
            ParameterKind::Real { min, .. } => Value::Real(min),
            ParameterKind::Choice(options) => Value::Choice(options[0].0),
            ParameterKind::Switch => Value::Switch(false),
            ParameterKind::Integers { min, .. } => Value::Integers(vec![min]),
        };
        let others = [value, other_end(parameter.kind)];
        let other = others
            .into_iter()
            .find(|value| *value != parameter.default_value());
        let mut params = s.params.clone();
        params
            .set(parameter.name, other.expect("two values"))
            .expect("an allowed value");
        keys.push(key(&params));
    }
    let distinct: HashSet<_> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    some_parameter(s)
}

fn other_end(kind: ParameterKind) -> Value {
    match kind {
        ParameterKind::Integer { max, .. } => Value::Integer(max),
        ParameterKind::Real { max, .. } => Value::Real(max),
        ParameterKind::Choice(options) => Value::Choice(options[options.len() - 1].0),
        ParameterKind::Switch => Value::Switch(true),
        ParameterKind::Integers { max, .. } => Value::Integers(vec![max]),
    }
}

/// A handful of each task, each once, in the order of the gallery, and no baseline.
#[test]
fn the_quick_ones_are_a_handful() {
    use seefit::model::{QUICK, Task};
    let place = |id: &str| {
        ALGORITHMS
            .iter()
            .position(|a| a.id == id)
            .expect("it is in the gallery")
    };
    assert!(QUICK.is_sorted_by(|a, b| place(a.id) < place(b.id)));
    assert!(QUICK.iter().all(|a| !a.is_dummy()));
    for task in [Task::Classification, Task::Regression, Task::Clustering] {
        let count = QUICK.iter().filter(|a| a.task == task).count();
        assert!((4..=6).contains(&count), "{count} of {}", task.name());
    }
}
