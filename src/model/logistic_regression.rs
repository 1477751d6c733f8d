//! Logistic regression.

use std::sync::Arc;

use smartcore::linear::logistic_regression::{
    LogisticRegression, LogisticRegressionParameters, LogisticRegressionSolverName,
};

use super::algorithm::half_decades;
use super::checks::{engine_has_all, two_classes};
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::separable::{in_blocks, plane};
use super::{
    Algorithm, Coefficients, Engine, Engines, Fit, Grid, Inside, Model, OneStep, Params, Samples,
    Tags, Task, ValidationCurve,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{
    Advance, Logistic, LogisticFit, LogisticParameters, Watched, guarded, softmax_rows,
};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "logistic_regression",
    name: "Logistic regression",
    task: Task::Classification,
    summary: "A weighted sum of the features for each class, turned into probabilities: its boundaries are straight.",
    tags: Tags {
        needs_scaling: true,
        probabilities: true,
        steps: Some("iterations"),
        ends_early: true,
        objective: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: 2_000_000,
    },
    engines: Engines {
        available: &[Engine::Seefit, Engine::Smartcore],
        reason: "Our own shows every iterate and has max_iter, tol and probabilities; smartcore needed up to 50 times its time.",
    },
    parameters: &[
        Parameter::new(
            "C",
            "C",
            ParameterKind::Real {
                min: 1e-4,
                max: 1e4,
                log: true,
            },
            Default::Real(1.0),
            "Trust in the data: small values shrink the weights, large ones follow every row.",
        )
        .common()
        .visible_if("penalty", &["l2"]),
        Parameter::new(
            "penalty",
            "Penalty",
            ParameterKind::Choice(&[("l2", "Squared weights"), ("none", "None")]),
            Default::Choice("l2"),
            "What large weights cost; without a penalty, classes that a line separates let the weights grow on and on.",
        )
        .common(),
        Parameter::new(
            "class_weight",
            "Class weights",
            ParameterKind::Choice(&[("none", "Rows alike"), ("balanced", "Classes alike")]),
            Default::Choice("none"),
            "Whether rows of rare classes weigh more, so that every class counts the same.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "max_iter",
            "Iterations",
            ParameterKind::Integer {
                min: 1,
                max: 10_000,
                log: true,
                none: false,
            },
            Default::Integer(100),
            "The most steps of the search; the card says when they were too few.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "tol",
            "Tolerance",
            ParameterKind::Real {
                min: 1e-10,
                max: 0.1,
                log: true,
            },
            Default::Real(1e-4),
            "The slope of the mean loss at which the search ends: smaller is more exact and takes longer.",
        )
        .only(Engine::Seefit),
        Parameter::new(
            "fit_intercept",
            "Intercept",
            ParameterKind::Switch,
            Default::Switch(true),
            "Whether boundaries may miss the origin; intercepts are not penalised.",
        )
        .only(Engine::Seefit),
    ],
    curve: Some(ValidationCurve {
        parameter: "C",
        log: true,
        values: |_| half_decades(-4, 4),
    }),
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
        engine_has_all(params)
    },
    start: |samples, params, _| match params.engine() {
        Engine::Seefit => Ok(Box::new(Iterates::new(&samples, params)?)),
        Engine::Smartcore => {
            let c = penalty(params);
            OneStep::start(move |cancel| {
                let fit = by_smartcore(&samples, c, cancel)?;
                Ok(Arc::new(LogisticModel { fit }) as Arc<dyn Model>)
            })
        }
    },
};

fn penalty(params: &Params) -> Option<f64> {
    (params.choice("penalty") == "l2").then(|| params.real("C"))
}

/// Our own search, one iterate a step.
struct Iterates {
    fit: Logistic,
    max_iter: usize,
    taken: usize,
    advance: Advance,
}

impl Iterates {
    fn new(samples: &Samples, params: &Params) -> Outcome<Self> {
        let (codes, count) = samples.classes();
        let parameters = LogisticParameters {
            c: penalty(params),
            fit_intercept: params.switch("fit_intercept"),
            tol: params.real("tol"),
            max_iter: params.size("max_iter"),
            balanced: params.choice("class_weight") == "balanced",
        };
        Ok(Iterates {
            fit: Logistic::new(&samples.x, &codes.into(), count, &parameters)?,
            max_iter: parameters.max_iter,
            taken: 0,
            advance: Advance::More,
        })
    }
}

impl Fit for Iterates {
    fn planned(&self) -> usize {
        self.max_iter
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn is_finished(&self) -> bool {
        self.advance.is_done()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if !self.is_finished() {
            self.advance = self.fit.step(cancel)?;
            self.taken += 1;
        }
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        Arc::new(LogisticModel {
            fit: self.fit.coefficients(),
        })
    }

    fn loss(&self) -> Option<f64> {
        Some(self.fit.loss())
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let steps = self.max_iter;
            vec![format!(
                "Logistic regression did not converge in {steps} iterations: raise max_iter or scale the features."
            )]
        } else {
            Vec::new()
        }
    }
}

/// smartcore's weights; the probabilities are ours, since it has none. Its alpha is 1 / C.
fn by_smartcore(samples: &Samples, c: Option<f64>, cancel: &Cancel) -> Outcome<LogisticFit> {
    let (codes, count) = samples.classes();
    let x = Watched::new(&samples.x, cancel);
    let parameters = LogisticRegressionParameters {
        solver: LogisticRegressionSolverName::LBFGS,
        alpha: c.map_or(0.0, |c| 1.0 / c),
    };
    let fit: LogisticRegression<f64, u32, Watched, Vec<u32>> = guarded(cancel, || {
        LogisticRegression::fit(&x, &codes.to_vec(), parameters)
    })?;
    if fit.classes().len() != count {
        return Err(Problem::new(
            "smartcore's logistic regression needs training rows of every class",
        )
        .fix("Put the engine to auto, or use fewer folds")
        .into());
    }
    let fit = LogisticFit {
        classes: count,
        columns: samples.x.columns(),
        coefficients: fit.coefficients().to_matrix().values().to_vec(),
        intercepts: fit.intercept().to_matrix().values().to_vec(),
    };
    let mut all = fit.coefficients.iter().chain(&fit.intercepts);
    if all.any(|weight| !weight.is_finite()) {
        return Err(Problem::new("smartcore's search ended without numbers")
            .fix("Scale the features, or put the engine to auto")
            .into());
    }
    Ok(fit)
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct LogisticModel {
    pub(super) fit: LogisticFit,
}

impl Stored for LogisticModel {
    const KIND: &'static str = "logistic";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let fit = &self.fit;
        let rows = if fit.classes == 2 { 1 } else { fit.classes };
        let sound = rows > 0
            && fit.columns == columns
            && fit.intercepts.len() == rows
            && rows.checked_mul(columns) == Some(fit.coefficients.len())
            && finite(&fit.coefficients)
            && finite(&fit.intercepts);
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for LogisticModel {
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
        let fit = &self.fit;
        let weight = |score: usize, column| fit.coefficients[score * fit.columns + column];
        let part = |score, column, value: f64| weight(score, column) * value;
        plane(grid, &fit.intercepts, part, out, cancel, |scores, out| {
            if fit.classes == 2 {
                for (score, out) in scores.iter().zip(out.chunks_exact_mut(2)) {
                    (out[0], out[1]) = (0.0, *score);
                }
            } else {
                out.copy_from_slice(scores);
            }
            softmax_rows(out, fit.classes);
        })
    }

    fn inside(&self) -> Inside {
        let rows = self.fit.intercepts.len();
        let weights = |row: usize| {
            let columns = self.fit.columns;
            self.fit.coefficients[row * columns..(row + 1) * columns].to_vec()
        };
        Inside {
            coefficients: Some(Coefficients {
                weights: (0..rows).map(weights).collect(),
                intercepts: self.fit.intercepts.clone(),
            }),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        8 * (self.fit.coefficients.len() + self.fit.intercepts.len())
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::super::sample::{accuracy, classes, fitted, near, params, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn the_engines_agree() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for settings in [
                [("C", "1"), ("penalty", "l2")],
                [("C", "0.03"), ("penalty", "l2")],
                [("C", "1"), ("penalty", "none")],
            ] {
                let mut own = settings.to_vec();
                own.push(("tol", "1e-9"));
                let mut other = settings.to_vec();
                other.push(("engine", "smartcore"));
                let (own, other) = (
                    fitted(&ALGORITHM, &samples, &own),
                    fitted(&ALGORITHM, &samples, &other),
                );
                near(
                    &predictions(&*own, &samples),
                    &predictions(&*other, &samples),
                    2e-3,
                );
            }
        }
    }

    #[test]
    fn learns_paints_and_says_when_it_did_not_converge() {
        for count in [2, 3] {
            let samples = classes(120, count);
            let fit = run(&ALGORITHM, &samples, &[]).unwrap();
            assert!(fit.notes().is_empty() && fit.loss().unwrap() < 0.7);
            assert!(accuracy(&*fit.model(), &samples) > 0.65, "{count} classes");
            assert_plane_agrees(&*fit.model(), 3);
            let rows = if count == 2 { 1 } else { 3 };
            assert_eq!(
                fit.model().inside().coefficients.unwrap().weights.len(),
                rows
            );
        }
        let short = run(&ALGORITHM, &classes(120, 3), &[("max_iter", "2")]).unwrap();
        assert_eq!(short.taken(), 2);
        assert!(short.notes()[0].contains("did not converge in 2 iterations"));
    }

    #[test]
    fn one_class_and_missing_classes_are_told() {
        let facts = Facts {
            rows: 10,
            columns: 2,
            classes: 1,
        };
        assert!((ALGORITHM.check)(&facts, &params(&ALGORITHM, &[])).is_err());
        // Of three classes the rows have two: ours gives the third no probability to speak of.
        let full = classes(60, 3);
        let (codes, _) = full.classes();
        let rows: Vec<u32> = (0..60).filter(|i| codes[*i as usize] < 2).collect();
        let part = Arc::new(Samples {
            x: full.x.select(&rows),
            y: full.y.as_ref().map(|y| y.select(&rows)),
            key: full.key,
        });
        let out = predictions(&*fitted(&ALGORITHM, &part, &[]), &part);
        assert!(out.chunks(3).all(|p| p[2] < 0.05));
        assert!(run(&ALGORITHM, &part, &[("engine", "smartcore")]).is_err());
    }
}
