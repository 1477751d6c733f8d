use std::cell::RefCell;

use eframe::egui::{Color32, ColorImage, TextureHandle, TextureOptions};
use egui_kittest::kittest::Queryable as _;

use super::boundaries::Cells;
use super::*;
use crate::view::parts::colour;
use crate::view::test_picture;

const NAMES: [&str; 12] = [
    "Logistic regression",
    "5 nearest neighbours",
    "SVM (RBF kernel)",
    "Random forest",
    "Neural network",
    "Gradient boosting with a very long name",
    "Gaussian naive Bayes",
    "LDA",
    "QDA",
    "Decision tree",
    "Extra trees",
    "SGD",
];

fn models(n: usize) -> Vec<Compared> {
    (0..n)
        .map(|i| {
            let mean = [0.864, 0.914, 0.902, 0.913, 0.914][i % 5];
            let folds = (0..5)
                .map(|f| {
                    mean + 0.03 * (f as f64 - 2.0) / 2.0 + 0.008 * ((i * 5 + f * 3) as f64).sin()
                })
                .collect();
            let metric = |k: f64| Score {
                mean: mean - 0.01 * k,
                std: 0.02 + 0.004 * k,
            };
            Compared {
                model: ModelKey::of(i, NAMES[i % 12]),
                picture: None,
                score: Score { mean, std: 0.028 },
                standing: match i % 5 {
                    1 => Standing::Best,
                    0 => Standing::Worse(-0.050),
                    _ => Standing::Tie,
                },
                metrics: vec![
                    metric(0.0),
                    metric(1.0),
                    metric(2.0),
                    Score {
                        mean: 0.31 + 0.02 * i as f64,
                        std: 0.05,
                    },
                ],
                folds,
                progress: (i == 4).then(|| (0.6, "9 of 15 fits".to_owned())),
                problem: (i == 6).then(|| "needs two classes".to_owned()),
                waits: false,
                note: None,
            }
        })
        .collect()
}

fn metrics() -> Vec<MetricName> {
    [
        ("CA", true),
        ("AUC", true),
        ("F1", true),
        ("LogLoss", false),
    ]
    .map(|(name, up)| MetricName {
        name: name.into(),
        higher_is_better: up,
    })
    .to_vec()
}

const BASELINE: [Score; 4] = [
    Score {
        mean: 0.5,
        std: 0.007,
    },
    Score {
        mean: 0.5,
        std: 0.0,
    },
    Score {
        mean: 0.333,
        std: 0.004,
    },
    Score {
        mean: 0.693,
        std: 0.0,
    },
];

fn comparison<'a>(
    models: &'a [Compared],
    metrics: &'a [MetricName],
    tab: CompareTab,
) -> Comparison<'a> {
    Comparison {
        models,
        selected: Some(2),
        metrics,
        ranking: 0,
        baseline: &BASELINE,
        baseline_name: "most frequent class",
        aspect: 1.6,
        tab,
        tie_note: "p > 0.05",
        has_folds: true,
    }
}

/// Two class tints that meet on a slope, so that pictures show whether they keep their shape.
fn tinted(ui: &Ui, t: &Tokens, kept: &mut Option<TextureHandle>) -> TextureId {
    let made = kept.get_or_insert_with(|| {
        let (w, h) = (96, 60);
        let pixels = (0..w * h)
            .map(|i| {
                let class = usize::from((i % w) as f32 * 0.6 > (i / w) as f32);
                colour::mix(t.plot, t.class_fill(class), 0.38)
            })
            .collect::<Vec<Color32>>();
        let image = ColorImage::new([w, h], pixels);
        ui.ctx()
            .load_texture("boundary", image, TextureOptions::LINEAR)
    });
    made.id()
}

fn draw(name: &str, size: eframe::egui::Vec2, n: usize, tab: CompareTab) {
    let metrics = metrics();
    let mut theme = None;
    let mut texture = None;
    test_picture::draw(name, size, |ui, t| {
        if theme != Some(t.plot) {
            (theme, texture) = (Some(t.plot), None);
        }
        let id = tinted(ui, t, &mut texture);
        let mut models = models(n);
        for model in models.iter_mut().filter(|m| m.problem.is_none()) {
            model.picture = Some(id);
        }
        compare(ui, t, &comparison(&models, &metrics, tab));
    });
}

#[test]
fn it_draws_one_to_twelve_models_in_both_themes() {
    draw("compare-one", vec2(700.0, 420.0), 1, CompareTab::Boundaries);
    draw(
        "compare-five",
        vec2(940.0, 480.0),
        5,
        CompareTab::Boundaries,
    );
    draw(
        "compare-twelve",
        vec2(720.0, 560.0),
        12,
        CompareTab::Boundaries,
    );
    draw("compare-scores", vec2(820.0, 330.0), 5, CompareTab::Scores);
    draw("compare-folds", vec2(820.0, 400.0), 7, CompareTab::Folds);
    draw(
        "compare-narrow",
        vec2(220.0, 700.0),
        3,
        CompareTab::Boundaries,
    );
}

#[test]
fn cells_keep_their_width_and_use_the_room() {
    let foot = |_: f32| 24.0;
    let one = Cells::of(1, vec2(2000.0, 2000.0), 1.6, foot);
    assert_eq!((one.columns, one.width), (1, 640.0));
    for n in 1..=12 {
        let cells = Cells::of(n, vec2(920.0, 440.0), 1.6, foot);
        assert!(cells.width >= 160.0 && cells.columns <= n, "{cells:?}");
        let rows = n.div_ceil(cells.columns) as f32;
        let five = cells.columns == 5 && cells.width == 177.0;
        assert!(
            rows * (cells.height(1.6) + 8.0) <= 441.0 || five,
            "{n} {cells:?}"
        );
    }
    assert_eq!(Cells::of(3, vec2(100.0, 100.0), 1.6, foot).columns, 1);
}

#[test]
fn the_best_is_by_the_metrics_direction() {
    let score = |mean: f64| Score { mean, std: 0.0 };
    let metric = |up| MetricName {
        name: "m".into(),
        higher_is_better: up,
    };
    let scores = [score(0.5), score(f64::NAN), score(0.9), score(0.9003)];
    assert_eq!(scores::best_rows(&metric(true), &scores), [2, 3]);
    assert_eq!(scores::best_rows(&metric(false), &scores), [0]);
    assert!(scores::best_rows(&metric(true), &[Score::NONE]).is_empty());
}

#[test]
fn cells_and_tabs_are_clicked_by_name() {
    let models = models(3);
    let metrics = metrics();
    for tab in CompareTab::ALL {
        let got = RefCell::new(CompareResponse::default());
        let mut harness = test_picture::harness(vec2(700.0, 500.0), |ui, t| {
            let r = compare(ui, t, &comparison(&models, &metrics, tab));
            let mut kept = got.borrow_mut();
            kept.clicked = r.clicked.or(kept.clicked);
            kept.tab = r.tab.or(kept.tab);
        });
        harness
            .get_by_label("B 5 nearest neighbours: 0.914 ± 0.028, best")
            .click();
        harness.run_steps(2);
        harness.get_by_label("Show: Folds").click();
        harness.run_steps(2);
        drop(harness);
        let expected = CompareResponse {
            tab: Some(CompareTab::Folds),
            clicked: Some(1),
            picture: None,
        };
        assert_eq!(got.into_inner(), expected, "{tab:?}");
    }
}
