//! What is being opened and takes its time: how much of it is in, how long the rest will take, and a
//! button that stops it.

use std::time::Duration;

use eframe::egui::{Align, Layout, Panel, RichText, Sense, Ui, vec2};

use super::{ground, short};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::opening::Loading;
use crate::widget::{button, format, icons, model_card};

/// What is done sooner is not spoken of.
const SOON: Duration = Duration::from_millis(500);

pub fn show(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    let Some(loading) = frame.loading.filter(|_| !frame.still) else {
        return;
    };
    let since = loading.since.elapsed();
    if since < SOON && loading.first.is_none() && !loading.alone {
        ui.ctx().request_repaint_after(SOON.saturating_sub(since));
        return;
    }
    ui.ctx().request_repaint_after(Duration::from_millis(60));
    let t = frame.tokens;
    Panel::top("opening")
        .frame(ground(t.panel, 8))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.add_space(4.0);
                let name = format!("Reading {}", short(&loading.spec));
                ui.label(RichText::new(name).strong().color(t.strong));
                ui.label(RichText::new(detail(loading)).color(t.weak));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let stop = button::secondary("Stop").filled_icon(icons::STOP);
                    if ui.add(stop).clicked() {
                        acts.push(Act::StopOpening);
                    }
                    let width = ui.available_width().clamp(0.0, 160.0);
                    if width > 40.0 {
                        let (rect, _) = ui.allocate_exact_size(vec2(width, 4.0), Sense::hover());
                        model_card::bar(ui, rect, share(loading), t.accent);
                    }
                });
            });
        });
}

fn share(loading: &Loading) -> f32 {
    match loading.reading.bytes() {
        (_, 0) => 0.0,
        (done, total) => (done as f64 / total as f64) as f32,
    }
}

/// "120 of 287 MB · 400,000 rows · 3 s left"; what is not known is left out.
fn detail(loading: &Loading) -> String {
    let (done, total) = loading.reading.bytes();
    let mega = |bytes: u64| format::significant(bytes as f64 / 1e6, 3);
    let mut parts = Vec::new();
    if let Some(first) = &loading.first {
        let rows = format::counted(first.rows, "row", "rows");
        parts.push(format!("the first {rows} are shown"));
    }
    match total {
        0 if done > 0 => parts.push(format!("{} MB", mega(done))),
        0 => {}
        total => parts.push(format!("{} of {} MB", mega(done.min(total)), mega(total))),
    }
    let rows = loading.reading.rows() as usize;
    if rows > 0 {
        parts.push(format::counted(rows, "row", "rows"));
    }
    let gone = loading.since.elapsed().as_secs_f64();
    let part = f64::from(share(loading));
    if (0.05..1.0).contains(&part) && gone > 0.5 {
        let left = format::seconds((gone / part * (1.0 - part)).max(1.0).round());
        parts.push(format!("{left} left"));
    } else if part >= 1.0 {
        parts.push("making columns of it".to_owned());
    }
    parts.join(" · ")
}
