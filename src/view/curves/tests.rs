use super::*;
use crate::view::test_picture;
use egui_kittest::kittest::Queryable as _;

fn line(place: usize, planned: f64, done: f64, unit: &str, level: f64, pace: f64) -> CurveLine {
    let points = (1..=done as usize)
        .map(|step| {
            let x = step as f64;
            let wobble = 0.004 * (x * 1.7 + place as f64).sin();
            let validation = level - (level - 0.36) * (-x / pace).exp() + wobble;
            CurvePoint {
                x,
                validation,
                std: 0.03 * (-x / 60.0).exp() + 0.01,
                training: (validation + 0.03).min(1.0),
            }
        })
        .collect();
    CurveLine {
        model: ModelKey::of(place, "Model"),
        points,
        planned,
        unit: unit.into(),
        running: done < planned,
        marker: None,
    }
}

fn mixed() -> CurveSet {
    CurveSet {
        kind: CurveKind::Training,
        measure: Measure::Score,
        choices: SCORE_OR_LOSS,
        along: None,
        lines: vec![
            line(0, 100.0, 100.0, "iterations", 0.957, 8.0),
            line(1, 100.0, 62.0, "trees", 0.948, 0.2),
            line(2, 200.0, 40.0, "epochs", 0.951, 5.0),
        ],
        objective: None,
        rows: "validation",
        training: "training",
        baseline: Some(0.442),
        scrub: Some(0.62),
        scale: 1.0,
        empty: "",
    }
}

fn over_k() -> CurveSet {
    let points: Vec<CurvePoint> = (1..=100)
        .map(|k| {
            let x = f64::from(k);
            CurvePoint {
                x,
                validation: 0.9 - 0.03 / x - 0.0005 * (x - 30.0).max(0.0) + 0.003 * (x * 2.1).sin(),
                std: 0.045,
                training: 0.88 + 0.12 / x - 0.0004 * (x - 30.0).max(0.0),
            }
        })
        .collect();
    CurveSet {
        kind: CurveKind::Validation {
            parameter: "k".into(),
            log: true,
        },
        measure: Measure::Score,
        choices: &[],
        along: None,
        lines: vec![CurveLine {
            model: ModelKey::of(0, "k nearest neighbours"),
            points: points.into(),
            planned: 100.0,
            unit: "".into(),
            running: false,
            marker: Some(15.0),
        }],
        objective: None,
        rows: "validation",
        training: "training",
        baseline: Some(0.5),
        scrub: None,
        scale: 1.0,
        empty: "",
    }
}

fn many() -> CurveSet {
    let mut set = mixed();
    set.lines = (0..12)
        .map(|i| {
            let done = if i % 4 == 3 { 63.0 } else { 100.0 };
            line(
                i,
                100.0,
                done,
                "trees",
                0.95 - 0.002 * i as f64,
                4.0 + i as f64,
            )
        })
        .collect();
    set.scrub = None;
    set.baseline = Some(0.2);
    set
}

#[test]
fn curves_draw_in_both_themes() {
    let wide = vec2(704.0, 190.0);
    test_picture::draw("curves", wide, |ui, t| {
        curves(ui, t, &mixed());
    });
    test_picture::draw("curves-many", wide, |ui, t| {
        curves(ui, t, &many());
    });
    test_picture::draw("curves-narrow", vec2(300.0, 160.0), |ui, t| {
        curves(ui, t, &many());
    });
    test_picture::draw("curves-over-k", vec2(420.0, 220.0), |ui, t| {
        curves(ui, t, &over_k());
    });
    let mut big = over_k();
    big.scale = 1.75;
    test_picture::draw("curves-projector", vec2(440.0, 340.0), |ui, t| {
        curves(ui, t, &big);
    });
    let mut none = mixed();
    none.lines.iter_mut().for_each(|l| l.points = Arc::new([]));
    test_picture::draw("curves-empty", wide, |ui, t| {
        curves(ui, t, &none);
    });
}

#[test]
fn hovering_tells_every_models_value() {
    let hover = egui::Event::PointerMoved(egui::pos2(200.0, 90.0));
    let events = [hover.clone(), hover];
    test_picture::draw_with("curves-hover", vec2(704.0, 230.0), &events, |ui, t| {
        curves(ui, t, &mixed());
    });
}

#[test]
fn the_axis_is_in_the_shared_unit_or_in_shares() {
    assert_eq!(mixed().x_scale(), XScale::Share);
    let many = many();
    assert_eq!(
        many.x_scale(),
        XScale::Steps {
            unit: "trees".into(),
            end: 100.0
        }
    );
}

#[test]
fn the_range_fits_the_values_and_not_the_baseline() {
    let (low, high) = layout::y_range(&over_k());
    assert!(low > 0.8 && high < 1.05, "{low} {high}");
    let mut loss = mixed();
    loss.measure = Measure::Loss;
    let mut points = loss.lines[0].points.to_vec();
    points[0].validation = 1e9;
    loss.lines[0].points = points.into();
    assert!(layout::y_range(&loss).1 < 10.0);
    loss.lines.clear();
    assert_eq!(layout::y_range(&loss), (0.0, 1.0));
}

#[test]
fn thinning_keeps_extremes_and_order() {
    let mut points: Vec<egui::Pos2> = (0..50_000)
        .map(|i| egui::pos2(i as f32 / 100.0, (i as f32 * 0.1).sin()))
        .collect();
    points[25_050].y = 77.0;
    let thin = layout::thin(points);
    assert!(thin.len() <= 4 * 500);
    assert!(thin.iter().any(|p| p.y == 77.0));
    assert!(thin.windows(2).all(|w| w[0].x <= w[1].x));
}

#[test]
fn values_are_looked_up_by_the_axis() {
    let set = mixed();
    assert_eq!(layout::point_at(&set, &set.lines[0], 0.5).unwrap().x, 50.0);
    assert_eq!(layout::point_at(&set, &set.lines[2], 0.1).unwrap().x, 20.0);
    assert!(layout::point_at(&set, &set.lines[2], 0.9).is_none());
    assert_eq!(layout::nearest_x(&over_k(), 15.3), Some(15.0));
}

#[test]
fn switch_and_keys_answer() {
    use std::cell::RefCell;
    let answers = RefCell::new(None::<CurveResponse>);
    let mut harness = test_picture::harness(vec2(704.0, 190.0), |ui, t| {
        let mut r = curves(ui, t, &over_k_with_loss());
        if let Some(kept) = answers.take() {
            r.measure = r.measure.or(kept.measure);
            r.chosen = r.chosen.or(kept.chosen);
        }
        answers.replace(Some(r));
    });
    harness.get_by_label("Curve: Loss").click();
    harness.run_steps(2);
    harness.get_by_label("Score over k").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(2);
    drop(harness);
    let got = answers.into_inner().unwrap();
    assert_eq!(got.measure, Some(Measure::Loss));
    assert_eq!(got.chosen, Some(16.0));
}

fn over_k_with_loss() -> CurveSet {
    let mut set = over_k();
    set.choices = SCORE_OR_LOSS;
    set
}
