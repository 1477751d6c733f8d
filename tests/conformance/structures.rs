//! States that read well and do not hold together: one length, index, size or number of a saved model is
//! changed at a time. Each is refused, or predicts something.

use seefit::base::Cancel;
use seefit::model::{Grid, Model, Task, restore};
use serde_json::Value;

use super::samples::{context, each_engine, fit, ordinary, title};

/// Where each part of a structure stands; of arrays the first two entries and the last.
fn places(value: &Value, here: String, found: &mut Vec<String>) {
    match value {
        Value::Array(entries) => {
            let last = entries.len().saturating_sub(1);
            for (at, entry) in entries.iter().enumerate() {
                if at < 2 || at == last {
                    places(entry, format!("{here}/{at}"), found);
                }
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, format!("{here}/{name}"), found);
            }
        }
        _ => {}
    }
    found.push(here);
}

/// What might stand in its place.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(entries) => {
            let shorter = entries[..entries.len().saturating_sub(1)].to_vec();
            let longer = [&entries[..], &entries[entries.len().saturating_sub(1)..]].concat();
            vec![Value::Array(Vec::new()), shorter.into(), longer.into()]
        }
        Value::Bool(on) => vec![(!on).into()],
        Value::Number(number) => match number.as_u64() {
            Some(number) => [0, number.wrapping_add(1), 1 << 31, 1 << 60]
                .map(Value::from)
                .to_vec(),
            None => [0.0, -1e308, 1e308].map(Value::from).to_vec(),
        },
        _ => Vec::new(),
    }
}

/// Nothing of it may run out of its arrays.
fn use_it(model: &dyn Model, columns: usize) {
    let cancel = Cancel::new();
    let grid = Grid {
        base: vec![0.5; columns],
        x_column: 0,
        x_values: vec![0.0, 4.0, 1e300],
        y_column: Some(columns - 1),
        y_values: vec![-1.0, 2.0],
    };
    let mut out = vec![0.0; grid.len() * model.outputs()];
    let points = grid.points();
    let _ = model.predict(points.values(), columns, &mut out, &cancel);
    let _ = model.predict_grid(&grid, &mut out, &cancel);
    let _ = (model.inside(), model.bytes(), model.save());
}

#[test]
fn what_does_not_hold_together_is_refused_or_predicts_something() {
    let (mut opened, mut refused) = (0, 0);
    for (algorithm, params) in each_engine() {
        let samples = ordinary(algorithm.task);
        let columns = samples.x.columns();
        let fitted = match fit(&samples, &params, &context(1), 4) {
            Ok(fit) => fit.model(),
            Err(halt) => panic!("{}: {halt:?}", title(&params)),
        };
        let saved = fitted.save().unwrap();
        let outputs = (algorithm.task != Task::Clustering).then(|| fitted.outputs());
        let open = |value: &Value| {
            let state = rmp_serde::to_vec_named(value).unwrap();
            restore(saved.kind, &state, columns, outputs)
        };
        let whole: Value = rmp_serde::from_slice(&saved.state).unwrap();
        if let Err(problem) = open(&whole) {
            panic!("{}: {problem}", title(&params));
        }
        let mut found = Vec::new();
        places(&whole, String::new(), &mut found);
        for place in found {
            for other in others(whole.pointer(&place).unwrap()) {
                let mut changed = whole.clone();
                *changed.pointer_mut(&place).unwrap() = other;
                match open(&changed) {
                    Ok(model) => {
                        use_it(&*model, columns);
                        opened += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
        }
    }
    assert!(
        opened > 500 && refused > 500,
        "{opened} opened, {refused} refused"
    );
}
