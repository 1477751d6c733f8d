//! Toasts: short answers to what was just done, at the bottom right; errors stay until they are closed.
use super::button::{self, IconButton};
use super::icons;
use super::text;
use super::theme::{self, RADIUS_CARD};
use super::tokens::Tokens;
use eframe::egui::{
    Align, Align2, Area, CornerRadius, Frame, Id, Label, Layout, Margin, Order, Rect, RichText,
    Sense, Stroke, Ui, vec2,
};

/// How long a toast that needs no answer stays.
const STAYS_SECS: f64 = 5.0;
/// More than this at once would hide the picture; the oldest go.
const MOST: usize = 4;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Info,
    /// Stays until it is closed.
    Failed,
}

#[derive(Clone, Debug)]
struct Toast<A> {
    key: u64,
    tone: Tone,
    words: String,
    /// The word on the button and what it stands for.
    action: Option<(String, A)>,
    /// Seconds on the caller's clock; none for what stays.
    ends: Option<f64>,
}

/// The toasts on the screen; `A` is what a toast's button stands for.
#[derive(Clone, Debug)]
pub struct Toasts<A> {
    shown: Vec<Toast<A>>,
    next_key: u64,
}

impl<A> Default for Toasts<A> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            next_key: 0,
        }
    }
}

impl<A: Clone> Toasts<A> {
    /// Adds a toast at `now`, in seconds of the clock that [`Self::show`] is given.
    pub fn push(
        &mut self,
        now: f64,
        tone: Tone,
        words: impl Into<String>,
        action: Option<(String, A)>,
    ) {
        let words = words.into();
        // Said again: the older one only starts anew.
        self.shown.retain(|toast| toast.words != words);
        self.next_key += 1;
        self.shown.push(Toast {
            key: self.next_key,
            tone,
            words,
            action,
            ends: (tone != Tone::Failed).then_some(now + STAYS_SECS),
        });
        while self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// What was said holds no longer.
    pub fn take_back(&mut self, words: &str) {
        self.shown.retain(|toast| toast.words != words);
    }

    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Draws the toasts at the bottom right of `within`; what a clicked button stands for.
    pub fn show(&mut self, ui: &Ui, within: Rect, now: f64) -> Option<A> {
        self.shown
            .retain(|toast| toast.ends.is_none_or(|ends| now < ends));
        let mut answer = None;
        let mut closed = None;
        let mut held = None;
        let corner = within.right_bottom() - vec2(12.0, 12.0);
        let mut bottom = corner;
        for toast in self.shown.iter().rev() {
            let area = Area::new(Id::unique(("toast", toast.key)))
                .order(Order::Foreground)
                .pivot(Align2::RIGHT_BOTTOM)
                .fixed_pos(bottom)
                .constrain(false);
            let shown = area.show(ui.ctx(), |ui| draw(ui, toast));
            match shown.inner {
                Some(true) => answer = Some(toast.key),
                Some(false) => closed = Some(toast.key),
                None => {}
            }
            if shown.response.contains_pointer() {
                held = Some(toast.key);
            }
            bottom.y -= shown.response.rect.height() + 8.0;
        }
        for toast in &mut self.shown {
            // A toast being read does not go away under the eyes.
            if let (true, Some(ends)) = (Some(toast.key) == held, &mut toast.ends) {
                *ends = ends.max(now + 1.0);
            }
        }
        let next = self
            .shown
            .iter()
            .filter_map(|toast| toast.ends)
            .fold(f64::INFINITY, f64::min);
        if next.is_finite() {
            ui.ctx()
                .request_repaint_after_secs((next - now).max(0.0) as f32);
        }
        let done = answer.or(closed);
        let at = self
            .shown
            .iter()
            .position(|toast| Some(toast.key) == done)?;
        let toast = self.shown.remove(at);
        toast
            .action
            .map(|(_, action)| action)
            .filter(|_| answer.is_some())
    }
}

/// `Some(true)` when its button was clicked, `Some(false)` when it was closed.
fn draw<A>(ui: &mut Ui, toast: &Toast<A>) -> Option<bool> {
    let t = Tokens::of(ui);
    let s = theme::scale(ui);
    let (icon, ink) = match toast.tone {
        Tone::Done => (icons::CHECK_CIRCLE, t.done),
        Tone::Info => (icons::INFO, t.accent),
        Tone::Failed => (icons::WARNING_CIRCLE, t.fail),
    };
    let mut clicked = None;
    let edge = if toast.tone == Tone::Failed {
        t.fail_line
    } else {
        t.line
    };
    Frame::new()
        .fill(t.card)
        .stroke(Stroke::new(1.0, edge))
        .shadow(ui.visuals().popup_shadow)
        .corner_radius(CornerRadius::same(RADIUS_CARD))
        .inner_margin(Margin::symmetric(12, 4))
        .show(ui, |ui| {
            ui.set_width(276.0 * s);
            ui.horizontal(|ui| {
                ui.set_min_height(28.0 * s);
                let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0) * s, Sense::hover());
                text::filled_icon(ui.painter(), rect.center(), icon, 17.0 * s, ink);
                let layout = Layout::right_to_left(Align::Center);
                ui.with_layout(layout, |ui| {
                    if toast.tone == Tone::Failed {
                        let close = IconButton::new(icons::X, "Close message", "Close").small();
                        if ui.add(close).clicked() {
                            clicked = Some(false);
                        }
                    }
                    if let Some((word, _)) = &toast.action
                        && ui.add(button::link(word)).clicked()
                    {
                        clicked = Some(true);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let words = RichText::new(&toast.words).color(t.strong);
                        ui.add(Label::new(words).wrap());
                    });
                });
            });
        });
    clicked
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Context, pos2};

    fn pass(toasts: &mut Toasts<u8>, now: f64) {
        let ctx = Context::default();
        theme::install(&ctx, 1.0, true);
        let mut output = ctx.run_ui(Default::default(), |ui| {
            let within = Rect::from_min_max(pos2(0.0, 0.0), pos2(800.0, 600.0));
            assert_eq!(toasts.show(ui, within, now), None);
        });
        output.textures_delta.clear();
    }

    #[test]
    fn toasts_go_and_errors_stay() {
        let mut toasts = Toasts::default();
        toasts.push(
            10.0,
            Tone::Done,
            "Picture saved",
            Some(("Show".to_owned(), 1)),
        );
        toasts.push(10.0, Tone::Failed, "Not saved", None);
        pass(&mut toasts, 14.9);
        assert_eq!(toasts.shown.len(), 2);
        pass(&mut toasts, 15.1);
        assert_eq!(toasts.shown.len(), 1);
        pass(&mut toasts, 1e6);
        assert!(!toasts.is_empty());
    }

    #[test]
    fn repeated_and_many_toasts_do_not_pile_up() {
        let mut toasts: Toasts<()> = Toasts::default();
        for i in 0..3 {
            toasts.push(f64::from(i), Tone::Info, "Copied", None);
        }
        assert_eq!(toasts.shown.len(), 1);
        assert_eq!(toasts.shown[0].ends, Some(2.0 + STAYS_SECS));
        for i in 0..9 {
            toasts.push(0.0, Tone::Info, format!("Copied {i}"), None);
        }
        assert_eq!(toasts.shown.len(), MOST);
        assert_eq!(toasts.shown[MOST - 1].words, "Copied 8");
    }
}
