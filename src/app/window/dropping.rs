//! What comes from other programs: files that are dropped, tables that are pasted.

use egui::{Id, LayerId, Order, Rect, Stroke, StrokeKind, TextStyle, vec2};

use super::*;
use crate::widget::theme::RADIUS_CARD;

impl Window {
    /// While files are held over the window: what dropping them does.
    pub(super) fn hovered(&self, ctx: &Context) {
        if ctx.input(|i| i.raw.hovered_files.is_empty()) {
            return;
        }
        let t = Tokens::of_ctx(ctx);
        let words = match &self.using.sheet {
            Some(_) => "Drop it: the model of this sheet predicts it",
            None => "Drop it to open it, or on a model's card: that model predicts it",
        };
        let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::unique("drop")));
        let area = ctx.content_rect();
        let edge = Stroke::new(2.0, t.accent);
        painter.rect_stroke(area, 0.0, edge, StrokeKind::Inside);
        let font = TextStyle::Body.resolve(&ctx.global_style());
        let galley = painter.layout_no_wrap(words.to_owned(), font, t.strong);
        let place = Rect::from_center_size(
            area.center_bottom() - vec2(0.0, 48.0),
            galley.size() + vec2(28.0, 16.0),
        );
        painter.rect(place, RADIUS_CARD, t.panel, edge, StrokeKind::Inside);
        painter.galley(place.center() - galley.size() / 2.0, galley, t.strong);
    }

    pub(super) fn dropped(&mut self, ctx: &Context, acts: &mut Vec<Act>) {
        let paths = ctx.input(|i| {
            i.raw
                .dropped_files
                .iter()
                .map(|f| f.path().to_path_buf())
                .collect::<Vec<_>>()
        });
        let at = self.dropped_at.take().or_else(|| ctx.pointer_latest_pos());
        let count = paths.len();
        let Some(path) = paths.into_iter().next() else {
            return;
        };
        if count > 1 {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let words = format!("One file at a time: of the {count} dropped, {name} is taken.");
            acts.push(Act::Say(words));
        }
        let path = path.to_string_lossy().into_owned();
        acts.push(if self.using.sheet.is_some() {
            Act::Use(Use::On(path))
        } else if is_project(&path) {
            Act::Open(path)
        } else {
            // What falls on a card is predicted by its model.
            let card = at.and_then(|at| self.memory.right.card_at(at));
            card.map_or(Act::Open(path.clone()), |card| card.predict(path))
        });
    }

    /// Text that is pasted while nothing takes it is a table.
    pub(super) fn take_paste(ctx: &Context, acts: &mut Vec<Act>) {
        if ctx.text_edit_focused() || action::Held::now(ctx).popup {
            return;
        }
        let text = ctx.input(|i| {
            i.events.iter().find_map(|event| match event {
                egui::Event::Paste(text) => Some(text.clone()),
                _ => None,
            })
        });
        acts.extend(text.map(Act::Paste));
    }
}
