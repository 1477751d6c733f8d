//! A Gaussian mixture: soft clusters with shapes of their own.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fit::Unfitted;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks_of, told_if_none};
use super::{
    Algorithm, Context, Engine, Engines, Facts, Fit, Grid, Inside, Model, Params, Samples, Tags,
    Task, ValidationCurve,
};
use crate::base::{Cancel, Outcome, Problem, units_a_look};
use crate::numeric::{
    Advance, CovarianceType, GaussianMixture, Matrix, Mixture, MixtureParameters,
};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "gaussian_mixture",
    name: "Gaussian mixture",
    task: Task::Clustering,
    summary: "Takes the rows for draws from several bell-shaped clouds, and moves and shapes the clouds until the rows are most likely.",
    tags: Tags {
        needs_scaling: true,
        probabilities: true,
        steps: Some("iterations"),
        ends_early: true,
        objective: Some("Negative log likelihood of a row"),
        grows: None,
        coarse_rows: 2_000,
        row_limit: 500_000,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore has no mixtures; ours took a third of scikit-learn's time.",
    },
    parameters: &[
        Parameter::new(
            "n_components",
            "Components",
            ParameterKind::Integer {
                min: 1,
                max: 50,
                log: false,
                none: false,
            },
            Default::Integer(3),
            "How many clouds there are; more make the rows likelier, whether they are there or not.",
        )
        .common(),
        Parameter::new(
            "covariance_type",
            "Shapes",
            ParameterKind::Choice(&[
                ("full", "Own ellipse"),
                ("tied", "One ellipse for all"),
                ("diag", "Along the axes"),
                ("spherical", "Spheres"),
            ]),
            Default::Choice("full"),
            "What the clouds may look like: freer shapes fit closer and need more rows.",
        )
        .common(),
        Parameter::new(
            "n_init",
            "Starts",
            ParameterKind::Integer {
                min: 1,
                max: 50,
                log: true,
                none: false,
            },
            Default::Integer(1),
            "How many starts, each from k-means, run side by side; the likeliest is shown.",
        )
        .common(),
        Parameter::new(
            "max_iter",
            "Iterations",
            ParameterKind::Integer {
                min: 1,
                max: 1_000,
                log: true,
                none: false,
            },
            Default::Integer(100),
            "The most iterations of a start.",
        ),
        Parameter::new(
            "tol",
            "Tolerance",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: true,
            },
            Default::Real(1e-3),
            "A start ends when the mean log likelihood of a row changes by less.",
        ),
        Parameter::new(
            "reg_covar",
            "Least variance",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: true,
            },
            Default::Real(1e-6),
            "Added to every variance, so that no cloud shrinks to a point; more make them rounder.",
        ),
    ],
    curve: Some(ValidationCurve {
        parameter: "n_components",
        log: false,
        values: |rows| (1..=rows.clamp(1, 10)).map(|components| components as f64).collect(),
    }),
    sweep: None,
    check,
    start: |samples, params, context| Ok(Box::new(Iterations::new(samples, params, context))),
};

fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    let components = params.size("n_components");
    // scikit-learn asks for two rows at least.
    let least = components.max(2);
    if facts.rows < least {
        let what = format!(
            "{components} components need at least {least} rows, there are {}",
            facts.rows
        );
        return Err(Problem::new(what)
            .at("Parameter n_components")
            .fix("Ask for fewer components"));
    }
    Ok(())
}

/// One iteration of every start a step. It begins with the first step.
struct Iterations {
    samples: Arc<Samples>,
    parameters: MixtureParameters,
    fit: Option<Mixture>,
    taken: usize,
    advance: Advance,
    /// Mean log likelihood of a row under the last mixture, once it stands.
    score: Option<f64>,
}

impl Iterations {
    fn new(samples: Arc<Samples>, params: &Params, context: &Context) -> Self {
        Iterations {
            samples,
            parameters: MixtureParameters {
                n_components: params.size("n_components"),
                covariance_type: match params.choice("covariance_type") {
                    "tied" => CovarianceType::Tied,
                    "diag" => CovarianceType::Diagonal,
                    "spherical" => CovarianceType::Spherical,
                    _ => CovarianceType::Full,
                },
                tol: params.real("tol"),
                reg_covar: params.real("reg_covar"),
                max_iter: params.size("max_iter"),
                n_init: params.size("n_init"),
                seed: context.seed,
            },
            fit: None,
            taken: 0,
            advance: Advance::More,
            score: None,
        }
    }
}

impl Fit for Iterations {
    fn planned(&self) -> usize {
        self.parameters.max_iter
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn is_finished(&self) -> bool {
        self.advance.is_done()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.is_finished() {
            return Ok(());
        }
        let fit = match &mut self.fit {
            Some(fit) => fit,
            none => none.insert(Mixture::new(&self.samples.x, &self.parameters, cancel)?),
        };
        let advance = fit.step(cancel)?;
        if advance.is_done() {
            self.score = fit.score(cancel)?;
        }
        self.advance = advance;
        self.taken += 1;
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        match self.fit.as_ref().and_then(Mixture::fit) {
            Some(mixture) => Arc::new(MixtureModel {
                mixture,
                rows: self.samples.x.rows(),
                log_likelihood: self.score,
            }),
            None => Arc::new(Unfitted),
        }
    }

    /// Less the mean log likelihood of a row.
    fn loss(&self) -> Option<f64> {
        self.fit.as_ref()?.log_likelihood().map(|score| -score)
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let steps = self.parameters.max_iter;
            vec![format!(
                "The mixture did not settle in {steps} iterations: raise max_iter."
            )]
        } else {
            Vec::new()
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MixtureModel {
    mixture: GaussianMixture,
    rows: usize,
    /// Mean of a training row; of a finished fit.
    log_likelihood: Option<f64>,
}

impl Stored for MixtureModel {
    const KIND: &'static str = "gaussian_mixture";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.mixture.columns == columns
            && self.mixture.is_sound()
            && self.log_likelihood.is_none_or(f64::is_finite);
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for MixtureModel {
    fn outputs(&self) -> usize {
        self.mixture.components()
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let size = units_a_look(self.mixture.operations());
        in_blocks_of(
            size,
            rows,
            columns,
            self.outputs(),
            out,
            cancel,
            |rows, out| {
                self.mixture.predict(rows, out);
            },
        )
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let components = self.outputs();
        let plane = self
            .mixture
            .on_plane(&grid.base, grid.x_column, grid.y_column);
        let lines = out.chunks_exact_mut((grid.x_values.len() * components).max(1));
        for (y, line) in grid.y_values.iter().zip(lines) {
            cancel.check()?;
            for (x, out) in grid.x_values.iter().zip(line.chunks_exact_mut(components)) {
                plane.predict(*x, *y, out);
            }
            told_if_none(line)?;
        }
        Ok(())
    }

    fn inside(&self) -> Inside {
        let (components, columns) = (self.outputs(), self.mixture.columns);
        let mut facts = Vec::new();
        if let Some(score) = self.log_likelihood {
            let (rows, fitted) = (self.rows as f64, self.mixture.parameters() as f64);
            let both = -2.0 * rows * score;
            facts = vec![
                ("Log likelihood of a row", format!("{score:.4}")),
                ("BIC", format!("{:.2}", both + fitted * rows.ln())),
                ("AIC", format!("{:.2}", both + 2.0 * fitted)),
            ];
        }
        Inside {
            centroids: Some(Matrix::new(components, columns, self.mixture.means.clone())),
            facts,
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.mixture.bytes()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, params, predictions, run, unlabelled};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn shares_planes_and_criteria() {
        let samples = unlabelled(90);
        for shape in ["full", "tied", "diag", "spherical"] {
            let model = fitted(&ALGORITHM, &samples, &[("covariance_type", shape)]);
            assert!(model.has_probabilities());
            for shares in predictions(&*model, &samples).chunks(3) {
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            assert_plane_agrees(&*model, 3);
            let names: Vec<&str> = model.inside().facts.iter().map(|f| f.0).collect();
            assert_eq!(names, ["Log likelihood of a row", "BIC", "AIC"]);
        }
    }

    #[test]
    fn the_loss_falls_and_the_limit_is_told() {
        let samples = unlabelled(90);
        let whole = run(&ALGORITHM, &samples, &[]).unwrap();
        assert!(whole.notes().is_empty() && whole.taken() > 1);
        let short = run(&ALGORITHM, &samples, &[("max_iter", "1"), ("tol", "0")]).unwrap();
        assert!(short.loss() > whole.loss());
        assert!(short.notes()[0].contains("did not settle in 1 iterations"));
        let facts = Facts {
            rows: 5,
            columns: 3,
            classes: 0,
        };
        assert!(check(&facts, &params(&ALGORITHM, &[("n_components", "6")])).is_err());
        assert!(check(&facts, &params(&ALGORITHM, &[("n_components", "5")])).is_ok());
    }
}
