//! What `--timings FILE` reports: frames on the window's own clock, and how old the setting on the
//! screen is while a knob moves.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use crate::base::Hash128;

/// Frames that are left out: fonts, shaders and first layouts.
const WARM_UP: usize = 30;

pub struct Timings {
    begun: Instant,
    first_frame: Option<f64>,
    first_model: Option<f64>,
    last_cpu: Option<f64>,
    frames: Vec<f64>,
    /// When a job was first asked for by a knob.
    asked: HashMap<Hash128, Instant>,
    order: Vec<(Hash128, Instant)>,
    changes: usize,
    coarse: HashMap<Hash128, f64>,
    full: HashMap<Hash128, f64>,
    shown: Option<Hash128>,
    stale: Vec<f64>,
    rows: Rows,
}

/// How soon the rows of a data set are seen, and those of a moved view are sharp; of many rows alone.
#[derive(Default)]
struct Rows {
    asked: Option<Instant>,
    first: Vec<f64>,
    whole: Vec<f64>,
    moved: Option<Instant>,
    sharp: Vec<f64>,
}

impl Timings {
    /// `begun` is when the program started.
    pub fn new(begun: Instant) -> Self {
        Timings {
            begun,
            first_frame: None,
            first_model: None,
            last_cpu: None,
            frames: Vec::new(),
            asked: HashMap::new(),
            order: Vec::new(),
            changes: 0,
            coarse: HashMap::new(),
            full: HashMap::new(),
            shown: None,
            stale: Vec::new(),
            rows: Rows::default(),
        }
    }

    /// Called at each entry of `logic`.
    pub fn frame(&mut self) {
        let now = thread_seconds();
        if let Some(last) = self.last_cpu {
            self.frames.push((now - last) * 1e3);
        }
        self.last_cpu = Some(now);
        if let Some((_, asked)) = self.unanswered() {
            self.stale.push(asked.elapsed().as_secs_f64() * 1e3);
        }
    }

    /// The oldest change that is newer than what is on the screen.
    fn unanswered(&self) -> Option<(Hash128, Instant)> {
        let shown = self.shown?;
        let at = self
            .order
            .iter()
            .rposition(|(key, _)| *key == shown)
            .map_or(0, |at| at + 1);
        self.order.get(at).copied()
    }

    /// The end of the first `ui`.
    pub fn drawn(&mut self) {
        let ms = self.begun.elapsed().as_secs_f64() * 1e3;
        self.first_frame.get_or_insert(ms);
    }

    /// A fitted model is on the screen.
    pub fn model(&mut self) {
        let ms = self.begun.elapsed().as_secs_f64() * 1e3;
        self.first_model.get_or_insert(ms);
    }

    /// A knob asked for this job.
    pub fn knob(&mut self, key: Hash128) {
        self.changes += 1;
        let now = Instant::now();
        self.asked.insert(key, now);
        self.order.push((key, now));
        if self.order.len() > 10_000 {
            self.order.drain(..5_000);
        }
    }

    /// A picture of this job is on the screen; `full`: at full resolution.
    pub fn shown(&mut self, key: Hash128, full: bool) {
        self.shown = Some(key);
        let Some(asked) = self.asked.get(&key) else {
            return;
        };
        let ms = asked.elapsed().as_secs_f64() * 1e3;
        self.coarse.entry(key).or_insert(ms);
        if full {
            self.full.entry(key).or_insert(ms);
        }
    }

    /// The rows of a plane are to be placed.
    pub fn rows_asked(&mut self) {
        self.rows.asked = Some(Instant::now());
    }

    /// They are placed: some of them, or all.
    pub fn rows_placed(&mut self, all: bool) {
        let Some(asked) = self.rows.asked else {
            return;
        };
        let ms = asked.elapsed().as_secs_f64() * 1e3;
        if self.rows.first.len() == self.rows.whole.len() {
            self.rows.first.push(ms);
        }
        if all {
            self.rows.whole.push(ms);
            self.rows.asked = None;
        }
    }

    /// A picture of many points is stretched until its own comes.
    pub fn moved(&mut self) {
        self.rows.moved = Some(Instant::now());
    }

    /// The picture of the newest view is there.
    pub fn sharp(&mut self) {
        let since = self.rows.moved.take().map(|moved| moved.elapsed());
        self.rows
            .sharp
            .extend(since.map(|since| since.as_secs_f64() * 1e3));
    }

    /// Writes the report; an error is said on standard error, since the window is gone.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let frames = self.frames.get(WARM_UP..).unwrap_or_default();
        let values = |map: &HashMap<Hash128, f64>| -> Vec<f64> { map.values().copied().collect() };
        let report = serde_json::json!({
            "first_frame_ms": self.first_frame,
            "first_model_ms": self.first_model,
            "frames": frames.len(),
            "frame_ms": {
                "p50": quantile(frames, 0.5),
                "p99": quantile(frames, 0.99),
                "max": quantile(frames, 1.0),
            },
            "knob": {
                "changes": self.changes,
                "answered": self.coarse.len(),
                "stale_ms": { "p50": quantile(&self.stale, 0.5), "p99": quantile(&self.stale, 0.99) },
                "coarse_ms": { "p50": quantile(&values(&self.coarse), 0.5), "p99": quantile(&values(&self.coarse), 0.99) },
                "full_ms": { "p50": quantile(&values(&self.full), 0.5), "p99": quantile(&values(&self.full), 0.99) },
            },
            "rows": {
                "placed": self.rows.whole.len(),
                "first_ms": { "p50": quantile(&self.rows.first, 0.5), "p99": quantile(&self.rows.first, 0.99) },
                "all_ms": { "p50": quantile(&self.rows.whole, 0.5), "p99": quantile(&self.rows.whole, 0.99) },
                "sharp_ms": { "p50": quantile(&self.rows.sharp, 0.5), "p99": quantile(&self.rows.sharp, 0.99) },
            },
        });
        std::fs::write(path, format!("{report:#}\n"))
    }
}

/// The nearest-rank quantile; None of nothing.
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// CPU time of this thread, in seconds; wall time where there is no such clock.
fn thread_seconds() -> f64 {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
    }
    #[cfg(not(unix))]
    {
        use std::sync::OnceLock;
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(50.0));
        assert_eq!(quantile(&values, 0.99), Some(99.0));
        assert_eq!(quantile(&values, 1.0), Some(100.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_first_rows_come_before_all_of_them() {
        let mut timings = Timings::new(Instant::now());
        timings.rows_placed(true);
        for _ in 0..2 {
            timings.rows_asked();
            timings.rows_placed(false);
            timings.rows_placed(true);
        }
        // Another plane was asked for before all rows of this one were there.
        timings.rows_asked();
        timings.rows_placed(false);
        timings.rows_asked();
        timings.rows_placed(true);
        assert_eq!((timings.rows.first.len(), timings.rows.whole.len()), (3, 3));
        timings.sharp();
        timings.moved();
        timings.moved();
        timings.sharp();
        assert_eq!(timings.rows.sharp.len(), 1);
    }

    #[test]
    fn a_picture_answers_the_change_that_asked_for_it() {
        let mut timings = Timings::new(Instant::now());
        let key = |n| Hash128(n);
        timings.shown(key(0), true);
        timings.knob(key(1));
        timings.knob(key(2));
        timings.shown(key(2), false);
        assert_eq!(
            (timings.changes, timings.coarse.len(), timings.full.len()),
            (2, 1, 0)
        );
        assert!(timings.unanswered().is_none());
    }
}
