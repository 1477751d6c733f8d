//! Every algorithm, on each of its engines, on ordinary data.

use seefit::base::{Cancel, Halt};
use seefit::model::{ALGORITHMS, Algorithm, ParameterKind, Params, Running, Task, Value};
use seefit::numeric::Matrix;

use super::samples::{
    apart, context, each_engine, facts, fit, model, ordinary, predict, predictions, score, title,
};

#[test]
fn predictions_are_finite_and_probabilities_add_up() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let model = model(&samples, &params);
        let title = title(&params);
        let outputs = model.outputs();
        match algorithm.task {
            Task::Classification => assert_eq!(outputs, 3, "{title}"),
            Task::Regression => assert_eq!(outputs, 1, "{title}"),
            Task::Clustering => assert!(outputs >= 1, "{title}"),
        }
        let predicted = predictions(&*model, &samples.x);
        assert!(predicted.iter().all(|v| v.is_finite()), "{title}");
        assert!(model.bytes() > 0, "{title}");
        if algorithm.task == Task::Regression {
            continue;
        }
        let hard = !model.has_probabilities();
        for row in predicted.chunks(outputs) {
            assert!(
                row.iter().all(|p| (0.0..=1.0).contains(p)),
                "{title}: {row:?}"
            );
            let sum: f64 = row.iter().sum();
            // A clustering may leave a row out of all clusters.
            let noise = algorithm.task == Task::Clustering && sum == 0.0;
            assert!((sum - 1.0).abs() < 1e-9 || noise, "{title}: {row:?}");
            if hard {
                assert!(
                    row.iter().all(|p| *p == 0.0 || *p == 1.0),
                    "{title}: {row:?}"
                );
            }
        }
    }
}

/// Low bars: they tell a model that has learned from one that has not.
#[test]
fn something_is_learned() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let predicted = predictions(&*model(&samples, &params), &samples.x);
        let Some(score) = score(&samples, &predicted) else {
            continue;
        };
        let title = title(&params);
        match algorithm.task {
            _ if algorithm.is_dummy() => assert!(score < 0.4, "{title}: {score}"),
            // Unscaled, it sees the yes/no alone: all else is above its threshold.
            _ if algorithm.id == "bernoulli_nb" => assert!(score > 0.5, "{title}: {score}"),
            Task::Classification => assert!(score > 0.6, "{title}: {score}"),
            _ => assert!(score > 0.5, "{title}: {score}"),
        }
    }
}

#[test]
fn a_seed_tells_all_whatever_the_number_of_threads() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let run = |threads| {
            let fit = fit(&samples, &params, &context(threads), usize::MAX).expect(algorithm.id);
            predictions(&*fit.model(), &samples.x)
        };
        let first = run(1);
        assert!(first == run(1), "{}", title(&params));
        assert!(first == run(3), "{} with three threads", title(&params));
    }
}

#[test]
fn predictions_do_not_depend_on_how_rows_are_put_together() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let model = model(&samples, &params);
        let whole = predictions(&*model, &samples.x);
        let (rows, columns, outputs) = (samples.x.rows(), samples.x.columns(), model.outputs());
        for size in [1, 7] {
            let mut parts = Vec::new();
            for begin in (0..rows).step_by(size) {
                let end = (begin + size).min(rows);
                let part = samples.x.values()[begin * columns..end * columns].to_vec();
                parts.extend(predictions(
                    &*model,
                    &Matrix::new(end - begin, columns, part),
                ));
            }
            assert_eq!(parts.len(), rows * outputs);
            // Sums may be taken in another order; the last digits alone may differ.
            let apart = apart(&parts, &whole);
            assert!(
                apart < 1e-12,
                "{} in parts of {size}: {apart}",
                title(&params)
            );
        }
        let none = Matrix::new(0, columns, Vec::new());
        assert_eq!(
            predict(&*model, &none),
            Ok(Vec::new()),
            "{}",
            title(&params)
        );
    }
}

/// Held-out predictions that follow a fit step by step are those of its model.
#[test]
fn running_predictions_are_those_of_the_model() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let mut fit = (algorithm.start)(samples.clone(), &params, &context(1)).expect(algorithm.id);
        let cancel = Cancel::new();
        let mut running = Running::default();
        for step in 1..=25 {
            if fit.is_finished() {
                break;
            }
            fit.step(&cancel).expect(algorithm.id);
            if step % 3 == 1 || fit.is_finished() {
                fit.refresh(&samples.x, &mut running, &cancel)
                    .expect(algorithm.id);
                let model = predictions(&*fit.model(), &samples.x);
                assert!(apart(&running.values, &model) < 1e-9, "{}", title(&params));
            }
        }
    }
}

#[test]
fn steps_are_counted_and_end() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let title = title(&params);
        let mut fit = (algorithm.start)(samples.clone(), &params, &context(1)).expect(algorithm.id);
        assert_eq!(fit.taken(), 0, "{title}");
        assert!(fit.planned() >= 1 && !fit.is_finished(), "{title}");
        assert!(
            fit.planned() == 1 || algorithm.tags.steps.is_some(),
            "{title} has no word for its steps"
        );
        let mut before = 0;
        while !fit.is_finished() {
            fit.step(&Cancel::new()).expect(algorithm.id);
            let (taken, planned) = (fit.taken(), fit.planned());
            assert!(
                taken == before + 1 || fit.is_finished(),
                "{title}: {before} to {taken}"
            );
            assert!(taken <= planned, "{title}: {taken} of {planned}");
            before = taken;
        }
        let taken = fit.taken();
        fit.step(&Cancel::new()).expect(algorithm.id);
        assert_eq!(fit.taken(), taken, "{title}: a step after the end");
        for note in fit.notes() {
            assert!(note.ends_with('.'), "{title}: {note}");
        }
    }
}

#[test]
fn a_cancelled_fit_goes_on_where_it_was() {
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let title = title(&params);
        let whole = predictions(&*model(&samples, &params), &samples.x);
        let stopped = Cancel::new();
        stopped.cancel();
        let mut fit = (algorithm.start)(samples.clone(), &params, &context(1)).expect(algorithm.id);
        let mut steps = 0;
        while !fit.is_finished() {
            if steps < 3 {
                assert_eq!(
                    fit.step(&stopped),
                    Err(Halt::Cancelled),
                    "{title} at step {steps}"
                );
            }
            fit.step(&Cancel::new()).expect(algorithm.id);
            steps += 1;
        }
        assert!(predictions(&*fit.model(), &samples.x) == whole, "{title}");
    }
}

/// The ends of every range and every choice: the check refuses them with a sentence, or they run.
#[test]
fn the_ends_of_ranges_run_or_are_refused() {
    for (algorithm, defaults) in each_engine() {
        let samples = ordinary(algorithm.task);
        for parameter in algorithm.parameters {
            let values: Vec<Value> = match parameter.kind {
                ParameterKind::Integer { min, max, none, .. } => {
                    let mut ends = vec![Value::Integer(min), Value::Integer(max)];
                    ends.extend(none.then_some(Value::None));
                    ends
                }
                ParameterKind::Real { min, max, .. } => vec![Value::Real(min), Value::Real(max)],
                ParameterKind::Choice(options) => {
                    options.iter().map(|(v, _)| Value::Choice(v)).collect()
                }
                ParameterKind::Switch => vec![Value::Switch(false), Value::Switch(true)],
                ParameterKind::Integers { min, max, longest } => {
                    vec![
                        Value::Integers(vec![min; longest]),
                        Value::Integers(vec![max.min(300)]),
                    ]
                }
            };
            for value in values {
                let mut params: Params = defaults.clone();
                params
                    .set(parameter.name, value.clone())
                    .expect(algorithm.id);
                let shown = format!("{} with {} = {value}", title(&params), parameter.name);
                match fit(&samples, &params, &context(1), 3) {
                    Ok(fit) => {
                        let predicted = predictions(&*fit.model(), &samples.x);
                        assert!(predicted.iter().all(|v| v.is_finite()), "{shown}");
                    }
                    Err(Halt::Failed(problem)) => {
                        assert!(problem.to_string().ends_with('.'), "{shown}")
                    }
                    Err(Halt::Cancelled) => panic!("{shown}: nobody cancelled it"),
                }
            }
        }
    }
}

/// A curve over a parameter shows what fits of their own would show.
#[test]
fn a_sweep_agrees_with_separate_fits() {
    for algorithm in ALGORITHMS {
        let (Some(sweep), Some(curve)) = (algorithm.sweep, &algorithm.curve) else {
            continue;
        };
        let samples = ordinary(algorithm.task);
        let params = Params::defaults(algorithm);
        let values: Vec<f64> = (curve.values)(samples.x.rows())
            .into_iter()
            .take(12)
            .collect();
        let swept = sweep(
            &samples,
            &params,
            &values,
            &samples.x,
            &context(1),
            &Cancel::new(),
        );
        let swept = swept.expect(algorithm.id);
        assert_eq!(swept.len(), values.len(), "{}", algorithm.id);
        for (value, swept) in values.iter().zip(&swept) {
            let mut params = params.clone();
            params
                .set(curve.parameter, number(algorithm, curve.parameter, *value))
                .expect(algorithm.id);
            (algorithm.check)(&facts(&samples), &params).expect(algorithm.id);
            let own = predictions(&*model(&samples, &params), &samples.x);
            let shown = format!("{} with {} = {value}", algorithm.id, curve.parameter);
            assert!(apart(swept, &own) < 1e-9, "{shown}");
        }
    }
}

fn number(algorithm: &Algorithm, name: &str, value: f64) -> Value {
    let parameter = algorithm.parameter(name).expect(algorithm.id);
    parameter.value_of(value).expect(algorithm.id)
}
