//! The live loop's engine room: told which jobs are wanted, it starts what is new, stops what is
//! superseded, and draws every new model over the plane that is on the screen.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::coarse::coarse;
use super::event::{Emit, Event, Fitted};
use super::lanes::{Lane, LaneHandle, Lanes, URGENT};
use super::prepared::PreparedCache;
use super::surface::{PlaneRequest, surface};
use super::{Job, Run};
use crate::base::{Cancel, Halt, Hash128};
use crate::model::{Context, Reuse};

/// A job that somebody looks at.
#[derive(Clone)]
pub struct Wanted {
    /// The model card; a newer job of a slot supersedes the older.
    pub slot: u64,
    pub job: Arc<Job>,
    /// The selected model goes first.
    pub selected: bool,
    /// Its result is there already; only pictures are still needed of it.
    pub complete: bool,
    /// So dear that its fit on all rows waits for a click: only a sample is fitted.
    pub sample_only: bool,
}

/// A job under way, or done while somebody still looks at it.
struct Handle {
    cancel: Cancel,
    priority: AtomicU8,
    paused: AtomicBool,
    /// Only a sample has been asked for so far.
    sample_only: AtomicBool,
    /// The run, between two slices.
    run: Mutex<Option<Run>>,
}

/// The picture of a slot under way: two of one name are one picture.
struct Picture {
    of: Hash128,
    step: usize,
    rows: usize,
    plane: Arc<PlaneRequest>,
    cancel: Cancel,
}

struct Shared {
    emit: Emit,
    prepared: PreparedCache,
    reuse: Reuse,
    threads: usize,
    handles: Mutex<HashMap<Hash128, Arc<Handle>>>,
    plane: Mutex<Option<Arc<PlaneRequest>>>,
    /// The picture of each slot under way.
    pictures: Mutex<HashMap<u64, Picture>>,
    /// Surfaces asked for so far.
    surfaces: AtomicU64,
}

/// A slice of a fit before the next fit gets its turn.
const SLICE: Duration = Duration::from_millis(25);

/// Owns the workers. Dropping it stops everything.
pub struct Live {
    shared: Arc<Shared>,
    lanes: Lanes,
}

impl Live {
    /// Events go to `emit`, whose wake-up must not block.
    pub fn new(emit: Emit) -> Self {
        let crashed = emit.clone();
        let lanes = Lanes::new(move |what| crashed.send(Event::Crashed { what }));
        let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
        Live {
            shared: Arc::new(Shared {
                emit,
                prepared: PreparedCache::default(),
                reuse: Reuse::default(),
                threads,
                handles: Mutex::default(),
                plane: Mutex::default(),
                pictures: Mutex::default(),
                surfaces: AtomicU64::new(1),
            }),
            lanes,
        }
    }

    /// Makes these the wanted jobs: all others stop, new ones start.
    pub fn want(&self, wanted: &[Wanted]) {
        let keys: HashSet<Hash128> = wanted.iter().map(|w| w.job.key()).collect();
        let mut handles = lock(&self.shared.handles);
        handles.retain(|key, handle| {
            let keep = keys.contains(key);
            if !keep {
                handle.cancel.cancel();
            }
            keep
        });
        for (order, wanted) in wanted.iter().enumerate() {
            let key = wanted.job.key();
            let priority = if wanted.selected {
                200
            } else {
                100 - order.min(99) as u8
            };
            if let Some(handle) = handles.get(&key) {
                handle.priority.store(priority, Ordering::Relaxed);
                if !wanted.sample_only && handle.sample_only.swap(false, Ordering::Relaxed) {
                    self.start_fit(wanted, handle.clone());
                }
                continue;
            }
            if wanted.complete {
                continue;
            }
            let handle = Arc::new(Handle {
                cancel: Cancel::new(),
                priority: AtomicU8::new(priority),
                paused: AtomicBool::new(false),
                sample_only: AtomicBool::new(wanted.sample_only),
                run: Mutex::new(None),
            });
            handles.insert(key, handle.clone());
            self.start_coarse(wanted, priority);
            if !wanted.sample_only {
                self.start_fit(wanted, handle);
            }
        }
    }

    fn start_coarse(&self, wanted: &Wanted, priority: u8) {
        let lanes = self.lanes.handle();
        let (job, shared, slot) = (wanted.job.clone(), self.shared.clone(), wanted.slot);
        self.lanes
            .submit(Lane::Coarse, priority, Some(slot), move || {
                coarse_task(&shared, &lanes, &job, slot);
            });
    }

    fn start_fit(&self, wanted: &Wanted, handle: Arc<Handle>) {
        let context = Context {
            seed: wanted.job.seed,
            threads: 1,
            reuse: self.shared.reuse.clone(),
            ..Context::default()
        };
        let run = Run::new(
            wanted.job.clone(),
            self.shared.prepared.clone(),
            context,
            self.shared.emit.clone(),
            true,
        );
        *lock(&handle.run) = Some(run);
        schedule(self.shared.clone(), self.lanes.handle(), handle);
    }

    /// Stops a job where it stands and reports what it has; `resume` goes on.
    pub fn stop(&self, key: Hash128) {
        if let Some(handle) = lock(&self.shared.handles).get(&key) {
            handle.paused.store(true, Ordering::Relaxed);
        }
    }

    pub fn resume(&self, key: Hash128) {
        let handle = lock(&self.shared.handles).get(&key).cloned();
        if let Some(handle) = handle
            && handle.paused.swap(false, Ordering::Relaxed)
        {
            schedule(self.shared.clone(), self.lanes.handle(), handle);
        }
    }

    /// Forgets a finished, stopped or failed job, so that wanting it again starts it anew.
    pub fn forget(&self, key: Hash128) {
        if let Some(handle) = lock(&self.shared.handles).remove(&key) {
            handle.cancel.cancel();
        }
    }

    /// What is on the screen from now on; models that come in are drawn over it.
    pub fn set_plane(&self, plane: Option<PlaneRequest>) {
        *lock(&self.shared.plane) = plane.map(Arc::new);
    }

    /// Draws a model that is there already over the present plane.
    pub fn draw(&self, slot: u64, key: Hash128, fitted: Fitted, first: bool) {
        let plane = lock(&self.shared.plane).clone();
        if let Some(plane) = plane {
            draw(
                &self.shared,
                &self.lanes.handle(),
                slot,
                key,
                fitted,
                plane,
                if first { 200 } else { 100 },
            );
        }
    }

    /// Runs something on a picture worker; a waiting task of the same slot is dropped for it.
    pub fn picture(&self, slot: u64, priority: u8, task: impl FnOnce() + Send + 'static) {
        self.lanes.submit(Lane::Picture, priority, Some(slot), task);
    }

    /// Preparations, shared with whoever needs rows of a job.
    pub fn prepared(&self) -> PreparedCache {
        self.shared.prepared.clone()
    }

    pub fn reuse(&self) -> Reuse {
        self.shared.reuse.clone()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        for handle in lock(&self.shared.handles).values() {
            handle.cancel.cancel();
        }
        for picture in lock(&self.shared.pictures).values() {
            picture.cancel.cancel();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A coarse job completes once it has started: a drag shall show pictures, not only its end.
fn coarse_task(shared: &Arc<Shared>, lanes: &LaneHandle, job: &Arc<Job>, slot: u64) {
    let key = job.key();
    let context = Context {
        seed: job.seed,
        threads: 1,
        reuse: shared.reuse.clone(),
        ..Context::default()
    };
    let cancel = Cancel::new();
    match coarse(job, &shared.prepared, &context, &cancel) {
        Ok(fitted) => {
            shared.emit.send(Event::Coarse {
                key,
                fitted: fitted.clone(),
            });
            let plane = lock(&shared.plane).clone();
            let Some(plane) = plane else { return };
            let order = shared.surfaces.fetch_add(1, Ordering::Relaxed);
            if let Ok(mut surface) = surface(&fitted, &plane, plane.coarse, 1, &cancel) {
                surface.order = order;
                shared.emit.send(Event::Surface {
                    key,
                    surface: Arc::new(surface),
                });
            }
            // The setting may have moved on meanwhile; then the full picture is somebody else's.
            let wanted = lock(&shared.handles).contains_key(&key);
            if wanted && fitted.is_exact() {
                draw(shared, lanes, slot, key, fitted, plane, URGENT);
            } else if wanted && fitted.rows < fitted.of_rows {
                // The fit on all rows may take long: until then the sample's is shown sharply.
                draw(shared, lanes, slot, key, fitted, plane, 150);
            }
        }
        // The full fit meets the same problem and reports it.
        Err(Halt::Failed(_) | Halt::Cancelled) => {}
    }
}

fn draw(
    shared: &Arc<Shared>,
    lanes: &LaneHandle,
    slot: u64,
    key: Hash128,
    fitted: Fitted,
    plane: Arc<PlaneRequest>,
    priority: u8,
) {
    let shared = shared.clone();
    let order = shared.surfaces.fetch_add(1, Ordering::Relaxed);
    lanes.submit(Lane::Picture, priority, Some(slot), move || {
        let cancel = Cancel::new();
        let (step, rows) = (fitted.step, fitted.rows);
        {
            let mut pictures = lock(&shared.pictures);
            if let Some(older) = pictures.get(&slot) {
                let same_fit = (older.of, older.step, older.rows) == (key, step, rows);
                // The coarse fit of few rows and the full one are the same.
                if same_fit && Arc::ptr_eq(&older.plane, &plane) {
                    return;
                }
                // A later step of one job lets the earlier one be drawn: else a fast fit is never
                // seen.
                if older.of != key {
                    older.cancel.cancel();
                }
            }
            let picture = Picture {
                of: key,
                step,
                rows,
                plane: plane.clone(),
                cancel: cancel.clone(),
            };
            pictures.insert(slot, picture);
        }
        let made = surface(&fitted, &plane, plane.full, shared.threads, &cancel);
        {
            let mut pictures = lock(&shared.pictures);
            let own = |p: &Picture| (p.of, p.step, p.rows) == (key, step, rows);
            if pictures.get(&slot).is_some_and(own) {
                pictures.remove(&slot);
            }
        }
        match made {
            Ok(mut surface) => {
                surface.order = order;
                shared.emit.send(Event::Surface {
                    key,
                    surface: Arc::new(surface),
                });
            }
            Err(Halt::Failed(problem)) => shared.emit.send(Event::NoSurface { key, problem }),
            Err(Halt::Cancelled) => {}
        }
    });
}

fn schedule(shared: Arc<Shared>, lanes: LaneHandle, handle: Arc<Handle>) {
    let priority = handle.priority.load(Ordering::Relaxed);
    let next = lanes.clone();
    lanes.submit(Lane::Fine, priority, None, move || {
        slice(shared, next, handle)
    });
}

fn slice(shared: Arc<Shared>, lanes: LaneHandle, handle: Arc<Handle>) {
    let Some(mut run) = lock(&handle.run).take() else {
        return;
    };
    if handle.cancel.is_cancelled() {
        return;
    }
    let key = run.key();
    if handle.paused.load(Ordering::Relaxed) {
        let _ = run.report_stopped(&handle.cancel);
        *lock(&handle.run) = Some(run);
        return;
    }
    let had_model = run.has_model();
    match run.advance(Some(Instant::now() + SLICE), &handle.cancel) {
        // The handle stays until the job is no longer wanted, so that it does not start again
        // between its end and the moment when the subscriber hears of it.
        Ok(()) if run.is_done() => {}
        Ok(()) => {
            // Once it can show a model, a run lets the other models go first for a while.
            if !had_model && run.has_model() && handle.priority.load(Ordering::Relaxed) > 100 {
                handle.priority.store(100, Ordering::Relaxed);
            }
            *lock(&handle.run) = Some(run);
            schedule(shared, lanes, handle);
        }
        Err(Halt::Cancelled) => {}
        Err(Halt::Failed(problem)) => shared.emit.send(Event::Failed { key, problem }),
    }
}
