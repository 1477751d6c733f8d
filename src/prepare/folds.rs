//! Dealing the rows into training and test parts.

use std::collections::HashMap;
use std::sync::Arc;

use super::split::SplitScheme;
use crate::base::{Cancel, Outcome, Problem, Random};
use crate::data::{Column, Table, Values};

/// Row numbers of the table, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    pub train: Arc<[u32]>,
    pub test: Arc<[u32]>,
}

/// What a scheme makes of the rows at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Folds {
    pub scheme: SplitScheme,
    pub folds: Vec<Fold>,
    pub warnings: Vec<Problem>,
}

impl Folds {
    /// The rows of the fit that is drawn and saved, where it is not all rows: under holdout, only
    /// the training part, so that the picture is of the model that was scored.
    pub fn drawn(&self) -> Option<&Arc<[u32]>> {
        match self.scheme {
            SplitScheme::Holdout { .. } => self.folds.first().map(|fold| &fold.train),
            _ => None,
        }
    }

    /// Scores are of rows that the fit has not seen.
    pub fn is_held_out(&self) -> bool {
        self.scheme != SplitScheme::Train
    }
}

/// All folds together hold at most this many row numbers (200 MB).
const MAX_ROW_NUMBERS: usize = 50_000_000;
/// Up to this many groups are held out one by one.
const MAX_SINGLE_GROUPS: usize = 10;
const GROUP_FOLDS: usize = 5;
/// Rows whose group is looked up between two looks at the flag.
const BLOCK: usize = 1 << 14;

impl SplitScheme {
    /// Deals `rows` (those that have a target).
    ///
    /// `classes`: the code of each row of the table and the number of classes, where the target is
    /// classes. `Train` gives one fold that tests on its training rows; `File` one that trains on
    /// all rows and tests on none of this table. Fails where there are not enough rows or groups.
    pub fn folds(
        &self,
        table: &Table,
        rows: &[u32],
        classes: Option<(&[u32], usize)>,
        seed: u64,
        cancel: &Cancel,
    ) -> Outcome<Folds> {
        let mut warnings = Vec::new();
        let all = || -> Arc<[u32]> {
            let mut all = rows.to_vec();
            all.sort_unstable();
            all.into()
        };
        let folds = match self {
            _ if rows.is_empty() => {
                return Err(Problem::new("there are no rows to learn from").into());
            }
            SplitScheme::Train => vec![Fold {
                train: all(),
                test: all(),
            }],
            SplitScheme::File { .. } => vec![Fold {
                train: all(),
                test: Arc::new([]),
            }],
            SplitScheme::Holdout { fraction } => {
                let held_out = held_out(rows, classes, *fraction, seed)?;
                parts(rows, &held_out, 1, cancel)?
            }
            SplitScheme::KFold { k } => {
                self.check_size(*k, 1, rows.len())?;
                let dealt = deal(rows, None, *k, Random::stream(seed, 0));
                parts(rows, &dealt, *k, cancel)?
            }
            SplitScheme::Stratified { k } => {
                self.check_size(*k, 1, rows.len())?;
                warnings.extend(rare_classes(rows, classes, *k));
                let dealt = deal(rows, classes, *k, Random::stream(seed, 0));
                parts(rows, &dealt, *k, cancel)?
            }
            SplitScheme::Repeated { repeats, k } => {
                self.check_size(*k, *repeats, rows.len())?;
                warnings.extend(rare_classes(rows, classes, *k));
                let mut folds = Vec::new();
                for repeat in 0..*repeats as u64 {
                    let dealt = deal(rows, classes, *k, Random::stream(seed, repeat));
                    folds.extend(parts(rows, &dealt, *k, cancel)?);
                }
                folds
            }
            SplitScheme::LeaveOneOut => {
                self.check_size(rows.len(), 1, rows.len())?;
                let each: Vec<u32> = (0..rows.len() as u32).collect();
                parts(rows, &each, rows.len(), cancel)?
            }
            SplitScheme::Group { column } => {
                let (dealt, k) = deal_groups(rows, table, column, seed, &mut warnings, cancel)?;
                parts(rows, &dealt, k, cancel)?
            }
        };
        Ok(Folds {
            scheme: self.clone(),
            folds,
            warnings,
        })
    }

    fn check_size(&self, k: usize, repeats: usize, rows: usize) -> Result<(), Problem> {
        if k < 2 || k > rows {
            return Err(Problem::new(format!(
                "{k} folds cannot be made of {}",
                count(rows, "row")
            ))
            .fix(match rows {
                0 | 1 => "Use more rows".to_owned(),
                _ => format!("Use from 2 to {rows} folds"),
            }));
        }
        if k.saturating_mul(repeats).saturating_mul(rows) > MAX_ROW_NUMBERS {
            return Err(Problem::new(format!(
                "{self} fits {} models on {rows} rows, which is too much",
                k.saturating_mul(repeats)
            ))
            .fix("Use fewer folds, such as kfold:5"));
        }
        Ok(())
    }
}

fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// `part[i]` is the fold that holds out `rows[i]`; a part of `k` or more is never held out.
fn parts(rows: &[u32], part: &[u32], k: usize, cancel: &Cancel) -> Outcome<Vec<Fold>> {
    let mut sorted: Vec<(u32, u32)> = rows.iter().copied().zip(part.iter().copied()).collect();
    sorted.sort_unstable();
    let side = |fold: u32, held_out: bool| -> Arc<[u32]> {
        let of_side = sorted.iter().filter(|(_, p)| (*p == fold) == held_out);
        of_side.map(|(row, _)| *row).collect()
    };
    (0..k as u32)
        .map(|fold| {
            cancel.check()?;
            Ok(Fold {
                train: side(fold, false),
                test: side(fold, true),
            })
        })
        .collect()
}

/// Places in `rows`, one list a class (one list in all without classes), each shuffled.
fn shuffled_strata(
    rows: &[u32],
    classes: Option<(&[u32], usize)>,
    random: &mut Random,
) -> Vec<Vec<u32>> {
    let mut strata = vec![Vec::new(); classes.map_or(1, |(_, count)| count.max(1))];
    for (place, &row) in rows.iter().enumerate() {
        let class = classes.map_or(0, |(codes, _)| codes[row as usize] as usize);
        // A row without a class does not belong here; it is dealt like the last class.
        let class = class.min(strata.len() - 1);
        strata[class].push(place as u32);
    }
    for stratum in &mut strata {
        random.shuffle(stratum);
    }
    strata
}

/// Each class is dealt round the folds, beginning where the class before ended: fold sizes and the
/// shares of each class differ by one at most.
fn deal(rows: &[u32], classes: Option<(&[u32], usize)>, k: usize, mut random: Random) -> Vec<u32> {
    let mut part = vec![0; rows.len()];
    let strata = shuffled_strata(rows, classes, &mut random);
    for (turn, place) in strata.into_iter().flatten().enumerate() {
        part[place as usize] = (turn % k) as u32;
    }
    part
}

fn rare_classes(rows: &[u32], classes: Option<(&[u32], usize)>, k: usize) -> Option<Problem> {
    let (codes, class_count) = classes?;
    let mut counts = vec![0usize; class_count];
    for &row in rows {
        if let Some(count) = counts.get_mut(codes[row as usize] as usize) {
            *count += 1;
        }
    }
    let rarest = counts.into_iter().filter(|&n| n > 0).min()?;
    (rarest < k).then(|| {
        Problem::new(format!(
            "the rarest class has {}, fewer than the {k} folds, so some folds test without it",
            count(rarest, "row")
        ))
    })
}

/// 0 for the rows held out, 1 for the others. As many as scikit-learn holds out (rounded up), given
/// to the classes by the method of largest remainders.
fn held_out(
    rows: &[u32],
    classes: Option<(&[u32], usize)>,
    fraction: f64,
    seed: u64,
) -> Result<Vec<u32>, Problem> {
    let n = rows.len();
    if n < 2 {
        return Err(Problem::new("1 row cannot be split").fix("Use more rows"));
    }
    // Rounding of the product must not hold out one more: 0.07 * 100 is above 7.
    let exact = fraction * n as f64;
    let wanted = ((exact - 1e-9 * exact).ceil() as usize).clamp(1, n - 1);
    let mut random = Random::stream(seed, 0);
    let strata = shuffled_strata(rows, classes, &mut random);
    let quota = |stratum: &Vec<u32>| wanted * stratum.len() / n;
    let mut shares: Vec<usize> = strata.iter().map(quota).collect();
    let mut by_remainder: Vec<usize> = (0..strata.len()).collect();
    by_remainder.sort_by_key(|&s| std::cmp::Reverse(wanted * strata[s].len() % n));
    let rest = wanted - shares.iter().sum::<usize>();
    for &stratum in by_remainder.iter().take(rest) {
        shares[stratum] += 1;
    }
    let mut part = vec![1; n];
    for (stratum, share) in strata.iter().zip(shares) {
        for &place in &stratum[..share] {
            part[place as usize] = 0;
        }
    }
    Ok(part)
}

/// Leave one group out up to 10 groups; else five folds of whole groups, the largest group first,
/// each to the fold with the fewest rows (as GroupKFold of scikit-learn).
fn deal_groups(
    rows: &[u32],
    table: &Table,
    name: &str,
    seed: u64,
    warnings: &mut Vec<Problem>,
    cancel: &Cancel,
) -> Outcome<(Vec<u32>, usize)> {
    let column = table.column(name).ok_or_else(|| {
        Problem::new(format!("the table has no column {name} to group by"))
            .fix("Name a column of the table")
    })?;
    let place = format!("Column {}", column.name);
    let (group_of, sizes, has_missing) = group_numbers(rows, column, cancel)?;
    let groups = sizes.len();
    if groups < 2 {
        return Err(Problem::new("it has one group only")
            .at(place)
            .fix("Name a column with two groups or more")
            .into());
    }
    if has_missing {
        let text = "rows without a group are taken as one group";
        warnings.push(Problem::new(text).at(&place));
    }
    if groups <= MAX_SINGLE_GROUPS {
        let text = format!("each of the {groups} groups is held out once");
        warnings.push(Problem::new(text).at(place));
        return Ok((group_of, groups));
    }
    let text = format!("the {groups} groups are held out in {GROUP_FOLDS} folds of whole groups");
    warnings.push(Problem::new(text).at(place));
    let mut order: Vec<usize> = (0..groups).collect();
    Random::stream(seed, 0).shuffle(&mut order);
    order.sort_by_key(|&group| std::cmp::Reverse(sizes[group]));
    let mut fold_sizes = [0usize; GROUP_FOLDS];
    let mut fold_of = vec![0u32; groups];
    for group in order {
        let smallest = (0..GROUP_FOLDS).min_by_key(|&fold| fold_sizes[fold]);
        let fold = smallest.unwrap_or(0);
        fold_sizes[fold] += sizes[group];
        fold_of[group] = fold as u32;
    }
    let part = group_of.iter().map(|&group| fold_of[group as usize]);
    Ok((part.collect(), GROUP_FOLDS))
}

/// Groups numbered in the order in which they first occur, how many rows each has, and whether one
/// of them is that of the missing values.
fn group_numbers(
    rows: &[u32],
    column: &Column,
    cancel: &Cancel,
) -> Outcome<(Vec<u32>, Vec<usize>, bool)> {
    #[derive(PartialEq, Eq, Hash)]
    enum Key<'a> {
        Missing,
        Number(u64),
        Code(u32),
        Text(&'a str),
    }
    let mut numbers = HashMap::new();
    let mut sizes: Vec<usize> = Vec::new();
    let mut has_missing = false;
    let mut group_of = Vec::with_capacity(rows.len());
    for (at, &row) in rows.iter().enumerate() {
        if at % BLOCK == 0 {
            cancel.check()?;
        }
        let row = row as usize;
        let key = match &column.values {
            _ if column.missing.is_missing(row) => Key::Missing,
            Values::Number(values) => Key::Number((values[row] + 0.0).to_bits()),
            Values::Category { codes, .. } => Key::Code(codes[row]),
            Values::Text(texts) => Key::Text(&texts[row]),
        };
        has_missing |= key == Key::Missing;
        let next = sizes.len() as u32;
        let group = *numbers.entry(key).or_insert(next);
        if group == next {
            sizes.push(0);
        }
        sizes[group as usize] += 1;
        group_of.push(group);
    }
    Ok((group_of, sizes, has_missing))
}

#[cfg(test)]
mod tests;
