//! The window's work without its pixels: the project and its history, the results, and the workers.
//! Commands go in, events come back, and whatever is on the screen is kept fitted and drawn.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use crate::base::Hash128;
use crate::data::Table;
use crate::evaluate::{Metric, Spread};
use crate::model::{Params, Task};
use crate::project::{Command, Entry, History, ModelEntry, ModelId, Project, Results};
use crate::train::{Emit, Event, Job, Live, PlaneRequest, Snapshot, Wanted};

/// A card with its job.
struct Placed {
    id: ModelId,
    job: Arc<Job>,
    key: Hash128,
}

/// The slot of the baseline among the workers; cards count from 1.
const BASELINE_SLOT: u64 = 0;
/// So many settings back a late picture is still known.
const MOST_TRAIL: usize = 64;

pub struct Desk {
    pub history: History,
    pub results: Results,
    live: Live,
    emit: Emit,
    events: Receiver<Event>,
    placed: Vec<Placed>,
    baseline: Option<Placed>,
    plane: Option<PlaneRequest>,
    /// A worker's panic, to be shown with what to send.
    pub crashed: Option<String>,
    /// The previous job of a card, shown dimmed until the new one has a picture.
    before: HashMap<ModelId, Hash128>,
    /// The jobs of a card since the one on the screen, oldest first: while a knob moves, the pictures
    /// that come are of settings it has left already, and are shown all the same.
    trail: HashMap<ModelId, VecDeque<Hash128>>,
    /// Goes up with every event that changed a result.
    pub revision: u64,
    /// Jobs whose fits wait for a click, because they are dear.
    allowed: Vec<Hash128>,
}

impl Desk {
    /// `wake` is called from workers when there is something new.
    pub fn new(project: Project, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, events) = channel();
        let emit = Emit::new(sender, wake);
        let mut desk = Desk {
            history: History::new(project),
            results: Results::default(),
            live: Live::new(emit.clone()),
            emit,
            events,
            placed: Vec::new(),
            baseline: None,
            plane: None,
            crashed: None,
            before: HashMap::new(),
            trail: HashMap::new(),
            revision: 0,
            allowed: Vec::new(),
        };
        desk.place();
        desk
    }

    pub fn project(&self) -> &Project {
        self.history.project()
    }

    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Does something to the project; gives its line for the lab book.
    pub fn apply(&mut self, command: Command, gesture: Option<u64>) -> Option<String> {
        let line = self.history.apply(command, gesture)?;
        self.place();
        Some(line)
    }

    pub fn undo(&mut self) -> Option<String> {
        let line = self.history.undo()?;
        self.place();
        Some(line)
    }

    pub fn redo(&mut self) -> Option<String> {
        let line = self.history.redo()?;
        self.place();
        Some(line)
    }

    pub fn select(&mut self, id: ModelId) {
        self.history.select(id);
        self.place();
    }

    /// Takes in what the workers sent. True where anything changed.
    pub fn drain(&mut self) -> bool {
        let mut changed = false;
        let mut to_draw: Vec<Hash128> = Vec::new();
        self.emit.taken_in();
        while let Ok(event) = self.events.try_recv() {
            changed = true;
            self.revision += 1;
            if let Event::Crashed { what } = event {
                self.crashed = Some(what);
                continue;
            }
            let new_model = matches!(event, Event::Snapshot { .. });
            let surface = matches!(event, Event::Surface { .. });
            if let Some(key) = self.results.take(event) {
                if new_model && !to_draw.contains(&key) {
                    to_draw.push(key);
                }
                if surface {
                    self.settle(key);
                }
            }
        }
        for key in to_draw {
            self.draw(key, false);
        }
        changed
    }

    /// A card whose job has a picture no longer needs that of a former job; until then it takes the
    /// newest there is.
    fn settle(&mut self, key: Hash128) {
        for placed in &self.placed {
            let Some(trail) = self.trail.get_mut(&placed.id) else {
                continue;
            };
            if placed.key == key {
                self.before.remove(&placed.id);
                trail.clear();
            } else if let Some(at) = trail.iter().position(|k| *k == key) {
                self.before.insert(placed.id, key);
                trail.drain(..=at);
            }
        }
    }

    /// Finds the job of each card and tells the workers.
    fn place(&mut self) {
        let project = self.history.project();
        let selected = project.selected().map(|m| m.id);
        let shown = project.models().iter().filter(|m| !m.hidden);
        let placed: Vec<Placed> = shown.map(|m| place(project, m.id, &m.params)).collect();
        for new in &placed {
            let old = self.placed.iter().find(|old| old.id == new.id);
            if let Some(old) = old.filter(|old| old.key != new.key) {
                let same_table = old.job.table.fingerprint() == new.job.table.fingerprint();
                let drawn = |key| {
                    self.results
                        .get(key)
                        .is_some_and(|e: &Entry| e.surface.is_some())
                };
                let trail = self.trail.entry(new.id).or_default();
                if !same_table || drawn(new.key) {
                    self.before.remove(&new.id);
                    trail.clear();
                } else {
                    if drawn(old.key) {
                        self.before.insert(new.id, old.key);
                        trail.clear();
                    }
                    // A setting that comes again is the newest.
                    trail.retain(|k| *k != new.key);
                    trail.push_back(new.key);
                    if trail.len() > MOST_TRAIL {
                        trail.pop_front();
                    }
                }
            }
        }
        self.trail
            .retain(|id, _| placed.iter().any(|p| p.id == *id));
        self.placed = placed;
        self.baseline = project.baseline().map(|job| Placed {
            id: ModelId(BASELINE_SLOT),
            key: job.key(),
            job,
        });
        let mut wanted = Vec::new();
        for placed in self.placed.iter().chain(&self.baseline) {
            self.results.touch(placed.key);
            let entry = self.results.get(placed.key);
            wanted.push(Wanted {
                slot: placed.id.0,
                job: placed.job.clone(),
                selected: Some(placed.id) == selected,
                complete: entry.is_some_and(|e| e.is_complete() || e.problem.is_some()),
                sample_only: self.is_dear(placed) && !self.allowed.contains(&placed.key),
            });
        }
        wanted.sort_by_key(|w| !w.selected);
        self.live.want(&wanted);
        self.redraw();
    }

    fn is_dear(&self, placed: &Placed) -> bool {
        let algorithm = placed.job.params.algorithm();
        placed.job.table.rows() > algorithm.tags.row_limit
    }

    /// Whether a card's fit waits for a click, and why.
    pub fn waits(&self, id: ModelId) -> Option<String> {
        let placed = self.placed.iter().find(|p| p.id == id)?;
        let waits = self.is_dear(placed) && !self.allowed.contains(&placed.key);
        waits.then(|| {
            let rows = placed.job.table.rows();
            format!("{rows} rows are many for this algorithm; the fit may take minutes.")
        })
    }

    /// Lets a dear fit start.
    pub fn allow(&mut self, id: ModelId) {
        if let Some(placed) = self.placed.iter().find(|p| p.id == id) {
            self.allowed.push(placed.key);
            self.place();
        }
    }

    /// What the pictures show from now on.
    pub fn set_plane(&mut self, plane: Option<PlaneRequest>) {
        let name = plane.as_ref().map(PlaneRequest::name);
        let before = self.plane.as_ref().map(PlaneRequest::name);
        let painter = |p: &PlaneRequest| p.painter.as_ref().map(Arc::as_ptr);
        let same_painter = match (&self.plane, &plane) {
            (Some(a), Some(b)) => {
                painter(a).map(|p| p.cast::<()>()) == painter(b).map(|p| p.cast::<()>())
            }
            (a, b) => a.is_none() == b.is_none(),
        };
        if name == before && same_painter {
            return;
        }
        self.live.set_plane(plane.clone());
        self.plane = plane;
        self.redraw_all(!same_painter);
    }

    pub fn plane(&self) -> Option<&PlaneRequest> {
        self.plane.as_ref()
    }

    /// Asks for the surfaces that the present plane lacks.
    fn redraw(&mut self) {
        self.redraw_all(false);
    }

    fn redraw_all(&mut self, even_if_there: bool) {
        let Some(plane) = self.plane.as_ref().map(PlaneRequest::name) else {
            return;
        };
        let keys: Vec<Hash128> = self.placed.iter().map(|p| p.key).collect();
        for key in keys {
            let there = self.results.get(key).and_then(|e| e.surface.as_ref());
            if even_if_there || there.is_none_or(|s| s.request != plane) {
                self.draw(key, true);
            }
        }
    }

    fn draw(&self, key: Hash128, any: bool) {
        let Some(placed) = self.placed.iter().find(|p| p.key == key) else {
            return;
        };
        let Some(fitted) = self.results.get(key).and_then(Entry::fitted) else {
            return;
        };
        let there = self.results.get(key).and_then(|e| e.surface.as_ref());
        let plane = self.plane.as_ref().map(PlaneRequest::name);
        // The coarse fit of a small table is the exact one: its surface need not be drawn twice.
        let drawn = there.is_some_and(|s| {
            Some(s.request) == plane
                && s.fitted.is_exact()
                && fitted.is_exact()
                && self.plane.as_ref().is_some_and(|p| p.full[0] == s.columns)
        });
        if drawn && !any {
            return;
        }
        let selected = self.project().selected().map(|m| m.id) == Some(placed.id);
        self.live.draw(placed.id.0, key, fitted.clone(), selected);
    }

    /// Draws the model of an earlier step.
    pub fn draw_snapshot(&self, id: ModelId, snapshot: &Snapshot) {
        if let Some(placed) = self.placed.iter().find(|p| p.id == id) {
            self.live
                .draw(placed.id.0, placed.key, snapshot.fitted.clone(), true);
        }
    }

    /// What has arrived of a card's job.
    pub fn entry(&self, id: ModelId) -> Option<&Entry> {
        let placed = self.placed.iter().find(|p| p.id == id)?;
        self.results.get(placed.key)
    }

    pub fn key(&self, id: ModelId) -> Option<Hash128> {
        self.placed.iter().find(|p| p.id == id).map(|p| p.key)
    }

    pub fn job(&self, id: ModelId) -> Option<&Arc<Job>> {
        self.placed.iter().find(|p| p.id == id).map(|p| &p.job)
    }

    /// What stands in for a card's picture until its own has come: the former job's.
    pub fn stale_entry(&self, id: ModelId) -> Option<&Entry> {
        self.results.get(self.stale_key(id)?)
    }

    /// The former job that stands in.
    pub fn stale_key(&self, id: ModelId) -> Option<Hash128> {
        self.before.get(&id).copied()
    }

    pub fn baseline(&self) -> Option<&Entry> {
        self.results.get(self.baseline.as_ref()?.key)
    }

    /// The metric on the cards.
    pub fn leading_metric(&self) -> Option<Metric> {
        match self.project().task() {
            Task::Classification => Some(Metric::Accuracy),
            Task::Regression => Some(Metric::R2),
            Task::Clustering => None,
        }
    }

    /// A card's score so far: final, or of the newest curve point.
    pub fn score(&self, id: ModelId, metric: Metric) -> Option<Spread> {
        score_of(self.entry(id)?, metric)
    }

    pub fn baseline_score(&self, metric: Metric) -> Option<Spread> {
        score_of(self.baseline()?, metric)
    }

    pub fn stop(&self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.live.stop(key);
        }
    }

    pub fn resume(&mut self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.live.resume(key);
        }
    }

    /// Fits a card's job anew, from the first step.
    pub fn start_over(&mut self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.live.forget(key);
            self.results.forget(key);
            self.place();
        }
    }

    /// Puts these models in the place of the present task's cards; not a step of undo.
    pub fn replace_models(&mut self, params: Vec<Params>) {
        self.history.replace_models(params);
        self.place();
    }

    /// Nothing is under way: every shown card is scored, failed or waits.
    pub fn is_settled(&self) -> bool {
        self.placed.iter().chain(&self.baseline).all(|p| {
            let done = self
                .results
                .get(p.key)
                .is_some_and(|e| e.is_complete() || e.problem.is_some());
            done || (self.is_dear(p) && !self.allowed.contains(&p.key))
        })
    }

    /// Every shown card with a model has a sharp picture of its newest step on the present plane.
    pub fn is_drawn(&self) -> bool {
        let Some(plane) = &self.plane else {
            return true;
        };
        self.placed.iter().all(|p| {
            let Some(entry) = self.results.get(p.key) else {
                return false;
            };
            entry.problem.is_some()
                || entry.no_surface.is_some()
                || entry.surface.as_ref().is_some_and(|s| {
                    s.request == plane.name()
                        && s.columns == plane.full[0]
                        && entry.fitted().is_some_and(|f| f.step == s.fitted.step)
                })
        })
    }

    /// Shown cards, in order.
    pub fn shown(&self) -> impl Iterator<Item = &ModelEntry> {
        self.project().models().iter().filter(|m| !m.hidden)
    }

    pub fn load(&mut self, table: Table) -> Option<String> {
        self.apply(Command::Load(table), None)
    }
}

fn place(project: &Project, id: ModelId, params: &Params) -> Placed {
    let job = project.job(params);
    Placed {
        id,
        key: job.key(),
        job,
    }
}

fn score_of(entry: &Entry, metric: Metric) -> Option<Spread> {
    if let Some(report) = &entry.report {
        return report.score(metric).cloned();
    }
    let point = entry.curve.last()?;
    let leading = matches!(metric, Metric::Accuracy | Metric::R2);
    leading.then(|| Spread::new(point.validation.clone(), None))
}
