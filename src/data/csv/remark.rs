//! What is said about the cells of one column.

use super::parse::Style;
use crate::base::Problem;

/// A note about a column; the reader adds the line and the column's name.
#[derive(Debug)]
pub(super) struct Remark {
    /// If it is about one row.
    pub row: Option<usize>,
    pub what: String,
    pub fix: &'static str,
}

impl Remark {
    /// `number` counts columns from 1, `place` names a row: `Line 7`.
    pub(super) fn problem(
        &self,
        number: usize,
        name: &str,
        place: impl Fn(usize) -> String,
    ) -> Problem {
        let place = match self.row {
            Some(row) => format!("{}, column {number} ({name})", place(row)),
            None => format!("Column {number} ({name})"),
        };
        Problem::new(self.what.clone()).at(place).fix(self.fix)
    }
}

/// Rows counted, the first few remembered with what stands in them.
#[derive(Clone, Default)]
pub(super) struct Rows {
    pub count: usize,
    first: Vec<(usize, String)>,
}

/// Rows remembered.
const FIRST: usize = 3;

impl Rows {
    pub(super) fn add(&mut self, row: usize, text: &str) {
        self.count += 1;
        if self.first.len() < FIRST {
            self.first.push((row, shortened(text)));
        }
    }

    /// Adds rows that follow, counted from `at`.
    pub(super) fn append(&mut self, other: Rows, at: usize) {
        self.count += other.count;
        let free = FIRST.saturating_sub(self.first.len());
        let first = other.first.into_iter().take(free);
        self.first.extend(first.map(|(row, text)| (at + row, text)));
    }

    pub(super) fn first(&self) -> Option<(usize, &str)> {
        let (row, text) = self.first.first()?;
        Some((*row, text))
    }

    pub(super) fn counted(&self, what: &str) -> String {
        match self.count {
            1 => format!("1 {what} is"),
            n => format!("{n} {what}s are"),
        }
    }

    /// `“?” and 4 other values`, `“x7”, “x27”, “x47” and 12 other values`: different ones by name.
    fn named(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for (_, text) in &self.first {
            let name = format!("“{text}”");
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let others = match self.count - names.len() {
            0 => String::new(),
            1 => " and 1 other value".to_owned(),
            n => format!(" and {n} other values"),
        };
        format!("{}{others}", names.join(", "))
    }

    /// Says that these, which are no usual spelling of it, are read as missing.
    pub(super) fn remark_missing(&self, remarks: &mut Vec<Remark>) {
        if let Some((row, _)) = self.first() {
            let verb = if self.count == 1 { "is" } else { "are" };
            remarks.push(Remark {
                row: Some(row),
                what: format!("{} {verb} read as missing", self.named()),
                fix: "",
            });
        }
    }

    /// Whether the column may be of numbers (or dates) in spite of these misfits; says so either way.
    pub(super) fn judge(
        &self,
        present: usize,
        kind: &str,
        style: Style,
        remarks: &mut Vec<Remark>,
    ) -> bool {
        let Some((row, _)) = self.first() else {
            return true;
        };
        let culprits = self.named();
        let verb = if self.count == 1 { "is no" } else { "are no" };
        let accepted = self.count * 100 <= present || style.kind.is_some();
        if accepted {
            remarks.push(Remark {
                row: Some(row),
                what: format!("{culprits} {verb} {kind}, and read as missing"),
                fix: "Read the column as text to see them",
            });
        } else if self.count * 5 <= present {
            remarks.push(Remark {
                row: Some(row),
                what: format!("{culprits} {verb} {kind}, so the column is not read as {kind}s"),
                fix: "Change its kind to read them as missing",
            });
        }
        accepted
    }
}

/// Enough of a cell to find it by.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
