//! What every prediction is held to.

use seefit::model::{Model, Task};

/// Finite; probabilities between 0 and 1 that add up to 1 (a clustering may leave a row out).
pub fn sound(task: Task, model: &dyn Model, rows: usize, values: &[f64]) -> Result<(), String> {
    let outputs = model.outputs();
    if values.len() != rows * outputs {
        return Err(format!(
            "{} predictions of {rows} rows, {outputs} each",
            values.len()
        ));
    }
    if let Some(at) = values.iter().position(|value| !value.is_finite()) {
        return Err(format!("predicts {} for row {}", values[at], at / outputs));
    }
    if task == Task::Regression {
        return if outputs == 1 {
            Ok(())
        } else {
            Err(format!("{outputs} outputs"))
        };
    }
    for (row, values) in values.chunks(outputs.max(1)).enumerate() {
        if values.iter().any(|value| !(0.0..=1.0).contains(value)) {
            return Err(format!("predicts {values:?} for row {row}"));
        }
        if !model.has_probabilities() && values.iter().any(|value| *value != 0.0 && *value != 1.0) {
            return Err(format!(
                "says {values:?} for row {row}, without probabilities"
            ));
        }
        let sum: f64 = values.iter().sum();
        let left_out = task == Task::Clustering && sum == 0.0;
        if (sum - 1.0).abs() > 1e-9 && !left_out {
            return Err(format!("probabilities of row {row} add up to {sum}"));
        }
    }
    Ok(())
}
