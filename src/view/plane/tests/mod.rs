//! Whole pictures: what the pointer does to them, and how they look.

mod look;
mod pointing;

use std::sync::Arc;

use eframe::egui::{
    CentralPanel, ColorImage, Frame, Id, Margin, TextureHandle, TextureOptions, Ui,
};

use super::*;
use crate::base::Random;
use crate::widget::theme::Tokens;

const MEANS: [[f64; 2]; 3] = [[189.0, 38.8], [196.0, 48.8], [217.0, 47.5]];
const SPREAD: [f64; 2] = [7.0, 2.9];

struct Scene {
    tokens: &'static Tokens,
    points: Arc<PointSet>,
    palette: Palette,
    grid: SurfaceGrid,
    boundary: Boundary,
    wrong: RowSet,
    view: View,
    legend: Legend,
}

fn softmax(x: f64, y: f64) -> [f64; 3] {
    let score = MEANS.map(|m| {
        let d = [(x - m[0]) / SPREAD[0], (y - m[1]) / SPREAD[1]];
        (-0.5 * (d[0] * d[0] + d[1] * d[1])).exp() + 1e-12
    });
    let sum: f64 = score.iter().sum();
    score.map(|s| s / sum)
}

fn scene(tokens: &'static Tokens, rows: usize) -> Scene {
    let mut random = Random::new(11);
    let (mut x, mut y, mut classes, mut wrong) = (vec![], vec![], vec![], vec![]);
    for row in 0..rows {
        let class = row % 3;
        x.push(MEANS[class][0] + random.normal() * SPREAD[0]);
        y.push(MEANS[class][1] + random.normal() * SPREAD[1]);
        classes.push(class as u16);
        let p = softmax(x[row], y[row]);
        if p[class] < 0.5 {
            wrong.push(row as u32);
        }
    }
    let index = nearest::PointIndex::new(&x, &y);
    let [xs, ys] = index.extent().unwrap();
    let view = View::around(xs, ys);
    let size = 200;
    let mut values = Vec::new();
    for row in 0..size {
        for column in 0..size {
            let at = |range, i| surface::centre(range, size, i);
            let p = softmax(at(view.x, column), at(view.y, row));
            values.extend(p.map(|p| p as f32));
        }
    }
    let grid =
        SurfaceGrid::new(SurfaceKind::Classes, [size; 2], [view.x, view.y], 3, values).unwrap();
    let palette = Palette::for_classes(tokens, &[rows / 3; 3]);
    let names = ["Adelie", "Chinstrap", "Gentoo"].map(String::from);
    Scene {
        tokens,
        boundary: boundary::trace(&grid, &palette.groups),
        legend: Legend::of_classes(&names, &palette),
        points: Arc::new(PointSet::new(
            x.into(),
            y.into(),
            Targets::Classes(classes.into()),
            (0..rows as u32).collect(),
        )),
        palette,
        grid,
        wrong: RowSet::from_rows(wrong),
        view,
    }
}

#[derive(Default)]
struct Options {
    selected: RowSet,
    lit: Option<u32>,
    stale: bool,
    scale: Option<f32>,
    density: bool,
    tool: Tool,
    view: Option<View>,
}

fn show(
    ui: &mut Ui,
    scene: &Scene,
    textures: &mut Vec<TextureHandle>,
    o: &Options,
) -> PlaneResponse {
    let load = |ui: &Ui, image: ColorImage| {
        ui.ctx()
            .load_texture("surface", image, TextureOptions::LINEAR)
    };
    if textures.is_empty() {
        textures.push(load(ui, surface::paint(&scene.grid, &scene.palette)));
        let density = density::paint(
            &scene.points,
            scene.view,
            [620, 410],
            density::dot_size(scene.points.len(), 1.0),
            &scene.palette,
        );
        textures.push(load(ui, density));
    }
    let covering = |texture: &TextureHandle| PlaneTexture {
        texture: texture.clone(),
        x: scene.view.x,
        y: scene.view.y,
    };
    let (surface, density) = (covering(&textures[0]), covering(&textures[1]));
    let panel = Frame::NONE
        .fill(scene.tokens.panel)
        .inner_margin(Margin::same(12));
    CentralPanel::default()
        .frame(panel)
        .show(ui, |ui| {
            PlanePicture {
                id: Id::unique("plane"),
                tokens: scene.tokens,
                palette: &scene.palette,
                x: &Axis::number("Flipper length", Some("mm")),
                y: &Axis::number("Bill length", Some("mm")),
                view: o.view.unwrap_or(scene.view),
                fit: scene.view,
                points: &scene.points,
                wrong: &scene.wrong,
                selected: &o.selected,
                lit: o.lit,
                surface: Some(&surface),
                boundary: Some(&scene.boundary),
                density: o.density.then_some(&density),
                marks: &super::marks::Marks::default(),
                stale: o.stale,
                legend: &scene.legend,
                caption: o
                    .stale
                    .then_some("The plane of flipper and bill length; the others at their median"),
                hover_text: &|row| Tooltip {
                    title: format!("Row {row}: Chinstrap"),
                    lines: vec!["held out: Gentoo; the surface: Chinstrap".to_owned()],
                    notes: vec!["Flipper 207 mm · bill 55.8 mm".to_owned()],
                },
                tool: o.tool,
                scale: o.scale.unwrap_or(1.0),
            }
            .show(ui)
        })
        .inner
}
