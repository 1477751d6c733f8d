//! What there is to say about the chosen column.

use std::sync::Arc;

use eframe::egui::{ScrollArea, Ui};

use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::app::panel::columns::words_of;
use crate::app::scene::Scene;
use crate::app::tab::table::class_keys;
use crate::data::Kind;
use crate::prepare::{Role, TextFeatures};
use crate::project::Command;
use crate::view::explore::{ColumnPanel, column_panel};
use crate::widget::combo::Combo;
use crate::widget::{button, icons};

pub fn show(
    ui: &mut Ui,
    frame: &Frame<'_>,
    scene: &Arc<Scene>,
    memory: &mut Memory,
    acts: &mut Vec<Act>,
) {
    let index = memory.explore.column;
    let Some(column) = scene.table.columns().get(index) else {
        return;
    };
    let Some(summary) = super::summary(memory, scene, index) else {
        return;
    };
    let classes = class_keys(scene);
    // The former target's summary stays until the new one has come.
    let classes = if summary.groups.len() == classes.len() {
        &classes[..]
    } else {
        &[]
    };
    let roles = &frame.desk.project().settings.roles;
    let target = match scene.target.as_ref() {
        Some(target) => target.name().to_owned(),
        None => "cluster".to_owned(),
    };
    let data = ColumnPanel {
        name: &column.name,
        unit: column.unit_beside_name(),
        kind: column.kind,
        summary: &summary,
        classes,
        target: &target,
        levels: column.levels(),
    };
    let names = Role::ALL.map(Role::name);
    let role = roles.get(index);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the bar, so that it covers no number.
        ui.set_max_width(ui.available_width() - 8.0);
        let (mut chosen, mut kind, mut how) = (None, None, None);
        column_panel(ui, frame.tokens, &data, |ui| {
            let half = ((ui.available_width() - 8.0) / 2.0).floor();
            ui.horizontal(|ui| {
                let now = Role::ALL.iter().position(|r| *r == role).unwrap_or(0);
                chosen = Combo::new("Role").width(half).show(ui, &names, now);
                let now = Kind::ALL
                    .iter()
                    .position(|k| *k == column.kind)
                    .unwrap_or(0);
                let kinds = Kind::ALL.map(Kind::name);
                kind = Combo::new("Kind").width(half).show(ui, &kinds, now);
            });
            if column.kind == Kind::Text {
                how = words(ui, frame, index, role);
            }
        });
        acts.extend(how.map(|how| Act::Do(Command::UseWords { column: index, how })));
        acts.extend(kind.map(|at| Act::ReadAs(index, Kind::ALL[at])));
        if let Some(role) = chosen.map(|i| Role::ALL[i]) {
            acts.push(Act::Do(Command::SetRole {
                column: index,
                role,
            }));
        }
    });
}

/// The words of a column of text: used, and how; or what makes them features.
fn words(ui: &mut Ui, frame: &Frame<'_>, index: usize, role: Role) -> Option<TextFeatures> {
    match role {
        Role::Feature => words_of(ui, frame, index),
        Role::Target => None,
        Role::Id | Role::Ignored => {
            ui.add_space(6.0);
            let offer = button::quiet("Use words as features").icon(icons::PLUS);
            ui.add(offer).clicked().then(TextFeatures::offered)
        }
    }
}
