//! The live loop's engine room: told which jobs are wanted, it starts what is new, stops what is
//! superseded, and draws every new model over the plane that is on the screen.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use super::coarse::coarse;
use super::event::{Emit, Event, Fitted};
use super::handle::Handle;
use super::lanes::{Lane, LaneHandle, Lanes, URGENT, panic_text};
use super::prepared::PreparedCache;
use super::run::After;
use super::surface::{PlaneRequest, surface};
use super::{Job, Run};
use crate::base::{Cancel, Halt, Hash128, Problem};
use crate::model::{Context, Reuse};

/// A job that somebody looks at.
#[derive(Clone)]
pub struct Wanted {
    /// The model card; a newer job of a slot supersedes the older.
    pub slot: u64,
    pub job: Arc<Job>,
    /// The selected model goes first.
    pub selected: bool,
    /// Its score is there already, or never will be.
    pub scored: bool,
    /// What is to come after the score, and is not there yet.
    pub after: After,
}

struct Shared {
    emit: Emit,
    prepared: PreparedCache,
    reuse: Reuse,
    threads: usize,
    /// With what each was to make after the score.
    handles: Mutex<HashMap<Hash128, (Arc<Handle>, After)>>,
    plane: Mutex<Option<Arc<PlaneRequest>>>,
    pictures: Mutex<Pictures>,
}

/// The order of pictures: of one job, none follows a full one that was begun later.
#[derive(Default)]
struct Pictures {
    begun: u64,
    /// The newest full picture sent of each job.
    sent: HashMap<Hash128, u64>,
    /// The picture of each slot under way.
    under_way: HashMap<u64, Picture>,
}

struct Picture {
    serial: u64,
    key: Hash128,
    fitted: Fitted,
    plane: Arc<PlaneRequest>,
    cancel: Cancel,
}

impl Picture {
    fn is_of(&self, fitted: &Fitted, plane: &Arc<PlaneRequest>) -> bool {
        Arc::ptr_eq(&self.fitted.model, &fitted.model) && Arc::ptr_eq(&self.plane, plane)
    }
}

/// Jobs whose order of pictures is remembered, at most.
const MOST_SENT: usize = 4096;

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
            }),
            lanes,
        }
    }

    /// Makes these the wanted jobs: all others stop, new ones start. Of two with one job, the first
    /// says how urgent it is.
    pub fn want(&self, wanted: &[Wanted]) {
        let mut handles = lock(&self.shared.handles);
        let keys: HashSet<Hash128> = wanted.iter().map(|w| w.job.key()).collect();
        handles.retain(|key, (handle, _)| {
            let keep = keys.contains(key);
            if !keep {
                handle.end();
            }
            keep
        });
        let mut seen = HashSet::new();
        for (order, wanted) in wanted.iter().enumerate() {
            let key = wanted.job.key();
            if !seen.insert(key) {
                continue;
            }
            let priority = if wanted.selected {
                200
            } else {
                100 - order.min(99) as u8
            };
            let more = match handles.get(&key) {
                Some((handle, asked)) => {
                    let more = wanted.after.without(*asked);
                    if !handle.is_done() || more.is_nothing() {
                        handle.set_priority(priority);
                        continue;
                    }
                    more
                }
                None if wanted.scored && wanted.after.is_nothing() => continue,
                None => wanted.after,
            };
            let before = handles.get(&key).map_or(After::default(), |h| h.1);
            let scored = wanted.scored || handles.contains_key(&key);
            let asked = After {
                curve: before.curve || more.curve,
                growth: before.growth || more.growth,
            };
            let started = self.start(wanted, scored, more, priority);
            handles.insert(key, (started, asked));
        }
    }

    fn start(&self, wanted: &Wanted, scored: bool, after: After, priority: u8) -> Arc<Handle> {
        let (job, shared, slot) = (wanted.job.clone(), self.shared.clone(), wanted.slot);
        let lanes = self.lanes.handle();
        let context = context(&shared, &job);
        let cache = shared.prepared.clone();
        let emit = shared.emit.clone();
        if scored {
            return Handle::start(lanes, &emit, priority.min(50), |emit| {
                Run::only_after(job, cache, context, emit, after)
            });
        }
        let (of_coarse, over) = (job.clone(), lanes.clone());
        self.lanes
            .submit(Lane::Coarse, priority, Some(slot), move || {
                coarse_task(&shared, &over, &of_coarse, slot, false);
            });
        Handle::start(lanes, &emit, priority, |emit| {
            Run::new(job, cache, context, emit, after)
        })
    }

    /// A first picture of a job that is not to be fitted in full: on a sample, and says so.
    pub fn glance(&self, slot: u64, job: Arc<Job>) {
        let (shared, lanes) = (self.shared.clone(), self.lanes.handle());
        self.lanes.submit(Lane::Coarse, 150, Some(slot), move || {
            coarse_task(&shared, &lanes, &job, slot, true);
        });
    }

    /// Stops a job where it stands and reports what it has; `resume` goes on.
    pub fn stop(&self, key: Hash128) {
        if let Some((handle, _)) = lock(&self.shared.handles).get(&key) {
            handle.stop();
        }
    }

    pub fn resume(&self, key: Hash128) {
        if let Some((handle, _)) = lock(&self.shared.handles).get(&key) {
            handle.resume();
        }
    }

    /// Forgets a finished, stopped or failed job, so that wanting it again starts it anew.
    pub fn forget(&self, key: Hash128) {
        if let Some((handle, _)) = lock(&self.shared.handles).remove(&key) {
            handle.end();
        }
    }

    /// What is on the screen from now on; models that come in are drawn over it.
    pub fn set_plane(&self, plane: Option<PlaneRequest>) {
        *lock(&self.shared.plane) = plane.map(Arc::new);
    }

    /// Draws a model that is there already over the present plane.
    pub fn draw(&self, slot: u64, key: Hash128, fitted: Fitted, first: bool) {
        let priority = match (first, fitted.is_exact()) {
            (true, true) => URGENT,
            (true, false) => 200,
            (false, _) => 100,
        };
        draw(
            &self.shared,
            &self.lanes.handle(),
            slot,
            key,
            fitted,
            priority,
        );
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
        for (_, (handle, _)) in lock(&self.shared.handles).drain() {
            handle.end();
        }
        for picture in lock(&self.shared.pictures).under_way.values() {
            picture.cancel.cancel();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn context(shared: &Shared, job: &Job) -> Context {
    Context {
        seed: job.seed,
        threads: 1,
        reuse: shared.reuse.clone(),
        ..Context::default()
    }
}

/// A coarse job completes once it has started: a drag shall show pictures, not only its end.
fn coarse_task(shared: &Arc<Shared>, lanes: &LaneHandle, job: &Arc<Job>, slot: u64, alone: bool) {
    let key = job.key();
    let cancel = Cancel::new();
    // A full fit meets the same problem and reports it.
    let Ok(fitted) = coarse(job, &shared.prepared, &context(shared, job), &cancel) else {
        return;
    };
    shared.emit.send(Event::Coarse {
        key,
        fitted: fitted.clone(),
    });
    let serial = shared.next_picture();
    let Some(plane) = shared.begin_picture(None, serial, key, &fitted, &cancel) else {
        return;
    };
    if let Ok(surface) = surface(&fitted, &plane, plane.coarse, shared.threads, &cancel) {
        let surface = Arc::new(surface);
        shared.send_picture(key, serial, false, Event::Surface { key, surface });
    }
    // The setting may have moved on meanwhile; then the full picture is somebody else's. The lock is
    // held so that it cannot move on between the look and the order.
    let handles = lock(&shared.handles);
    if alone || fitted.is_exact() && handles.contains_key(&key) {
        draw(shared, lanes, slot, key, fitted, URGENT);
    }
}

/// Has the model drawn over the plane that is on the screen when its turn comes.
fn draw(
    shared: &Arc<Shared>,
    lanes: &LaneHandle,
    slot: u64,
    key: Hash128,
    fitted: Fitted,
    priority: u8,
) {
    let shared = shared.clone();
    // In the order in which they are asked for: two workers may begin them the other way round.
    let serial = shared.next_picture();
    lanes.submit(Lane::Picture, priority, Some(slot), move || {
        let cancel = Cancel::new();
        let Some(plane) = shared.begin_picture(Some(slot), serial, key, &fitted, &cancel) else {
            return;
        };
        let ask = || surface(&fitted, &plane, plane.full, shared.threads, &cancel);
        let made = catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|payload| {
            let what = panic_text(payload.as_ref());
            shared.emit.send(Event::Crashed { what: what.clone() });
            Err(Problem::new(format!("the picture broke off unexpectedly ({what})")).into())
        });
        shared.end_picture(slot, serial);
        let event = match made {
            Ok(surface) => Event::Surface {
                key,
                surface: Arc::new(surface),
            },
            Err(Halt::Failed(problem)) => Event::NoSurface { key, problem },
            Err(Halt::Cancelled) => return,
        };
        shared.send_picture(key, serial, true, event);
    });
}

impl Shared {
    fn next_picture(&self) -> u64 {
        let mut pictures = lock(&self.pictures);
        pictures.begun += 1;
        pictures.begun
    }

    /// The plane that a new picture is of; None where no plane is shown, or the same picture is under
    /// way. Of a slot it stops the picture of another job.
    fn begin_picture(
        &self,
        slot: Option<u64>,
        serial: u64,
        key: Hash128,
        fitted: &Fitted,
        cancel: &Cancel,
    ) -> Option<Arc<PlaneRequest>> {
        let mut pictures = lock(&self.pictures);
        let plane = lock(&self.plane).clone()?;
        let older = slot.and_then(|s| pictures.under_way.get(&s));
        if older.is_some_and(|older| older.is_of(fitted, &plane)) {
            return None;
        }
        // A later step of one job lets the earlier one be drawn: else a fast fit is never seen.
        if let Some(older) = older.filter(|older| older.key != key) {
            older.cancel.cancel();
        }
        if let Some(slot) = slot {
            let picture = Picture {
                serial,
                key,
                fitted: fitted.clone(),
                plane: plane.clone(),
                cancel: cancel.clone(),
            };
            pictures.under_way.insert(slot, picture);
        }
        Some(plane)
    }

    fn end_picture(&self, slot: u64, serial: u64) {
        let mut pictures = lock(&self.pictures);
        if pictures
            .under_way
            .get(&slot)
            .is_some_and(|p| p.serial == serial)
        {
            pictures.under_way.remove(&slot);
        }
    }

    /// Sends a picture, unless a later full one of the job has been sent.
    fn send_picture(&self, key: Hash128, serial: u64, full: bool, event: Event) {
        let mut pictures = lock(&self.pictures);
        if pictures.sent.get(&key).is_some_and(|sent| *sent > serial) {
            return;
        }
        if full {
            if pictures.sent.len() >= MOST_SENT {
                pictures.sent.clear();
            }
            pictures.sent.insert(key, serial);
        }
        self.emit.send(event);
    }
}

#[cfg(test)]
mod tests;
