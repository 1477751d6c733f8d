//! What is wrong, where, and what to do about it.

use std::fmt;

/// One clear sentence about bad input: what, where, what to do.
///
/// `place` and `fix` may be empty. `Display` gives all three as one line, control characters shown
/// escaped, so that a name from a file cannot disturb the terminal or the window.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Problem {
    /// What is wrong, a sentence without the final full stop.
    pub what: String,
    /// Where: file, line, column, parameter.
    pub place: String,
    /// What to do about it, a sentence without the final full stop.
    pub fix: String,
}

impl Problem {
    pub fn new(what: impl Into<String>) -> Self {
        Problem {
            what: what.into(),
            ..Problem::default()
        }
    }

    /// Adds where it is: `line 181, column 4 (bill_depth_mm)`.
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    /// Adds what to do: `Choose another target`.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        if !self.place.is_empty() {
            text.push_str(&self.place);
            text.push_str(": ");
        }
        text.push_str(self.what.trim_end_matches('.'));
        text.push('.');
        if !self.fix.is_empty() {
            text.push(' ');
            text.push_str(self.fix.trim_end_matches('.'));
            text.push('.');
        }
        f.write_str(&visible(&text))
    }
}

impl std::error::Error for Problem {}

/// Control and bidirectional characters written out (`\n`, `\u{202e}`), all else as it is.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_where_what_and_what_to_do() {
        let problem = Problem::new("“15,0mm” is not a number")
            .at("Line 181, column 4")
            .fix("Read the column as text");
        assert_eq!(
            problem.to_string(),
            "Line 181, column 4: “15,0mm” is not a number. Read the column as text."
        );
        assert_eq!(Problem::new("a\u{202e}b\n").to_string(), "a\\u{202e}b\\n.");
    }
}
