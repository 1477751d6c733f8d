//! Results by job: what has arrived of each, kept up to a byte budget.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use crate::base::{Hash128, Problem};
use crate::train::{CurvePoint, Event, Fitted, HeldOut, Pace, Report, Snapshot, Surface};

/// What has arrived of one job.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub coarse: Option<Fitted>,
    /// Newest last; of an algorithm that does not iterate, one.
    pub snapshots: Vec<Arc<Snapshot>>,
    pub curve: Vec<CurvePoint>,
    /// The curve over the algorithm's parameter.
    pub sweep: Vec<CurvePoint>,
    /// The snapshots are the stages of a model that was fitted at once.
    pub grown: bool,
    pub pace: Option<Pace>,
    pub report: Option<Arc<Report>>,
    pub problem: Option<Problem>,
    /// The newest surface, for whatever plane it was asked.
    pub surface: Option<Arc<Surface>>,
    pub no_surface: Option<Problem>,
    pub started: Option<Instant>,
    used: u64,
    /// Of the snapshots.
    snapshot_bytes: usize,
    /// Of the newest snapshot's model.
    model_bytes: usize,
    /// As counted after the last event.
    bytes: usize,
}

impl Entry {
    /// The best model so far: the newest step's, else the coarse one.
    pub fn fitted(&self) -> Option<&Fitted> {
        let snapshot = self.snapshots.last().map(|s| &s.fitted);
        snapshot.or(self.coarse.as_ref())
    }

    /// Scored to the end.
    pub fn is_complete(&self) -> bool {
        self.report.as_ref().is_some_and(|r| !r.stopped)
    }

    /// The snapshot at a share (0 to 1) of the planned steps, or before it; None: the newest.
    pub fn snapshot_at(&self, share: Option<f64>) -> Option<&Arc<Snapshot>> {
        let newest = self.snapshots.last()?;
        let Some(share) = share else {
            return Some(newest);
        };
        let step = self.place(share)?.floor() as usize;
        let mut reached = self.snapshots.iter().rev();
        reached
            .find(|s| s.fitted.step <= step)
            .or(self.snapshots.first())
    }

    /// Where a share of the planned steps lies, in steps, from 1. Of a clustering also halfway between
    /// two: the rows have gone to the nearest centre, and the centres are on their way.
    fn place(&self, share: f64) -> Option<f64> {
        let newest = self.snapshots.last()?;
        let at = share * newest.fitted.planned.max(1) as f64;
        let parts = if newest.clusters.is_some() { 2.0 } else { 1.0 };
        Some(((at * parts).round() / parts).max(1.0))
    }

    /// The next snapshot, where the centres are on their way to it.
    pub fn moving_to(&self, share: Option<f64>) -> Option<&Arc<Snapshot>> {
        let place = self.place(share?)?;
        let after = |s: &&Arc<Snapshot>| s.fitted.step as f64 > place;
        (place.fract() > 0.0)
            .then(|| self.snapshots.iter().find(after))
            .flatten()
    }

    /// The held-out predictions at such a share: of the newest step the report's.
    pub fn held_out_at(&self, share: Option<f64>) -> Option<Arc<HeldOut>> {
        let snapshot = self.snapshot_at(share);
        let newest = match (snapshot, self.snapshots.last()) {
            (Some(shown), Some(newest)) => Arc::ptr_eq(shown, newest),
            _ => true,
        };
        let of_report = self.report.as_ref().filter(|_| newest);
        of_report
            .map(|r| r.held_out.clone())
            .or_else(|| snapshot.map(|s| s.held_out.clone()))
            .filter(|h| !h.values.is_empty())
    }

    fn push(&mut self, snapshot: Arc<Snapshot>) {
        let model = snapshot.fitted.model.bytes();
        let before = std::mem::replace(&mut self.model_bytes, model);
        // A model that has grown shares its older stages with the former snapshot.
        let new = if model > before {
            model - before
        } else {
            model
        };
        let told = snapshot.clusters.as_ref().map_or(0, |c| c.len() * 4);
        self.snapshot_bytes += new + told + snapshot.held_out.values.len() * 8 + 512;
        self.snapshots.push(snapshot);
    }

    fn count_bytes(&self) -> usize {
        let coarse = self.coarse.as_ref().map_or(0, |f| f.model.bytes());
        // What a painter makes of a surface is about as large again as its values, and an image.
        let surface = |s: &Arc<Surface>| s.values.len() * 8 + s.columns * s.rows * 4;
        let surface = self.surface.as_ref().map_or(0, surface);
        let report = self.report.as_ref().map_or(0, |r| r.bytes());
        let curves = (self.curve.len() + self.sweep.len()) * 256;
        2048 + self.snapshot_bytes + coarse + surface + report + curves
    }
}

#[derive(Debug)]
pub struct Results {
    entries: HashMap<Hash128, Entry>,
    clock: u64,
    bytes: usize,
    budget: usize,
    /// Jobs on the screen: they stay whatever their size.
    shown: HashSet<Hash128>,
}

impl Default for Results {
    fn default() -> Self {
        Results::with_budget(768 << 20)
    }
}

impl Results {
    /// Keeps about so many bytes beside what is on the screen.
    pub fn with_budget(budget: usize) -> Self {
        Results {
            entries: HashMap::new(),
            clock: 0,
            bytes: 0,
            budget,
            shown: HashSet::new(),
        }
    }

    /// These are on the screen from now on.
    pub fn show(&mut self, keys: impl Iterator<Item = Hash128>) {
        self.shown = keys.collect();
        self.make_room();
    }

    pub fn get(&self, key: Hash128) -> Option<&Entry> {
        self.entries.get(&key)
    }

    /// Marks as used now; the least recently used go first.
    pub fn touch(&mut self, key: Hash128) {
        self.clock += 1;
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.used = self.clock;
        }
    }

    pub fn forget(&mut self, key: Hash128) {
        if let Some(entry) = self.entries.remove(&key) {
            self.bytes -= entry.bytes;
        }
    }

    /// Takes an event in; gives the job that it was about.
    pub fn take(&mut self, event: Event) -> Option<Hash128> {
        let key = self.sort_in(event)?;
        if let Some(entry) = self.entries.get_mut(&key) {
            let bytes = entry.count_bytes();
            self.bytes = self.bytes - entry.bytes + bytes;
            entry.bytes = bytes;
        }
        self.make_room();
        Some(key)
    }

    fn sort_in(&mut self, event: Event) -> Option<Hash128> {
        let key = match event {
            Event::Started { key } => {
                // A run that starts anew brings its own curve; what was there is of the same job.
                let entry = self.entry(key);
                entry.started = Some(Instant::now());
                entry.snapshots.clear();
                entry.snapshot_bytes = 0;
                entry.model_bytes = 0;
                entry.curve.clear();
                entry.sweep.clear();
                entry.grown = false;
                entry.report = None;
                entry.problem = None;
                key
            }
            Event::Progress { key, pace } => {
                let entry = self.entry(key);
                entry.pace = Some(pace);
                // It was stopped and goes on.
                if entry.report.as_ref().is_some_and(|r| r.stopped) {
                    entry.report = None;
                }
                key
            }
            Event::Coarse { key, fitted } => {
                self.entry(key).coarse = Some(fitted);
                key
            }
            Event::CurvePoint {
                key,
                point,
                over_parameter,
            } => {
                let entry = self.entry(key);
                if over_parameter {
                    entry.sweep.push(point);
                } else {
                    entry.curve.push(point);
                }
                key
            }
            Event::Snapshot { key, snapshot } => {
                self.entry(key).push(snapshot);
                key
            }
            Event::Growth { key, snapshots } => {
                let entry = self.entry(key);
                entry.grown = true;
                if !snapshots.is_empty() {
                    entry.snapshots.clear();
                    entry.snapshot_bytes = 0;
                    entry.curve = snapshots.iter().map(|s| s.point.clone()).collect();
                    for snapshot in snapshots {
                        entry.push(snapshot);
                    }
                }
                key
            }
            Event::Finished { key, report } => {
                let entry = self.entry(key);
                // How far it was stays in sight where it was stopped.
                if !report.stopped {
                    entry.pace = None;
                }
                entry.report = Some(report);
                key
            }
            Event::Failed { key, problem } => {
                let entry = self.entry(key);
                entry.problem = Some(problem);
                entry.pace = None;
                key
            }
            Event::Surface { key, surface } => {
                let entry = self.entry(key);
                // A coarse one does not replace a better one of this plane, whichever came first.
                let better = |old: &Arc<Surface>| {
                    old.answers_as(&surface)
                        && old.columns > surface.columns
                        && old.fitted.rows >= surface.fitted.rows
                        && old.fitted.step >= surface.fitted.step
                };
                if !entry.surface.as_ref().is_some_and(better) {
                    entry.surface = Some(surface);
                }
                entry.no_surface = None;
                key
            }
            Event::NoSurface { key, problem } => {
                let entry = self.entry(key);
                entry.no_surface = Some(problem);
                entry.surface = None;
                key
            }
            Event::Crashed { .. } => return None,
        };
        Some(key)
    }

    fn entry(&mut self, key: Hash128) -> &mut Entry {
        self.clock += 1;
        let entry = self.entries.entry(key).or_default();
        entry.used = self.clock;
        entry
    }

    /// Drops what was not used for longest and is not on the screen.
    fn make_room(&mut self) {
        while self.bytes > self.budget {
            let unseen = self.entries.iter().filter(|(k, _)| !self.shown.contains(k));
            let oldest = unseen.min_by_key(|(_, e)| e.used).map(|(k, _)| *k);
            let Some(oldest) = oldest else {
                return;
            };
            self.forget(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::model::Context;
    use crate::train::sample::{params, shared, table};
    use crate::train::{PreparedCache, run_to_end};

    fn report(values: usize) -> Report {
        let job = shared(table(30), params("gaussian_nb", &[]));
        let context = Context::default();
        let report = run_to_end(job, &PreparedCache::default(), context, &Cancel::new());
        Report {
            held_out: Arc::new(HeldOut {
                outputs: 2,
                values: vec![0.5; values],
            }),
            ..(*report.unwrap()).clone()
        }
    }

    fn key(number: usize) -> Hash128 {
        Hash128(number as u128)
    }

    fn finished(number: usize, report: &Report) -> Event {
        Event::Finished {
            key: key(number),
            report: Arc::new(report.clone()),
        }
    }

    /// A drag over a large table: each setting leaves predictions of all rows.
    #[test]
    fn a_long_drag_stays_within_the_budget_and_what_is_shown_stays() {
        let report = report(100_000);
        let mut results = Results::with_budget(10 * 100_000 * 8);
        results.show([key(0)].into_iter());
        for number in 0..50 {
            results.take(Event::Started { key: key(number) });
            results.take(finished(number, &report));
            assert!(results.bytes <= results.budget);
        }
        assert!(results.get(key(0)).is_some());
        assert!(results.get(key(1)).is_none());
        assert!(results.get(key(49)).is_some());
        let counted: usize = results.entries.values().map(Entry::count_bytes).sum();
        assert_eq!(results.bytes, counted);
        // What is no longer shown goes like the rest.
        results.show([key(49)].into_iter());
        for number in 50..60 {
            results.take(finished(number, &report));
        }
        assert!(results.get(key(0)).is_none() && results.get(key(49)).is_some());
        // Shown entries stay even where they alone are too large.
        results.show((52..60).map(key));
        results.budget = 0;
        results.take(Event::Started { key: key(52) });
        assert_eq!(results.entries.len(), 8);
    }

    #[test]
    fn what_was_stopped_runs_again_with_its_next_event() {
        let mut results = Results::default();
        let stopped = Report {
            stopped: true,
            ..report(0)
        };
        results.take(finished(1, &stopped));
        assert!(!results.get(key(1)).unwrap().is_complete());
        results.take(Event::Progress {
            key: key(1),
            pace: Pace::default(),
        });
        assert!(results.get(key(1)).unwrap().report.is_none());
        results.take(finished(1, &report(0)));
        results.take(Event::Progress {
            key: key(1),
            pace: Pace::default(),
        });
        assert!(results.get(key(1)).unwrap().is_complete());
    }
}
