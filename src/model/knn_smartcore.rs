//! smartcore's k nearest neighbours, by looking at every row: its cover tree overflows the stack on
//! huge values.

use std::fmt;
use std::sync::Arc;

use smartcore::algorithm::neighbour::KNNAlgorithmName;
use smartcore::metrics::distance::{Distance, Distances};
use smartcore::neighbors::KNNWeightFunction;
use smartcore::neighbors::knn_classifier::{KNNClassifier, KNNClassifierParameters};
use smartcore::neighbors::knn_regressor::{KNNRegressor, KNNRegressorParameters};

use super::neighbour_search::Search;
use super::saved::Saved;
use super::separable::told_if_none;
use super::{Engine, Model, Samples, knn_classifier, knn_regressor};
use crate::base::{Cancel, Outcome, units_a_look};
use crate::numeric::knn::Weights;
use crate::numeric::{Matrix, Metric, Watched, guarded};

/// What copying a row costs beside its distance, in columns.
const COPY: usize = 30;

pub(super) fn classifier(
    samples: &Samples,
    search: Search,
    cancel: &Cancel,
) -> Outcome<Arc<dyn Model>> {
    match search.metric {
        Metric::Manhattan => classifier_by(Distances::manhattan(), samples, search, cancel),
        Metric::Minkowski(p) => {
            classifier_by(Distances::minkowski(p as u16), samples, search, cancel)
        }
        _ => classifier_by(Distances::euclidian(), samples, search, cancel),
    }
}

pub(super) fn regressor(
    samples: &Samples,
    search: Search,
    cancel: &Cancel,
) -> Outcome<Arc<dyn Model>> {
    match search.metric {
        Metric::Manhattan => regressor_by(Distances::manhattan(), samples, search, cancel),
        Metric::Minkowski(p) => {
            regressor_by(Distances::minkowski(p as u16), samples, search, cancel)
        }
        _ => regressor_by(Distances::euclidian(), samples, search, cancel),
    }
}

fn weight(search: Search) -> KNNWeightFunction {
    match search.weights {
        Weights::Uniform => KNNWeightFunction::Uniform,
        Weights::Distance => KNNWeightFunction::Distance,
    }
}

fn classifier_by<D: Distance<Vec<f64>> + Send + Sync + 'static>(
    distance: D,
    samples: &Samples,
    search: Search,
    cancel: &Cancel,
) -> Outcome<Arc<dyn Model>> {
    let parameters = KNNClassifierParameters::default()
        .with_k(search.k)
        .with_algorithm(KNNAlgorithmName::LinearSearch)
        .with_weight(weight(search))
        .with_distance(distance);
    let (codes, outputs) = samples.classes();
    let codes = codes.to_vec();
    let x = Watched::new(&samples.x, cancel);
    let fit = guarded(cancel, || KNNClassifier::fit(&x, &codes, parameters))?;
    // smartcore numbers the classes that occur.
    let mut present = codes;
    present.sort_unstable();
    present.dedup();
    Ok(Arc::new(Classifier {
        fit,
        present,
        outputs,
        samples: samples.clone(),
        search,
    }))
}

struct Classifier<D: Distance<Vec<f64>>> {
    fit: KNNClassifier<f64, u32, Watched, Vec<u32>, D>,
    present: Vec<u32>,
    outputs: usize,
    /// What it was fitted on: smartcore keeps its own copy to itself.
    samples: Samples,
    search: Search,
}

impl<D: Distance<Vec<f64>>> fmt::Debug for Classifier<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KNNClassifier")
    }
}

impl<D: Distance<Vec<f64>> + Send + Sync> Model for Classifier<D> {
    fn outputs(&self) -> usize {
        self.outputs
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let mut filled = out.chunks_exact_mut(self.outputs);
        in_chunks(rows, columns, self.samples.x.rows(), cancel, |x| {
            let shares = guarded(cancel, || self.fit.predict_proba(x))?;
            for (shares, out) in shares.iter().zip(&mut filled) {
                out.fill(0.0);
                for (&class, share) in self.present.iter().zip(shares) {
                    out[class as usize] = *share;
                }
                // Distances beyond the numbers weigh nothing: then nobody has voted.
                if out.iter().all(|share| *share == 0.0) {
                    out.fill(f64::NAN);
                }
            }
            Ok(())
        })?;
        told_if_none(out)
    }

    fn bytes(&self) -> usize {
        8 * self.samples.x.values().len()
    }

    fn save(&self) -> Option<Saved> {
        let (samples, engine) = (&self.samples, Engine::Smartcore);
        let (codes, classes) = samples.classes();
        knn_classifier::stored(&samples.x, self.search, engine, codes, classes)
    }
}

fn regressor_by<D: Distance<Vec<f64>> + Send + Sync + 'static>(
    distance: D,
    samples: &Samples,
    search: Search,
    cancel: &Cancel,
) -> Outcome<Arc<dyn Model>> {
    let parameters = KNNRegressorParameters::default()
        .with_k(search.k)
        .with_algorithm(KNNAlgorithmName::LinearSearch)
        .with_weight(weight(search))
        .with_distance(distance);
    let numbers = samples.numbers().to_vec();
    let x = Watched::new(&samples.x, cancel);
    let fit = guarded(cancel, || KNNRegressor::fit(&x, &numbers, parameters))?;
    Ok(Arc::new(Regressor {
        fit,
        samples: samples.clone(),
        search,
    }))
}

struct Regressor<D: Distance<Vec<f64>>> {
    fit: KNNRegressor<f64, f64, Watched, Vec<f64>, D>,
    samples: Samples,
    search: Search,
}

impl<D: Distance<Vec<f64>>> fmt::Debug for Regressor<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KNNRegressor")
    }
}

impl<D: Distance<Vec<f64>> + Send + Sync> Model for Regressor<D> {
    fn outputs(&self) -> usize {
        1
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let mut filled = out.iter_mut();
        in_chunks(rows, columns, self.samples.x.rows(), cancel, |x| {
            let numbers = guarded(cancel, || self.fit.predict(x))?;
            for (number, out) in numbers.iter().zip(&mut filled) {
                *out = *number;
            }
            Ok(())
        })?;
        told_if_none(out)
    }

    fn has_probabilities(&self) -> bool {
        false
    }

    fn bytes(&self) -> usize {
        8 * self.samples.x.values().len()
    }

    fn save(&self) -> Option<Saved> {
        let (samples, engine) = (&self.samples, Engine::Smartcore);
        knn_regressor::stored(&samples.x, self.search, engine, samples.numbers())
    }
}

/// A few rows at a time, so that the flag is looked at.
fn in_chunks(
    rows: &[f64],
    columns: usize,
    training_rows: usize,
    cancel: &Cancel,
    mut each: impl FnMut(&Watched) -> Outcome<()>,
) -> Outcome<()> {
    let count = units_a_look(training_rows * (columns + COPY) * 8);
    for chunk in rows.chunks(count * columns.max(1)) {
        cancel.check()?;
        let x = Matrix::new(chunk.len() / columns.max(1), columns, chunk.to_vec());
        each(&Watched::new(&x, cancel))?;
    }
    Ok(())
}
