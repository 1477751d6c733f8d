//! The dendrogram of an agglomerative clustering: all that the tab has to show where there is no target.

use std::sync::Arc;

use eframe::egui::{CentralPanel, Frame as Ground, Margin, Ui};

use super::fitted;
use super::matters::inside;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::model::{Model, Task};
use crate::view::dendrogram::{Branches, dendrogram, most};
use crate::widget::tokens::class_styles;

/// What is drawn, made once for a model and so many branches.
#[derive(Default)]
pub struct DendrogramMemory {
    kept: Option<(Arc<dyn Model>, usize, Branches)>,
}

/// Whether the selected model has one, which is then drawn.
pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) -> bool {
    if frame.desk.project().task() != Task::Clustering {
        return false;
    }
    let Some(model) = frame.selected() else {
        return false;
    };
    let entry = frame.desk.entry(model.id);
    let Some(fitted) = entry.and_then(|entry| fitted(frame, entry)) else {
        return false;
    };
    let inside = inside(memory, fitted);
    let Some(tree) = &inside.dendrogram else {
        return false;
    };
    let t = frame.tokens;
    let ground = Ground::new().fill(t.panel).inner_margin(Margin::same(14));
    CentralPanel::default().frame(ground).show(ui, |ui| {
        let most = most(ui.available_width());
        let kept = &mut memory.evaluate.dendrogram.kept;
        let known = kept
            .take()
            .filter(|(of, branches, _)| Arc::ptr_eq(of, &fitted.model) && *branches == most);
        let (_, _, branches) = kept.insert(known.unwrap_or_else(|| {
            let branches = Branches::of(tree, fitted.model.outputs(), most);
            (fitted.model.clone(), most, branches)
        }));
        let styles = class_styles(frame.scene.map_or(&[][..], |s| &s.classes.counts));
        let name = model.params.algorithm().name;
        let title = format!("{} {name}: how clusters became one", model.badge());
        dendrogram(ui, t, &title, branches, &styles);
    });
    true
}
