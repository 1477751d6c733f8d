//! How rows are held out to be predicted.

use std::fmt;
use std::str::FromStr;

use crate::base::{Hasher128, Problem};

/// In the spelling of the command line: `stratified:5`, `holdout:0.3`, `group:island`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SplitScheme {
    /// No row is held out: scores are of the training rows.
    Train,
    /// This part of the rows is held out once; stratified for classes.
    Holdout {
        fraction: f64,
    },
    /// Shuffled; every row is held out once.
    KFold {
        k: usize,
    },
    /// The same with equal shares of each class; shuffled k-fold where the target is a number.
    Stratified {
        k: usize,
    },
    /// k folds several times, each time shuffled anew; stratified for classes.
    Repeated {
        repeats: usize,
        k: usize,
    },
    LeaveOneOut,
    /// Whole groups are held out: rows of one group never stand on both sides.
    Group {
        column: String,
    },
    /// The rows of a second table.
    File {
        path: String,
    },
}

impl Default for SplitScheme {
    fn default() -> Self {
        SplitScheme::Stratified { k: 5 }
    }
}

/// More are refused: nobody waits for them.
const MAX_REPEATS: usize = 1000;

impl SplitScheme {
    pub const SPELLINGS: [&'static str; 8] = [
        "train",
        "holdout:FRACTION",
        "kfold:K",
        "stratified:K",
        "repeated:RxK",
        "leave_one_out",
        "group:COLUMN",
        "file:PATH",
    ];

    /// Stratified 5-fold for classes, shuffled 5-fold for numbers.
    pub fn default_for(classes: bool) -> SplitScheme {
        if classes {
            SplitScheme::Stratified { k: 5 }
        } else {
            SplitScheme::KFold { k: 5 }
        }
    }

    /// One sentence part for people: `stratified 5-fold cross-validation`.
    pub fn describe(&self) -> String {
        match self {
            SplitScheme::Train => "scored on its own training rows".into(),
            SplitScheme::Holdout { fraction } => {
                format!("{} % of the rows held out once", percent(*fraction))
            }
            SplitScheme::KFold { k } => format!("shuffled {k}-fold cross-validation"),
            SplitScheme::Stratified { k } => format!("stratified {k}-fold cross-validation"),
            SplitScheme::Repeated { repeats, k } => {
                format!("{k}-fold cross-validation, {repeats} times")
            }
            SplitScheme::LeaveOneOut => "each row held out alone".into(),
            SplitScheme::Group { column } => format!("whole groups of {column} held out"),
            SplitScheme::File { path } => format!("tested on {path}"),
        }
    }

    #[expect(
        clippy::should_implement_trait,
        reason = "stable hashes, which std's are not"
    )]
    pub fn hash(&self, hasher: &mut Hasher128) {
        hasher.text(&self.to_string());
    }
}

/// At most one decimal: `30`, `33.3`.
fn percent(fraction: f64) -> f64 {
    (fraction * 1000.0).round() / 10.0
}

impl fmt::Display for SplitScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SplitScheme::Train => f.write_str("train"),
            SplitScheme::Holdout { fraction } => write!(f, "holdout:{fraction}"),
            SplitScheme::KFold { k } => write!(f, "kfold:{k}"),
            SplitScheme::Stratified { k } => write!(f, "stratified:{k}"),
            SplitScheme::Repeated { repeats, k } => write!(f, "repeated:{repeats}x{k}"),
            SplitScheme::LeaveOneOut => f.write_str("leave_one_out"),
            SplitScheme::Group { column } => write!(f, "group:{column}"),
            SplitScheme::File { path } => write!(f, "file:{path}"),
        }
    }
}

impl From<SplitScheme> for String {
    fn from(scheme: SplitScheme) -> Self {
        scheme.to_string()
    }
}

impl TryFrom<String> for SplitScheme {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        text.parse()
    }
}

impl FromStr for SplitScheme {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let (name, rest) = match text.split_once(':') {
            Some((name, rest)) => (name, Some(rest)),
            None => (text, None),
        };
        let unknown = || {
            Problem::new(format!("“{text}” is not a validation scheme"))
                .fix(format!("Use one of {}", SplitScheme::SPELLINGS.join(", ")))
        };
        match (name, rest) {
            ("train", None) => Ok(SplitScheme::Train),
            ("leave_one_out", None) => Ok(SplitScheme::LeaveOneOut),
            ("holdout", rest) => Ok(SplitScheme::Holdout {
                fraction: fraction(text, rest.unwrap_or("0.3"))?,
            }),
            ("kfold", rest) => Ok(SplitScheme::KFold {
                k: folds(text, rest.unwrap_or("5"))?,
            }),
            ("stratified", rest) => Ok(SplitScheme::Stratified {
                k: folds(text, rest.unwrap_or("5"))?,
            }),
            ("repeated", Some(rest)) => {
                let (repeats, k) = rest.split_once('x').ok_or_else(|| {
                    Problem::new(format!(
                        "“{text}” does not say how often and how many folds"
                    ))
                    .fix("Write repeated:3x5 for three times five folds")
                })?;
                let repeats = repeats.trim().parse().ok();
                let repeats = repeats.filter(|n| (1..=MAX_REPEATS).contains(n));
                Ok(SplitScheme::Repeated {
                    repeats: repeats.ok_or_else(|| {
                        Problem::new(format!("“{text}” does not say how often")).fix(format!(
                            "Repeat from 1 to {MAX_REPEATS} times: repeated:3x5"
                        ))
                    })?,
                    k: folds(text, k)?,
                })
            }
            ("group", Some(column)) if !column.is_empty() => Ok(SplitScheme::Group {
                column: column.into(),
            }),
            ("file", Some(path)) if !path.is_empty() => Ok(SplitScheme::File { path: path.into() }),
            _ => Err(unknown()),
        }
    }
}

fn fraction(text: &str, fraction: &str) -> Result<f64, Problem> {
    let parsed = fraction.trim().parse::<f64>().ok();
    parsed.filter(|f| *f > 0.0 && *f < 1.0).ok_or_else(|| {
        Problem::new(format!(
            "the part to hold out in “{text}” is not a number between 0 and 1"
        ))
        .fix("Write holdout:0.3 to hold out 30 % of the rows")
    })
}

fn folds(text: &str, k: &str) -> Result<usize, Problem> {
    let parsed = k.trim().parse::<usize>().ok();
    parsed.filter(|k| *k >= 2).ok_or_else(|| {
        Problem::new(format!(
            "the number of folds in “{text}” is not a whole number of at least 2"
        ))
        .fix("Write 5 for five folds")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_read_and_written_back() {
        for text in [
            "train",
            "holdout:0.3",
            "kfold:10",
            "stratified:5",
            "repeated:3x5",
            "leave_one_out",
            "group:island: east",
            "file:C:\\data\\test.csv",
        ] {
            let scheme: SplitScheme = text.parse().unwrap();
            assert_eq!(scheme.to_string(), text);
            let json = serde_json::to_string(&scheme).unwrap();
            assert_eq!(serde_json::from_str::<SplitScheme>(&json).unwrap(), scheme);
        }
    }

    #[test]
    fn bad_spellings_say_what_to_write() {
        for (text, says) in [
            ("", "is not a validation scheme"),
            ("5", "Use one of train, holdout"),
            ("train:5", "is not a validation scheme"),
            ("group:", "is not a validation scheme"),
            ("kfold:1", "at least 2"),
            ("kfold:-3", "at least 2"),
            ("stratified:five", "at least 2"),
            ("holdout:1.5", "between 0 and 1"),
            ("holdout:0", "between 0 and 1"),
            ("holdout:NaN", "between 0 and 1"),
            ("repeated:5", "repeated:3x5"),
            ("repeated:0x5", "from 1 to 1000"),
            ("repeated:3x1", "at least 2"),
        ] {
            let problem = text.parse::<SplitScheme>().unwrap_err().to_string();
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }
}
