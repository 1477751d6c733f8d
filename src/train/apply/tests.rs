use std::sync::Arc;

use super::*;
use crate::model::Context;
use crate::prepare::{Recipe, Role, Roles, SplitScheme};
use crate::train::sample::params;
use crate::train::{Job, PreparedCache, Report, run_to_end};

/// A number, a category of three, a yes/no, and a class that follows the number.
fn table(rows: u32) -> Table {
    let x = (0..rows).map(|i| f64::from(i * 37 % 101) / 10.0);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let flag = Column {
        kind: Kind::YesNo,
        ..Column::categories(
            "Flag",
            (0..rows).map(|i| i % 2).collect(),
            names(&["no", "yes"]),
        )
    };
    TableBuilder::new("t")
        .column(Column::numbers("x", x.clone().collect()))
        .column(Column::categories(
            "c",
            (0..rows).map(|i| i % 3).collect(),
            names(&["a", "b", "d"]),
        ))
        .column(flag)
        .column(Column::categories(
            "y",
            x.map(|x| u32::from(x > 4.0)).collect(),
            names(&["low", "up"]),
        ))
        .build()
        .unwrap()
}

fn fitted(id: &str, target: usize) -> (Pipeline, Table, Arc<Report>) {
    let table = table(200);
    let mut roles = Roles::from(vec![Role::Feature; 4]);
    roles.set(target, Role::Target);
    let job = Job {
        table: table.clone(),
        roles,
        recipe: Recipe::default(),
        params: params(id, &[]),
        split: SplitScheme::Train,
        seed: 1,
        test: None,
    };
    let (cache, context) = (PreparedCache::default(), Context::default());
    let report = run_to_end(Arc::new(job), &cache, context, &Cancel::new()).unwrap();
    let fitted = report.fitted.clone().unwrap();
    let source = |column: &Column| SourceColumn {
        name: column.name.clone(),
        unit: None,
        kind: column.kind,
    };
    let pipeline = Pipeline {
        task: report.task(),
        columns: (0..fitted.recipe.feature_count())
            .filter_map(|at| table.column(fitted.recipe.feature_name(at)))
            .map(source)
            .collect(),
        recipe: fitted.recipe,
        model: fitted.model,
        target: Some(source(&table.columns()[target])),
        classes: report.class_names.clone().into(),
    };
    (pipeline, table, report)
}

fn run(pipeline: &Pipeline, table: &Table, threads: usize) -> (Predictions, Applied) {
    apply(pipeline, table, threads, &Cancel::new()).unwrap()
}

/// Under the scheme `train`, the report's held-out predictions are those of the fit on its own rows.
#[test]
fn the_training_rows_get_the_scores_of_training() {
    for (id, target) in [("decision_tree_classifier", 3), ("ridge", 0)] {
        let (pipeline, table, report) = fitted(id, target);
        let (predictions, applied) = run(&pipeline, &table, 3);
        assert_eq!(predictions.values, report.held_out.values);
        let scores = applied.scores.unwrap();
        for (metric, spread) in &report.metrics {
            let (Some(a), Some(b)) = (scores.get(*metric), spread.pooled) else {
                assert_eq!(scores.get(*metric), spread.pooled);
                continue;
            };
            assert!((a - b).abs() < 1e-9, "{metric:?}");
        }
        assert_eq!(applied.confusion, report.confusion);
        assert!(applied.account.warnings().is_empty() && applied.account.extra.is_empty());
        assert_eq!(predictions, run(&pipeline, &table, 1).0);
    }
}

#[test]
fn names_go_by_case_and_blanks_only_where_that_is_clear() {
    let (pipeline, ..) = fitted("decision_tree_classifier", 3);
    let places = pipeline.find(&["z", " X ", "C", "flag", "Y"]);
    assert_eq!(places.columns, [Some(1), Some(2), Some(3)]);
    assert_eq!((places.target, places.extra), (Some(4), vec![0]));
    // Of two that differ alike neither is taken, of an exact and another the exact one is.
    let places = pipeline.find(&["X", "x ", "c", "C", "Flag"]);
    assert_eq!(places.columns, [None, Some(2), Some(4)]);
    assert_eq!(places.extra, [0, 1, 3]);
}

#[test]
fn what_is_odd_is_counted_and_told() {
    let (pipeline, _, _) = fitted("decision_tree_classifier", 3);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let texts = ["1", "2", "many", "", "9"];
    let other = TableBuilder::new("o")
        .column(Column {
            name: " X".into(),
            unit: None,
            kind: Kind::Text,
            missing: crate::data::Mask::from_rows(texts.iter().map(|t| t.is_empty())),
            values: Values::Text(texts.map(Box::from).into()),
        })
        .column(Column::categories(
            "c",
            vec![0, 1, 1, 2, u32::MAX],
            names(&["a", "new", "d"]),
        ))
        .column(Column::categories(
            "Flag",
            vec![0, 1, 0, 1, 2],
            names(&["NO", "Yes", "perhaps"]),
        ))
        .column(Column::categories(
            "y",
            vec![0, 0, 1, 2, u32::MAX],
            names(&["low", "up", "side"]),
        ))
        .column(Column::numbers("more", vec![0.0; 5]))
        .build()
        .unwrap();
    let (predictions, applied) = run(&pipeline, &other, 2);
    assert_eq!(predictions.rows(), 5);
    let account = &applied.account;
    // Looking beforehand finds the same, less what only the predictions tell.
    let before = super::account(&pipeline, &other);
    assert_eq!(before.columns, account.columns);
    assert_eq!((before.rows, before.without_target), (5, 1));
    let x = &account.columns[0];
    assert_eq!(
        (x.found.as_deref(), x.other_kind),
        (Some(" X"), Some(Kind::Text))
    );
    assert_eq!((x.unreadable, x.missing), (1, 1));
    assert_eq!(account.columns[1].unseen, [("new".to_owned(), 2)]);
    assert_eq!(account.columns[1].missing, 1);
    assert_eq!(account.columns[2].unseen, [("perhaps".to_owned(), 1)]);
    assert_eq!(account.extra, ["more"]);
    assert_eq!((account.unknown_classes, account.without_target), (1, 1));
    assert_eq!(applied.confusion.unwrap().total(), 3);
    let warnings = account.warnings();
    assert_eq!(warnings.len(), 6, "{warnings:?}");
    assert!(warnings[2].contains("“many” is the first"), "{warnings:?}");
}

#[test]
fn a_lacking_column_and_another_one_of_its_name_are_refused() {
    let (pipeline, table, _) = fitted("ridge", 0);
    let columns = |names: &[&str]| {
        let chosen = table
            .columns()
            .iter()
            .filter(|c| names.contains(&c.name.as_str()));
        let builder = chosen.fold(TableBuilder::new("t"), |b, c| b.column(c.clone()));
        builder.build().unwrap()
    };
    let some = columns(&["x", "Flag"]);
    let lacking = apply(&pipeline, &some, 1, &Cancel::new()).unwrap_err();
    assert!(matches!(lacking, Halt::Failed(problem) if problem.to_string().contains("c, y")));
    let account = account(&pipeline, &some);
    assert_eq!(account.lacking().count(), 2);
    assert_eq!(account.target.as_deref(), Some("x"));
    // Without the target there are predictions and no scores.
    let (_, applied) = run(&pipeline, &columns(&["c", "Flag", "y"]), 1);
    assert!(applied.scores.is_none());

    let (pipeline, table, _) = fitted("decision_tree_classifier", 3);
    let words = table.with_kind("x", Kind::Category).unwrap();
    assert_eq!(run(&pipeline, &words, 1).0, run(&pipeline, &table, 1).0);
    let x = Column::categories("x", vec![0; 4], vec!["word".into()]);
    let other = columns(&["c"]).columns()[0].clone();
    let code = vec![0; 4];
    let other = Column::categories("c", code.clone(), other.levels().to_vec());
    let flag = Column::categories("Flag", code, vec!["no".into()]);
    let table = TableBuilder::new("t")
        .column(x)
        .column(other)
        .column(flag)
        .build();
    assert!(apply(&pipeline, &table.unwrap(), 1, &Cancel::new()).is_err());
}

#[test]
fn cancelling_stops_it() {
    let (pipeline, table, _) = fitted("knn_classifier", 3);
    let cancel = Cancel::new();
    cancel.cancel();
    let stopped = apply(&pipeline, &table, 2, &cancel);
    assert!(matches!(stopped, Err(Halt::Cancelled)));
}

#[test]
fn predictions_stand_behind_the_data_under_names_of_their_own() {
    let (pipeline, table, _) = fitted("decision_tree_classifier", 3);
    let (predictions, _) = run(&pipeline, &table, 1);
    let once = joined(&pipeline, &table, &predictions).unwrap();
    let names: Vec<&str> = once.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names[4..],
        ["prediction", "probability low", "probability up"]
    );
    for row in [0, 57, 199] {
        let outputs = predictions.row(row);
        assert_eq!(once.columns()[4].cell(row), pipeline.label(outputs));
        assert_eq!(once.columns()[6].number(row), Some(outputs[1]));
    }
    let twice = joined(&pipeline, &once, &predictions).unwrap();
    assert_eq!(twice.columns()[7].name, "prediction_");

    let (pipeline, table, _) = fitted("ridge", 0);
    let (predictions, _) = run(&pipeline, &table, 1);
    let numbers = joined(&pipeline, &table, &predictions).unwrap();
    assert_eq!(numbers.columns().len(), 5);
    assert_eq!(numbers.columns()[4].number(3), Some(predictions.values[3]));
}

#[test]
fn rows_are_counted_while_they_are_predicted() {
    let (pipeline, table, _) = fitted("ridge", 0);
    let done = Arc::new(AtomicUsize::new(0));
    apply_filling(&pipeline, &table, 2, done.clone(), &Cancel::new()).unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 200);
}

#[test]
fn a_column_that_is_not_there_counts_as_missing_in_every_row() {
    let (pipeline, table, _) = fitted("decision_tree_classifier", 3);
    let predict = |table: &Table| {
        let done = Arc::default();
        apply_filling(&pipeline, table, 2, done, &Cancel::new())
            .unwrap()
            .0
    };
    let rows = table.rows();
    let missing = |column: &Column| Column {
        kind: column.kind,
        ..match column.kind {
            Kind::Number => Column::numbers(&column.name, vec![f64::NAN; rows]),
            _ => {
                let none = vec![u32::MAX; rows];
                Column::categories(&column.name, none, column.levels().to_vec())
            }
        }
    };
    let whole = predict(&table);
    let mut changed = 0;
    for lacking in 0..3 {
        let of = |columns: Vec<Column>| {
            let builder = TableBuilder::new("t");
            let builder = columns.into_iter().fold(builder, TableBuilder::column);
            predict(&builder.build().unwrap())
        };
        let mut columns = table.columns().to_vec();
        columns[lacking] = missing(&columns[lacking]);
        let empty = of(columns.clone());
        columns.remove(lacking);
        let without = of(columns);
        assert_eq!(without.values, empty.values, "column {lacking}");
        changed += usize::from(empty.values != whole.values);
    }
    assert!(changed > 0);
}

#[test]
fn a_column_that_cannot_be_read_is_told_beforehand() {
    let (pipeline, table, _) = fitted("decision_tree_classifier", 3);
    let words = Column::categories("x", vec![0; 200], vec!["word".into()]);
    let rest = table.columns()[1..].iter().cloned();
    let builder = rest.fold(TableBuilder::new("t").column(words), TableBuilder::column);
    let found = account(&pipeline, &builder.build().unwrap());
    let x = &found.columns[0];
    assert_eq!(
        (x.unreadable, x.first_unreadable.as_deref()),
        (200, Some("word"))
    );
}
