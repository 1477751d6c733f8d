use super::*;
use crate::base::Halt;
use crate::data::TableBuilder;

fn table(columns: Vec<Column>) -> Table {
    let builder = TableBuilder::new("t");
    columns
        .into_iter()
        .fold(builder, TableBuilder::column)
        .build()
        .unwrap()
}

/// Rows with gaps between them, in no order, and classes of very different sizes.
fn sample(n: usize, seed: u64) -> (Table, Vec<u32>, Vec<u32>) {
    let mut random = Random::new(seed);
    let length = 2 * n + 3;
    let codes: Vec<u32> = (0..length)
        .map(|_| [0, 0, 0, 0, 1, 1, 2][random.below(7)])
        .collect();
    let mut rows: Vec<u32> = (0..length as u32).collect();
    random.shuffle(&mut rows);
    rows.truncate(n);
    let table = table(vec![Column::numbers("x", vec![0.5; length])]);
    (table, rows, codes)
}

fn spell(text: &str) -> SplitScheme {
    text.parse().unwrap()
}

fn count_class(rows: &[u32], codes: &[u32], class: u32) -> usize {
    rows.iter()
        .filter(|row| codes[**row as usize] == class)
        .count()
}

#[test]
fn every_row_is_held_out_once_and_never_trained_on_then() {
    for (n, seed) in [(2, 1), (7, 2), (23, 3), (100, 4), (101, 5)] {
        let (table, rows, codes) = sample(n, seed);
        for text in [
            "kfold:2",
            "stratified:2",
            "stratified:5",
            "leave_one_out",
            "repeated:3x5",
        ] {
            let Ok(folds) =
                spell(text).folds(&table, &rows, Some((&codes, 3)), seed, &Cancel::new())
            else {
                assert!(n < 5);
                continue;
            };
            let mut held_out = vec![0; table.rows()];
            for fold in &folds.folds {
                assert!(fold.test.is_sorted() && fold.train.is_sorted());
                assert!(!fold.test.is_empty() && !fold.train.is_empty());
                let mut both: Vec<u32> = fold.train.to_vec();
                both.extend_from_slice(&fold.test);
                both.sort_unstable();
                let mut all = rows.clone();
                all.sort_unstable();
                assert_eq!(both, all, "{text} loses or doubles rows");
                fold.test
                    .iter()
                    .for_each(|row| held_out[*row as usize] += 1);
            }
            let times = if text.starts_with("repeated") { 3 } else { 1 };
            for row in 0..table.rows() as u32 {
                let expected = if rows.contains(&row) { times } else { 0 };
                assert_eq!(held_out[row as usize], expected, "{text} row {row}");
            }
        }
    }
}

#[test]
fn strata_and_folds_differ_by_one_at_most() {
    for seed in 0..20 {
        let (table, rows, codes) = sample(50 + seed as usize, seed);
        let folds = spell("stratified:7")
            .folds(&table, &rows, Some((&codes, 3)), seed, &Cancel::new())
            .unwrap();
        let spread = |of: &dyn Fn(&Fold) -> usize| {
            let sizes: Vec<usize> = folds.folds.iter().map(of).collect();
            sizes.iter().max().unwrap() - sizes.iter().min().unwrap()
        };
        assert!(spread(&|fold| fold.test.len()) <= 1);
        for class in 0..3 {
            assert!(spread(&|fold| count_class(&fold.test, &codes, class)) <= 1);
        }
    }
}

#[test]
fn a_holdout_keeps_the_shares_of_the_classes() {
    for seed in 0..20 {
        let (table, rows, codes) = sample(90 + seed as usize, seed);
        let folds = spell("holdout:0.3")
            .folds(&table, &rows, Some((&codes, 3)), seed, &Cancel::new())
            .unwrap();
        let fold = &folds.folds[0];
        assert_eq!(fold.test.len(), (0.3 * rows.len() as f64).ceil() as usize);
        assert_eq!(fold.test.len() + fold.train.len(), rows.len());
        for class in 0..3 {
            let fair = fold.test.len() as f64 * count_class(&rows, &codes, class) as f64
                / rows.len() as f64;
            assert!((count_class(&fold.test, &codes, class) as f64 - fair).abs() < 1.0);
        }
        assert_eq!(folds.drawn(), Some(&fold.train));
    }
    let (table, rows, _) = sample(2, 0);
    let fold = &spell("holdout:0.99")
        .folds(&table, &rows, None, 0, &Cancel::new())
        .unwrap()
        .folds[0];
    assert_eq!((fold.train.len(), fold.test.len()), (1, 1));
}

#[test]
fn a_seed_decides_and_another_seed_deals_anew() {
    let (table, rows, codes) = sample(60, 9);
    for text in ["kfold:5", "stratified:5", "repeated:2x5", "holdout:0.3"] {
        let deal = |seed| {
            spell(text)
                .folds(&table, &rows, Some((&codes, 3)), seed, &Cancel::new())
                .unwrap()
        };
        assert_eq!(deal(1), deal(1));
        assert_ne!(deal(1), deal(2), "{text} ignores the seed");
    }
    let repeated = spell("repeated:2x5")
        .folds(&table, &rows, None, 1, &Cancel::new())
        .unwrap();
    assert_ne!(repeated.folds[0], repeated.folds[5], "repeats are alike");
    let shuffled = spell("stratified:5")
        .folds(&table, &rows, None, 1, &Cancel::new())
        .unwrap();
    let kfold = spell("kfold:5")
        .folds(&table, &rows, None, 1, &Cancel::new())
        .unwrap();
    assert_eq!(shuffled.folds, kfold.folds, "numbers have no strata");
}

#[test]
fn groups_stay_whole() {
    for (groups, folds_expected) in [(3u32, 3), (10, 10), (11, 5), (37, 5)] {
        let codes: Vec<u32> = (0..200).map(|row| (row * row + row) % groups).collect();
        let present = |g: u32| codes.contains(&g);
        let occurring = (0..groups).filter(|g| present(*g)).count();
        let levels = (0..groups).map(|g| g.to_string()).collect();
        let table = table(vec![Column::categories("g", codes.clone(), levels)]);
        let rows: Vec<u32> = (0..200).collect();
        let folds = spell("group:g")
            .folds(&table, &rows, None, 3, &Cancel::new())
            .unwrap();
        let expected = if occurring <= 10 {
            occurring
        } else {
            folds_expected
        };
        assert_eq!(folds.folds.len(), expected);
        assert_eq!(folds.warnings.len(), 1);
        for fold in &folds.folds {
            assert!(!fold.test.is_empty());
            for group in 0..groups {
                let inside = count_class(&fold.test, &codes, group);
                assert!(inside == 0 || count_class(&fold.train, &codes, group) == 0);
            }
        }
    }
}

#[test]
fn what_cannot_be_split_is_refused_with_a_reason() {
    let (table, rows, codes) = sample(4, 1);
    let says = |text: &str, rows: &[u32]| {
        let result = spell(text).folds(&table, rows, Some((&codes, 3)), 0, &Cancel::new());
        match result {
            Err(Halt::Failed(problem)) => problem.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        says("stratified:5", &rows),
        "5 folds cannot be made of 4 rows. Use from 2 to 4 folds."
    );
    assert!(says("kfold:5", &rows[..1]).contains("1 row"));
    assert!(says("holdout:0.5", &rows[..1]).contains("1 row"));
    assert!(says("leave_one_out", &rows[..1]).contains("1 row"));
    assert!(says("train", &[]).contains("no rows"));
    assert!(says("group:ghost", &rows).contains("no column ghost"));
    assert!(says("group:x", &rows).contains("one group only"));
    let many: Vec<u32> = (0..100_000).collect();
    let problem = spell("leave_one_out").check_size(many.len(), 1, many.len());
    assert!(problem.unwrap_err().to_string().contains("too much"));
}

#[test]
fn rare_classes_are_told() {
    let codes = vec![0, 0, 0, 0, 0, 0, 1, 1];
    let table = table(vec![Column::numbers("x", vec![0.0; 8])]);
    let rows: Vec<u32> = (0..8).collect();
    let warnings = |text: &str| {
        spell(text)
            .folds(&table, &rows, Some((&codes, 2)), 0, &Cancel::new())
            .unwrap()
            .warnings
    };
    assert_eq!(warnings("stratified:2"), vec![]);
    assert!(
        warnings("stratified:3")[0]
            .what
            .contains("rarest class has 2 rows")
    );
}

#[test]
fn train_tests_on_itself_and_a_file_on_none_of_these_rows() {
    let (table, rows, _) = sample(9, 1);
    let train = spell("train")
        .folds(&table, &rows, None, 0, &Cancel::new())
        .unwrap();
    assert_eq!(train.folds[0].train, train.folds[0].test);
    assert!(!train.is_held_out());
    let file = spell("file:b.csv")
        .folds(&table, &rows, None, 0, &Cancel::new())
        .unwrap();
    assert!(file.folds[0].test.is_empty() && file.folds[0].train.len() == 9);
    assert_eq!(file.drawn(), None);
}

#[test]
fn dealing_stops_when_asked() {
    let (table, rows, codes) = sample(60, 1);
    let stopped = Cancel::new();
    stopped.cancel();
    for text in ["kfold:5", "leave_one_out", "repeated:3x5", "holdout:0.3"] {
        let dealt = spell(text).folds(&table, &rows, Some((&codes, 3)), 1, &stopped);
        assert_eq!(dealt, Err(Halt::Cancelled), "{text}");
    }
}
