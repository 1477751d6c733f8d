//! What can be kept in a file comes back predicting the same to the last bit.

use seefit::model::{Model, Params, Task, restore};
use seefit::numeric::Matrix;

use super::samples::{each_engine, model, ordinary, predictions, title};

/// Serialised and read back.
fn back(model: &dyn Model, task: Task, columns: usize, title: &str) -> std::sync::Arc<dyn Model> {
    let saved = model
        .save()
        .unwrap_or_else(|| panic!("{title} gives nothing to save"));
    let outputs = (task != Task::Clustering).then(|| model.outputs());
    let back = restore(saved.kind, &saved.state, columns, outputs);
    let back = back.unwrap_or_else(|problem| panic!("{title}: {problem}"));
    assert_eq!(back.save().as_ref(), Some(&saved), "{title} saved again");
    // For rows of another width it is another model; what looks at no column does not mind.
    if !title.contains("dummy") {
        let other = restore(saved.kind, &saved.state, columns + 1, outputs);
        assert!(other.is_err(), "{title} for {} columns", columns + 1);
    }
    back
}

fn is_the_same(params: &Params) {
    let task = params.algorithm().task;
    let samples = ordinary(task);
    let title = title(params);
    let fitted = model(&samples, params);
    let columns = samples.x.columns();
    let back = back(&*fitted, task, columns, &title);
    // Other rows than those of the fit, too.
    let moved = samples.x.values().iter().map(|value| 0.37 + 1.3 * value);
    let moved = Matrix::new(samples.x.rows(), columns, moved.collect());
    for x in [&samples.x, &moved] {
        let (a, b) = (predictions(&*fitted, x), predictions(&*back, x));
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<u64>>();
        assert!(bits(&a) == bits(&b), "{title}");
    }
    assert_eq!(
        back.has_probabilities(),
        fitted.has_probabilities(),
        "{title}"
    );
    let (a, b) = (fitted.inside(), back.inside());
    assert_eq!(a.facts, b.facts, "{title}");
    assert_eq!(a.importances, b.importances, "{title}");
    assert_eq!(a.inertia, b.inertia, "{title}");
}

#[test]
fn saved_and_read_back_it_predicts_the_same_to_the_last_bit() {
    for (_, params) in each_engine() {
        is_the_same(&params);
    }
}

/// Every choice of a parameter may lead to another form of the model.
#[test]
fn so_it_does_whatever_is_chosen() {
    use seefit::base::Halt;
    use seefit::model::{ParameterKind, Value};

    for (algorithm, defaults) in each_engine() {
        for parameter in algorithm.parameters {
            let values: Vec<Value> = match parameter.kind {
                ParameterKind::Choice(options) => options
                    .iter()
                    .map(|(value, _)| Value::Choice(value))
                    .collect(),
                ParameterKind::Switch => vec![Value::Switch(false), Value::Switch(true)],
                _ => continue,
            };
            for value in values {
                let mut params = defaults.clone();
                params.set(parameter.name, value).expect(algorithm.id);
                let samples = ordinary(algorithm.task);
                let fit = super::samples::fit(&samples, &params, &super::samples::context(1), 3);
                match fit {
                    Ok(_) => is_the_same(&params),
                    Err(Halt::Failed(_)) => {}
                    Err(Halt::Cancelled) => panic!("{}: nobody cancelled it", algorithm.id),
                }
            }
        }
    }
}

/// Bytes that were changed are refused or give some model, and never a panic, an endless loop or a
/// large piece of memory.
#[test]
fn damaged_bytes_are_refused_or_predict_something() {
    use seefit::base::Random;

    let mut random = Random::new(11);
    let mut opened = 0;
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let fitted = model(&samples, &params);
        let saved = fitted.save().expect(algorithm.id);
        let columns = samples.x.columns();
        let outputs = (algorithm.task != Task::Clustering).then(|| fitted.outputs());
        for case in 0..120 {
            let mut state = saved.state.clone();
            if case % 4 == 0 {
                state.truncate(random.below(state.len()));
            } else {
                for _ in 0..1 + random.below(3) {
                    // Shapes and lengths stand at the beginning.
                    let most = if case % 2 == 0 {
                        state.len()
                    } else {
                        state.len().min(200)
                    };
                    let at = random.below(most);
                    state[at] ^= 1 << random.below(8);
                }
            }
            if let Ok(model) = restore(saved.kind, &state, columns, outputs) {
                let mut out = vec![0.0; samples.x.rows() * model.outputs()];
                let cancel = seefit::base::Cancel::new();
                // An overflow may be told; a number need not be finite.
                let _ = model.predict(samples.x.values(), columns, &mut out, &cancel);
                let _ = model.inside();
                opened += 1;
            }
        }
    }
    assert!(opened > 0);
}
