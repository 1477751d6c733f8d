//! What stands between the cells, and whether a comma stands in the numbers.

use super::super::number;
use super::cell::{Look, is_placeholder, look};
use super::sample::Sample;

/// The one under which records are alike and cells are numbers or dates; 0, which no text holds,
/// where whole lines make more sense: a table of one column.
pub(super) fn choose_delimiter(text: &str, start: usize) -> u8 {
    let whole_lines = score(text, start, 0);
    let mut best = (0, whole_lines.score);
    for (delimiter, bonus) in [(b',', 0.04), (b'\t', 0.05), (b';', 0.03), (b'|', 0.02)] {
        let found = score(text, start, delimiter);
        if found.width >= 2 && found.score + bonus > best.1 {
            best = (delimiter, found.score + bonus);
        }
    }
    // Blanks are everywhere: they delimit only where most cells then have a type, and had none before.
    let blanks = score(text, start, b' ');
    let before = match best.0 {
        0 => &whole_lines,
        _ => &score(text, start, best.0),
    };
    if blanks.width > before.width
        && blanks.alike > 0.9
        && blanks.typed > 0.5
        && before.typed < blanks.typed - 0.4
    {
        return b' ';
    }
    best.0
}

struct Score {
    score: f64,
    width: usize,
    alike: f64,
    typed: f64,
}

/// Delimiter 0 stands for whole lines.
fn score(text: &str, start: usize, delimiter: u8) -> Score {
    let sample = Sample::take(text, start, delimiter);
    let width = sample.width();
    let rows = sample.rows.len().max(1) as f64;
    let alike = sample.rows.iter().filter(|row| row.len() == width).count() as f64 / rows;
    let (mut typed, mut cells) = (0, 0u32);
    for row in sample.rows.iter().take(100) {
        for cell in row.iter().take(200) {
            let text = cell.trim();
            let fits = |comma| is_placeholder(text) || look(text, comma) != Look::Text;
            typed += u32::from(fits(false) || (delimiter != b',' && fits(true)));
            cells += 1;
        }
    }
    let typed = f64::from(typed) / f64::from(cells.max(1));
    if delimiter == 0 {
        // One column is the plain explanation that the others have to beat.
        return Score {
            score: 0.55 + 0.5 * typed,
            width: 1,
            alike: 1.0,
            typed,
        };
    }
    // `value` above `1,5`: one column with a decimal comma rather than two.
    let header_alone = width == 2
        && sample.rows.first().is_some_and(|row| row.len() == 1)
        // A title above two names is none.
        && !sample.rows.get(1).is_some_and(|row| {
            row.len() == 2 && row.iter().all(|cell| look(cell.trim(), true) == Look::Text)
        });
    let penalty = if header_alone { 0.6 } else { 0.0 };
    Score {
        score: alike + 0.5 * typed - penalty,
        width,
        alike,
        typed,
    }
}

/// Counts cells that are numbers under one reading only. `1,234` alone tells nothing, except that with
/// `;` between the cells the comma is hardly a thousands separator.
pub(super) fn has_decimal_comma(sample: &Sample, delimiter: u8) -> bool {
    let (mut comma, mut point, mut either) = (0, 0, 0);
    for cell in sample.rows.iter().flatten() {
        let text = cell.trim();
        if !text.contains([',', '.']) {
            continue;
        }
        let number = number::split_unit(text).map_or(text, |(number, _)| number);
        let as_comma = number::parse(number, true).is_some();
        let as_point = number::parse(number, false).is_some();
        match (as_comma, as_point) {
            (true, true) if number.contains(',') => either += 1,
            (true, false) => comma += 1,
            (_, true) => point += 1,
            _ => {}
        }
    }
    comma > point || (comma == point && point == 0 && either > 0 && delimiter == b';')
}
