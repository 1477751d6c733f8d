//! Rows along the axes of a projection, to be looked at: how much each axis shows, which columns it is
//! made of, where the rows lie. What models see of a projection is a step of their recipe.

use crate::base::{Cancel, Outcome, Problem, so_many_of};
use crate::data::Table;
use crate::prepare::{Project, Recipe, Scale, Scaling, Select, Target};

/// Rows that the axes are learned from at most, evenly chosen; and rows that are placed.
const LEARNED_ROWS: usize = 20_000;
const PLACED_ROWS: usize = 2_000;

/// Of some rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// `pca1`, `pca2`, ...: one an axis.
    pub names: Vec<String>,
    /// Shares of the variance, of discriminants of the separation.
    pub explained_variance_ratio: Vec<f64>,
    /// The prepared columns that the axes are made of, by their names.
    pub columns: Vec<String>,
    /// Axis after axis the weight of each column, in units of its scaled values.
    pub weights: Vec<f64>,
    /// Axis after axis the place of each of `rows`.
    pub places: Vec<Vec<f64>>,
    /// Table rows, ascending: evenly chosen where there are many.
    pub rows: Vec<u32>,
    /// Rows that there are.
    pub of_rows: usize,
}

impl Projected {
    /// The weights of an axis, one a column.
    pub fn weights_of(&self, axis: usize) -> &[f64] {
        let columns = self.columns.len();
        &self.weights[axis * columns..(axis + 1) * columns]
    }
}

/// Projects `features` of the table by `project` instead of by the recipe's own last steps. Numbers are
/// scaled as the recipe says, so that no unit outweighs the others; around zero (`svd`) only where it
/// says so itself. Discriminants need a target with classes.
pub fn projected(
    table: &Table,
    features: &[usize],
    target: Option<&Target>,
    recipe: &Recipe,
    project: Project,
    cancel: &Cancel,
) -> Outcome<Projected> {
    let scaling = match (project, recipe.scale) {
        (Project::Svd { .. }, Scale::Auto) => Scaling::None,
        (_, scale) => scale.resolve(true),
    };
    let mut recipe = recipe.clone();
    (recipe.select, recipe.project) = (Select::All, project);
    let all: Vec<u32> = match (project, target) {
        (Project::Lda { .. }, Some(target)) => target.rows().to_vec(),
        _ => (0..table.rows() as u32).collect(),
    };
    let learned = evenly(&all, LEARNED_ROWS);
    let fitted = recipe.fit(table, features, &learned, scaling, cancel)?;
    let encoded = fitted.encode(table, &learned, cancel)?;
    let labels = match project {
        Project::Lda { .. } => target.map(|target| target.labels(&learned)),
        _ => None,
    };
    let fitted = recipe.reduce(fitted, &encoded, labels.as_ref(), cancel)?;
    let rows = evenly(&all, PLACED_ROWS);
    let x = fitted.apply(table, &rows, cancel)?;
    let names = fitted.names();
    let Some(projection) = fitted.reduction().and_then(|r| r.projection.as_ref()) else {
        return Err(Problem::new("there is nothing to project").into());
    };
    Ok(Projected {
        explained_variance_ratio: projection.explained_variance_ratio.clone(),
        columns: fitted.outputs().iter().map(|o| o.name.clone()).collect(),
        weights: projection.directions.clone(),
        places: (0..names.len())
            .map(|axis| x.column(axis).collect())
            .collect(),
        names,
        rows,
        of_rows: all.len(),
    })
}

/// At most so many, from the first to nearly the last.
fn evenly(rows: &[u32], most: usize) -> Vec<u32> {
    so_many_of(rows.len(), most).map(|at| rows[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Halt;
    use crate::data::{Column, TableBuilder};
    use crate::numeric::Pca;
    use crate::train::sample::table;

    #[test]
    fn axes_and_places_are_those_of_the_components() {
        let (table, features) = (table(120), [0, 1]);
        let pca = Project::Pca {
            n_components: 2,
            whiten: false,
        };
        let (recipe, cancel) = (Recipe::default(), Cancel::new());
        let found = projected(&table, &features, None, &recipe, pca, &cancel).unwrap();
        let rows: Vec<u32> = (0..table.rows() as u32).collect();
        let scaled = recipe.fit(&table, &features, &rows, Scaling::Standard, &cancel);
        let x = scaled.unwrap().encode(&table, &rows, &cancel).unwrap();
        let expected = Pca::fit(&x, 2, &cancel).unwrap();
        assert_eq!(found.weights, expected.components);
        let shares = &expected.explained_variance_ratio;
        assert_eq!(&found.explained_variance_ratio, shares);
        assert_eq!(found.weights_of(1).len(), found.columns.len());
        let mut places = vec![0.0; 2 * rows.len()];
        expected.project(x.values(), &mut places);
        for (row, place) in places.chunks(2).enumerate() {
            assert!((found.places[0][row] - place[0]).abs() < 1e-9);
            assert!((found.places[1][row] - place[1]).abs() < 1e-9);
        }
        let lda = Project::Lda { n_components: 1 };
        let without = projected(&table, &features, None, &recipe, lda, &cancel);
        assert!(matches!(without, Err(Halt::Failed(_))));
        let stopped = Cancel::at_look(1);
        let halt = projected(&table, &features, None, &recipe, pca, &stopped);
        assert_eq!(halt.unwrap_err(), Halt::Cancelled);
    }

    #[test]
    fn of_many_rows_some_are_placed() {
        let value = |row: usize| ((row * 7919) % 1009) as f64;
        let column = |by: usize| {
            let values = (0..5000).map(|row| value(row * by)).collect();
            Column::numbers(format!("c{by}"), values)
        };
        let table = TableBuilder::new("many")
            .column(column(1))
            .column(column(2));
        let table = table.build().unwrap();
        let svd = Project::Svd { n_components: 2 };
        let recipe = Recipe::default();
        let found = projected(&table, &[0, 1], None, &recipe, svd, &Cancel::new()).unwrap();
        assert_eq!((found.rows.len(), found.of_rows), (PLACED_ROWS, 5000));
        assert!(found.rows.is_sorted_by(|a, b| a < b));
        assert!(
            found
                .places
                .iter()
                .all(|places| places.len() == PLACED_ROWS)
        );
        assert_eq!(found.names, ["svd1", "svd2"]);
    }
}
