//! Held-out predictions of the shown models: what the first page is made of.

use std::sync::Arc;

use crate::app::frame::Frame;
use crate::project::{ModelEntry, ModelId};
use crate::train::{HeldOut, Job};
use crate::view::parts::badge::ModelKey;

/// A shown model with held-out predictions.
#[derive(Clone)]
pub struct Subject {
    pub id: ModelId,
    pub key: ModelKey,
    pub job: Arc<Job>,
    pub held_out: Arc<HeldOut>,
}

impl Subject {
    pub fn same(&self, other: &Subject) -> bool {
        self.id == other.id && self.key == other.key && Arc::ptr_eq(&self.held_out, &other.held_out)
    }
}

/// The shown models that have held-out predictions with probabilities, and a sentence for each of the
/// others.
pub fn subjects(frame: &Frame<'_>) -> (Vec<Subject>, Vec<String>) {
    let mut subjects = Vec::new();
    let mut sentences = Vec::new();
    for model in frame.desk.shown() {
        match subject(frame, model) {
            Ok(subject) => subjects.push(subject),
            Err(sentence) => sentences.push(sentence),
        }
    }
    (subjects, sentences)
}

fn subject(frame: &Frame<'_>, model: &ModelEntry) -> Result<Subject, String> {
    let name = format!("{} {}", model.badge(), model.params.algorithm().name);
    let Some((entry, job)) = frame.desk.entry(model.id).zip(frame.desk.job(model.id)) else {
        return Err(format!("{name} has not begun."));
    };
    if let Some(problem) = &entry.problem {
        return Err(format!("{name}: {problem}"));
    }
    if let Some(waits) = frame.desk.waits(model.id) {
        return Err(format!("{name}: {waits}"));
    }
    if entry
        .fitted()
        .is_some_and(|f| f.model.outputs() > 1 && !f.model.has_probabilities())
    {
        return Err(format!(
            "{name} gives no probabilities, so it has no curve."
        ));
    }
    if job.test.is_some() {
        return Err(format!(
            "{name} was tested on another file; its rows are not kept."
        ));
    }
    let held_out = super::super::model::held_out(frame, entry)
        .ok_or_else(|| format!("{name} has no held-out row yet."))?;
    Ok(Subject {
        id: model.id,
        key: super::key_of(model),
        job: job.clone(),
        held_out,
    })
}

pub fn same(a: &[Subject], b: &[Subject]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}
