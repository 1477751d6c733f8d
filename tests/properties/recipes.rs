//! Recipes: what is learned comes from the training rows alone, and nothing but numbers comes out.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use seefit::base::Cancel;
use seefit::data::{Column, Table, TableBuilder};
use seefit::numeric::Matrix;
use seefit::prepare::{
    FittedRecipe, ImputeCategories, ImputeNumbers, Project, Recipe, Scaling, Select,
};

/// Two numbers with gaps and a category with gaps, one row each.
type Row = (Option<f64>, Option<f64>, Option<u32>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let number = || prop::option::weighted(0.85, -1e4..1e4f64);
    let level = prop::option::weighted(0.9, 0u32..6);
    prop::collection::vec((number(), number(), level), 3..40)
}

fn table(rows: &[Row]) -> Table {
    let numbers =
        |of: fn(&Row) -> Option<f64>| rows.iter().map(|row| of(row).unwrap_or(f64::NAN)).collect();
    let codes = rows.iter().map(|row| row.2.unwrap_or(u32::MAX)).collect();
    TableBuilder::new("t")
        .column(Column::numbers("a", numbers(|row| row.0)))
        .column(Column::numbers("b", numbers(|row| row.1)))
        .column(Column::categories(
            "c",
            codes,
            (0..6).map(|l| format!("l{l}")).collect(),
        ))
        .build()
        .expect("a table")
}

fn recipes() -> impl Strategy<Value = (Recipe, Scaling)> {
    let numbers = prop_oneof![
        Just(ImputeNumbers::Median),
        Just(ImputeNumbers::Mean),
        Just(ImputeNumbers::Zero)
    ];
    let categories = prop_oneof![
        Just(ImputeCategories::MostFrequent),
        Just(ImputeCategories::OwnLevel)
    ];
    let scaling = prop_oneof![
        Just(Scaling::Standard),
        Just(Scaling::MinMax),
        Just(Scaling::None)
    ];
    (numbers, categories, 1usize..8, scaling).prop_map(
        |(impute_numbers, impute_categories, one_hot_limit, scaling)| {
            let recipe = Recipe {
                impute_numbers,
                impute_categories,
                one_hot_limit,
                ..Recipe::default()
            };
            (recipe, scaling)
        },
    )
}

fn fitted(recipe: &Recipe, scaling: Scaling, table: &Table, rows: &[u32]) -> FittedRecipe {
    let fitted = recipe.fit(table, &[0, 1, 2], rows, scaling, &Cancel::new());
    fitted.unwrap_or_else(|halt| panic!("{halt:?}"))
}

fn matrix(fitted: &FittedRecipe, table: &Table, rows: &[u32]) -> Matrix {
    fitted.apply(table, rows, &Cancel::new()).expect("a matrix")
}

fn all(table: &Table) -> Vec<u32> {
    (0..table.rows() as u32).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_numbers_comes_out(rows in rows(), (recipe, scaling) in recipes()) {
        let table = table(&rows);
        let rows = all(&table);
        let fitted = fitted(&recipe, scaling, &table, &rows);
        let x = matrix(&fitted, &table, &rows);
        prop_assert_eq!((x.rows(), x.columns()), (rows.len(), fitted.width()));
        prop_assert!(x.values().iter().all(|v| v.is_finite()));
    }

    /// Whatever the held-out rows hold, the training rows are turned the same way.
    #[test]
    fn held_out_rows_teach_nothing(
        rows in rows(), others in rows(), (recipe, scaling) in recipes(), part in 1usize..30,
    ) {
        let part = part.min(rows.len() - 1);
        let training: Vec<u32> = (0..part as u32).collect();
        // The same training rows before other held-out ones.
        let exchanged: Vec<Row> = rows[..part].iter().chain(&others).copied().collect();
        let bits = |rows: &[Row]| {
            let table = table(rows);
            let fitted = fitted(&recipe, scaling, &table, &training);
            let x = matrix(&fitted, &table, &training);
            (fitted.names(), x.values().iter().map(|v| v.to_bits()).collect::<Vec<u64>>())
        };
        prop_assert_eq!(bits(&rows), bits(&exchanged));
    }

    #[test]
    fn scaled_numbers_have_mean_0_and_deviation_1(rows in rows()) {
        let table = table(&rows);
        let rows = all(&table);
        let x = matrix(&fitted(&Recipe::default(), Scaling::Standard, &table, &rows), &table, &rows);
        for column in 0..2 {
            let n = x.rows() as f64;
            let mean = x.column(column).sum::<f64>() / n;
            let variance = x.column(column).map(|v| (v - mean).powi(2)).sum::<f64>() / n;
            prop_assert!(mean.abs() < 1e-9, "{mean}");
            // A constant column stays constant.
            prop_assert!((variance - 1.0).abs() < 1e-9 || variance < 1e-9, "{variance}");
        }
    }

    #[test]
    fn numbers_between_0_and_1_where_asked_for(rows in rows()) {
        let table = table(&rows);
        let rows = all(&table);
        let x = matrix(&fitted(&Recipe::default(), Scaling::MinMax, &table, &rows), &table, &rows);
        for column in 0..2 {
            prop_assert!(x.column(column).all(|v| (-1e-12..=1.0 + 1e-12).contains(&v)));
        }
    }

    /// Back from the matrix, what was there is there again.
    #[test]
    fn scaling_can_be_undone(rows in rows(), (recipe, scaling) in recipes()) {
        let table = table(&rows);
        let all = all(&table);
        let fitted = fitted(&recipe, scaling, &table, &all);
        let x = matrix(&fitted, &table, &all);
        for (row, values) in rows.iter().enumerate() {
            for (column, value) in [values.0, values.1].into_iter().enumerate() {
                let output = &fitted.outputs()[column];
                let back = x.at(row, column) * output.scale + output.shift;
                prop_assert!(value.is_none_or(|value| (back - value).abs() < 1e-7), "{value:?} {back}");
            }
        }
    }

    /// Exactly one column of a category is 1 in each training row.
    #[test]
    fn dummies_add_up_to_1(rows in rows(), (recipe, scaling) in recipes()) {
        let table = table(&rows);
        let all = all(&table);
        let fitted = fitted(&recipe, scaling, &table, &all);
        let x = matrix(&fitted, &table, &all);
        let dummies = 2..fitted.width();
        // A category without any value has no columns.
        if dummies.is_empty() {
            return Ok(());
        }
        prop_assert!(dummies.len() <= recipe.one_hot_limit + 2);
        for row in 0..x.rows() {
            let values = &x.row(row)[dummies.clone()];
            prop_assert!(values.iter().all(|v| *v == 0.0 || *v == 1.0));
            prop_assert_eq!(values.iter().sum::<f64>(), 1.0);
        }
    }

    #[test]
    fn rows_are_turned_one_by_one(rows in rows(), (recipe, scaling) in recipes()) {
        let table = table(&rows);
        let all = all(&table);
        let fitted = fitted(&recipe, scaling, &table, &all);
        let whole = matrix(&fitted, &table, &all);
        for &row in &all {
            let alone = matrix(&fitted, &table, &[row]);
            prop_assert_eq!(alone.values(), whole.row(row as usize));
        }
    }

    /// Weights in the table's units say what weights of the matrix say.
    #[test]
    fn weights_go_back_to_the_units_of_the_table(
        rows in rows(), (recipe, scaling) in recipes(), seed in any::<u64>(),
    ) {
        let table = table(&rows);
        let all = all(&table);
        let fitted = fitted(&recipe, scaling, &table, &all);
        let plain = self::fitted(&recipe, Scaling::None, &table, &all);
        let (x, original) = (matrix(&fitted, &table, &all), matrix(&plain, &table, &all));
        let mut random = seefit::base::Random::new(seed);
        let weights: Vec<f64> = (0..x.columns()).map(|_| random.normal()).collect();
        let (moved, intercept) = fitted.original_units(&weights, 2.5);
        let dot = |row: &[f64], weights: &[f64]| row.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>();
        for row in 0..x.rows() {
            let (a, b) = (2.5 + dot(x.row(row), &weights), intercept + dot(original.row(row), &moved));
            prop_assert!((a - b).abs() <= 1e-7 * a.abs().max(1.0), "{a} and {b}");
        }
    }

    /// All components together keep every distance, and fewer columns are a choice of what there is.
    #[test]
    fn projections_keep_distances_and_selections_keep_columns(rows in rows()) {
        let table = table(&rows);
        let all = all(&table);
        let cancel = Cancel::new();
        let plain = fitted(&Recipe::default(), Scaling::Standard, &table, &all);
        let x = matrix(&plain, &table, &all);
        let recipe = Recipe {
            project: Project::Pca { n_components: x.columns(), whiten: false },
            ..Recipe::default()
        };
        let projected = recipe.reduce(plain.clone(), &x, None, &cancel).expect("a projection");
        let turned = matrix(&projected, &table, &all);
        let distance = |x: &Matrix, a: usize, b: usize| {
            x.row(a).iter().zip(x.row(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
        };
        // Fewer rows than columns leave fewer directions, which hold all that the rows differ by.
        for row in 1..x.rows() {
            let (before, after) = (distance(&x, 0, row), distance(&turned, 0, row));
            prop_assert!((before - after).abs() < 1e-6 * before.max(1.0), "{before} and {after}");
        }
        let y: Vec<f64> = (0..x.rows()).map(|row| x.at(row, 0)).collect();
        let y = seefit::numeric::Labels::Numbers(y.into());
        let recipe = Recipe { select: Select::Best(1), ..Recipe::default() };
        let chosen = recipe.reduce(plain, &x, Some(&y), &cancel).expect("a selection");
        let kept = matrix(&chosen, &table, &all);
        prop_assert_eq!(kept.columns(), 1);
        prop_assert!((0..x.columns()).any(|c| x.column(c).eq(kept.column(0))));
    }
}
