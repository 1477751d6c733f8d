//! Rounded boxes, ringed dots and lines of a frame as a few quads each, and few meshes.
//!
//! egui cuts a rounded box with a border into some three hundred triangles, most of them in its corners
//! and in the rims that smooth its edges; without a graphics card that is where a frame's time goes.
//! The font texture holds smooth discs already (egui draws its small dots with them): the quarters of a
//! disc are the corners here, its cut is the profile of a line, and edges that lie on pixels need no rim.
//! What would look otherwise is left as it is.
//!
//! Shapes that lie within their clip rectangle need none, and those that do not touch may change places:
//! shapes of one texture stand together, and each such batch is one call.

use std::f32::consts::FRAC_PI_2;

use eframe::egui::emath::{GuiRounding as _, TSTransform};
use eframe::egui::epaint::{
    CircleShape, ClippedShape, ColorMode, CornerRadiusF32, FontColorTransferFunction, Mesh,
    PathStroke, RectShape, TextOptions, TextureAtlas, Vertex,
};
use eframe::egui::{
    self, Color32, Context, CornerRadius, FullOutput, Pos2, Rect, Shape, Stroke, StrokeKind,
    TextureId, Vec2, pos2, vec2,
};

/// What egui adds to the radius of every rounded corner.
const MORE_ROUND: f32 = 0.4;
/// Boxes that are no higher or wider than so many pixels egui draws as lines.
const THIN: f32 = 2.0;

/// A plugin of egui's: thins out each frame's shapes on their way to the screen.
pub struct Lean {
    /// In texels of the font texture, smallest first.
    discs: Vec<Disc>,
    /// Textures no wider than this hold their discs elsewhere.
    side: usize,
    /// As the discs were measured: it changes with the theme.
    transfer: Option<FontColorTransferFunction>,
}

/// A filled disc in the font texture.
#[derive(Clone, Copy, Debug)]
struct Disc {
    radius: f32,
    center: Pos2,
    /// From the center to the end of what belongs to it.
    half: f32,
    /// What a cut through its middle holds, as the width of a line of full colour.
    ink: f32,
}

impl Disc {
    /// `transfer`: how the texture tells coverage.
    fn measure(&mut self, transfer: FontColorTransferFunction) {
        let told = |away: i32| {
            let coverage = self.radius + 0.5 - away as f32;
            transfer.alpha_from_coverage(coverage.clamp(0.0, 1.0))
        };
        let half = self.half as i32;
        self.ink = (-half..=half).map(|at| told(at.abs())).sum();
    }
}

impl Default for Lean {
    fn default() -> Self {
        // Discs stand in each atlas first, in its first row: this one has them where egui's has.
        let side = 2048;
        let atlas = TextureAtlas::new([side, 64], TextOptions::default());
        let size = atlas.size().map(|s| s as f32);
        let discs = atlas.prepared_discs().into_iter().map(|disc| {
            let center = disc.uv.center();
            Disc {
                radius: disc.r,
                center: pos2(center.x * size[0], center.y * size[1]),
                half: 0.5 * disc.w,
                ink: 2.0 * disc.r,
            }
        });
        let mut lean = Lean {
            discs: discs.collect(),
            side,
            transfer: None,
        };
        lean.measure(TextOptions::default().color_transfer_function);
        lean
    }
}

impl egui::Plugin for Lean {
    fn debug_name(&self) -> &'static str {
        "lean"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let (texture, transfer) = ctx.fonts(|fonts| {
            let transfer = fonts.options().color_transfer_function;
            (fonts.font_image_size(), transfer)
        });
        self.measure(transfer);
        let smooth = ctx.options(|o| o.tessellation_options.feathering);
        if texture[0] >= self.side && smooth {
            self.thin(&mut output.shapes, output.pixels_per_point, texture);
        }
    }
}

impl Lean {
    fn measure(&mut self, transfer: FontColorTransferFunction) {
        if self.transfer != Some(transfer) {
            self.transfer = Some(transfer);
            self.discs
                .iter_mut()
                .for_each(|disc| disc.measure(transfer));
        }
    }

    /// Puts quads where they look like what is there, and batches together. `texture`: size of the font
    /// texture in texels.
    fn thin(&self, shapes: &mut Vec<ClippedShape>, pixels_per_point: f32, texture: [usize; 2]) {
        let quads = Quads {
            discs: &self.discs,
            ppp: pixels_per_point,
            texel: vec2(1.0 / texture[0] as f32, 1.0 / texture[1] as f32),
        };
        let mut batches: Vec<Batch> = Vec::new();
        for mut shape in std::mem::take(shapes) {
            let texture = texture_of(&shape.shape)
                .filter(|_| shape.transform_after_tessellation == TSTransform::IDENTITY);
            let Some(texture) = texture else {
                batches.push(Batch {
                    key: None,
                    reach: Rect::EVERYTHING,
                    shapes: vec![shape],
                });
                continue;
            };
            quads.replace(&mut shape.shape, shape.clip_rect);
            let reach = reach(&shape.shape, pixels_per_point);
            if shape.clip_rect.contains_rect(reach) {
                shape.clip_rect = Rect::EVERYTHING;
            }
            let reach = reach.intersect(shape.clip_rect);
            if !reach.is_positive() {
                continue;
            }
            let key = Some((texture, shape.clip_rect));
            // The last of its kind that nothing behind it lies between.
            let free = batches
                .iter()
                .rposition(|b| b.key == key || b.reach.intersects(reach));
            match free.map(|at| &mut batches[at]).filter(|b| b.key == key) {
                Some(batch) => {
                    batch.reach |= reach;
                    batch.shapes.push(shape);
                }
                None => batches.push(Batch {
                    key,
                    reach,
                    shapes: vec![shape],
                }),
            }
        }
        shapes.extend(batches.into_iter().flat_map(|batch| batch.shapes));
    }
}

/// Shapes that are drawn together.
struct Batch {
    /// None: of one shape that stays alone in its place.
    key: Option<(TextureId, Rect)>,
    reach: Rect,
    shapes: Vec<ClippedShape>,
}

/// The place that a shape takes; nothing where it is not seen.
fn reach(shape: &Shape, pixels_per_point: f32) -> Rect {
    match shape {
        Shape::Rect(r) if r.fill == Color32::TRANSPARENT && r.stroke.is_empty() => Rect::NOTHING,
        Shape::Text(text) if text.galley.num_vertices == 0 => Rect::NOTHING,
        Shape::Mesh(_) => shape.visual_bounding_rect(),
        // The line under a word may lie below its letters.
        Shape::Text(_) => shape.visual_bounding_rect().expand(2.0),
        // With egui's smooth edges.
        _ => shape.visual_bounding_rect().expand(1.0 / pixels_per_point),
    }
}

/// The texture of a shape; None where there are several, or where somebody else draws.
fn texture_of(shape: &Shape) -> Option<TextureId> {
    match shape {
        Shape::Callback(_) => None,
        Shape::Mesh(mesh) => Some(mesh.texture_id),
        Shape::Rect(rect) => {
            let brush = rect.brush.as_ref();
            Some(brush.map_or(TextureId::default(), |b| b.fill_texture_id))
        }
        Shape::Vec(shapes) => {
            let mut textures = shapes.iter().map(texture_of);
            let first = textures.next().unwrap_or(Some(TextureId::default()));
            first.filter(|_| textures.all(|texture| texture == first))
        }
        _ => Some(TextureId::default()),
    }
}

struct Quads<'a> {
    discs: &'a [Disc],
    ppp: f32,
    /// One over the size of the texture.
    texel: Vec2,
}

impl Quads<'_> {
    fn replace(&self, shape: &mut Shape, clip: Rect) {
        match shape {
            Shape::Vec(shapes) => shapes.iter_mut().for_each(|s| self.replace(s, clip)),
            Shape::Rect(rect) => {
                // What is not seen costs nothing as it is.
                if rect.visual_bounding_rect().intersects(clip)
                    && let Some(mesh) = self.boxed(rect)
                {
                    *shape = Shape::mesh(mesh);
                }
            }
            Shape::Circle(circle) => {
                if circle.visual_bounding_rect().intersects(clip)
                    && let Some(mesh) = self.ringed(circle)
                {
                    *shape = Shape::mesh(mesh);
                }
            }
            Shape::LineSegment { points, stroke } => {
                let reach = Rect::from_points(&*points).expand(stroke.width);
                // Those along an axis egui puts on pixels.
                let upright = points[0].x == points[1].x || points[0].y == points[1].y;
                let line = || match upright {
                    true => self.straight(*points, stroke.width, stroke.color),
                    false => self.ribbon(&*points, stroke.width, stroke.color),
                };
                if reach.intersects(clip)
                    && let Some(mesh) = line()
                {
                    *shape = Shape::mesh(mesh);
                }
            }
            Shape::Path(path) => {
                let PathStroke { width, color, kind } = &path.stroke;
                if !path.closed
                    && path.fill == Color32::TRANSPARENT
                    && let (ColorMode::Solid(colour), StrokeKind::Middle) = (color, kind)
                    && Rect::from_points(&path.points)
                        .expand(*width)
                        .intersects(clip)
                    && let Some(mesh) = self.ribbon(&path.points, *width, *colour)
                {
                    *shape = Shape::mesh(mesh);
                }
            }
            _ => {}
        }
    }

    /// A line along an axis, where egui would round it to.
    fn straight(&self, [a, b]: [Pos2; 2], width: f32, colour: Color32) -> Option<Mesh> {
        let along = usize::from(a.x == b.x);
        let pixels = width * self.ppp;
        if a[1 - along] != b[1 - along] || a == b || pixels <= 0.0 {
            return None;
        }
        let pixel = 1.0 / self.ppp;
        let wide = pixels.round().max(1.0);
        let middle = match wide as i64 % 2 {
            0 => a[1 - along].round_to_pixels(self.ppp),
            _ => a[1 - along].round_to_pixel_center(self.ppp),
        };
        // From the pixel of the one end to that of the other; ends between pixels take one of them.
        let ends = [a[along].min(b[along]), a[along].max(b[along])];
        let first = (ends[0] + 0.25 * pixel).round_to_pixel_center(self.ppp);
        let last = (ends[1] - 0.25 * pixel).round_to_pixel_center(self.ppp);
        let [mut min, mut max] = [Pos2::ZERO; 2];
        min[along] = first.min(last);
        max[along] = first.max(last);
        if (pixels - wide).abs() > 1e-3 {
            (min[1 - along], max[1 - along]) = (middle, middle);
            return self.ribbon(&[min, max], width, colour);
        }
        min[along] -= 0.5 * pixel;
        max[along] += 0.5 * pixel;
        min[1 - along] = middle - 0.5 * width;
        max[1 - along] = middle + 0.5 * width;
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_max(min, max), colour);
        Some(mesh)
    }

    /// A line along any way: a ribbon whose cut is that of a disc.
    fn ribbon(&self, line: &[Pos2], width: f32, colour: Color32) -> Option<Mesh> {
        let pixels = width * self.ppp;
        // Thinner than a pixel is fainter, as egui has it.
        let color = match pixels < 1.0 {
            true => colour.gamma_multiply(pixels.max(0.0)),
            false => colour,
        };
        // A cut that holds as much ink as the line, of a larger disc, so that its edges are crisp.
        let pixels = pixels.max(1.0);
        let disc = self.discs.iter().find(|disc| disc.ink >= 1.3 * pixels)?;
        let half = disc.half * (pixels / disc.ink) / self.ppp;
        let rim = |sign: f32| {
            let at = disc.center + vec2(0.0, sign * disc.half);
            (at.to_vec2() * self.texel).to_pos2()
        };
        let rims = [(half, rim(1.0)), (-half, rim(-1.0))];
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(2 * line.len());
        mesh.reserve_triangles(2 * line.len());
        let mut put = |at: Pos2, normal: Vec2| {
            let n = mesh.vertices.len() as u32;
            for (half, uv) in rims {
                let pos = at + half * normal;
                mesh.vertices.push(Vertex { pos, uv, color });
            }
            if n > 0 {
                mesh.add_triangle(n - 2, n - 1, n);
                mesh.add_triangle(n - 1, n, n + 1);
            }
        };
        // The smooth ends of egui's lines reach half a pixel further.
        let more = 0.5 / self.ppp;
        let mut points = line.iter().copied().filter(|p| p.is_finite());
        let mut at = points.next()?;
        let mut before: Option<Vec2> = None;
        for next in points {
            let along = (next - at).normalized();
            if along == Vec2::ZERO {
                continue;
            }
            let normal = along.rot90();
            match before {
                Some(before) => turn(at, before, normal, &mut put),
                None => put(at - more * along, normal),
            }
            (at, before) = (next, Some(normal));
        }
        let last = before?;
        put(at - more * last.rot90(), last);
        Some(mesh)
    }

    /// A dot with a ring around it: the ring's disc under its own.
    fn ringed(&self, circle: &CircleShape) -> Option<Mesh> {
        let CircleShape {
            center,
            radius,
            fill,
            stroke,
        } = *circle;
        if stroke.is_empty() || !fill.is_opaque() || radius <= 0.0 {
            return None;
        }
        let mut mesh = Mesh::default();
        for (radius, colour) in [(radius + stroke.width, stroke.color), (radius, fill)] {
            let (disc, scale) = self.disc(radius * self.ppp)?;
            let half = Vec2::splat(disc.half);
            mesh.add_rect_with_uv(
                Rect::from_center_size(center, 2.0 * half * scale / self.ppp),
                self.uv(Rect::from_min_max(disc.center - half, disc.center + half)),
                colour,
            );
        }
        Some(mesh)
    }

    fn boxed(&self, shape: &RectShape) -> Option<Mesh> {
        let RectShape {
            mut rect,
            corner_radius,
            fill,
            mut stroke,
            stroke_kind,
            round_to_pixels,
            blur_width,
            ref brush,
            angle,
        } = *shape;
        if stroke.width <= 0.0 {
            stroke = Stroke::NONE;
        }
        let plain = round_to_pixels.unwrap_or(true)
            && blur_width == 0.0
            && brush.is_none()
            && angle == 0.0
            && rect.is_finite();
        // Under glass both the ground and the border are seen.
        let ring = fill == Color32::TRANSPARENT && !stroke.is_empty();
        if !plain
            || !ring && (fill == Color32::TRANSPARENT || !stroke.is_empty() && !fill.is_opaque())
        {
            return None;
        }
        let width = stroke.width;
        if stroke.is_empty() {
            // egui's way with thin boxes.
            let thin = THIN / self.ppp;
            if rect.width() <= thin {
                let ends = [rect.center_top(), rect.center_bottom()];
                return self.straight(ends, rect.width(), fill);
            }
            if rect.height() <= thin {
                let ends = [rect.left_center(), rect.right_center()];
                return self.straight(ends, rect.height(), fill);
            }
        }
        // As egui does: rounding knows the kind of the border.
        let odd = (self.ppp * width).round() as i64 % 2 != 0;
        rect = match stroke_kind {
            StrokeKind::Middle if width > 0.0 && (width * self.ppp <= 1.0 || odd) => {
                rect.round_to_pixel_center(self.ppp)
            }
            _ => rect.round_to_pixels(self.ppp),
        };
        let out = match stroke_kind {
            StrokeKind::Inside => 0.0,
            StrokeKind::Middle => 0.5 * width,
            StrokeKind::Outside => width,
        };
        rect = rect.expand(out);
        // Edges between pixels need a rim.
        let whole = |length: f32| (length - length.round()).abs() < 1e-3;
        let on_pixels = |rect: Rect| {
            let ends = [rect.min.x, rect.min.y, rect.max.x, rect.max.y];
            ends.iter().all(|end| whole(end * self.ppp))
        };
        if !on_pixels(rect) || !whole(width * self.ppp) {
            return None;
        }
        let inner = rect.shrink(width);
        if inner.size().min_elem() * self.ppp <= THIN {
            return None;
        }
        let corners = CornerRadiusF32::from(corner_radius);
        let round = |radius: f32, inset: f32| match radius {
            0.0 => 0.0,
            _ => ((radius + out + MORE_ROUND).max(width + 0.1) - inset).max(0.0),
        };
        let mut mesh = Mesh::default();
        if ring {
            let corner = corner_radius.nw;
            let alike = corner_radius == CornerRadius::same(corner);
            let thin = (width * self.ppp - 1.0).abs() < 1e-3;
            if !alike || !thin {
                return None;
            }
            self.ring(&mut mesh, rect, round(corners.nw, 0.0), stroke.color);
            return Some(mesh);
        }
        let layers = [
            (!stroke.is_empty()).then_some((rect, 0.0, stroke.color)),
            Some((inner, width, fill)),
        ];
        for (rect, inset, colour) in layers.into_iter().flatten() {
            let [nw, ne, sw, se] = [corners.nw, corners.ne, corners.sw, corners.se];
            let radii = [nw, ne, sw, se].map(|radius| round(radius, inset));
            self.layer(&mut mesh, rect, radii, colour)?;
        }
        Some(mesh)
    }

    /// A border of one pixel: four edges on pixels, and at the corners arcs whose rims fade as egui's do.
    fn ring(&self, mesh: &mut Mesh, rect: Rect, radius: f32, colour: Color32) {
        let pixel = 1.0 / self.ppp;
        let radius = radius.min(0.5 * rect.size().min_elem());
        let [left, right] = [rect.left() + radius, rect.right() - radius];
        let [top, bottom] = [rect.top() + radius, rect.bottom() - radius];
        // The upper and lower edges take the corners where there are none.
        for y in [rect.top(), rect.bottom() - pixel] {
            mesh.add_colored_rect(Rect::from_x_y_ranges(left..=right, y..=y + pixel), colour);
        }
        let [first, last] = match radius > 0.0 {
            true => [top, bottom],
            false => [top + pixel, bottom - pixel],
        };
        for x in [rect.left(), rect.right() - pixel] {
            mesh.add_colored_rect(Rect::from_x_y_ranges(x..=x + pixel, first..=last), colour);
        }
        if radius <= 0.0 {
            return;
        }
        // The middle of the line, and where its rims end.
        let middle = radius - 0.5 * pixel;
        let rings = [middle + pixel, middle, (middle - pixel).max(0.0)];
        let colours = [Color32::TRANSPARENT, colour, Color32::TRANSPARENT];
        let steps = if radius * self.ppp <= 5.0 { 4 } else { 6 };
        for (center, begin) in [
            (pos2(right, bottom), 0.0),
            (pos2(left, bottom), 1.0),
            (pos2(left, top), 2.0),
            (pos2(right, top), 3.0),
        ] {
            let first = mesh.vertices.len() as u32;
            for step in 0..=steps {
                let angle = (begin + step as f32 / steps as f32) * FRAC_PI_2;
                for (radius, colour) in rings.into_iter().zip(colours) {
                    mesh.colored_vertex(center + radius * Vec2::angled(angle), colour);
                }
                let at = first + 3 * step;
                if step > 0 {
                    for side in 0..2 {
                        let [a, b] = [at + side - 3, at + side];
                        mesh.add_triangle(a, a + 1, b);
                        mesh.add_triangle(a + 1, b, b + 1);
                    }
                }
            }
        }
    }

    /// A box of one colour; its corners are quarters of a disc. Radii: top left and right, bottom left
    /// and right.
    fn layer(&self, mesh: &mut Mesh, rect: Rect, radii: [f32; 4], colour: Color32) -> Option<()> {
        let most = 0.5 * rect.size().min_elem();
        let mut rows = [0.0, 0.0];
        for (at, [left, right]) in [[radii[0], radii[1]], [radii[2], radii[3]]]
            .into_iter()
            .enumerate()
        {
            let high = left.max(right).min(most);
            rows[at] = high;
            if high <= 0.0 {
                continue;
            }
            let (top, bottom) = match at {
                0 => (rect.top(), rect.top() + high),
                _ => (rect.bottom() - high, rect.bottom()),
            };
            // Two different roundings beside each other are rare.
            if left > 0.0 && right > 0.0 && left != right {
                return None;
            }
            let (disc, scale) = self.disc(high * self.ppp)?;
            let quarter = high * self.ppp / scale;
            let mut x = rect.x_range();
            for (is, dx) in [(left > 0.0, -1.0), (right > 0.0, 1.0)] {
                if !is {
                    continue;
                }
                let place = match dx < 0.0 {
                    true => [rect.left(), rect.left() + high],
                    false => [rect.right() - high, rect.right()],
                };
                match dx < 0.0 {
                    true => x.min = place[1],
                    false => x.max = place[0],
                }
                let dy = if at == 0 { -1.0 } else { 1.0 };
                let corner = disc.center + quarter * vec2(dx, dy);
                mesh.add_rect_with_uv(
                    Rect::from_x_y_ranges(place[0]..=place[1], top..=bottom),
                    self.uv(Rect::from_two_pos(disc.center, corner)),
                    colour,
                );
            }
            if x.span() > 0.0 {
                mesh.add_colored_rect(Rect::from_x_y_ranges(x, top..=bottom), colour);
            }
        }
        let middle = Rect::from_min_max(
            pos2(rect.left(), rect.top() + rows[0]),
            pos2(rect.right(), rect.bottom() - rows[1]),
        );
        if middle.height() > 0.0 {
            mesh.add_colored_rect(middle, colour);
        }
        Some(())
    }

    /// The disc whose edge is crisp at this radius in pixels, as egui chooses it, and how many pixels one
    /// of its texels takes.
    fn disc(&self, radius: f32) -> Option<(Disc, f32)> {
        let enough = radius * 2.0_f32.powf(0.25);
        let disc = self.discs.iter().find(|disc| enough <= disc.radius);
        let disc = *disc.or(self.discs.last())?;
        let scale = radius / disc.radius;
        // Larger than it is in the texture a disc would be blurred.
        (radius > 0.0 && scale <= 1.0).then_some((disc, scale))
    }

    fn uv(&self, texels: Rect) -> Rect {
        Rect::from_min_max(
            (texels.min.to_vec2() * self.texel).to_pos2(),
            (texels.max.to_vec2() * self.texel).to_pos2(),
        )
    }
}

/// A corner between two stretches of a line, given their normals: one place, or two where it is sharper
/// than a right angle and is cut off, as egui does it.
fn turn(at: Pos2, before: Vec2, after: Vec2, put: &mut impl FnMut(Pos2, Vec2)) {
    let middle = 0.5 * (before + after);
    if middle.length_sq() >= 0.5 {
        put(at, middle / middle.length_sq());
        return;
    }
    // Straight back there is no middle.
    let middle = middle.normalized();
    for side in [before, after] {
        let cut = 0.5 * (side + if middle == Vec2::ZERO { side } else { middle });
        put(at, cut / cut.length_sq());
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::epaint::Primitive;
    use eframe::egui::{Align2, ClippedPrimitive, ColorImage, FontId, RawInput};

    use super::*;
    use crate::widget::cpu_renderer::CpuRenderer;
    use crate::widget::theme;

    const SIZE: [usize; 2] = [300, 200];

    /// A frame of these shapes, thinned out or as egui cuts it, and the number of its triangles.
    fn frame(lean: bool, pixels_per_point: f32, shapes: &[Shape]) -> (ColorImage, usize) {
        let ctx = Context::default();
        theme::install(&ctx, 1.0, true);
        if lean {
            ctx.add_plugin(Lean::default());
        }
        let mut renderer = CpuRenderer::new();
        let mut last: Vec<ClippedPrimitive> = Vec::new();
        for _ in 0..2 {
            let mut input = RawInput {
                screen_rect: Some(Rect::from_min_size(
                    Pos2::ZERO,
                    vec2(SIZE[0] as f32, SIZE[1] as f32) / pixels_per_point,
                )),
                ..RawInput::default()
            };
            let viewport = input.viewports.entry(input.viewport_id).or_default();
            viewport.native_pixels_per_point = Some(pixels_per_point);
            let mut output = ctx.run_ui(input, |ui| {
                // Words first, so that the texture holds more than its discs.
                let ink = Color32::GRAY;
                let font = FontId::proportional(13.0);
                ui.painter()
                    .text(pos2(8.0, 180.0), Align2::LEFT_TOP, "words", font, ink);
                ui.painter().extend(shapes.iter().cloned());
            });
            renderer.update_textures(&mut output.textures_delta);
            output.textures_delta.clear();
            last = ctx.tessellate(output.shapes, output.pixels_per_point);
        }
        let triangles = last.iter().map(|p| match &p.primitive {
            Primitive::Mesh(mesh) => mesh.indices.len() / 3,
            Primitive::Callback(_) => 0,
        });
        let triangles = triangles.sum();
        let image = renderer.render(&last, SIZE, pixels_per_point, Color32::WHITE);
        (image, triangles)
    }

    fn boxes() -> Vec<Shape> {
        let mut shapes: Vec<Shape> = Vec::new();
        let (ink, ground) = (
            Color32::from_rgb(20, 60, 160),
            Color32::from_rgb(240, 220, 180),
        );
        let kinds = [StrokeKind::Inside, StrokeKind::Middle, StrokeKind::Outside];
        for (column, radius) in [0, 2, 3, 4, 6, 8].into_iter().enumerate() {
            let at = |row: usize| {
                let corner = pos2(6.0 + 24.0 * column as f32, 6.0 + 20.0 * row as f32);
                Rect::from_min_size(corner, vec2(20.0, 16.0))
            };
            for (row, kind) in kinds.into_iter().enumerate() {
                let border = Stroke::new(1.0, ink);
                let shape = RectShape::new(at(row), radius, ground, border, kind);
                shapes.push(shape.into());
            }
            shapes.push(RectShape::filled(at(3), radius, ink).into());
            shapes.push(RectShape::filled(at(4), radius, ink.gamma_multiply(0.4)).into());
            let left = CornerRadius {
                nw: radius,
                sw: radius,
                ..CornerRadius::ZERO
            };
            shapes.push(RectShape::filled(at(5), left, ink).into());
            let top = CornerRadius {
                nw: radius,
                ne: radius,
                ..CornerRadius::ZERO
            };
            let border = Stroke::new(1.0, ink);
            let kind = StrokeKind::Inside;
            shapes.push(RectShape::new(at(6), top, ground, border, kind).into());
            shapes.push(RectShape::stroke(at(7), radius, border, kind).into());
        }
        shapes
    }

    fn lines() -> Vec<Shape> {
        let mut shapes: Vec<Shape> = Vec::new();
        for n in 0..10 {
            let (x, y) = (155.0 + 12.3 * n as f32, 110.0 + 7.4 * n as f32);
            let stroke = Stroke::new(1.0 + (n % 3) as f32, Color32::from_rgb(160, 60, 20));
            shapes.push(Shape::line_segment([pos2(x, y), pos2(x, y + 20.6)], stroke));
            let thin = Rect::from_min_size(pos2(20.0, 20.0 + y), vec2(7.0 * n as f32, 1.0));
            shapes.push(RectShape::filled(thin, 0, stroke.color).into());
        }
        shapes
    }

    fn dots() -> Vec<Shape> {
        let ring = Stroke::new(1.0, Color32::WHITE);
        let colour = Color32::from_rgb(20, 60, 160);
        (1..9)
            .map(|n| {
                let center = pos2(170.0 + 14.3 * n as f32, 60.0 + 3.7 * n as f32);
                let radius = 0.8 * n as f32;
                Shape::Circle(CircleShape {
                    center,
                    radius,
                    fill: colour,
                    stroke: ring,
                })
            })
            .collect()
    }

    /// Mean over the pixels where either picture is not white, and the worst one.
    fn difference(a: &ColorImage, b: &ColorImage) -> (f64, u8) {
        let pairs = || a.pixels.iter().zip(&b.pixels);
        let far = |(a, b): (&Color32, &Color32)| {
            let channels = a.to_array().into_iter().zip(b.to_array());
            channels.map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
        };
        let drawn = pairs().filter(|(a, b)| **a != Color32::WHITE || **b != Color32::WHITE);
        let sum: f64 = drawn.clone().map(|pair| f64::from(far(pair))).sum();
        let worst = pairs().map(far).max().unwrap_or(0);
        (sum / drawn.count() as f64, worst)
    }

    #[test]
    fn boxes_and_dots_look_as_egui_draws_them_with_a_fraction_of_the_triangles() {
        for scale in [1.0, 1.25, 2.0] {
            let shapes: Vec<Shape> = [boxes(), dots(), lines()].concat();
            let (whole, many) = frame(false, scale, &shapes);
            let (thin, few) = frame(true, scale, &shapes);
            let (mean, worst) = difference(&whole, &thin);
            println!("scale {scale}: {few} of {many} triangles, mean {mean:.2}, worst {worst}");
            assert!(mean < 4.0, "scale {scale}: {mean} in the mean");
            // The last pixel of a line that is no whole pixels wide.
            assert!(worst < 140, "scale {scale}: {worst} at worst");
        }
    }

    /// Curves, stairs, dashes and corners, of all widths.
    fn ways() -> Vec<Shape> {
        let mut shapes: Vec<Shape> = Vec::new();
        for n in 0..6 {
            let width = [0.6, 1.0, 1.2, 1.5, 2.0, 4.0][n];
            let stroke = Stroke::new(width, Color32::from_rgb(20, 120, 60));
            let y = 10.0 + 24.0 * n as f32;
            let wave = |x: f32| pos2(x + 8.0, y + 8.0 * (0.09 * x).sin());
            let curve: Vec<Pos2> = (0..90).map(|i| wave(i as f32)).collect();
            shapes.extend(Shape::dashed_line(
                &[pos2(8.0, y + 10.0), pos2(96.0, y + 17.0)],
                stroke,
                4.0,
                3.0,
            ));
            shapes.push(Shape::line(curve, stroke));
            let stairs =
                (0..16).map(|i| pos2(104.3 + 5.0 * (i / 2) as f32, y + 2.0 * ((i + 1) / 2) as f32));
            shapes.push(Shape::line(stairs.collect(), stroke));
            let sharp = [[160.0, 0.0], [190.0, 4.0], [184.0, 16.0], [160.0, 14.0]];
            let sharp = sharp.map(|[x, dy]: [f32; 2]| pos2(x, y + dy));
            shapes.push(Shape::line(sharp.to_vec(), stroke));
        }
        shapes
    }

    #[test]
    fn lines_look_as_egui_draws_them_with_a_third_of_the_triangles() {
        for scale in [1.0, 1.5] {
            let (whole, many) = frame(false, scale, &ways());
            let (thin, few) = frame(true, scale, &ways());
            let (mean, worst) = difference(&whole, &thin);
            let ink = |image: &ColorImage| -> f64 {
                let dark = |c: &Color32| 255.0 - f64::from(c.g());
                image.pixels.iter().map(dark).sum()
            };
            let ratio = ink(&thin) / ink(&whole);
            println!(
                "scale {scale}: {few} of {many} triangles, ink {ratio:.3}, mean {mean:.1}, worst {worst}"
            );
            assert!(5 * few < 2 * many, "{few} of {many} triangles");
            assert!(
                (ratio - 1.0).abs() < 0.03,
                "scale {scale}: {ratio} of the ink"
            );
            assert!(mean < 20.0, "scale {scale}: {mean} in the mean");
        }
    }

    #[test]
    fn what_lies_within_its_clip_rectangle_is_one_mesh() {
        let clip = Rect::from_min_size(pos2(10.0, 10.0), vec2(50.0, 50.0));
        let dot = |x: f32| Shape::circle_filled(pos2(x, 30.0), 5.0, Color32::RED);
        let clipped = |x: f32| ClippedShape {
            clip_rect: clip,
            shape: dot(x),
            transform_after_tessellation: TSTransform::IDENTITY,
        };
        let mut shapes = [30.0, 40.0, 58.0, 90.0].map(clipped).to_vec();
        shapes[1].clip_rect.max.x += 10.0;
        Lean::default().thin(&mut shapes, 1.0, [2048, 64]);
        let clips: Vec<Rect> = shapes.iter().map(|shape| shape.clip_rect).collect();
        // The last one is not seen.
        assert_eq!(clips, [Rect::EVERYTHING, Rect::EVERYTHING, clip]);
    }

    #[test]
    fn only_shapes_that_do_not_touch_change_places() {
        let picture = |x: f32, id: u64| {
            let place = Rect::from_min_size(pos2(x, 10.0), vec2(20.0, 20.0));
            let mut mesh = Mesh::with_texture(TextureId::User(id));
            mesh.add_rect_with_uv(place, place, Color32::WHITE);
            Shape::mesh(mesh)
        };
        let word = |x: f32| Shape::circle_filled(pos2(x, 20.0), 4.0, Color32::RED);
        let whole = |shape| ClippedShape {
            clip_rect: Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0)),
            shape,
            transform_after_tessellation: TSTransform::IDENTITY,
        };
        // A row of pictures with words beside them; the last word stands on its picture.
        let row = [
            word(5.0),
            picture(10.0, 1),
            word(40.0),
            picture(60.0, 2),
            word(90.0),
            picture(110.0, 1),
            word(120.0),
        ];
        let mut shapes = row.clone().map(whole).to_vec();
        Lean::default().thin(&mut shapes, 1.0, [2048, 64]);
        let places: Vec<usize> = shapes
            .iter()
            .map(|s| row.iter().position(|r| *r == s.shape).unwrap_or(99))
            .collect();
        assert_eq!(places, [0, 2, 4, 1, 5, 3, 6]);
    }

    #[test]
    fn a_box_is_what_it_was_where_quads_would_not_do() {
        let place = Rect::from_min_size(pos2(10.0, 10.0), vec2(80.0, 40.0));
        let ink = Stroke::new(1.0, Color32::BLACK);
        let kind = StrokeKind::Inside;
        let glass = Color32::from_black_alpha(90);
        let mut shapes: Vec<Shape> = vec![
            // What is under these must be seen.
            RectShape::new(place, 4, glass, ink, kind).into(),
            RectShape::stroke(place, 4, Stroke::new(2.0, Color32::BLACK), kind).into(),
            // A shadow.
            RectShape::filled(place, 4, glass)
                .with_blur_width(8.0)
                .into(),
            // Too round for the discs of the texture.
            RectShape::filled(place, 14, glass).into(),
            RectShape::filled(place, 4, glass).with_angle(0.1).into(),
            Shape::circle_stroke(place.center(), 5.0, ink),
            // Wider than any disc of the texture.
            Shape::line_segment([pos2(1.0, 2.0), pos2(9.0, 5.0)], (90.0, Color32::BLACK)),
            Shape::closed_line(vec![pos2(1.0, 2.0), pos2(9.0, 5.0), pos2(2.0, 9.0)], ink),
            Shape::convex_polygon(
                vec![pos2(1.0, 2.0), pos2(9.0, 5.0), pos2(2.0, 9.0)],
                glass,
                ink,
            ),
        ];
        let before = shapes.clone();
        let lean = Lean::default();
        for shape in &mut shapes {
            Quads {
                discs: &lean.discs,
                ppp: 1.0,
                texel: Vec2::splat(1e-3),
            }
            .replace(shape, Rect::EVERYTHING);
        }
        assert_eq!(shapes, before);
    }
}
