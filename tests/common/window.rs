//! A whole window without a screen: started on a data set, stepped until it rests.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::time::{Duration, Instant};

use eframe::egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use seefit::app::act::Act;
use seefit::app::settings::Settings;
use seefit::app::{Options, Window};
use seefit::model::{Params, algorithm};
use seefit::widget::theme;

use super::Painter;

pub struct State {
    pub window: Option<Window>,
    pub data: &'static str,
}

pub fn harness(data: &'static str) -> Harness<'static, State> {
    let state = State { window: None, data };
    Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_pixels_per_point(1.0)
        .with_context_setup(|ctx| theme::install(ctx, 1.0, true))
        .renderer(Painter::default())
        .build_ui_state(
            |ui, state: &mut State| {
                let data = state.data.to_owned();
                let window = state.window.get_or_insert_with(|| {
                    let options = Options {
                        data: Some(data.clone()),
                        settings: Settings {
                            data,
                            ..Settings::default()
                        },
                        still: true,
                        ..Options::default()
                    };
                    Window::new(ui.ctx(), options)
                });
                window.logic(&ui.ctx().clone());
                window.ui(ui);
            },
            state,
        )
}

/// Steps until `there`, at most two minutes.
pub fn until(
    harness: &mut Harness<'static, State>,
    what: &str,
    there: impl Fn(&Harness<'static, State>) -> bool,
) {
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        harness.step();
        if there(harness) {
            return;
        }
        let waits = || harness.state().window.as_ref().map(|w| w.waits_for());
        assert!(Instant::now() < end, "{what} did not come: {:?}", waits());
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn window<'a>(harness: &'a Harness<'static, State>) -> &'a Window {
    harness.state().window.as_ref().expect("a window")
}

pub fn settle(harness: &mut Harness<'static, State>) {
    until(harness, "the end of fitting", |h| window(h).is_settled());
    harness.run_steps(3);
    until(harness, "the end of drawing", |h| window(h).is_settled());
    harness.run_steps(3);
}

pub fn has(harness: &Harness<'static, State>, label: &str) -> bool {
    harness.query_all_by_label_contains(label).next().is_some()
}

/// A settled window on a data set with these models.
pub fn with_models(data: &'static str, models: &[&str]) -> Harness<'static, State> {
    let mut harness = harness(data);
    harness.step();
    let state = harness.state_mut().window.as_mut().expect("a window");
    let params = models
        .iter()
        .map(|id| Params::defaults(algorithm(id).expect("a model")));
    state.desk.replace_models(params.collect());
    settle(&mut harness);
    harness
}

/// Does what a panel would ask for.
pub fn perform(harness: &mut Harness<'static, State>, act: Act) {
    let context = window(harness).context().clone();
    let state = harness.state_mut().window.as_mut().expect("a window");
    state.perform(&context, act);
}
