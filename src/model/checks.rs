//! Checks that several algorithms share.

use super::{Facts, Params};
use crate::base::Problem;

/// A parameter was moved that the engine asked for does not have.
pub(super) fn engine_has_all(params: &Params) -> Result<(), Problem> {
    let engine = params.engine();
    let foreign = params
        .changed()
        .find(|p| p.engine.is_some_and(|only| only != engine));
    match foreign {
        Some(parameter) => Err(
            Problem::new(format!("{} has no {}", engine.id(), parameter.name))
                .at(format!("Parameter {}", parameter.name))
                .fix("Put the parameter back to its default, or the engine to auto"),
        ),
        None => Ok(()),
    }
}

/// A classifier needs two classes.
pub(super) fn two_classes(facts: &Facts) -> Result<(), Problem> {
    if facts.classes < 2 {
        return Err(Problem::new(
            "The target has one class only, so there is nothing to tell apart",
        )
        .fix("Choose another target"));
    }
    Ok(())
}

/// Above so many rows an engine is too slow to be of use.
pub(super) fn at_most_rows(facts: &Facts, params: &Params, most: usize) -> Result<(), Problem> {
    if facts.rows > most {
        let what = format!(
            "{} on {} is too slow for more than {most} rows, there are {}",
            params.algorithm().name,
            params.engine().id(),
            facts.rows
        );
        return Err(Problem::new(what).fix("Put the engine to auto"));
    }
    Ok(())
}

/// Early stopping needs rows to hold out and rows to learn from.
pub(super) fn rows_to_hold_out(facts: &Facts, params: &Params) -> Result<(), Problem> {
    if params.switch("early_stopping") {
        let held = (facts.rows as f64 * params.real("validation_fraction")).floor();
        if held < 1.0 || held >= facts.rows as f64 {
            return Err(
                Problem::new("Too few rows to hold some out for early stopping")
                    .at("Parameter early_stopping")
                    .fix("Turn early_stopping off"),
            );
        }
    }
    Ok(())
}
