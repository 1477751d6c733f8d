//! Declarations are sane: the editor, the command line and the documentation are made from them.

use std::collections::HashSet;

use seefit::model::{ALGORITHMS, Algorithm, ParameterKind, Params};

fn is_snake_case(id: &str) -> bool {
    !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && text.trim() == text && !text.contains("  ") && !text.contains('\n')
}

fn each(check: impl Fn(&'static Algorithm)) {
    assert!(!ALGORITHMS.is_empty());
    for algorithm in ALGORITHMS {
        check(algorithm);
    }
}

#[test]
fn ids_and_names_are_unique_within_a_task() {
    let ids: HashSet<&str> = ALGORITHMS.iter().map(|a| a.id).collect();
    assert_eq!(ids.len(), ALGORITHMS.len());
    let names: HashSet<_> = ALGORITHMS.iter().map(|a| (a.task, a.name)).collect();
    assert_eq!(names.len(), ALGORITHMS.len());
    each(|algorithm| {
        assert!(is_snake_case(algorithm.id), "{}", algorithm.id);
        assert_eq!(seefit::model::algorithm(algorithm.id), Some(algorithm));
    });
}

#[test]
fn texts_are_sentences() {
    each(|algorithm| {
        let id = algorithm.id;
        assert!(
            is_sentence(algorithm.summary),
            "{id}: {}",
            algorithm.summary
        );
        assert!(
            is_sentence(algorithm.engines.reason),
            "{id}: {}",
            algorithm.engines.reason
        );
        // k-means and k nearest neighbours keep their small k.
        let small_k = algorithm.name.starts_with("k-") || algorithm.name.starts_with("k ");
        let capital = algorithm.name.starts_with(|c: char| !c.is_lowercase());
        assert!(capital || small_k, "{id}: {}", algorithm.name);
        for parameter in algorithm.parameters {
            assert!(
                is_sentence(parameter.help),
                "{id} {}: {}",
                parameter.name,
                parameter.help
            );
            assert!(!parameter.label.is_empty(), "{id} {}", parameter.name);
        }
    });
}

#[test]
fn engines_and_tags_hold_together() {
    each(|algorithm| {
        let id = algorithm.id;
        let engines: HashSet<_> = algorithm.engines.available.iter().collect();
        assert!(
            !engines.is_empty() && engines.len() == algorithm.engines.available.len(),
            "{id}"
        );
        assert!((1..=10_000).contains(&algorithm.tags.coarse_rows), "{id}");
        assert!(
            algorithm.tags.row_limit >= algorithm.tags.coarse_rows,
            "{id}"
        );
        assert!(
            algorithm.sweep.is_none() || algorithm.curve.is_some(),
            "{id}: a sweep needs a curve"
        );
    });
}

#[test]
fn parameters_hold_together() {
    each(|algorithm| {
        let id = algorithm.id;
        let names: HashSet<&str> = algorithm.parameters.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), algorithm.parameters.len(), "{id}");
        assert!(
            !names.contains("engine"),
            "{id}: engine is set by every algorithm"
        );
        let some_common = algorithm.parameters.iter().any(|p| p.common);
        assert!(
            some_common || algorithm.parameters.is_empty(),
            "{id}: no parameter is common"
        );
        for parameter in algorithm.parameters {
            let name = parameter.name;
            let default = parameter.default_value();
            assert!(
                parameter.allows(&default),
                "{id} {name}: its default {default} is not allowed"
            );
            assert_eq!(
                parameter.parse(&default.to_string()),
                Some(default),
                "{id} {name}"
            );
            let own = parameter
                .engine
                .is_none_or(|e| algorithm.engines.available.contains(&e));
            assert!(
                own,
                "{id} {name}: an engine that the algorithm does not have"
            );
            match parameter.kind {
                ParameterKind::Integer { min, max, log, .. } => {
                    assert!(min < max && (!log || min >= 0), "{id} {name}");
                }
                ParameterKind::Real { min, max, log } => {
                    assert!(
                        min < max && min.is_finite() && max.is_finite(),
                        "{id} {name}"
                    );
                    assert!(!log || min >= 0.0, "{id} {name}");
                }
                ParameterKind::Choice(options) => {
                    let values: HashSet<&str> = options.iter().map(|(value, _)| *value).collect();
                    assert!(
                        options.len() > 1 && values.len() == options.len(),
                        "{id} {name}"
                    );
                }
                ParameterKind::Switch => {}
                ParameterKind::Integers { min, max, longest } => {
                    assert!(min < max && longest > 0, "{id} {name}");
                }
            }
            if let Some((other, values)) = parameter.visible_if {
                let other = algorithm
                    .parameter(other)
                    .unwrap_or_else(|| panic!("{id} {name}: {other}"));
                assert!(other.name != name && !values.is_empty(), "{id} {name}");
                let known = values.iter().all(|value| other.parse(value).is_some());
                assert!(
                    known,
                    "{id} {name}: {} never has one of {values:?}",
                    other.name
                );
            }
        }
    });
}

#[test]
fn curves_run_over_allowed_numbers() {
    each(|algorithm| {
        let Some(curve) = &algorithm.curve else {
            return;
        };
        let id = algorithm.id;
        let parameter = algorithm
            .parameter(curve.parameter)
            .unwrap_or_else(|| panic!("{id}"));
        for rows in [1, 2, 10, 1_000, 1_000_000] {
            let values = (curve.values)(rows);
            assert!(
                !values.is_empty() && values.len() <= 200,
                "{id}: {rows} rows"
            );
            assert!(values.is_sorted_by(|a, b| a < b), "{id}: {values:?}");
            for value in values {
                let mut params = Params::defaults(algorithm);
                let allowed = parameter.value_of(value);
                let allowed = allowed.unwrap_or_else(|| panic!("{id}: {value}"));
                assert!(params.set(parameter.name, allowed).is_ok(), "{id}: {value}");
            }
        }
    });
}
