//! What should be seen before a model is trusted: at most two notices, the others behind a line.

use eframe::egui::{Panel, ScrollArea, Ui};

use crate::app::frame::Frame;
use crate::app::panel::{Memory, ground};
use crate::base::Problem;
use crate::prepare::Role;
use crate::widget::button;
use crate::widget::notice::{Notice, NoticeAction, Weight, notice};
use crate::widget::text::Rich;

const AT_ONCE: usize = 2;
/// Of thousands of columns each may have its warning.
const AT_MOST: usize = 60;

/// Whether it asks to leave a column out that is out already.
fn is_heeded(frame: &Frame<'_>, useless: &[(usize, usize)], warning: usize) -> bool {
    let roles = &frame.desk.project().settings.roles;
    // In the order of the warnings.
    let at = useless.binary_search_by_key(&warning, |(warning, _)| *warning);
    at.is_ok_and(|i| !matches!(roles.get(useless[i].1), Role::Feature | Role::Target))
}

pub fn show(ui: &mut Ui, frame: &Frame<'_>, memory: &mut Memory) {
    let Some(summary) = frame.summary else {
        return;
    };
    let kept = &mut memory.explore;
    let open: Vec<(usize, &Problem)> = summary
        .warnings
        .iter()
        .enumerate()
        .filter(|(i, _)| !kept.closed.contains(i))
        .filter(|(i, _)| !is_heeded(frame, &summary.useless, *i))
        .collect();
    if open.is_empty() {
        return;
    }
    let shown = if kept.all_notices {
        AT_MOST.min(open.len())
    } else {
        AT_ONCE.min(open.len())
    };
    let room = ui.available_height() * 0.4;
    Panel::top("data notices")
        .resizable(false)
        .show_separator_line(false)
        .frame(ground(frame.tokens.panel, 8))
        .show(ui, |ui| {
            // Not less than its content needs: a panel begins as small as it was.
            let scroll = ScrollArea::vertical()
                .max_height(room)
                .min_scrolled_height(room);
            scroll.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 6.0;
                for (index, problem) in &open[..shown] {
                    let data = Notice {
                        weight: Weight::Warning,
                        words: words(problem),
                        buttons: Vec::new(),
                        closable: true,
                    };
                    let action = ui.push_id(("notice", index), |ui| notice(ui, &data)).inner;
                    if action == Some(NoticeAction::Close) {
                        kept.closed.insert(*index);
                    }
                }
                let more = open.len() - shown;
                let label = format!("{more} more");
                if more > 0 && ui.add(button::link(&label)).clicked() {
                    kept.all_notices = true;
                }
                if kept.all_notices
                    && open.len() > AT_ONCE
                    && ui.add(button::link("Show fewer")).clicked()
                {
                    kept.all_notices = false;
                }
            });
        });
}

fn words(problem: &Problem) -> Rich {
    let stop = |text: &str| format!("{}.", text.trim_end_matches('.'));
    let mut words = Rich::default();
    if !problem.place.is_empty() {
        words = words.bold(format!("{}: ", problem.place));
    }
    words = words.bold(format!("{} ", stop(&problem.what)));
    if !problem.fix.is_empty() {
        words = words.plain(stop(&problem.fix));
    }
    words
}
