//! The weights of a linear model in original units, with what is known of their uncertainty.

use std::sync::Arc;

use eframe::egui::{ScrollArea, Ui, Vec2};

use super::matters::head;
use super::{EvaluateMade, class_names, slot, weak};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::tab::{TabMade, Wanted};
use crate::base::{Cancel, Halt};
use crate::model::Model;
use crate::project::ModelEntry;
use crate::train::{CoefficientTable, Fitted, INTERCEPT, Uncertainty, WeightRow, coefficients};
use crate::view::importance::{Weight, importance};
use crate::widget::format;

#[derive(Default)]
pub struct WeightsMemory {
    asked: Option<Arc<dyn Model>>,
    kept: Option<WeightsMade>,
}

pub struct WeightsMade {
    model: Arc<dyn Model>,
    table: Result<Option<CoefficientTable>, String>,
    /// Its rows by class, as they are drawn.
    lists: Vec<(Option<String>, Vec<Weight>)>,
}

impl WeightsMemory {
    pub fn take(&mut self, made: WeightsMade) {
        if self
            .asked
            .as_ref()
            .is_some_and(|m| Arc::ptr_eq(m, &made.model))
        {
            self.kept = Some(made);
        }
    }
}

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    memory: &mut Memory,
    model: &ModelEntry,
    fitted: &Fitted,
    size: Vec2,
) {
    head(
        ui,
        frame,
        model,
        "Weights in the units of the columns",
        size.x,
    );
    // The folds are fitted anew for it: not at each step of a training.
    let report = frame.desk.entry(model.id).and_then(|e| e.report.as_ref());
    if report.is_none_or(|r| r.stopped) {
        return weak(
            ui,
            frame,
            "The weights are told once the model has its score.",
        );
    }
    follow(frame, memory, model, fitted);
    let kept = memory.evaluate.weights.kept.as_ref();
    let (table, lists) = match kept.map(|k| (&k.table, &k.lists)) {
        Some((Ok(Some(table)), lists)) => (table, lists),
        Some((Ok(None), _)) => return weak(ui, frame, "The model has no weights."),
        Some((Err(sentence), _)) => return weak(ui, frame, sentence.clone()),
        None => return weak(ui, frame, "Fitting the folds for their spread …"),
    };
    weak(ui, frame, words(frame, table));
    ScrollArea::vertical()
        .id_salt("weights")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 10.0);
            for (class, weights) in lists {
                ui.push_id(("weights of", class), |ui| {
                    if let Some(class) = class {
                        ui.add_space(4.0);
                        ui.strong(class);
                    }
                    importance(ui, frame.tokens, weights, weights.len(), true);
                });
            }
        });
}

/// The rows of each class, in the order of the table.
fn lists(table: &CoefficientTable) -> Vec<(Option<String>, Vec<Weight>)> {
    let parts = table.rows.chunk_by(|a, b| a.class == b.class);
    let list = |part: &[WeightRow]| {
        let weights = part.iter().map(|row| Weight {
            name: row.name.clone(),
            value: row.value,
            std: row.plus_minus.unwrap_or(f64::NAN),
            bar: row.name != INTERCEPT,
        });
        (part[0].class.clone(), weights.collect())
    };
    parts.map(list).collect()
}

fn words(frame: &Frame<'_>, table: &CoefficientTable) -> String {
    let what = match class_names(frame) {
        [] => "A unit more of a column adds so much to the prediction.".to_owned(),
        [_, second] => format!("A unit more of a column adds so much to the log odds of {second}."),
        _ => "A unit more of a column adds so much to the score of a class (softmax makes probabilities of the scores).".to_owned(),
    };
    let how = match &table.uncertainty {
        Uncertainty::Interval { confidence } => format!(
            "±: {} t interval of the fit on all rows, if errors are independent, normal and of one size.",
            format::percent(*confidence)
        ),
        Uncertainty::Folds { folds, why: "" } => {
            format!("±: standard deviation over the fits of {folds} folds.")
        }
        Uncertainty::Folds { folds, why } => {
            format!("±: standard deviation over the fits of {folds} folds, for {why}.")
        }
        Uncertainty::Unknown => "One split tells no spread.".to_owned(),
    };
    format!("{what} {how}")
}

fn follow(frame: &Frame<'_>, memory: &mut Memory, model: &ModelEntry, fitted: &Fitted) {
    let state = &mut memory.evaluate.weights;
    if state
        .asked
        .as_ref()
        .is_some_and(|m| Arc::ptr_eq(m, &fitted.model))
    {
        return;
    }
    let Some(job) = frame.desk.job(model.id).cloned() else {
        return;
    };
    state.asked = Some(fitted.model.clone());
    state.kept = None;
    let (fitted, cache) = (fitted.clone(), frame.desk.live().prepared());
    memory.wanted.push(Wanted {
        slot: slot::WEIGHTS,
        priority: 60,
        make: Box::new(move || {
            let table = coefficients(&job, &fitted, &cache, &Cancel::new());
            let table = table.map_err(|halt| match halt {
                Halt::Failed(problem) => problem.to_string(),
                Halt::Cancelled => "It was stopped.".to_owned(),
            });
            let model = fitted.model;
            let told = table.as_ref().ok().and_then(Option::as_ref);
            let lists = told.map(lists).unwrap_or_default();
            let made = WeightsMade {
                model,
                table,
                lists,
            };
            TabMade::Evaluate(EvaluateMade::Weights(made))
        }),
    });
}
