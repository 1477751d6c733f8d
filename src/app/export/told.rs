//! What the pictures tell of the models, as tables: confusion, training curves, weights, what matters.

use super::Scored;
use crate::base::Problem;
use crate::data::{Column, Table, TableBuilder};

/// A column of categories, filled cell by cell.
#[derive(Default)]
struct Names {
    levels: Vec<String>,
    codes: Vec<u32>,
}

impl Names {
    /// An empty name is missing.
    fn push(&mut self, name: &str) {
        let code = match name {
            "" => u32::MAX,
            name => {
                let known = self.levels.iter().position(|l| l == name);
                known.unwrap_or_else(|| {
                    self.levels.push(name.to_owned());
                    self.levels.len() - 1
                }) as u32
            }
        };
        self.codes.push(code);
    }

    fn column(self, title: &str) -> Column {
        Column::categories(title, self.codes, self.levels)
    }
}

/// One row a model, actual and predicted class, of the held-out rows of all folds.
pub fn confusions(models: &[Scored]) -> Result<Table, Problem> {
    let [mut model, mut actual, mut predicted] = [(); 3].map(|()| Names::default());
    let mut counts = Vec::new();
    for Scored { name, report } in models {
        let Some(confusion) = &report.confusion else {
            continue;
        };
        for (row, a) in confusion.labels.iter().enumerate() {
            for (column, p) in confusion.labels.iter().enumerate() {
                model.push(name);
                actual.push(a);
                predicted.push(p);
                counts.push(confusion.count(row, column) as f64);
            }
        }
    }
    TableBuilder::new("confusion")
        .column(model.column("model"))
        .column(actual.column("actual"))
        .column(predicted.column("predicted"))
        .column(Column::numbers("rows", counts))
        .build()
}

/// The mean over the folds that have a value; NaN of none.
fn mean(folds: &[Option<f64>]) -> f64 {
    let known = folds.iter().flatten();
    let (sum, count) = known.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / count
}

/// One row a model and step: score and loss, each the mean over the folds.
pub fn curves(models: &[Scored]) -> Result<Table, Problem> {
    let mut model = Names::default();
    let mut values: [Vec<f64>; 5] = Default::default();
    for Scored { name, report } in models {
        for point in &report.curve {
            model.push(name);
            let means = [
                point.x,
                mean(&point.training),
                mean(&point.validation),
                mean(&point.training_loss),
                mean(&point.validation_loss),
            ];
            for (column, value) in values.iter_mut().zip(means) {
                column.push(value);
            }
        }
    }
    let titles = [
        "step",
        "training score",
        "validation score",
        "training loss",
        "validation loss",
    ];
    let mut builder = TableBuilder::new("curves").column(model.column("model"));
    for (title, values) in titles.into_iter().zip(values) {
        builder = builder.column(Column::numbers(title, values));
    }
    builder.build()
}

/// One row a linear model, class and term, in the units of the columns.
pub fn weights(models: &[Scored]) -> Result<Table, Problem> {
    let [mut model, mut class, mut term] = [(); 3].map(|()| Names::default());
    let mut values = Vec::new();
    for Scored { name, report } in models {
        for terms in &report.linear {
            let named = terms.coefficients.iter().map(|(n, v)| (n.as_str(), *v));
            for (what, value) in named.chain([("intercept", terms.intercept)]) {
                model.push(name);
                class.push(terms.class.as_deref().unwrap_or_default());
                term.push(what);
                values.push(value);
            }
        }
    }
    TableBuilder::new("weights")
        .column(model.column("model"))
        .column(class.column("class"))
        .column(term.column("term"))
        .column(Column::numbers("weight", values))
        .build()
}

/// Of a model by its name: each column, what the score loses without it, and the standard deviation
/// over the folds.
pub type Importances = (String, Vec<(String, f64, f64)>);

/// One row a model and column.
pub fn importances(models: &[Importances]) -> Result<Table, Problem> {
    let [mut model, mut column] = [(); 2].map(|()| Names::default());
    let (mut drops, mut stds) = (Vec::new(), Vec::new());
    for (name, values) in models {
        for (what, drop, std) in values {
            model.push(name);
            column.push(what);
            drops.push(*drop);
            stds.push(*std);
        }
    }
    TableBuilder::new("what matters")
        .column(model.column("model"))
        .column(column.column("column"))
        .column(Column::numbers("loss of score", drops))
        .column(Column::numbers("std", stds))
        .build()
}

#[cfg(test)]
mod tests {
    use super::super::as_text;
    use super::*;

    #[test]
    fn importances_stand_one_a_row() {
        let one = |name: &str| (name.to_owned(), vec![("a".to_owned(), 0.5, 0.25)]);
        let table = importances(&[one("A Tree"), one("B Forest")]).unwrap();
        assert_eq!(
            as_text(&table).unwrap(),
            "model\tcolumn\tloss of score\tstd\nA Tree\ta\t0.5\t0.25\nB Forest\ta\t0.5\t0.25\n"
        );
    }

    #[test]
    fn the_mean_leaves_out_folds_without_a_value() {
        assert_eq!(mean(&[Some(1.0), None, Some(3.0)]), 2.0);
        assert!(mean(&[None]).is_nan());
    }
}
