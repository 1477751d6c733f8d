//! How a column of text is used: counts of its words, or their TF-IDF weights. Names, meanings and
//! defaults are those of scikit-learn's `CountVectorizer` and `TfidfVectorizer`.

use super::reduce::Threshold;
use crate::base::{Hasher128, Problem};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// How often a word occurs in the text.
    Counts,
    /// Counts times the smoothed inverse document frequency, each row of length one.
    TfIdf,
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StopWords {
    #[default]
    None,
    English,
}

/// In how many training texts a word must or may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Documents {
    Count(usize),
    /// Of all training texts, 0 to 1.
    Share(Threshold),
}

impl Documents {
    pub(super) fn of(self, documents: usize) -> f64 {
        match self {
            Documents::Count(count) => count as f64,
            Documents::Share(share) => share.0 * documents as f64,
        }
    }

    /// `5`, or `0.1`.
    fn parse(text: &str) -> Option<Documents> {
        if let Ok(count) = text.parse() {
            return Some(Documents::Count(count));
        }
        let share: f64 = text.parse().ok()?;
        (0.0..=1.0)
            .contains(&share)
            .then_some(Documents::Share(Threshold(share)))
    }

    fn checked(self) -> Self {
        match self {
            Documents::Share(share) => Documents::Share(Threshold(share.finite().clamp(0.0, 1.0))),
            count => count,
        }
    }

    fn hash(self, hasher: &mut Hasher128) {
        match self {
            Documents::Count(count) => hasher.word(0).word(count as u64),
            Documents::Share(share) => hasher.word(1).number(share.0),
        };
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct TextFeatures {
    pub weights: Weights,
    /// Words in a row that make a term, from and to; 1 to 3.
    pub ngram_range: (u8, u8),
    pub min_df: Documents,
    pub max_df: Documents,
    /// Of the most frequent terms at most so many.
    pub max_features: Option<usize>,
    pub stop_words: StopWords,
    pub lowercase: bool,
}

impl Default for TextFeatures {
    fn default() -> Self {
        TextFeatures {
            weights: Weights::TfIdf,
            ngram_range: (1, 1),
            min_df: Documents::Count(1),
            max_df: Documents::Share(Threshold(1.0)),
            max_features: None,
            stop_words: StopWords::None,
            lowercase: true,
        }
    }
}

impl TextFeatures {
    /// `tf_idf`, `counts`, or with settings: `tf_idf:max_features=1000,ngram_range=1-2`.
    pub fn parse(text: &str) -> Result<TextFeatures, Problem> {
        let (weights, settings) = text.split_once(':').unwrap_or((text, ""));
        let mut found = TextFeatures {
            weights: match weights.trim() {
                "tf_idf" => Weights::TfIdf,
                "counts" => Weights::Counts,
                other => {
                    return Err(Problem::new(format!("“{other}” is no way to use text"))
                        .fix("Use counts or tf_idf, such as tf_idf:max_features=1000"));
                }
            },
            ..TextFeatures::default()
        };
        for setting in settings.split(',').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            found.set(name.trim(), value.trim())?;
        }
        Ok(found)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |takes: &str| {
            Problem::new(format!("“{value}” is not allowed"))
                .at(name)
                .fix(format!("It takes {takes}"))
        };
        let documents = || {
            let takes = "a number of texts from 0, or a share of them such as 0.5";
            Documents::parse(value).ok_or_else(|| wrong(takes))
        };
        match name {
            "ngram_range" => {
                let (from, to) = value.split_once('-').unwrap_or((value, value));
                let range = (from.trim().parse(), to.trim().parse());
                self.ngram_range = match range {
                    (Ok(from), Ok(to)) if 1 <= from && from <= to && to <= 3 => (from, to),
                    _ => return Err(wrong("1, 2, 3 or a range of them such as 1-2")),
                };
            }
            "min_df" => self.min_df = documents()?,
            "max_df" => self.max_df = documents()?,
            "max_features" => {
                self.max_features = match value {
                    "none" => None,
                    _ => {
                        let most = value.parse().ok().filter(|most| *most > 0);
                        Some(most.ok_or_else(|| wrong("a number of terms from 1, or none"))?)
                    }
                };
            }
            "stop_words" => {
                self.stop_words = match value {
                    "none" => StopWords::None,
                    "english" => StopWords::English,
                    _ => return Err(wrong("none or english")),
                };
            }
            "lowercase" => {
                self.lowercase = match value {
                    "yes" | "true" => true,
                    "no" | "false" => false,
                    _ => return Err(wrong("yes or no")),
                };
            }
            _ => {
                return Err(Problem::new(format!("there is no setting “{name}” of text")).fix(
                    "There are ngram_range, min_df, max_df, max_features, stop_words, lowercase",
                ));
            }
        }
        Ok(())
    }

    /// What a window begins with: as the default, but of the most frequent terms at most 1,000, so that
    /// a table of long texts is fitted while a person looks on.
    pub fn offered() -> TextFeatures {
        TextFeatures {
            max_features: Some(1000),
            ..TextFeatures::default()
        }
    }

    /// "TF-IDF of 1 to 2 words, in 2 texts or more, 1000 terms at most, without English stop words".
    pub fn described(&self) -> String {
        let weights = match self.weights {
            Weights::Counts => "counts",
            Weights::TfIdf => "TF-IDF",
        };
        let mut said = match self.ngram_range {
            (1, 1) => format!("{weights} of words"),
            (from, to) if from == to => format!("{weights} of {from} words"),
            (from, to) => format!("{weights} of {from} to {to} words"),
        };
        let percent =
            |share: Threshold| format!("{} % of the texts", (share.0 * 1e4).round() / 1e2);
        match self.min_df {
            Documents::Count(0 | 1) => {}
            Documents::Count(texts) => said.push_str(&format!(", in {texts} texts or more")),
            Documents::Share(Threshold(0.0)) => {}
            Documents::Share(share) => said.push_str(&format!(", in {} or more", percent(share))),
        }
        match self.max_df {
            Documents::Count(texts) => said.push_str(&format!(", in {texts} texts or fewer")),
            Documents::Share(Threshold(1.0)) => {}
            Documents::Share(share) => said.push_str(&format!(", in {} or fewer", percent(share))),
        }
        if let Some(most) = self.max_features {
            said.push_str(&format!(", {most} terms at most"));
        }
        if self.stop_words == StopWords::English {
            said.push_str(", without English stop words");
        }
        if !self.lowercase {
            said.push_str(", capitals told apart");
        }
        said
    }

    /// What cannot be asked for becomes what can; see [`Recipe::checked`](super::Recipe::checked).
    pub(super) fn check(&mut self) {
        let from = self.ngram_range.0.clamp(1, 3);
        self.ngram_range = (from, self.ngram_range.1.clamp(from, 3));
        self.max_features = self.max_features.map(|most| most.max(1));
        self.min_df = self.min_df.checked();
        self.max_df = self.max_df.checked();
    }

    pub(super) fn hash(&self, hasher: &mut Hasher128) {
        let (from, to) = self.ngram_range;
        hasher
            .word(self.weights as u64)
            .word(u64::from(from) << 8 | u64::from(to))
            .word(self.max_features.map_or(0, |most| most as u64 + 1))
            .word(self.stop_words as u64)
            .word(u64::from(self.lowercase));
        self.min_df.hash(hasher);
        self.max_df.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_described() {
        let said = |settings: &str| TextFeatures::parse(settings).unwrap().described();
        assert_eq!(said("tf_idf"), "TF-IDF of words");
        assert_eq!(
            said("counts:ngram_range=1-2,min_df=2,max_df=0.9,max_features=50,stop_words=english"),
            "counts of 1 to 2 words, in 2 texts or more, in 90 % of the texts or fewer, 50 terms at \
             most, without English stop words"
        );
        assert_eq!(
            said("counts:ngram_range=3,min_df=0.005,max_df=7,lowercase=no"),
            "counts of 3 words, in 0.5 % of the texts or more, in 7 texts or fewer, capitals told apart"
        );
    }

    #[test]
    fn settings_read_from_words() {
        let found = TextFeatures::parse(
            "counts:max_features=50,ngram_range=1-2,min_df=2,max_df=0.9,stop_words=english,lowercase=no",
        );
        let expected = TextFeatures {
            weights: Weights::Counts,
            ngram_range: (1, 2),
            min_df: Documents::Count(2),
            max_df: Documents::Share(Threshold(0.9)),
            max_features: Some(50),
            stop_words: StopWords::English,
            lowercase: false,
        };
        assert_eq!(found, Ok(expected));
        assert_eq!(TextFeatures::parse("tf_idf"), Ok(TextFeatures::default()));
        for wrong in [
            "words",
            "counts:ngram_range=0-2",
            "counts:ngram_range=2-1",
            "counts:min_df=1.5",
            "counts:max_features=0",
            "counts:stop_words=german",
            "counts:typo=1",
        ] {
            assert!(TextFeatures::parse(wrong).is_err(), "{wrong}");
        }
    }
}
