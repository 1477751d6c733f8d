//! The first few hundred records of a text under some delimiter.

use super::tokenise::{Field, Records};

/// Records looked at.
const SAMPLE: usize = 300;

/// The first records of a text, as texts.
pub(super) struct Sample {
    pub rows: Vec<Vec<String>>,
    /// Where the second record begins.
    pub second: usize,
}

impl Sample {
    pub(super) fn take(text: &str, start: usize, delimiter: u8) -> Sample {
        let mut records = Records::new(text, start, delimiter, false);
        let mut fields: Vec<Field> = Vec::new();
        let mut rows = Vec::new();
        let mut second = text.len();
        while rows.len() < SAMPLE && records.next(&mut fields).is_some() {
            if rows.is_empty() {
                second = records.position;
            }
            rows.push(
                fields
                    .drain(..)
                    .map(|f| f.text(text).into_owned())
                    .collect(),
            );
        }
        Sample { rows, second }
    }

    pub(super) fn width(&self) -> usize {
        most_frequent(self.rows.iter().map(Vec::len))
    }
}

/// The larger of two that are equally frequent.
pub(in crate::data) fn most_frequent(counts: impl Iterator<Item = usize>) -> usize {
    let mut tally = std::collections::BTreeMap::new();
    for count in counts {
        *tally.entry(count).or_insert(0) += 1;
    }
    tally
        .into_iter()
        .max_by_key(|&(count, times)| (times, count))
        .map_or(0, |(count, _)| count)
}
