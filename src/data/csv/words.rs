//! Columns of words: category, yes/no or text, by how many of them are different.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::convert::sorted_levels;
use super::super::{Column, Kind, Mask, Values};
use super::cell::is_missing;
use super::infer::Cells;
use super::parse::{LOOK_AT_ROWS, Read, Style};
use super::remark::Remark;
use super::texts::{Texts, too_much_text};
use super::tokenise::MOST_BYTES;
use crate::base::{Cancel, Outcome, Problem};

/// Distinct words above which a column cannot be a category.
fn most_levels(present: usize, style: Style) -> usize {
    match style.kind {
        Some(Kind::Category | Kind::YesNo) => usize::MAX,
        _ => 20.max((present / 4).min(1000)),
    }
}

/// Cells of words: coded as long as they are few, then one text a row.
pub(super) struct Words {
    store: Store,
    present: usize,
    /// Of the words that are present.
    bytes: usize,
    /// A cell holds anything, be it a spelling of missing.
    pub filled: bool,
    /// Places of the levels, once there are pieces to add.
    places: HashMap<String, u32, BuildHasherDefault<WordHasher>>,
}

enum Store {
    Codes {
        codes: Vec<u32>,
        levels: Vec<String>,
    },
    Texts(Vec<Box<str>>),
}

impl Default for Words {
    fn default() -> Self {
        Words {
            store: Store::Codes {
                codes: Vec::new(),
                levels: Vec::new(),
            },
            present: 0,
            bytes: 0,
            filled: false,
            places: HashMap::default(),
        }
    }
}

impl Words {
    /// `rows`: how many the column has, or more.
    pub(super) fn gather(
        cells: &Cells<'_>,
        style: Style,
        rows: usize,
        cancel: &Cancel,
    ) -> Outcome<Words> {
        if style.kind == Some(Kind::Text) {
            return Words::texts(cells, cancel);
        }
        let most = most_levels(rows, style);
        let mut levels: HashMap<Cow<'_, str>, u32, BuildHasherDefault<WordHasher>> =
            HashMap::default();
        let mut words = Words::default();
        let mut codes = Vec::with_capacity(cells.rows());
        for row in 0..cells.rows() {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            let text = cells.get(row);
            words.filled |= !text.is_empty();
            if is_missing(&text) {
                codes.push(u32::MAX);
                continue;
            }
            words.present += 1;
            words.bytes += text.len();
            let next = levels.len() as u32;
            codes.push(*levels.entry(text).or_insert(next));
            if levels.len() > most {
                return Words::texts(cells, cancel);
            }
        }
        let mut names = vec![String::new(); levels.len()];
        for (text, code) in levels {
            names[code as usize] = text.into_owned();
        }
        words.store = Store::Codes {
            codes,
            levels: names,
        };
        Ok(words)
    }

    fn texts(cells: &Cells<'_>, cancel: &Cancel) -> Outcome<Words> {
        let mut words = Words::default();
        let mut values: Vec<Box<str>> = Vec::with_capacity(cells.rows());
        for row in 0..cells.rows() {
            if row % LOOK_AT_ROWS == 0 {
                cancel.check()?;
            }
            let text = cells.get(row);
            words.filled |= !text.is_empty();
            values.push(match is_missing(&text) {
                true => "".into(),
                false => {
                    words.present += 1;
                    words.bytes += text.len();
                    text.into()
                }
            });
        }
        words.store = Store::Texts(values);
        Ok(words)
    }

    /// Adds the cells that follow.
    pub(super) fn append(&mut self, other: Words, style: Style) {
        self.present += other.present;
        self.bytes += other.bytes;
        self.filled |= other.filled;
        let most = most_levels(usize::MAX, style);
        if let (
            Store::Codes { codes, levels },
            Store::Codes {
                codes: more,
                levels: names,
            },
        ) = (&mut self.store, &other.store)
        {
            let place = |name: &String| match self.places.get(name) {
                Some(&code) => code,
                None => {
                    let code = levels.len() as u32;
                    levels.push(name.clone());
                    self.places.insert(name.clone(), code);
                    code
                }
            };
            let of: Vec<u32> = names.iter().map(place).collect();
            let code = |code: &u32| of.get(*code as usize).copied().unwrap_or(u32::MAX);
            codes.extend(more.iter().map(code));
            if levels.len() <= most {
                return;
            }
            self.become_texts();
            return;
        }
        self.become_texts();
        if let Store::Texts(texts) = &mut self.store {
            texts.extend(other.into_texts());
        }
    }

    fn become_texts(&mut self) {
        if let Store::Codes { .. } = &self.store {
            let words = std::mem::take(self);
            *self = Words {
                present: words.present,
                bytes: words.bytes,
                filled: words.filled,
                places: HashMap::default(),
                store: Store::Texts(words.into_texts()),
            };
        }
    }

    /// One text a row, empty where missing.
    fn into_texts(self) -> Vec<Box<str>> {
        match self.store {
            Store::Texts(texts) => texts,
            Store::Codes { codes, levels } => {
                let text = |code: &u32| levels.get(*code as usize).map_or("", String::as_str);
                codes.iter().map(|code| text(code).into()).collect()
            }
        }
    }

    /// The cells as texts again, to be looked at anew; `None` where all of them are missing.
    pub(super) fn to_texts(&self) -> Option<Result<Texts, Problem>> {
        (self.present > 0).then(|| {
            let mut texts = Texts::default();
            match &self.store {
                Store::Texts(values) => values.iter().try_for_each(|text| texts.push(text))?,
                Store::Codes { codes, levels } => codes.iter().try_for_each(|code| {
                    texts.push(levels.get(*code as usize).map_or("", String::as_str))
                })?,
            }
            Ok(texts)
        })
    }

    pub(super) fn finish(self, style: Style, remarks: &mut Vec<Remark>) -> Read {
        let chosen = matches!(style.kind, Some(Kind::Category | Kind::YesNo));
        let present = self.present;
        let long = self.bytes > present * 60;
        let (codes, names) = match self.store {
            Store::Codes { codes, levels }
                if chosen
                    || !(levels.len() > most_levels(present, style)
                        || (levels.len() == present && present > 9)
                        || long) =>
            {
                (codes, levels)
            }
            _ => {
                let texts = self.into_texts();
                let missing = Mask::from_rows(texts.iter().map(|text| text.is_empty()));
                return (Kind::Text, Values::Text(texts.into()), missing, None);
            }
        };
        let mut codes = codes;
        let missing = Mask::from_rows(codes.iter().map(|&c| c == u32::MAX));
        if !matches!(style.kind, Some(Kind::Category))
            && let Some((flags, of_code)) = yes_no(&names, &codes)
        {
            for code in &mut codes {
                if *code != u32::MAX {
                    *code = of_code[*code as usize];
                }
            }
            return (Kind::YesNo, category(codes, flags), missing, None);
        }
        let (codes, names) = sorted_levels(codes, names);
        let kind = match style.kind {
            Some(Kind::YesNo) if names.len() == 2 => Kind::YesNo,
            Some(Kind::YesNo) => {
                remarks.push(Remark {
                    row: None,
                    what: format!(
                        "yes/no needs two different values, the column has {}; read as a category",
                        names.len()
                    ),
                    fix: "",
                });
                Kind::Category
            }
            _ => Kind::Category,
        };
        (kind, category(codes, names), missing, None)
    }
}

/// The words of a column as they come one by one, from a source whose cells are no part of one text.
pub(in crate::data) struct Gathered<'a> {
    words: Words,
    known: HashMap<Box<str>, u32, BuildHasherDefault<WordHasher>>,
    most: usize,
    missing: &'a [String],
    /// Codes of words met lately, by where they lay in memory: a dictionary hands out the same bytes again
    /// and again.
    recent: [u32; RECENT],
}

const RECENT: usize = 1024;
/// As cells that nobody has chosen a kind for.
const PLAIN: Style = Style {
    decimal_comma: false,
    month_first: None,
    kind: None,
};

impl<'a> Gathered<'a> {
    /// `rows`: how many the column has. `missing`: what the person counts as missing.
    pub(in crate::data) fn new(rows: usize, missing: &'a [String]) -> Self {
        Gathered {
            words: Words::default(),
            known: HashMap::default(),
            most: most_levels(rows, PLAIN),
            missing,
            recent: [u32::MAX; RECENT],
        }
    }

    /// A cell without a value.
    pub(in crate::data) fn push_missing(&mut self) {
        match &mut self.words.store {
            Store::Codes { codes, .. } => codes.push(u32::MAX),
            Store::Texts(texts) => texts.push("".into()),
        }
    }

    /// Blanks around it are taken off. False where the bytes are no text, which is a missing value.
    pub(in crate::data) fn push(&mut self, bytes: &[u8]) -> Result<bool, Problem> {
        let place = bytes.as_ptr() as usize;
        let slot = (place ^ place >> 10) % RECENT;
        if let Store::Codes { codes, levels } = &mut self.words.store {
            let recent = self.recent[slot];
            // Other bytes may lie there by now.
            if let Some(level) = levels.get(recent as usize)
                && level.as_bytes() == bytes
            {
                codes.push(recent);
                self.words.present += 1;
                self.words.bytes += bytes.len();
                return Ok(true);
            }
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.push_missing();
            return Ok(false);
        };
        let text = text.trim();
        if text.is_empty() || self.missing.iter().any(|m| m == text) {
            self.push_missing();
            return Ok(true);
        }
        self.words.filled = true;
        if is_missing(text) {
            self.push_missing();
            return Ok(true);
        }
        self.words.present += 1;
        self.words.bytes += text.len();
        if self.words.bytes > MOST_BYTES {
            return Err(too_much_text());
        }
        match &mut self.words.store {
            Store::Texts(texts) => texts.push(text.into()),
            Store::Codes { codes, levels } => {
                let code = match self.known.get(text) {
                    Some(code) => *code,
                    None => {
                        let code = levels.len() as u32;
                        levels.push(text.to_owned());
                        self.known.insert(text.into(), code);
                        code
                    }
                };
                codes.push(code);
                if text.len() == bytes.len() {
                    self.recent[slot] = code;
                }
                if levels.len() > self.most {
                    self.words.become_texts();
                    self.known = HashMap::default();
                }
            }
        }
        Ok(true)
    }

    pub(in crate::data) fn finish(self, name: &str) -> Column {
        let (kind, values, missing, _) = self.words.finish(PLAIN, &mut Vec::new());
        Column {
            name: name.to_owned(),
            unit: None,
            kind,
            values,
            missing,
        }
    }
}

pub(super) fn words(
    cells: &Cells<'_>,
    style: Style,
    cancel: &Cancel,
    remarks: &mut Vec<Remark>,
) -> Outcome<Read> {
    let words = Words::gather(cells, style, cells.rows(), cancel)?;
    Ok(words.finish(style, remarks))
}

fn category(codes: Vec<u32>, levels: Vec<String>) -> Values {
    Values::Category {
        codes: codes.into(),
        levels: levels.into(),
    }
}

/// The two words of a yes/no column, the no first, as they are most often spelled; and for each old
/// code 0 or 1.
fn yes_no(names: &[String], codes: &[u32]) -> Option<(Vec<String>, Vec<u32>)> {
    const PAIRS: [(&str, &str, bool); 6] = [
        ("false", "true", false),
        ("no", "yes", false),
        ("nein", "ja", true),
        ("non", "oui", true),
        // Single letters, as words of other languages, only where both occur.
        ("f", "t", true),
        ("n", "y", true),
    ];
    if names.is_empty() || names.len() > 6 {
        return None;
    }
    let (of_code, pair) = PAIRS.iter().find_map(|&(no, yes, needs_both)| {
        let side = |name: &String| {
            if name.eq_ignore_ascii_case(no) {
                Some(0)
            } else {
                name.eq_ignore_ascii_case(yes).then_some(1)
            }
        };
        let of_code: Vec<u32> = names.iter().map(side).collect::<Option<_>>()?;
        let both = of_code.contains(&0) && of_code.contains(&1);
        (both || !needs_both).then_some((of_code, [no, yes]))
    })?;
    let mut counts = vec![0usize; names.len()];
    for &code in codes.iter().filter(|&&code| code != u32::MAX) {
        counts[code as usize] += 1;
    }
    let spelled = |flag: u32| {
        (0..names.len())
            .filter(|&code| of_code[code] == flag)
            .max_by_key(|&code| (counts[code], std::cmp::Reverse(code)))
            .map(|code| names[code].clone())
    };
    let like = |word: &str, other: &str| match other.chars().next().is_some_and(char::is_uppercase)
    {
        true if other == other.to_uppercase() => word.to_uppercase(),
        true => word[..1].to_uppercase() + &word[1..],
        false => word.to_owned(),
    };
    let (no, yes) = match (spelled(0), spelled(1)) {
        (Some(no), Some(yes)) => (no, yes),
        (Some(no), None) => (no.clone(), like(pair[1], &no)),
        (None, Some(yes)) => (like(pair[0], &yes), yes),
        (None, None) => return None,
    };
    Some((vec![no, yes], of_code))
}

/// A quick hash for short words, eight bytes at a time (after Fx, the compiler's). Nobody chooses
/// words here to make them collide, and only `most_levels` of them are held.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        // The table takes the low bits for its place and the high ones for its tags.
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_come_one_by_one_are_those_of_a_column_read_at_once() {
        let missing = ["gone".to_owned()];
        let few = |row: usize| ["a", " b ", "gone", "NA", "", "true"][row % 6].to_owned();
        let many = |row: usize| match row % 9 {
            0 => String::new(),
            _ => format!("word {}", row * 7919 % 5003),
        };
        let flags = |row: usize| ["Yes", "no", "NULL"][row % 3].to_owned();
        type Make<'m> = &'m dyn Fn(usize) -> String;
        for (of, rows) in [
            (&few as Make, 500),
            (&many, 3000),
            (&flags, 40),
            (&few, 3),
            (&many, 0),
        ] {
            let mut texts = Texts::default();
            let mut gathered = Gathered::new(rows, &missing);
            for row in 0..rows {
                let text = of(row);
                texts.push(&text).unwrap();
                assert_eq!(gathered.push(text.as_bytes()), Ok(true));
            }
            let cells = texts.cells(&missing);
            let at_once = words(&cells, PLAIN, &Cancel::new(), &mut Vec::new()).unwrap();
            let column = gathered.finish("w");
            let read = (column.kind, column.values, column.missing, column.unit);
            assert_eq!(read, at_once);
        }
        let mut gathered = Gathered::new(3, &[]);
        assert_eq!(gathered.push(b"\xff\xfe"), Ok(false));
        assert_eq!(gathered.push(b"x"), Ok(true));
        gathered.push_missing();
        assert_eq!(gathered.finish("w").missing.count(), 2);
    }
}
