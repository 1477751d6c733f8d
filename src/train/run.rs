//! A job on its way: one fit on all rows and one a fold, in steps small enough to share a thread.
//!
//! An algorithm that iterates takes its steps in lockstep over all fits, so that after each there is
//! a score with spread, a curve point and a model of that very step. One that does not is fitted on
//! all rows first (the picture), then fold by fold (the score). What has a curve over a parameter gets
//! it last.

use std::sync::Arc;
use std::time::Instant;

use super::event::{CurvePoint, Emit, Event, Fitted, HeldOut, Pace, Snapshot};
use super::growth::Growth;
use super::measure::{self, Predicted, score_and_loss};
use super::prepared::{FoldPart, Part, Prepared, PreparedCache};
use super::sweep::ParameterCurve;
use super::{Job, Report, clustering};
use crate::base::{Cancel, Halt, Hash128, Outcome, so_many_of};
use crate::model::{Context, Facts, Fit, Running, Task};
use crate::numeric::{Labels, Matrix};

/// One fold on its way.
struct FoldRun {
    part: Arc<FoldPart>,
    fit: Box<dyn Fit>,
    test: Running,
    /// Training rows on which the training score is taken: all, or a sample of them.
    train_x: Matrix,
    train_y: Option<Labels>,
    train: Running,
    /// The model says how sure it is: its answers have a log loss.
    soft: bool,
    seconds: f64,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Start,
    /// Fitting on all rows; then the same for each fold.
    Full,
    Fold(usize),
    Growth,
    Curve,
    Done,
}

/// What a run makes once it has its score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// The curve over the algorithm's parameter, where it has one.
    pub curve: bool,
    /// The stages of what is fitted at once but can be shown growing.
    pub growth: bool,
}

impl After {
    pub fn is_nothing(self) -> bool {
        self == After::default()
    }

    /// What is in this, but not in the other.
    pub fn without(self, other: After) -> After {
        After {
            curve: self.curve && !other.curve,
            growth: self.growth && !other.growth,
        }
    }
}

/// A job that is advanced in slices, may be stopped between any two, and goes on where it was.
pub struct Run {
    job: Arc<Job>,
    key: Hash128,
    context: Context,
    cache: PreparedCache,
    emit: Emit,
    stage: Stage,
    prepared: Option<Arc<Prepared>>,
    full_part: Option<Arc<Part>>,
    full: Option<Box<dyn Fit>>,
    folds: Vec<FoldRun>,
    curve: Vec<CurvePoint>,
    /// The step of the newest snapshot.
    kept: usize,
    parameter_curve: Option<ParameterCurve>,
    /// Steps that the slowest of the fits in lockstep has been asked to take.
    round: usize,
    /// Fitting on all rows, without anything else.
    full_seconds: f64,
    notes: Vec<String>,
    after: After,
    growth: Option<Growth>,
    /// The score is there already; only what comes after it is wanted.
    only_after: bool,
    /// The report of the whole run was sent.
    scored: bool,
    /// The report of a stopped run was sent; going on says so.
    stopped: bool,
    started: Instant,
    worked: f64,
}

/// The training score is taken on at most so many rows of a fold.
pub const TRAIN_SCORE_ROWS: usize = 2_000;
/// Held-out predictions of all snapshots of a run together.
pub(super) const SNAPSHOT_BYTES: usize = 48 << 20;
/// Rows times steps above which not every step is scored.
pub(super) const SCORED_ROWS: usize = 4_000_000;

impl Run {
    /// Nothing is done before the first `advance`.
    pub fn new(
        job: Arc<Job>,
        cache: PreparedCache,
        context: Context,
        emit: Emit,
        after: After,
    ) -> Self {
        Run {
            key: job.key(),
            job,
            context,
            cache,
            emit,
            stage: Stage::Start,
            prepared: None,
            full_part: None,
            full: None,
            folds: Vec::new(),
            curve: Vec::new(),
            kept: 0,
            parameter_curve: None,
            round: 0,
            full_seconds: 0.0,
            notes: Vec::new(),
            after,
            growth: None,
            only_after: false,
            scored: false,
            stopped: false,
            started: Instant::now(),
            worked: 0.0,
        }
    }

    /// Nothing but what comes after the score, of a job that has its score.
    pub fn only_after(
        job: Arc<Job>,
        cache: PreparedCache,
        context: Context,
        emit: Emit,
        after: After,
    ) -> Self {
        Run {
            only_after: true,
            scored: true,
            ..Run::new(job, cache, context, emit, after)
        }
    }

    pub fn key(&self) -> Hash128 {
        self.key
    }

    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Whether the report of the whole run was sent; what comes after is a curve.
    pub fn is_scored(&self) -> bool {
        self.scored
    }

    /// Whether there is a model to show: a run in that state may let others go first.
    pub fn has_model(&self) -> bool {
        self.full.as_ref().is_some_and(|fit| fit.taken() > 0)
    }

    /// Whether there is a score to show, be it of an early step.
    pub fn has_score(&self) -> bool {
        self.scored || !self.curve.is_empty()
    }

    /// Works until done or until `until` has passed (then at least one unit more was done).
    /// After `Halt::Cancelled` it may be advanced again.
    pub fn advance(&mut self, until: Option<Instant>, cancel: &Cancel) -> Outcome<()> {
        let begun = Instant::now();
        if std::mem::take(&mut self.stopped) {
            self.pace(match self.stage {
                Stage::Fold(index) => index,
                // The round is through.
                Stage::Full if self.round > 0 => self.fold_count().max(1),
                _ => 0,
            });
        }
        let outcome = self.work(until, cancel);
        self.worked += begun.elapsed().as_secs_f64();
        outcome
    }

    fn work(&mut self, until: Option<Instant>, cancel: &Cancel) -> Outcome<()> {
        while self.stage != Stage::Done {
            cancel.check()?;
            self.unit(cancel).map_err(|halt| self.named(halt))?;
            if until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
        }
        Ok(())
    }

    /// Fits know columns of a matrix; people know columns of a table.
    fn named(&self, halt: Halt) -> Halt {
        let Halt::Failed(mut problem) = halt else {
            return halt;
        };
        let number = problem.place.strip_prefix("Feature ");
        let number = number.and_then(|rest| rest.strip_suffix(" of the prepared table"));
        let number: Option<usize> = number.and_then(|number| number.parse().ok());
        let names = self.full_part.as_ref().map(|part| part.recipe.names());
        if let (Some(number), Some(names)) = (number, names)
            && let Some(name) = names.get(number.saturating_sub(1))
        {
            problem.place = format!("Column {name}, as prepared");
        }
        Halt::Failed(problem)
    }

    fn unit(&mut self, cancel: &Cancel) -> Outcome<()> {
        match self.stage {
            Stage::Start => self.start(cancel),
            Stage::Full => self.step_full(cancel),
            Stage::Fold(index) => self.step_fold(index, cancel),
            Stage::Growth => self.step_growth(cancel),
            Stage::Curve => self.step_curve(cancel),
            Stage::Done => Ok(()),
        }
    }

    fn start(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.only_after {
            self.prepared = Some(self.cache.get(&self.job, cancel)?);
            self.stage = Stage::Growth;
            return Ok(());
        }
        self.emit.send(Event::Started { key: self.key });
        self.started = Instant::now();
        let prepared = self.cache.get(&self.job, cancel)?;
        let part = prepared.full(cancel)?;
        let facts = Facts {
            rows: prepared.smallest_training(),
            columns: part.samples.x.columns(),
            classes: prepared.class_names().len(),
        };
        let algorithm = self.job.params.algorithm();
        (algorithm.check)(&facts, &self.job.params)?;
        self.full_part = Some(part.clone());
        let fit = (algorithm.start)(part.samples.clone(), &self.job.params, &self.context)?;
        self.full = Some(fit);
        self.prepared = Some(prepared);
        self.stage = Stage::Full;
        Ok(())
    }

    fn prepared(&self) -> Outcome<Arc<Prepared>> {
        self.prepared.clone().ok_or(Halt::Cancelled)
    }

    fn iterates(&self) -> bool {
        self.full.as_ref().is_some_and(|fit| fit.planned() > 1)
    }

    fn fold_count(&self) -> usize {
        match self.job.task() {
            Task::Clustering => 0,
            _ => self.prepared.as_ref().map_or(0, |p| p.folds.folds.len()),
        }
    }

    fn step_full(&mut self, cancel: &Cancel) -> Outcome<()> {
        if let Some(fit) = self.full.as_mut().filter(|fit| !fit.is_finished()) {
            let begun = Instant::now();
            fit.step(cancel)?;
            self.full_seconds += begun.elapsed().as_secs_f64();
        }
        // Also where it has converged already: a fold may need more steps than the fit on all rows.
        self.round += 1;
        if self.iterates() {
            // Algorithms in lockstep come back here once all folds have taken this step.
            if self.fold_count() == 0 {
                return self.after_step(cancel);
            }
            self.stage = Stage::Fold(0);
        } else {
            self.snapshot(CurvePoint::default(), Arc::default(), cancel)?;
            self.stage = Stage::Fold(0);
            if self.fold_count() == 0 {
                return self.finish(false, cancel);
            }
        }
        self.pace(0);
        Ok(())
    }

    fn step_fold(&mut self, index: usize, cancel: &Cancel) -> Outcome<()> {
        if self.folds.len() == index {
            let fold = self.new_fold(index, cancel)?;
            self.folds.push(fold);
        }
        let round = self.round;
        let iterates = self.iterates();
        let scored = self.scores_step(round);
        let fold = &mut self.folds[index];
        let begun = Instant::now();
        if !fold.fit.is_finished() && (fold.fit.taken() < round || !iterates) {
            fold.fit.step(cancel)?;
        }
        fold.seconds += begun.elapsed().as_secs_f64();
        if scored {
            fold.refresh(cancel)?;
        }
        self.pace(index + 1);
        if index + 1 < self.fold_count() {
            self.stage = Stage::Fold(index + 1);
            return Ok(());
        }
        if iterates {
            return self.after_step(cancel);
        }
        self.finish(false, cancel)
    }

    fn new_fold(&self, index: usize, cancel: &Cancel) -> Outcome<FoldRun> {
        let prepared = self.prepared()?;
        let part = prepared.fold(index, cancel)?;
        let algorithm = self.job.params.algorithm();
        let samples = part.train.samples.clone();
        let fit = (algorithm.start)(samples.clone(), &self.job.params, &self.context)?;
        let (train_x, train_y) = if samples.x.rows() <= TRAIN_SCORE_ROWS {
            (samples.x.clone(), samples.y.clone())
        } else {
            let rows = so_many_of(samples.x.rows(), TRAIN_SCORE_ROWS);
            let rows: Vec<u32> = rows.map(|row| row as u32).collect();
            (
                samples.x.select(&rows),
                samples.y.as_ref().map(|y| y.select(&rows)),
            )
        };
        Ok(FoldRun {
            part,
            fit,
            test: Running::default(),
            train_x,
            train_y,
            train: Running::default(),
            soft: false,
            seconds: 0.0,
        })
    }

    /// Whether this step is scored: all of them on small data, evenly spread ones on large.
    fn scores_step(&self, step: usize) -> bool {
        let planned = self.full.as_ref().map_or(1, |fit| fit.planned());
        let rows = self.prepared.as_ref().map_or(0, |p| p.rows.len());
        let every = (rows * planned)
            .div_ceil(SCORED_ROWS)
            .min(planned.div_ceil(20).max(1))
            .max(1);
        step <= 1 || step.is_multiple_of(every) || self.all_finished()
    }

    fn all_finished(&self) -> bool {
        self.full.as_ref().is_some_and(|fit| fit.is_finished())
            && self.folds.len() == self.fold_count()
            && self.folds.iter().all(|fold| fold.fit.is_finished())
    }

    /// All fits have taken a step together.
    fn after_step(&mut self, cancel: &Cancel) -> Outcome<()> {
        let step = self.most_taken();
        let finished = self.all_finished();
        // Where the report of the last step was stopped, its point is there already.
        let known = self.curve.last().is_some_and(|p| p.x == step as f64);
        if self.scores_step(self.round) && !known {
            if finished {
                for fold in &mut self.folds {
                    fold.refresh(cancel)?;
                }
            }
            let point = self.point(step as f64, cancel)?;
            self.emit.send(Event::CurvePoint {
                key: self.key,
                point: point.clone(),
                over_parameter: false,
            });
            self.curve.push(point.clone());
            if finished || self.keeps_snapshot(step) {
                self.snapshot(point, Arc::new(self.held_out()), cancel)?;
            }
        }
        if finished {
            return self.finish(false, cancel);
        }
        self.stage = Stage::Full;
        self.pace(self.fold_count().max(1));
        Ok(())
    }

    /// A fold may go on after the fit on all rows has converged.
    fn most_taken(&self) -> usize {
        let full = self.full.as_ref().map_or(0, |fit| fit.taken());
        self.folds
            .iter()
            .map(|f| f.fit.taken())
            .fold(full, usize::max)
    }

    fn keeps_snapshot(&self, step: usize) -> bool {
        let planned = self.full.as_ref().map_or(1, |fit| fit.planned());
        let rows = self.job.table.rows();
        let outputs = self.outputs();
        let one = (rows * outputs * 8).max(1);
        let most = (SNAPSHOT_BYTES / one).clamp(4, 200);
        step == 1 || step.is_multiple_of(planned.div_ceil(most).max(1))
    }

    fn outputs(&self) -> usize {
        self.prepared
            .as_ref()
            .map_or(1, |p| p.class_names().len().max(1))
    }

    fn point(&self, x: f64, cancel: &Cancel) -> Outcome<CurvePoint> {
        let mut point = CurvePoint {
            x,
            ..CurvePoint::default()
        };
        if self.job.task() == Task::Clustering {
            point.training_loss = vec![self.full.as_ref().and_then(|fit| fit.loss())];
        }
        for fold in &self.folds {
            cancel.check()?;
            let (score, loss) = score_and_loss(&fold.part.test_y, &fold.test.values, fold.soft);
            point.validation.push(score);
            point.validation_loss.push(loss);
            let (score, loss) = score_and_loss(&fold.train_y, &fold.train.values, fold.soft);
            point.training.push(score);
            point.training_loss.push(loss);
        }
        Ok(point)
    }

    fn fitted(&self) -> Option<Fitted> {
        let (fit, part) = (self.full.as_ref()?, self.full_part.as_ref()?);
        // Before the first step there is no model to show.
        if fit.taken() == 0 {
            return None;
        }
        Some(Fitted {
            model: fit.model(),
            recipe: part.recipe.clone(),
            rows: part.rows.len(),
            of_rows: part.rows.len(),
            step: fit.taken(),
            planned: if fit.is_finished() {
                fit.taken()
            } else {
                fit.planned()
            },
        })
    }

    fn snapshot(
        &mut self,
        point: CurvePoint,
        held_out: Arc<HeldOut>,
        cancel: &Cancel,
    ) -> Outcome<()> {
        let (Some(fitted), Some(part)) = (self.fitted(), &self.full_part) else {
            return Ok(());
        };
        self.kept = fitted.step;
        let clusters = match self.job.task() {
            Task::Clustering => Some(clustering::of_step(&*fitted.model, part, cancel)?),
            _ => None,
        };
        let snapshot = Arc::new(Snapshot {
            fitted,
            held_out,
            point,
            clusters,
        });
        self.emit.send(Event::Snapshot {
            key: self.key,
            snapshot,
        });
        Ok(())
    }

    fn held_out(&self) -> HeldOut {
        // Under `file:` the held-out rows belong to another table; there is nothing to ring.
        if self.job.test.is_some() || self.folds.is_empty() {
            return HeldOut::default();
        }
        let parts = self
            .folds
            .iter()
            .map(|f| (&*f.part.test_rows, f.test.values.as_slice()));
        measure::held_out(self.job.table.rows(), self.outputs(), parts)
    }

    /// The report of the state reached; `stopped` where the person stopped it.
    fn finish(&mut self, stopped: bool, cancel: &Cancel) -> Outcome<()> {
        let report = self.report(stopped, cancel)?;
        self.emit.send(Event::Finished {
            key: self.key,
            report: Arc::new(report),
        });
        if !stopped {
            let nothing = self.after.is_nothing();
            self.stage = if nothing { Stage::Done } else { Stage::Growth };
            self.scored = true;
        }
        Ok(())
    }

    /// Sends the report of an unfinished run, whose fits stay as they are. Also of one that has not
    /// begun: its report has no scores.
    pub fn report_stopped(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.scored || self.stage == Stage::Done {
            return Ok(());
        }
        if self.prepared.is_none() {
            self.prepared = Some(self.cache.get(&self.job, cancel)?);
        }
        // The surface shall be that of the score, as near as the fits are.
        if let Some(point) = self.curve.last().cloned()
            && self
                .full
                .as_ref()
                .is_some_and(|fit| fit.taken() > self.kept)
        {
            self.snapshot(point, Arc::new(self.held_out()), cancel)?;
        }
        self.finish(true, cancel)?;
        self.stopped = true;
        Ok(())
    }

    fn report(&self, stopped: bool, cancel: &Cancel) -> Outcome<Report> {
        let prepared = self.prepared()?;
        let mut report = Report::new(&self.job, &prepared);
        report.stopped = stopped;
        report.curve = self.curve.clone();
        if let (Some(fitted), Some(part)) = (self.fitted(), &self.full_part) {
            report.set_fitted(fitted, &self.job, &prepared);
            if self.job.task() == Task::Clustering {
                clustering::describe(&mut report, part, &self.job, cancel)?;
            }
        }
        if self.job.task() != Task::Clustering {
            let folds: Vec<Predicted<'_>> =
                self.folds.iter().filter_map(FoldRun::predicted).collect();
            measure::fill(&mut report, &folds, self.outputs(), cancel)?;
            cancel.check()?;
            report.held_out = Arc::new(self.held_out());
        }
        let seconds: Vec<f64> = self.folds.iter().map(|fold| fold.seconds).collect();
        report.fit_seconds = if seconds.is_empty() {
            self.full_seconds
        } else {
            seconds.iter().sum::<f64>() / seconds.len() as f64
        };
        let fits = self
            .full
            .iter()
            .chain(self.folds.iter().map(|fold| &fold.fit));
        for note in fits
            .flat_map(|fit| fit.notes())
            .chain(self.notes.iter().cloned())
        {
            if !report.warnings.contains(&note) {
                report.warnings.push(note);
            }
        }
        Ok(report)
    }

    fn step_growth(&mut self, cancel: &Cancel) -> Outcome<()> {
        let grows = self.job.params.algorithm().tags.grows.is_some();
        if !grows || !self.after.growth {
            self.stage = Stage::Curve;
            return Ok(());
        }
        let prepared = self.prepared()?;
        let growth = self
            .growth
            .get_or_insert_with(|| Growth::new(self.job.clone(), prepared));
        if let Some(snapshots) = growth.step(&self.context, cancel)? {
            self.emit.send(Event::Growth {
                key: self.key,
                snapshots,
            });
            self.growth = None;
            self.stage = Stage::Curve;
        }
        Ok(())
    }

    fn step_curve(&mut self, cancel: &Cancel) -> Outcome<()> {
        if !self.after.curve {
            self.stage = Stage::Done;
            return Ok(());
        }
        if self.parameter_curve.is_none() {
            self.parameter_curve = ParameterCurve::new(&self.job, &self.prepared()?);
        }
        let Some(curve) = &mut self.parameter_curve else {
            self.stage = Stage::Done;
            return Ok(());
        };
        if curve.step(&self.context, cancel)? {
            for point in curve.points() {
                self.emit.send(Event::CurvePoint {
                    key: self.key,
                    point,
                    over_parameter: true,
                });
            }
            self.stage = Stage::Done;
        }
        Ok(())
    }

    fn pace(&self, folds_done: usize) {
        let algorithm = self.job.params.algorithm();
        let folds = self.fold_count();
        let (fraction, text) = match (algorithm.tags.steps, &self.full) {
            (Some(unit), Some(fit)) if fit.planned() > 1 => {
                // By rounds: a fold may go on where the fit on all rows has converged.
                let whole = self.round as f64 - 1.0;
                let done = whole + folds_done as f64 / folds.max(1) as f64;
                let text = format!("{} of {} {unit}", fit.taken(), fit.planned());
                ((done.max(0.0) / fit.planned() as f64).min(1.0), text)
            }
            _ => {
                let text = format!("fold {} of {folds}", (folds_done + 1).min(folds.max(1)));
                ((1 + folds_done) as f64 / (1 + folds) as f64, text)
            }
        };
        let elapsed = self.worked.max(self.started.elapsed().as_secs_f64());
        self.emit.send(Event::Progress {
            key: self.key,
            pace: Pace {
                fraction,
                text,
                seconds_left: (elapsed > 0.5 && fraction > 0.02)
                    .then(|| elapsed / fraction * (1.0 - fraction)),
            },
        });
    }
}

impl FoldRun {
    fn refresh(&mut self, cancel: &Cancel) -> Outcome<()> {
        self.fit
            .refresh(&self.part.test_x, &mut self.test, cancel)?;
        self.soft = self.soft || self.fit.model().has_probabilities();
        self.fit.refresh(&self.train_x, &mut self.train, cancel)
    }

    fn predicted(&self) -> Option<Predicted<'_>> {
        let y = self.part.test_y.as_ref()?;
        (!self.test.values.is_empty()).then_some(Predicted {
            y,
            values: &self.test.values,
        })
    }
}

/// Runs a job to its end on this thread and gives its report; for the command line and the tests.
pub fn run_to_end(
    job: Arc<Job>,
    cache: &PreparedCache,
    context: Context,
    cancel: &Cancel,
) -> Outcome<Arc<Report>> {
    let (sender, events) = std::sync::mpsc::channel();
    let emit = Emit::new(sender, || {});
    let mut run = Run::new(job, cache.clone(), context, emit, After::default());
    let mut report = None;
    while !run.is_done() {
        run.advance(Some(Instant::now()), cancel)?;
        // Drained as it goes: snapshots are large, and nobody keeps them here.
        for event in events.try_iter() {
            if let Event::Finished {
                report: finished, ..
            } = event
            {
                report = Some(finished);
            }
        }
    }
    report.ok_or(Halt::Cancelled)
}

#[cfg(test)]
mod tests;
