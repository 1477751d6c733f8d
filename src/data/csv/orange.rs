//! The headers of Orange's `.tab` files: kinds and roles beside the names, in three lines or as
//! prefixes (orange3 documentation, "Loading and saving data").
//!
//! ```text
//! three lines    sepal length   iris                  or one    C#sepal length   cD#iris   mS#note
//!                continuous     setosa versicolor
//!                               class
//! ```

use super::delimiter::has_decimal_comma;
use super::in_order;
use super::sample::Sample;
use super::sniff::Dialect;
use super::tokenise::Records;
use crate::data::{Column, Kind, ReadOptions, TableBuilder};

/// What the header says of each column.
pub(super) struct Orange {
    columns: Vec<Stated>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Stated {
    kind: Option<Kind>,
    /// The order of the values, where it is written down.
    levels: Vec<String>,
    role: Role,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Role {
    #[default]
    Feature,
    Class,
    /// Meta, ignored and weights: not learned from.
    Aside,
}

/// Nothing where the text has no such header.
pub(super) fn header(text: &str, options: &ReadOptions) -> Option<(Dialect, Orange)> {
    let delimiter = options.delimiter.unwrap_or_else(|| {
        let first = text.lines().next().unwrap_or("");
        if first.contains('\t') { b'\t' } else { b',' }
    });
    let mut records = Records::new(text, 0, delimiter, true);
    let mut line = || {
        let mut fields = Vec::new();
        records.next(&mut fields)?;
        let cells = fields.iter().map(|f| f.text(text).trim().to_owned());
        Some((cells.collect::<Vec<String>>(), records.position))
    };
    let (names, below_names) = line()?;
    let (names, columns, start) = match prefixed(&names) {
        Some((names, columns)) => (names, columns, below_names),
        None => {
            let (kinds, _) = line()?;
            let (flags, below_flags) = line()?;
            let columns = three_lines(names.len(), &kinds, &flags)?;
            (names, columns, below_flags)
        }
    };
    let dialect = Dialect {
        delimiter,
        decimal_comma: options
            .decimal_comma
            .unwrap_or_else(|| has_decimal_comma(&Sample::take(text, start, delimiter), delimiter)),
        columns: names.len(),
        header: Some(names),
        start,
        notes: Vec::new(),
    };
    Some((dialect, Orange { columns }))
}

/// `C#age`, `mS#name`: names with a prefix of letters or none, at least one of which states a kind.
fn prefixed(names: &[String]) -> Option<(Vec<String>, Vec<Stated>)> {
    let mut bare = Vec::new();
    let mut columns = Vec::new();
    let mut any = false;
    for name in names {
        let (prefix, rest) = name.split_once('#').unwrap_or(("", name));
        let mut stated = Stated::default();
        // `C#` is a language, and `#id` a comment sign rather than an empty prefix.
        if (rest.is_empty() || prefix.is_empty()) && name.contains('#') {
            return None;
        }
        for letter in prefix.chars() {
            match letter {
                'c' => stated.role = Role::Class,
                'm' | 'i' | 'w' => stated.role = Role::Aside,
                'C' => stated.kind = Some(Kind::Number),
                'D' => stated.kind = Some(Kind::Category),
                'S' => stated.kind = Some(Kind::Text),
                'T' => stated.kind = Some(Kind::Date),
                _ => return None,
            }
        }
        any |= stated.kind.is_some();
        bare.push(rest.to_owned());
        columns.push(stated);
    }
    any.then_some((bare, columns))
}

fn three_lines(width: usize, kinds: &[String], flags: &[String]) -> Option<Vec<Stated>> {
    let mut columns = vec![Stated::default(); width];
    // Empty cells at the end may be left out.
    if kinds.len() > width || flags.len() > width {
        return None;
    }
    let mut words = 0;
    for (stated, kind) in columns.iter_mut().zip(kinds) {
        stated.kind = match kind.as_str() {
            "" => None,
            "c" | "continuous" | "numeric" => Some(Kind::Number),
            "d" | "discrete" | "categorical" => Some(Kind::Category),
            "s" | "string" | "text" => Some(Kind::Text),
            "t" | "time" => Some(Kind::Date),
            // The values themselves; a blank within one is written `\ `.
            values if values.contains(' ') => {
                stated.levels = split_values(values);
                Some(Kind::Category)
            }
            _ => return None,
        };
        words += usize::from(kind.len() > 1 && stated.levels.is_empty());
    }
    let mut flagged = false;
    for (stated, flag) in columns.iter_mut().zip(flags) {
        for word in flag.split_whitespace() {
            flagged = true;
            match word {
                "class" | "c" => stated.role = Role::Class,
                "meta" | "m" | "i" | "ignore" | "w" | "weight" => stated.role = Role::Aside,
                attribute if attribute.contains('=') => {}
                _ => return None,
            }
        }
    }
    // A type in full or a flag: single letters, or a line of values, could be data.
    let stated = columns
        .iter()
        .any(|c| c.kind.is_some() && c.levels.is_empty());
    (words > 0 || (flagged && stated)).then_some(columns)
}

fn split_values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some(' ')) => {
                letters.next();
                if let Some(last) = values.last_mut() {
                    last.push(' ');
                }
            }
            (' ', _) => values.push(String::new()),
            _ => {
                if let Some(last) = values.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    values.retain(|value| !value.is_empty());
    values
}

impl Orange {
    pub(super) fn kind(&self, column: usize) -> Option<Kind> {
        self.columns.get(column)?.kind
    }

    /// The column with its values in the order that the header gives.
    pub(super) fn ordered(&self, at: usize, column: Column) -> Column {
        let Some(stated) = self.columns.get(at).filter(|c| !c.levels.is_empty()) else {
            return column;
        };
        in_order(column, stated.levels.clone())
    }

    /// The first class becomes the target, what is no feature is set aside.
    pub(super) fn roles(&self, mut builder: TableBuilder, columns: &[Column]) -> TableBuilder {
        let with = |role: Role| {
            let columns = self.columns.iter().zip(columns);
            columns
                .filter(move |(stated, _)| stated.role == role)
                .map(|(_, column)| column.name.clone())
                .collect::<Vec<_>>()
        };
        if let Some(target) = with(Role::Class).first() {
            builder = builder.target(target);
        }
        let aside = with(Role::Aside);
        if !aside.is_empty() {
            builder = builder.features(with(Role::Feature));
        }
        builder.set_aside(aside)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::base::Cancel;
    use crate::data::Table;

    fn table(text: &str) -> Table {
        let bytes = text.as_bytes().to_vec();
        read("t.tab", bytes, &ReadOptions::default(), &Cancel::new()).unwrap()
    }

    #[test]
    fn three_lines_state_kinds_order_and_roles() {
        let table = table(
            "size\tgrade\tid\tcode\nc\tlow mid very\\ high\tstring\td\n\tclass\tmeta\t\n1.5\tmid\ta\t1\n?\tlow\tb\t2\n",
        );
        assert_eq!(table.rows(), 2);
        assert_eq!(table.columns()[1].levels(), ["low", "mid", "very high"]);
        assert_eq!(table.columns()[1].cell(0), "mid");
        assert_eq!(table.columns()[2].kind, Kind::Text);
        assert_eq!(table.columns()[3].kind, Kind::Category);
        assert_eq!(table.columns()[0].missing.count(), 1);
        assert_eq!(table.suggested_target(), Some("grade"));
        assert_eq!(table.set_aside(), ["id"]);
        assert_eq!(table.suggested_features().unwrap(), ["size", "code"]);
    }

    #[test]
    fn prefixes_do_too_and_other_files_are_left_alone() {
        let table = table("C#size\tcD#kind\tmS#note\n1\tx\ta\n2\ty\tb\n3\tx\tc\n");
        assert_eq!(table.suggested_target(), Some("kind"));
        assert_eq!(table.columns()[0].name, "size");
        for text in [
            "#id\tb\n1\t2\n3\t4\n",
            "a\tb\n1\t2\n3\t4\n",
            "a,b\nc,d\n,\n",
            "item #1,b\n1,2\n3,4\n",
            "w#1,b\n1,2\n3,4\n",
            "C#,Java\n1,2\n3,4\n",
        ] {
            assert!(header(text, &ReadOptions::default()).is_none(), "{text:?}");
        }
    }
}
