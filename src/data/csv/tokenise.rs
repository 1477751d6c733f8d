//! Text to fields: where each begins and ends, which is all that parsing column by column needs.
//!
//! Quotes count only at the start of a field; `""` inside is one quotation mark; quoted fields may hold
//! delimiters and line ends. LF, CRLF and CR end a record. An opening quote that is never closed, or
//! closes lines later in the middle of another field, is a plain character and reported.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use crate::base::{Cancel, Outcome};

/// A field's place in the text. Files are below 4 GB (see `MOST_BYTES`), fields are cut at 2 GB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    start: u32,
    length: u32,
}

pub(super) const MOST_BYTES: usize = u32::MAX as usize - 1;
/// Quoted, holds `""` or goes on behind its closing quote; the place includes the opening quote.
const MESSY: u32 = 1 << 31;

impl Field {
    pub(super) const EMPTY: Field = Field {
        start: 0,
        length: 0,
    };

    pub(super) fn new(start: usize, end: usize) -> Field {
        Field {
            start: start as u32,
            length: (end - start).min(!MESSY as usize) as u32,
        }
    }

    fn messy(self) -> Field {
        Field {
            length: self.length | MESSY,
            ..self
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.length == 0
    }

    /// Where it begins, in bytes; 0 for a field that a short record lacks.
    pub(super) fn offset(self) -> usize {
        self.start as usize
    }

    /// From where to where a value goes that stands in the text as it is.
    #[inline]
    pub(super) fn plain(self) -> Option<(usize, usize)> {
        let (start, length) = (self.start as usize, self.length as usize);
        (self.length & MESSY == 0).then_some((start, start + length))
    }

    /// The value: quotes taken off, blanks kept.
    #[inline]
    pub(super) fn text(self, source: &str) -> Cow<'_, str> {
        let start = self.start as usize;
        let raw = source
            .get(start..start + (self.length & !MESSY) as usize)
            .unwrap_or("");
        if self.length & MESSY == 0 {
            return Cow::Borrowed(raw);
        }
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw.strip_prefix('"').unwrap_or(raw);
        while let Some(at) = rest.find('"') {
            value.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    value.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        value.push_str(rest);
        Cow::Owned(value)
    }
}

/// Reads record after record. The delimiter `b' '` stands for runs of blanks and tabs.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    pub position: usize,
    delimiter: u8,
    /// Where blank lines count: in a table of one column they are missing values.
    keep_blank: bool,
    /// Offsets of quotes that were read as plain characters.
    pub stray_quotes: Vec<usize>,
    stops: [bool; 256],
    /// The same bytes, each eight times over.
    patterns: [u64; 4],
    /// Which of the 64 bytes from `block` on end a field.
    ends: u64,
    block: usize,
}

const LOW: u64 = 0x0101_0101_0101_0101;
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The high bit of each byte that is zero (Warren, "Hacker's Delight", 6-1).
#[inline]
fn zeros(word: u64) -> u64 {
    const MOST: u64 = 0x7f * LOW;
    !(((word & MOST) + MOST) | word | MOST)
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str, position: usize, delimiter: u8, keep_blank: bool) -> Self {
        let mut stops = [false; 256];
        for byte in [delimiter, b'\n', b'\r'] {
            stops[byte as usize] = true;
        }
        let blank = if delimiter == b' ' { b'\t' } else { delimiter };
        stops[blank as usize] = true;
        let text = match keep_blank {
            true => text.trim_end_matches(['\n', '\r']),
            false => text,
        };
        Records {
            bytes: text.as_bytes(),
            position,
            delimiter,
            keep_blank,
            stray_quotes: Vec::new(),
            stops,
            patterns: [delimiter, b'\n', b'\r', blank].map(|byte| u64::from(byte) * LOW),
            ends: 0,
            block: usize::MAX,
        }
    }

    /// Appends the fields of the next record; gives how many and where the record begins.
    pub(super) fn next(&mut self, out: &mut Vec<Field>) -> Option<(usize, usize)> {
        if !self.keep_blank {
            self.skip_blank_lines();
        }
        if self.position >= self.bytes.len() {
            return None;
        }
        let begin = self.position;
        let before = out.len();
        loop {
            if self.delimiter == b' ' {
                self.skip_blanks();
            }
            self.field(out);
            if self.delimiter == b' ' {
                // Blanks at the end of a line delimit nothing.
                self.skip_blanks();
                if !matches!(self.bytes.get(self.position), None | Some(b'\n' | b'\r')) {
                    continue;
                }
            }
            match self.bytes.get(self.position) {
                None => break,
                Some(b'\n') => {
                    self.position += 1;
                    break;
                }
                Some(b'\r') => {
                    self.position += 1;
                    if self.bytes.get(self.position) == Some(&b'\n') {
                        self.position += 1;
                    }
                    break;
                }
                Some(_) => self.position += 1,
            }
        }
        Some((out.len() - before, begin))
    }

    fn skip_blanks(&mut self) {
        while matches!(self.bytes.get(self.position), Some(b' ' | b'\t')) {
            self.position += 1;
        }
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let mut at = self.position;
            while let Some(b' ' | b'\t') = self.bytes.get(at) {
                if self.bytes[at] == self.delimiter && self.delimiter != b' ' {
                    return;
                }
                at += 1;
            }
            match self.bytes.get(at) {
                Some(b'\n' | b'\r') => self.position = at + 1,
                None => {
                    self.position = at;
                    return;
                }
                Some(_) => return,
            }
        }
    }

    /// One field; leaves the position at what ends it.
    #[inline]
    fn field(&mut self, out: &mut Vec<Field>) {
        let start = self.position;
        if self.bytes.get(start) == Some(&b'"')
            && let Some(field) = self.quoted(start)
        {
            out.push(field);
            return;
        }
        let end = self.stop(start);
        self.position = end;
        out.push(Field::new(start, end));
    }

    /// Where the field ends that goes on at `from`.
    #[inline]
    fn stop(&mut self, from: usize) -> usize {
        let mut block = from & !63;
        if block != self.block {
            self.look(block);
        }
        let mut ends = self.ends & (!0 << (from & 63));
        while ends == 0 {
            block += 64;
            if block >= self.bytes.len() {
                return self.bytes.len();
            }
            self.look(block);
            ends = self.ends;
        }
        block + ends.trailing_zeros() as usize
    }

    /// Finds what ends fields among 64 bytes, one bit each; none of what lies behind the text.
    #[inline]
    fn look(&mut self, block: usize) {
        self.block = block;
        let rest = self.bytes.get(block..).unwrap_or_default();
        self.ends = match rest.first_chunk::<64>() {
            Some(bytes) => self.ends_among(bytes),
            None => {
                let mut bytes = [0; 64];
                bytes[..rest.len()].copy_from_slice(rest);
                self.ends_among(&bytes) & !(!0 << rest.len())
            }
        };
    }

    #[inline]
    fn ends_among(&self, bytes: &[u8; 64]) -> u64 {
        let [a, b, c, d] = self.patterns;
        let (words, _) = bytes.as_chunks::<8>();
        let mut ends = 0;
        for (at, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let mut found = zeros(word ^ a) | zeros(word ^ b) | zeros(word ^ c);
            if a != d {
                found |= zeros(word ^ d);
            }
            // The eight high bits side by side (Warren, "Hacker's Delight", 7-4).
            ends |= ((found >> 7).wrapping_mul(GATHER) >> 56) << (at * 8);
        }
        ends
    }

    fn quoted(&mut self, start: usize) -> Option<Field> {
        let mut at = start + 1;
        let mut doubled = false;
        let close = loop {
            let Some(found) = memchr(b'"', &self.bytes[at..]) else {
                self.stray_quotes.push(start);
                return None;
            };
            let quote = at + found;
            if self.bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            doubled = true;
            at = quote + 2;
        };
        let after = close + 1;
        let ends = self
            .bytes
            .get(after)
            .is_none_or(|&b| self.stops[b as usize]);
        if !ends && memchr2(b'\n', b'\r', &self.bytes[start..close]).is_some() {
            self.stray_quotes.push(start);
            return None;
        }
        let end = if ends { after } else { self.stop(after) };
        self.position = end;
        Some(if ends && !doubled {
            Field::new(start + 1, close)
        } else {
            Field::new(start, end).messy()
        })
    }
}

/// Records of another length than the table's.
#[derive(Debug, Default)]
pub(super) struct Ragged {
    pub count: usize,
    /// Where the first few begin.
    pub first: Vec<usize>,
}

impl Ragged {
    fn add(&mut self, offset: usize) {
        self.count += 1;
        if self.first.len() < 3 {
            self.first.push(offset);
        }
    }

    /// Adds those of a text that begins at `offset`.
    pub(super) fn append(&mut self, other: &Ragged, offset: usize) {
        self.count += other.count;
        let free = 3usize.saturating_sub(self.first.len());
        let first = other.first.iter().take(free);
        self.first.extend(first.map(|at| offset + at));
    }
}

/// All fields of a table, record after record, each of `columns` fields.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub fields: Vec<Field>,
    pub rows: usize,
    /// Padded with empty fields.
    pub short: Ragged,
    /// Their further fields are left out.
    pub long: Ragged,
    /// Records with empty fields too many: a delimiter at the end of the line.
    pub trailing: usize,
    /// Lines left out: a `#` and one field where there are several columns.
    pub comments: usize,
    pub stray_quotes: Vec<usize>,
}

pub(super) fn tokenise(
    text: &str,
    start: usize,
    delimiter: u8,
    columns: usize,
    cancel: &Cancel,
) -> Outcome<Tokens> {
    tokenise_into(Vec::new(), text, start, delimiter, columns, cancel)
}

/// As [`tokenise`], with memory for the fields that was used before.
pub(super) fn tokenise_into(
    mut fields: Vec<Field>,
    text: &str,
    start: usize,
    delimiter: u8,
    columns: usize,
    cancel: &Cancel,
) -> Outcome<Tokens> {
    fields.clear();
    let mut records = Records::new(text, start, delimiter, columns == 1);
    let mut tokens = Tokens {
        fields,
        ..Tokens::default()
    };
    while let Some((count, begin)) = records.next(&mut tokens.fields) {
        let row = tokens.rows * columns;
        if count > columns {
            let extra = &tokens.fields[row + columns..];
            if extra.iter().all(|field| field.length == 0) {
                tokens.trailing += 1;
            } else {
                tokens.long.add(begin);
            }
        } else if count < columns {
            if count == 1 && text.as_bytes().get(begin) == Some(&b'#') {
                tokens.fields.truncate(row);
                tokens.comments += 1;
                continue;
            }
            tokens.short.add(begin);
        }
        tokens.fields.resize(row + columns, Field::EMPTY);
        tokens.rows += 1;
        if count < columns {
            // At each: some thousand padded records of a hundred thousand columns are gigabytes.
            refuse_padding(&tokens, columns, text.len())?;
        }
        if tokens.rows.is_multiple_of(4096) {
            cancel.check()?;
        }
    }
    tokens.stray_quotes = records.stray_quotes;
    Ok(tokens)
}

/// A wide header above short records would fill the memory with padding.
pub(super) fn refuse_padding(
    tokens: &Tokens,
    columns: usize,
    bytes: usize,
) -> Result<(), crate::base::Problem> {
    // Each real field takes a byte or more of the text.
    if tokens.rows * columns > 4 * bytes + 10_000_000 {
        return Err(crate::base::Problem::new(format!(
            "the first line has {columns} columns, nearly all rows have fewer"
        ))
        .fix("Choose the delimiter by hand, or mend the first line"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        let mut records = Records::new(text, 0, delimiter, false);
        let mut fields = Vec::new();
        let mut all = Vec::new();
        while records.next(&mut fields).is_some() {
            all.push(
                fields
                    .drain(..)
                    .map(|f| f.text(text).into_owned())
                    .collect(),
            );
        }
        all
    }

    #[test]
    fn quotes_line_ends_and_blank_lines() {
        let text = "a,\"b \"\"x\"\"\",\"c\nd\"\r\n\n  \r1,,\"\"\r2,5\" pipe,\n";
        assert_eq!(
            records(text, b','),
            [
                ["a", "b \"x\"", "c\nd"],
                ["1", "", ""],
                ["2", "5\" pipe", ""]
            ]
        );
        assert_eq!(records("x\ty\t\n", b'\t'), [["x", "y", ""]]);
        assert_eq!(
            records("  1  2\t3 \n4 5 6", b' '),
            [["1", "2", "3"], ["4", "5", "6"]]
        );
        assert_eq!(records("\"a\"b,\"c\" ,d", b','), [["ab", "c ", "d"]]);
    }

    #[test]
    fn a_stray_quote_is_a_plain_character() {
        let text = "1,\"open\n2,\"ok, yes\"\n3,\"never\n";
        let mut reader = Records::new(text, 0, b',', false);
        let mut fields = Vec::new();
        while reader.next(&mut fields).is_some() {}
        let texts: Vec<_> = fields.iter().map(|f| f.text(text)).collect();
        assert_eq!(texts, ["1", "\"open", "2", "ok, yes", "3", "\"never"]);
        assert_eq!(reader.stray_quotes, [2, 22]);
    }

    #[test]
    fn ragged_records_are_padded_cut_and_counted() {
        let text = "1,2,3\n4\n5,6,7,8\n9,9,9,\n";
        let tokens = tokenise(text, 0, b',', 3, &Cancel::new()).unwrap();
        assert_eq!((tokens.rows, tokens.fields.len()), (4, 12));
        assert_eq!(
            (tokens.short.count, tokens.long.count, tokens.trailing),
            (1, 1, 1)
        );
        assert_eq!(tokens.long.first, [8]);
        let one = tokenise("1\n\n3\n\n", 0, b',', 1, &Cancel::new()).unwrap();
        assert_eq!(one.rows, 3);
    }

    /// Well-formed text, made and read by the crate `csv`, comes out field for field.
    #[test]
    fn agrees_with_the_crate_csv_on_well_formed_text() {
        let mut random = crate::base::Random::new(11);
        let parts = [
            "a", "\"", ",", "\n", "\r\n", ";", " ", "é", "1.5", "", "\"\"", "x",
        ];
        for round in 0..3000 {
            let columns = 2 + random.below(4);
            let delimiter = b",;\t|"[round % 4];
            let terminator = match round % 3 {
                0 => csv::Terminator::CRLF,
                1 => csv::Terminator::Any(b'\n'),
                _ => csv::Terminator::Any(b'\r'),
            };
            let style = match random.below(2) {
                0 => csv::QuoteStyle::Necessary,
                _ => csv::QuoteStyle::Always,
            };
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter)
                .terminator(terminator)
                .quote_style(style)
                .from_writer(Vec::new());
            for _ in 0..1 + random.below(5) {
                // A first field of letters, so that no record looks like a blank line.
                let mut record = vec!["k".to_owned()];
                for _ in 1..columns {
                    let pieces = random.below(4);
                    record.push(
                        (0..pieces)
                            .map(|_| parts[random.below(parts.len())])
                            .collect(),
                    );
                }
                writer.write_record(&record).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let oracle: Vec<Vec<String>> = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .from_reader(text.as_bytes())
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            assert_eq!(records(&text, delimiter), oracle, "{text:?}");
        }
    }
}
