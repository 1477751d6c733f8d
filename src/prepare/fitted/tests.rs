use super::*;
use crate::data::TableBuilder;
use crate::prepare::{ImputeCategories, ImputeNumbers, PointValue, Recipe, Scale, TextFeatures};

fn levels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn table() -> Table {
    let member = Column {
        kind: Kind::YesNo,
        ..Column::categories(
            "member",
            vec![0, 1, 1, 0, 1, u32::MAX],
            levels(&["no", "yes"]),
        )
    };
    let day = Column {
        kind: Kind::Date,
        ..Column::numbers("day", vec![0.0, 86_400.0, 0.0, 0.0, 0.0, 0.0])
    };
    TableBuilder::new("t")
        .column(Column::numbers(
            "x",
            vec![1.0, f64::NAN, 3.0, 8.0, 5.0, f64::NAN],
        ))
        .column(Column::categories(
            "island",
            vec![2, 0, 2, u32::MAX, 0, 1],
            levels(&["a", "b", "c"]),
        ))
        .column(member)
        .column(day)
        .build()
        .unwrap()
}

fn fit(recipe: &Recipe, features: &[usize], rows: &[u32], scaling: Scaling) -> FittedRecipe {
    recipe
        .fit(&table(), features, rows, scaling, &Cancel::new())
        .unwrap()
}

fn names(fitted: &FittedRecipe) -> Vec<&str> {
    fitted.outputs().iter().map(|o| o.name.as_str()).collect()
}

#[test]
fn imputes_encodes_and_scales_by_the_training_rows() {
    let fitted = fit(
        &Recipe::default(),
        &[0, 1, 2, 3],
        &[0, 1, 2, 3],
        Scaling::Standard,
    );
    assert_eq!(
        names(&fitted),
        [
            "x",
            "island=a",
            "island=c",
            "member=yes",
            "day.day",
            "day.weekday",
            "day.days"
        ]
    );
    assert_eq!(fitted.outputs()[2].level, Some(2));
    assert_eq!(
        (fitted.outputs()[2].source, fitted.outputs()[4].feature),
        (1, 3)
    );
    let matrix = fitted.apply(&table(), &[3, 5, 1], &Cancel::new()).unwrap();
    // The filled column is 1, 3, 3, 8: mean 3.75, variance 6.6875.
    let deviation = 6.6875f64.sqrt();
    let x: Vec<f64> = matrix.column(0).collect();
    for (found, value) in x.iter().zip([8.0, 3.0, 3.0]) {
        assert!((found - (value - 3.75) / deviation).abs() < 1e-15);
    }
    // Missing is the most frequent level, c; level b was not seen in training.
    assert_eq!(&matrix.row(0)[1..4], [0.0, 1.0, 0.0]);
    // Yes and no are equally frequent in training: the first, no, stands in.
    assert_eq!(&matrix.row(1)[1..4], [0.0, 0.0, 0.0]);
    assert_eq!(&matrix.row(2)[1..4], [1.0, 0.0, 1.0]);
    let notes: Vec<String> = fitted.notes().iter().map(Problem::to_string).collect();
    assert_eq!(
        notes,
        [
            "Column x: 1 missing value is filled with the median.",
            "Column island: 1 missing value is filled with the most frequent level, c.",
            "Column day: it is used as day of the month, weekday and days since 1970-01-01."
        ]
    );
}

#[test]
fn other_choices_of_the_recipe() {
    let recipe = Recipe {
        impute_numbers: ImputeNumbers::Mean,
        impute_categories: ImputeCategories::OwnLevel,
        scale: Scale::MinMax,
        one_hot_limit: 1,
        ..Recipe::default()
    };
    let rows = [0, 1, 2, 3, 4];
    let fitted = fit(&recipe, &[0, 1], &rows, recipe.scale.resolve(false));
    assert_eq!(
        names(&fitted),
        ["x", "island=a", "island=other", "island=missing"]
    );
    let matrix = fitted.apply(&table(), &[1, 3, 5], &Cancel::new()).unwrap();
    assert!((matrix.at(0, 0) - (4.25 - 1.0) / 7.0).abs() < 1e-15);
    assert_eq!(matrix.row(1), [1.0, 0.0, 0.0, 1.0]);
    // Level b was not seen: it goes to the others.
    assert_eq!(&matrix.row(2)[1..], [0.0, 1.0, 0.0]);
    let zero = Recipe {
        impute_numbers: ImputeNumbers::Zero,
        ..Recipe::default()
    };
    let fitted = fit(&zero, &[0], &rows, Scaling::None);
    let matrix = fitted.apply(&table(), &[1, 2], &Cancel::new()).unwrap();
    assert_eq!(matrix.values(), [0.0, 3.0]);
}

#[test]
fn coefficients_come_back_in_original_units() {
    let fitted = fit(
        &Recipe::default(),
        &[0, 1, 3],
        &[0, 1, 2, 3, 4],
        Scaling::Standard,
    );
    // x, three of island's, three parts of day.
    assert_eq!(fitted.width(), 6);
    let coefficients = [2.0, -1.0, 0.5, 3.0, -0.75, 1.25];
    let (original, intercept) = fitted.original_units(&coefficients, 0.25);
    let raw = fit(
        &Recipe::default(),
        &[0, 1, 3],
        &[0, 1, 2, 3, 4],
        Scaling::None,
    );
    let rows = [0, 2, 4];
    let scaled = fitted.apply(&table(), &rows, &Cancel::new()).unwrap();
    let raw = raw.apply(&table(), &rows, &Cancel::new()).unwrap();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for row in 0..rows.len() {
        let expected = 0.25 + dot(scaled.row(row), &coefficients);
        let found = intercept + dot(raw.row(row), &original);
        assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
    }
}

#[test]
fn another_table_goes_by_names_of_columns_and_levels() {
    let fitted = fit(&Recipe::default(), &[1, 0], &[0, 1, 2], Scaling::None);
    let other = |x: Column| {
        TableBuilder::new("other")
            .column(x)
            .column(Column::numbers("extra", vec![0.0; 2]))
            .column(Column::categories(
                "island",
                vec![0, 1],
                levels(&["new", "a"]),
            ))
            .build()
            .unwrap()
    };
    let cancel = Cancel::new();
    let good = other(Column::numbers("x", vec![7.0, f64::NAN]));
    let matrix = fitted.apply(&good, &[0, 1], &cancel).unwrap();
    assert_eq!(matrix.values(), [0.0, 0.0, 7.0, 1.0, 0.0, 2.0]);
    let says = |table: &Table| format!("{:?}", fitted.apply(table, &[0], &cancel));
    let without = other(Column::numbers("z", vec![0.0; 2]));
    assert!(says(&without).contains("no column x"));
    let turned = other(Column::categories("x", vec![0, 0], levels(&["p"])));
    assert!(says(&turned).contains("it is category here, but was number"));
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let recipe = Recipe::default();
    let says = |features: &[usize], rows: &[u32]| {
        let result = recipe.fit(&table(), features, rows, Scaling::None, &Cancel::new());
        format!("{result:?}")
    };
    assert!(says(&[], &[0]).contains("no feature is chosen"));
    assert!(says(&[0], &[]).contains("no rows to learn from"));
    assert!(says(&[1], &[3]).contains("no feature has a value"));
    assert!(says(&[99], &[0]).contains("not in the table"));
    // A number without values is 0 and said so.
    let fitted = fit(&recipe, &[0], &[1, 5], Scaling::Standard);
    assert!(fitted.notes()[0].what.contains("no values"));
    let matrix = fitted.apply(&table(), &[1], &Cancel::new()).unwrap();
    assert_eq!(matrix.values(), [0.0]);
    let cancel = Cancel::new();
    cancel.cancel();
    let stopped = recipe.fit(&table(), &[0], &[0], Scaling::None, &cancel);
    assert_eq!(stopped, Err(crate::base::Halt::Cancelled));
    assert!(fitted.apply(&table(), &[0], &cancel).is_err());
    let nothing = fitted.apply(&table(), &[], &Cancel::new()).unwrap();
    assert_eq!((nothing.rows(), nothing.columns()), (0, 1));
}

#[test]
fn many_rows_are_written_block_by_block() {
    let n = 3 * BLOCK + 5;
    let codes = (0..n as u32).map(|row| row % 3).collect();
    let table = TableBuilder::new("t")
        .column(Column::numbers("x", (0..n).map(|row| row as f64).collect()))
        .column(Column::categories("c", codes, levels(&["a", "b", "c"])))
        .build()
        .unwrap();
    let rows: Vec<u32> = (0..n as u32).rev().collect();
    let cancel = Cancel::new();
    let recipe = Recipe::default();
    let fitted = recipe
        .fit(&table, &[0, 1], &rows, Scaling::None, &cancel)
        .unwrap();
    let matrix = fitted.apply(&table, &rows, &cancel).unwrap();
    for (place, row) in rows.iter().enumerate() {
        let mut expected = [f64::from(*row), 0.0, 0.0, 0.0];
        expected[1 + (row % 3) as usize] = 1.0;
        assert_eq!(matrix.row(place), expected);
    }
}

#[test]
fn a_file_gives_back_the_same_and_a_damaged_one_is_refused() {
    let fitted = fit(&Recipe::default(), &[0, 1, 2], &[0, 2, 4], Scaling::MinMax);
    let text = serde_json::to_string(&fitted).unwrap();
    let back: FittedRecipe = serde_json::from_str(&text).unwrap();
    assert_eq!(back.outputs(), fitted.outputs());
    let damaged = text.replace("\"width\":2", "\"width\":9");
    assert_ne!(damaged, text);
    assert!(serde_json::from_str::<FittedRecipe>(&damaged).is_err());
}

fn remarks() -> Table {
    let said = ["red fox, red hen", "", "hen 42", "only later"];
    let said = said.map(|text| (!text.is_empty()).then(|| text.into()));
    let day = Column {
        kind: Kind::Date,
        ..Column::numbers("day", vec![0.0, 86_400.0, f64::NAN, 1e9])
    };
    TableBuilder::new("t")
        .column(Column::texts("said", said.to_vec()))
        .column(day)
        .build()
        .unwrap()
}

#[test]
fn words_become_columns_of_the_training_rows_words_alone() {
    let mut recipe = Recipe::default();
    let refused = recipe.fit(&remarks(), &[0], &[0, 1], Scaling::None, &Cancel::new());
    assert!(format!("{refused:?}").contains("text cannot be a feature as it is"));
    let counts = crate::prepare::TextFeatures::parse("counts").unwrap();
    recipe.texts.insert("said".into(), counts);
    let rows = [0, 1, 2];
    let fitted = recipe
        .fit(&remarks(), &[0, 1], &rows, Scaling::None, &Cancel::new())
        .unwrap();
    let words = ["said=42", "said=fox", "said=hen", "said=red"];
    assert_eq!(names(&fitted)[..4], words);
    let matrix = fitted
        .apply(&remarks(), &[0, 1, 2, 3], &Cancel::new())
        .unwrap();
    let counted = |row: usize| matrix.row(row)[..4].to_vec();
    assert_eq!(counted(0), [0.0, 1.0, 1.0, 2.0]);
    assert_eq!((counted(1), counted(3)), (vec![0.0; 4], vec![0.0; 4]));
    assert_eq!(counted(2), [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(fitted.transform_row(&remarks(), 0).unwrap(), matrix.row(0));
    // A file keeps words and dates to the last bit; a damaged one is refused.
    let text = serde_json::to_string(&fitted).unwrap();
    let back: FittedRecipe = serde_json::from_str(&text).unwrap();
    let again = back
        .apply(&remarks(), &[0, 1, 2, 3], &Cancel::new())
        .unwrap();
    assert_eq!(again.values(), matrix.values());
    let damaged = text.replace("\"fox\",", "");
    assert_ne!(damaged, text);
    assert!(serde_json::from_str::<FittedRecipe>(&damaged).is_err());
    let no_text = TableBuilder::new("t")
        .column(Column::numbers("said", vec![1.0; 4]))
        .column(remarks().columns()[1].clone())
        .build()
        .unwrap();
    let other = fitted.apply(&no_text, &[0], &Cancel::new());
    assert!(format!("{other:?}").contains("it is number here, but was text"));
}

#[test]
fn dates_are_parts_unless_seconds_are_asked_for() {
    let rows = [0, 1, 2, 3];
    let parts = Recipe::default();
    let fit = |recipe: &Recipe| {
        recipe
            .fit(&remarks(), &[1], &rows, Scaling::Standard, &Cancel::new())
            .unwrap()
    };
    let fitted = fit(&parts);
    assert!(names(&fitted).contains(&"day.hour") && fitted.width() == 6);
    let matrix = fitted.apply(&remarks(), &rows, &Cancel::new()).unwrap();
    // The gap is the median day; a point in seconds is prepared as its row.
    for row in rows {
        let point = fitted.point_of_row(&remarks(), row);
        assert_eq!(fitted.transform_point(&point), matrix.row(row as usize));
    }
    assert_eq!(fitted.typical_point(), [PointValue::Number(86_400.0)]);
    assert_eq!(
        fitted.transform_point(&fitted.typical_point()),
        matrix.row(1)
    );
    let mut seconds = Recipe::default();
    seconds
        .dates
        .insert("day".into(), crate::prepare::Dates::Seconds);
    assert_eq!(names(&fit(&seconds)), ["day"]);
}

#[test]
fn too_many_words_or_categories_for_the_memory_are_refused_with_a_number() {
    let rows: Vec<u32> = (0..5).collect();
    let features = |table: &Table, column: usize| {
        let recipe = Recipe {
            texts: [("remark".to_owned(), TextFeatures::default())].into(),
            ..Recipe::default()
        };
        let fitted = recipe.fit(table, &[column], &rows, Scaling::None, &Cancel::new());
        fitted.unwrap().features().to_vec()
    };
    let said = |rows, columns, features: &[FittedFeature]| {
        let refused = refuse_too_wide(rows, columns, features);
        refused.unwrap_err().to_string()
    };
    let table = TableBuilder::new("t")
        .column(Column::texts(
            "remark",
            ["good eggs", "bad eggs", "eggs", "good", "none"]
                .map(|t| Some(t.into()))
                .into(),
        ))
        .column(Column::categories(
            "c",
            vec![0, 1, 2, 0, 1],
            ["a", "b", "c"].map(str::to_owned).into(),
        ))
        .column(Column::numbers("n", vec![1.0, 2.0, 3.0, 4.0, 5.0]))
        .build()
        .unwrap();
    let (words, levels, number) = (
        features(&table, 0),
        features(&table, 1),
        features(&table, 2),
    );
    assert!(refuse_too_wide(1 << 14, 1 << 14, &words).is_ok());
    let of_words = said(1_000_000, 50_000, &words);
    assert!(
        of_words.contains("400 GB") && of_words.contains("max_features to 268"),
        "{of_words}"
    );
    let of_levels = said(1_000_000, 50_000, &levels);
    assert!(
        of_levels.contains("each category") && of_levels.contains("one_hot_limit"),
        "{of_levels}"
    );
    assert!(refuse_too_wide(usize::MAX, 2, &words).is_err());
    // As wide as the table that is there already.
    assert!(refuse_too_wide(1 << 30, 1, &number).is_ok());
}
