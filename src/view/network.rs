//! A multi-layer perceptron as what it is: units in layers, weights as lines between them, and in each
//! unit what it says over the plane that the pictures show.
//!
//! ```text
//!  bill_length  o---\  [▒░]---\
//!                    \ [░▒]----\--[▓░]  Adelie
//!  mass         o-----\[▒▒]-----\-[░▓]  Chinstrap
//! ```

use eframe::egui::{
    Align2, Color32, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, TextureId, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::parts::{number, text};
use crate::widget::picture;
use crate::widget::theme::{RADIUS_SMALL, Tokens};

/// One layer; the inputs come first.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The units that are shown.
    pub units: Vec<Unit>,
    /// How many there are.
    pub of: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// A column's name, a class; empty of hidden units.
    pub name: String,
    /// What it says over the plane, once that is known.
    pub picture: Option<TextureId>,
}

/// What is drawn.
pub struct NetworkPicture<'a> {
    pub layers: &'a [Layer],
    /// The weight between a unit of a layer and one of the next.
    pub weight: &'a dyn Fn(usize, usize, usize) -> f64,
}

/// Units that a layer shows at most.
pub const MOST_UNITS: usize = 12;

/// The colours of what counts for and what counts against.
pub fn signs(t: &Tokens) -> [Color32; 2] {
    [t.class_ink(0), t.class_ink(1)]
}

/// Fills `size`.
pub fn network(ui: &mut Ui, t: &Tokens, data: &NetworkPicture<'_>, size: Vec2) {
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    picture::show(ui.ctx(), "Network", area);
    let painter = ui.painter().with_clip_rect(area);
    let most = data.layers.iter().map(|l| l.units.len()).max().unwrap_or(1);
    let side = ((area.height() - 20.0) / most.max(1) as f32 - 4.0).clamp(12.0, 40.0);
    let names = 130.0_f32.min(area.width() * 0.2);
    let mut inner = area.shrink2(vec2(names + side / 2.0, 2.0));
    if data.layers.iter().any(|l| l.of > l.units.len()) {
        inner.max.y -= 16.0;
    }
    let gaps = data.layers.len().saturating_sub(1).max(1) as f32;
    let at = |layer: usize, unit: usize| -> Pos2 {
        let units = data.layers[layer].units.len();
        let step = (inner.height() / units.max(1) as f32).min(side * 1.7);
        let y = inner.center().y + (unit as f32 - (units as f32 - 1.0) / 2.0) * step;
        pos2(inner.left() + inner.width() * layer as f32 / gaps, y)
    };
    let places = |layer: usize| -> Vec<Rect> {
        (0..data.layers[layer].units.len())
            .map(|unit| Rect::from_center_size(at(layer, unit), Vec2::splat(side)))
            .collect()
    };
    let all: Vec<Vec<Rect>> = (0..data.layers.len()).map(places).collect();
    let pointer = ui
        .input(|i| i.pointer.hover_pos())
        .filter(|p| area.contains(*p));
    let hovered = pointer.and_then(|p| {
        let mut found = None;
        for (layer, rects) in all.iter().enumerate() {
            let unit = rects.iter().position(|r| r.contains(p));
            found = found.or(unit.map(|unit| (layer, unit)));
        }
        found
    });
    lines(&painter, t, data, &all, hovered);
    for (layer, rects) in all.iter().enumerate() {
        for (unit, rect) in rects.iter().enumerate() {
            draw(
                ui,
                t,
                data,
                (layer, unit),
                *rect,
                names,
                hovered == Some((layer, unit)),
            );
        }
        more(ui, t, &data.layers[layer], rects, area);
    }
    if let Some((layer, unit)) = hovered
        && let Some(picture) = data.layers[layer].units[unit].picture
    {
        large(ui, t, picture, all[layer][unit], area);
    }
}

/// Wide where the weight is large for its layer; those of a hovered unit alone.
fn lines(
    painter: &eframe::egui::Painter,
    t: &Tokens,
    data: &NetworkPicture<'_>,
    all: &[Vec<Rect>],
    hovered: Option<(usize, usize)>,
) {
    let [plus, minus] = signs(t);
    for layer in 0..all.len().saturating_sub(1) {
        let (from, to) = (all[layer].len(), all[layer + 1].len());
        let pairs = || (0..from).flat_map(|a| (0..to).map(move |b| (a, b)));
        let largest = pairs()
            .map(|(a, b)| (data.weight)(layer, a, b).abs())
            .fold(1e-12, f64::max);
        for (a, b) in pairs() {
            let weight = (data.weight)(layer, a, b);
            let share = (weight.abs() / largest) as f32;
            let lit = hovered.is_none_or(|h| h == (layer, a) || h == (layer + 1, b));
            let ink = if weight < 0.0 { minus } else { plus };
            let ink = ink.gamma_multiply(if lit { 0.25 + 0.75 * share } else { 0.06 });
            let ends = [
                all[layer][a].right_center(),
                all[layer + 1][b].left_center(),
            ];
            painter.add(Shape::line_segment(
                ends,
                Stroke::new(0.4 + 4.6 * share, ink),
            ));
        }
    }
}

fn draw(
    ui: &Ui,
    t: &Tokens,
    data: &NetworkPicture<'_>,
    (layer, unit): (usize, usize),
    rect: Rect,
    names: f32,
    hovered: bool,
) {
    let shown = &data.layers[layer].units[unit];
    let painter = ui.painter();
    painter.rect_filled(rect, RADIUS_SMALL, t.card);
    if let Some(picture) = shown.picture {
        image(ui, picture, rect.shrink(1.0));
    }
    let stroke = match hovered {
        true => Stroke::new(2.0, t.accent),
        false => Stroke::new(1.0, t.control),
    };
    painter.rect_stroke(rect, RADIUS_SMALL, stroke, StrokeKind::Inside);
    if !shown.name.is_empty() {
        let (anchor, by) = match layer {
            0 => (Align2::RIGHT_CENTER, -6.0 - rect.width() / 2.0),
            _ => (Align2::LEFT_CENTER, 6.0 + rect.width() / 2.0),
        };
        let galley = text::line(
            painter,
            shown.name.clone(),
            text::small(ui),
            t.text,
            names - 10.0,
        );
        text::place(painter, rect.center() + vec2(by, 0.0), anchor, galley);
    }
    let response = ui.interact(rect, ui.scope_id().with((layer, unit)), Sense::hover());
    let name = match shown.name.is_empty() {
        true => format!("Unit {} of hidden layer {layer}", unit + 1),
        false => shown.name.clone(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    if shown.picture.is_none() {
        response.on_hover_text(name);
    }
}

/// Units that are not shown are counted under their layer.
fn more(ui: &Ui, t: &Tokens, layer: &Layer, rects: &[Rect], area: Rect) {
    let (rest, Some(last)) = (layer.of - layer.units.len(), rects.last()) else {
        return;
    };
    if rest > 0 {
        let words = format!("and {}", number::short(rest as f64));
        let galley = text::line(ui.painter(), words, text::small(ui), t.weak, 90.0);
        let y = (last.bottom() + 2.0).min(area.bottom() - 14.0);
        text::place(
            ui.painter(),
            pos2(last.center().x, y),
            Align2::CENTER_TOP,
            galley,
        );
    }
}

fn image(ui: &Ui, picture: TextureId, rect: Rect) {
    let uv = Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0));
    ui.painter().image(picture, rect, uv, Color32::WHITE);
}

/// The hovered unit's picture, in the corner that is farther from it.
fn large(ui: &Ui, t: &Tokens, picture: TextureId, rect: Rect, area: Rect) {
    let side = (area.height() * 0.5).min(150.0);
    let corner = match rect.center().x > area.center().x {
        true => area.left_bottom() + vec2(5.0, -5.0 - side),
        false => area.right_bottom() - Vec2::splat(5.0 + side),
    };
    let place = Rect::from_min_size(corner, Vec2::splat(side));
    ui.painter()
        .rect_filled(place.expand(4.0), RADIUS_SMALL, t.card);
    image(ui, picture, place);
    ui.painter().rect_stroke(
        place.expand(4.0),
        RADIUS_SMALL,
        Stroke::new(1.0, t.control),
        StrokeKind::Outside,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::test_picture;
    use egui_kittest::kittest::Queryable as _;

    fn layers() -> Vec<Layer> {
        let named = |names: &[&str]| Layer {
            units: names
                .iter()
                .map(|n| Unit {
                    name: (*n).to_owned(),
                    picture: None,
                })
                .collect(),
            of: names.len(),
        };
        let hidden = Layer {
            units: vec![Unit::default(); 6],
            of: 20,
        };
        vec![
            named(&["bill length", "mass"]),
            hidden,
            named(&["Adelie", "Gentoo"]),
        ]
    }

    #[test]
    fn units_and_lines_are_drawn_in_both_themes() {
        let layers = layers();
        let weight = |_: usize, from: usize, to: usize| from as f64 - to as f64;
        test_picture::draw("network", vec2(620.0, 260.0), |ui, t| {
            let data = NetworkPicture {
                layers: &layers,
                weight: &weight,
            };
            network(ui, t, &data, ui.available_size());
        });
    }

    #[test]
    fn every_unit_has_a_name_for_screen_readers() {
        let layers = layers();
        let harness = test_picture::harness(vec2(620.0, 260.0), |ui, t| {
            let data = NetworkPicture {
                layers: &layers,
                weight: &|_, _, _| 1.0,
            };
            network(ui, t, &data, ui.available_size());
        });
        harness.get_by_label("Unit 6 of hidden layer 1");
        harness.get_by_label("Gentoo");
    }
}
