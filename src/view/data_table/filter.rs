//! Which rows a table keeps: those that pass every condition and hold what is searched for. Pure
//! functions for a worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{date, exact};
use crate::base::{Cancel, Halt};
use crate::data::{Column, Kind, Table, Values};

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these levels, by code.
    Levels(Vec<u32>),
    /// This text.
    Text(Box<str>),
    /// From `low` to `high`, both among them; dates in seconds.
    Range {
        low: f64,
        high: f64,
    },
    Missing,
    Present,
}

/// A condition on one column, by position.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub column: usize,
    pub test: Test,
}

impl Filter {
    /// The condition that this cell and its equals pass.
    pub fn like(column: usize, of: &Column, row: usize) -> Self {
        let test = match &of.values {
            _ if row >= of.len() || of.missing.is_missing(row) => Test::Missing,
            Values::Number(values) => Test::Range {
                low: values[row],
                high: values[row],
            },
            Values::Category { codes, .. } => Test::Levels(vec![codes[row]]),
            Values::Text(texts) => Test::Text(texts[row].clone()),
        };
        Filter { column, test }
    }

    /// "species = setosa", "bill length 32 to 46", "sex is missing".
    pub fn words(&self, column: &Column) -> String {
        let name = &column.name;
        let shown = |value: f64| match column.kind {
            Kind::Date => date(value),
            _ => exact(value),
        };
        match &self.test {
            Test::Levels(codes) => {
                let level = |code: &u32| column.levels().get(*code as usize).map(String::as_str);
                let names: Vec<&str> = codes.iter().filter_map(level).take(4).collect();
                match codes.len() {
                    0 => format!("{name} = nothing"),
                    n if n > 3 => format!("{name} = {} of {} values", n, column.levels().len()),
                    _ => format!("{name} = {}", names.join(" or ")),
                }
            }
            Test::Text(text) => format!("{name} = {}", text.chars().take(40).collect::<String>()),
            Test::Range { low, high } if low == high => format!("{name} = {}", shown(*low)),
            Test::Range { low, high } if *low == f64::NEG_INFINITY => {
                format!("{name} up to {}", shown(*high))
            }
            Test::Range { low, high } if *high == f64::INFINITY => {
                format!("{name} from {}", shown(*low))
            }
            Test::Range { low, high } => format!("{name} {} to {}", shown(*low), shown(*high)),
            Test::Missing => format!("{name} is missing"),
            Test::Present => format!("{name} is there"),
        }
    }
}

/// How far a piece of work is, and the flag that stops it.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    pub cancel: Cancel,
    done: Arc<AtomicU64>,
    total: Arc<AtomicU64>,
}

impl Watch {
    /// Work of so many steps begins.
    pub(super) fn begin(&self, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total as u64, Ordering::Relaxed);
    }

    /// So many more are done; fails once it was cancelled.
    pub(super) fn add(&self, steps: usize) -> Result<(), Halt> {
        self.done.fetch_add(steps as u64, Ordering::Relaxed);
        self.cancel.check()
    }

    /// From 0 to 1.
    pub fn share(&self) -> f32 {
        let total = self.total.load(Ordering::Relaxed).max(1);
        (self.done.load(Ordering::Relaxed) as f64 / total as f64).min(1.0) as f32
    }
}

/// Rows are looked at in blocks of this many, so that a cancel is seen between them.
const BLOCK: usize = 8192;

/// For each row whether it passes all of `filters` and, where `search` is not empty, one of its cells
/// holds that text, whatever the case. Done by all processors; the answer does not depend on how many.
pub fn keep_rows(
    table: &Table,
    filters: &[Filter],
    search: &str,
    watch: &Watch,
) -> Result<Vec<bool>, Halt> {
    let columns = table.columns();
    let tests: Vec<(&Column, &Test)> = filters
        .iter()
        .filter_map(|f| Some((columns.get(f.column)?, &f.test)))
        .collect();
    let needle = Needle::new(search);
    let looks: Vec<(&Column, Look)> = match &needle {
        None => Vec::new(),
        Some(needle) => columns
            .iter()
            .map(|column| (column, needle.look(column)))
            .filter(|(_, look)| !matches!(look, Look::Never))
            .collect(),
    };
    let rows = table.rows();
    let steps = tests.len() + looks.len();
    watch.begin(rows * steps);
    let mut keep = vec![true; rows];
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let part = rows.div_ceil(threads).max(BLOCK);
    std::thread::scope(|scope| {
        let mut parts = keep.chunks_mut(part).enumerate();
        let first = parts.next();
        let (tests, looks, needle) = (&tests, &looks, needle.as_ref());
        let run = move |(at, keep): (usize, &mut [bool])| {
            run_part(at * part, keep, tests, looks, needle, watch)
        };
        let others: Vec<_> = parts.map(|part| scope.spawn(move || run(part))).collect();
        let mut result = first.map_or(Ok(()), run);
        for other in others {
            let ended = other.join().unwrap_or(Err(Halt::Cancelled));
            result = result.and(ended);
        }
        result
    })?;
    Ok(keep)
}

/// Takes out of `keep`, one a row, the rows of which this column's value does not pass.
pub fn keep_also(
    column: &Column,
    test: &Test,
    keep: &mut [bool],
    cancel: &Cancel,
) -> Result<(), Halt> {
    for (block, keep) in keep.chunks_mut(BLOCK).enumerate() {
        cancel.check()?;
        pass(column, test, block * BLOCK, keep);
    }
    Ok(())
}

fn run_part(
    start: usize,
    keep: &mut [bool],
    tests: &[(&Column, &Test)],
    looks: &[(&Column, Look)],
    needle: Option<&Needle>,
    watch: &Watch,
) -> Result<(), Halt> {
    let mut found = vec![false; BLOCK];
    for (block, keep) in keep.chunks_mut(BLOCK).enumerate() {
        let start = start + block * BLOCK;
        for (column, test) in tests {
            watch.cancel.check()?;
            pass(column, test, start, keep);
            watch.done.fetch_add(keep.len() as u64, Ordering::Relaxed);
        }
        let Some(needle) = needle else { continue };
        let found = &mut found[..keep.len()];
        // Rows that are out already need no look.
        for (found, keep) in found.iter_mut().zip(&*keep) {
            *found = !keep;
        }
        for (column, look) in looks {
            watch.cancel.check()?;
            for (at, found) in found.iter_mut().enumerate() {
                *found = *found || needle.is_in(column, look, start + at);
            }
            watch.done.fetch_add(keep.len() as u64, Ordering::Relaxed);
        }
        for (keep, found) in keep.iter_mut().zip(found) {
            *keep &= *found;
        }
    }
    Ok(())
}

fn pass(column: &Column, test: &Test, start: usize, keep: &mut [bool]) {
    let mut each = |passes: &dyn Fn(usize) -> bool| {
        for (at, keep) in keep.iter_mut().enumerate() {
            *keep = *keep && passes(start + at);
        }
    };
    let missing = |row: usize| column.missing.is_missing(row);
    match (test, &column.values) {
        (Test::Missing, _) => each(&missing),
        (Test::Present, _) => each(&|row| !missing(row)),
        (Test::Range { low, high }, Values::Number(values)) => {
            each(&|row| !missing(row) && (*low..=*high).contains(&values[row]));
        }
        (Test::Levels(chosen), Values::Category { codes, levels }) => {
            let mut among = vec![false; levels.len()];
            for code in chosen {
                if let Some(among) = among.get_mut(*code as usize) {
                    *among = true;
                }
            }
            each(&|row| !missing(row) && among.get(codes[row] as usize) == Some(&true));
        }
        (Test::Text(text), Values::Text(texts)) => {
            each(&|row| !missing(row) && texts[row] == *text);
        }
        // The column holds something else by now.
        _ => each(&|_| false),
    }
}

/// What is searched for, in small letters.
struct Needle {
    text: String,
    /// As a number is written, where it may be part of one.
    digits: Option<String>,
}

/// How a column is searched.
enum Look {
    Never,
    Written,
    /// Which levels hold the text.
    Levels(Vec<bool>),
}

impl Needle {
    fn new(search: &str) -> Option<Self> {
        let text = search.trim().to_lowercase();
        if text.is_empty() {
            return None;
        }
        let written: String = text.replace('−', "-").replace(',', ".");
        let number = written
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.e: ".contains(&b));
        Some(Needle {
            text,
            digits: number.then_some(written),
        })
    }

    fn look(&self, column: &Column) -> Look {
        match &column.values {
            Values::Number(_) if self.digits.is_none() => Look::Never,
            Values::Number(_) | Values::Text(_) => Look::Written,
            Values::Category { levels, .. } => {
                let among: Vec<bool> = levels.iter().map(|level| self.is_in_text(level)).collect();
                if among.contains(&true) {
                    Look::Levels(among)
                } else {
                    Look::Never
                }
            }
        }
    }

    fn is_in(&self, column: &Column, look: &Look, row: usize) -> bool {
        if column.missing.is_missing(row) {
            return false;
        }
        match (look, &column.values) {
            (Look::Levels(among), Values::Category { codes, .. }) => {
                among.get(codes[row] as usize) == Some(&true)
            }
            (_, Values::Text(texts)) => self.is_in_text(&texts[row]),
            (_, Values::Number(_)) => match &self.digits {
                Some(digits) => column.cell(row).contains(digits.as_str()),
                None => false,
            },
            _ => false,
        }
    }

    fn is_in_text(&self, text: &str) -> bool {
        if !text.is_ascii() || !self.text.is_ascii() {
            return text.to_lowercase().contains(&self.text);
        }
        let (text, needle) = (text.as_bytes(), self.text.as_bytes());
        text.windows(needle.len())
            .any(|part| part.eq_ignore_ascii_case(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TableBuilder;

    fn table() -> Table {
        let texts = ["Straße 1", "Main Road", "", "main"];
        TableBuilder::new("t")
            .column(Column::numbers("x", vec![1.5, -2.0, f64::NAN, 31.5]))
            .column(Column::categories(
                "c",
                vec![0, 1, 1, u32::MAX],
                vec!["Red".into(), "blue".into()],
            ))
            .column(Column::texts("t", texts.map(|t| Some(t.into())).to_vec()))
            .build()
            .unwrap()
    }

    fn kept(filters: &[Filter], search: &str) -> Vec<usize> {
        let keep = keep_rows(&table(), filters, search, &Watch::default()).unwrap();
        (0..keep.len()).filter(|&row| keep[row]).collect()
    }

    #[test]
    fn conditions_join_and_name_themselves() {
        let table = table();
        let of = |column: usize, row: usize| Filter::like(column, &table.columns()[column], row);
        let words = |f: &Filter| f.words(&table.columns()[f.column]);
        for (filter, rows, said) in [
            (of(0, 0), vec![0], "x = 1.5"),
            (of(0, 2), vec![2], "x is missing"),
            (of(1, 1), vec![1, 2], "c = blue"),
            (of(2, 3), vec![3], "t = main"),
        ] {
            assert_eq!(kept(std::slice::from_ref(&filter), ""), rows, "{said}");
            assert_eq!(words(&filter), said);
        }
        let range = |low, high| Filter {
            column: 0,
            test: Test::Range { low, high },
        };
        assert_eq!(kept(&[range(-2.0, 1.5)], ""), [0, 1]);
        assert_eq!(words(&range(f64::NEG_INFINITY, 2.0)), "x up to 2");
        assert_eq!(words(&range(-1.0, f64::INFINITY)), "x from −1");
        let both = Filter {
            column: 1,
            test: Test::Levels(vec![0, 1]),
        };
        assert_eq!(kept(&[both.clone(), range(-9.0, 0.0)], ""), [1]);
        assert_eq!(words(&both), "c = Red or blue");
        // A condition on a column that holds something else by now keeps nothing.
        let odd = Filter {
            column: 0,
            test: Test::Levels(vec![0]),
        };
        assert!(kept(&[odd], "").is_empty());
    }

    #[test]
    fn a_search_finds_parts_of_texts_levels_and_numbers() {
        assert_eq!(kept(&[], "MAIN"), [1, 3]);
        assert_eq!(kept(&[], "strasse"), Vec::<usize>::new());
        assert_eq!(kept(&[], "straße"), [0]);
        assert_eq!(kept(&[], "red"), [0]);
        assert_eq!(kept(&[], "1,5"), [0, 3]);
        assert_eq!(kept(&[], "−2"), [1]);
        assert_eq!(kept(&[], "1"), [0, 3]);
        assert_eq!(kept(&[], "  "), [0, 1, 2, 3]);
        assert_eq!(kept(&[], "nowhere"), Vec::<usize>::new());
    }

    #[test]
    fn many_rows_are_told_apart_by_all_threads_and_it_stops() {
        let n = 5 * BLOCK + 3;
        let values = (0..n).map(|row| (row % 10) as f64).collect();
        let table = TableBuilder::new("t")
            .column(Column::numbers("x", values))
            .build()
            .unwrap();
        let watch = Watch::default();
        let filter = Filter {
            column: 0,
            test: Test::Range {
                low: 3.0,
                high: 4.0,
            },
        };
        let keep = keep_rows(&table, std::slice::from_ref(&filter), "4", &watch).unwrap();
        assert!((0..n).all(|row| keep[row] == (row % 10 == 4)));
        assert_eq!(watch.share(), 1.0);
        watch.cancel.cancel();
        let stopped = keep_rows(&table, &[filter], "", &watch);
        assert_eq!(stopped, Err(Halt::Cancelled));
        let empty = TableBuilder::new("t").build().unwrap();
        assert!(
            keep_rows(&empty, &[], "a", &Watch::default())
                .unwrap()
                .is_empty()
        );
    }
}
