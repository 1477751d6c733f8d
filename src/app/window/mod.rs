//! The window: a plain type with `logic` and `ui`, driven by eframe, by tests and by `screenshot`.
//!
//! ```text
//! logic: events and made things come in -> scene, plane and textures follow the project
//! ui:    panels read a Frame and push acts -> the window carries them out
//! ```

mod arrive;
mod dropping;
mod editing;
mod follow;
mod keep;
mod perform;
mod playing;
mod slots;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use eframe::egui::{self, Context, Theme, Ui};

use super::act::{Act, Place, Scrub, Tab, ThemeChoice};
use super::action;
use super::catalog::{self, Catalog};
use super::desk::Desk;
use super::frame::{Frame, Look};
use super::import::{self, Import};
use super::keeping::{self, Keeping, Source};
use super::made::Made;
use super::opening::{self, Drawing, Loading, Start};
use super::pictures::{Come, Pictures, painter, small_name};
use super::saving::Saving;
use super::scene::{Scene, SceneInput, build};
use super::settings::Settings;
use super::taking::Taking;
use super::timings::Timings;
use super::using::{self, Use, Using};
use super::{dialogs, help, palette, panel, projector, questions};
use crate::base::{Cancel, Hash128, Hasher128, Problem};
use crate::data::{self, ReadOptions, Summary, Table};
use crate::model::Task;
use crate::project::file::is_project;
use crate::project::{Command, Entry, ModelId, Project};
use crate::train::PlaneRequest;
use crate::view::plane::{
    Boundary, Palette, RowSet, SINGLE_POINTS, SmallPicture, View, density, paint_small,
};
use crate::widget::picture;
use crate::widget::theme;
use crate::widget::toast::{Toasts, Tone};
use crate::widget::tokens::Tokens;

/// Events of fits do not make frames faster than this: a quick fit sends hundreds a second.
const BETWEEN_EVENTS: Duration = Duration::from_millis(8);
const BETWEEN_SETTINGS: Duration = Duration::from_secs(1);
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
    /// Where unsaved work is kept safe; None: nowhere.
    pub journals: Option<PathBuf>,
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
            journals: None,
            still: false,
        }
    }
}

pub struct Window {
    pub desk: Desk,
    pub look: Look,
    pub settings: Settings,
    /// As they were written last, and when.
    settings_written: (Settings, Instant),
    /// Writes them.
    settings_writer: Option<JoinHandle<()>>,
    pub keeping: Keeping,
    pub using: Using,
    /// A picture that was taken, and what is to be taken at the frame's end.
    pub(super) taking: Taking,
    options: Options,
    scene: Option<Arc<Scene>>,
    scene_asked: Option<Hash128>,
    /// Stops the scene that is under way.
    scene_stop: Cancel,
    /// The view of a first picture, which shows some of the rows.
    first_fit: Option<View>,
    /// The table that the selected rows are of, how it is spelled, and its rows.
    rows_of: Option<(Hash128, String, usize)>,
    /// The name of the table that the pictures are of.
    pictures_of: Option<String>,
    /// The rows have the numbers that they had before an edit.
    rows_kept: bool,
    /// The scene whose view is on the screen: a new one is fitted to the picture.
    scene_viewed: Option<Hash128>,
    palette: Arc<Palette>,
    palette_of: Option<(Hash128, bool)>,
    pub pictures: Pictures,
    pub catalog: Catalog,
    previews_asked: bool,
    /// The table whose thumbnail is on its way, or was tried.
    thumbnail_asked: Option<Hash128>,
    summary: Option<(Hash128, Arc<Summary>)>,
    summary_asked: Option<Hash128>,
    /// Stops the summary that is under way.
    summary_stop: Cancel,
    /// Importances that were asked for: of which job of a card, and what stops them.
    importance_stops: std::collections::HashMap<ModelId, (Hash128, Cancel)>,
    sender: Sender<Made>,
    made: Receiver<Made>,
    context: Context,
    pub toasts: Toasts<Act>,
    pub palette_box: palette::PaletteBox,
    pub dialogs: dialogs::Dialogs,
    pub import: Import,
    pub timings: Timings,
    small_sizes: Vec<[usize; 2]>,
    /// What the small multiples on their way show.
    small_asked: std::collections::HashMap<(ModelId, [usize; 2]), u64>,
    /// Those that have come and wait for a frame.
    small_come: Come,
    density_size: [usize; 2],
    density_asked: u64,
    /// The serial of the one on the screen.
    density_shown: u64,
    /// Slots of what the tabs wait for.
    tab_asked: std::collections::HashSet<u64>,
    applied: Option<(bool, f32)>,
    pub(super) loading: Option<Loading>,
    /// The last gesture that drew or deleted rows, and how many so far.
    stroke: Option<(u64, usize)>,
    /// Tables that are being written.
    pub(super) savings: Vec<Saving>,
    pub(super) drawing: Drawing,
    /// The text that was pasted last.
    pub(super) pasted: Option<Arc<str>>,
    /// A problem with what was last asked to be opened; shown until closed or until something opens.
    pub problem: Option<(String, Problem)>,
    /// Of the request that was numbered last; 0 is what the window begins with.
    numbers: u64,
    /// The test file that is being read.
    pub(super) test_asked: Option<u64>,
    frames: u64,
    /// When the last frame began, for whoever wakes the window.
    frame_at: Arc<Mutex<Instant>>,
    pub memory: panel::Memory,
    /// What had the keyboard at the end of the last frame.
    held: action::Held,
    /// The panel that F6 went to last.
    place: Place,
    /// The tab without a picture that the projector left.
    projector_from: Option<Tab>,
    /// Where the files of this frame were dropped, where the system tells.
    pub(in crate::app) dropped_at: Option<egui::Pos2>,
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
        let spec = options
            .data
            .clone()
            .unwrap_or_else(|| options.settings.data.clone());
        let Start {
            spec,
            table,
            problem,
            waits,
        } = opening::start(spec);
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
        let keeping = Keeping::start(options.journals.as_ref(), &sender, context);
        let mut catalog = Catalog::default();
        if !spec.is_empty() {
            catalog.set_current(&spec, &table);
        }
        let look = Look {
            tab: options.settings.tab,
            left_open: options.settings.left_open,
            bottom_open: options.settings.bottom_open,
            ..Look::default()
        };
        let mut window = Window {
            desk,
            look,
            settings: options.settings.clone(),
            settings_written: (options.settings.clone(), Instant::now()),
            settings_writer: None,
            keeping,
            using: Using::default(),
            taking: Taking::default(),
            timings: Timings::new(options.begun),
            options,
            scene: None,
            scene_asked: None,
            scene_stop: Cancel::new(),
            first_fit: None,
            rows_of: None,
            pictures_of: None,
            rows_kept: false,
            scene_viewed: None,
            palette: Arc::new(Palette::for_numbers(
                &crate::widget::tokens::LIGHT,
                [0.0, 1.0],
            )),
            palette_of: None,
            pictures: Pictures::default(),
            catalog,
            previews_asked: false,
            thumbnail_asked: None,
            summary: None,
            summary_asked: None,
            summary_stop: Cancel::new(),
            importance_stops: Default::default(),
            sender,
            made,
            context: context.clone(),
            toasts: Toasts::default(),
            palette_box: palette::PaletteBox::default(),
            dialogs: dialogs::Dialogs::default(),
            import: Import::default(),
            small_sizes: Vec::new(),
            small_asked: Default::default(),
            small_come: Come::default(),
            density_size: [0, 0],
            density_asked: 0,
            density_shown: 0,
            tab_asked: Default::default(),
            applied: None,
            loading: None,
            stroke: None,
            savings: Vec::new(),
            drawing: Drawing::default(),
            pasted: None,
            problem,
            numbers: 0,
            test_asked: None,
            frames: 0,
            frame_at,
            memory: panel::Memory::default(),
            held: action::Held::default(),
            place: Place::Right,
            projector_from: None,
            dropped_at: None,
        };
        if let Some((loading, rows)) = waits {
            if is_project(&loading.spec) {
                let source = Source::file(PathBuf::from(&loading.spec));
                window.read_project_as(loading, source, keeping::read);
                return window;
            }
            window.read_whole(&loading, false);
            window.loading = Some(loading);
            if let Some(rows) = rows {
                window.first_are_shown(rows, 0);
            }
        }
        window
    }

    /// Background: takes in what arrived and asks for what the screen needs. Draws nothing.
    pub fn logic(&mut self, ctx: &Context) {
        self.timings.frame();
        self.frames += 1;
        *self.frame_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.note_size(ctx);
        self.apply_theme(ctx);
        self.desk.drain();
        self.drain_made(ctx);
        self.follow_keeping(ctx);
        self.follow_table();
        self.follow_scene();
        self.follow_palette(ctx);
        self.follow_plane();
        self.follow_pictures(ctx);
        self.follow_density(ctx);
        self.follow_summary();
        self.follow_importances();
        self.follow_settings(ctx);
        self.ask_previews();
        self.ask_thumbnail();
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
        // The theme may have changed since this frame began.
        ui.reset_style();
        let mut acts = Vec::new();
        self.memory.shown = picture::begin(ui.ctx());
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
        self.hovered(&ctx);
        self.dropped(&ctx, &mut acts);
        Self::take_paste(&ctx, &mut acts);
        for act in acts {
            self.perform(&ctx, act);
        }
        self.take_picture(ui);
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
            if !panel::rail::show(ui, &frame, &mut memory, acts) {
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
        using::show(ui, &self.frame(ui), self.using.sheet.as_ref(), acts);
        if !self.dialogs.is_open() {
            questions::show(ui, &self.keeping, acts);
        }
        let mut dialogs = std::mem::take(&mut self.dialogs);
        dialogs.show(ui, self, acts);
        self.dialogs = dialogs;
        let mut import = std::mem::take(&mut self.import);
        import.show(ui, self, acts);
        self.import = import;
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
        self.frame_in(ui.ctx())
    }

    fn frame_in(&self, ctx: &Context) -> Frame<'_> {
        let fingerprint = self.desk.project().table.fingerprint();
        Frame {
            desk: &self.desk,
            look: &self.look,
            tokens: Tokens::of_ctx(ctx),
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
            keeping: &self.keeping,
            using: &self.using,
            still: self.options.still,
            drawing: self.drawing.is_under_way(),
            loading: self.loading.as_ref(),
            savings: &self.savings,
        }
    }

    fn now(&self, ctx: &Context) -> f64 {
        if self.options.still {
            0.0
        } else {
            ctx.input(|i| i.time)
        }
    }

    /// The next start makes the window as large, in points of the zoom 1.
    fn note_size(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        let size = ctx.input(|i| {
            let about = i.viewport();
            let usual = !about.maximized.unwrap_or(false)
                && !about.fullscreen.unwrap_or(false)
                && !about.minimized.unwrap_or(false);
            about.inner_rect.filter(|_| usual).map(|rect| rect.size())
        });
        if let Some(size) = size.filter(|s| !self.options.still && s.x >= 1.0 && s.y >= 1.0) {
            self.settings.window = [size.x * zoom, size.y * zoom];
        }
    }

    fn apply_theme(&mut self, ctx: &Context) {
        let dark = self.settings.theme == ThemeChoice::Dark && !self.look.projector
            || self.look.projector && self.settings.projector_dark;
        // The plane and its curve know larger sizes; other tabs are magnified as they are.
        let (scale, larger) = match (self.look.projector, self.look.tab) {
            (false, _) => (1.0, 1.0),
            (true, Tab::Model) => (1.75, 1.0),
            (true, _) => (1.0, 1.5),
        };
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
        let zoom = match self.options.still {
            true => larger,
            false => self.settings.zoom * larger,
        };
        if (ctx.zoom_factor() - zoom).abs() > 1e-3 {
            ctx.set_zoom_factor(zoom);
        }
    }

    fn dark(&self) -> bool {
        self.applied.is_some_and(|(dark, _)| dark)
    }

    /// What is being opened at the moment.
    pub fn loading(&self) -> Option<&str> {
        self.loading.as_ref().map(|l| l.spec.as_str())
    }

    /// Drawn by a test or for a screenshot: nothing is asked of the system.
    pub fn is_still(&self) -> bool {
        self.options.still
    }

    /// Names a request, so that its answer is known by it.
    pub(super) fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
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
            () if self.memory.table.is_finding() => Some("the table's rows"),
            () if !self.tab_asked.is_empty() => Some("a picture of the tab"),
            () if !small => Some("a small picture"),
            () => None,
        }
    }

    /// Settings are written within a second of their change: a window may end without being closed.
    fn follow_settings(&mut self, ctx: &Context) {
        let (written, when) = &self.settings_written;
        if self.options.still || self.settings == *written {
            return;
        }
        let rest = BETWEEN_SETTINGS.saturating_sub(when.elapsed());
        if !rest.is_zero() {
            ctx.request_repaint_after(rest);
            return;
        }
        if (self.settings_writer.as_ref()).is_some_and(|writer| !writer.is_finished()) {
            ctx.request_repaint_after(BETWEEN_SETTINGS);
            return;
        }
        let settings = self.settings.clone();
        self.settings_written = (settings.clone(), Instant::now());
        // Where no thread can be had they are written at the end.
        self.settings_writer = std::thread::Builder::new()
            .name("seefit-settings".into())
            .spawn(move || settings.save())
            .ok();
    }

    /// At the end: settings and timings are written.
    pub fn close(&mut self) {
        let spec = self.catalog.spec_of(&self.desk.project().table).to_owned();
        if let Some(file) = &self.keeping.file {
            let whole = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            self.settings.data = whole.to_string_lossy().into_owned();
        } else {
            self.note_last(&spec);
        }
        if let Some(journal) = self.keeping.journal.take() {
            journal.close();
        }
        if !self.options.still {
            // The older ones must not come last.
            let _ = self.settings_writer.take().map(JoinHandle::join);
            self.settings.save();
        }
        // What was to be saved is saved.
        while self.savings.iter().any(Saving::is_under_way) {
            std::thread::sleep(Duration::from_millis(10));
        }
        if let Some(path) = &self.options.timings
            && let Err(error) = self.timings.write(path)
        {
            eprintln!("{}: the timings were not written: {error}.", path.display());
        }
    }
}
