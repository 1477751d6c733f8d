//! How a file is written: delimiter and decimal comma together, what stands above the table, and
//! whether the first line names the columns.

use super::ReadOptions;
use super::cell::{Look, is_missing, is_placeholder, look};
use super::delimiter::{choose_delimiter, has_decimal_comma};
use super::sample::{Sample, most_frequent};
use super::tokenise::{Field, Records};
use crate::base::Problem;

#[derive(Debug)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub decimal_comma: bool,
    /// The first line's texts where it names the columns.
    pub header: Option<Vec<String>>,
    pub columns: usize,
    /// Where the first record of values begins.
    pub start: usize,
    pub notes: Vec<Problem>,
}

pub(super) fn sniff(text: &str, options: &ReadOptions) -> Dialect {
    let mut notes = Vec::new();
    let mut start = 0;
    let mut stated = options.delimiter;
    // Excel's first line `sep=;`.
    let first = text.lines().next().unwrap_or("");
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = first.trim_end().as_bytes() {
        stated = stated.or(Some(*delimiter));
        start = first.len();
    }
    let delimiter = stated.unwrap_or_else(|| choose_delimiter(text, below_comments(text, start)));
    let comments = skip_comments(text, start, delimiter);
    if comments.lines > 0 {
        start = comments.start;
        notes.push(left_out(comments.lines, "with # above the table"));
    }
    let titles = skip_titles(text, start, delimiter);
    if titles.lines > 0 {
        start = titles.start;
        notes.push(left_out(titles.lines, "above the table"));
    }
    let sample = Sample::take(text, start, delimiter);
    let decimal_comma = options
        .decimal_comma
        .unwrap_or_else(|| has_decimal_comma(&sample, delimiter));
    let has_header = options
        .header
        .unwrap_or_else(|| has_header(&sample.rows, decimal_comma));
    let mut columns = sample.width();
    let mut header = None;
    if has_header && let Some(first) = sample.rows.first() {
        let mut names: Vec<String> = first.iter().map(|name| name.trim().to_owned()).collect();
        // The name behind a `#`: a comment that is the header.
        if comments.header_follows
            && let Some(name) = names.first_mut()
        {
            *name = name.trim_start_matches('#').trim_start().to_owned();
        }
        start = sample.second;
        let below = &sample.rows[1..];
        let of_width = |width: usize| below.iter().filter(|row| row.len() == width).count();
        let most = most_frequent(below.iter().map(Vec::len));
        let is_trailing = |row: &Vec<String>| {
            row.len() <= names.len() || row[names.len()..].iter().all(String::is_empty)
        };
        columns = if below.iter().all(is_trailing) || of_width(names.len()) >= of_width(most) {
            names.len()
        } else {
            most.max(names.len())
        };
        if columns == names.len() + 1 && of_width(columns) == below.len() {
            names.insert(0, String::new());
            notes.push(Problem::new(
                "the first line has one name less than there are columns; the first column goes without",
            ));
        }
        header = Some(names);
    }
    Dialect {
        delimiter,
        decimal_comma,
        header,
        columns: columns.max(1),
        start,
        notes,
    }
}

/// `2 lines with # above the table are left out`.
pub(super) fn left_out(lines: usize, which: &str) -> Problem {
    Problem::new(match lines {
        1 => format!("1 line {which} is left out"),
        _ => format!("{lines} lines {which} are left out"),
    })
}

/// The first line that is neither blank nor begins with `#`.
fn below_comments(text: &str, start: usize) -> usize {
    let mut at = start;
    for line in text[start..].split_inclusive(['\n', '\r']) {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            return at;
        }
        at += line.len();
    }
    start
}

struct Skipped {
    lines: usize,
    start: usize,
    /// The last line with `#` is the header and was kept.
    header_follows: bool,
}

/// Lines that begin with `#`, unless the last of them has as many fields as the line below it.
fn skip_comments(text: &str, start: usize, delimiter: u8) -> Skipped {
    let mut skipped = Skipped {
        lines: 0,
        start,
        header_follows: false,
    };
    let width = |from: usize| {
        let mut fields = Vec::new();
        let mut records = Records::new(text, from, delimiter, false);
        records.next(&mut fields).map_or(0, |(count, _)| count)
    };
    let mut at = start;
    while let Some(line) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let end = line.find(['\n', '\r']).map_or(line.len(), |end| end + 1);
        let content = line[..end].trim();
        if !content.is_empty() && !content.starts_with('#') {
            break;
        }
        let next = at + end;
        let below = text[next..].trim_start();
        if content.starts_with('#') {
            let last = !below.starts_with('#');
            if last && width(at) > 1 && width(at) == width(next) {
                skipped.header_follows = true;
                break;
            }
            skipped.lines += 1;
            skipped.start = next;
        }
        at = next;
    }
    skipped
}

/// A report's title above its table: up to ten lines of one field (of two above five or more) above
/// records of three or more; above records of two only with a blank line between.
fn skip_titles(text: &str, start: usize, delimiter: u8) -> Skipped {
    let mut skipped = Skipped {
        lines: 0,
        start,
        header_follows: false,
    };
    let width = Sample::take(text, start, delimiter).width();
    if width < 2 {
        return skipped;
    }
    let mut records = Records::new(text, start, delimiter, false);
    let mut fields: Vec<Field> = Vec::new();
    while skipped.lines <= 10 {
        let begin = records.position;
        fields.clear();
        let Some((_, record)) = records.next(&mut fields) else {
            break;
        };
        let is_filled = |f: &&Field| !f.text(text).trim().is_empty();
        let filled = fields.iter().filter(is_filled).count();
        let is_title = fields.first().is_some_and(|f| {
            let text = f.text(text);
            look(text.trim(), false) == Look::Text
        });
        let narrow = filled <= 1 || (filled == 2 && width >= 5 && fields.len() < width);
        if !narrow || !is_title {
            let blank = text[begin..record].contains(['\n', '\r']);
            if width > 2 || blank || skipped.lines == 0 {
                skipped.start = begin;
                return skipped;
            }
            break;
        }
        skipped.lines += 1;
    }
    Skipped {
        lines: 0,
        start,
        header_follows: false,
    }
}

/// Whether the first of these rows, which come from no text, names the columns.
pub(in crate::data) fn first_row_is_header(rows: &[Vec<String>]) -> bool {
    has_header(rows, false)
}

/// A first line of names looks unlike what stands below it: texts above numbers or dates. Where no
/// column has numbers or dates, it is a header unless one of its texts occurs again below.
fn has_header(rows: &[Vec<String>], decimal_comma: bool) -> bool {
    let Some((first, below)) = rows.split_first() else {
        return false;
    };
    let looks: Vec<Look> = first
        .iter()
        .map(|c| look(c.trim(), decimal_comma))
        .collect();
    if below.is_empty() {
        return !looks.iter().any(|l| l.is_typed());
    }
    let (mut unlike, mut like, mut again) = (0, 0, false);
    for (column, &head) in looks.iter().enumerate() {
        let (mut typed, mut flags, mut filled) = (0, 0, 0);
        for row in below {
            let text = row.get(column).map_or("", |c| c.trim());
            if is_missing(text) || is_placeholder(text) {
                continue;
            }
            let look = look(text, decimal_comma);
            filled += 1;
            typed += usize::from(look.is_typed());
            flags += usize::from(look == Look::YesNo);
        }
        if filled > 0 && typed * 5 >= filled * 4 {
            match head {
                Look::Number | Look::Date => like += 1,
                Look::Missing => {}
                Look::Text | Look::YesNo => unlike += 1,
            }
        } else if filled > 0 && flags == filled {
            match head {
                Look::YesNo => like += 1,
                Look::Missing => {}
                _ => unlike += 1,
            }
        } else if !first[column].trim().is_empty() {
            let name = first[column].trim();
            again |= below
                .iter()
                .any(|row| row.get(column).is_some_and(|c| c.trim() == name));
        }
    }
    if counts_columns(first, below) {
        return true;
    }
    if unlike + like > 0 {
        return unlike * 3 >= like.max(1);
    }
    !again && !looks.iter().any(|l| l.is_typed())
}

/// `,0,1,2`, as pandas writes columns without names, or `country,2019,2020`: numbers that count the
/// columns behind a corner, above lines that do not go on so.
fn counts_columns(first: &[String], below: &[Vec<String>]) -> bool {
    let counts = |row: &[String], corner_free: bool| {
        let numbers: Option<Vec<i64>> = row[1..].iter().map(|c| c.trim().parse().ok()).collect();
        numbers.is_some_and(|numbers| {
            let from_zero = corner_free && numbers.first() == Some(&0);
            let years = numbers.iter().all(|year| (1800..=2100).contains(year));
            numbers.len() >= 2
                && (from_zero || years)
                && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
        })
    };
    let Some(corner) = first.first().map(|c| c.trim()) else {
        return false;
    };
    counts(first, corner.is_empty())
        && (corner.is_empty() || look(corner, false) == Look::Text)
        && !below.iter().any(|row| row.len() > 1 && counts(row, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str) -> Dialect {
        sniff(text, &ReadOptions::default())
    }

    #[test]
    fn delimiters_and_decimal_commas_go_together() {
        for (text, delimiter, comma, columns) in [
            ("a,b\n1,2\n3,4\n", b',', false, 2),
            ("a;b\n1,5;2,5\n3,25;4\n", b';', true, 2),
            ("a;b\n1.5;2\n3;4\n", b';', false, 2),
            ("a;b\n1,234;2\n3;4\n", b';', true, 2),
            ("a\tb\n1,5\t2\n", b'\t', true, 2),
            // Two decimal commas a line, and a class behind them.
            (
                "a;b;c\n158,4;71,7;f\n153,4;64,7;m\n173,6;78,0;f\n",
                b';',
                true,
                3,
            ),
            ("a|b|c\nx|y|z\n", b'|', false, 3),
            ("a,b\n\"1,5\",\"2,75\"\n", b',', true, 2),
            ("a,b\n\"1,234\",2\n", b',', false, 2),
            ("value\n1,5\n2,5\n3,5\n", 0, true, 1),
            ("5.1 3.5 1.4\n4.9 3.0  1.4\n", b' ', false, 3),
            (
                "18.0   8   ?   3504.\t\"ford pinto\"\n15.0   8   2.5   3693.\t\"buick\"\n",
                b' ',
                false,
                5,
            ),
            ("name\nAda Lovelace\nAlan Turing\n", 0, false, 1),
            ("when\n2024-01-02 10:00\n2024-01-03 11:00\n", 0, false, 1),
            ("d,v\n01/02/2024,3\n02/02/2024,4\n", b',', false, 2),
            ("sep=;\na;b\n1;2\n", b';', false, 2),
        ] {
            let found = dialect(text);
            assert_eq!(
                (found.delimiter, found.columns, found.decimal_comma),
                (delimiter, columns, comma),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_header_looks_unlike_its_values() {
        for (text, header) in [
            ("a,b\n1,2\n", true),
            ("5.1,3.5,setosa\n4.9,3.0,setosa\n", false),
            ("country,city\nFrance,Paris\nFrance,Lyon\n", true),
            ("x,red\ny,red\nx,blue\n", false),
            ("when,flag\n2024-01-01,yes\n", true),
            ("1,2\n", false),
            ("a,b\n", true),
            ("id,2019,2020\nx,1,2\ny,3,4\n", true),
            ("id,3,4\nx,1,2\ny,3,4\n", false),
            (",0,1\n0,5,6\n1,7,8\n", true),
            ("share,n\n5%,1\n7%,2\n", true),
        ] {
            assert_eq!(dialect(text).header.is_some(), header, "{text:?}");
        }
    }

    #[test]
    fn what_stands_above_the_table_is_skipped_and_said() {
        let found = dialect("# made in May\n# by hand\na,b\n1,2\n");
        assert_eq!(found.header.unwrap(), ["a", "b"]);
        assert_eq!(found.notes.len(), 1);
        let found = dialect("#id,b\n1,2\n");
        assert_eq!(found.header.unwrap(), ["id", "b"]);
        let found = dialect("Report of May\n\na,b,c\n1,2,3\n4,5,6\n");
        assert_eq!(found.header.unwrap(), ["a", "b", "c"]);
        // One name less: row names, as R writes them.
        let found = dialect("\"a\",\"b\"\n\"r1\",1,2\n\"r2\",3,4\n");
        assert_eq!(found.header.unwrap(), ["", "a", "b"]);
        // A delimiter at each line's end is no column.
        let found = dialect("a,b\n1,2,\n3,4,\n");
        assert_eq!((found.header.unwrap().len(), found.columns), (2, 2));
    }
}
