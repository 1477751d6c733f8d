//! A bag of words, learned from the training rows: which terms have columns, and their weights.

use std::collections::{HashMap, HashSet};

use super::stop_words::ENGLISH;
use super::text::{StopWords, TextFeatures, Weights};
use crate::base::{Cancel, Outcome, Problem, sort_by};

/// Terms in the order of their columns, which is alphabetical.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct FittedBag {
    pub terms: Vec<String>,
    settings: TextFeatures,
    /// `ln((1 + n) / (1 + df)) + 1`, scikit-learn's smoothed one; empty for counts.
    idf: Vec<f64>,
}

/// What a weight can be: no term is in more texts than there are, and there are no more texts than a
/// `usize` counts.
const IDF: std::ops::RangeInclusive<f64> = 1.0..=46.0;

/// Bytes of text between two looks at the cancel flag, and what a text itself counts for.
pub(super) const BLOCK: usize = 1 << 17;
pub(super) const EACH: usize = 64;

impl FittedBag {
    /// From the training texts, one a row; nothing stands for a text without words. Fails where no
    /// term is left.
    pub fn fit<'t>(
        texts: impl Iterator<Item = &'t str>,
        settings: &TextFeatures,
        cancel: &Cancel,
    ) -> Outcome<FittedBag> {
        // Of each term: the texts it occurs in, how often it occurs in all, and the last text.
        let mut found: HashMap<String, (usize, usize, usize)> = HashMap::new();
        let stop = stop_words(settings);
        let mut documents = 0;
        let mut read = usize::MAX / 2;
        for text in texts {
            read += text.len() + EACH;
            if read > BLOCK {
                read = 0;
                cancel.check()?;
            }
            documents += 1;
            each_term(
                text,
                settings,
                &stop,
                &mut |term| match found.get_mut(term) {
                    Some((texts, times, last)) => {
                        *times += 1;
                        *texts += usize::from(*last != documents);
                        *last = documents;
                    }
                    None => {
                        found.insert(term.to_owned(), (1, 1, documents));
                    }
                },
            );
        }
        cancel.check()?;
        let (least, most) = (settings.min_df.of(documents), settings.max_df.of(documents));
        let seen = !found.is_empty();
        let within = |df: usize| (least..=most).contains(&(df as f64));
        let mut kept: Vec<(&str, usize, usize)> = found
            .iter()
            .filter(|(_, (df, _, _))| within(*df))
            .map(|(term, (df, times, _))| (&**term, *df, *times))
            .collect();
        sort_by(&mut kept, |a, b| a.0.cmp(b.0), cancel)?;
        if let Some(limit) = settings.max_features
            && kept.len() > limit
        {
            // The most frequent ones; of equals the first in the alphabet.
            sort_by(&mut kept, |a, b| b.2.cmp(&a.2), cancel)?;
            kept.truncate(limit);
            sort_by(&mut kept, |a, b| a.0.cmp(b.0), cancel)?;
        }
        if kept.is_empty() {
            let (what, fix) = match seen {
                true => (
                    "none of its words are left",
                    "Set min_df lower or max_df higher",
                ),
                false => (
                    "it has no words in the rows to learn from",
                    "Leave the column out of the features",
                ),
            };
            return Err(Problem::new(what).fix(fix).into());
        }
        let idf = |df: usize| ((1.0 + documents as f64) / (1.0 + df as f64)).ln() + 1.0;
        Ok(FittedBag {
            idf: match settings.weights {
                Weights::Counts => Vec::new(),
                Weights::TfIdf => kept.iter().map(|(_, df, _)| idf(*df)).collect(),
            },
            terms: kept.iter().map(|(term, _, _)| (*term).to_owned()).collect(),
            settings: *settings,
        })
    }

    /// `TF-IDF weights of 30 terms`.
    pub fn described(&self) -> String {
        let weights = match self.settings.weights {
            Weights::Counts => "counts",
            Weights::TfIdf => "TF-IDF weights",
        };
        match self.width() {
            1 => format!("{weights} of 1 term"),
            terms => format!("{weights} of {terms} terms"),
        }
    }

    pub fn width(&self) -> usize {
        self.terms.len()
    }

    /// All weights are numbers and there is one a term: false only for a damaged file.
    pub fn is_sound(&self) -> bool {
        let weights = match self.settings.weights {
            Weights::Counts => self.idf.is_empty(),
            Weights::TfIdf => self.idf.len() == self.terms.len(),
        };
        let (from, to) = self.settings.ngram_range;
        weights
            && !self.terms.is_empty()
            && self.terms.windows(2).all(|pair| pair[0] < pair[1])
            && self.idf.iter().all(|idf| IDF.contains(idf))
            && (1..=3).contains(&from)
            && (from..=3).contains(&to)
    }

    /// What turns texts into rows.
    pub fn writer(&self) -> BagWriter<'_> {
        let places = self.terms.iter().enumerate();
        BagWriter {
            bag: self,
            places: places.map(|(at, term)| (term.as_str(), at)).collect(),
            stop: stop_words(&self.settings),
        }
    }
}

/// A bag with its terms at hand.
pub(super) struct BagWriter<'a> {
    bag: &'a FittedBag,
    places: HashMap<&'a str, usize>,
    stop: HashSet<&'static str>,
}

impl BagWriter<'_> {
    /// `out`: zeros, one a term.
    pub fn write(&self, text: &str, out: &mut [f64]) {
        let settings = &self.bag.settings;
        let mut touched = Vec::new();
        each_term(text, settings, &self.stop, &mut |term| {
            if let Some(&at) = self.places.get(term) {
                if out[at] == 0.0 {
                    touched.push(at);
                }
                out[at] += 1.0;
            }
        });
        if settings.weights == Weights::Counts {
            return;
        }
        // In the order of the columns, so that the sum does not depend on the text's order.
        touched.sort_unstable();
        let mut squares = 0.0;
        for &at in &touched {
            out[at] *= self.bag.idf[at];
            squares += out[at] * out[at];
        }
        let length = f64::sqrt(squares);
        if length > 0.0 {
            for &at in &touched {
                out[at] /= length;
            }
        }
    }
}

fn stop_words(settings: &TextFeatures) -> HashSet<&'static str> {
    match settings.stop_words {
        StopWords::None => HashSet::new(),
        StopWords::English => ENGLISH.iter().copied().collect(),
    }
}

/// Runs of two and more letters, digits and underscores, as `(?u)\b\w\w+\b` finds them; without stop
/// words; then each run of them as long as the n-grams are, joined by blanks.
fn each_term(
    text: &str,
    settings: &TextFeatures,
    stop: &HashSet<&str>,
    take: &mut impl FnMut(&str),
) {
    let lower;
    let text = match settings.lowercase {
        true => {
            lower = text.to_lowercase();
            lower.as_str()
        }
        false => text,
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = text
        .split(|c: char| !is_word(c))
        .filter(|word| word.chars().nth(1).is_some() && !stop.contains(word));
    let (from, to) = settings.ngram_range;
    if (from, to) == (1, 1) {
        words.for_each(take);
        return;
    }
    let words: Vec<&str> = words.collect();
    for n in usize::from(from)..=usize::from(to) {
        for gram in words.windows(n) {
            match gram {
                [word] => take(word),
                words => take(&words.join(" ")),
            }
        }
    }
}

#[cfg(test)]
#[path = "bag_tests.rs"]
mod tests;
