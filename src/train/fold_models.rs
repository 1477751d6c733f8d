//! The models of the folds, fitted anew: a run keeps their predictions, not the models themselves.

use std::sync::Arc;

use super::Job;
use super::prepared::{FoldPart, Prepared};
use crate::base::{Cancel, Outcome};
use crate::model::{Context, Model};

/// Fits fold after fold to the end, at most `most` of them, and hands each to `take`.
pub(super) fn each_fold_model(
    job: &Job,
    prepared: &Prepared,
    most: usize,
    cancel: &Cancel,
    mut take: impl FnMut(usize, &FoldPart, Arc<dyn Model>) -> Outcome<()>,
) -> Outcome<()> {
    for index in 0..prepared.folds.folds.len().min(most) {
        let part = prepared.fold(index, cancel)?;
        let context = Context {
            seed: job.seed,
            threads: 1,
            ..Context::default()
        };
        let algorithm = job.params.algorithm();
        let mut fit = (algorithm.start)(part.train.samples.clone(), &job.params, &context)?;
        while !fit.is_finished() {
            fit.step(cancel)?;
        }
        take(index, &part, fit.model())?;
    }
    Ok(())
}
