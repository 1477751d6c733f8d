//! Scrolling through any number of rows: positions are rows in `f64`, since points in `f32` lose
//! whole rows beyond some hundred thousand.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::widget::theme::Tokens;

pub const BAR: f32 = 10.0;
const SHORTEST_HANDLE: f32 = 24.0;

/// One direction: `at` of `total` in any unit, of which `page` is visible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scroll {
    pub at: f64,
    pub total: f64,
    pub page: f64,
}

impl Scroll {
    /// The furthest that `at` may be.
    pub fn end(&self) -> f64 {
        (self.total - self.page).max(0.0)
    }

    pub fn clamped(self, at: f64) -> f64 {
        if at.is_finite() {
            at.clamp(0.0, self.end())
        } else {
            0.0
        }
    }

    /// Start and length of the handle on a rail of this length.
    pub fn handle(&self, rail: f32) -> (f32, f32) {
        let share = (self.page / self.total.max(self.page)).clamp(0.0, 1.0) as f32;
        let length = (rail * share).max(SHORTEST_HANDLE.min(rail));
        let way = if self.end() > 0.0 {
            (self.at / self.end()) as f32
        } else {
            0.0
        };
        ((rail - length) * way.clamp(0.0, 1.0), length)
    }

    /// Where `at` is once the handle starts `start` along the rail.
    pub fn at_handle(&self, start: f32, rail: f32) -> f64 {
        let (_, length) = self.handle(rail);
        let free = rail - length;
        if free <= 0.0 {
            return 0.0;
        }
        self.clamped(self.end() * f64::from(start / free))
    }
}

/// A scroll bar in this rect; answers the new position. Nothing where all is visible.
pub fn bar(ui: &Ui, t: &Tokens, rect: Rect, scroll: Scroll, vertical: bool) -> Option<f64> {
    if scroll.end() <= 0.0 {
        return None;
    }
    let name = if vertical {
        "Scroll rows"
    } else {
        "Scroll columns"
    };
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::DRAG | Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, ui.is_enabled(), name));
    let along = |p: eframe::egui::Pos2| {
        if vertical {
            p.y - rect.top()
        } else {
            p.x - rect.left()
        }
    };
    let rail = if vertical {
        rect.height()
    } else {
        rect.width()
    };
    let (start, length) = scroll.handle(rail);
    let handle = if vertical {
        Rect::from_min_size(
            pos2(rect.left() + 2.0, rect.top() + start),
            eframe::egui::vec2(rect.width() - 4.0, length),
        )
    } else {
        Rect::from_min_size(
            pos2(rect.left() + start, rect.top() + 2.0),
            eframe::egui::vec2(length, rect.height() - 4.0),
        )
    };
    let held = response.hovered() || response.dragged();
    let ink = if held {
        t.control
    } else {
        t.off.gamma_multiply(0.6)
    };
    ui.painter().rect_filled(handle, 3.0, ink);
    // A drag keeps the handle under the pointer where it was taken; a press beside it takes its middle.
    let id = response.id.with("grip");
    let pointer = response.interact_pointer_pos()?;
    if response.drag_started() || response.clicked() {
        let on_handle = handle.expand(3.0).contains(pointer);
        let grip = if on_handle {
            along(pointer) - start
        } else {
            length / 2.0
        };
        ui.data_mut(|d| d.insert_temp(id, grip));
    }
    if !(response.dragged() || response.clicked()) {
        return None;
    }
    let grip: f32 = ui.data(|d| d.get_temp(id)).unwrap_or(length / 2.0);
    Some(scroll.at_handle(along(pointer) - grip, rail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_rows_scroll_to_the_very_last() {
        let mut scroll = Scroll {
            at: 0.0,
            total: 1_000_000.0,
            page: 20.5,
        };
        assert_eq!(scroll.handle(400.0), (0.0, 24.0));
        scroll.at = scroll.at_handle(376.0, 400.0);
        assert_eq!(scroll.at, 999_979.5);
        assert_eq!(scroll.handle(400.0).0, 376.0);
        assert_eq!(scroll.at_handle(900.0, 400.0), scroll.end());
        assert_eq!(scroll.clamped(-5.0), 0.0);
        assert_eq!(scroll.clamped(f64::NAN), 0.0);
    }

    #[test]
    fn few_rows_do_not_scroll() {
        let scroll = Scroll {
            at: 0.0,
            total: 5.0,
            page: 20.0,
        };
        assert_eq!((scroll.end(), scroll.handle(100.0)), (0.0, (0.0, 100.0)));
    }
}
