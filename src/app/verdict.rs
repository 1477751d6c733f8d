//! Whether the shown models can be told apart, in words.

use super::frame::Frame;
use crate::evaluate::{Metric, Verdict, compare};
use crate::prepare::SplitScheme;
use crate::project::{ModelEntry, ModelId};
use crate::widget::text::Rich;

/// True for a tie, and the sentence; None while fewer than two models have scores.
pub fn of(frame: &Frame<'_>, metric: Metric) -> Option<(bool, Rich)> {
    let mut scored: Vec<(&ModelEntry, f64, Vec<Option<f64>>)> = frame
        .desk
        .shown()
        .filter_map(|m| {
            let spread = frame.desk.score(m.id, metric)?;
            Some((m, spread.mean?, spread.per_fold))
        })
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let running = frame
        .desk
        .shown()
        // What waits for a click does not fit.
        .filter(|m| frame.desk.waits(m.id).is_none())
        .filter(|m| {
            frame
                .desk
                .entry(m.id)
                .is_none_or(|e| !e.is_complete() && e.problem.is_none())
        })
        .count();
    let (best, rest) = scored.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let still = match running {
        0 => "",
        1 => " One model is still fitting.",
        _ => " Some models are still fitting.",
    };
    if best.2.len() < 2 {
        let words = Rich::default()
            .bold("One split only. ")
            .plain("A spread takes several folds, so nothing can be said about the difference.");
        return Some((true, words));
    }
    let (train, test) = fold_rows(frame, best.0.id);
    let worse: Vec<&ModelEntry> = rest
        .iter()
        .filter(|(_, _, folds)| {
            let comparison = compare(&best.2, folds, train, test, metric.higher_is_better());
            comparison.verdict != Verdict::NotDistinguishable
        })
        .map(|(m, ..)| *m)
        .collect();
    let words = Rich::default();
    let so_far = if running > 0 { " so far" } else { "" };
    let ties = rest.len() - worse.len();
    Some(if ties == 0 {
        let name = best.0.params.algorithm().name;
        (false, words.bold(format!("{} {name} is ahead{so_far}. ", best.0.badge())).plain(format!("Each other model is worse by more than chance over the folds (p\u{a0}<\u{a0}0.05).{still}")))
    } else if worse.is_empty() {
        (true, words.bold(format!("Not distinguishable{so_far}. ")).plain(format!("The scores differ by less than chance over the folds explains (p\u{a0}>\u{a0}0.05).{still}")))
    } else {
        let badges: Vec<String> = worse.iter().map(|m| m.badge()).collect();
        let verb = if badges.len() == 1 { "is" } else { "are" };
        (
            true,
            words
                .bold(format!("{} {verb} worse{so_far}. ", badges.join(", ")))
                .plain(format!(
                    "The others cannot be told apart from {} (p\u{a0}>\u{a0}0.05).{still}",
                    best.0.badge()
                )),
        )
    })
}

/// Mean rows of a fold's training and test part, for the correction of the test.
pub fn fold_rows(frame: &Frame<'_>, id: ModelId) -> (f64, f64) {
    let report = frame.desk.entry(id).and_then(|e| e.report.as_ref());
    let (rows, folds) = report.map_or((5.0, 5.0), |r| (r.rows as f64, r.folds.max(2) as f64));
    let share = match frame.desk.project().split() {
        SplitScheme::Holdout { fraction } => fraction,
        SplitScheme::KFold { k }
        | SplitScheme::Stratified { k }
        | SplitScheme::Repeated { k, .. } => 1.0 / k.max(2) as f64,
        SplitScheme::LeaveOneOut => 1.0 / rows.max(2.0),
        _ => 1.0 / folds,
    };
    (rows * (1.0 - share), rows * share)
}
