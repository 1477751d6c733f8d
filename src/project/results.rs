//! Results by job: what has arrived of each, kept up to a byte budget.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use crate::base::{Hash128, Problem};
use crate::train::{CurvePoint, Event, Fitted, Pace, Report, Snapshot, Surface};

/// What has arrived of one job.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub coarse: Option<Fitted>,
    /// Newest last; of an algorithm that does not iterate, one.
    pub snapshots: Vec<Arc<Snapshot>>,
    pub curve: Vec<CurvePoint>,
    /// The curve over the algorithm's parameter.
    pub sweep: Vec<CurvePoint>,
    pub pace: Option<Pace>,
    pub report: Option<Arc<Report>>,
    pub problem: Option<Problem>,
    /// The newest surface, for whatever plane it was asked.
    pub surface: Option<Arc<Surface>>,
    pub no_surface: Option<Problem>,
    pub started: Option<Instant>,
    used: u64,
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

    fn bytes(&self) -> usize {
        let snapshots: usize = self
            .snapshots
            .iter()
            .map(|s| s.held_out.values.len() * 8 + 512)
            .sum();
        let models = self.fitted().map_or(0, |f| f.model.bytes());
        let surface = self.surface.as_ref().map_or(0, |s| s.values.len() * 4);
        let report = self.report.as_ref().map_or(0, |r| r.bytes());
        2048 + snapshots + models + surface + report
    }
}

#[derive(Debug, Default)]
pub struct Results {
    entries: HashMap<Hash128, Entry>,
    clock: u64,
}

const BUDGET_BYTES: usize = 768 << 20;

impl Results {
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
        self.entries.remove(&key);
    }

    /// Takes an event in; gives the job that it was about.
    pub fn take(&mut self, event: Event) -> Option<Hash128> {
        let key = match event {
            Event::Started { key } => {
                // A run that starts anew brings its own curve; what was there is of the same job.
                let entry = self.entry(key);
                entry.started = Some(Instant::now());
                entry.snapshots.clear();
                entry.curve.clear();
                entry.sweep.clear();
                entry.problem = None;
                key
            }
            Event::Progress { key, pace } => {
                self.entry(key).pace = Some(pace);
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
                self.entry(key).snapshots.push(snapshot);
                key
            }
            Event::Finished { key, report } => {
                let entry = self.entry(key);
                entry.report = Some(report);
                entry.pace = None;
                self.make_room();
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
                // Neither an earlier asked one that comes late, nor a coarse one of the same plane,
                // stands above what is there.
                let better = entry.surface.as_ref().is_some_and(|old| {
                    let sharper = old.request == surface.request && old.columns > surface.columns;
                    old.order > surface.order || sharper
                });
                if !better {
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

    fn make_room(&mut self) {
        let mut bytes: usize = self.entries.values().map(Entry::bytes).sum();
        while bytes > BUDGET_BYTES && self.entries.len() > 16 {
            let oldest = self
                .entries
                .iter()
                .min_by_key(|(_, e)| e.used)
                .map(|(k, _)| *k);
            let Some(entry) = oldest.and_then(|key| self.entries.remove(&key)) else {
                break;
            };
            bytes -= entry.bytes();
        }
    }
}
