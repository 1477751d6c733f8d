//! The tab Log: every score of a setting that was left standing.

use std::time::{SystemTime, UNIX_EPOCH};

use eframe::egui::{Margin, Ui};

use crate::app::act::{Act, Dialog};
use crate::app::frame::Frame;
use crate::app::panel::Memory;
use crate::project::LogRow;
use crate::view::log::{LogAction, LogShown, log};
use crate::widget::empty::{Empty, empty};

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory, acts: &mut Vec<Act>) {
    let rows = frame.desk.log.rows();
    if rows.is_empty() {
        let nothing = Empty {
            title: "No experiments yet",
            sentence: "Each score of a setting that you leave standing for a second becomes a row \
                       here, with the way back to it.",
            ghosts: 3,
            ..Empty::default()
        };
        empty(ui, &nothing);
        return;
    }
    let why_not = |row: &LogRow| -> Option<String> {
        let history = &frame.desk.history;
        let known = row.fingerprint().and_then(|f| history.table(f)).is_some();
        (!known).then(|| format!("It is of other data: open {} first.", row.data))
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let shown = LogShown {
        rows,
        revision: frame.desk.log.revision(),
        why_not_restored: &why_not,
        now: (!frame.still).then(|| now.map_or(0, |now| now.as_secs())),
    };
    let inside = eframe::egui::Frame::new()
        .fill(frame.tokens.panel)
        .inner_margin(Margin::symmetric(12, 8));
    let action = inside
        .show(ui, |ui| log(ui, frame.tokens, &shown, &mut memory.log))
        .inner;
    acts.extend(action.map(|action| match action {
        LogAction::Restore(number) => Act::RestoreRow(number),
        LogAction::Note(number, note) => Act::NoteRow(number, note),
        LogAction::Remove(number) => Act::RemoveRow(number),
        LogAction::Export => Act::Dialog(Dialog::SaveLog),
    }));
}
