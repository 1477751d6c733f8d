//! Names near to a misspelt one.

use crate::base::Problem;

/// A problem with an unknown name: which kind of thing it was to be, and the names nearest to it; all
/// of them where none is near and they are few.
pub fn unknown<'a>(
    kind: &str,
    name: &str,
    names: impl IntoIterator<Item = &'a str>,
    where_to_look: &str,
) -> Problem {
    let names: Vec<&str> = names.into_iter().collect();
    let near = near(name, &names);
    let problem = Problem::new(format!("there is no {kind} “{name}”"));
    if !near.is_empty() {
        problem.fix(format!("Perhaps it is {}", either(&near)))
    } else if names.len() <= 30 && !names.is_empty() {
        problem.fix(format!("There is {}", names.join(", ")))
    } else {
        problem.fix(where_to_look)
    }
}

fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// At most three names that differ little or contain what was written, the nearest first.
pub fn near<'a>(name: &str, names: &[&'a str]) -> Vec<&'a str> {
    let wanted = plain(name);
    let wanted_len = wanted.chars().count();
    let mut found: Vec<(usize, &str)> = Vec::new();
    for candidate in names {
        let other = plain(candidate);
        let other_len = other.chars().count();
        let shorter = wanted_len.min(other_len);
        let allowed = 1 + wanted_len.max(other_len) / 5;
        let edits = distance(&wanted, &other);
        if edits <= allowed && edits < other_len {
            found.push((edits, candidate));
        } else if shorter >= 3 && (other.contains(&wanted) || wanted.contains(&other)) {
            found.push((allowed + 1, candidate));
        }
    }
    found.sort_by_key(|(edits, _)| *edits);
    found.truncate(3);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Lower case; what separates words counts alike.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', ' ', '.'], "_")
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_and_swaps_count_one_each() {
        assert_eq!(distance("knn", "knn"), 0);
        assert_eq!(distance("lasso", "laso"), 1);
        assert_eq!(distance("ridge", "rigde"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn near_names_come_first_and_far_ones_not_at_all() {
        let ids = [
            "lasso",
            "ridge",
            "knn_classifier",
            "knn_regressor",
            "kmeans",
        ];
        assert_eq!(near("laso", &ids), ["lasso"]);
        assert_eq!(near("knn", &ids), ["knn_classifier", "knn_regressor"]);
        assert_eq!(near("K-Means", &ids), ["kmeans"]);
        assert!(near("perceptron", &ids).is_empty());
        assert_eq!(
            unknown("model", "laso", ids, "").to_string(),
            "there is no model “laso”. Perhaps it is lasso."
        );
    }
}
