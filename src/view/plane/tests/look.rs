//! Pictures of every kind, drawn into the directory for temporary files, to be looked at.

use std::sync::Arc;

use eframe::egui::{CentralPanel, Id, Modifiers, TextureOptions, Theme};

use super::super::testing::{Stage, moved, save_png};
use super::super::*;
use super::{Options, scene, show};
use crate::base::Random;
use crate::widget::theme::{DARK, LIGHT};

#[test]
fn pictures_in_both_themes() {
    for (theme, tokens, name) in [
        (Theme::Light, &LIGHT, "light"),
        (Theme::Dark, &DARK, "dark"),
    ] {
        let scene = scene(tokens, 342);
        let mut stage = Stage::new([700.0, 480.0], theme, 1.0);
        let mut textures = Vec::new();
        let mut at = None;
        let wrong = scene.wrong.iter().nth(3).unwrap();
        let options = Options::default();
        stage.frame(vec![], Modifiers::NONE, |ui| {
            let frame = show(ui, &scene, &mut textures, &options).frame;
            let place = |v: f64, [low, high]: [f64; 2]| ((v - low) / (high - low)) as f32;
            let x = place(scene.points.x[wrong as usize], scene.view.x);
            let y = place(scene.points.y[wrong as usize], scene.view.y);
            at = Some(frame.lerp_inside([x, 1.0 - y]));
        });
        let at = at.unwrap();
        let mut hovered = None;
        for _ in 0..2 {
            stage.frame(vec![moved(at.x, at.y)], Modifiers::NONE, |ui| {
                hovered = show(ui, &scene, &mut textures, &options).hovered_row;
            });
        }
        assert_eq!(hovered, Some(wrong));
        stage.save(&format!("plane_{name}.png"));
        let selected = RowSet::from_rows((0..342).filter(|r| scene.points.y[*r as usize] > 50.0));
        let options = Options {
            selected,
            stale: true,
            ..Default::default()
        };
        stage.frame(vec![moved(1.0, 1.0)], Modifiers::NONE, |ui| {
            show(ui, &scene, &mut textures, &options);
        });
        stage.save(&format!("plane_selected_{name}.png"));
    }
}
#[test]
fn pictures_at_the_projector_with_many_rows_and_small() {
    let few = scene(&LIGHT, 342);
    let mut stage = Stage::new([800.0, 600.0], Theme::Light, 1.0);
    let options = Options {
        scale: Some(1.75),
        lit: Some(5),
        ..Default::default()
    };
    let mut textures = Vec::new();
    let mut frame = None;
    stage.frame(vec![], Modifiers::NONE, |ui| {
        frame = Some(show(ui, &few, &mut textures, &options).frame);
    });
    let ([width, height], pixels) = stage.draw();
    save_png("plane_projector.png", [width, height], &pixels);
    // The top left corner of the frame shows the surface's top left cell.
    let corner = frame.unwrap().left_top() + eframe::egui::vec2(4.0, 4.0);
    let at = (corner.y as usize * width + corner.x as usize) * 3;
    let cell = surface::paint(&few.grid, &few.palette).pixels[0];
    for (found, want) in pixels[at..at + 3]
        .iter()
        .zip([cell.r(), cell.g(), cell.b()])
    {
        assert!(found.abs_diff(want) <= 2, "{found} {want}");
    }

    let many = scene(&DARK, 60_000);
    let mut stage = Stage::new([700.0, 480.0], Theme::Dark, 1.0);
    let options = Options {
        density: true,
        ..Default::default()
    };
    let mut textures = Vec::new();
    stage.frame(vec![], Modifiers::NONE, |ui| {
        show(ui, &many, &mut textures, &options);
    });
    stage.save("plane_density.png");

    for (scene, name) in [
        (&few, "small_light.png"),
        (&scene(&DARK, 300), "small_dark.png"),
    ] {
        let small = SmallPicture {
            view: scene.view,
            grid: Some(&scene.grid),
            boundary: Some(&scene.boundary),
            points: Some(&scene.points),
            palette: &scene.palette,
            marker_radius: 2.0,
        };
        let image = paint_small(&small, [160, 100], 1.0);
        let rgb: Vec<u8> = image
            .pixels
            .iter()
            .flat_map(|c| [c.r(), c.g(), c.b()])
            .collect();
        save_png(name, [160, 100], &rgb);
        assert!(image.pixels.iter().all(|c| c.a() == 255));
    }
}

#[test]
fn a_curve_over_one_feature() {
    let mut random = Random::new(5);
    let x: Vec<f64> = (0..50).map(|_| random.uniform() * 10.0).collect();
    let y: Vec<f64> = x.iter().map(|x| x.sin() * 3.0 + random.normal()).collect();
    let points = Arc::new(PointSet::new(
        x.into(),
        y.clone().into(),
        Targets::Numbers(y.into()),
        (0..50).collect(),
    ));
    let palette = Palette::for_numbers(&LIGHT, [-4.0, 4.0]);
    let curve: Vec<[f64; 2]> = (0..=200)
        .map(|i| f64::from(i) / 20.0)
        .map(|x| [x, x.sin() * 3.0])
        .collect();
    let curve: Arc<[Vec<[f64; 2]>]> = vec![curve].into();
    let [xs, ys] = points.index.extent().unwrap();
    let view = View::around(xs, ys);
    let mut stage = Stage::new([700.0, 480.0], Theme::Light, 1.0);
    stage.frame(vec![], Modifiers::NONE, |ui| {
        CentralPanel::default().show(ui, |ui| {
            CurvePicture {
                id: Id::unique("curve"),
                tokens: &LIGHT,
                palette: &palette,
                x: &Axis::number("Depth", Some("m")),
                y: &Axis::number("Load", None),
                view,
                fit: view,
                points: &points,
                selected: &RowSet::default(),
                lit: None,
                curve: Some(&curve),
                colour: LIGHT.accent,
                fitted: None,
                density: None,
                stale: false,
                caption: None,
                hover_text: &|_| Tooltip::default(),
                tool: Tool::Pan,
                scale: 1.0,
            }
            .show(ui)
        });
    });
    stage.save("curve.png");
}

#[test]
fn a_number_over_categories_and_dates() {
    let mut random = Random::new(9);
    let day = 86_400.0;
    let x: Vec<f64> = (0..200)
        .map(|_| (1.17e9 + random.uniform() * 900.0 * day).round())
        .collect();
    let y: Vec<f64> = (0..200)
        .map(|i| f64::from(i % 4) + random.uniform() * 0.4 - 0.2)
        .collect();
    let value: Vec<f64> = x
        .iter()
        .zip(&y)
        .map(|(x, y)| (x - 1.17e9) / day / 9.0 + y * 10.0)
        .collect();
    let points = Arc::new(PointSet::new(
        x.into(),
        y.into(),
        Targets::Numbers(value.into()),
        (0..200).collect(),
    ));
    let palette = Palette::for_numbers(&DARK, [0.0, 130.0]);
    let view = View::new([1.165e9, 1.255e9], [-0.5, 3.5]);
    let values: Vec<f32> = (0..16)
        .flat_map(|y| (0..16).map(move |x| (x * 6 + y * 2) as f32))
        .collect();
    let grid =
        SurfaceGrid::new(SurfaceKind::Numbers, [16, 16], [view.x, view.y], 1, values).unwrap();
    let levels = [
        "Biscoe",
        "Dream",
        "a rather long name of an island far away",
        "Torgersen",
    ];
    let (x, y) = (
        Axis {
            title: "Date of the count".into(),
            unit: None,
            kind: AxisKind::Date,
        },
        Axis {
            title: "Island".into(),
            unit: None,
            kind: AxisKind::Category(levels.map(String::from).into()),
        },
    );
    let mut stage = Stage::new([520.0, 360.0], Theme::Dark, 1.25);
    let mut texture = None;
    stage.frame(vec![], Modifiers::NONE, |ui| {
        let handle = texture.get_or_insert_with(|| {
            let image = surface::paint(&grid, &palette);
            ui.ctx()
                .load_texture("surface", image, TextureOptions::LINEAR)
        });
        let surface = PlaneTexture {
            texture: handle.clone(),
            x: view.x,
            y: view.y,
        };
        CentralPanel::default().show(ui, |ui| {
            let none = RowSet::default();
            let answer = PlanePicture {
                id: Id::unique("numbers"),
                tokens: &DARK,
                palette: &palette,
                x: &x,
                y: &y,
                view,
                fit: view,
                points: &points,
                wrong: &none,
                selected: &none,
                lit: None,
                surface: Some(&surface),
                boundary: None,
                density: None,
                marks: &super::super::marks::Marks::default(),
                stale: false,
                legend: &Legend::Scale {
                    name: "weight".into(),
                    low: "0 g".into(),
                    high: "130 g".into(),
                },
                caption: None,
                hover_text: &|_| Tooltip::default(),
                tool: Tool::Pan,
                scale: 1.0,
            }
            .show(ui);
            // Whole pixels, also where a point is not one; egui rounds to 1/32 of a point.
            let left = answer.frame.left() * 1.25;
            assert!((left - left.round()).abs() < 0.05, "{left}");
            assert!(
                answer.frame.left() < 160.0,
                "long names leave room for the picture"
            );
        });
    });
    stage.save("plane_numbers.png");
    let small = SmallPicture {
        view,
        grid: Some(&grid),
        boundary: None,
        points: Some(&points),
        palette: &palette,
        marker_radius: 2.0,
    };
    let image = paint_small(&small, [160, 100], 1.0);
    let rgb: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|c| [c.r(), c.g(), c.b()])
        .collect();
    save_png("small_numbers.png", [160, 100], &rgb);
    // Markers stand out although their fill is the ground's: dark on light, light on dark.
    let near = |colour: eframe::egui::Color32| {
        let close = |c: &&eframe::egui::Color32| c.r().abs_diff(colour.r()) < 48;
        image.pixels.iter().filter(close).count()
    };
    assert!(near(DARK.strong) > 50 && near(DARK.plot) > 50);
}
