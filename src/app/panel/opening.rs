//! What is being opened or saved and takes its time: how much of it is done, how long the rest will
//! take, and a button that stops it.

use std::time::Duration;

use eframe::egui::{Align, Layout, Panel, RichText, Sense, Ui, vec2};

use super::{ground, short};
use crate::app::act::Act;
use crate::app::frame::Frame;
use crate::app::opening::Loading;
use crate::app::saving::Saving;
use crate::widget::{button, format, icons, model_card};

/// What is done sooner is not spoken of.
const SOON: Duration = Duration::from_millis(500);

pub fn show(ui: &mut Ui, frame: &Frame<'_>, acts: &mut Vec<Act>) {
    for (at, saving) in frame.savings.iter().enumerate() {
        saved(ui, frame, at, saving, acts);
    }
    let Some(loading) = frame.loading.filter(|_| !frame.still) else {
        return;
    };
    let since = loading.since.elapsed();
    if since < SOON && loading.first.is_none() && !loading.alone {
        ui.ctx().request_repaint_after(SOON.saturating_sub(since));
        return;
    }
    let name = format!("Reading {}", short(&loading.spec));
    if row(
        ui,
        frame,
        "opening".into(),
        (&name, &detail(loading)),
        share(loading),
    ) {
        acts.push(Act::StopOpening);
    }
}

/// A file that is being written, and is for more than a moment.
fn saved(ui: &mut Ui, frame: &Frame<'_>, at: usize, saving: &Saving, acts: &mut Vec<Act>) {
    let since = saving.since.elapsed();
    if frame.still || !saving.is_under_way() {
        return;
    }
    if since < SOON {
        ui.ctx().request_repaint_after(SOON.saturating_sub(since));
        return;
    }
    let share = saving.writing.share();
    let left = left(since, share);
    let detail = left.unwrap_or_else(|| "putting it into its form".to_owned());
    let name = format!("Saving {}", saving.name);
    if row(ui, frame, format!("saving {at}"), (&name, &detail), share) {
        acts.push(Act::StopSaving(at));
    }
}

/// What is done, how far it is, and a button that stops it: whether that was clicked.
fn row(
    ui: &mut Ui,
    frame: &Frame<'_>,
    id: String,
    (name, detail): (&str, &str),
    share: f32,
) -> bool {
    ui.ctx().request_repaint_after(Duration::from_millis(60));
    let t = frame.tokens;
    let line = |ui: &mut Ui| {
        ui.add_space(4.0);
        ui.label(RichText::new(name).strong().color(t.strong));
        ui.label(RichText::new(detail).color(t.weak));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let stop = button::secondary("Stop").filled_icon(icons::STOP);
            let stopped = ui.add(stop).clicked();
            let width = ui.available_width().clamp(0.0, 160.0);
            if width > 40.0 {
                let (rect, _) = ui.allocate_exact_size(vec2(width, 4.0), Sense::hover());
                model_card::bar(ui, rect, share, t.accent);
            }
            stopped
        })
        .inner
    };
    Panel::top(id)
        .frame(ground(t.panel, 8))
        .show(ui, |ui| ui.horizontal(line).inner)
        .inner
}

/// "3 s left"; None at the very beginning and end.
fn left(since: Duration, share: f32) -> Option<String> {
    let (gone, part) = (since.as_secs_f64(), f64::from(share));
    let known = (0.05..1.0).contains(&part) && gone > 0.5;
    known.then(|| {
        let left = (gone / part * (1.0 - part)).max(1.0).round();
        format!("{} left", format::seconds(left))
    })
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
    match left(loading.since.elapsed(), share(loading)) {
        Some(left) => parts.push(left),
        None if share(loading) >= 1.0 => parts.push("making columns of it".to_owned()),
        None => {}
    }
    parts.join(" · ")
}
