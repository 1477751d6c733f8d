//! What a person may say about a file, instead of leaving it to the reader.

use serde::{Deserialize, Serialize};

use super::Kind;
use super::near::near;
use super::pictures::SIZES;
use crate::base::Problem;

/// What the person says about a file; `None` leaves it to the reader. An option that a format does not
/// have is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// Of text. `b' '` stands for runs of blanks and tabs, 0 for one column.
    pub delimiter: Option<u8>,
    /// Whether the first line or row names the columns.
    pub header: Option<bool>,
    pub decimal_comma: Option<bool>,
    /// Whether `03/04/2024` is in March.
    pub month_first: Option<bool>,
    /// Of text: a name of the WHATWG encoding standard, such as `windows-1252` or `shift_jis`.
    pub encoding: Option<String>,
    /// Spellings that count as missing besides the usual ones.
    pub missing: Vec<String>,
    /// Of a spreadsheet: the sheet's name, or its number from 1.
    pub sheet: Option<String>,
    /// Of a database: the table's or view's name.
    pub table: Option<String>,
    /// Of a database: an SQL query, used instead of a table.
    pub query: Option<String>,
    /// By the column's name.
    pub kinds: Vec<(String, Kind)>,
    /// Of large text: about so many rows, drawn at random. `None` reads all that the memory holds.
    pub sample_rows: Option<usize>,
    /// Of pictures: rows and columns that each is scaled to, from 8 to 64.
    pub image_size: Option<usize>,
    /// Columns that do not come along, by name.
    pub leave_out: Vec<String>,
}

impl ReadOptions {
    /// Without values that [`set_text`](Self::set_text) would refuse: options that were read from a
    /// file hold whatever stands there.
    pub fn checked(mut self) -> Self {
        let separates =
            |byte: &u8| *byte == 0 || delimiter(&char::from(*byte).to_string()).is_some();
        self.delimiter = self.delimiter.filter(separates);
        self.encoding = self
            .encoding
            .filter(|name| encoding_rs::Encoding::for_label(name.as_bytes()).is_some());
        self.sample_rows = self.sample_rows.filter(|rows| *rows > 0);
        self.image_size = self.image_size.filter(|size| SIZES.contains(size));
        self
    }

    /// What [`set_text`](Self::set_text) takes: names and what their values stand for.
    pub const SPELLINGS: [(&'static str, &'static str); 12] = [
        ("sheet", "NAME"),
        ("table", "NAME"),
        ("query", "SQL"),
        ("delimiter", "CHARACTER"),
        ("decimal", "point|comma"),
        ("dates", "day_first|month_first"),
        ("encoding", "NAME"),
        ("header", "yes|no"),
        ("missing", "TEXT"),
        ("kind", "COLUMN:KIND"),
        ("sample_rows", "N"),
        ("image_size", "N"),
    ];

    /// Sets one option by name, as the command line writes it. `missing` and `kind` may be given
    /// several times. Fails with a sentence that says which names or values there are.
    pub fn set_text(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |takes: &str| {
            Problem::new(format!("“{value}” is not allowed"))
                .at(name)
                .fix(format!("It takes {takes}"))
        };
        if value.is_empty() {
            return Err(Problem::new("the value is missing").at(name));
        }
        match name {
            "sheet" => self.sheet = Some(value.to_owned()),
            "table" => self.table = Some(value.to_owned()),
            "query" => self.query = Some(value.to_owned()),
            "delimiter" => {
                let takes = "one character, or comma, semicolon, tab, bar, blank or none";
                self.delimiter = Some(delimiter(value).ok_or_else(|| wrong(takes))?);
            }
            "decimal" => {
                self.decimal_comma = Some(match value {
                    "comma" | "," => true,
                    "point" | "." => false,
                    _ => return Err(wrong("point or comma")),
                });
            }
            "dates" => {
                self.month_first = Some(match value {
                    "month_first" => true,
                    "day_first" => false,
                    _ => return Err(wrong("day_first or month_first")),
                });
            }
            "encoding" => {
                let known = encoding_rs::Encoding::for_label(value.as_bytes());
                let takes = "a name such as utf-8, utf-16le, windows-1252, iso-8859-2 or shift_jis";
                known.ok_or_else(|| wrong(takes))?;
                self.encoding = Some(value.to_owned());
            }
            "header" => {
                self.header = Some(match value {
                    "yes" | "true" => true,
                    "no" | "false" => false,
                    _ => return Err(wrong("yes or no")),
                });
            }
            "sample_rows" => {
                let rows = value.parse().ok().filter(|rows| *rows > 0);
                self.sample_rows = Some(rows.ok_or_else(|| wrong("a number of rows from 1"))?);
            }
            "image_size" => {
                let size = value.parse().ok().filter(|size| SIZES.contains(size));
                let takes = "a number of pixels from 8 to 64";
                self.image_size = Some(size.ok_or_else(|| wrong(takes))?);
            }
            "missing" => self.missing.push(value.to_owned()),
            "kind" => {
                let takes =
                    "a column and number, category, text, date or yes_no, such as age:number";
                let (column, kind) = value.rsplit_once(':').ok_or_else(|| wrong(takes))?;
                let kind = kind_named(kind).ok_or_else(|| wrong(takes))?;
                self.kinds.push((column.to_owned(), kind));
            }
            _ => {
                let names = Self::SPELLINGS.iter().map(|(name, _)| *name);
                return Err(Problem::new(format!("there is no reading option “{name}”"))
                    .fix(near(name, names)));
            }
        }
        Ok(())
    }
}

fn delimiter(value: &str) -> Option<u8> {
    Some(match value {
        "comma" => b',',
        "semicolon" => b';',
        "tab" | "\\t" => b'\t',
        "bar" | "pipe" => b'|',
        "blank" | "blanks" | "space" => b' ',
        "none" => 0,
        _ => match value.as_bytes() {
            // A quotation mark or a digit between the cells would leave nothing to read.
            [byte] if byte.is_ascii_punctuation() && *byte != b'"' => *byte,
            [byte @ (b'\t' | b' ' | 1..=8)] => *byte,
            _ => return None,
        },
    })
}

fn kind_named(name: &str) -> Option<Kind> {
    let spelled = |kind: &Kind| kind.name() == name || kind.name().replace('/', "_") == name;
    Kind::ALL.into_iter().find(|kind| spelled(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_read_from_words() {
        let mut options = ReadOptions::default();
        for (name, value) in [
            ("sheet", "2024"),
            ("delimiter", "tab"),
            ("decimal", "comma"),
            ("header", "no"),
            ("missing", "-999"),
            ("missing", "k. A."),
            ("encoding", "latin1"),
            ("dates", "month_first"),
            ("kind", "a:b:yes_no"),
            ("sample_rows", "1000"),
            ("image_size", "16"),
        ] {
            options.set_text(name, value).unwrap();
        }
        assert_eq!(options.delimiter, Some(b'\t'));
        assert_eq!(
            (options.decimal_comma, options.header),
            (Some(true), Some(false))
        );
        assert_eq!(options.missing, ["-999", "k. A."]);
        assert_eq!(options.kinds, [("a:b".to_owned(), Kind::YesNo)]);
    }

    #[test]
    fn what_a_file_says_passes_the_same_checks() {
        let text = r#"{"delimiter":34,"encoding":"klingon","sample_rows":0,
            "image_size":9223372036854775807,"sheet":"2024"}"#;
        let read: ReadOptions = serde_json::from_str(text).unwrap();
        let sheet = Some("2024".to_owned());
        let expected = ReadOptions {
            sheet,
            ..ReadOptions::default()
        };
        assert_eq!(read.checked(), expected);
        for (delimiter, size) in [(b'\t', 8), (b' ', 64), (0, 16), (b';', 16), (1, 9)] {
            let fine = ReadOptions {
                delimiter: Some(delimiter),
                image_size: Some(size),
                sample_rows: Some(1),
                encoding: Some("latin1".to_owned()),
                ..ReadOptions::default()
            };
            assert_eq!(fine.clone().checked(), fine);
        }
        for delimiter in [b'"', b'1', b'\n', 200] {
            let options = ReadOptions {
                delimiter: Some(delimiter),
                ..ReadOptions::default()
            };
            assert_eq!(options.checked().delimiter, None);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, value, part) in [
            ("shet", "1", "sheet"),
            ("delimiter", "ab", "one character"),
            ("delimiter", "\"", "one character"),
            ("decimal", "dot", "point or comma"),
            ("header", "maybe", "yes or no"),
            ("encoding", "klingon", "windows-1252"),
            ("kind", "age", "age:number"),
            ("query", "", "missing"),
            ("sample_rows", "0", "from 1"),
            ("image_size", "65", "8 to 64"),
        ] {
            let said = ReadOptions::default().set_text(name, value).unwrap_err();
            assert!(said.to_string().contains(part), "{said}");
        }
    }
}
