//! Named worker threads in lanes, so that a long fit never stands before a quick picture.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Coarse fits, full fits, and pictures have threads of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Coarse,
    Fine,
    Picture,
}

type Task = Box<dyn FnOnce() + Send>;
type Report = Arc<dyn Fn(String) + Send + Sync>;

struct Waiting {
    /// A newer task with the same slot takes the place of a waiting one.
    slot: Option<u64>,
    priority: u8,
    task: Task,
}

#[derive(Default)]
struct Queues {
    waiting: [VecDeque<Waiting>; 3],
    /// Urgent tasks at work.
    urgent: usize,
    closed: bool,
}

/// Coarse fits, and pictures from this priority on, are urgent: as long as there are any, full fits
/// wait between two slices, so that a knob has the processor to itself.
pub(super) const URGENT: u8 = 220;

impl Queues {
    fn is_urgent(&self) -> bool {
        let picture = self.waiting[Lane::Picture as usize].front();
        self.urgent > 0
            || !self.waiting[Lane::Coarse as usize].is_empty()
            || picture.is_some_and(|w| w.priority >= URGENT)
    }

    fn next(&mut self, lane: Lane) -> Option<Waiting> {
        if lane == Lane::Fine && self.is_urgent() {
            return None;
        }
        self.waiting[lane as usize].pop_front()
    }
}

struct Shared {
    queues: Mutex<Queues>,
    arrived: Condvar,
    crashed: Report,
}

/// The threads end when the last handle is gone.
pub struct Lanes {
    shared: Arc<Shared>,
}

impl Lanes {
    /// Fits leave one core to the window; pictures may use all (they start threads of their own).
    /// `crashed` hears of a task that panicked: the thread lives on.
    pub fn new(crashed: impl Fn(String) + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            queues: Mutex::new(Queues::default()),
            arrived: Condvar::new(),
            crashed: Arc::new(crashed),
        });
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get());
        let fine = (cores - 1).clamp(1, 8);
        let plan = [
            (Lane::Coarse, 1, "seefit-coarse"),
            (Lane::Fine, fine, "seefit-fine"),
            (Lane::Picture, 2, "seefit-picture"),
        ];
        for (lane, count, name) in plan {
            for index in 0..count {
                let shared = shared.clone();
                // Without a thread the lane stays silent; there is no machine on which that helps.
                let _ = std::thread::Builder::new()
                    .name(format!("{name}-{index}"))
                    .stack_size(8 << 20)
                    .spawn(move || work(&shared, lane));
            }
        }
        Lanes { shared }
    }

    /// Queues a task: higher priorities first, then in order. A waiting task of the same slot is
    /// dropped for it.
    pub fn submit(
        &self,
        lane: Lane,
        priority: u8,
        slot: Option<u64>,
        task: impl FnOnce() + Send + 'static,
    ) {
        self.handle().submit(lane, priority, slot, task);
    }

    /// A handle with which tasks queue further tasks.
    pub fn handle(&self) -> LaneHandle {
        LaneHandle {
            shared: self.shared.clone(),
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        let mut queues = lock(&self.shared);
        queues.closed = true;
        queues.waiting.iter_mut().for_each(VecDeque::clear);
        self.shared.arrived.notify_all();
    }
}

#[derive(Clone)]
pub struct LaneHandle {
    shared: Arc<Shared>,
}

impl LaneHandle {
    pub fn submit(
        &self,
        lane: Lane,
        priority: u8,
        slot: Option<u64>,
        task: impl FnOnce() + Send + 'static,
    ) {
        let mut queues = lock(&self.shared);
        if queues.closed {
            return;
        }
        let waiting = &mut queues.waiting[lane as usize];
        if slot.is_some() {
            waiting.retain(|w| w.slot != slot);
        }
        let place = waiting
            .iter()
            .position(|w| w.priority < priority)
            .unwrap_or(waiting.len());
        waiting.insert(
            place,
            Waiting {
                slot,
                priority,
                task: Box::new(task),
            },
        );
        self.shared.arrived.notify_all();
    }
}

fn lock(shared: &Shared) -> std::sync::MutexGuard<'_, Queues> {
    shared.queues.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(shared: &Shared, lane: Lane) {
    loop {
        let (task, urgent) = {
            let mut queues = lock(shared);
            loop {
                if queues.closed {
                    return;
                }
                if let Some(waiting) = queues.next(lane) {
                    let urgent = match lane {
                        Lane::Coarse => true,
                        Lane::Fine => false,
                        Lane::Picture => waiting.priority >= URGENT,
                    };
                    queues.urgent += usize::from(urgent);
                    break (waiting.task, urgent);
                }
                queues = shared
                    .arrived
                    .wait(queues)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(task)) {
            (shared.crashed)(panic_text(payload.as_ref()));
        }
        if urgent {
            lock(shared).urgent -= 1;
            shared.arrived.notify_all();
        }
    }
}

/// What a panic said.
pub fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "an unknown cause".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_panic_is_reported_and_the_lane_lives() {
        let (send, receive) = channel();
        let crashed = send.clone();
        let lanes = Lanes::new(move |text| crashed.send(text).unwrap());
        lanes.submit(Lane::Coarse, 0, None, || panic!("a test of the net"));
        assert_eq!(receive.recv().unwrap(), "a test of the net");
        lanes.submit(Lane::Coarse, 0, None, move || {
            send.send("alive".into()).unwrap()
        });
        assert_eq!(receive.recv().unwrap(), "alive");
    }

    #[test]
    fn a_full_fit_waits_for_coarse_ones_and_urgent_pictures() {
        for (lane, priority) in [(Lane::Coarse, 0), (Lane::Picture, URGENT)] {
            let (send, receive) = channel();
            let (open, gate) = channel::<()>();
            let (begun, has_begun) = channel();
            let lanes = Lanes::new(|_| {});
            let sender = send.clone();
            lanes.submit(lane, priority, None, move || {
                begun.send(()).unwrap();
                gate.recv().unwrap();
                sender.send("urgent").unwrap();
            });
            has_begun.recv().unwrap();
            lanes.submit(Lane::Fine, 255, None, move || send.send("fine").unwrap());
            let early = receive.recv_timeout(std::time::Duration::from_millis(20));
            assert!(early.is_err(), "{early:?} did not wait");
            open.send(()).unwrap();
            assert_eq!(receive.recv().unwrap(), "urgent");
            assert_eq!(receive.recv().unwrap(), "fine");
        }
    }

    #[test]
    fn a_newer_task_replaces_a_waiting_one_of_its_slot_and_priority_goes_first() {
        let (send, receive) = channel();
        let (open, gate) = channel::<()>();
        let lanes = Lanes::new(|_| {});
        lanes.submit(Lane::Coarse, 0, None, move || gate.recv().unwrap());
        for (name, priority, slot) in [("old", 0, 7), ("new", 0, 7), ("first", 1, 8)] {
            let send = send.clone();
            lanes.submit(Lane::Coarse, priority, Some(slot), move || {
                send.send(name).unwrap();
            });
        }
        open.send(()).unwrap();
        assert_eq!(receive.recv().unwrap(), "first");
        assert_eq!(receive.recv().unwrap(), "new");
        drop(send);
        drop(lanes);
        assert!(receive.recv().is_err());
    }
}
