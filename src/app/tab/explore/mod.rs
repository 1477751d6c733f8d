//! The tab Explore: the data before any model. Two columns as a scatter plot, every column as a
//! histogram, or all of them as components; beside them what there is to say about one column; above them what should be seen
//! before a model is trusted.

mod column;
mod components;
mod grid;
mod notices;
mod scatter;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eframe::egui::{
    Align, CentralPanel, ColorImage, Context, Layout, Margin, Panel, TextureOptions, Ui,
};

use super::{TabMade, Wanted, slots};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::{Memory, ground};
use crate::app::scene::{Cloud, Scene};
use crate::base::{Cancel, Hash128};
use crate::data::Kind;
use crate::project::Axes;
use crate::view::explore::{Classes, ColumnSummary};
use crate::view::plane::{Palette, PlaneTexture, View};
use crate::widget::choice;
use crate::widget::picture::textures;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Scatter,
    Histograms,
    Components,
}

impl Mode {
    const ALL: [Mode; 3] = [Mode::Scatter, Mode::Histograms, Mode::Components];
    const NAMES: [&str; 3] = ["Scatter", "Histograms", "Components"];
}

#[derive(Default)]
pub struct ExploreMemory {
    /// The table that all else is of.
    of: Option<Hash128>,
    mode: Mode,
    /// Nobody chose the mode: it is that of tables in which no two columns show much.
    by_itself: bool,
    x: usize,
    y: usize,
    /// The column whose summary stands at the right.
    column: usize,
    view: Option<View>,
    cloud: Option<(CloudKey, Arc<Cloud>)>,
    cloud_asked: Option<CloudKey>,
    density: Option<PlaneTexture>,
    density_asked: Option<DensityKey>,
    /// The serial of the one on the screen.
    density_shown: u64,
    summaries: HashMap<usize, Arc<ColumnSummary>>,
    summaries_asked: HashSet<usize>,
    /// What colours the rows that the summaries were made for.
    summaries_of: Option<Hash128>,
    /// Stops the summaries that are under way.
    stop: Cancel,
    closed: HashSet<usize>,
    all_notices: bool,
    /// The column that was marked in the list at the left when it was last looked at.
    listed: Option<usize>,
    components: components::ComponentsMemory,
}

/// Colours, x, y; and of how many rows one is shown.
type CloudKey = (Hash128, usize, usize, usize);

/// What a density shows. Holds what it names, so that no address is used twice.
#[derive(Clone)]
pub struct DensityKey {
    cloud: Arc<Cloud>,
    palette: Arc<Palette>,
    view: View,
    pixels: [usize; 2],
    /// Later pictures have higher ones.
    serial: u64,
}

impl DensityKey {
    fn same_points(&self, other: &DensityKey) -> bool {
        Arc::ptr_eq(&self.cloud, &other.cloud) && Arc::ptr_eq(&self.palette, &other.palette)
    }

    fn same(&self, other: &DensityKey) -> bool {
        self.same_points(other) && self.view == other.view && self.pixels == other.pixels
    }
}

/// A worker's answer.
pub enum ExploreMade {
    Cloud {
        key: CloudKey,
        cloud: Cloud,
    },
    Density {
        key: DensityKey,
        image: ColorImage,
    },
    Column {
        colours: Hash128,
        column: usize,
        summary: ColumnSummary,
    },
    Components(components::ComponentsMade),
}

impl ExploreMemory {
    pub fn take(&mut self, ctx: &Context, made: ExploreMade) {
        match made {
            ExploreMade::Cloud { key, cloud } => {
                if self.cloud_asked != Some(key) {
                    return;
                }
                let moved = self
                    .cloud
                    .as_ref()
                    .is_none_or(|((_, x, y, _), _)| (*x, *y) != (key.1, key.2));
                if moved || self.view.is_none() {
                    self.density = None;
                }
                // Nobody has moved the first picture of these axes.
                let before = self.cloud.as_ref().map(|(_, cloud)| cloud.fit);
                if moved || self.view.is_none() || self.view == before {
                    self.view = Some(cloud.fit);
                }
                self.cloud = Some((key, Arc::new(cloud)));
            }
            ExploreMade::Components(made) => self.components.take(made),
            ExploreMade::Density { key, image } => {
                // While a view moves each picture is too late, but nearer than the one before. Of two workers
                // the one with the older picture may be the later.
                let asked = self.density_asked.as_ref();
                if key.serial <= self.density_shown || asked.is_none_or(|a| !a.same_points(&key)) {
                    return;
                }
                self.density_shown = key.serial;
                let view = key.view;
                let options = TextureOptions::LINEAR;
                let texture = match self.density.take() {
                    Some(mut old) => {
                        textures::set(ctx, &mut old.texture, image, options);
                        old.texture
                    }
                    None => textures::load(ctx, "explore-density", image, options),
                };
                self.density = Some(PlaneTexture {
                    texture,
                    x: view.x,
                    y: view.y,
                });
            }
            ExploreMade::Column {
                colours,
                column,
                summary,
            } => {
                if self.summaries_of == Some(colours) {
                    self.summaries.insert(column, Arc::new(summary));
                }
            }
        }
    }

    /// Another table begins anew: with the columns that the model's picture shows.
    fn follow(&mut self, frame: &Frame<'_>, scene: &Scene) {
        let table = scene.table.fingerprint();
        if self.of != Some(table) {
            let mut features = frame.desk.project().settings.roles.features();
            // Words lie on no axis.
            features.retain(|c| scene.table.columns()[*c].kind != Kind::Text);
            let target = frame.desk.project().settings.roles.target();
            let last = scene.table.columns().len().saturating_sub(1);
            let (x, y) = match frame.desk.project().settings.axes {
                Axes::Columns { x, y } => (x, y.or(target)),
                Axes::Components => (
                    features.first().copied().unwrap_or(0),
                    features.get(1).copied(),
                ),
            };
            let y = y.or_else(|| (0..=last).find(|c| *c != x)).unwrap_or(x);
            let alike = frame.desk.project().settings.axes == Axes::Components
                && (2..=MOST_AT_ONCE).contains(&features.len())
                && scene.table.rows() <= MOST_ROWS_AT_ONCE;
            let (mode, by_itself) = match self.mode {
                Mode::Scatter if alike => (Mode::Components, true),
                Mode::Components if self.by_itself && !alike => (Mode::Scatter, false),
                mode => (mode, self.by_itself),
            };
            self.stop.cancel();
            self.components.stop();
            *self = ExploreMemory {
                of: Some(table),
                mode,
                by_itself,
                listed: self.listed,
                x: x.min(last),
                y: y.min(last),
                // The list at the left still marks the column that was marked.
                column: self.listed.filter(|c| *c <= last).unwrap_or(x.min(last)),
                ..ExploreMemory::default()
            };
        }
        if self.summaries_of != Some(scene.colours) {
            self.summaries_of = Some(scene.colours);
            self.stop.cancel();
            self.stop = Cancel::new();
            // The former ones stay on the screen until the new ones have come.
            self.summaries_asked.clear();
        }
    }
}

/// Components that nobody asked for are shown of so many features and rows: they are there at once.
const MOST_AT_ONCE: usize = 500;
const MOST_ROWS_AT_ONCE: usize = 20_000;

/// Bins of a histogram, about.
const BINS: usize = 22;

/// A column's summary, which is asked for where it is not there yet.
fn summary(memory: &mut Memory, scene: &Arc<Scene>, column: usize) -> Option<Arc<ColumnSummary>> {
    let kept = &mut memory.explore;
    if kept.summaries_asked.insert(column) {
        let scene = scene.clone();
        let cancel = kept.stop.clone();
        // Another table's or target's answer is of its own slot and is thrown away.
        memory.wanted.push(Wanted {
            slot: slots::COLUMN + column as u64,
            priority: 70,
            make: Box::new(move || {
                let classes = scene
                    .row_classes()
                    .map(|(codes, count)| Classes { codes, count });
                let column_of = &scene.table.columns()[column];
                let made = ColumnSummary::compute(column_of, classes, BINS, &cancel);
                TabMade::Explore(ExploreMade::Column {
                    colours: scene.colours,
                    column,
                    summary: made.unwrap_or_else(|_| ColumnSummary::empty()),
                })
            }),
        });
    }
    memory.explore.summaries.get(&column).cloned()
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let t = frame.tokens;
    let Some(scene) = frame.scene else {
        return super::model::nothing(ui, frame, acts);
    };
    memory.explore.follow(frame, scene);
    // A click in the list of columns asks for that column.
    let listed = memory.left.column;
    if listed != memory.explore.listed {
        memory.explore.listed = listed;
        let known = listed.filter(|c| *c < scene.table.columns().len());
        memory.explore.column = known.unwrap_or(memory.explore.column);
    }
    // At the projector the picture comes first.
    let least = if frame.look.projector { 1000.0 } else { 720.0 };
    if ui.available_width() > least {
        Panel::right("column summary")
            .exact_size(284.0)
            .resizable(false)
            .frame(ground(t.panel, 12))
            .show(ui, |ui| match memory.explore.mode {
                Mode::Components => components::side(ui, frame, memory),
                _ => column::show(ui, frame, scene, memory, acts),
            });
    }
    notices::show(ui, frame, memory);
    Panel::top("explore header")
        .exact_size(40.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(t.panel, 0))
        .show(ui, |ui| header(ui, frame, scene, memory, acts));
    CentralPanel::default()
        .frame(
            eframe::egui::Frame::new()
                .fill(t.panel)
                .inner_margin(Margin {
                    left: 8,
                    right: 8,
                    top: 0,
                    bottom: 6,
                }),
        )
        .show(ui, |ui| match memory.explore.mode {
            Mode::Scatter => scatter::show(ui, frame, scene, memory, acts),
            Mode::Histograms => grid::show(ui, frame, scene, memory),
            Mode::Components => components::show(ui, frame, scene, memory, acts),
        });
}

fn header(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        let now = Mode::ALL
            .iter()
            .position(|mode| *mode == memory.explore.mode);
        if let Some(chosen) = choice::segmented(ui, "Picture", &Mode::NAMES, now.unwrap_or(0)) {
            memory.explore.mode = Mode::ALL[chosen];
            memory.explore.by_itself = false;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(8.0);
            match memory.explore.mode {
                Mode::Scatter => scatter::controls(ui, frame, scene, memory, acts),
                Mode::Histograms => {}
                Mode::Components => components::controls(ui, memory),
            }
        });
    });
}
