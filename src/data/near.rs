//! Names near a mistyped one.

/// `Try a, b or c`: the nearest of the names, or all where none is near.
pub(crate) fn near<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    let close = nearest(wrong, &names);
    if !close.is_empty() {
        return format!("Try {}", listed(&close));
    }
    names.sort_unstable();
    format!("Choose {}", listed(&names))
}

/// At most three names that differ little from a wrong one or contain it, the nearest first.
pub(crate) fn nearest<'a>(wrong: &str, names: &[&'a str]) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 2).clamp(1, 3);
    let mut all: Vec<(usize, &str)> = names
        .iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let contains = wrong.len() >= 3 && (lower.contains(&wrong) || wrong.contains(&lower));
            let far = if contains {
                1
            } else {
                distance(&wrong, &lower)
            };
            (far, *name)
        })
        .filter(|(far, _)| *far <= limit)
        .collect();
    all.sort();
    all.into_iter().map(|(_, name)| name).take(3).collect()
}

/// `a, b or c`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "another".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Levenshtein's, with the last two rows of the table. Names beyond 64 letters are cut.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(x != y);
            row.push(replaced.min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_first_and_few_are_all_told() {
        let names = ["iris", "penguins", "wine"];
        assert_eq!(near("irsi", names.into_iter()), "Try iris");
        assert_eq!(near("Penguin", names.into_iter()), "Try penguins");
        assert_eq!(
            near("xxxxx", names.into_iter()),
            "Choose iris, penguins or wine"
        );
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
