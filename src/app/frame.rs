//! What a panel may read while it draws.

use std::sync::Arc;

use eframe::egui::TextureHandle;

use super::act::{Page, Scrub, Tab};
use super::catalog::Catalog;
use super::desk::{Along, Desk};
use super::keeping::Keeping;
use super::opening::Loading;
use super::pictures::Pictures;
use super::saving::Saving;
use super::scene::Scene;
use super::settings::Settings;
use super::using::Using;
use crate::data::Summary;
use crate::evaluate::Spread;
use crate::project::{Entry, ModelEntry, ModelId};
use crate::train::{Fitted, Snapshot};
use crate::view::confusion::Shares;
use crate::view::curves::Measure;
use crate::view::plane::{Palette, RowSet, Tool, View};
use crate::widget::tokens::Tokens;

/// State of the window that is neither project nor settings.
#[derive(Clone, Debug)]
pub struct Look {
    pub tab: Tab,
    pub page: Page,
    pub view: View,
    pub tool: Tool,
    pub selection: Arc<RowSet>,
    /// Cells of the confusion matrix that made the selection.
    pub cells: Vec<(usize, usize)>,
    pub hovered: Option<u32>,
    /// The row through which the plane is cut.
    pub cut: Option<u32>,
    pub scrub: Scrub,
    pub playing: bool,
    pub measure: Measure,
    pub along: Along,
    /// Steps a second while the scrubber plays, beside its own pace: 1 is as usual.
    pub speed: f32,
    pub shares: Shares,
    pub left_open: bool,
    pub bottom_open: bool,
    pub projector: bool,
    /// Cards whose knobs are shown; the selected one's always are.
    pub open_cards: Vec<ModelId>,
}

impl Look {
    /// Whether the page What if is before the person.
    pub fn is_what_if(&self) -> bool {
        self.tab == Tab::Evaluate && self.page == Page::WhatIf
    }
}

impl Default for Look {
    fn default() -> Self {
        Look {
            tab: Tab::Model,
            page: Page::default(),
            view: View::default(),
            tool: Tool::Pan,
            selection: Arc::default(),
            cells: Vec::new(),
            hovered: None,
            cut: None,
            scrub: Scrub::Live,
            playing: false,
            measure: Measure::Score,
            along: Along::default(),
            speed: 1.0,
            shares: Shares::Counts,
            left_open: true,
            bottom_open: true,
            projector: false,
            open_cards: Vec::new(),
        }
    }
}

/// Everything that panels read.
pub struct Frame<'a> {
    pub desk: &'a Desk,
    pub look: &'a Look,
    pub tokens: &'static Tokens,
    /// None until the first has been built.
    pub scene: Option<&'a Arc<Scene>>,
    pub palette: &'a Arc<Palette>,
    pub pictures: &'a Pictures,
    pub catalog: &'a Catalog,
    /// Of the present table, once it has been computed.
    pub summary: Option<&'a Arc<Summary>>,
    pub settings: &'a Settings,
    pub keeping: &'a Keeping,
    pub using: &'a Using,
    /// No clocks are shown.
    pub still: bool,
    /// A generator's table is on its way.
    pub drawing: bool,
    /// What is being opened.
    pub loading: Option<&'a Loading>,
    /// What is being written.
    pub savings: &'a [Saving],
}

impl Frame<'_> {
    /// The snapshot that the scrubber shows of a card: the newest, or the one at the scrubber's place.
    pub fn snapshot<'a>(&self, entry: &'a Entry) -> Option<&'a Arc<Snapshot>> {
        entry.snapshot_at(self.look.scrub.share())
    }

    /// The earlier step of this entry that the scrubber shows, if it does.
    pub fn scrubbed<'a>(&self, entry: &'a Entry) -> Option<&'a Arc<Snapshot>> {
        let (shown, newest) = (self.snapshot(entry)?, entry.snapshots.last()?);
        (!Arc::ptr_eq(shown, newest)).then_some(shown)
    }

    pub fn is_scrubbed(&self, entry: &Entry) -> bool {
        self.scrubbed(entry).is_some()
    }

    /// The score at the step that the scrubber shows, where that is an earlier one.
    pub fn scrubbed_score(&self, id: ModelId) -> Option<(&Fitted, Spread)> {
        let snapshot = self.scrubbed(self.desk.entry(id)?)?;
        let spread = Spread::new(snapshot.point.validation.clone(), None);
        Some((&snapshot.fitted, spread))
    }

    pub fn selected(&self) -> Option<&ModelEntry> {
        self.desk.project().selected()
    }

    /// The class name or number that a model's outputs mean.
    pub fn answer(&self, outputs: &[f64]) -> String {
        let scene_classes = self.scene.map(|s| &s.classes.names);
        match scene_classes {
            Some(names) if !names.is_empty() => {
                let class = crate::train::best(outputs).0;
                names
                    .get(class)
                    .cloned()
                    .unwrap_or_else(|| format!("cluster {}", class + 1))
            }
            _ => outputs
                .first()
                .map_or_else(String::new, |v| crate::widget::format::number(*v)),
        }
    }
}

/// A texture that is replaced when its source changes.
#[derive(Clone)]
pub struct Kept {
    pub texture: TextureHandle,
    /// Names what is drawn in it.
    pub name: u64,
}
