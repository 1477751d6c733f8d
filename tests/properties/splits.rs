//! Folds: every row where it belongs, once.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use seefit::base::Cancel;
use seefit::data::{Column, Table, TableBuilder};
use seefit::prepare::{Folds, SplitScheme};

/// Classes and groups of some rows.
fn rows() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0u32..4, 0u32..7), 2..80)
}

fn table(rows: &[(u32, u32)]) -> Table {
    let groups = rows.iter().map(|row| row.1).collect();
    TableBuilder::new("t")
        .column(Column::categories(
            "group",
            groups,
            (0..7).map(|g| format!("g{g}")).collect(),
        ))
        .build()
        .expect("a table")
}

fn folds(scheme: &SplitScheme, rows: &[(u32, u32)], seed: u64) -> Option<Folds> {
    let classes: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    scheme
        .folds(
            &table(rows),
            &all,
            Some((&classes, 4)),
            seed,
            &Cancel::new(),
        )
        .ok()
}

/// How often each row is held out; that no row stands on both sides, or on none, is held here.
fn held_out(folds: &Folds, rows: usize) -> Result<Vec<usize>, TestCaseError> {
    let mut times = vec![0; rows];
    for fold in &folds.folds {
        let mut both: Vec<u32> = fold.train.iter().chain(&*fold.test).copied().collect();
        both.sort_unstable();
        prop_assert_eq!(both, (0..rows as u32).collect::<Vec<u32>>());
        prop_assert!(fold.train.is_sorted() && fold.test.is_sorted());
        prop_assert!(!fold.train.is_empty() && !fold.test.is_empty());
        fold.test.iter().for_each(|row| times[*row as usize] += 1);
    }
    Ok(times)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn every_row_is_held_out_once(rows in rows(), k in 2usize..9, seed in any::<u64>(), which in 0..3) {
        let k = k.min(rows.len());
        let scheme = match which {
            0 => SplitScheme::KFold { k },
            1 => SplitScheme::Stratified { k },
            _ => SplitScheme::LeaveOneOut,
        };
        let found = folds(&scheme, &rows, seed).expect("enough rows");
        prop_assert!(held_out(&found, rows.len())?.iter().all(|times| *times == 1));
        let sizes = found.folds.iter().map(|fold| fold.test.len());
        prop_assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1);
    }

    #[test]
    fn strata_have_equal_shares_of_each_class(rows in rows(), k in 2usize..7, seed in any::<u64>()) {
        let k = k.min(rows.len());
        let found = folds(&SplitScheme::Stratified { k }, &rows, seed).expect("enough rows");
        for class in 0..4 {
            let of = |test: &[u32]| test.iter().filter(|row| rows[**row as usize].0 == class).count();
            let counts = found.folds.iter().map(|fold| of(&fold.test));
            prop_assert!(counts.clone().max().unwrap() - counts.min().unwrap() <= 1, "class {class}");
        }
    }

    #[test]
    fn repeats_hold_every_row_out_as_often(rows in rows(), repeats in 1usize..4, seed in any::<u64>()) {
        let scheme = SplitScheme::Repeated { repeats, k: 2 };
        let found = folds(&scheme, &rows, seed).expect("enough rows");
        prop_assert_eq!(found.folds.len(), 2 * repeats);
        prop_assert!(held_out(&found, rows.len())?.iter().all(|times| *times == repeats));
    }

    #[test]
    fn groups_stay_together(rows in rows(), seed in any::<u64>()) {
        let scheme = SplitScheme::Group { column: "group".into() };
        let Some(found) = folds(&scheme, &rows, seed) else {
            // One group only cannot be held out from others.
            prop_assert!(rows.iter().all(|row| row.1 == rows[0].1));
            return Ok(());
        };
        prop_assert!(held_out(&found, rows.len())?.iter().all(|times| *times == 1));
        for fold in &found.folds {
            let group = |row: &u32| rows[*row as usize].1;
            let trained: Vec<u32> = fold.train.iter().map(group).collect();
            prop_assert!(fold.test.iter().all(|row| !trained.contains(&group(row))));
        }
    }

    #[test]
    fn a_holdout_is_of_the_size_asked_for(rows in rows(), fraction in 0.05..0.95f64, seed in any::<u64>()) {
        let Some(found) = folds(&SplitScheme::Holdout { fraction }, &rows, seed) else {
            return Ok(());
        };
        let times = held_out(&found, rows.len())?;
        let held = times.iter().sum::<usize>() as f64;
        // Each of four classes may round its own way.
        prop_assert!((held - fraction * rows.len() as f64).abs() <= 4.0, "{held} of {}", rows.len());
        prop_assert_eq!(found.drawn(), Some(&found.folds[0].train));
    }

    #[test]
    fn a_seed_tells_all(rows in rows(), seed in any::<u64>()) {
        for scheme in [SplitScheme::KFold { k: 2 }, SplitScheme::Stratified { k: 2 }] {
            prop_assert_eq!(folds(&scheme, &rows, seed), folds(&scheme, &rows, seed));
        }
    }

    #[test]
    fn a_scheme_is_written_as_it_is_read(k in 2usize..1000, repeats in 1usize..1000, fraction in 0.001..0.999f64, name in "[a-z :]{1,12}") {
        for scheme in [
            SplitScheme::KFold { k },
            SplitScheme::Stratified { k },
            SplitScheme::Repeated { repeats, k },
            SplitScheme::Holdout { fraction },
            SplitScheme::Group { column: name.trim().to_owned() },
        ] {
            let text = scheme.to_string();
            if let Ok(read) = text.parse::<SplitScheme>() {
                prop_assert_eq!(read, scheme);
            } else {
                // A name of blanks alone is none.
                prop_assert!(name.trim().is_empty(), "{text}");
            }
        }
    }
}
