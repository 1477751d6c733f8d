//! Nothing of the held-out rows may reach what is learned: whatever is done to them, the fitted
//! recipe and the training matrix stay the same to the last bit.

use seefit::base::Cancel;
use seefit::data::{Column, Kind, Table, TableBuilder};
use seefit::numeric::{Labels, Matrix};
use seefit::prepare::{
    FittedRecipe, ImputeCategories, ImputeNumbers, Project, Recipe, Scale, Scaling, Select,
    SplitScheme, TextFeatures,
};

const ROWS: usize = 40;

fn levels() -> Vec<String> {
    ["a", "b", "c", "only_held_out"].map(str::to_owned).to_vec()
}

/// A number with gaps and a category; `held_out` says which rows get the other values.
fn table(held_out: &[u32], number: f64, code: u32) -> Table {
    let is_out = |row: usize| held_out.contains(&(row as u32));
    let x = (0..ROWS).map(|row| match row {
        _ if is_out(row) => number,
        _ if row % 7 == 3 => f64::NAN,
        _ => (row as f64 * 1.7).sin() * 10.0,
    });
    let c = (0..ROWS).map(|row| match row {
        _ if is_out(row) => code,
        _ if row % 9 == 2 => u32::MAX,
        _ => row as u32 % 3,
    });
    TableBuilder::new("t")
        .column(Column::numbers("x", x.collect()))
        .column(Column::categories("c", c.collect(), levels()))
        .build()
        .unwrap()
}

fn bits(matrix: &Matrix) -> Vec<u64> {
    matrix
        .values()
        .iter()
        .map(|value| value.to_bits())
        .collect()
}

fn outputs(fitted: &FittedRecipe) -> Vec<(String, u64, u64)> {
    let all = fitted.outputs().iter();
    all.map(|o| (o.name.clone(), o.shift.to_bits(), o.scale.to_bits()))
        .collect()
}

fn recipes() -> Vec<(Recipe, Scaling)> {
    let mut all = Vec::new();
    for impute_numbers in ImputeNumbers::ALL {
        for impute_categories in ImputeCategories::ALL {
            for scaling in [Scaling::Standard, Scaling::MinMax, Scaling::None] {
                for one_hot_limit in [2, 20] {
                    let recipe = Recipe {
                        impute_numbers,
                        impute_categories,
                        scale: Scale::Auto,
                        one_hot_limit,
                        ..Recipe::default()
                    };
                    all.push((recipe, scaling));
                }
            }
        }
    }
    for select in ["none", "2", "variance:0.1"] {
        for project in ["none", "pca:2", "pca:2:whiten", "svd:2", "lda:1"] {
            let recipe = Recipe {
                select: Select::parse(select).unwrap(),
                project: Project::parse(project).unwrap(),
                ..Recipe::default()
            };
            all.push((recipe, Scaling::Standard));
        }
    }
    all
}

/// Fits all steps of a recipe on these rows; the target is the remainder of the row's number.
fn learned(recipe: &Recipe, scaling: Scaling, table: &Table, rows: &[u32]) -> FittedRecipe {
    let cancel = Cancel::new();
    let fitted = recipe.fit(table, &[0, 1], rows, scaling, &cancel).unwrap();
    let encoded = fitted.encode(table, rows, &cancel).unwrap();
    let codes = rows.iter().map(|row| row % 3).collect();
    let y = Labels::Classes { codes, count: 3 };
    recipe.reduce(fitted, &encoded, Some(&y), &cancel).unwrap()
}

#[test]
fn held_out_rows_move_nothing_that_is_learned() {
    let rows: Vec<u32> = (0..ROWS as u32).collect();
    let cancel = Cancel::new();
    let plain = table(&[], 0.0, 0);
    let folds = SplitScheme::KFold { k: 5 }
        .folds(&plain, &rows, None, 42, &Cancel::new())
        .unwrap();
    for fold in &folds.folds {
        // An outlier, a gap, a level of which training knows nothing.
        let changed = [
            table(&fold.test, 1e12, 0),
            table(&fold.test, f64::NAN, u32::MAX),
            table(&fold.test, -1e-9, 3),
        ];
        for (recipe, scaling) in recipes() {
            let learn = |table: &Table| learned(&recipe, scaling, table, &fold.train);
            let expected = learn(&plain);
            let training = expected.apply(&plain, &fold.train, &cancel).unwrap();
            for table in &changed {
                let found = learn(table);
                assert_eq!(outputs(&found), outputs(&expected));
                assert_eq!(found, expected);
                let matrix = found.apply(table, &fold.train, &cancel).unwrap();
                assert_eq!(bits(&matrix), bits(&training));
            }
        }
    }
}

/// The test above could pass on data where nothing shows: here leaking does show.
#[test]
fn learning_from_all_rows_would_show() {
    let rows: Vec<u32> = (0..ROWS as u32).collect();
    let (test, train) = rows.split_at(8);
    let cancel = Cancel::new();
    let table = table(test, 1e12, 3);
    let recipe = Recipe::default();
    let learn = |rows: &[u32]| {
        recipe
            .fit(&table, &[0, 1], rows, Scaling::Standard, &cancel)
            .unwrap()
    };
    let (honest, leaking) = (learn(train), learn(&rows));
    assert!(leaking.outputs()[0].scale > 1e6 * honest.outputs()[0].scale);
    let names =
        |fitted: &FittedRecipe| outputs(fitted).into_iter().map(|o| o.0).collect::<Vec<_>>();
    assert!(names(&leaking).contains(&"c=only_held_out".to_owned()));
    assert!(!names(&honest).contains(&"c=only_held_out".to_owned()));
    // Components and a choice of columns would turn towards the outlier.
    for project in ["pca:1", "svd:1", "lda:1"] {
        let recipe = Recipe {
            select: Select::parse("3").unwrap(),
            project: Project::parse(project).unwrap(),
            ..Recipe::default()
        };
        let learn = |rows| learned(&recipe, Scaling::Standard, &table, rows);
        assert_ne!(
            learn(train).reduction(),
            learn(&rows).reduction(),
            "{project}"
        );
    }
    // The unknown level is no level, the outlier stays an outlier.
    let matrix = honest.apply(&table, test, &cancel).unwrap();
    assert!(matrix.at(0, 0) > 1e10);
    assert_eq!(matrix.row(0)[1..].iter().sum::<f64>(), 0.0);
}

/// A level that occurs in one fold only and tells the target would give it away, if its column
/// existed where it was not seen.
#[test]
fn a_level_of_the_held_out_fold_alone_tells_nothing() {
    let mut codes: Vec<u32> = (0..ROWS as u32).map(|row| row % 2).collect();
    let rows: Vec<u32> = (0..ROWS as u32).collect();
    let cancel = Cancel::new();
    let blank = table(&[], 0.0, 0);
    let folds = SplitScheme::KFold { k: 4 }
        .folds(&blank, &rows, None, 7, &Cancel::new())
        .unwrap();
    let fold = &folds.folds[0];
    for &row in fold.test.iter() {
        codes[row as usize] = 3;
    }
    let table = TableBuilder::new("t")
        .column(Column::categories("c", codes, levels()))
        .build()
        .unwrap();
    let fitted = Recipe::default()
        .fit(&table, &[0], &fold.train, Scaling::None, &cancel)
        .unwrap();
    assert_eq!(fitted.width(), 2);
    let matrix = fitted.apply(&table, &fold.test, &cancel).unwrap();
    assert!(matrix.values().iter().all(|value| *value == 0.0));
}

/// Words and dates that only held-out rows have: neither terms nor weights nor the first day know them.
#[test]
fn held_out_words_and_dates_move_nothing() {
    let rows: Vec<u32> = (0..ROWS as u32).collect();
    let cancel = Cancel::new();
    let blank = table(&[], 0.0, 0);
    let folds = SplitScheme::KFold { k: 5 }
        .folds(&blank, &rows, None, 42, &Cancel::new())
        .unwrap();
    let table = |held_out: &[u32], words: &str, seconds: f64| {
        let is_out = |row: usize| held_out.contains(&(row as u32));
        let text = (0..ROWS).map(|row| match is_out(row) {
            true => Some(words.into()),
            false => Some(format!("row {row} word{} common", row % 5).into()),
        });
        let day = (0..ROWS).map(|row| match is_out(row) {
            true => seconds,
            false => 1e9 + row as f64 * 86_400.0 * 11.0,
        });
        let day = Column {
            kind: Kind::Date,
            ..Column::numbers("day", day.collect())
        };
        TableBuilder::new("t")
            .column(Column::texts("text", text.collect()))
            .column(day)
            .build()
            .unwrap()
    };
    for settings in ["counts:ngram_range=1-2", "tf_idf:max_features=4,max_df=0.9"] {
        let mut recipe = Recipe::default();
        let how = TextFeatures::parse(settings).unwrap();
        recipe.texts.insert("text".into(), how);
        let learn = |table: &Table, rows: &[u32]| {
            recipe
                .fit(table, &[0, 1], rows, Scaling::Standard, &cancel)
                .unwrap()
        };
        for fold in &folds.folds {
            let plain = table(&[], "", 0.0);
            let expected = learn(&plain, &fold.train);
            let changed = table(&fold.test, "leak leak common word1 common", -1e10);
            let found = learn(&changed, &fold.train);
            assert_eq!(found, expected);
            assert_eq!(outputs(&found), outputs(&expected));
            // From all rows it would show.
            assert_ne!(learn(&changed, &rows), expected);
        }
    }
}
