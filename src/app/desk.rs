//! The window's work without its pixels: the project and its history, the results, and the workers.
//! Commands go in, events come back, and whatever is on the screen is kept fitted and drawn.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::catalog::edited_name;
use crate::base::{Hash128, Problem};
use crate::data::Table;
use crate::evaluate::{Metric, Spread};
use crate::model::{Params, Task};
use crate::project::file::SavedScores;
use crate::project::log::Standing;
use crate::project::{
    Command, Entry, History, Log, LogRow, ModelEntry, ModelId, Project, Restored, Results,
};
use crate::train::{
    After, Emit, Event, Fitted, Job, Live, Painter, PlaneRequest, Wanted, same_painter,
};

/// A card with its job.
struct Placed {
    id: ModelId,
    job: Arc<Job>,
    key: Hash128,
    /// Names what its curve over a parameter depends on: all but that parameter's own value.
    curve: Hash128,
}

/// What of a card's former settings may stand in for its picture.
#[derive(Default)]
struct Before {
    /// Former jobs, the newest last.
    trail: Vec<Hash128>,
    /// The one that is shown, by position.
    shown: Option<usize>,
}

/// A long drag leaves no longer trail than this.
const LONGEST_TRAIL: usize = 64;

/// A surface that was asked for.
struct Asked {
    key: Hash128,
    plane: Hash128,
    painter: Option<Painter>,
    fitted: Fitted,
}

/// What the curves run along, where a model has more than one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Along {
    /// Training steps of what iterates, else the parameter.
    #[default]
    Own,
    /// Training steps, or a tree's leaves as it grows.
    Steps,
    Parameter,
}

/// The slot of the baseline among the workers; cards count from 1.
const BASELINE_SLOT: u64 = 0;

pub struct Desk {
    pub history: History,
    /// What was scored, as rows.
    pub log: Log,
    pub results: Results,
    live: Live,
    emit: Emit,
    events: Receiver<Event>,
    placed: Vec<Placed>,
    baseline: Option<Placed>,
    /// What the pictures show, and its name.
    plane: Option<(PlaneRequest, Hash128)>,
    /// Where the scrubber stands, as a share of the planned steps; None: at the newest.
    scrub: Option<f64>,
    along: Along,
    /// The surface that each card waits for or has.
    asked: HashMap<ModelId, Asked>,
    /// A worker's panic, to be shown with what to send.
    pub crashed: Option<String>,
    /// Former jobs of a card, the newest picture of which is shown until the new one has its own.
    before: HashMap<ModelId, Before>,
    /// The former job of a card that has a curve over a parameter, and what that curve depends on.
    curves: HashMap<ModelId, (Hash128, Hash128)>,
    /// Goes up with every event that changed a result.
    pub revision: u64,
    /// Jobs whose fits wait for a click, because they are dear.
    allowed: Vec<Hash128>,
    /// Jobs that were told to stop.
    stopping: HashSet<Hash128>,
    /// Scores that an opened file claims, by job; never among the results.
    claims: HashMap<Hash128, SavedScores>,
}

impl Desk {
    /// `wake` is called from workers when there is something new.
    pub fn new(project: Project, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (sender, events) = channel();
        let emit = Emit::new(sender, wake);
        let mut desk = Desk {
            history: History::new(project),
            log: Log::default(),
            results: Results::default(),
            live: Live::new(emit.clone()),
            emit,
            events,
            placed: Vec::new(),
            baseline: None,
            plane: None,
            scrub: None,
            along: Along::default(),
            asked: HashMap::new(),
            crashed: None,
            before: HashMap::new(),
            curves: HashMap::new(),
            revision: 0,
            allowed: Vec::new(),
            stopping: HashSet::new(),
            claims: HashMap::new(),
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

    /// Goes so many steps back (below 0) or forward.
    pub fn go(&mut self, by: i32) -> Option<String> {
        let line = self.history.go(by)?;
        self.place();
        Some(line)
    }

    /// Puts another project to work, with its log. What was scored before stays in the cache.
    pub fn replace(&mut self, project: Project, log: &[LogRow]) {
        self.history = History::new(project);
        self.log = Log::from_rows(log.to_vec());
        self.before.clear();
        self.asked.clear();
        self.place();
    }

    /// Takes scores of settings that have stood for so long into the log; gives how long until the
    /// next may.
    pub fn follow_log(&mut self, stands: Duration) -> Option<Duration> {
        let project = self.history.project();
        let standing = self.placed.iter().filter_map(|placed| {
            Some(Standing {
                model: project.model(placed.id)?,
                job: &placed.job,
                key: placed.key,
                entry: self.results.get(placed.key),
            })
        });
        self.log.follow(Instant::now(), stands, standing)
    }

    /// The setting of a row of the log, whose data may be those of any step.
    pub fn restored(&self, number: u64) -> Result<Restored, Problem> {
        let find = |fingerprint| self.history.table(fingerprint);
        self.log.restored(number, find)
    }

    /// What a project file says its models had got. It is shown until they have their own scores, and
    /// goes nowhere else.
    pub fn set_claims(&mut self, claims: Vec<SavedScores>) {
        let by_key = claims.into_iter().map(|claim| (claim.key, claim));
        self.claims = by_key.collect();
    }

    /// A card's score as a file claims it.
    pub fn claim(&self, id: ModelId, metric: Metric) -> Option<&Spread> {
        self.claims.get(&self.key(id)?)?.score(metric)
    }

    /// The scores of the shown cards, for a file; claims that are not checked yet stay claims.
    pub fn saved_scores(&self) -> Vec<SavedScores> {
        let mut saved: Vec<SavedScores> = Vec::new();
        for placed in &self.placed {
            if saved.iter().any(|known| known.key == placed.key) {
                continue;
            }
            let entry = self.results.get(placed.key);
            let report = entry
                .filter(|e| e.is_complete())
                .and_then(|e| e.report.as_ref());
            match report {
                Some(report) => saved.push(SavedScores::new(placed.key, &report.metrics)),
                None => saved.extend(self.claims.get(&placed.key).cloned()),
            }
        }
        saved
    }

    pub fn select(&mut self, id: ModelId) {
        self.history.select(id);
        self.place();
    }

    /// Takes in what the workers sent. True where anything changed.
    pub fn drain(&mut self) -> bool {
        let (mut changed, mut scored) = (false, false);
        self.emit.taken_in();
        while let Ok(event) = self.events.try_recv() {
            changed = true;
            self.revision += 1;
            if let Event::Crashed { what } = event {
                self.crashed = Some(what);
                continue;
            }
            let surface = matches!(event, Event::Surface { .. });
            scored |= matches!(event, Event::Finished { .. });
            if let Some(key) = self.results.take(event)
                && surface
            {
                self.settle(key);
            }
        }
        // What comes after a score may have been asked for meanwhile.
        if scored && self.along != Along::Own {
            self.tell_workers();
        }
        if changed {
            self.draw_missing();
        }
        changed
    }

    /// What the curves run along from now on: what is missing for that is made.
    pub fn set_along(&mut self, along: Along) {
        if self.along != along {
            self.along = along;
            self.tell_workers();
        }
    }

    /// A card whose job has a picture no longer needs that of a former job. Until then the newest
    /// of those stands in: a drag shall show pictures, not only its end.
    fn settle(&mut self, key: Hash128) {
        for placed in &self.placed {
            if placed.key == key {
                self.before.remove(&placed.id);
            } else if let Some(before) = self.before.get_mut(&placed.id) {
                let at = before.trail.iter().rposition(|k| *k == key);
                before.shown = before.shown.max(at);
            }
        }
    }

    /// Finds the job of each card and tells the workers.
    fn place(&mut self) {
        let project = self.history.project();
        let shown = project.models().iter().filter(|m| !m.hidden);
        let placed: Vec<Placed> = shown.map(|m| place(project, m.id, &m.params)).collect();
        for new in &placed {
            let old = self.placed.iter().find(|old| old.id == new.id);
            if let Some(old) = old.filter(|old| old.key != new.key) {
                // Pictures that were asked for may be stopped by those of the new job.
                self.asked.remove(&new.id);
                let same_table = is_same_data(&old.job.table, &new.job.table);
                let drawn = |key| {
                    self.results
                        .get(key)
                        .is_some_and(|e: &Entry| e.surface.is_some())
                };
                let points = |key| self.results.get(key).map_or(0, |e: &Entry| e.sweep.len());
                if !same_table {
                    self.curves.remove(&new.id);
                } else if points(old.key) > 0
                    && (self.curves.get(&new.id)).is_none_or(|(curve, known)| {
                        *curve != old.curve || points(old.key) >= points(*known)
                    })
                {
                    self.curves.insert(new.id, (old.curve, old.key));
                }
                if !same_table || drawn(new.key) {
                    self.before.remove(&new.id);
                } else {
                    let before = self.before.entry(new.id).or_default();
                    before.trail.push(old.key);
                    if drawn(old.key) {
                        before.shown = Some(before.trail.len() - 1);
                    }
                    if before.trail.len() > LONGEST_TRAIL {
                        before.trail.remove(0);
                        before.shown = before.shown.and_then(|at| at.checked_sub(1));
                    }
                }
            }
        }
        let still = |id: &ModelId| placed.iter().any(|p| p.id == *id);
        self.before.retain(|id, _| still(id));
        self.curves.retain(|id, _| still(id));
        self.asked.retain(|id, _| still(id));
        self.placed = placed;
        // A setting that was left starts anew when it comes back.
        let placed = &self.placed;
        self.stopping
            .retain(|key| placed.iter().any(|p| p.key == *key));
        self.baseline = project.baseline().map(|job| Placed {
            id: ModelId(BASELINE_SLOT),
            key: job.key(),
            // It has none.
            curve: Hash128::default(),
            job,
        });
        self.tell_workers();
        let shown = self.placed.iter().chain(&self.baseline).map(|p| p.key);
        let former = self
            .before
            .values()
            .flat_map(|b| b.shown.map(|at| b.trail[at]));
        self.results.show(shown.chain(former));
        self.draw_missing();
    }

    fn tell_workers(&mut self) {
        let selected = self.project().selected().map(|m| m.id);
        let mut wanted = Vec::new();
        for placed in self.placed.iter().chain(&self.baseline) {
            self.results.touch(placed.key);
            let entry = self.results.get(placed.key);
            let dear = self.is_dear(placed) && !self.allowed.contains(&placed.key);
            if dear {
                if entry.is_none_or(|e| e.coarse.is_none()) {
                    self.live.glance(placed.id.0, placed.job.clone());
                }
                continue;
            }
            wanted.push(Wanted {
                slot: placed.id.0,
                job: placed.job.clone(),
                selected: Some(placed.id) == selected,
                scored: entry.is_some_and(|e| e.problem.is_some() || e.is_complete()),
                after: after(placed, entry, self.along),
            });
        }
        wanted.sort_by_key(|w| !w.selected);
        self.live.want(&wanted);
    }

    fn is_dear(&self, placed: &Placed) -> bool {
        effort(placed) > 1.0
    }

    /// Whether a card's fit waits for a click, and why.
    pub fn waits(&self, id: ModelId) -> Option<String> {
        let placed = self.placed.iter().find(|p| p.id == id)?;
        let waits = self.is_dear(placed) && !self.allowed.contains(&placed.key);
        waits.then(|| {
            let rows = crate::widget::format::count(placed.job.table.rows());
            let settings = match placed.job.params.effort() > 1.0 {
                true => " with these settings",
                false => "",
            };
            let times = match effort(placed) {
                few if few < 10.0 => format!("{few:.1}"),
                many => crate::widget::format::whole(many.round() as i64),
            };
            format!(
                "The picture is of a sample. {rows} rows{settings} are {times} times the work that \
                 starts by itself: the full fit may take minutes."
            )
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
        let plane = plane.map(|plane| (plane.name(), plane));
        let same = match (&self.plane, &plane) {
            (Some((old, name)), Some((new_name, new))) => {
                name == new_name && same_painter(&old.painter, &new.painter)
            }
            (old, new) => old.is_none() && new.is_none(),
        };
        if same {
            return;
        }
        self.live.set_plane(plane.as_ref().map(|(_, p)| p.clone()));
        self.plane = plane.map(|(name, plane)| (plane, name));
        self.draw_missing();
    }

    pub fn plane(&self) -> Option<&PlaneRequest> {
        self.plane.as_ref().map(|(plane, _)| plane)
    }

    /// The step that the pictures show from now on, as a share of those planned; None: the newest.
    pub fn scrub_to(&mut self, share: Option<f64>) {
        if self.scrub != share {
            self.scrub = share;
            self.draw_missing();
        }
    }

    /// The model whose surface is to be seen.
    fn fitted_shown(&self, key: Hash128) -> Option<&Fitted> {
        let entry = self.results.get(key)?;
        let snapshot = entry.snapshot_at(self.scrub).map(|s| &s.fitted);
        snapshot.or(entry.coarse.as_ref())
    }

    /// Asks for the surfaces that the screen lacks and that are not on their way.
    fn draw_missing(&mut self) {
        let Some((plane, name)) = &self.plane else {
            return;
        };
        let selected = self.project().selected().map(|m| m.id);
        let mut asked = Vec::new();
        let mut seen = HashSet::new();
        for placed in &self.placed {
            // Cards of one job share its surface.
            if !seen.insert(placed.key) {
                continue;
            }
            let Some(fitted) = self.fitted_shown(placed.key) else {
                continue;
            };
            let there = self
                .results
                .get(placed.key)
                .and_then(|e| e.surface.as_ref());
            if there.is_some_and(|s| s.answers(plane, *name) && same_model(&s.fitted, fitted)) {
                continue;
            }
            let known = self.asked.get(&placed.id).is_some_and(|a| {
                a.key == placed.key
                    && a.plane == *name
                    && same_painter(&a.painter, &plane.painter)
                    && Arc::ptr_eq(&a.fitted.model, &fitted.model)
            });
            if known {
                continue;
            }
            let first = Some(placed.id) == selected;
            self.live
                .draw(placed.id.0, placed.key, fitted.clone(), first);
            let new = Asked {
                key: placed.key,
                plane: *name,
                painter: plane.painter.clone(),
                fitted: fitted.clone(),
            };
            asked.push((placed.id, new));
        }
        self.asked.extend(asked);
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

    /// The job whose curve over a parameter is a card's: its own, or that of a former one while its own
    /// has fewer points. Turning the curve's parameter leaves the curve what it is; that of other
    /// settings stands in until the first point.
    pub fn curve_entry(&self, id: ModelId) -> Option<&Entry> {
        let placed = self.placed.iter().find(|p| p.id == id)?;
        let own = self.results.get(placed.key);
        let own = own.filter(|entry| !entry.sweep.is_empty());
        let Some((curve, former)) = self.curves.get(&id) else {
            return own;
        };
        let former = self.results.get(*former);
        match (own, former) {
            (Some(own), Some(former))
                if *curve != placed.curve || own.sweep.len() >= former.sweep.len() =>
            {
                Some(own)
            }
            (own, former) => former.or(own),
        }
    }

    pub fn stale_key(&self, id: ModelId) -> Option<Hash128> {
        let before = self.before.get(&id)?;
        before.trail.get(before.shown?).copied()
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

    pub fn stop(&mut self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.live.stop(key);
            self.stopping.insert(key);
        }
    }

    /// It was told to stop; what it has is still being scored.
    pub fn is_stopping(&self, id: ModelId) -> bool {
        let reported = self.entry(id).is_some_and(|e| e.report.is_some());
        !reported && self.key(id).is_some_and(|key| self.stopping.contains(&key))
    }

    pub fn resume(&mut self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.stopping.remove(&key);
            self.live.resume(key);
        }
    }

    /// Fits a card's job anew, from the first step.
    pub fn start_over(&mut self, id: ModelId) {
        if let Some(key) = self.key(id) {
            self.live.forget(key);
            self.stopping.remove(&key);
            self.results.forget(key);
            self.asked.remove(&id);
            self.place();
        }
    }

    /// Puts these models in the place of the present task's cards; not a step of undo.
    pub fn replace_models(&mut self, params: Vec<Params>) {
        self.history.replace_models(params);
        self.place();
    }

    /// Nothing is under way: every shown card is scored, stopped, failed or waits.
    pub fn is_settled(&self) -> bool {
        self.placed.iter().chain(&self.baseline).all(|p| {
            let done = self
                .results
                .get(p.key)
                .is_some_and(|e| e.report.is_some() || e.problem.is_some());
            done || (self.is_dear(p) && !self.allowed.contains(&p.key))
        })
    }

    /// Every shown card with a model has a sharp picture of its newest step on the present plane.
    pub fn is_drawn(&self) -> bool {
        let Some((plane, name)) = &self.plane else {
            return true;
        };
        self.placed.iter().all(|p| {
            let Some(entry) = self.results.get(p.key) else {
                return false;
            };
            entry.problem.is_some()
                || entry.no_surface.is_some()
                // Stopped before its first step: there is nothing to draw.
                || entry.report.is_some() && self.fitted_shown(p.key).is_none()
                || entry.surface.as_ref().is_some_and(|s| {
                    let model = self.fitted_shown(p.key);
                    s.answers(plane, *name) && model.is_some_and(|f| same_model(&s.fitted, f))
                })
        })
    }

    /// What comes after the scores, a curve over a parameter, is there as well.
    pub fn has_curves(&self) -> bool {
        self.placed.iter().all(|p| {
            let entry = self.results.get(p.key);
            entry.is_some_and(|e| e.problem.is_some() || after(p, Some(e), self.along).is_nothing())
        })
    }

    /// Shown cards, in order.
    pub fn shown(&self) -> impl Iterator<Item = &ModelEntry> {
        self.project().models().iter().filter(|m| !m.hidden)
    }

    pub fn load(&mut self, table: Table) -> Option<String> {
        self.load_in(table, None)
    }

    /// Puts a data set to work as part of a step of undo.
    pub fn load_in(&mut self, table: Table, gesture: Option<u64>) -> Option<String> {
        self.apply(Command::Load(table), gesture)
    }
}

/// The same data set, or the same drawn anew or edited: what a model said of the one may stand for the
/// other until it has learned anew.
fn is_same_data(old: &Table, new: &Table) -> bool {
    let columns = || old.columns().iter().zip(new.columns());
    old.fingerprint() == new.fingerprint()
        || old.columns().len() == new.columns().len()
            && edited_name(old.name()) == edited_name(new.name())
            && columns().all(|(old, new)| old.name == new.name && old.kind == new.kind)
}

fn place(project: &Project, id: ModelId, params: &Params) -> Placed {
    let job = project.job(params);
    let curve = params.algorithm().curve.as_ref().map(|curve| {
        let mut others = params.clone();
        let parameter = params.algorithm().parameter(curve.parameter);
        let default = parameter.map(|p| others.set(p.name, p.default_value()));
        debug_assert!(default.is_some_and(|set| set.is_ok()));
        project.job(&others).key()
    });
    Placed {
        id,
        key: job.key(),
        curve: curve.unwrap_or_default(),
        job,
    }
}

/// How many times the work of the largest fit that starts without being asked for.
fn effort(placed: &Placed) -> f64 {
    let limit = placed.job.params.algorithm().tags.row_limit;
    match limit {
        usize::MAX => 0.0,
        _ => placed.job.table.rows() as f64 / limit as f64 * placed.job.params.effort(),
    }
}

/// What a job is still to make after its score.
fn after(placed: &Placed, entry: Option<&Entry>, along: Along) -> After {
    let algorithm = placed.job.params.algorithm();
    if entry.is_some_and(|e| e.problem.is_some()) {
        return After::default();
    }
    // A curve over a parameter costs many fits: beside a training curve only where it is asked for.
    let iterates = algorithm.tags.steps.is_some() && algorithm.task != Task::Clustering;
    let wants_curve = !iterates || along == Along::Parameter;
    After {
        curve: algorithm.curve.is_some() && wants_curve && entry.is_none_or(|e| e.sweep.is_empty()),
        growth: algorithm.tags.grows.is_some()
            && along == Along::Steps
            && entry.is_none_or(|e| !e.grown),
    }
}

/// One and the same, or both all that a job can give: the coarse fit of a small table is the exact
/// one, and need not be drawn twice.
fn same_model(a: &Fitted, b: &Fitted) -> bool {
    Arc::ptr_eq(&a.model, &b.model) || a.is_exact() && b.is_exact() && a.rows == b.rows
}

fn score_of(entry: &Entry, metric: Metric) -> Option<Spread> {
    if let Some(report) = &entry.report {
        return report.score(metric).cloned();
    }
    let point = entry.curve.last()?;
    let leading = matches!(metric, Metric::Accuracy | Metric::R2);
    leading.then(|| Spread::new(point.validation.clone(), None))
}
