//! Columns of words: category, yes/no or text, by how many of them are different.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::convert::sorted_levels;
use super::super::{Kind, Mask, Values};
use super::cell::is_missing;
use super::infer::Cells;
use super::parse::{LOOK_AT_ROWS, Read, Style};
use super::remark::Remark;
use crate::base::{Cancel, Outcome};

/// Distinct words above which a column cannot be a category.
fn most_levels(present: usize, style: Style) -> usize {
    match style.kind {
        Some(Kind::Category | Kind::YesNo) => usize::MAX,
        _ => 20.max((present / 4).min(1000)),
    }
}

pub(super) fn words(
    cells: &Cells<'_>,
    style: Style,
    cancel: &Cancel,
    remarks: &mut Vec<Remark>,
) -> Outcome<Read> {
    if style.kind == Some(Kind::Text) {
        return texts(cells, cancel);
    }
    let rows = cells.rows();
    let most = most_levels(rows, style);
    let mut levels: HashMap<Cow<'_, str>, u32, BuildHasherDefault<WordHasher>> = HashMap::default();
    let mut codes = Vec::with_capacity(rows);
    let mut present = 0;
    let mut bytes = 0;
    for row in 0..rows {
        if row % LOOK_AT_ROWS == 0 {
            cancel.check()?;
        }
        let text = cells.get(row);
        if is_missing(&text) {
            codes.push(u32::MAX);
            continue;
        }
        present += 1;
        let next = levels.len() as u32;
        bytes += text.len();
        codes.push(*levels.entry(text).or_insert(next));
        if levels.len() > most {
            return texts(cells, cancel);
        }
    }
    let distinct = levels.len();
    let long = bytes > present * 60;
    let unique = distinct == present && present > 9;
    let chosen = matches!(style.kind, Some(Kind::Category | Kind::YesNo));
    if !chosen && (distinct > most_levels(present, style) || unique || long) {
        return texts(cells, cancel);
    }
    let mut names = vec![String::new(); distinct];
    for (text, code) in levels {
        names[code as usize] = text.into_owned();
    }
    let missing = Mask::from_rows(codes.iter().map(|&c| c == u32::MAX));
    if !matches!(style.kind, Some(Kind::Category))
        && let Some((flags, of_code)) = yes_no(&names, &codes)
    {
        for code in &mut codes {
            if *code != u32::MAX {
                *code = of_code[*code as usize];
            }
        }
        return Ok((Kind::YesNo, category(codes, flags), missing, None));
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
    Ok((kind, category(codes, names), missing, None))
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

fn texts(cells: &Cells<'_>, cancel: &Cancel) -> Outcome<Read> {
    let rows = cells.rows();
    let mut values: Vec<Box<str>> = Vec::with_capacity(rows);
    for row in 0..rows {
        if row % LOOK_AT_ROWS == 0 {
            cancel.check()?;
        }
        let text = cells.get(row);
        values.push(match is_missing(&text) {
            true => "".into(),
            false => text.into(),
        });
    }
    let missing = Mask::from_rows(values.iter().map(|text| text.is_empty()));
    Ok((Kind::Text, Values::Text(values.into()), missing, None))
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
