//! Plain text for people: aligned columns and numbers of a readable length.

use crate::base::problem::visible;

/// Aligned columns, two blanks apart; those in `right` are flush right. Control characters in cells
/// are written out, so that a name from a file cannot disturb the terminal.
pub fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| visible(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                line.push_str("  ");
            }
            let blanks = " ".repeat(widths[column] - cell.chars().count());
            if right.contains(&column) {
                line.push_str(&blanks);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&blanks);
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Each line two blanks further in.
pub fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// So many significant digits; very large and very small numbers with an exponent.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "-".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let scientific = format!("{value:.*e}", digits.max(1) - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..7).contains(&exponent) {
        return format!("{}e{exponent}", without_zeros(mantissa));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.decimals$}")).to_owned()
}

/// `12 µs`, `3.4 ms`, `1.2 s`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{} µs", significant(s * 1e6, 2)),
        s if s < 1.0 => format!("{} ms", significant(s * 1e3, 2)),
        s => format!("{} s", significant(s, 3)),
    }
}

/// A dash where there is no value.
pub fn optional(value: Option<f64>, write: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".into(), write)
}

/// `1 row`, `5 rows`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

fn without_zeros(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_line_ends_in_blanks() {
        let rows = [
            vec!["a".to_owned(), "10".to_owned()],
            vec!["long".into(), "5".into()],
        ];
        assert_eq!(table(&rows, &[1]), "a     10\nlong   5\n");
        assert_eq!(table(&rows, &[]), "a     10\nlong  5\n");
        assert_eq!(
            table(&[vec!["a\u{1b}[1m".to_owned()]], &[]),
            "a\\u{1b}[1m\n"
        );
    }

    #[test]
    fn numbers_keep_their_significant_digits() {
        assert_eq!(significant(1234.567, 4), "1235");
        assert_eq!(significant(0.012345, 4), "0.01235");
        assert_eq!(significant(-2.5, 4), "-2.5");
        assert_eq!(significant(9.9999, 3), "10");
        assert_eq!(significant(1.0e100, 4), "1e100");
        assert_eq!(significant(0.000012, 4), "1.2e-5");
        assert_eq!(significant(f64::NAN, 4), "-");
        assert_eq!(duration(5.43e-6), "5.4 µs");
        assert_eq!(duration(0.0391), "39 ms");
        assert_eq!(duration(12.34), "12.3 s");
    }
}
