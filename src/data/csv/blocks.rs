//! Delimited text in blocks of rows: for files larger than the memory, whose columns are read as kinds
//! that are known already. The first megabyte decides delimiter, decimal comma and header, as for a
//! file read whole.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::super::date::{self, Order};
use super::super::{Column, Kind, Mask, ReadAs, Values, number, parallel};
use super::cell::{is_missing, is_placeholder};
use super::decoder::Decoding;
use super::infer::{Cells, Guess, guess, strip_unit};
use super::parse::{LOOK_AT_ROWS, Style};
use super::sample::Sample;
use super::sniff::{Dialect, sniff};
use super::tokenise::{Field, Records};
use super::{ReadOptions, header, words};
use crate::base::{Cancel, Outcome, Problem};

const CHUNK: usize = 1 << 20;
/// A row longer than this is none.
const LONGEST_RECORD: usize = 64 << 20;
/// An opening quote that is not closed within so many bytes is a plain character.
const LONGEST_QUOTED: usize = 1 << 20;
/// Cells and rows that a block has at most; rows are multiples of `ROWS_STEP`, so that whoever works in
/// blocks of such a size gets the same parts whatever the width.
const MOST_CELLS: usize = 1 << 20;
const MOST_ROWS: usize = 1 << 16;
const ROWS_STEP: usize = 1 << 10;

/// A text that is read block by block.
pub struct Blocks {
    place: String,
    from: Box<dyn Read + Send>,
    decoding: Decoding,
    text: String,
    /// Where the next record begins.
    at: usize,
    ended: bool,
    dialect: Dialect,
    names: Vec<String>,
    rows: usize,
    notes: Vec<Problem>,
    short: Ragged,
    long: Ragged,
    stray_quotes: usize,
}

#[derive(Default)]
struct Ragged {
    count: usize,
    first: usize,
}

impl Ragged {
    fn add(&mut self, row: usize) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }
}

impl Blocks {
    /// A file. `known` are names of which some are expected in the first line.
    pub fn open_file(path: &Path, known: &[&str]) -> Outcome<Blocks> {
        let place = path.display().to_string();
        let file =
            File::open(path).map_err(|error| Problem::new(unreadable(&error)).at(place.clone()))?;
        Blocks::open(place, Box::new(file), known)
    }

    pub fn open(place: String, mut from: Box<dyn Read + Send>, known: &[&str]) -> Outcome<Blocks> {
        let head = chunk(&mut from, &place)?;
        let ended = head.len() < CHUNK;
        let mut decoding = Decoding::of(&head).map_err(|problem| problem.at(place.clone()))?;
        let mut text = String::new();
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        decoding.push(head, ended, &mut text);
        if text.trim().is_empty() && ended {
            return Err(Problem::new("the file is empty")
                .at(place)
                .fix("Choose a file with a table in it")
                .into());
        }
        // Without a line that may be cut.
        let whole = match text.rfind('\n') {
            Some(end) if !ended => &text[..=end],
            _ => &text,
        };
        let dialect = dialect(whole, known);
        let (names, named) = header::names(dialect.header.as_deref(), dialect.columns);
        let mut notes = dialect.notes.clone();
        notes.extend(named);
        Ok(Blocks {
            place,
            from,
            decoding,
            text,
            at: dialect.start,
            ended,
            dialect,
            names,
            rows: 0,
            notes,
            short: Ragged::default(),
            long: Ragged::default(),
            stray_quotes: 0,
        })
    }

    /// As the first line has them, units too.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A column's name, or its name without the unit where that is the one that is known.
    pub fn known_name(&self, column: usize, known: impl Fn(&str) -> bool) -> &str {
        let name = &self.names[column];
        match header::split_unit(name) {
            Some((bare, _)) if !known(name) && known(bare) => bare,
            _ => name,
        }
    }

    /// The unit behind a column's name.
    pub fn unit(&self, column: usize) -> Option<&str> {
        header::split_unit(&self.names[column]).map(|(_, unit)| unit)
    }

    pub fn has_header(&self) -> bool {
        self.dialect.header.is_some()
    }

    /// Rows given so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// What was guessed, changed or left out up to here.
    pub fn notes(&self) -> Vec<Problem> {
        let mut notes = self.notes.clone();
        let mut say = |count: usize, what: &str, ragged: Option<usize>| {
            if count > 0 {
                let note = Problem::new(format!("{count} {what}"));
                notes.push(match ragged {
                    Some(first) => note.at(format!("From row {}", first + 1)),
                    None => note,
                });
            }
        };
        say(
            self.short.count,
            "rows have fewer fields than there are columns; the rest is missing",
            Some(self.short.first),
        );
        say(
            self.long.count,
            "rows have more fields than there are columns; what is too much is left out",
            Some(self.long.first),
        );
        say(
            self.stray_quotes,
            "quotation marks are never closed; they are read as plain characters",
            None,
        );
        say(
            self.decoding.damaged,
            "damaged characters are read as �",
            None,
        );
        if self.decoding.guessed {
            notes.push(
                Problem::new("the text is not UTF-8 and is read as Windows-1252")
                    .fix("If letters look wrong, save the file as UTF-8"),
            );
        }
        notes
    }

    /// The next rows; None after the last.
    pub fn next(&mut self, cancel: &Cancel) -> Outcome<Option<Block>> {
        let columns = self.dialect.columns;
        let most = (MOST_CELLS / columns / ROWS_STEP * ROWS_STEP).clamp(ROWS_STEP, MOST_ROWS);
        let keep_blank = columns == 1;
        let (mut fields, mut rows, mut position) = (Vec::new(), 0, self.at);
        loop {
            let end = match keep_blank {
                true => self.text.trim_end_matches(['\n', '\r']).len(),
                false => self.text.len(),
            };
            let delimiter = self.dialect.delimiter;
            let mut records = Records::new(&self.text, position, delimiter, keep_blank);
            while rows < most {
                if rows % LOOK_AT_ROWS == 0 {
                    cancel.check()?;
                }
                let before = (fields.len(), records.stray_quotes.len());
                let Some((count, _)) = records.next(&mut fields) else {
                    break;
                };
                let strays = &records.stray_quotes[before.1..];
                // What is to come may close a quote, or go on with the line.
                let is_open = |quote: &usize| end - quote < LONGEST_QUOTED;
                if !self.ended && (records.position >= end || strays.iter().any(is_open)) {
                    fields.truncate(before.0);
                    break;
                }
                self.stray_quotes += strays.len();
                let row = self.rows + rows;
                if count > columns {
                    let extra = &fields[before.0 + columns..];
                    if extra.iter().any(|field: &Field| !field.is_empty()) {
                        self.long.add(row);
                    }
                } else if count < columns {
                    self.short.add(row);
                }
                fields.resize(before.0 + columns, Field::EMPTY);
                position = records.position;
                rows += 1;
            }
            if rows == most || self.ended {
                break;
            }
            if self.text.len() - position > LONGEST_RECORD + CHUNK {
                return Err(Problem::new(format!(
                    "row {} is longer than {} MB",
                    self.rows + rows + 1,
                    LONGEST_RECORD >> 20
                ))
                .at(self.place.clone())
                .fix("Choose a file with a table in it")
                .into());
            }
            self.fill()?;
        }
        if rows == 0 {
            return Ok(None);
        }
        let rest = self.text.split_off(position);
        let text = std::mem::replace(&mut self.text, rest);
        self.at = 0;
        self.rows += rows;
        Ok(Some(Block {
            text,
            fields,
            columns,
            rows,
            decimal_comma: self.dialect.decimal_comma,
        }))
    }

    fn fill(&mut self) -> Result<(), Problem> {
        let bytes = chunk(&mut self.from, &self.place)?;
        self.ended = bytes.len() < CHUNK;
        self.decoding.push(&bytes, self.ended, &mut self.text);
        Ok(())
    }
}

/// How the text is written; names that are expected make a header of what looks like values.
fn dialect(text: &str, known: &[&str]) -> Dialect {
    let found = sniff(text, &ReadOptions::default());
    if found.header.is_some() {
        return found;
    }
    let first = Sample::take(text, found.start, found.delimiter);
    let is_known = |row: &Vec<String>| row.iter().any(|cell| known.contains(&cell.trim()));
    if !first.rows.first().is_some_and(is_known) {
        return found;
    }
    let options = ReadOptions {
        header: Some(true),
        ..ReadOptions::default()
    };
    sniff(text, &options)
}

/// The next bytes; fewer than `CHUNK` end the text.
fn chunk(from: &mut impl Read, place: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    match from.take(CHUNK as u64).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Problem::new(format!("reading stopped half-way ({error})")).at(place)),
    }
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no permission to read the file".to_owned(),
        _ => format!("the file cannot be read ({error})"),
    }
}

/// Some rows, as text.
pub struct Block {
    text: String,
    fields: Vec<Field>,
    columns: usize,
    rows: usize,
    decimal_comma: bool,
}

/// A column that somebody wants, as a kind.
pub struct Asked {
    /// Among the columns of the text.
    pub column: usize,
    /// The name that it gets.
    pub name: String,
    pub kind: Kind,
    /// How the first block writes numbers and dates; the others are read so too.
    written: Option<Written>,
}

struct Written {
    unit: Option<String>,
    order: Order,
    /// Times of day, as hours.
    time: bool,
}

impl Asked {
    pub fn new(column: usize, name: impl Into<String>, kind: Kind) -> Asked {
        Asked {
            column,
            name: name.into(),
            kind,
            written: None,
        }
    }
}

impl Block {
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A cell as it stands in the text, without quotes.
    pub fn cell(&self, row: usize, column: usize) -> Cow<'_, str> {
        self.fields[row * self.columns + column].text(&self.text)
    }

    /// Columns as what they are wanted for, in this order. The first block that is asked decides on
    /// units and the order of day and month.
    pub fn read(&self, asked: &mut [Asked], cancel: &Cancel) -> Outcome<Vec<ReadAs>> {
        for asked in asked.iter_mut() {
            if asked.written.is_none() && matches!(asked.kind, Kind::Number | Kind::Date) {
                let mut written = Written {
                    unit: None,
                    order: Order::DayFirst,
                    time: false,
                };
                match guess(&self.cells(asked.column), self.decimal_comma) {
                    Guess::Number { unit } => written.unit = unit,
                    Guess::Date(order) => written.order = order,
                    Guess::Time => written.time = true,
                    Guess::Empty | Guess::Words => {}
                }
                asked.written = Some(written);
            }
        }
        let asked = &*asked;
        parallel::columns(asked.len(), self.rows, |at| self.one(&asked[at], cancel))
    }

    fn cells(&self, column: usize) -> Cells<'_> {
        Cells {
            text: &self.text,
            fields: &self.fields,
            columns: self.columns,
            column,
            missing: &[],
        }
    }

    fn one(&self, asked: &Asked, cancel: &Cancel) -> Outcome<ReadAs> {
        let cells = self.cells(asked.column);
        let unit = asked.written.as_ref().and_then(|w| w.unit.as_deref());
        let order = asked.written.as_ref().map_or(Order::DayFirst, |w| w.order);
        let time = asked.written.as_ref().is_some_and(|w| w.time);
        match asked.kind {
            Kind::Number if time => numbers(&cells, asked, cancel, |text| {
                date::parse_time_of_day(text).map(|seconds| seconds / 3600.0)
            }),
            Kind::Number => numbers(&cells, asked, cancel, |text| {
                let text = unit.map_or(text, |unit| strip_unit(text, unit));
                number::parse(text, self.decimal_comma).map(|number| number.value)
            }),
            Kind::Date => numbers(&cells, asked, cancel, |text| date::parse(text, order)),
            kind => {
                // Yes/no goes by its words, whichever of them occur here.
                let kind = if kind == Kind::Text {
                    kind
                } else {
                    Kind::Category
                };
                let style = Style {
                    decimal_comma: self.decimal_comma,
                    month_first: None,
                    kind: Some(kind),
                };
                let read = words::words(&cells, style, cancel, &mut Vec::new())?;
                let (kind, values, missing, unit) = read;
                Ok(ReadAs {
                    column: Column {
                        name: asked.name.clone(),
                        unit,
                        kind,
                        values,
                        missing,
                    },
                    unreadable: 0,
                    first: None,
                })
            }
        }
    }
}

fn numbers(
    cells: &Cells<'_>,
    asked: &Asked,
    cancel: &Cancel,
    parse: impl Fn(&str) -> Option<f64>,
) -> Outcome<ReadAs> {
    let mut values = Vec::with_capacity(cells.rows());
    let (mut unreadable, mut first) = (0, None);
    for row in 0..cells.rows() {
        if row % LOOK_AT_ROWS == 0 {
            cancel.check()?;
        }
        let text = cells.get(row);
        let value = parse(&text).filter(|value| value.is_finite());
        if value.is_none() && !is_missing(&text) && !is_placeholder(&text) {
            unreadable += 1;
            first.get_or_insert_with(|| text.into_owned());
        }
        values.push(value.unwrap_or(f64::NAN));
    }
    let missing = Mask::from_rows(values.iter().map(|value| value.is_nan()));
    Ok(ReadAs {
        column: Column {
            name: asked.name.clone(),
            unit: None,
            kind: asked.kind,
            values: Values::Number(values.into()),
            missing,
        },
        unreadable,
        first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::csv::read;

    /// Gives a few bytes at a time.
    struct Trickle {
        bytes: Vec<u8>,
        at: usize,
    }

    impl Read for Trickle {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = (self.bytes.len() - self.at).min(into.len()).min(4093);
            into[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
            self.at += count;
            Ok(count)
        }
    }

    fn blocks(text: impl Into<Vec<u8>>, known: &[&str]) -> Blocks {
        let from = Trickle {
            bytes: text.into(),
            at: 0,
        };
        Blocks::open("t".into(), Box::new(from), known).unwrap()
    }

    fn all(text: impl Into<Vec<u8>>) -> (Vec<Vec<String>>, Blocks) {
        let mut blocks = blocks(text, &[]);
        let mut rows = Vec::new();
        while let Some(block) = blocks.next(&Cancel::new()).unwrap() {
            for row in 0..block.rows() {
                let cells = 0..blocks.names().len();
                rows.push(cells.map(|c| block.cell(row, c).into_owned()).collect());
            }
        }
        assert_eq!(rows.len(), blocks.rows());
        (rows, blocks)
    }

    /// Over several chunks and blocks, with line ends in quotes wherever chunks end.
    #[test]
    fn blocks_are_the_rows_of_the_whole() {
        let mut text = "n,word,note\n".to_owned();
        for row in 0..150_000 {
            let note = match row % 5 {
                0 => "\"two\nlines, \"\"quoted\"\"\"",
                1 => "größe",
                2 => "",
                3 => "\"\"",
                _ => "plain",
            };
            text.push_str(&format!("{},w{},{note}\n", f64::from(row) / 8.0, row % 3));
        }
        let options = ReadOptions {
            kinds: vec![("word".into(), Kind::Category), ("note".into(), Kind::Text)],
            ..ReadOptions::default()
        };
        let cancel = Cancel::new();
        let whole = read("t", text.clone().into_bytes(), &options, &cancel).unwrap();
        let mut blocks = blocks(text, &[]);
        let mut asked = [
            Asked::new(0, "n", Kind::Number),
            Asked::new(1, "word", Kind::Category),
            Asked::new(2, "note", Kind::Text),
        ];
        let mut row = 0;
        while let Some(block) = blocks.next(&cancel).unwrap() {
            assert!(block.rows() == MOST_ROWS || row + block.rows() == 150_000);
            let columns = block.read(&mut asked, &cancel).unwrap();
            for at in 0..block.rows() {
                for (read, column) in columns.iter().zip(whole.columns()) {
                    assert_eq!(read.column.cell(at), column.cell(row + at));
                }
            }
            row += block.rows();
        }
        assert_eq!(row, 150_000);
        assert!(blocks.notes().is_empty(), "{:?}", blocks.notes());
    }

    #[test]
    fn ragged_rows_stray_quotes_and_blank_lines() {
        let (rows, blocks) = all("a,b\n1,2\n\n3\n4,5,6\n\"7,8\n9,10");
        assert_eq!(
            rows,
            [["1", "2"], ["3", ""], ["4", "5"], ["\"7", "8"], ["9", "10"]]
        );
        let notes: Vec<String> = blocks.notes().iter().map(Problem::to_string).collect();
        assert!(
            notes[0].contains("From row 2: 1 rows have fewer"),
            "{notes:?}"
        );
        assert!(
            notes[1].contains("From row 3: 1 rows have more"),
            "{notes:?}"
        );
        assert!(notes[2].contains("never closed"), "{notes:?}");
        let (rows, _) = all("x\n1\n\n3\n");
        assert_eq!(rows, [["1"], [""], ["3"]]);
    }

    #[test]
    fn names_that_are_known_make_a_header_and_units_go() {
        let columns = blocks("1,2\n3,4\n", &[]);
        assert_eq!(
            (columns.names(), columns.has_header()),
            (&["column_1".into(), "column_2".into()][..], false)
        );
        let columns = blocks("1,2\n3,4\n", &["2"]);
        assert_eq!(columns.names(), ["1", "2"]);
        let columns = blocks("length (mm),b\n3,4\n", &[]);
        assert_eq!(columns.known_name(0, |name| name == "length"), "length");
        assert_eq!(
            columns.known_name(0, |name| name != "length"),
            "length (mm)"
        );
    }

    #[test]
    fn what_is_no_number_is_missing_and_counted() {
        let mut text = "a;d\n".to_owned();
        for day in 10..40 {
            text.push_str(&format!("{day},5 kg;{:02}/04/2024\n", day % 28 + 1));
        }
        text.push_str("?;\nmuch;soon\n;03/04/2024\n");
        let mut blocks = blocks(text, &[]);
        let block = blocks.next(&Cancel::new()).unwrap().unwrap();
        let mut asked = [
            Asked::new(0, "a", Kind::Number),
            Asked::new(1, "d", Kind::Date),
        ];
        let read = block.read(&mut asked, &Cancel::new()).unwrap();
        assert_eq!(read[0].column.number(0), Some(10.5));
        assert_eq!(read[0].column.missing.count(), 3);
        assert_eq!(
            (read[0].unreadable, read[0].first.as_deref()),
            (1, Some("much"))
        );
        assert_eq!(read[1].column.cell(32), "2024-04-03");
        assert_eq!((read[1].unreadable, read[1].column.missing.count()), (1, 2));
    }

    #[test]
    fn no_table_and_stopping_are_told() {
        let failed = |bytes: &[u8]| {
            let from = Box::new(io::Cursor::new(bytes.to_vec()));
            Blocks::open("t".into(), from, &[]).err()
        };
        assert!(failed(b" \n").is_some());
        assert!(failed(b"PK\x03\x04").is_some());
        assert!(Blocks::open_file(Path::new("no/such.csv"), &[]).is_err());
        let mut endless = blocks(vec![b'x'; 70 << 20], &[]);
        assert!(endless.next(&Cancel::new()).is_err());
        let stopped = Cancel::new();
        stopped.cancel();
        assert!(blocks("a\n1\n", &[]).next(&stopped).is_err());
    }
}
