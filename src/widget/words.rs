//! How the words of a column of text become features: what a word counts for, how many in a row make a
//! term, and which terms are left out. In the menu of a column and beside its picture.
//!
//! ```text
//!   Value       [counts | TF-IDF]
//!   Terms       [1 word | 1–2 | 1–3]
//!   In texts    [1 | 2 | 5 | 10 or more]
//!   At most     [100 | 1,000 | all]
//!   Stop words  [kept | English out]
//! ```
use eframe::egui::{Align2, Sense, Ui, vec2};

use super::tokens::Tokens;
use super::{choice, format, text, theme};
use crate::prepare::{Documents, StopWords, TextFeatures, Weights};

const LABEL: f32 = 66.0;

/// Draws the choices; what they are from now on, where one was changed.
pub fn words(ui: &mut Ui, now: &TextFeatures) -> Option<TextFeatures> {
    let weights = [(Weights::Counts, "counts"), (Weights::TfIdf, "TF-IDF")];
    let weights = weights.map(|(value, name)| (value, name.to_owned()));
    let help =
        "How often a word occurs, or TF-IDF: more the fewer texts have it, each row of length 1.";
    let mut new = row(ui, "Value", help, weights.into(), now.weights)
        .map(|weights| TextFeatures { weights, ..*now });

    let help = "How many words in a row make a term.";
    let known = [(1, 1), (1, 2), (1, 3)].map(|range| (range, ngrams(range)));
    let known = with(known.into(), now.ngram_range, ngrams);
    let picked = row(ui, "Terms", help, known, now.ngram_range);
    new = new.or(picked.map(|ngram_range| TextFeatures {
        ngram_range,
        ..*now
    }));

    let help = "A term counts where at least so many of the training texts have it (min_df).";
    let known = [1, 2, 5, 10].map(|n| (Documents::Count(n), format::count(n)));
    let known = with(known.into(), now.min_df, documents);
    let picked = row(ui, "In texts", help, known, now.min_df);
    new = new.or(picked.map(|min_df| TextFeatures { min_df, ..*now }));

    let help = "Of the most frequent terms at most so many; each is a column for the models.";
    let most = |most: Option<usize>| most.map_or("all".to_owned(), format::count);
    let known = [Some(100), Some(1000), None].map(|n| (n, most(n)));
    let known = with(known.into(), now.max_features, most);
    let picked = row(ui, "At most", help, known, now.max_features);
    new = new.or(picked.map(|max_features| TextFeatures {
        max_features,
        ..*now
    }));

    let help = "English words such as “the” and “of”, which say little.";
    let known = [
        (StopWords::None, "kept"),
        (StopWords::English, "English out"),
    ];
    let known = known.map(|(value, name)| (value, name.to_owned()));
    let picked = row(ui, "Stop words", help, known.into(), now.stop_words);
    new.or(picked.map(|stop_words| TextFeatures { stop_words, ..*now }))
}

fn ngrams((from, to): (u8, u8)) -> String {
    match (from, to) {
        (1, 1) => "1 word".to_owned(),
        (from, to) if from == to => format!("{from} words"),
        (from, to) => format!("{from}–{to}"),
    }
}

fn documents(documents: Documents) -> String {
    match documents {
        Documents::Count(count) => format::count(count),
        Documents::Share(share) => format::percent(share.0),
    }
}

/// What stands in a file or was said on a command line is among the choices, wherever it lies.
fn with<T: PartialEq + Copy>(
    mut known: Vec<(T, String)>,
    now: T,
    name: impl Fn(T) -> String,
) -> Vec<(T, String)> {
    if !known.iter().any(|(value, _)| *value == now) {
        known.push((now, name(now)));
    }
    known
}

fn row<T: PartialEq + Copy>(
    ui: &mut Ui,
    label: &str,
    help: &str,
    values: Vec<(T, String)>,
    now: T,
) -> Option<T> {
    let at = values.iter().position(|(value, _)| *value == now);
    let names: Vec<&str> = values.iter().map(|(_, name)| name.as_str()).collect();
    let mut picked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let s = theme::scale(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(LABEL, 28.0) * s, Sense::hover());
        let line = text::line(
            ui,
            label,
            text::small(ui),
            Tokens::of(ui).weak,
            rect.width(),
        );
        text::paint(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, line);
        response.on_hover_text(help);
        picked = choice::segmented(ui, label, &names, at.unwrap_or(0));
    });
    picked
        .and_then(|at| values.get(at))
        .map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_button_says_gets_one_of_its_own() {
        let known = vec![(Some(100), "100".to_owned())];
        let most = |n: Option<usize>| n.map_or("all".to_owned(), format::count);
        assert_eq!(with(known.clone(), Some(100), most), known);
        assert_eq!(with(known, Some(12_000), most)[1].1, format::count(12_000));
        assert_eq!(ngrams((2, 2)), "2 words");
        assert_eq!(ngrams((1, 2)), "1–2");
    }
}
