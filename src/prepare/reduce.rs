//! The last steps of a recipe: fewer columns, by choosing some or by projecting all. Fitted on the
//! training rows like everything before.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::fitted::OutputColumn;
use crate::base::{Cancel, Hasher128, Outcome, Problem, units_a_look};
use crate::numeric::{Discriminants, Labels, Matrix, Pca, f_statistics};

/// Which prepared columns go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Select {
    #[default]
    All,
    /// So many that tell most of the target, each taken alone (F test).
    Best(usize),
    /// Those whose variance, in units before scaling, is above this.
    Variance(Threshold),
}

/// A number that is not NaN, so that recipes can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold(pub f64);

impl Threshold {
    /// 0 for what is no number.
    pub(super) fn finite(self) -> f64 {
        if self.0.is_finite() { self.0 } else { 0.0 }
    }
}

impl Eq for Threshold {}

impl Hash for Threshold {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 + 0.0).to_bits().hash(state);
    }
}

/// What the columns are projected to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Project {
    #[default]
    None,
    /// Principal components; whitened ones have variance 1.
    Pca { n_components: usize, whiten: bool },
    /// Singular vectors of the rows as they are, not centred.
    Svd { n_components: usize },
    /// Linear discriminants of the target's classes.
    Lda { n_components: usize },
}

impl Select {
    /// As [`Select::parse`] would take it.
    pub(super) fn checked(self) -> Self {
        match self {
            Select::All => Select::All,
            Select::Best(k) => Select::Best(k.max(1)),
            Select::Variance(least) => Select::Variance(Threshold(least.finite().max(0.0))),
        }
    }

    /// `10` or `best:10`, `variance:0.01`, `none`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let found = match text.split_once(':') {
            None if text == "none" => Some(Select::All),
            None => count(text).map(Select::Best),
            Some(("best", k)) => count(k).map(Select::Best),
            Some(("variance", least)) => {
                let least: Option<f64> = least.parse().ok();
                let least = least.filter(|least| *least >= 0.0 && least.is_finite());
                least.map(|least| Select::Variance(Threshold(least)))
            }
            Some(_) => None,
        };
        found.ok_or_else(|| {
            Problem::new(format!("“{text}” is not a selection"))
                .fix("Use a number of columns such as 10, variance:0.01 or none")
        })
    }
}

impl Project {
    /// As [`Project::parse`] would take it.
    pub(super) fn checked(mut self) -> Self {
        match &mut self {
            Project::None => {}
            Project::Pca { n_components, .. }
            | Project::Svd { n_components }
            | Project::Lda { n_components } => *n_components = (*n_components).max(1),
        }
        self
    }

    /// `pca:2`, `pca:2:whiten`, `svd:2`, `lda:1`, `none`; two components where none are named.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let n_components = parts.next().map_or(Some(2), count);
        let last = parts.next();
        let found = match (name, n_components, last, parts.next()) {
            ("none", Some(2), None, None) if text == "none" => Some(Project::None),
            ("pca", Some(n_components), last @ (None | Some("whiten")), None) => {
                Some(Project::Pca {
                    n_components,
                    whiten: last.is_some(),
                })
            }
            ("svd", Some(n_components), None, None) => Some(Project::Svd { n_components }),
            ("lda", Some(n_components), None, None) => Some(Project::Lda { n_components }),
            _ => None,
        };
        found.ok_or_else(|| {
            Problem::new(format!("“{text}” is not a projection"))
                .fix("Use pca:2, pca:2:whiten, svd:2, lda:1 or none")
        })
    }
}

fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|count| *count > 0)
}

/// Whether there is anything to do, and what decides it.
pub(super) fn hash(select: Select, project: Project, hasher: &mut Hasher128) {
    match select {
        Select::All => hasher.word(0),
        Select::Best(k) => hasher.word(1).word(k as u64),
        Select::Variance(least) => hasher.word(2).number(least.0),
    };
    let (name, n, whiten) = match project {
        Project::None => (0, 0, false),
        Project::Pca {
            n_components,
            whiten,
        } => (1, n_components, whiten),
        Project::Svd { n_components } => (2, n_components, false),
        Project::Lda { n_components } => (3, n_components, false),
    };
    hasher.word(name).word(n as u64).word(u64::from(whiten));
}

/// What these steps have learned: `final = directions (chosen columns - means)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reduction {
    /// Prepared columns that go on, ascending.
    pub kept: Vec<usize>,
    pub projection: Option<Projection>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    /// `pca`, `svd` or `lda`.
    pub method: String,
    /// One for each of the kept columns.
    pub means: Vec<f64>,
    /// Direction after direction, each with a weight for each of the kept columns.
    pub directions: Vec<f64>,
    /// Shares of the variance, of discriminants of the separation.
    pub explained_variance_ratio: Vec<f64>,
    /// Of the projected rows; discriminants have none.
    pub singular_values: Vec<f64>,
}

/// The unit in which rows are projected that overflow in their own.
const FAR: f64 = (1u128 << 100) as f64;

impl Reduction {
    /// From the prepared training rows, their columns and their labels.
    pub(super) fn fit(
        select: Select,
        project: Project,
        x: &Matrix,
        outputs: &[OutputColumn],
        y: Option<&Labels>,
        cancel: &Cancel,
    ) -> Outcome<Self> {
        let kept = chosen(select, x, outputs, y, cancel)?;
        let mut reduction = Reduction {
            kept,
            projection: None,
        };
        if project != Project::None {
            let x = reduction.apply(x, cancel)?;
            reduction.projection = Some(projected(project, &x, y, cancel)?);
            if !reduction.is_sound(usize::MAX) {
                return Err(Problem::new("The features are too large to be projected")
                    .at("Step project")
                    .fix("Scale the features, or leave out columns with huge values")
                    .into());
            }
        }
        Ok(reduction)
    }

    /// How many columns come out.
    pub fn width(&self) -> usize {
        match &self.projection {
            Some(projection) => projection.len(),
            None => self.kept.len(),
        }
    }

    pub(super) fn is_sound(&self, columns: usize) -> bool {
        let (kept, width) = (self.kept.len(), self.width());
        width > 0
            && self.kept.iter().all(|column| *column < columns)
            && self.projection.as_ref().is_none_or(|p| {
                let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
                p.means.len() == kept
                    && Some(p.directions.len()) == kept.checked_mul(width)
                    && finite(&p.means)
                    && finite(&p.directions)
            })
    }

    /// Rows of `width` numbers.
    pub fn apply(&self, x: &Matrix, cancel: &Cancel) -> Outcome<Matrix> {
        let mut values = Vec::with_capacity(x.rows() * self.width());
        let of_row = self.kept.len() * self.projection.as_ref().map_or(1, Projection::len);
        let looks = units_a_look(2 * of_row);
        for row in 0..x.rows() {
            if row % looks == 0 {
                cancel.check()?;
            }
            self.append(x.row(row), &mut values);
        }
        Ok(Matrix::new(x.rows(), self.width(), values))
    }

    /// One row more.
    pub(super) fn append(&self, row: &[f64], out: &mut Vec<f64>) {
        let Some(projection) = &self.projection else {
            out.extend(self.kept.iter().map(|column| row[*column]));
            return;
        };
        let directions = projection.directions.chunks_exact(self.kept.len().max(1));
        out.extend(directions.map(|direction| {
            let parts = self.kept.iter().zip(&projection.means).zip(direction);
            let sum = |unit: f64| {
                let part = |((column, mean), weight): ((&usize, &f64), &f64)| {
                    (row[*column] / unit - mean / unit) * weight
                };
                parts.clone().map(part).sum::<f64>()
            };
            let near = sum(1.0);
            if near.is_finite() {
                return near;
            }
            // As in scaling, a finite row gives finite numbers, cut at the largest; where directions weigh
            // so much that even their parts overflow, it stands in the middle.
            let far = sum(FAR) * FAR;
            if far.is_nan() {
                0.0
            } else {
                far.clamp(-f64::MAX, f64::MAX)
            }
        }));
    }

    /// Weights of the final columns and an intercept as weights of all `columns` prepared ones.
    pub(super) fn back(
        &self,
        weights: &[f64],
        mut intercept: f64,
        columns: usize,
    ) -> (Vec<f64>, f64) {
        let mut all = vec![0.0; columns];
        match &self.projection {
            None => {
                for (column, weight) in self.kept.iter().zip(weights) {
                    all[*column] = *weight;
                }
            }
            Some(projection) => {
                let directions = projection.directions.chunks_exact(self.kept.len().max(1));
                for (direction, weight) in directions.zip(weights) {
                    let parts = self.kept.iter().zip(&projection.means).zip(direction);
                    for ((column, mean), part) in parts {
                        all[*column] += weight * part;
                        intercept -= weight * part * mean;
                    }
                }
            }
        }
        (all, intercept)
    }

    /// Names of the final columns.
    pub(super) fn names(&self, outputs: &[OutputColumn]) -> Vec<String> {
        match &self.projection {
            None => {
                let kept = self.kept.iter();
                kept.map(|column| outputs[*column].name.clone()).collect()
            }
            Some(projection) => {
                let method = &projection.method;
                (1..=projection.len())
                    .map(|number| format!("{method}{number}"))
                    .collect()
            }
        }
    }
}

impl Projection {
    pub fn len(&self) -> usize {
        self.explained_variance_ratio.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn chosen(
    select: Select,
    x: &Matrix,
    outputs: &[OutputColumn],
    y: Option<&Labels>,
    cancel: &Cancel,
) -> Outcome<Vec<usize>> {
    let all = 0..x.columns();
    match select {
        Select::All => Ok(all.collect()),
        Select::Best(k) => {
            let Some(y) = y else {
                return Err(Problem::new("The F test needs a target")
                    .at("Step select")
                    .fix("Select by variance, or name a target and a model that predicts it")
                    .into());
            };
            let scores = f_statistics(x, y, cancel)?;
            let mut order: Vec<usize> = all.collect();
            order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            order.truncate(k.max(1));
            order.sort_unstable();
            Ok(order)
        }
        Select::Variance(least) => {
            let variances = variances(x, cancel)?;
            let varies =
                |column: &usize| variances[*column] * outputs[*column].scale.powi(2) > least.0;
            let kept: Vec<usize> = all.filter(varies).collect();
            if kept.is_empty() {
                let what = format!("No column varies by more than {}", least.0);
                return Err(Problem::new(what)
                    .at("Step select")
                    .fix("Lower the least variance")
                    .into());
            }
            Ok(kept)
        }
    }
}

/// Of each column, divided by the rows.
fn variances(x: &Matrix, cancel: &Cancel) -> Outcome<Vec<f64>> {
    let (n, columns) = (x.rows().max(1) as f64, x.columns().max(1));
    let block = units_a_look(4 * columns) * columns;
    let mut means = vec![0.0; x.columns()];
    for rows in x.values().chunks(block) {
        cancel.check()?;
        for row in rows.chunks_exact(columns) {
            means.iter_mut().zip(row).for_each(|(m, v)| *m += v / n);
        }
    }
    let mut squares = vec![0.0; x.columns()];
    for rows in x.values().chunks(block) {
        cancel.check()?;
        for row in rows.chunks_exact(columns) {
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                *square += (value - mean).powi(2);
            }
        }
    }
    squares.iter_mut().for_each(|square| *square /= n);
    Ok(squares)
}

fn projected(
    project: Project,
    x: &Matrix,
    y: Option<&Labels>,
    cancel: &Cancel,
) -> Outcome<Projection> {
    let of = |method: &str, pca: Pca| Projection {
        method: method.to_owned(),
        means: pca.means,
        directions: pca.components,
        explained_variance_ratio: pca.explained_variance_ratio,
        singular_values: pca.singular_values,
    };
    match project {
        Project::Pca {
            n_components,
            whiten,
        } => {
            let mut pca = Pca::fit(x, n_components, cancel)?;
            if whiten {
                let each = pca.components.chunks_exact_mut(x.columns());
                for (component, variance) in each.zip(&pca.explained_variance) {
                    // What has no variance stays where it is.
                    let root = if *variance > 0.0 {
                        variance.sqrt()
                    } else {
                        1.0
                    };
                    component.iter_mut().for_each(|v| *v /= root);
                }
            }
            Ok(of("pca", pca))
        }
        Project::Svd { n_components } => Ok(of("svd", Pca::uncentred(x, n_components, cancel)?)),
        Project::Lda { n_components } => {
            let Some(Labels::Classes { codes, count }) = y else {
                return Err(Problem::new("Discriminants need a target with classes")
                    .at("Step project")
                    .fix("Project by pca, or predict classes")
                    .into());
            };
            let found = Discriminants::fit(x, codes, *count, n_components, cancel)?;
            Ok(Projection {
                method: "lda".to_owned(),
                means: found.means,
                directions: found.directions,
                explained_variance_ratio: found.explained_variance_ratio,
                singular_values: Vec::new(),
            })
        }
        Project::None => Ok(Projection {
            method: String::new(),
            means: Vec::new(),
            directions: Vec::new(),
            explained_variance_ratio: Vec::new(),
            singular_values: Vec::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Recipe, Scaling};
    use super::*;
    use crate::data::{Column, Table, TableBuilder};

    /// Three numbers, of which the second tells the classes and the third is constant.
    fn table() -> (Table, Labels, Vec<u32>) {
        let rows = 40;
        let wave = |phase: f64| (0..rows).map(move |i| 10.0 * (f64::from(i) * phase).sin());
        let class = |i: i32| u32::from(i % 3 == 0);
        let told = (0..rows).map(|i| f64::from(class(i)) + 0.1 * f64::from(i).cos());
        let table = TableBuilder::new("t")
            .column(Column::numbers("a", wave(0.7).collect()))
            .column(Column::numbers("b", told.collect()))
            .column(Column::numbers("c", vec![5.0; rows as usize]))
            .build()
            .unwrap();
        let codes = (0..rows).map(class).collect();
        let labels = Labels::Classes { codes, count: 2 };
        (table, labels, (0..rows as u32).collect())
    }

    fn fitted(
        recipe: &Recipe,
        scaling: Scaling,
        y: Option<&Labels>,
    ) -> Outcome<super::super::FittedRecipe> {
        let (table, _, rows) = table();
        let cancel = Cancel::new();
        let fitted = recipe.fit(&table, &[0, 1, 2], &rows, scaling, &cancel)?;
        let encoded = fitted.encode(&table, &rows, &cancel)?;
        recipe.reduce(fitted, &encoded, y, &cancel)
    }

    fn recipe(select: &str, project: &str) -> Recipe {
        Recipe {
            select: Select::parse(select).unwrap(),
            project: Project::parse(project).unwrap(),
            ..Recipe::default()
        }
    }

    #[test]
    fn columns_are_selected_by_what_they_tell_or_how_they_vary() {
        let (_, y, _) = table();
        let names = |select: &str, scaling: Scaling| {
            fitted(&recipe(select, "none"), scaling, Some(&y))
                .unwrap()
                .names()
        };
        assert_eq!(names("1", Scaling::None), ["b"]);
        assert_eq!(names("best:2", Scaling::Standard), ["a", "b"]);
        assert_eq!(names("9", Scaling::None), ["a", "b", "c"]);
        // Units before scaling count.
        for scaling in [Scaling::None, Scaling::Standard, Scaling::MinMax] {
            assert_eq!(names("variance:0", scaling), ["a", "b"]);
            assert_eq!(names("variance:1", scaling), ["a"]);
        }
        let none = recipe("variance:1000", "none");
        assert!(fitted(&none, Scaling::None, None).is_err());
        assert!(fitted(&recipe("1", "none"), Scaling::None, None).is_err());
        assert!(fitted(&recipe("none", "lda:1"), Scaling::None, None).is_err());
        assert!(!recipe("none", "none").reduces());
    }

    /// A linear model of the final columns says the same of the table's own units.
    #[test]
    fn weights_go_back_to_the_units_of_the_table() {
        let (table, y, rows) = table();
        for (select, project) in [
            ("2", "none"),
            ("none", "pca:2"),
            ("variance:0", "pca:2:whiten"),
            ("none", "svd:2"),
            ("2", "lda:1"),
        ] {
            let fitted = fitted(&recipe(select, project), Scaling::Standard, Some(&y)).unwrap();
            let x = fitted.apply(&table, &rows, &Cancel::new()).unwrap();
            assert_eq!(x.columns(), fitted.names().len());
            let weights: Vec<f64> = (0..x.columns()).map(|i| 1.5 - i as f64).collect();
            let (original, intercept) = fitted.original_units(&weights, 0.25);
            for row in [0usize, 7, 39] {
                let pairs = x.row(row).iter().zip(&weights);
                let expected = 0.25 + pairs.map(|(v, w)| v * w).sum::<f64>();
                let columns = table.columns().iter().zip(&original);
                let parts = columns.map(|(c, w)| c.number(row).unwrap() * w);
                let found = intercept + parts.sum::<f64>();
                assert!(
                    (found - expected).abs() < 1e-9,
                    "{select} {project}: {found}"
                );
            }
            let point = fitted.point_of_row(&table, 7);
            assert_eq!(fitted.transform_point(&point), x.row(7));
        }
    }

    #[test]
    fn whitened_components_vary_alike() {
        let (table, _, rows) = table();
        let fitted = fitted(&recipe("variance:0", "pca:2:whiten"), Scaling::None, None).unwrap();
        let x = fitted.apply(&table, &rows, &Cancel::new()).unwrap();
        for column in 0..2 {
            let mean = x.column(column).sum::<f64>() / 40.0;
            let variance = x.column(column).map(|v| (v - mean).powi(2)).sum::<f64>() / 39.0;
            assert!((variance - 1.0).abs() < 1e-9, "{variance}");
        }
        let text = serde_json::to_string(&fitted).unwrap();
        let read: super::super::FittedRecipe = serde_json::from_str(&text).unwrap();
        assert_eq!(read.names(), ["pca1", "pca2"]);
        let damaged = text.replace("\"kept\":[0,1]", "\"kept\":[0,7]");
        assert!(serde_json::from_str::<super::super::FittedRecipe>(&damaged).is_err());
    }

    #[test]
    fn spellings() {
        for text in [
            "",
            "0",
            "-1",
            "best:x",
            "variance:-1",
            "variance:nan",
            "some:3",
        ] {
            assert!(Select::parse(text).is_err(), "{text}");
        }
        for text in [
            "",
            "pca:0",
            "pca:2:white",
            "svd:2:whiten",
            "lda:1:2",
            "none:2",
            "umap",
        ] {
            assert!(Project::parse(text).is_err(), "{text}");
        }
        assert_eq!(Project::parse("lda"), Ok(Project::Lda { n_components: 2 }));
        assert_eq!(Select::parse("none"), Ok(Select::All));
    }
}
