//! What the pointer does: hover, click, drag, wheel, box.

use eframe::egui::{Modifiers, MouseWheelSource, MouseWheelUnit, Theme};

use super::super::testing::{Stage, button, moved};
use super::super::*;
use super::{Options, scene, show};
use crate::widget::theme::LIGHT;

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
        assert_eq!(chosen.rows.as_ref(), Some(&inside));
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
