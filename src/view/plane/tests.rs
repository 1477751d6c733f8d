//! Whole pictures: what the pointer does to them, and how they look. The pictures go to the directory
//! for temporary files, to be looked at.

use std::sync::Arc;

use eframe::egui::{
    CentralPanel, ColorImage, Frame, Id, Margin, Modifiers, MouseWheelSource, MouseWheelUnit,
    TextureHandle, TextureOptions, Theme, Ui,
};

use super::testing::{Stage, button, moved, save_png};
use super::*;
use crate::base::Random;
use crate::widget::theme::{DARK, LIGHT, Tokens};

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

/// Plays events on the picture, one list a frame, and gives back each frame's answer.
fn play(o: &Options, events: Vec<(Vec<eframe::egui::Event>, Modifiers)>) -> Vec<PlaneResponse> {
    let scene = scene(&LIGHT, 90);
    let mut stage = Stage::new([700.0, 480.0], Theme::Light, 1.0);
    let mut textures = Vec::new();
    let mut view = scene.view;
    let mut answers = Vec::new();
    for (events, modifiers) in [(vec![], Modifiers::NONE)].into_iter().chain(events) {
        let mut answer = None;
        let options = Options {
            view: Some(view),
            tool: o.tool,
            selected: o.selected.clone(),
            ..Default::default()
        };
        stage.frame(events, modifiers, |ui| {
            answer = Some(show(ui, &scene, &mut textures, &options));
        });
        let answer = answer.unwrap();
        view = answer.view;
        answers.push(answer);
    }
    answers
}

fn drag(from: [f32; 2], to: [f32; 2], m: Modifiers) -> Vec<(Vec<eframe::egui::Event>, Modifiers)> {
    let middle = [0, 1].map(|i| (from[i] + to[i]) / 2.0);
    vec![
        (vec![moved(from[0], from[1])], m),
        (vec![button(from[0], from[1], true, m)], m),
        (vec![moved(middle[0], middle[1])], m),
        (vec![moved(to[0], to[1])], m),
        (vec![button(to[0], to[1], false, m)], m),
        (vec![], m),
    ]
}

#[test]
fn a_drag_moves_the_plane() {
    let answers = play(
        &Options::default(),
        drag([300.0, 200.0], [400.0, 150.0], Modifiers::NONE),
    );
    let (first, last) = (&answers[0], answers.last().unwrap());
    let unit = (first.view.x[1] - first.view.x[0]) / f64::from(first.frame.width());
    let moved = first.view.x[0] - last.view.x[0];
    assert!((moved / unit - 100.0).abs() < 1.0, "{}", moved / unit);
    assert!(last.view.y[0] < first.view.y[0]);
    assert!(answers.iter().all(|a| a.boxed.is_none()));
}

#[test]
fn the_wheel_zooms_at_the_pointer_and_a_double_click_fits() {
    let wheel = eframe::egui::Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: [0.0, 100.0].into(),
        phase: eframe::egui::TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    };
    let none = Modifiers::NONE;
    let mut events = vec![
        (vec![moved(300.0, 200.0)], none),
        (vec![wheel], none),
        (vec![], none),
        (vec![], none),
    ];
    let answers = play(&Options::default(), events.clone());
    let (first, last) = (&answers[0], answers.last().unwrap());
    let share = f64::from((300.0 - first.frame.left()) / first.frame.width());
    let at = |v: View| v.x[0] + (v.x[1] - v.x[0]) * share;
    assert!(last.view.x[1] - last.view.x[0] < (first.view.x[1] - first.view.x[0]) * 0.95);
    assert!((at(first.view) - at(last.view)).abs() < 0.3);
    for _ in 0..2 {
        events.push((vec![button(300.0, 200.0, true, none)], none));
        events.push((vec![button(300.0, 200.0, false, none)], none));
    }
    events.push((vec![], none));
    let answers = play(&Options::default(), events);
    assert_eq!(answers.last().unwrap().view, answers[0].view);
}

#[test]
fn a_box_selects_what_lies_inside_and_shift_adds() {
    let scene = scene(&LIGHT, 90);
    for (tool, modifiers, adds) in [
        (Tool::Select, Modifiers::NONE, false),
        (Tool::Select, Modifiers::SHIFT, true),
        (Tool::Pan, Modifiers::COMMAND, false),
        (Tool::Pan, Modifiers::SHIFT, true),
    ] {
        let options = Options {
            tool,
            ..Default::default()
        };
        let answers = play(&options, drag([150.0, 100.0], [450.0, 300.0], modifiers));
        let boxes: Vec<&BoxSelection> = answers.iter().filter_map(|a| a.boxed.as_ref()).collect();
        assert_eq!(boxes.len(), 1, "{tool:?} {modifiers:?}");
        let (chosen, frame) = (boxes[0], answers[0].frame);
        assert_eq!(chosen.add, adds);
        let to_x = |x: f32| {
            let share = f64::from((x - frame.left()) / frame.width());
            scene.view.x[0] + (scene.view.x[1] - scene.view.x[0]) * share
        };
        assert!((chosen.x[0] - to_x(150.0)).abs() < 0.2 && (chosen.x[1] - to_x(450.0)).abs() < 0.2);
        let inside: Vec<u32> = (0..90)
            .filter(|&row| {
                let (x, y) = (scene.points.x[row as usize], scene.points.y[row as usize]);
                x >= chosen.x[0] && x <= chosen.x[1] && y >= chosen.y[0] && y <= chosen.y[1]
            })
            .collect();
        assert!(inside.len() > 5);
        assert_eq!(chosen.rows, inside);
        assert_eq!(
            answers.last().unwrap().view,
            answers[0].view,
            "nothing moves"
        );
    }
}

#[test]
fn a_click_picks_the_point_under_it() {
    let first = &play(&Options::default(), vec![])[0];
    let scene = scene(&LIGHT, 90);
    let share = |v: f64, [low, high]: [f64; 2]| ((v - low) / (high - low)) as f32;
    let row = 7usize;
    let at = first.frame.lerp_inside([
        share(scene.points.x[row], scene.view.x),
        1.0 - share(scene.points.y[row], scene.view.y),
    ]);
    let none = Modifiers::NONE;
    let events = vec![
        (vec![moved(at.x, at.y)], none),
        (vec![button(at.x, at.y, true, none)], none),
        (vec![button(at.x, at.y, false, none)], none),
    ];
    let answers = play(&Options::default(), events);
    assert_eq!(answers.last().unwrap().clicked_row, Some(7));
    let corner = first.frame.left_top() + [3.0, 3.0].into();
    let events = vec![
        (vec![moved(corner.x, corner.y)], none),
        (vec![button(corner.x, corner.y, true, none)], none),
        (vec![button(corner.x, corner.y, false, none)], none),
    ];
    let answers = play(&Options::default(), events);
    assert!(answers.last().unwrap().clicked_nothing);
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
                stale: false,
                legend: &Legend::Scale {
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
