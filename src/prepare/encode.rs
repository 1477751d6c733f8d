//! Categories as 0/1 columns, learned from the training rows.
//!
//! Every level seen gets a column of its own (linear models then take the minimum-norm solution);
//! above a limit the rarest share one. Yes/no needs one column only. The columns are not scaled.

use std::collections::HashMap;

use super::impute::{ImputeCategories, most_frequent};
use crate::data::{Column, Kind};

/// No column: all of the feature's outputs are 0.
pub(super) const NONE: u32 = u32::MAX;

/// Where the levels of one column go.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Levels {
    /// Of the column it was fitted on.
    pub names: Vec<String>,
    /// One a level: which of the feature's outputs is 1, or `NONE`.
    pub output: Vec<u32>,
    /// The same for a level that the training rows do not have.
    pub unseen: u32,
    /// The same where the value is missing.
    pub missing: u32,
    /// The most frequent level; `None` where the training rows have no value.
    pub typical: Option<u32>,
    /// How many outputs there are.
    pub width: u32,
}

/// One output: its name behind `column=`, and its level if it stands for one.
pub(super) struct LevelOutput {
    pub name: String,
    pub level: Option<u32>,
}

impl Levels {
    /// `counts`: how often each level occurs in the training rows; `missing`: how many have none.
    pub fn fit(
        column: &Column,
        counts: &[u32],
        missing: usize,
        impute: ImputeCategories,
        limit: usize,
    ) -> (Levels, Vec<LevelOutput>) {
        let names = column.levels();
        let kept = if column.kind == Kind::YesNo && names.len() == 2 {
            vec![1]
        } else {
            kept_levels(counts, limit)
        };
        let named = |level: u32| LevelOutput {
            name: names[level as usize].clone(),
            level: Some(level),
        };
        let mut outputs: Vec<LevelOutput> = kept.iter().map(|&level| named(level)).collect();
        let mut output = vec![NONE; names.len()];
        for (place, &level) in kept.iter().enumerate() {
            output[level as usize] = place as u32;
        }
        let mut unseen = NONE;
        let seen = counts.iter().filter(|count| **count > 0).count();
        if column.kind != Kind::YesNo && seen > kept.len() {
            unseen = outputs.len() as u32;
            outputs.push(LevelOutput {
                name: unused_name("other", names),
                level: None,
            });
            for place in output.iter_mut().filter(|place| **place == NONE) {
                *place = unseen;
            }
        }
        let typical = most_frequent(counts);
        let missing_output = if impute == ImputeCategories::OwnLevel && missing > 0 {
            outputs.push(LevelOutput {
                name: unused_name("missing", names),
                level: None,
            });
            outputs.len() as u32 - 1
        } else {
            typical.map_or(NONE, |level| output[level as usize])
        };
        let levels = Levels {
            names: names.to_vec(),
            output,
            unseen,
            missing: missing_output,
            typical,
            width: outputs.len() as u32,
        };
        (levels, outputs)
    }

    /// The output of a level by its code in the column it was fitted on.
    #[inline]
    pub fn output_of(&self, level: u32) -> u32 {
        self.output
            .get(level as usize)
            .copied()
            .unwrap_or(self.unseen)
    }

    /// The outputs by the codes of another column, whose levels may differ in number and order.
    pub fn outputs_for(&self, levels: &[String]) -> Vec<u32> {
        if levels == self.names {
            return self.output.clone();
        }
        let known: HashMap<&str, u32> = self
            .names
            .iter()
            .map(String::as_str)
            .zip(self.output.iter().copied())
            .collect();
        let place = |name: &String| known.get(name.as_str()).copied().unwrap_or(self.unseen);
        levels.iter().map(place).collect()
    }

    /// All places are within the outputs; false only for a damaged file.
    pub fn is_sound(&self) -> bool {
        let fits = |place: u32| place == NONE || place < self.width;
        self.names.len() == self.output.len()
            && self.output.iter().all(|&place| fits(place))
            && fits(self.unseen)
            && fits(self.missing)
            && self
                .typical
                .is_none_or(|level| (level as usize) < self.names.len())
    }
}

/// The levels that occur, at most `limit`: the most frequent, of equals the first; in level order.
fn kept_levels(counts: &[u32], limit: usize) -> Vec<u32> {
    let mut kept: Vec<u32> = (0..counts.len() as u32)
        .filter(|&level| counts[level as usize] > 0)
        .collect();
    if kept.len() > limit {
        kept.sort_by_key(|&level| std::cmp::Reverse(counts[level as usize]));
        kept.truncate(limit);
        kept.sort_unstable();
    }
    kept
}

/// `other`, or `(other)` where a level has that name, or `((other))` ...
fn unused_name(name: &str, levels: &[String]) -> String {
    let mut name = name.to_owned();
    while levels.contains(&name) {
        name = format!("({name})");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(levels: &[&str], kind: Kind) -> Column {
        let levels = levels.iter().map(|level| (*level).to_owned()).collect();
        Column {
            kind,
            ..Column::categories("c", vec![], levels)
        }
    }

    fn names(outputs: &[LevelOutput]) -> Vec<&str> {
        outputs.iter().map(|output| output.name.as_str()).collect()
    }

    #[test]
    fn the_rarest_levels_above_the_limit_share_one_column() {
        let column = column(&["a", "b", "c", "d", "other"], Kind::Category);
        let most = ImputeCategories::MostFrequent;
        let (levels, outputs) = Levels::fit(&column, &[1, 9, 0, 5, 2], 0, most, 2);
        assert_eq!(names(&outputs), ["b", "d", "(other)"]);
        assert_eq!(levels.output, [2, 0, 2, 1, 2]);
        assert_eq!((levels.unseen, levels.missing), (2, 0));
        assert!(levels.is_sound());
    }

    #[test]
    fn unseen_levels_are_all_zeros_and_levels_go_by_name() {
        let column = column(&["a", "b", "c"], Kind::Category);
        let most = ImputeCategories::MostFrequent;
        let (levels, outputs) = Levels::fit(&column, &[4, 0, 5], 1, most, 20);
        assert_eq!(names(&outputs), ["a", "c"]);
        assert_eq!(levels.output, [0, NONE, 1]);
        assert_eq!((levels.missing, levels.typical), (1, Some(2)));
        let other_order = ["new".to_owned(), "c".to_owned(), "a".to_owned()];
        assert_eq!(levels.outputs_for(&other_order), [NONE, 1, 0]);
    }

    #[test]
    fn yes_no_is_one_column_and_missing_may_be_a_level() {
        let column = column(&["no", "yes"], Kind::YesNo);
        let (levels, outputs) =
            Levels::fit(&column, &[3, 1], 2, ImputeCategories::MostFrequent, 20);
        assert_eq!(names(&outputs), ["yes"]);
        assert_eq!(levels.output, [NONE, 0]);
        assert_eq!(levels.missing, NONE);
        let (levels, outputs) = Levels::fit(&column, &[3, 1], 2, ImputeCategories::OwnLevel, 20);
        assert_eq!(names(&outputs), ["yes", "missing"]);
        assert_eq!(levels.missing, 1);
    }

    #[test]
    fn a_column_without_values_has_no_outputs() {
        let column = column(&["a"], Kind::Category);
        let (levels, outputs) = Levels::fit(&column, &[0], 5, ImputeCategories::MostFrequent, 20);
        assert!(outputs.is_empty());
        assert_eq!((levels.missing, levels.typical), (NONE, None));
    }
}
