//! What can be kept in a file comes back predicting the same to the last bit.

use std::sync::Arc;

use seefit::base::Halt;
use seefit::model::{Model, ParameterKind, Task, Value, restore};
use seefit::numeric::Matrix;

use super::samples::{context, each_engine, fit, model, ordinary, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};

/// Serialised and read back.
fn back(s: &Subject, model: &dyn Model) -> Arc<dyn Model> {
    let saved = model.save().expect("something to save");
    let outputs = (s.task() != Task::Clustering).then(|| model.outputs());
    let back = restore(saved.kind, &saved.state, s.samples.x.columns(), outputs);
    back.unwrap_or_else(|problem| panic!("{problem}"))
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn is_the_same(s: &Subject, model: &dyn Model) {
    let back = back(s, model);
    let (rows, columns) = (s.samples.x.rows(), s.samples.x.columns());
    // Other rows than those of the fit, too.
    let moved = s.samples.x.values().iter().map(|value| 0.37 + 1.3 * value);
    let moved = Matrix::new(rows, columns, moved.collect());
    for x in [&s.samples.x, &moved] {
        let (a, b) = (predictions(model, x), predictions(&*back, x));
        assert!(bits(&a) == bits(&b));
    }
}

pub fn read_back_it_predicts_the_same_bits(s: &Subject) -> Verdict {
    is_the_same(s, &*s.model);
    Passes
}

pub fn saved_again_it_is_the_same_bytes(s: &Subject) -> Verdict {
    assert_eq!(back(s, &*s.model).save(), s.model.save());
    Passes
}

pub fn read_back_it_tells_the_same_inside(s: &Subject) -> Verdict {
    let back = back(s, &*s.model);
    assert_eq!(back.has_probabilities(), s.model.has_probabilities());
    assert_eq!(back.outputs(), s.model.outputs());
    assert_eq!(back.noise(), s.model.noise());
    let (a, b) = (s.model.inside(), back.inside());
    assert_eq!(a.facts, b.facts);
    assert_eq!(a.importances, b.importances);
    assert_eq!(a.inertia, b.inertia);
    Passes
}

/// For rows of another width it is another model; what looks at no column does not mind.
pub fn for_another_width_it_does_not_open(s: &Subject) -> Verdict {
    if s.algorithm.is_dummy() {
        return NotForIt;
    }
    let saved = s.model.save().expect("something to save");
    let outputs = (s.task() != Task::Clustering).then(|| s.model.outputs());
    let columns = s.samples.x.columns();
    for other in [0, 1, columns - 1, columns + 1, usize::MAX] {
        let opened = restore(saved.kind, &saved.state, other, outputs);
        assert!(opened.is_err(), "for {other} columns");
    }
    Passes
}

pub fn for_other_outputs_it_does_not_open(s: &Subject) -> Verdict {
    if s.task() == Task::Clustering {
        return NotForIt;
    }
    let saved = s.model.save().expect("something to save");
    let other = Some(s.model.outputs() + 1);
    let opened = restore(saved.kind, &saved.state, s.samples.x.columns(), other);
    assert!(opened.is_err());
    Passes
}

/// A half-written file is refused; nothing panics.
pub fn cut_off_it_does_not_open(s: &Subject) -> Verdict {
    let saved = s.model.save().expect("something to save");
    let outputs = (s.task() != Task::Clustering).then(|| s.model.outputs());
    let length = saved.state.len();
    for keep in [0, 1, length / 3, length / 2, length - 1] {
        let state = &saved.state[..keep];
        assert!(restore(saved.kind, state, s.samples.x.columns(), outputs).is_err());
    }
    Passes
}

/// Every choice of a parameter may lead to another form of the model.
pub fn whatever_is_chosen_comes_back(s: &Subject) -> Verdict {
    let mut verdict = NotForIt;
    for parameter in s.algorithm.parameters {
        let values: Vec<Value> = match parameter.kind {
            ParameterKind::Choice(options) => {
                let values = options.iter().map(|(value, _)| Value::Choice(value));
                values.collect()
            }
            ParameterKind::Switch => vec![Value::Switch(false), Value::Switch(true)],
            _ => continue,
        };
        for value in values {
            let mut params = s.quick.clone();
            params.set(parameter.name, value).expect("an allowed value");
            match fit(&s.samples, &params, &context(1), usize::MAX) {
                Ok(fit) => is_the_same(s, &*fit.model()),
                Err(Halt::Failed(_)) => continue,
                Err(Halt::Cancelled) => panic!("nobody cancelled it"),
            }
            verdict = Passes;
        }
    }
    verdict
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
