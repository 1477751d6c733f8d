//! A decision tree, layer under layer: what each node asks, how many rows reach it, and what they are.
//!
//! ```text
//!              [Petal length ≤ 2.45]
//!        yes /                      \ no
//!     [setosa 50]          [Petal width ≤ 1.75]
//! ```

use eframe::egui::{
    Align2, Color32, FontId, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::parts::{colour, number, text};
use crate::widget::picture;
use crate::widget::theme::Tokens;

/// One node that is shown; the root comes first, children after their parents.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// Left and right child, by place in the list; a node whose children are not shown has none.
    pub children: Option<[usize; 2]>,
    pub depth: usize,
    /// "Petal length ≤ 2.45 cm"; of a leaf what it answers.
    pub words: String,
    /// Training rows that reach it.
    pub rows: u32,
    /// Of the classes in their order; of a number one value, from 0 to 1 within the target's range.
    pub shares: Vec<f64>,
    /// Nodes below it are not shown.
    pub cut: bool,
    /// On the way of the selected row.
    pub lit: bool,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct TreePicture<'a> {
    pub nodes: &'a [TreeNode],
    /// The look of each class; empty for a number.
    pub looks: &'a [usize],
    /// 1: at full size.
    pub zoom: f32,
}

/// How far the picture may be magnified.
pub const ZOOM: std::ops::RangeInclusive<f32> = 0.15..=2.0;
/// Below it letters would not be readable: only the shares are drawn.
const READABLE: f32 = 0.7;

const NODE: eframe::egui::Vec2 = vec2(118.0, 46.0);
const GAP: f32 = 10.0;
const LAYER: f32 = 74.0;

/// The size that all nodes take.
pub fn size(nodes: &[TreeNode]) -> eframe::egui::Vec2 {
    let leaves = nodes.iter().filter(|n| n.children.is_none()).count().max(1);
    let depth = nodes.iter().map(|n| n.depth).max().unwrap_or(0);
    vec2(
        leaves as f32 * (NODE.x + GAP) + GAP,
        depth as f32 * LAYER + NODE.y + 2.0 * GAP,
    )
}

/// Leaves side by side in their order, each parent over the middle of its children: centres from 0 on,
/// in widths of a leaf.
fn columns(nodes: &[TreeNode]) -> Vec<f32> {
    let mut at = vec![0.0; nodes.len()];
    let mut next = 0.0;
    place(nodes, 0, &mut next, &mut at);
    at
}

/// No deeper than the depth limit of what is shown.
fn place(nodes: &[TreeNode], node: usize, next: &mut f32, at: &mut [f32]) {
    let Some(found) = nodes.get(node) else { return };
    at[node] = match found.children {
        None => {
            *next += 1.0;
            *next - 0.5
        }
        Some([left, right]) => {
            place(nodes, left, next, at);
            place(nodes, right, next, at);
            (at[left] + at[right]) / 2.0
        }
    };
}

/// Draws all nodes at their full size, wider than `ui` if need be: the caller scrolls.
pub fn tree(ui: &mut Ui, t: &Tokens, data: &TreePicture<'_>) {
    let zoom = data.zoom.clamp(*ZOOM.start(), *ZOOM.end());
    let (wanted, node, gap) = (size(data.nodes) * zoom, NODE * zoom, GAP * zoom);
    let room = vec2(ui.available_width().max(wanted.x), wanted.y);
    let (area, _) = ui.allocate_exact_size(room, Sense::hover());
    picture::show(ui.ctx(), "Tree", area.intersect(ui.clip_rect()));
    let column = (node.x + gap)
        .max((area.width() - gap) / (wanted.x / (node.x + gap)).floor().max(1.0))
        .min(node.x * 2.2);
    let leaves = data.nodes.iter().filter(|n| n.children.is_none()).count();
    let left = area.center().x - column * leaves as f32 / 2.0;
    let places: Vec<Rect> = columns(data.nodes)
        .iter()
        .zip(data.nodes)
        .map(|(x, one)| {
            let top = area.top() + gap + one.depth as f32 * LAYER * zoom;
            let width = node.x.max((column - gap).min(node.x * 1.6));
            Rect::from_center_size(
                pos2(left + column * x, top + node.y / 2.0),
                vec2(width, node.y),
            )
        })
        .collect();
    for (node, from) in data.nodes.iter().zip(&places) {
        for (side, child) in node.children.into_iter().flatten().enumerate() {
            let (Some(to), Some(below)) = (places.get(child), data.nodes.get(child)) else {
                continue;
            };
            edge(
                ui,
                t,
                *from,
                *to,
                node.lit && below.lit,
                (node.depth == 0 && zoom >= READABLE).then_some(side),
            );
        }
    }
    for (place, (node, rect)) in data.nodes.iter().zip(&places).enumerate() {
        if ui.is_rect_visible(*rect) {
            draw(ui, t, data, (node, place), *rect, zoom);
        }
    }
}

fn edge(ui: &Ui, t: &Tokens, from: Rect, to: Rect, lit: bool, named: Option<usize>) {
    let stroke = if lit {
        Stroke::new(2.5, t.accent)
    } else {
        Stroke::new(1.0, t.control)
    };
    let (a, b) = (from.center_bottom(), to.center_top());
    let middle = (a.y + b.y) / 2.0;
    let corners = vec![a, pos2(a.x, middle), pos2(b.x, middle), b];
    ui.painter().add(Shape::line(corners, stroke));
    if let Some(side) = named {
        let (word, anchor, by) = match side {
            0 => ("yes", Align2::RIGHT_BOTTOM, -14.0),
            _ => ("no", Align2::LEFT_BOTTOM, 14.0),
        };
        let galley = text::line(ui.painter(), word, text::small(ui), t.weak, 40.0);
        text::place(ui.painter(), pos2(a.x + by, middle - 1.0), anchor, galley);
    }
}

fn draw(
    ui: &Ui,
    t: &Tokens,
    data: &TreePicture<'_>,
    (node, place): (&TreeNode, usize),
    rect: Rect,
    zoom: f32,
) {
    let painter = ui.painter();
    let edge = if node.lit {
        Stroke::new(2.0, t.accent)
    } else {
        Stroke::new(1.0, t.control.gamma_multiply(0.7))
    };
    painter.rect(rect, 6.0 * zoom.min(1.0), t.card, edge, StrokeKind::Inside);
    let inside = rect.shrink2(vec2(7.0, 4.0) * zoom);
    let mut cut = zoom < READABLE;
    if cut {
        shares(ui, t, data, node, inside);
    } else {
        let sized = |font: FontId| FontId::new(font.size * zoom, font.family);
        let font = match node.children.is_none() {
            true => text::small_strong(ui),
            false => text::small(ui),
        };
        let line = |words: &str, room: f32| {
            text::line(painter, words, sized(font.clone()), t.strong, room)
        };
        let words = line(&node.words, inside.width());
        cut = words.elided;
        // A long name gives way, not the value that it is compared with.
        let compared = node.words.rfind(" ≤ ").filter(|_| cut);
        if let Some((name, value)) = compared.map(|at| node.words.split_at(at)) {
            let value = line(value, inside.width());
            let name = line(name, inside.width() - value.size().x);
            let middle = inside.center_top() + vec2((name.size().x - value.size().x) / 2.0, 0.0);
            text::place(painter, middle, Align2::RIGHT_TOP, name);
            text::place(painter, middle, Align2::LEFT_TOP, value);
        } else {
            text::place(painter, inside.center_top(), Align2::CENTER_TOP, words);
        }
        let bar = inside.top() + 17.0 * zoom..=inside.top() + 24.0 * zoom;
        shares(
            ui,
            t,
            data,
            node,
            Rect::from_x_y_ranges(inside.x_range(), bar),
        );
        let more = if node.cut { " · goes on" } else { "" };
        let rows = format!("{}{more}", number::count(u64::from(node.rows)));
        let rows = text::line(
            painter,
            rows,
            sized(text::small(ui)),
            t.weak,
            inside.width(),
        );
        let at = inside.center_bottom() + vec2(0.0, 2.0 * zoom);
        text::place(painter, at, Align2::CENTER_BOTTOM, rows);
    }
    let response = ui.interact(rect, ui.scope_id().with(("node", place)), Sense::hover());
    response.widget_info(|| {
        let label = format!("{}, {} rows", node.words, node.rows);
        WidgetInfo::labeled(Role::Label, ui.is_enabled(), label)
    });
    if cut {
        let rows = number::count(u64::from(node.rows));
        response.on_hover_text(format!("{}, {rows} rows", node.words));
    }
}

fn shares(ui: &Ui, t: &Tokens, data: &TreePicture<'_>, node: &TreeNode, bar: Rect) {
    let painter = ui.painter();
    painter.rect_filled(bar, 2.0, t.rail);
    if data.looks.is_empty() {
        let share = node.shares.first().copied().unwrap_or(0.0).clamp(0.0, 1.0) as f32;
        let at = bar.left() + bar.width() * share;
        painter.rect_filled(
            bar.with_max_x(at),
            2.0,
            colour::sequential(t, 0.25 + 0.75 * share),
        );
    } else {
        let total: f64 = node.shares.iter().sum();
        let mut from = bar.left();
        for (share, look) in node.shares.iter().zip(data.looks) {
            let width = bar.width() * (share / total.max(f64::MIN_POSITIVE)) as f32;
            if width > 0.2 {
                let part = Rect::from_x_y_ranges(from..=from + width, bar.y_range());
                let fill: Color32 = t.class_fill(*look);
                painter.rect_filled(part, 0.0, fill);
            }
            from += width;
        }
    }
    let edge = Stroke::new(1.0, t.control.gamma_multiply(0.5));
    painter.rect_stroke(bar, 2.0, edge, StrokeKind::Inside);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;

    fn node(depth: usize, children: Option<[usize; 2]>) -> TreeNode {
        TreeNode {
            children,
            depth,
            words: "Petal length ≤ 2.45 cm".into(),
            rows: 150,
            shares: vec![0.2, 0.5, 0.3],
            cut: depth == 2,
            lit: depth < 2,
        }
    }

    fn nodes() -> Vec<TreeNode> {
        vec![
            node(0, Some([1, 2])),
            node(1, None),
            node(1, Some([3, 4])),
            node(2, None),
            node(2, None),
        ]
    }

    #[test]
    fn parents_stand_over_the_middle_of_their_children() {
        assert_eq!(columns(&nodes()), [1.25, 0.5, 2.0, 1.5, 2.5]);
        assert_eq!(columns(&[]), Vec::<f32>::new());
        assert_eq!(columns(&[node(0, None)]), [0.5]);
        assert!(size(&nodes()).x > 3.0 * NODE.x);
    }

    #[test]
    fn it_draws_classes_and_numbers_in_both_themes() {
        let nodes = nodes();
        for (name, looks, zoom) in [
            ("tree", &[0, 1, 2][..], 1.0),
            ("tree-number", &[], 1.0),
            ("tree-small", &[0, 1, 2][..], 0.4),
        ] {
            test_picture::draw(name, vec2(460.0, 240.0), |ui, t| {
                let nodes = &nodes;
                tree(ui, t, &TreePicture { nodes, looks, zoom });
            });
        }
    }
}
