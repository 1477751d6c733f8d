//! A model that is fitted at once, shown as it grows: a tree leaf by leaf, on all rows and in each fold,
//! so that every stage has its picture, its held-out predictions and its score. Made when asked for.

use std::sync::Arc;

use super::Job;
use super::event::{CurvePoint, Fitted, Snapshot};
use super::measure::{self, score_and_loss};
use super::prepared::{FoldPart, Part, Prepared};
use super::run::{SCORED_ROWS, SNAPSHOT_BYTES, TRAIN_SCORE_ROWS};
use crate::base::{Cancel, Outcome, so_many_of};
use crate::model::{Context, Model, Samples};
use crate::numeric::{Labels, Matrix};

/// Stages that are shown at most.
const MOST_STAGES: usize = 60;
/// Every stage up to this one is shown; after that fewer and fewer.
const EACH_STAGE: usize = 24;

pub(super) struct Growth {
    job: Arc<Job>,
    prepared: Arc<Prepared>,
    full: Option<(Arc<Part>, Arc<dyn Model>)>,
    folds: Vec<Fold>,
}

struct Fold {
    part: Arc<FoldPart>,
    model: Arc<dyn Model>,
    train_x: Matrix,
    train_y: Option<Labels>,
}

impl Growth {
    pub fn new(job: Arc<Job>, prepared: Arc<Prepared>) -> Self {
        Growth {
            job,
            prepared,
            full: None,
            folds: Vec::new(),
        }
    }

    /// One unit of work; at the end the stages, none where the model does not grow.
    pub fn step(
        &mut self,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<Option<Vec<Arc<Snapshot>>>> {
        let Some((part, model)) = &self.full else {
            let part = self.prepared.full(cancel)?;
            let model = self.fit(&part.samples, context, cancel)?;
            self.full = Some((part, model));
            return Ok(None);
        };
        if self.folds.len() < self.prepared.folds.folds.len() {
            let fold = self.fold(self.folds.len(), context, cancel)?;
            self.folds.push(fold);
            return Ok(None);
        }
        let outputs = self.prepared.class_names().len().max(1);
        let last = model.stages();
        let mut all = Vec::new();
        for stage in stages(last, most(self.prepared.rows.len(), outputs)) {
            let Some(grown) = model.grown(stage) else {
                return Ok(Some(Vec::new()));
            };
            let fitted = Fitted {
                model: if stage == last { model.clone() } else { grown },
                recipe: part.recipe.clone(),
                rows: part.rows.len(),
                of_rows: part.rows.len(),
                step: stage,
                planned: last,
            };
            all.push(Arc::new(self.snapshot(fitted, outputs, cancel)?));
        }
        Ok(Some(all))
    }

    fn fit(
        &self,
        samples: &Arc<Samples>,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<Arc<dyn Model>> {
        let algorithm = self.job.params.algorithm();
        let mut fit = (algorithm.start)(samples.clone(), &self.job.params, context)?;
        while !fit.is_finished() {
            fit.step(cancel)?;
        }
        Ok(fit.model())
    }

    fn fold(&self, index: usize, context: &Context, cancel: &Cancel) -> Outcome<Fold> {
        let part = self.prepared.fold(index, cancel)?;
        let samples = &part.train.samples;
        let model = self.fit(samples, context, cancel)?;
        let rows = so_many_of(samples.x.rows(), TRAIN_SCORE_ROWS);
        let rows: Vec<u32> = rows.map(|row| row as u32).collect();
        Ok(Fold {
            model,
            train_x: samples.x.select(&rows),
            train_y: samples.y.as_ref().map(|y| y.select(&rows)),
            part,
        })
    }

    /// A fold whose tree has fewer leaves stays as it is.
    fn snapshot(&self, fitted: Fitted, outputs: usize, cancel: &Cancel) -> Outcome<Snapshot> {
        let mut point = CurvePoint {
            x: fitted.step as f64,
            ..CurvePoint::default()
        };
        let mut tested = Vec::new();
        for fold in &self.folds {
            let stage = fitted.step.min(fold.model.stages());
            let model = fold.model.grown(stage).unwrap_or(fold.model.clone());
            let soft = model.has_probabilities();
            let said = |x: &Matrix| -> Outcome<Vec<f64>> {
                let mut out = vec![0.0; x.rows() * outputs];
                model.predict(x.values(), x.columns(), &mut out, cancel)?;
                Ok(out)
            };
            let test = said(&fold.part.test_x)?;
            let (score, loss) = score_and_loss(&fold.part.test_y, &test, soft);
            point.validation.push(score);
            point.validation_loss.push(loss);
            let (score, loss) = score_and_loss(&fold.train_y, &said(&fold.train_x)?, soft);
            point.training.push(score);
            point.training_loss.push(loss);
            tested.push(test);
        }
        // Under `file:` the held-out rows belong to another table; there is nothing to ring.
        let held_out = if self.job.test.is_some() || self.folds.is_empty() {
            Arc::default()
        } else {
            let rows = self.folds.iter().map(|fold| &*fold.part.test_rows);
            let parts = rows.zip(tested.iter().map(Vec::as_slice));
            Arc::new(measure::held_out(self.job.table.rows(), outputs, parts))
        };
        Ok(Snapshot {
            fitted,
            held_out,
            point,
            clusters: None,
        })
    }
}

/// Stages whose predictions are paid for by the budgets of a run's snapshots.
fn most(rows: usize, outputs: usize) -> usize {
    let rows = rows.max(1);
    let kept = SNAPSHOT_BYTES / (rows * outputs * 8);
    (SCORED_ROWS / rows).min(kept).clamp(4, MOST_STAGES)
}

/// From 1 to `last`: the first ones each, then fewer and fewer, at most so many in all.
fn stages(last: usize, most: usize) -> Vec<usize> {
    let each = EACH_STAGE.min(most / 2).max(1);
    if last <= each {
        return (1..=last.max(1)).collect();
    }
    let rest = (most - each).max(1);
    let ratio = (last as f64 / each as f64).powf(1.0 / rest as f64);
    let mut all: Vec<usize> = (1..=each).collect();
    for number in 1..=rest {
        let stage = (each as f64 * ratio.powi(number as i32)).round() as usize;
        if all.last().is_some_and(|before| stage > *before) {
            all.push(stage.min(last));
        }
    }
    if all.last() != Some(&last) {
        all.push(last);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::sample::{params, shared, table};
    use crate::train::{After, Emit, Event, PreparedCache, Run};

    fn grown(id: &str, rows: usize) -> (Vec<Event>, Arc<Job>) {
        let (sender, events) = std::sync::mpsc::channel();
        let job = shared(table(rows), params(id, &[]));
        let after = After {
            curve: false,
            growth: true,
        };
        let cache = PreparedCache::default();
        let emit = Emit::new(sender, || {});
        let mut run = Run::new(job.clone(), cache, Context::default(), emit, after);
        while !run.is_done() {
            run.advance(None, &Cancel::new()).unwrap();
        }
        (events.try_iter().collect(), job)
    }

    #[test]
    fn a_tree_grows_leaf_by_leaf_to_itself() {
        let (events, _) = grown("decision_tree_classifier", 90);
        let stages = events.iter().find_map(|e| match e {
            Event::Growth { snapshots, .. } => Some(snapshots),
            _ => None,
        });
        let report = events.iter().find_map(|e| match e {
            Event::Finished { report, .. } => Some(report),
            _ => None,
        });
        let (stages, report) = (stages.unwrap(), report.unwrap());
        let leaves: Vec<usize> = stages.iter().map(|s| s.fitted.step).collect();
        assert_eq!(leaves[0], 1);
        assert!(
            leaves.windows(2).all(|pair| pair[0] < pair[1]),
            "{leaves:?}"
        );
        for stage in stages {
            let tree = stage.fitted.model.inside().trees.remove(0);
            assert_eq!(tree.leaves(), stage.fitted.step);
        }
        let last = stages.last().unwrap();
        assert_eq!(last.fitted.step, last.fitted.planned);
        // The last stage is the model that was scored.
        assert_eq!(*last.held_out, *report.held_out);
        // A single leaf gives every row of a fold the same answer.
        let first = &stages[0].held_out;
        let answers: std::collections::BTreeSet<u64> = (0..90)
            .map(|row| first.row(row).unwrap()[0].to_bits())
            .collect();
        assert!(answers.len() <= 3);
        assert_eq!(last.point.training, vec![Some(1.0); 3]);
    }

    #[test]
    fn what_does_not_grow_says_nothing() {
        let (events, _) = grown("gaussian_nb", 60);
        assert!(!events.iter().any(|e| matches!(e, Event::Growth { .. })));
    }

    #[test]
    fn stages_thin_out_and_end_at_the_last() {
        assert_eq!(stages(1, 60), [1]);
        assert_eq!(stages(5, 60), [1, 2, 3, 4, 5]);
        let many = stages(4_000, 60);
        assert!(many.len() <= 61 && many.last() == Some(&4_000));
        assert!(many.windows(2).all(|pair| pair[0] < pair[1]));
        let few = stages(4_000, 4);
        assert!(few.len() <= 5 && few.last() == Some(&4_000), "{few:?}");
    }
}
