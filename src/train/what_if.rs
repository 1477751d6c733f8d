//! What would have to change for a model to give another answer: the nearest row, in one or in two
//! features, that gets another class (a counterfactual explanation, Wachter et al. 2018).

use std::sync::Arc;

use super::Fitted;
use super::event::best;
use crate::base::{Cancel, Outcome, Problem};
use crate::data::{Kind, Table};
use crate::numeric::Matrix;
use crate::prepare::{FittedRecipe, PointValue};

/// What values a feature takes among some rows.
#[derive(Clone, Debug, PartialEq)]
pub enum FeatureRange {
    Number {
        low: f64,
        high: f64,
        /// 25th, 50th and 75th percentile.
        quartiles: [f64; 3],
        /// Standard deviation, n - 1 below; 0 of a constant.
        spread: f64,
        /// All values are whole.
        integer: bool,
        /// Seconds since 1970.
        date: bool,
    },
    Levels {
        names: Arc<[String]>,
        /// Codes that the rows have.
        present: Vec<u32>,
    },
}

/// One a feature of the recipe, over the rows that have a value.
pub fn feature_ranges(table: &Table, recipe: &FittedRecipe, rows: &[u32]) -> Vec<FeatureRange> {
    let source = |feature: usize| {
        let outputs = recipe.outputs_of(feature);
        recipe.outputs()[outputs].first().map(|o| o.source)
    };
    (0..recipe.feature_count())
        .map(|feature| {
            let column = source(feature).and_then(|s| table.columns().get(s));
            let Some(column) = column else {
                return of_numbers(Vec::new(), false);
            };
            if column.levels().is_empty() {
                let values = rows.iter().filter_map(|r| column.number(*r as usize));
                return of_numbers(values.collect(), column.kind == Kind::Date);
            }
            let mut present: Vec<u32> = rows
                .iter()
                .filter_map(|r| column.code(*r as usize))
                .collect();
            present.sort_unstable();
            present.dedup();
            FeatureRange::Levels {
                names: column.levels().into(),
                present,
            }
        })
        .collect()
}

/// Seconds of a day: dates are turned in whole ones.
const DAY: f64 = 86_400.0;

fn of_numbers(mut values: Vec<f64>, date: bool) -> FeatureRange {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let spread = (squares / (n - 1.0)).sqrt();
    let quartile = |share: f64| match values.len() {
        0 => 0.0,
        len => values[((share * (len - 1) as f64).round() as usize).min(len - 1)],
    };
    FeatureRange::Number {
        low: values.first().copied().unwrap_or(0.0),
        high: values.last().copied().unwrap_or(0.0),
        quartiles: [0.25, 0.5, 0.75].map(quartile),
        spread: if spread.is_finite() { spread } else { 0.0 },
        integer: values.iter().all(|v| v.fract() == 0.0),
        date,
    }
}

/// A row that gets another class, and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Feature and its new value, in the units of the table.
    pub values: Vec<(usize, PointValue)>,
    /// Euclidean, each number in its standard deviations, another category as one.
    pub distance: f64,
    /// What the model says then.
    pub outputs: Vec<f64>,
}

/// The smallest changes found, of one feature and of two; a change of two is told only where it is
/// smaller.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nearest {
    pub one: Option<Change>,
    pub two: Option<Change>,
}

/// Values tried to each side of a number, alone and in pairs.
const ALONE: usize = 24;
const PAIRED: usize = 8;
/// Features whose pairs are tried: those that move the answer most.
const PAIR_FEATURES: usize = 10;
/// Halvings of the way between a row that keeps its class and one that does not.
const HALVINGS: usize = 14;

/// The nearest rows to `point` (one value a feature) that get class `wanted`, or any other class than
/// now. Tried are values within the range of the rows: the search is a grid, refined along the way, so
/// that a smaller change may exist.
pub fn nearest_change(
    fitted: &Fitted,
    ranges: &[FeatureRange],
    point: &[PointValue],
    wanted: Option<usize>,
    cancel: &Cancel,
) -> Outcome<Nearest> {
    let features = fitted.recipe.feature_count();
    if point.len() != features || ranges.len() != features || fitted.model.outputs() < 2 {
        return Err(Problem::new("only a classifier's answer can become another class").into());
    }
    let search = Search {
        fitted,
        ranges,
        point,
        now: 0,
        wanted,
        cancel,
    };
    let outputs = search.ask(&[point.to_vec()])?;
    let search = Search {
        now: best(&outputs).0,
        ..search
    };
    if wanted == Some(search.now) {
        return Err(Problem::new("it is that class already").into());
    }
    let (one, effects) = search.alone()?;
    let limit = one.as_ref().map_or(f64::INFINITY, |c| c.distance);
    let two = search.paired(&effects, limit)?;
    Ok(Nearest { one, two })
}

struct Search<'a> {
    fitted: &'a Fitted,
    ranges: &'a [FeatureRange],
    point: &'a [PointValue],
    /// The present class.
    now: usize,
    wanted: Option<usize>,
    cancel: &'a Cancel,
}

impl Search<'_> {
    /// What the model says of these points, one after the other.
    fn ask(&self, points: &[Vec<PointValue>]) -> Outcome<Vec<f64>> {
        let recipe = &self.fitted.recipe;
        let rows: Vec<f64> = points
            .iter()
            .flat_map(|point| recipe.transform_point(point))
            .collect();
        let x = Matrix::new(points.len(), recipe.reduced_width(), rows);
        let mut out = vec![0.0; points.len() * self.fitted.model.outputs()];
        self.fitted
            .model
            .predict(x.values(), x.columns(), &mut out, self.cancel)?;
        Ok(out)
    }

    fn is_there(&self, outputs: &[f64]) -> bool {
        let class = best(outputs).0;
        self.wanted.map_or(class != self.now, |w| w == class)
    }

    fn moved(&self, values: &[(usize, PointValue)]) -> Vec<PointValue> {
        let mut point = self.point.to_vec();
        for (feature, value) in values {
            point[*feature] = *value;
        }
        point
    }

    fn distance(&self, values: &[(usize, PointValue)]) -> f64 {
        let squares = values.iter().map(|(feature, value)| {
            let moved = match (&self.ranges[*feature], self.point[*feature], value) {
                (
                    FeatureRange::Number { spread, .. },
                    PointValue::Number(from),
                    PointValue::Number(to),
                ) => (to - from) / spread,
                (_, from, to) => f64::from(u8::from(from != *to)),
            };
            moved * moved
        });
        squares.sum::<f64>().sqrt()
    }

    /// Values to try, the present one not among them.
    fn candidates(&self, feature: usize, each_side: usize) -> Vec<PointValue> {
        match &self.ranges[feature] {
            FeatureRange::Levels { present, .. } => present
                .iter()
                .map(|code| PointValue::Level(*code))
                .filter(|value| *value != self.point[feature])
                .collect(),
            FeatureRange::Number {
                low,
                high,
                spread,
                integer,
                date,
                ..
            } => {
                let step = if *date { DAY } else { 1.0 };
                let PointValue::Number(from) = self.point[feature] else {
                    return Vec::new();
                };
                if *spread <= 0.0 {
                    return Vec::new();
                }
                let mut values: Vec<f64> = [*low, *high]
                    .into_iter()
                    .flat_map(|end| {
                        (1..=each_side)
                            .map(move |i| from + (end - from) * i as f64 / each_side as f64)
                    })
                    .map(|v| match *integer || *date {
                        true => (v / step).round() * step,
                        false => v,
                    })
                    .filter(|v| *v != from)
                    .collect();
                values.sort_by(f64::total_cmp);
                values.dedup();
                values.into_iter().map(PointValue::Number).collect()
            }
        }
    }

    /// The nearest change of one feature, and how much each feature can move the answer.
    fn alone(&self) -> Outcome<(Option<Change>, Vec<f64>)> {
        let mut nearest: Option<Change> = None;
        let mut effects = vec![0.0f64; self.point.len()];
        for (feature, effect) in effects.iter_mut().enumerate() {
            let tried: Vec<Vec<(usize, PointValue)>> = self
                .candidates(feature, ALONE)
                .into_iter()
                .map(|value| vec![(feature, value)])
                .collect();
            let found = self.best_of(&tried, f64::INFINITY, effect)?;
            keep_nearer(&mut nearest, found);
        }
        Ok((nearest, effects))
    }

    /// The nearest change of two features that is nearer than `limit`.
    fn paired(&self, effects: &[f64], limit: f64) -> Outcome<Option<Change>> {
        let mut order: Vec<usize> = (0..effects.len()).collect();
        order.sort_by(|a, b| effects[*b].total_cmp(&effects[*a]).then(a.cmp(b)));
        order.truncate(PAIR_FEATURES);
        let values: Vec<Vec<PointValue>> = order
            .iter()
            .map(|feature| self.candidates(*feature, PAIRED))
            .collect();
        let mut nearest: Option<Change> = None;
        for (i, first) in order.iter().enumerate() {
            for (j, second) in order.iter().enumerate().skip(i + 1) {
                let near = nearest.as_ref().map_or(limit, |c| c.distance);
                let mut tried = Vec::new();
                for a in &values[i] {
                    for b in &values[j] {
                        tried.push(vec![(*first, *a), (*second, *b)]);
                    }
                }
                let found = self.best_of(&tried, near, &mut 0.0)?;
                keep_nearer(&mut nearest, found.filter(|c| c.distance < near));
            }
        }
        Ok(nearest)
    }

    /// The nearest of these that gets there, drawn in towards the point. `effect` grows to the
    /// largest move of the present class's share.
    fn best_of(
        &self,
        tried: &[Vec<(usize, PointValue)>],
        limit: f64,
        effect: &mut f64,
    ) -> Outcome<Option<Change>> {
        let near: Vec<&Vec<(usize, PointValue)>> = tried
            .iter()
            // Drawn in, a change may become half as large: the grid is coarse.
            .filter(|values| self.distance(values) < limit * 2.0)
            .collect();
        if near.is_empty() {
            return Ok(None);
        }
        let points: Vec<Vec<PointValue>> = near.iter().map(|values| self.moved(values)).collect();
        let outputs = self.ask(&points)?;
        let width = self.fitted.model.outputs();
        let before = self.ask(&[self.point.to_vec()])?;
        let mut there: Vec<(f64, &Vec<(usize, PointValue)>)> = Vec::new();
        for (values, said) in near.into_iter().zip(outputs.chunks_exact(width)) {
            *effect = effect.max((said[self.now] - before[self.now]).abs());
            if self.is_there(said) {
                there.push((self.distance(values), values));
            }
        }
        there.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut nearest = None;
        for (_, values) in there.into_iter().take(4) {
            keep_nearer(&mut nearest, Some(self.drawn_in(values)?));
        }
        Ok(nearest)
    }

    /// Each number in turn is brought as near to the present one as the other class allows.
    fn drawn_in(&self, values: &[(usize, PointValue)]) -> Outcome<Change> {
        let mut values = values.to_vec();
        // First all numbers together along the straight way, then one by one.
        let numbers: Vec<usize> = (0..values.len())
            .filter(|i| matches!(values[*i].1, PointValue::Number(_)))
            .collect();
        let mut turns = vec![numbers.clone()];
        if numbers.len() > 1 {
            turns.extend(numbers.iter().map(|i| vec![*i]));
        }
        for together in turns {
            self.halve(&mut values, &together)?;
        }
        let outputs = self.ask(&[self.moved(&values)])?;
        Ok(Change {
            distance: self.distance(&values),
            outputs,
            values,
        })
    }

    fn halve(&self, values: &mut Vec<(usize, PointValue)>, together: &[usize]) -> Outcome<()> {
        let (mut keeps, mut gets) = (0.0, 1.0);
        let start = values.clone();
        for _ in 0..HALVINGS {
            let share = (keeps + gets) / 2.0;
            let tried = self.along(&start, together, share);
            let said = self.ask(&[self.moved(&tried)])?;
            if self.is_there(&said) {
                gets = share;
                *values = tried;
            } else {
                keeps = share;
            }
        }
        Ok(())
    }

    /// `values` with some of its numbers only this share of their way.
    fn along(
        &self,
        values: &[(usize, PointValue)],
        which: &[usize],
        share: f64,
    ) -> Vec<(usize, PointValue)> {
        let mut out = values.to_vec();
        for &i in which {
            let (feature, value) = values[i];
            let (PointValue::Number(from), PointValue::Number(to)) = (self.point[feature], value)
            else {
                continue;
            };
            let step = match self.ranges[feature] {
                FeatureRange::Number { date: true, .. } => Some(DAY),
                FeatureRange::Number { integer: true, .. } => Some(1.0),
                _ => None,
            };
            let at = from + (to - from) * share;
            let at = match (step, to > from) {
                (None, _) => at,
                (Some(step), true) => (at / step).ceil() * step,
                (Some(step), false) => (at / step).floor() * step,
            };
            out[i].1 = PointValue::Number(at);
        }
        out
    }
}

fn keep_nearer(nearest: &mut Option<Change>, found: Option<Change>) {
    let is_nearer = |found: &Change| nearest.as_ref().is_none_or(|n| found.distance < n.distance);
    if let Some(found) = found.filter(is_nearer) {
        *nearest = Some(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{self, ReadOptions};
    use crate::prepare::{Project, Recipe, Role, Roles};
    use crate::train::sample::{job, params};
    use crate::train::{Job, PreparedCache, run_to_end};

    fn fitted(table: &Table, target: &str, features: &[&str], model: &str) -> Fitted {
        let target = table.position(target).unwrap();
        let (mut roles, _) = Roles::guess(table, Some(target));
        for (at, column) in table.columns().iter().enumerate() {
            if at != target {
                let used = features.contains(&column.name.as_str());
                roles.set(at, if used { Role::Feature } else { Role::Ignored });
            }
        }
        let job = Job {
            roles,
            ..job(table.clone(), params(model, &[]))
        };
        let cache = PreparedCache::default();
        let report = run_to_end(Arc::new(job), &cache, Default::default(), &Cancel::new());
        report.unwrap().fitted.clone().unwrap()
    }

    fn table(name: &str) -> Table {
        data::open(name, &ReadOptions::default(), &Cancel::new()).unwrap()
    }

    /// Along one feature the answer of logistic regression turns once: the change must end there.
    #[test]
    fn one_feature_ends_at_the_boundary() {
        let table = table("iris");
        let fitted = fitted(&table, "species", &["petal_length"], "logistic_regression");
        let rows: Vec<u32> = (0..150).collect();
        let ranges = feature_ranges(&table, &fitted.recipe, &rows);
        let point = fitted.recipe.point_of_row(&table, 0);
        let cancel = Cancel::new();
        let found = nearest_change(&fitted, &ranges, &point, None, &cancel).unwrap();
        let change = found.one.unwrap();
        let PointValue::Number(to) = change.values[0].1 else {
            panic!()
        };
        assert_eq!(best(&change.outputs).0, 1);
        let gap = change.outputs[1] - change.outputs[0];
        assert!((0.0..0.01).contains(&gap), "{change:?}");
        assert!((2.0..3.5).contains(&to), "{to}");
        assert_eq!(found.two, None);
        // The third class is farther.
        let third = nearest_change(&fitted, &ranges, &point, Some(2), &cancel).unwrap();
        assert!(third.one.unwrap().distance > change.distance);
        assert!(nearest_change(&fitted, &ranges, &point, Some(0), &cancel).is_err());
        cancel.cancel();
        assert!(nearest_change(&fitted, &ranges, &point, None, &cancel).is_err());
    }

    /// Two features together are nearer than either alone where the boundary is slanted.
    #[test]
    fn two_features_are_told_where_they_are_nearer() {
        let table = table("iris");
        let features = ["sepal_length", "sepal_width"];
        let fitted = fitted(&table, "species", &features, "logistic_regression");
        let rows: Vec<u32> = (0..150).collect();
        let ranges = feature_ranges(&table, &fitted.recipe, &rows);
        let point = fitted.recipe.point_of_row(&table, 0);
        let found = nearest_change(&fitted, &ranges, &point, None, &Cancel::new()).unwrap();
        let (one, two) = (found.one.unwrap(), found.two.unwrap());
        assert!(two.distance < one.distance, "{one:?} {two:?}");
        assert_eq!(two.values.len(), 2);
        assert_ne!(best(&two.outputs).0, 0);
    }

    #[test]
    fn categories_change_by_their_levels_and_regressions_do_not_answer() {
        let table = table("penguins");
        let fitted_island = fitted(&table, "species", &["island"], "gaussian_nb");
        let rows: Vec<u32> = (0..table.rows() as u32).collect();
        let ranges = feature_ranges(&table, &fitted_island.recipe, &rows);
        let FeatureRange::Levels { present, names } = &ranges[0] else {
            panic!()
        };
        assert_eq!((present.len(), names.len()), (3, 3));
        let point = fitted_island.recipe.point_of_row(&table, 0);
        let found = nearest_change(&fitted_island, &ranges, &point, None, &Cancel::new()).unwrap();
        let change = found.one.unwrap();
        assert_eq!(change.distance, 1.0);
        assert_ne!(change.values[0].1, point[0]);
        let number = fitted(&table, "body_mass_g", &["flipper_length_mm"], "ridge");
        let ranges = feature_ranges(&table, &number.recipe, &rows);
        let point = number.recipe.point_of_row(&table, 0);
        assert!(nearest_change(&number, &ranges, &point, None, &Cancel::new()).is_err());
        let FeatureRange::Number {
            low,
            high,
            quartiles,
            integer,
            ..
        } = ranges[0]
        else {
            panic!()
        };
        assert!(low < quartiles[0] && quartiles[2] < high && integer);
    }

    #[test]
    fn a_model_of_projected_columns_answers_too() {
        let table = table("iris");
        let (mut roles, _) = Roles::guess(&table, table.position("species"));
        roles.set(0, Role::Ignored);
        let job = Job {
            roles,
            recipe: Recipe {
                project: Project::parse("pca:2").unwrap(),
                ..Recipe::default()
            },
            ..job(table.clone(), params("gaussian_nb", &[]))
        };
        let (cache, cancel) = (PreparedCache::default(), Cancel::new());
        let report = run_to_end(Arc::new(job), &cache, Default::default(), &cancel).unwrap();
        let fitted = report.fitted.as_ref().unwrap();
        let rows: Vec<u32> = (0..150).collect();
        let ranges = feature_ranges(&table, &fitted.recipe, &rows);
        let point = fitted.recipe.point_of_row(&table, 70);
        let said = fitted.recipe.transform_point(&point);
        let mut now = [0.0; 3];
        let asked = fitted.model.predict(&said, 2, &mut now, &cancel);
        asked.unwrap();
        let found = nearest_change(fitted, &ranges, &point, None, &cancel).unwrap();
        let change = found.two.or(found.one).unwrap();
        assert_ne!(best(&change.outputs).0, best(&now).0, "{change:?}");
    }
}
