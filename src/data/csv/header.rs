//! Names of columns: each its own, none empty, units taken out of them.

use std::collections::HashSet;

use crate::base::Problem;

/// Names from the header's texts, or `column_1` and on where there are none.
pub(super) fn names(header: Option<&[String]>, columns: usize) -> (Vec<String>, Vec<Problem>) {
    let mut notes = Vec::new();
    let mut taken: HashSet<String> = header.unwrap_or(&[]).iter().cloned().collect();
    let mut used = HashSet::new();
    let (mut empty, mut repeated) = (Vec::new(), Vec::new());
    let names = (0..columns)
        .map(|at| {
            let given = header.and_then(|h| h.get(at)).map_or("", String::as_str);
            let given: String = given.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut name = if given.is_empty() {
                let name = free(&format!("column_{}", at + 1), &taken, &used);
                empty.push(name.clone());
                name
            } else {
                given
            };
            if used.contains(&name) {
                name = free(&name, &taken, &used);
                repeated.push(name.clone());
            }
            taken.insert(name.clone());
            used.insert(name.clone());
            name
        })
        .collect();
    if header.is_some() && !empty.is_empty() {
        notes.push(Problem::new(format!(
            "{} without a name, called {}",
            counted(empty.len(), "column is", "columns are"),
            listed(&empty)
        )));
    }
    if !repeated.is_empty() {
        notes.push(Problem::new(format!(
            "{} the name of an earlier one, called {}",
            counted(repeated.len(), "column has", "columns have"),
            listed(&repeated)
        )));
    }
    (names, notes)
}

/// `name`, or `name_2` and on.
fn free(name: &str, taken: &HashSet<String>, used: &HashSet<String>) -> String {
    let is_free = |name: &str| !taken.contains(name) && !used.contains(name);
    if is_free(name) {
        return name.to_owned();
    }
    (2..)
        .map(|n| format!("{name}_{n}"))
        .find(|name| is_free(name))
        .unwrap_or_default()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The first few of many.
fn listed(names: &[String]) -> String {
    match names.len() {
        0..=4 => names.join(", "),
        n => format!("{} and {} more", names[..3].join(", "), n - 3),
    }
}

/// `Bill length (mm)` and `Bill length [mm]` are (`Bill length`, `mm`); what is no unit stays.
pub(super) fn split_unit(name: &str) -> Option<(&str, &str)> {
    let (open, close) = match name.chars().last()? {
        ')' => ('(', ')'),
        ']' => ('[', ']'),
        _ => return None,
    };
    let at = name.rfind(open)?;
    let unit = name[at + 1..].trim_end_matches(close).trim();
    let bare = name[..at].trim_end();
    let speaks = unit
        .chars()
        .any(|c| c.is_alphabetic() || matches!(c, '%' | '‰' | '°' | '$' | '€' | '£' | '¥'));
    let short = unit.chars().count() <= 12;
    let flag = ["yes/no", "y/n", "t/f", "true/false", "log"]
        .iter()
        .any(|word| unit.eq_ignore_ascii_case(word));
    (speaks && short && !flag && !bare.is_empty()).then_some((bare, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_gets_a_name_of_its_own() {
        let given = ["a", "", "a", "a_2", " b  c "].map(String::from);
        let (names, notes) = names(Some(&given), 6);
        assert_eq!(names, ["a", "column_2", "a_3", "a_2", "b c", "column_6"]);
        assert_eq!(notes.len(), 2);
        assert_eq!(super::names(None, 2).0, ["column_1", "column_2"]);
        assert!(super::names(None, 2).1.is_empty());
    }

    #[test]
    fn units_stand_in_brackets() {
        assert_eq!(split_unit("Bill length (mm)"), Some(("Bill length", "mm")));
        assert_eq!(split_unit("t [°C]"), Some(("t", "°C")));
        for name in [
            "a",
            "score (0-10)",
            "(mm)",
            "died (yes/no)",
            "a ()",
            "bill_length_mm",
            ")",
        ] {
            assert_eq!(split_unit(name), None, "{name}");
        }
    }
}
