//! The layers of a picture as one item of egui_plot.

use eframe::egui::{Color32, Pos2, Rect, Shape, TextureId, Ui, vec2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotPoint, PlotTransform};

/// Draws everything inside the frame, lowest first.
pub(super) type Layers<'a> = dyn Fn(&PlotTransform, &mut Vec<Shape>) + 'a;

/// A textured rectangle that covers ranges of data.
pub(super) fn image(
    transform: &PlotTransform,
    texture: TextureId,
    [x, y]: [[f64; 2]; 2],
    strength: f32,
) -> Shape {
    let rect = transform.rect_from_values(&PlotPoint::new(x[0], y[0]), &PlotPoint::new(x[1], y[1]));
    let uv = Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0));
    Shape::image(texture, rect, uv, Color32::WHITE.gamma_multiply(strength))
}

/// All layers of a picture as one item of egui_plot.
pub(super) struct LayerItem<'a> {
    base: PlotItemBase,
    layers: &'a Layers<'a>,
}

impl<'a> LayerItem<'a> {
    pub fn new(layers: &'a Layers<'a>) -> Self {
        LayerItem {
            base: PlotItemBase::new("layers".to_owned()),
            layers,
        }
    }
}

impl PlotItem for LayerItem<'_> {
    fn shapes(&self, _ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        (self.layers)(transform, shapes);
    }

    fn initialize(&mut self, _x_range: std::ops::RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        Color32::TRANSPARENT
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
