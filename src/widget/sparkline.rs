//! A column at a glance: its histogram as bars, 36 points wide in a row, 60 in the wide one.
use super::tokens::Tokens;
use eframe::egui::{Color32, Painter, Rect, pos2};

/// What the bars show.
#[derive(Clone, Debug, PartialEq)]
pub enum Spark {
    /// Counts of equal bins, in one grey.
    Bins(Vec<f32>),
    /// One bar a class, in the class's own colour: count and class style.
    Classes(Vec<(f32, usize)>),
    /// For every bin the counts of the classes, piled up in the order of the styles.
    Stacked {
        bins: Vec<Vec<f32>>,
        styles: Vec<usize>,
    },
    Empty,
}

impl Spark {
    /// Paints the bars onto the bottom of `rect`.
    pub fn paint(&self, painter: &Painter, rect: Rect, t: &Tokens) {
        let grey = t.weak.lerp_to_gamma(t.panel, 0.25);
        match self {
            Self::Empty => {}
            Self::Bins(counts) => bars(
                painter,
                rect,
                counts.iter().map(|&count| vec![(count, grey)]),
            ),
            Self::Classes(counts) => {
                let bar = |&(count, style): &(f32, usize)| vec![(count, t.class_fill(style))];
                bars(painter, rect, counts.iter().map(bar));
            }
            Self::Stacked { bins, styles } => {
                let colours = styles.iter().map(|&style| t.class_fill(style));
                let pile = |bin: &Vec<f32>| bin.iter().copied().zip(colours.clone()).collect();
                bars(painter, rect, bins.iter().map(pile));
            }
        }
    }
}

/// Piles of coloured counts, each as wide as the next; gaps of a point where there is room.
fn bars(
    painter: &Painter,
    rect: Rect,
    piles: impl ExactSizeIterator<Item = Vec<(f32, Color32)>> + Clone,
) {
    let total = |pile: &[(f32, Color32)]| pile.iter().map(|&(count, _)| sane(count)).sum::<f32>();
    let highest = piles.clone().map(|pile| total(&pile)).fold(0.0, f32::max);
    if highest <= 0.0 {
        return;
    }
    let width = rect.width() / piles.len() as f32;
    let gap = if width >= 3.0 { 1.0 } else { 0.0 };
    for (i, pile) in piles.enumerate() {
        let left = rect.left() + i as f32 * width;
        let mut bottom = rect.bottom();
        for (count, colour) in pile {
            let count = sane(count);
            if count == 0.0 {
                continue;
            }
            // Even one row among thousands leaves a trace.
            let height = (count / highest * rect.height()).max(1.0);
            let top = (bottom - height).max(rect.top());
            let bar = Rect::from_min_max(pos2(left, top), pos2(left + width - gap, bottom));
            painter.rect_filled(bar, 0.0, colour);
            bottom = top;
        }
    }
}

fn sane(count: f32) -> f32 {
    if count.is_finite() {
        count.max(0.0)
    } else {
        0.0
    }
}
