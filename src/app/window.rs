//! The window: a plain type with `logic` and `ui`, driven by eframe, by tests and by `screenshot`.
//!
//! ```text
//! logic: events and made things come in -> scene, plane and textures follow the project
//! ui:    panels read a Frame and push acts -> the window carries them out
//! ```

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui::{self, Context, Theme, Ui};

use super::act::{Act, Place, Scrub, ThemeChoice};
use super::action;
use super::catalog::{self, Catalog};
use super::desk::Desk;
use super::frame::{Frame, Look};
use super::made::Made;
use super::opening::Drawing;
use super::pictures::{Pictures, painter, small_name};
use super::scene::{Scene, SceneInput, build};
use super::settings::Settings;
use super::timings::Timings;
use super::{dialogs, help, palette, panel, projector};
use crate::base::{Cancel, Hash128, Hasher128, Problem};
use crate::data::{self, ReadOptions, Summary, Table};
use crate::model::Task;
use crate::project::{Command, Entry, ModelId, Project};
use crate::train::PlaneRequest;
use crate::view::plane::{
    Boundary, Palette, RowSet, SINGLE_POINTS, SmallPicture, density, paint_small,
};
use crate::widget::theme;
use crate::widget::toast::{Toasts, Tone};
use crate::widget::tokens::Tokens;

/// Events of fits do not make frames faster than this: a quick fit sends hundreds a second.
const BETWEEN_EVENTS: Duration = Duration::from_millis(8);
/// egui draws two frames where it is asked for one without any delay.
const AT_ONCE: Duration = Duration::from_micros(100);

/// How a window starts.
#[derive(Clone)]
pub struct Options {
    /// DATA as the command line spells it; None: the last state, at first start penguins.
    pub data: Option<String>,
    pub settings: Settings,
    /// When the program started, for `--timings`.
    pub begun: Instant,
    pub timings: Option<PathBuf>,
    /// Tests and screenshots: no clocks, no toasts that fade, nothing read or written behind the back.
    pub still: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            data: None,
            settings: Settings::default(),
            begun: Instant::now(),
            timings: None,
            still: false,
        }
    }
}

pub struct Window {
    pub desk: Desk,
    pub look: Look,
    pub settings: Settings,
    options: Options,
    scene: Option<Arc<Scene>>,
    scene_asked: Option<Hash128>,
    /// The table that the selected rows are of, how it is spelled, and its rows.
    rows_of: Option<(Hash128, String, usize)>,
    /// The scene whose view is on the screen: a new one is fitted to the picture.
    scene_viewed: Option<Hash128>,
    palette: Arc<Palette>,
    palette_of: Option<(Hash128, bool)>,
    pub pictures: Pictures,
    pub catalog: Catalog,
    previews_asked: bool,
    summary: Option<(Hash128, Arc<Summary>)>,
    summary_asked: Option<Hash128>,
    sender: Sender<Made>,
    made: Receiver<Made>,
    context: Context,
    pub toasts: Toasts<Act>,
    pub palette_box: palette::PaletteBox,
    pub dialogs: dialogs::Dialogs,
    pub timings: Timings,
    small_sizes: Vec<[usize; 2]>,
    /// What the small multiples on their way show.
    small_asked: std::collections::HashMap<(ModelId, [usize; 2]), u64>,
    density_size: [usize; 2],
    density_asked: u64,
    /// Slots of what the tabs wait for.
    tab_asked: std::collections::HashSet<u64>,
    applied: Option<(bool, f32)>,
    pub(super) loading: Option<String>,
    pub(super) drawing: Drawing,
    /// A problem with what was last asked to be opened; shown until closed or until something opens.
    pub problem: Option<(String, Problem)>,
    frames: u64,
    /// When the last frame began, for whoever wakes the window.
    frame_at: Arc<Mutex<Instant>>,
    pub memory: panel::Memory,
    /// What had the keyboard at the end of the last frame.
    held: action::Held,
    /// The panel that F6 went to last.
    place: Place,
}

impl Window {
    /// `context` is woken by workers.
    pub fn new(context: &Context, options: Options) -> Self {
        // Before the first `Ui` is made: it takes its style when it is made.
        theme::install(
            context,
            1.0,
            options.settings.reduce_motion || options.still,
        );
        let (sender, made) = channel();
        // The zoom is a setting of ours, with keys of ours.
        context.options_mut(|o| o.zoom_with_keyboard = false);
        let mut problem = None;
        let spec = options
            .data
            .clone()
            .unwrap_or_else(|| options.settings.data.clone());
        let opened = match data::open(&spec, &ReadOptions::default(), &Cancel::new()) {
            Ok(table) => Some((spec.clone(), table)),
            Err(halt) => {
                if let crate::base::Halt::Failed(found) = halt {
                    problem = Some((spec.clone(), found));
                }
                data::open("penguins", &ReadOptions::default(), &Cancel::new())
                    .ok()
                    .map(|table| ("penguins".to_owned(), table))
            }
        };
        let (spec, table) = opened.unwrap_or_else(|| (String::new(), empty_table()));
        let wake = context.clone();
        let frame_at = Arc::new(Mutex::new(Instant::now()));
        let last_frame = frame_at.clone();
        let desk = Desk::new(Project::new(table.clone()), move || {
            let since = last_frame
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .elapsed();
            wake.request_repaint_after(BETWEEN_EVENTS.saturating_sub(since).max(AT_ONCE));
        });
        let mut catalog = Catalog::default();
        catalog.set_current(&spec, &table);
        let look = Look {
            tab: options.settings.tab,
            ..Look::default()
        };
        Window {
            desk,
            look,
            settings: options.settings.clone(),
            timings: Timings::new(options.begun),
            options,
            scene: None,
            scene_asked: None,
            rows_of: None,
            scene_viewed: None,
            palette: Arc::new(Palette::for_numbers(
                &crate::widget::tokens::LIGHT,
                [0.0, 1.0],
            )),
            palette_of: None,
            pictures: Pictures::default(),
            catalog,
            previews_asked: false,
            summary: None,
            summary_asked: None,
            sender,
            made,
            context: context.clone(),
            toasts: Toasts::default(),
            palette_box: palette::PaletteBox::default(),
            dialogs: dialogs::Dialogs::default(),
            small_sizes: Vec::new(),
            small_asked: Default::default(),
            density_size: [0, 0],
            density_asked: 0,
            tab_asked: Default::default(),
            applied: None,
            loading: None,
            drawing: Drawing::default(),
            problem,
            frames: 0,
            frame_at,
            memory: panel::Memory::default(),
            held: action::Held::default(),
            place: Place::Right,
        }
    }

    /// Background: takes in what arrived and asks for what the screen needs. Draws nothing.
    pub fn logic(&mut self, ctx: &Context) {
        self.timings.frame();
        self.frames += 1;
        *self.frame_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.apply_theme(ctx);
        self.desk.drain();
        self.drain_made(ctx);
        self.follow_table();
        self.follow_scene();
        self.follow_palette(ctx);
        self.follow_plane();
        self.follow_pictures(ctx);
        self.follow_density(ctx);
        self.follow_summary();
        self.ask_previews();
        self.play(ctx);
        if let Some(what) = self.desk.crashed.take() {
            let text = format!(
                "A worker stopped: {what}. Your work is kept; please report this sentence."
            );
            self.toasts.push(self.now(ctx), Tone::Failed, text, None);
        }
    }

    /// Draws everything and carries out what was asked.
    pub fn ui(&mut self, ui: &mut Ui) {
        let mut acts = Vec::new();
        self.draw(ui, &mut acts);
        let ctx = ui.ctx().clone();
        let area = match self.memory.centre {
            Some(centre) if !self.look.projector => centre,
            // Above the projector's slider.
            _ => ui.max_rect().with_max_y(ui.max_rect().bottom() - 160.0),
        };
        let now = self.now(&ctx);
        if let Some(act) = self.toasts.show(ui, area, now) {
            acts.push(act);
        }
        action::keys(&ctx, &self.frame(ui), self.held, &mut acts);
        self.dropped(&ctx, &mut acts);
        for act in acts {
            self.perform(&ctx, act);
        }
        self.held = action::Held::now(&ctx);
        self.timings.drawn();
    }

    fn draw(&mut self, ui: &mut Ui, acts: &mut Vec<Act>) {
        // Panels read the window through a frame; what they keep for themselves lies apart.
        let mut memory = std::mem::take(&mut self.memory);
        let frame = self.frame(ui);
        if frame.look.projector {
            projector::show(ui, &frame, &mut memory, acts);
        } else {
            panel::top::show(ui, &frame, &mut memory, acts);
            panel::left::show(ui, &frame, &mut memory, acts);
            if !super::tab::explore::rail(ui, &frame, &mut memory, acts) {
                panel::right::show(ui, &frame, &mut memory, acts);
            }
            panel::centre(ui, &frame, &mut memory, acts, self.problem.as_ref());
        }
        self.memory = memory;
        if self.palette_box.open {
            let mut palette_box = std::mem::take(&mut self.palette_box);
            let frame = self.frame(ui);
            palette::show(ui, &frame, &mut palette_box, acts);
            self.palette_box = palette_box;
        }
        if self.memory.help_open {
            let open = help::show(ui, &self.frame(ui));
            self.memory.help_open = open;
        }
        let mut dialogs = std::mem::take(&mut self.dialogs);
        dialogs.show(ui, self, acts);
        self.dialogs = dialogs;
        if let Some(sizes) = self.memory.small_sizes.take() {
            self.small_asked.retain(|(_, size), _| sizes.contains(size));
            self.small_sizes = sizes;
        }
        for wanted in std::mem::take(&mut self.memory.wanted) {
            self.work_for_tab(wanted);
        }
        if let Some(size) = self.memory.density_size.take() {
            self.density_size = size;
        }
    }

    pub fn frame(&self, ui: &Ui) -> Frame<'_> {
        let fingerprint = self.desk.project().table.fingerprint();
        Frame {
            desk: &self.desk,
            look: &self.look,
            tokens: Tokens::of(ui),
            scene: self
                .scene
                .as_ref()
                .filter(|s| s.table.fingerprint() == fingerprint),
            palette: &self.palette,
            pictures: &self.pictures,
            catalog: &self.catalog,
            summary: self
                .summary
                .as_ref()
                .filter(|(f, _)| *f == fingerprint)
                .map(|(_, s)| s),
            settings: &self.settings,
            drawing: self.drawing.is_under_way(),
        }
    }

    fn now(&self, ctx: &Context) -> f64 {
        if self.options.still {
            0.0
        } else {
            ctx.input(|i| i.time)
        }
    }

    fn apply_theme(&mut self, ctx: &Context) {
        let dark = self.settings.theme == ThemeChoice::Dark && !self.look.projector
            || self.look.projector && self.settings.projector_dark;
        let scale = if self.look.projector { 1.75 } else { 1.0 };
        if self.applied != Some((dark, scale)) {
            if self.applied.map(|(_, s)| s) != Some(scale) {
                theme::install(
                    ctx,
                    scale,
                    self.settings.reduce_motion || self.options.still,
                );
            }
            ctx.set_theme(if dark { Theme::Dark } else { Theme::Light });
            self.applied = Some((dark, scale));
        }
        if !self.options.still && (ctx.zoom_factor() - self.settings.zoom).abs() > 1e-3 {
            ctx.set_zoom_factor(self.settings.zoom);
        }
    }

    fn dark(&self) -> bool {
        self.applied.is_some_and(|(dark, _)| dark)
    }

    // ---- what the screen needs

    fn clusters(&self) -> Option<Arc<[u32]>> {
        if self.desk.project().task() != Task::Clustering {
            return None;
        }
        let id = self.desk.project().selected()?.id;
        let report = self.desk.entry(id)?.report.as_ref()?;
        Some(report.clusters.clone())
    }

    fn follow_scene(&mut self) {
        let input = SceneInput::of(self.desk.project(), self.look.cut, self.clusters());
        let key = input.key();
        if self.scene_asked == Some(key) {
            return;
        }
        self.scene_asked = Some(key);
        let sender = self.sender.clone();
        let wake = self.context.clone();
        self.desk.live().picture(slots::SCENE, 250, move || {
            let made = match build(&input, &Cancel::new()) {
                Ok(scene) => Made::Scene(Arc::new(scene)),
                Err(_) => Made::NoScene { key },
            };
            let _ = sender.send(made);
            wake.request_repaint();
        });
    }

    /// Undo may lead to another table: row numbers mean other rows then.
    fn follow_table(&mut self) {
        let table = &self.desk.project().table;
        let fingerprint = table.fingerprint();
        if self.rows_of.as_ref().map(|of| of.0) != Some(fingerprint) {
            let spec = self.catalog.spec_of(table).to_owned();
            let now = (fingerprint, spec, table.rows());
            let before = self.rows_of.replace(now.clone());
            // A column read as another kind leaves the rows what they are.
            if before.is_some_and(|before| (before.1, before.2) != (now.1, now.2)) {
                self.forget_rows();
            }
        }
        self.desk.scrub_to(self.look.scrub.share());
    }

    fn follow_palette(&mut self, ctx: &Context) {
        let Some(scene) = &self.scene else { return };
        let of = (scene.key, self.dark());
        if self.palette_of != Some(of) {
            self.palette_of = Some(of);
            let palette = scene.palette(Tokens::of_ctx(ctx));
            if *self.palette != palette {
                self.palette = Arc::new(palette);
            }
        }
    }

    fn follow_plane(&mut self) {
        // The scene of another table says nothing about the present models; its successor is on
        // its way.
        let table = self.desk.project().table.fingerprint();
        let scene = self.scene.as_ref();
        let Some(scene) = scene.filter(|s| s.table.fingerprint() == table) else {
            return self.desk.set_plane(None);
        };
        if self.scene_viewed != Some(scene.key) {
            let same_axes = self.memory.plane_axes
                == Some((scene.x.clone(), scene.y.clone(), scene.table.fingerprint()));
            if !same_axes {
                self.look.view = scene.fit;
            }
            self.memory.plane_axes =
                Some((scene.x.clone(), scene.y.clone(), scene.table.fingerprint()));
            self.scene_viewed = Some(scene.key);
        }
        let task = self.desk.project().task();
        let key = (Arc::as_ptr(&self.palette) as usize, task);
        let known = self
            .memory
            .painter
            .as_ref()
            .filter(|(k, _)| *k == key)
            .map(|(_, p)| p.clone());
        let painter = known.unwrap_or_else(|| {
            let made = painter(self.palette.clone(), task);
            self.memory.painter = Some((key, made.clone()));
            made
        });
        let (coarse, full) = if scene.is_line {
            ([100, 1], [400, 1])
        } else {
            ([50, 50], [200, 200])
        };
        self.desk.set_plane(Some(PlaneRequest {
            table: scene.table.clone(),
            plane: scene.plane.clone(),
            x_range: self.look.view.x,
            y_range: self.look.view.y,
            coarse,
            full,
            painter: Some(painter),
        }));
    }

    fn follow_pictures(&mut self, ctx: &Context) {
        let ids: Vec<ModelId> = self.desk.project().models().iter().map(|m| m.id).collect();
        self.pictures.retain(&ids);
        let sizes = &self.small_sizes;
        self.small_asked
            .retain(|(id, size), _| ids.contains(id) && sizes.contains(size));
        let selected = self.desk.project().selected().map(|m| m.id);
        let Some(scene) = self.scene.clone() else {
            return;
        };
        for id in ids {
            let of = |entry: Option<&Entry>| entry.and_then(|e| e.surface.clone());
            let own = of(self.desk.entry(id)).zip(self.desk.key(id));
            let former = || of(self.desk.stale_entry(id)).zip(self.desk.stale_key(id));
            if let Some((surface, key)) = own.or_else(former) {
                self.pictures.show(ctx, id, &surface);
                if Some(id) == selected {
                    self.timings.model();
                    let full = self
                        .desk
                        .plane()
                        .is_some_and(|p| p.full[0] == surface.columns);
                    self.timings.shown(key, full);
                }
                self.follow_small(id, Some(&surface), &scene);
            }
        }
    }

    fn follow_small(
        &mut self,
        id: ModelId,
        surface: Option<&Arc<crate::train::Surface>>,
        scene: &Arc<Scene>,
    ) {
        for size in self.small_sizes.clone() {
            let name = small_name(surface, scene, self.dark());
            let there = self.pictures.small_name(id, size) == Some(name);
            if there || self.small_asked.get(&(id, size)) == Some(&name) || size[0] == 0 {
                continue;
            }
            self.small_asked.insert((id, size), name);
            let painted = surface
                .and_then(|s| s.painted.clone())
                .and_then(|p| p.downcast::<super::pictures::Painted>().ok());
            let (scene, palette, sender, wake) = (
                scene.clone(),
                self.palette.clone(),
                self.sender.clone(),
                self.context.clone(),
            );
            let ppp = self.context.pixels_per_point();
            let slot = slots::small(id, size);
            self.desk.live().picture(slot, 50, move || {
                // On one feature the fitted curve stands for the boundary.
                let curve = painted
                    .as_ref()
                    .filter(|p| p.grid.rows == 1)
                    .map(|p| Boundary {
                        lines: p.curve.clone(),
                    });
                let boundary = painted.as_ref().map(|p| &p.boundary);
                let picture = SmallPicture {
                    view: scene.fit,
                    grid: painted.as_ref().map(|p| &p.grid).filter(|g| g.rows > 1),
                    boundary: curve.as_ref().or(boundary),
                    points: Some(&scene.points),
                    palette: &palette,
                    marker_radius: 2.2,
                };
                let image = paint_small(&picture, size, ppp);
                let _ = sender.send(Made::Small {
                    id,
                    size,
                    name,
                    image,
                });
                wake.request_repaint();
            });
        }
    }

    fn follow_density(&mut self, ctx: &Context) {
        let Some(scene) = &self.scene else { return };
        let size = self.density_size;
        if scene.points.len() <= SINGLE_POINTS || size[0] == 0 {
            return;
        }
        let view = self.look.view;
        let mut name = Hasher128::new();
        name.hash(scene.key).word(u64::from(self.dark()));
        for value in view.x.iter().chain(&view.y) {
            name.number(*value);
        }
        name.word(size[0] as u64).word(size[1] as u64);
        let name = name.finish().0 as u64;
        if self.density_asked == name {
            return;
        }
        self.density_asked = name;
        let (scene, palette, sender, wake) = (
            scene.clone(),
            self.palette.clone(),
            self.sender.clone(),
            self.context.clone(),
        );
        let ppp = ctx.pixels_per_point();
        self.desk.live().picture(slots::DENSITY, 240, move || {
            let image = density::paint(
                &scene.points,
                view,
                size,
                density::dot_size(scene.points.len(), ppp),
                &palette,
            );
            let ranges = [view.x, view.y];
            let _ = sender.send(Made::Density {
                name,
                image,
                ranges,
            });
            wake.request_repaint();
        });
    }

    fn follow_summary(&mut self) {
        let table = self.desk.project().table.clone();
        let fingerprint = table.fingerprint();
        if self.summary_asked == Some(fingerprint) {
            return;
        }
        self.summary_asked = Some(fingerprint);
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk.live().picture(slots::SUMMARY, 60, move || {
            if let Ok(summary) = data::summarise(&table, &Cancel::new()) {
                let summary = Arc::new(summary);
                let _ = sender.send(Made::Summary {
                    fingerprint,
                    summary,
                });
                wake.request_repaint();
            }
        });
    }

    /// Has a worker do what a tab asked for; the newest of a slot replaces one that still waits.
    fn work_for_tab(&mut self, wanted: super::tab::Wanted) {
        let super::tab::Wanted {
            slot,
            priority,
            make,
        } = wanted;
        self.tab_asked.insert(slot);
        let (sender, wake) = (self.sender.clone(), self.context.clone());
        self.desk
            .live()
            .picture(slots::TAB + slot, priority, move || {
                let made = make();
                let _ = sender.send(Made::Tab { slot, made });
                wake.request_repaint();
            });
    }

    /// Thumbnails of the data strip come once the first models are there.
    fn ask_previews(&mut self) {
        if self.previews_asked || self.frames < 3 || !(self.desk.is_drawn() || self.frames > 200) {
            return;
        }
        self.previews_asked = true;
        for (index, item) in self.catalog.items.iter().enumerate() {
            let (spec, sender, wake) =
                (item.spec.clone(), self.sender.clone(), self.context.clone());
            self.desk
                .live()
                .picture(slots::PREVIEW + index as u64, 0, move || {
                    if let Some((detail, thumbnail)) = catalog::preview(&spec) {
                        let _ = sender.send(Made::Preview {
                            spec,
                            detail,
                            thumbnail,
                        });
                        wake.request_repaint();
                    }
                });
        }
    }

    /// While playing, the scrubber runs through the steps in about six seconds.
    fn play(&mut self, ctx: &Context) {
        if !self.look.playing {
            return;
        }
        let step = f64::from(ctx.input(|i| i.stable_dt)).min(0.1) / 6.0;
        let at = match self.look.scrub {
            Scrub::Live => 0.0,
            Scrub::At(at) => at + step,
        };
        if at >= 1.0 {
            self.look.playing = false;
            self.set_scrub(Scrub::Live);
        } else {
            self.set_scrub(Scrub::At(at));
            ctx.request_repaint();
        }
    }

    fn set_scrub(&mut self, scrub: Scrub) {
        self.look.scrub = scrub;
    }

    /// So many steps on or back from what is shown; behind the newest step it follows again.
    fn scrub_by(&mut self, steps: f64) {
        let (mut planned, mut reached) = (1.0_f64, 0.0_f64);
        for model in self.desk.shown() {
            let newest = self.desk.entry(model.id).and_then(|e| e.snapshots.last());
            if let Some(newest) = newest {
                let all = newest.fitted.planned.max(1) as f64;
                planned = planned.max(all);
                reached = reached.max(newest.fitted.step as f64 / all);
            }
        }
        let at = match self.look.scrub {
            Scrub::Live => reached,
            Scrub::At(at) => at,
        };
        let to = (at + steps / planned).max(0.0);
        self.look.playing = false;
        self.set_scrub(if to >= reached {
            Scrub::Live
        } else {
            Scrub::At(to)
        });
    }

    fn drain_made(&mut self, ctx: &Context) {
        while let Ok(made) = self.made.try_recv() {
            match made {
                Made::Scene(scene) => {
                    if self.scene_asked == Some(scene.key) {
                        self.scene = Some(scene);
                    }
                }
                Made::NoScene { key } => {
                    if self.scene_asked == Some(key) {
                        self.scene = None;
                        self.desk.set_plane(None);
                    }
                }
                Made::Small {
                    id,
                    size,
                    name,
                    image,
                } => {
                    // Of two workers the one with the older picture may be the later.
                    if self.small_asked.get(&(id, size)) == Some(&name) {
                        self.pictures.set_small(ctx, id, size, name, image);
                        self.pictures.keep_sizes(id, &self.small_sizes);
                    }
                }
                Made::Density {
                    name,
                    image,
                    ranges,
                } => {
                    if name == self.density_asked {
                        self.pictures.set_density(ctx, name, image, ranges);
                    }
                }
                Made::Preview {
                    spec,
                    detail,
                    thumbnail,
                } => {
                    if let Some(item) = self.catalog.items.iter_mut().find(|i| i.spec == spec) {
                        if item.detail.is_empty() {
                            item.detail = detail;
                        }
                        item.thumbnail = Some(thumbnail.into());
                    }
                }
                Made::Summary {
                    fingerprint,
                    summary,
                } => {
                    if self.summary_asked == Some(fingerprint) {
                        self.summary = Some((fingerprint, summary));
                    }
                }
                Made::Loaded { spec, result } => self.loaded(&spec, result),
                Made::Reread(made) => self.reread(self.now(ctx), made),
                Made::TestFile { path, result } => match result {
                    Ok(table) => self.apply(
                        Command::SetSplit {
                            split: Some(crate::prepare::SplitScheme::File { path }),
                            test: Some(table),
                        },
                        None,
                    ),
                    Err(problem) => {
                        let text = problem.to_string();
                        self.toasts.push(self.now(ctx), Tone::Failed, text, None);
                    }
                },
                Made::Saved { what, result } => match result {
                    Ok(path) => {
                        let name = path
                            .file_name()
                            .map_or_else(|| what.clone(), |n| n.to_string_lossy().into_owned());
                        self.toasts.push(
                            self.now(ctx),
                            Tone::Done,
                            format!("{what} saved as {name}"),
                            None,
                        );
                    }
                    Err(problem) => {
                        self.toasts
                            .push(self.now(ctx), Tone::Failed, problem.to_string(), None)
                    }
                },
                Made::Picked { dialog, path } => {
                    let mut dialogs = std::mem::take(&mut self.dialogs);
                    dialogs.picked(self, dialog, path);
                    self.dialogs = dialogs;
                }
                Made::Tab { slot, made } => {
                    self.tab_asked.remove(&slot);
                    super::tab::take(&mut self.memory, ctx, made);
                }
                Made::Importance { key, values } => {
                    self.memory.importance.insert(key, values);
                }
            }
        }
    }

    /// What is being opened at the moment.
    pub fn loading(&self) -> Option<&str> {
        self.loading.as_deref()
    }

    /// Drawn by a test or for a screenshot: nothing is asked of the system.
    pub fn is_still(&self) -> bool {
        self.options.still
    }

    pub fn sender(&self) -> Sender<Made> {
        self.sender.clone()
    }

    pub fn context(&self) -> &Context {
        &self.context
    }

    pub fn scene(&self) -> Option<&Arc<Scene>> {
        self.scene.as_ref()
    }

    /// Every shown model is fitted and drawn, and nothing is on its way.
    pub fn is_settled(&self) -> bool {
        self.waits_for().is_none()
    }

    /// What is still on its way, in words.
    pub fn waits_for(&self) -> Option<&'static str> {
        let scene = self
            .scene
            .as_ref()
            .is_some_and(|s| self.scene_asked == Some(s.key));
        let small = self
            .small_asked
            .iter()
            .filter(|((_, size), _)| self.small_sizes.contains(size))
            .all(|((id, size), name)| self.pictures.small_name(*id, *size) == Some(*name));
        match () {
            () if self.loading.is_some() => Some("the data"),
            () if !scene => Some("the picture's rows"),
            () if !self.desk.is_settled() => Some("a score"),
            () if !self.desk.is_drawn() => Some("a surface"),
            () if self.summary.is_none() => Some("the columns' summary"),
            () if !self.tab_asked.is_empty() => Some("a picture of the tab"),
            () if !small => Some("a small picture"),
            () => None,
        }
    }

    fn dropped(&mut self, ctx: &Context, acts: &mut Vec<Act>) {
        let paths = ctx.input(|i| {
            i.raw
                .dropped_files
                .iter()
                .map(|f| f.path().to_path_buf())
                .collect::<Vec<_>>()
        });
        if let Some(path) = paths.into_iter().next() {
            acts.push(Act::Open(path.to_string_lossy().into_owned()));
        }
    }

    // ---- acts

    pub fn perform(&mut self, ctx: &Context, act: Act) {
        match act {
            Act::Do(command) => self.apply(command, None),
            Act::Drag(command, gesture) => self.apply(command, Some(gesture)),
            Act::EndGesture => self.desk.history.end_gesture(),
            Act::Undo => {
                let line = self.desk.undo();
                self.after_time_travel(ctx, line.map(|l| format!("Undone: {l}")));
            }
            Act::Redo => {
                let line = self.desk.redo();
                self.after_time_travel(ctx, line.map(|l| format!("Redone: {l}")));
            }
            Act::SelectModel(id) => {
                // The cells were those of the other model's matrix; their rows stay selected.
                if self.desk.project().selected().map(|m| m.id) != Some(id) {
                    self.look.cells.clear();
                }
                self.desk.select(id);
            }
            Act::OpenCard(id, open) => {
                self.look.open_cards.retain(|c| *c != id);
                if open {
                    self.look.open_cards.push(id);
                }
            }
            Act::Stop(id) => self.desk.stop(id),
            Act::Continue(id) => self.desk.resume(id),
            Act::StartOver(id) => self.desk.start_over(id),
            Act::Allow(id) => self.desk.allow(id),
            Act::StopAll => {
                let ids: Vec<ModelId> = self.desk.shown().map(|m| m.id).collect();
                ids.into_iter().for_each(|id| self.desk.stop(id));
            }
            Act::Open(spec) => self.open(spec),
            Act::Step(by) => {
                // Several steps at once go on from what is being opened.
                let from = self.loading.as_deref();
                if let Some(spec) = self.catalog.step(from, by).map(str::to_owned) {
                    self.open(spec);
                }
            }
            Act::Tab(tab) => {
                self.look.tab = tab;
                self.settings.tab = tab;
            }
            Act::SelectRows(rows, add) => {
                let before = if add {
                    self.look.selection.iter().collect()
                } else {
                    Vec::new()
                };
                self.look.selection = Arc::new(RowSet::from_rows(before.into_iter().chain(rows)));
                self.look.cells.clear();
            }
            Act::SelectCell {
                actual,
                predicted,
                add,
            } => self.select_cell(actual, predicted, add),
            Act::HoverRow(row) => self.look.hovered = row,
            Act::CutAt(row) => self.look.cut = row,
            Act::View(view) => self.look.view = view,
            Act::Fit => {
                if let Some(scene) = &self.scene {
                    self.look.view = scene.fit;
                }
            }
            Act::Tool(tool) => self.look.tool = tool,
            Act::Scrub(scrub) => {
                self.look.playing = false;
                self.set_scrub(scrub);
            }
            Act::Play(playing) => self.look.playing = playing,
            Act::Measure(measure) => self.look.measure = measure,
            Act::Shares(shares) => self.look.shares = shares,
            Act::Theme(theme) => {
                if self.look.projector {
                    self.settings.projector_dark = theme == ThemeChoice::Dark;
                } else {
                    self.settings.theme = theme;
                }
            }
            Act::Zoom(zoom) => self.settings.zoom = zoom.clamp(0.75, 2.5),
            Act::TextLarger => self.settings.zoom = (self.settings.zoom + 0.1).min(2.5),
            Act::TextSmaller => self.settings.zoom = (self.settings.zoom - 0.1).max(0.75),
            Act::TextNormal => self.settings.zoom = 1.0,
            Act::ToggleLeft if panel::left::is_narrow(ctx) => self.memory.left.toggle_over(),
            Act::ToggleLeft => self.look.left_open = !self.look.left_open,
            Act::ToggleBottom => self.look.bottom_open = !self.look.bottom_open,
            Act::Projector(on) => {
                self.look.projector = on;
                if on && !self.options.still {
                    let words = "Esc leaves the projector.";
                    self.toasts.push(self.now(ctx), Tone::Info, words, None);
                }
            }
            Act::Palette(open) => self.palette_box.set_open(open),
            Act::Help(open) => self.memory.help_open = open,
            Act::AddModelMenu(open) => self.palette_box.open_with(open.then_some("Add ")),
            Act::ReduceMotion(still) => {
                self.settings.reduce_motion = still;
                self.applied = None;
            }
            Act::NextPanel => {
                self.place = self.place.next();
                self.memory.focus = Some(self.place);
            }
            Act::ScrubBy(steps) => self.scrub_by(steps),
            Act::Generate(spec, gesture) => self.generate(spec, gesture),
            Act::ReadAs(column, kind) => self.read_as(column, kind),
            Act::ReadWith(options) => self.read_with(options),
            Act::FitAllQuick => self.fit_all_quick(),
            Act::Dialog(dialog) => {
                let mut dialogs = std::mem::take(&mut self.dialogs);
                dialogs.open(self, dialog);
                self.dialogs = dialogs;
            }
            Act::Chosen(dialog, path) => dialogs::chosen(self, dialog, path),
            Act::CloseProblem => self.problem = None,
            Act::Say(text) => self.toasts.push(self.now(ctx), Tone::Info, text, None),
            Act::Importance(id) => self.ask_importance(id),
            Act::FullScreen => {
                let full = ctx.input(|i| i.viewport().fullscreen.unwrap_or(false));
                ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(!full));
            }
            Act::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
        ctx.request_repaint();
    }

    fn apply(&mut self, command: Command, gesture: Option<u64>) {
        let knob = match &command {
            Command::SetParameter { id, .. } => Some(*id),
            _ => None,
        };
        if matches!(command, Command::SetParameter { .. }) && self.look.scrub != Scrub::Live {
            self.look.scrub = Scrub::Live;
        }
        let changed = self.desk.apply(command, gesture).is_some();
        if let Some(key) = knob.filter(|_| changed).and_then(|id| self.desk.key(id)) {
            self.timings.knob(key);
        }
    }

    fn after_time_travel(&mut self, ctx: &Context, line: Option<String>) {
        if let Some(line) = line {
            self.toasts.push(self.now(ctx), Tone::Info, line, None);
        }
        // The strip follows where a step led to another data set.
        self.catalog.follow(&self.desk.project().table);
    }

    fn select_cell(&mut self, actual: usize, predicted: usize, add: bool) {
        let cell = (actual, predicted);
        if add {
            if let Some(at) = self.look.cells.iter().position(|c| *c == cell) {
                self.look.cells.remove(at);
            } else {
                self.look.cells.push(cell);
            }
        } else if self.look.cells == [cell] {
            self.look.cells.clear();
        } else {
            self.look.cells = vec![cell];
        }
        self.look.selection = Arc::new(self.rows_of_cells());
    }

    /// Rows of the selected cells of the selected model's confusion matrix, as the scrubber shows it.
    fn rows_of_cells(&self) -> RowSet {
        let Some(scene) = &self.scene else {
            return RowSet::default();
        };
        let rows = || -> Option<Vec<u32>> {
            let id = self.desk.project().selected()?.id;
            let entry = self.desk.entry(id)?;
            let held_out = entry.held_out_at(self.look.scrub.share())?;
            let rows = (0..scene.table.rows() as u32).filter(|&row| {
                let (Some(actual), Some((predicted, _))) =
                    (scene.class_of(row), held_out.class(row as usize))
                else {
                    return false;
                };
                self.look.cells.contains(&(actual, predicted))
            });
            Some(rows.collect())
        };
        RowSet::from_rows(rows().unwrap_or_default())
    }

    fn fit_all_quick(&mut self) {
        let task = self.desk.project().task();
        let have: Vec<&str> = self
            .desk
            .project()
            .models()
            .iter()
            .map(|m| m.params.algorithm().id)
            .collect();
        let missing: Vec<_> = crate::model::ALGORITHMS
            .iter()
            .filter(|a| a.task == task && !a.is_dummy() && !have.contains(&a.id))
            .collect();
        for algorithm in missing {
            self.apply(
                Command::AddModel(crate::model::Params::defaults(algorithm)),
                Some(u64::MAX),
            );
        }
        self.desk.history.end_gesture();
    }

    fn ask_importance(&mut self, id: ModelId) {
        let (Some(key), Some(job)) = (self.desk.key(id), self.desk.job(id).cloned()) else {
            return;
        };
        let Some(fitted) = self.desk.entry(id).and_then(|e| e.fitted().cloned()) else {
            return;
        };
        let (sender, wake, cache) = (
            self.sender.clone(),
            self.context.clone(),
            self.desk.live().prepared(),
        );
        self.desk
            .live()
            .picture(slots::IMPORTANCE + id.0, 40, move || {
                let values =
                    crate::train::permutation_importance(&job, &fitted, &cache, &Cancel::new());
                let values = values.map_err(|halt| match halt {
                    crate::base::Halt::Failed(problem) => problem,
                    crate::base::Halt::Cancelled => Problem::new("it was stopped"),
                });
                let _ = sender.send(Made::Importance { key, values });
                wake.request_repaint();
            });
    }

    /// At the end: settings and timings are written.
    pub fn close(&mut self) {
        let spec = self.catalog.spec_of(&self.desk.project().table);
        if !spec.is_empty() {
            self.settings.data = spec.to_owned();
        }
        if !self.options.still {
            self.settings.save();
        }
        if let Some(path) = &self.options.timings
            && let Err(error) = self.timings.write(path)
        {
            eprintln!("{}: the timings were not written: {error}.", path.display());
        }
    }
}

/// Slots of picture tasks beside the cards' own, which count from 0.
mod slots {
    pub const SCENE: u64 = 1 << 40;
    pub const DENSITY: u64 = SCENE + 1;
    pub const SUMMARY: u64 = SCENE + 2;
    pub const IMPORTANCE: u64 = 1 << 41;
    pub const PREVIEW: u64 = 1 << 42;
    const SMALL: u64 = 1 << 60;
    pub const TAB: u64 = 1 << 44;

    /// One for each card and size, whatever other sizes there are: a newer picture takes the place
    /// of a waiting one of its own size alone.
    pub fn small(id: super::ModelId, size: [usize; 2]) -> u64 {
        let [width, height] = size.map(|side| side as u64 & 0xfff);
        SMALL | id.0 << 24 | width << 12 | height
    }
}

fn empty_table() -> Table {
    let column = data::Column::numbers("x", Vec::new());
    data::TableBuilder::new("No data")
        .column(column)
        .build()
        .unwrap_or_else(|_| unreachable!())
}
