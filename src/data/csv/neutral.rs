//! Cells that a spreadsheet would run as formulas, made harmless for those who open the file in one.

use std::borrow::Cow;

/// With ' before what a spreadsheet would take for a formula (OWASP, CSV injection). Numbers stay numbers.
pub fn neutralised(cell: &str) -> Cow<'_, str> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && cell.parse::<f64>().is_err() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_a_quote_and_numbers_do_not() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd", "'-cmd"),
            ("+a", "'+a"),
            ("-1.5e3", "-1.5e3"),
            ("+2", "+2"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(neutralised(cell), safe);
        }
    }
}
