//! Gaussian naive Bayes.

use std::sync::Arc;

use smartcore::naive_bayes::gaussian::{GaussianNB, GaussianNBParameters};

use super::algorithm::half_decades;
use super::checks::{at_most_rows, engine_has_all, two_classes};
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks, plane};
use super::{
    Algorithm, Engine, Engines, Grid, Inside, Model, OneStep, Samples, Tags, Task, ValidationCurve,
};
use crate::base::{Cancel, Outcome};
use crate::numeric::{GaussianNb, Watched, guarded, softmax_rows};

/// smartcore's time grows with the square of the rows.
const SMARTCORE_ROWS: usize = 10_000;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "gaussian_nb",
    name: "Gaussian naive Bayes",
    task: Task::Classification,
    summary: "A bell curve for each feature and class; a row goes where its values are the most likely together.",
    tags: Tags {
        needs_scaling: false,
        probabilities: true,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own smooths variances and keeps digits far from zero; smartcore does neither and needed 588 times scikit-learn's time.",
    },
    parameters: &[
        Parameter::new(
            "var_smoothing",
            "Smoothing",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: true,
            },
            Default::Real(1e-9),
            "This part of the largest variance is added to all: more makes the curves wider and more alike.",
        )
        .common()
        .only(Engine::Seefit),
        Parameter::new(
            "priors",
            "Priors",
            ParameterKind::Choice(&[("none", "As in the data"), ("uniform", "All alike")]),
            Default::Choice("none"),
            "How frequent classes are taken to be before a row is seen.",
        ),
    ],
    curve: Some(ValidationCurve {
        parameter: "var_smoothing",
        log: true,
        values: |_| half_decades(-12, 0),
    }),
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
        engine_has_all(params)?;
        match params.engine() {
            Engine::Smartcore => at_most_rows(facts, params, SMARTCORE_ROWS),
            Engine::Seefit => Ok(()),
        }
    },
    start: |samples, params, _| {
        let (engine, smoothing) = (params.engine(), params.real("var_smoothing"));
        let uniform = params.choice("priors") == "uniform";
        OneStep::start(move |cancel| {
            let (codes, count) = samples.classes();
            let fit = match engine {
                Engine::Smartcore => by_smartcore(&samples, uniform, cancel)?,
                Engine::Seefit => {
                    let alike = vec![1.0 / count as f64; count];
                    let priors = uniform.then_some(&alike[..]);
                    GaussianNb::fit(&samples.x, &codes.into(), count, smoothing, priors, cancel)?
                }
            };
            Ok(Arc::new(BayesModel { fit }) as Arc<dyn Model>)
        })
    },
};

/// smartcore's means and variances; it knows the classes of the training rows alone.
fn by_smartcore(samples: &Samples, uniform: bool, cancel: &Cancel) -> Outcome<GaussianNb> {
    let (codes, count) = samples.classes();
    let x = Watched::new(&samples.x, cancel);
    let fit: GaussianNB<f64, u32, Watched, Vec<u32>> = guarded(cancel, || {
        GaussianNB::fit(&x, &codes.to_vec(), GaussianNBParameters::default())
    })?;
    let columns = samples.x.columns();
    let mut priors = vec![0.0; count];
    let mut means = vec![0.0; count * columns];
    let mut variances = vec![0.0; count * columns];
    for (index, class) in fit.classes().iter().enumerate() {
        let class = *class as usize;
        let share = fit.class_priors()[index];
        priors[class] = if uniform { 1.0 / count as f64 } else { share };
        let places = class * columns..(class + 1) * columns;
        means[places.clone()].copy_from_slice(&fit.theta()[index]);
        variances[places].copy_from_slice(&fit.var()[index]);
    }
    GaussianNb::from_parts(columns, priors, means, variances)
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct BayesModel {
    fit: GaussianNb,
}

impl Stored for BayesModel {
    const KIND: &'static str = "gaussian_nb";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.fit.columns == columns && self.fit.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for BayesModel {
    fn outputs(&self) -> usize {
        self.fit.classes
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        in_blocks(rows, columns, self.fit.classes, out, cancel, |rows, out| {
            self.fit.predict_proba(rows, out);
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let offsets = self.fit.offsets();
        let part = |class: usize, column, value| {
            // A class without rows has no densities, and no share of the plane.
            if offsets[class] == f64::NEG_INFINITY {
                0.0
            } else {
                self.fit.log_density(class, column, value)
            }
        };
        plane(grid, offsets, part, out, cancel, |scores, out| {
            out.copy_from_slice(scores);
            softmax_rows(out, self.fit.classes);
        })
    }

    fn inside(&self) -> Inside {
        Inside::default()
    }

    fn bytes(&self) -> usize {
        16 * (self.fit.means.len() + self.fit.classes)
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::super::sample::{accuracy, classes, fitted, near, params, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn the_engines_agree() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for priors in ["none", "uniform"] {
                let own = fitted(
                    &ALGORITHM,
                    &samples,
                    &[("priors", priors), ("var_smoothing", "0")],
                );
                let other = fitted(
                    &ALGORITHM,
                    &samples,
                    &[("priors", priors), ("engine", "smartcore")],
                );
                near(
                    &predictions(&*own, &samples),
                    &predictions(&*other, &samples),
                    1e-10,
                );
            }
        }
    }

    #[test]
    fn learns_and_paints_and_a_missing_class_has_no_share() {
        let samples = classes(120, 3);
        let model = fitted(&ALGORITHM, &samples, &[]);
        assert!(accuracy(&*model, &samples) > 0.85);
        assert_plane_agrees(&*model, 3);
        let (codes, _) = samples.classes();
        let rows: Vec<u32> = (0..120).filter(|i| codes[*i as usize] != 1).collect();
        let part = Arc::new(Samples {
            x: samples.x.select(&rows),
            y: samples.y.as_ref().map(|y| y.select(&rows)),
            key: samples.key,
        });
        for engine in ["seefit", "smartcore"] {
            let model = fitted(&ALGORITHM, &part, &[("engine", engine)]);
            assert!(predictions(&*model, &part).chunks(3).all(|p| p[1] == 0.0));
            assert_plane_agrees(&*model, 3);
        }
    }

    #[test]
    fn smartcore_has_its_limits() {
        let facts = Facts {
            rows: 20_000,
            columns: 2,
            classes: 2,
        };
        assert!((ALGORITHM.check)(&facts, &params(&ALGORITHM, &[])).is_ok());
        assert!(
            (ALGORITHM.check)(&facts, &params(&ALGORITHM, &[("engine", "smartcore")])).is_err()
        );
    }
}
