//! Words and values of ARFF: between blanks, commas or quotes.

use std::borrow::Cow;

use crate::base::Problem;

/// The first word, quoted or not, and what follows it.
pub(super) fn word(text: &str) -> (Cow<'_, str>, &str) {
    if let Some(quote @ ('\'' | '"')) = text.chars().next()
        && let Some((word, end)) = unquoted(text, quote)
    {
        return (word.into(), &text[end..]);
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == '{')
        .unwrap_or(text.len());
    (text[..end].into(), &text[end..])
}

/// The text between quotes at the start of `text`, and where it ends behind the closing one.
pub(super) fn unquoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                other => value.push(other),
            },
            _ if letter == quote => return Some((value, at + letter.len_utf8())),
            _ => value.push(letter),
        }
    }
    None
}

pub(super) struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub quoted: bool,
}

/// The values between commas (or tabs, which Weka allows).
pub(super) fn cells(line: &str) -> impl Iterator<Item = Result<Cell<'_>, Problem>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?.trim_start_matches(' ');
        let (cell, after) = match text.chars().next() {
            Some(quote @ ('\'' | '"')) => match unquoted(text, quote) {
                Some((value, end)) => {
                    let cell = Cell {
                        text: value.into(),
                        quoted: true,
                    };
                    (cell, text[end..].trim_start_matches(' '))
                }
                None => {
                    rest = None;
                    return Some(Err(Problem::new("a quotation mark is not closed")
                        .fix("Close it, or write \\' for the mark itself")));
                }
            },
            _ => {
                let end = text.find([',', '\t']).unwrap_or(text.len());
                let cell = Cell {
                    text: text[..end].trim().into(),
                    quoted: false,
                };
                (cell, &text[end..])
            }
        };
        rest = match after.chars().next() {
            None => None,
            Some(',' | '\t') => Some(&after[1..]),
            Some(_) => {
                rest = None;
                return Some(Err(Problem::new(
                    "there is text behind a closing quotation mark",
                )
                .fix("Put a comma between the values")));
            }
        };
        Some(Ok(cell))
    })
}
