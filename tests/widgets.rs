//! Every part of the window, drawn in both themes and clicked through.
//!
//! `SEEFIT_KEEP_PICTURES=folder cargo test --test widgets` keeps the galleries for the eye.
#![cfg(feature = "gui")]
mod common;

use common::{Gallery, cut_words, keep_picture};
use eframe::egui::{self, Rect, Theme, Ui, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::widget::card_data::{Card, CardAction, CardState, Engines, Progress};
use seefit::widget::column_row::{ColumnAction, ColumnKind, ColumnRole, ColumnRow};
use seefit::widget::combo::Combo;
use seefit::widget::empty::{Empty, empty};
use seefit::widget::knob::{Knob, KnobKind, KnobValue};
use seefit::widget::notice::{Notice, NoticeAction, Weight, notice};
use seefit::widget::parameter_row::{KnobAction, parameter_row, projector_knob};
use seefit::widget::score_rows::{Standing, baseline_row, rail_model, standing, verdict};
use seefit::widget::score_track::Track;
use seefit::widget::sparkline::Spark;
use seefit::widget::text::Rich;
use seefit::widget::thumbnail::{Dots, Thumbnail};
use seefit::widget::toast::Tone;
use seefit::widget::tokens::Tokens;
use seefit::widget::{
    badge, button, choice, column_row, data_row, disclosure, format, icons, marker, model_card,
    theme,
};

const SIZE: Vec2 = vec2(1080.0, 980.0);

fn knobs() -> Vec<Knob> {
    let integer = |name: &str, max, log, none_at_max, value, default| Knob {
        name: name.into(),
        help:
            "The fewest training rows a leaf may hold. A larger number makes the surface smoother."
                .into(),
        kind: KnobKind::Integer {
            min: 1,
            max,
            log,
            none_at_max,
        },
        value,
        default,
        disabled_because: None,
    };
    use KnobValue::{Choice, Integer, None as NoLimit, Switch};
    vec![
        integer("Trees", 1000, true, false, Integer(100), Integer(100)),
        integer("Depth limit", 30, false, true, NoLimit, NoLimit),
        integer("Rows per leaf", 50, true, false, Integer(4), Integer(1)),
        Knob {
            kind: KnobKind::Choice {
                options: vec![
                    ("gini".into(), "Gini".into()),
                    ("entropy".into(), "Entropy".into()),
                ],
            },
            value: Choice("gini".into()),
            default: Choice("gini".into()),
            ..integer("Split measure", 1, false, false, NoLimit, NoLimit)
        },
        Knob {
            kind: KnobKind::Switch,
            value: Switch(true),
            default: Switch(false),
            ..integer("Bootstrap", 1, false, false, NoLimit, NoLimit)
        },
        Knob {
            disabled_because: Some("Only without bootstrap.".into()),
            ..integer("Sample size", 300, false, false, Integer(80), Integer(80))
        },
    ]
}

fn card(key: u64, name: &str, state: CardState) -> Card {
    let score = Some(format::score_with_spread(0.948, Some(0.036)));
    Card {
        key,
        model: key as usize,
        name: name.into(),
        score,
        track: Track {
            range: [0.3, 1.0],
            mean: Some(0.948),
            spread: Some(0.036),
            baseline: Some(0.442),
        },
        progress: matches!(state, CardState::Fitting | CardState::Stopped { .. }).then(|| {
            Progress {
                share: 0.62,
                words: "62 of 100 trees".into(),
            }
        }),
        state,
        keeps_row: false,
        stale: None,
        engines: Engines {
            names: vec!["Seefit".into(), "smartcore".into()],
            selected: 0,
        },
        selected: false,
        hidden: false,
        fitted: false,
        open: false,
    }
}

fn thumbnail(shift: f64, styles: usize) -> Thumbnail {
    let points: Vec<[f64; 2]> = (0..180)
        .map(|i| {
            let (class, angle) = ((i % styles) as f64, f64::from(i as u32) * 2.4);
            let r = 0.3 * (f64::from(i as u32) / 180.0).sqrt();
            [
                class * shift + r * angle.cos(),
                class * 0.3 + r * angle.sin(),
            ]
        })
        .collect();
    Thumbnail::new(
        &points,
        Dots::Classes((0..180).map(|i| i % styles).collect()),
    )
}

fn columns() -> Vec<ColumnRow> {
    let row = |name: &str, unit: &str, role, kind, spark, missing, selected| ColumnRow {
        name: name.into(),
        unit: unit.into(),
        kind,
        role,
        spark,
        missing,
        detail: "number, 32.1 to 59.6".into(),
        selected,
        unusable_because: None,
    };
    let hump = || {
        Spark::Bins(
            (0..18)
                .map(|i| (i as f32 * (18 - i) as f32).max(4.0))
                .collect(),
        )
    };
    use ColumnKind::{Category, Number, Text};
    use ColumnRole::{Feature, Target};
    vec![
        row(
            "Species",
            "",
            Target,
            Category,
            Spark::Classes(vec![(152.0, 0), (68.0, 1), (124.0, 2)]),
            0.0,
            false,
        ),
        row(
            "Bill length",
            "mm",
            Feature(true),
            Number,
            hump(),
            0.006,
            true,
        ),
        row(
            "Flipper length",
            "mm",
            Feature(true),
            Number,
            hump(),
            0.006,
            false,
        ),
        row("Body mass", "g", Feature(false), Number, hump(), 0.0, false),
        ColumnRow {
            unusable_because: Some("Text of its own in every row.".into()),
            ..row(
                "A remark that goes on and on",
                "",
                Feature(false),
                Text,
                Spark::Empty,
                0.32,
                false,
            )
        },
    ]
}

/// Left: data and columns. Middle: buttons, choices, notices. Right: cards.
fn gallery(ui: &mut Ui, state: &mut Gallery) {
    let t = Tokens::of(ui);
    let all = ui.max_rect();
    ui.painter().rect_filled(all, 0.0, t.panel);
    let column = |left: f32, right: f32| Rect::from_min_max(pos2(left, 8.0), pos2(right, 972.0));
    let place = |rect| egui::UiBuilder::new().max_rect(rect);
    ui.scope_builder(place(column(0.0, 320.0)), |ui| left_part(ui, state));
    ui.scope_builder(place(column(336.0, 770.0)), |ui| middle_part(ui, state));
    ui.scope_builder(place(column(782.0, 1072.0)), |ui| right_part(ui, state));
    let within = Rect::from_min_max(pos2(320.0, 0.0), pos2(776.0, 980.0));
    if state.toasts.is_empty() {
        let show = Some(("Show".to_owned(), ()));
        state
            .toasts
            .push(0.0, Tone::Done, "Picture saved as forest.png", show);
    }
    if state.toasts.show(ui, within, 0.0).is_some() {
        state.said.push("toast".into());
    }
}

fn left_part(ui: &mut Ui, state: &mut Gallery) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let sets = [
        ("Penguins", "344 rows · 8 columns"),
        ("Iris", "150 rows · 5 columns"),
    ];
    for (i, (name, detail)) in sets.into_iter().enumerate() {
        while state.thumbnails.len() <= i {
            state.thumbnails.push(thumbnail(0.5, 3 - i));
        }
        let response = data_row::data_row(ui, name, detail, &mut state.thumbnails[i], i == 0);
        if response.clicked() {
            state.said.push(format!("data {name}"));
        }
    }
    ui.add_space(8.0);
    column_row::list_head(ui, "Columns", "missing");
    for wide in [false, true] {
        ui.push_id(wide, |ui| {
            for column in columns() {
                if let Some(action) = column_row::column_row(ui, &column, wide) {
                    state.said.push(format!("{} {action:?}", column.name));
                }
            }
        });
        ui.add_space(8.0);
    }
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        for model in [0, 1, 2, 3, 4, 5, 26] {
            badge::badge(ui, model, false);
        }
        badge::badge(ui, 3, true);
    });
    ui.add_space(8.0);
    let t = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(320.0, 60.0), egui::Sense::hover());
    for i in 0..10 {
        let at = pos2(rect.left() + 20.0 + 24.0 * i as f32, rect.top() + 14.0);
        marker::paint(ui.painter(), t, at, i, 5.0);
        marker::paint(ui.painter(), t, at + vec2(0.0, 22.0), i, 3.5);
    }
    let mut rings = egui::Mesh::default();
    let ring = marker::Ring::new(7.0, 1.5, 1.0);
    for i in 0..10 {
        let at = pos2(rect.left() + 20.0 + 24.0 * i as f32, rect.top() + 36.0);
        ring.append(&mut rings, at, t.strong, t.plot);
    }
    ui.painter().add(rings);
}

fn middle_part(ui: &mut Ui, state: &mut Gallery) {
    let say = |state: &mut Gallery, clicked: bool, what: &str| {
        if clicked {
            state.said.push(what.into());
        }
    };
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.horizontal(|ui| {
        let clicked = ui.add(button::primary("Leave both rows out")).clicked();
        say(state, clicked, "primary");
        ui.add(button::secondary("Show them"));
        ui.add(button::quiet("Keep them"));
        ui.add(button::secondary("Off").disabled_because(Some("Nothing is selected.")));
    });
    ui.horizontal(|ui| {
        ui.add(button::secondary("Open…").icon(icons::FOLDER_OPEN));
        ui.add(button::primary("Continue").filled_icon(icons::PLAY));
        for (icon, name) in [
            (icons::UNDO, "Undo"),
            (icons::REDO, "Redo"),
            (icons::DICE, "New seed"),
            (icons::PROJECTOR, "Projector"),
            (icons::MOON, "Dark"),
        ] {
            let on = icon == icons::PROJECTOR;
            ui.add(button::IconButton::new(icon, name, name).on(on));
        }
        button::key_cap(ui, "Ctrl K");
    });
    ui.horizontal(|ui| {
        let folds = ["5 folds, stratified", "Holdout 30 %"];
        if let Some(i) = Combo::new("Test on").show(ui, &folds, state.picked) {
            state.picked = i;
        }
        Combo::new("Score").show(ui, &["CA", "AUC"], 0);
        Combo::new("Kind")
            .without_label()
            .width(110.0)
            .show(ui, &["Probability"], 0);
    });
    ui.horizontal(|ui| {
        let names = ["Boundaries", "Scores", "Folds", "ROC"];
        if let Some(i) = choice::segmented(ui, "View", &names, state.segment) {
            state.segment = i;
        }
        for mark in [
            Standing::Best,
            Standing::Tie,
            Standing::Behind("−0.050".into()),
        ] {
            standing(ui, &mark);
        }
    });
    ui.horizontal(|ui| {
        for on in [true, false] {
            ui.push_id(on, |ui| {
                choice::checkbox(ui, if on { "Scale" } else { "Shuffle" }, on);
                choice::switch(ui, if on { "Live" } else { "Reduce motion" }, on);
            });
        }
    });
    let words = Rich::default()
        .bold("Two rows have no measurements.")
        .plain(" In rows 4 and 272 bill length, bill depth, flipper length and body mass are all empty.");
    let buttons = ["Leave out", "Show rows", "Keep"]
        .map(str::to_owned)
        .to_vec();
    let warning = Notice {
        weight: Weight::Warning,
        words,
        buttons,
        closable: true,
    };
    if notice(ui, &warning) == Some(NoticeAction::Close) {
        state.said.push("closed".into());
    }
    ui.push_id("inline", |ui| {
        let words = Rich::from("Two of five models cannot run on this data.");
        let buttons = vec!["Details".to_owned()];
        notice(
            ui,
            &Notice {
                weight: Weight::Failure,
                words,
                buttons,
                closable: false,
            },
        );
    });
    let (rect, _) = ui.allocate_exact_size(vec2(430.0, 230.0), egui::Sense::hover());
    ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
        let nothing = Empty {
            title: "Nothing to compare yet",
            sentence: "A comparison needs two models. You have one: logistic regression on penguins.",
            ghosts: 3,
            primary: Some((icons::LIGHTNING, "Add all quick models")),
            secondary: Some("Choose models…"),
            note: "Six models, about 2 seconds.",
        };
        empty(ui, &nothing);
    });
    let failed = CardState::Failed {
        words: "Failed at epoch 3".into(),
        detail: "The loss grew without bound. Try a smaller learning rate.".into(),
        fixes: vec!["Halve the learning rate".into(), "Remove".into()],
    };
    let waiting = Card {
        score: None,
        track: Track::default(),
        ..card(7, "k nearest neighbours", CardState::Waiting)
    };
    for card in [card(6, "Neural network (MLP)", failed), waiting] {
        model_card::model_card(ui, &card, |_| {});
    }
    ui.horizontal(|ui| {
        rail_model(ui, 0, "Logistic regression", "0.957", true);
        rail_model(ui, 1, "Random forest", "0.948", false);
    });
}

fn right_part(ui: &mut Ui, state: &mut Gallery) {
    ui.spacing_mut().item_spacing.y = 8.0;
    let fitting = Card {
        selected: true,
        open: true,
        ..card(1, "Random forest", CardState::Fitting)
    };
    let mut turned: Vec<(String, KnobAction)> = Vec::new();
    let knobs = state.knobs.get_or_insert_with(knobs);
    let mut actions = Vec::new();
    let action = model_card::model_card(ui, &fitting, |ui| {
        for knob in knobs.iter_mut() {
            let action = parameter_row(ui, knob.name.clone(), knob);
            if let Some(value) = &action.change {
                knob.value = value.clone();
                turned.push((knob.name.clone(), action));
            }
        }
        disclosure::disclosure(ui, "6 more parameters", false);
    });
    actions.extend(action.map(|action| (1, action)));
    state.turned.extend(turned);
    let stopped = CardState::Stopped {
        detail: "The score and the surface are those of the first 62 trees.".into(),
    };
    let reason = Rich::default()
        .plain("It predicts a number; the target ")
        .bold("Species")
        .plain(" is a category.");
    let cannot = CardState::CannotRun {
        reason,
        fixes: vec!["Use logistic regression".into()],
    };
    let stale = Some("score of C = 1, until then".to_owned());
    let cards = [
        Card {
            hidden: true,
            ..card(0, "Logistic regression", CardState::Done)
        },
        card(2, "Gradient boosting", stopped),
        Card {
            stale,
            ..card(5, "SVM (RBF kernel)", CardState::Waiting)
        },
        card(4, "Linear regression", cannot),
    ];
    for card in cards {
        let action = model_card::model_card(ui, &card, |_| {});
        actions.extend(action.map(|action| (card.key, action)));
    }
    state.cards.extend(actions);
    baseline_row(ui, "most frequent class", ("0.442", "± 0.007"));
    let words = Rich::default()
        .bold("Not distinguishable so far.")
        .plain(" The three scores differ by less than their spread over the folds.");
    verdict(ui, true, &words);
}

fn harness(theme: Theme) -> Harness<'static, Gallery> {
    common::harness(SIZE, theme, gallery, Gallery::default())
}

#[test]
fn everything_is_drawn_in_both_themes_without_cut_words() {
    for theme in [Theme::Light, Theme::Dark] {
        let mut harness = harness(theme);
        harness.run_steps(3);
        keep_picture(&mut harness, &format!("widgets-{theme:?}"));
        // The one name that is meant to be too long is cut; nothing else is.
        let cut = cut_words(harness.output());
        assert!(
            cut.iter().all(|words| words.starts_with("A remark")),
            "{cut:?}"
        );
        assert!(!cut.is_empty(), "the long name should have been cut");
    }
}

#[test]
fn focus_and_help_are_shown() {
    let mut harness = harness(Theme::Light);
    harness.get_by_label("Test on").focus();
    harness.run_steps(2);
    let at = slider_rect(&harness, "Rows per leaf").left_center() - vec2(60.0, 0.0);
    harness.hover_at(at);
    harness.run_steps(60);
    keep_picture(&mut harness, "widgets-help");
    harness.get_by_label("1 to 50, default 1");
    harness.get_by_label("Depth limit value").focus();
    harness.run_steps(2);
    keep_picture(&mut harness, "widgets-typing");
}

#[test]
fn clicks_answer_with_the_action_of_what_was_clicked() {
    let mut harness = harness(Theme::Light);
    for label in [
        "Leave both rows out",
        "Close notice",
        "Iris",
        "Stop Random forest",
        "C Gradient boosting",
        "Use logistic regression",
    ] {
        harness.get_by_label(label).click();
        harness.run_steps(2);
    }
    let state = harness.state();
    assert_eq!(state.said, ["primary", "closed", "data Iris"]);
    let want = [
        (1, CardAction::Stop),
        (2, CardAction::Select),
        (4, CardAction::Fix(0)),
    ];
    assert_eq!(state.cards, want);
}

#[test]
fn a_combo_opens_and_gives_the_option_picked() {
    let mut harness = harness(Theme::Light);
    harness.get_by_label("Test on").click();
    harness.run_steps(3);
    harness.get_by_label("Holdout 30 %").click();
    harness.run_steps(2);
    assert_eq!(harness.state().picked, 1);
    harness.get_by_label("Folds").click();
    harness.run_steps(2);
    assert_eq!(harness.state().segment, 2);
}

#[test]
fn a_cards_menu_has_what_can_be_done_with_it() {
    let mut harness = harness(Theme::Dark);
    harness.get_by_label("Menu of Random forest").click();
    harness.run_steps(3);
    keep_picture(&mut harness, "widgets-menu");
    harness.get_by_label("Engine: smartcore").click();
    harness.run_steps(2);
    assert_eq!(harness.state().cards, [(1, CardAction::Engine(1))]);
}

#[test]
fn a_drag_is_one_gesture_and_gives_values_on_the_way() {
    let mut harness = harness(Theme::Light);
    let at = slider_rect(&harness, "Trees").center();
    harness.drag_at(at);
    harness.run_steps(1);
    for i in 1..=5 {
        harness.hover_at(at + vec2(4.0 * i as f32, 0.0));
        harness.run_steps(1);
    }
    let on_the_way = harness.state().turned.clone();
    harness.drop_at(at + vec2(20.0, 0.0));
    harness.run_steps(2);
    assert!(on_the_way.len() >= 4, "{on_the_way:?}");
    assert!(
        on_the_way
            .iter()
            .all(|(name, action)| name == "Trees" && action.dragging && !action.released)
    );
    let knobs = harness
        .state()
        .knobs
        .as_ref()
        .expect("the knobs were drawn");
    assert!(
        matches!(knobs[0].value, KnobValue::Integer(n) if n > 40),
        "{:?}",
        knobs[0].value
    );
}

#[test]
fn keys_turn_a_slider_and_numbers_can_be_typed() {
    let mut harness = harness(Theme::Light);
    let value = |harness: &Harness<'_, Gallery>, i: usize| {
        harness
            .state()
            .knobs
            .as_ref()
            .map(|knobs| knobs[i].value.clone())
    };
    slider_node(&harness, "Rows per leaf").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(value(&harness, 2), Some(KnobValue::Integer(5)));

    harness.get_by_label("Rows per leaf value").focus();
    harness.run_steps(2);
    harness.get_by_label("Rows per leaf value").type_text("12");
    harness.run_steps(2);
    assert_eq!(
        value(&harness, 2),
        Some(KnobValue::Integer(5)),
        "nothing before Enter"
    );
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    assert_eq!(value(&harness, 2), Some(KnobValue::Integer(12)));

    // Out of range: refused. Escape: taken back. "none": no limit, where there may be none.
    for (row, label, words, key, want) in [
        (
            2,
            "Rows per leaf value",
            "99",
            egui::Key::Enter,
            KnobValue::Integer(12),
        ),
        (
            2,
            "Rows per leaf value",
            "7",
            egui::Key::Escape,
            KnobValue::Integer(12),
        ),
        (
            1,
            "Depth limit value",
            "6",
            egui::Key::Enter,
            KnobValue::Integer(6),
        ),
        (
            1,
            "Depth limit value",
            "none",
            egui::Key::Enter,
            KnobValue::None,
        ),
    ] {
        harness.get_by_label(label).focus();
        harness.run_steps(2);
        harness.get_by_label(label).type_text(words);
        harness.run_steps(2);
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(value(&harness, row), Some(want), "{label}: {words}");
    }
    let last = harness
        .state()
        .turned
        .last()
        .map(|(_, action)| action.released);
    assert_eq!(last, Some(true));

    harness.get_by_label("Reset Rows per leaf").click();
    harness.run_steps(2);
    assert_eq!(value(&harness, 2), Some(KnobValue::Integer(1)));
    assert!(harness.query_by_label("Reset Rows per leaf").is_none());
}

#[test]
fn the_projectors_knob_is_large_and_turns() {
    let mut knob = knobs().remove(0);
    knob.kind = KnobKind::Integer {
        min: 1,
        max: 100,
        log: true,
        none_at_max: false,
    };
    knob.value = KnobValue::Integer(15);
    let draw = |ui: &mut Ui, knob: &mut Knob| {
        ui.painter()
            .rect_filled(ui.max_rect(), 0.0, Tokens::of(ui).panel);
        let ticks = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
        if let Some(value) = projector_knob(ui, "k", knob, &ticks).change {
            knob.value = value;
        }
    };
    let mut harness = common::harness_at_scale(vec2(1000.0, 130.0), Theme::Light, 1.75, draw, knob);
    harness.run_steps(2);
    keep_picture(&mut harness, "projector-knob");
    let rail = harness.get_by_label("Trees").rect();
    let at = pos2(rail.left() + 0.75 * rail.width(), rail.center().y);
    harness.drag_at(at);
    harness.run_steps(2);
    assert!(
        matches!(harness.state().value, KnobValue::Integer(n) if (28..36).contains(&n)),
        "{:?}",
        harness.state().value
    );
}

#[test]
fn a_column_is_used_chosen_and_made_the_target() {
    let mut harness = harness(Theme::Light);
    let boxes: Vec<_> = harness.get_all_by_label("Use Body mass").collect();
    boxes[0].click();
    harness.run_steps(2);
    let rows: Vec<_> = harness.get_all_by_label("Flipper length").collect();
    rows[0].click_secondary();
    harness.run_steps(3);
    harness.get_by_label("Make it the target").click();
    harness.run_steps(2);
    let want = [
        format!("Body mass {:?}", ColumnAction::UseAsFeature(true)),
        format!("Flipper length {:?}", ColumnAction::MakeTarget),
    ];
    assert_eq!(harness.state().said, want);
}

fn slider_node<'a>(harness: &'a Harness<'_, Gallery>, name: &'a str) -> egui_kittest::Node<'a> {
    harness.get_by_role_and_label(egui::accesskit::Role::Slider, name)
}

fn slider_rect(harness: &Harness<'_, Gallery>, name: &str) -> Rect {
    slider_node(harness, name).rect()
}

#[test]
fn the_theme_follows_the_ui() {
    let mut harness = harness(Theme::Dark);
    harness.run_steps(1);
    let image = harness.render().expect("a picture");
    let panel = seefit::widget::tokens::DARK.panel;
    assert_eq!(image.get_pixel(776, 3).0[..3], panel.to_array()[..3]);
    assert!((theme::BODY - 13.0).abs() < f32::EPSILON);
}
