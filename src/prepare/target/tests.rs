use super::*;

fn species() -> Column {
    let levels = ["setosa", "ghost", "virginica"].map(str::to_owned).to_vec();
    Column::categories("species", vec![2, 0, u32::MAX, 2, 0], levels)
}

#[test]
fn only_levels_that_occur_are_classes() {
    let target = Target::as_classes(&species()).unwrap();
    assert_eq!(**target.class_names(), ["setosa", "virginica"]);
    assert_eq!(target.classes(), Some((&[1, 0, u32::MAX, 1, 0][..], 2)));
    assert_eq!(**target.rows(), [0, 1, 3, 4]);
    assert_eq!(
        target.warnings[0].to_string(),
        "Column species: 1 row has no target and is left out."
    );
}

#[test]
fn few_integers_are_classes_in_the_order_of_numbers() {
    let column = Column::numbers("y", vec![10.0, 2.0, -1.0, f64::NAN, 2.0, -0.0, 0.0]);
    let target = Target::as_classes(&column).unwrap();
    assert_eq!(**target.class_names(), ["-1", "0", "2", "10"]);
    assert_eq!(target.classes().unwrap().0, [3, 2, 0, u32::MAX, 2, 1, 1]);
}

#[test]
fn other_numbers_name_the_regressor() {
    let many = Column::numbers("progression", (0..442).map(f64::from).collect());
    assert_eq!(
        Target::as_classes(&many).unwrap_err().to_string(),
        "Column progression: the target has 442 different numbers, a classifier needs classes. \
         Use a regressor such as linear_regression."
    );
    let broken = Column::numbers("price", vec![1.0, 2.5, 1.0]);
    let problem = Target::as_classes(&broken).unwrap_err().to_string();
    assert!(problem.contains("such as 2.5"), "{problem}");
    let twenty = Column::numbers("y", (0..40).map(|i| f64::from(i % 20)).collect());
    assert!(Target::as_classes(&twenty).is_ok());
    let huge = Column::numbers("y", vec![1e300, -1e300, 1e300]);
    assert!(Target::as_classes(&huge).is_err());
}

#[test]
fn categories_name_the_classifier() {
    assert_eq!(
        Target::as_numbers(&species()).unwrap_err().to_string(),
        "species is a category, a regressor needs numbers. \
         Use a classifier such as logistic_regression."
    );
}

#[test]
fn targets_that_cannot_be_learned_are_refused() {
    let one = Column::categories("species", vec![0, 0, 0], vec!["setosa".into()]);
    let problem = Target::as_classes(&one).unwrap_err().to_string();
    assert!(problem.contains("the target has one class only (setosa)"));
    let void = Column::numbers("y", vec![f64::NAN; 3]);
    for result in [Target::as_classes(&void), Target::as_numbers(&void)] {
        assert!(result.unwrap_err().what.contains("no values"));
    }
    let names = (0..30).map(|i| format!("{i:02}")).collect();
    let own = Column::categories("name", (0..30).collect(), names);
    assert!(Target::as_classes(&own).is_err());
    let date = Column {
        kind: Kind::Date,
        ..Column::numbers("day", vec![0.0, 86_400.0, 0.0])
    };
    assert!(Target::as_classes(&date).is_err());
    assert!(Target::as_numbers(&date).is_err());
}

#[test]
fn numbers_keep_their_rows_and_constants_are_told() {
    let column = Column::numbers("y", vec![3.0, f64::NAN, 3.0]);
    let target = Target::as_numbers(&column).unwrap();
    assert_eq!(**target.rows(), [0, 2]);
    assert_eq!(target.warnings.len(), 2);
    assert!(target.numbers().is_some() && target.classes().is_none());
}

#[test]
fn another_table_goes_by_the_names_of_classes() {
    let target = Target::as_classes(&species()).unwrap();
    let levels = ["alien", "virginica", "setosa"].map(str::to_owned).to_vec();
    let other = Column::categories("species", vec![0, 1, 2, u32::MAX], levels);
    let other = target.of_other(&other).unwrap();
    assert_eq!(other.classes(), Some((&[u32::MAX, 1, 0, u32::MAX][..], 2)));
    assert_eq!(**other.rows(), [1, 2]);
    assert!(other.warnings()[1].to_string().contains("(alien)"));
    assert!(
        target
            .of_other(&Column::numbers("species", vec![0.5; 3]))
            .is_err()
    );
    let aliens = Column::categories("species", vec![0, 0], vec!["alien".into()]);
    assert!(target.of_other(&aliens).is_err());
    // One class is enough to test on.
    let one = Column::categories("species", vec![0, 0], vec!["setosa".into()]);
    assert_eq!(target.of_other(&one).unwrap().rows().len(), 2);
}
