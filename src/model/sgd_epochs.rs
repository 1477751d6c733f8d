//! What the classifier and the regressor by stochastic gradient descent share.

use std::sync::Arc;

use super::checks::rows_to_hold_out;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks, plane};
use super::{
    Coefficients, Context, Engine, Engines, Facts, Fit, Grid, Inside, Model, Params, Samples, Tags,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{
    Advance, Labels, Sgd, SgdFit, SgdLink, SgdLoss, SgdParameters, SgdPenalty, SgdRate,
};

pub(super) const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: false,
    steps: Some("epochs"),
    ends_early: true,
    objective: None,
    grows: None,
    coarse_rows: 5_000,
    row_limit: 1_000_000,
};

pub(super) const ENGINES: Engines = Engines {
    available: &[Engine::Seefit],
    reason: "smartcore has no stochastic gradient descent.",
};

pub(super) const PENALTY: Parameter = Parameter::new(
    "penalty",
    "Penalty",
    ParameterKind::Choice(&[
        ("l2", "Squared weights"),
        ("l1", "Sizes of weights"),
        ("elasticnet", "Both"),
        ("none", "None"),
    ]),
    Default::Choice("l2"),
    "What large weights cost; the size of weights makes many of them 0.",
);

pub(super) const ALPHA: Parameter = Parameter::new(
    "alpha",
    "Alpha",
    ParameterKind::Real {
        min: 0.0,
        max: 1e3,
        log: true,
    },
    Default::Real(1e-4),
    "Strength of the penalty; the optimal rate takes its length of step from it too.",
)
.common();

pub(super) const L1_RATIO: Parameter = Parameter::new(
    "l1_ratio",
    "L1 ratio",
    ParameterKind::Real {
        min: 0.0,
        max: 1.0,
        log: false,
    },
    Default::Real(0.15),
    "How the penalty is shared: 1 is on sizes alone, 0 on squares alone.",
)
.visible_if("penalty", &["elasticnet"]);

const RATES: ParameterKind = ParameterKind::Choice(&[
    ("optimal", "Optimal"),
    ("invscaling", "Falling"),
    ("constant", "Constant"),
    ("adaptive", "Adaptive"),
]);

pub(super) const fn learning_rate(default: &'static str) -> Parameter {
    Parameter::new(
        "learning_rate",
        "Learning rate",
        RATES,
        Default::Choice(default),
        "How the length of a step changes: falls with alpha, falls with the rows seen, stays, or drops to a fifth when nothing improves.",
    )
    .common()
}

pub(super) const ETA0: Parameter = Parameter::new(
    "eta0",
    "First step",
    ParameterKind::Real {
        min: 1e-7,
        max: 100.0,
        log: true,
    },
    Default::Real(0.01),
    "Length of the first step: too small is slow, too large jumps about or breaks down.",
)
.common()
.visible_if("learning_rate", &["invscaling", "constant", "adaptive"]);

pub(super) const fn power_t(default: f64) -> Parameter {
    Parameter::new(
        "power_t",
        "Fall",
        ParameterKind::Real {
            min: 0.0,
            max: 2.0,
            log: false,
        },
        Default::Real(default),
        "How fast the step falls: it is divided by the rows seen to this power.",
    )
    .visible_if("learning_rate", &["invscaling"])
}

pub(super) const MAX_ITER: Parameter = Parameter::new(
    "max_iter",
    "Epochs",
    ParameterKind::Integer {
        min: 1,
        max: 10_000,
        log: true,
        none: false,
    },
    Default::Integer(1000),
    "The most passes over the training rows.",
)
.common();

pub(super) const TOL: Parameter = Parameter::new(
    "tol",
    "Tolerance",
    ParameterKind::Real {
        min: 0.0,
        max: 0.1,
        log: true,
    },
    Default::Real(1e-3),
    "An epoch that improves by less counts as one without gain.",
);

pub(super) const PATIENCE: Parameter = Parameter::new(
    "n_iter_no_change",
    "Patience",
    ParameterKind::Integer {
        min: 1,
        max: 10_000,
        log: true,
        none: false,
    },
    Default::Integer(5),
    "Training ends after so many epochs without gain.",
);

pub(super) const FIT_INTERCEPT: Parameter = Parameter::new(
    "fit_intercept",
    "Intercept",
    ParameterKind::Switch,
    Default::Switch(true),
    "Whether the line may miss the origin; the intercept is not penalised.",
);

pub(super) const SHUFFLE: Parameter = Parameter::new(
    "shuffle",
    "Shuffle",
    ParameterKind::Switch,
    Default::Switch(true),
    "Whether each epoch takes the rows in an order of its own.",
);

pub(super) const EARLY_STOPPING: Parameter = Parameter::new(
    "early_stopping",
    "Early stopping",
    ParameterKind::Switch,
    Default::Switch(false),
    "Holds some training rows out and watches their score instead of the loss.",
);

pub(super) const VALIDATION_FRACTION: Parameter = Parameter::new(
    "validation_fraction",
    "Held out",
    ParameterKind::Real {
        min: 0.01,
        max: 0.9,
        log: false,
    },
    Default::Real(0.1),
    "Part of the training rows that early stopping holds out.",
)
.visible_if("early_stopping", &["true"]);

pub(super) fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    if params.choice("learning_rate") == "optimal" && params.real("alpha") < 1e-12 {
        return Err(Problem::new("The optimal rate needs an alpha above 0")
            .at("Parameter alpha")
            .fix("Raise alpha, or choose another learning_rate"));
    }
    rows_to_hold_out(facts, params)
}

pub(super) fn start(
    samples: &Samples,
    params: &Params,
    context: &Context,
    loss: SgdLoss,
) -> Outcome<Box<dyn Fit>> {
    let parameters = SgdParameters {
        loss,
        penalty: match params.choice("penalty") {
            "l1" => SgdPenalty::L1,
            "elasticnet" => SgdPenalty::ElasticNet,
            "none" => SgdPenalty::None,
            _ => SgdPenalty::L2,
        },
        alpha: params.real("alpha"),
        l1_ratio: params.real("l1_ratio"),
        rate: match params.choice("learning_rate") {
            "invscaling" => SgdRate::InvScaling,
            "constant" => SgdRate::Constant,
            "adaptive" => SgdRate::Adaptive,
            _ => SgdRate::Optimal,
        },
        eta0: params.real("eta0"),
        power_t: params.real("power_t"),
        fit_intercept: params.switch("fit_intercept"),
        max_iter: params.size("max_iter"),
        tol: params.real("tol"),
        n_iter_no_change: params.size("n_iter_no_change"),
        early_stopping: params.switch("early_stopping"),
        validation_fraction: params.real("validation_fraction"),
        shuffle: params.switch("shuffle"),
        seed: context.seed,
    };
    let nothing = Labels::Numbers(Arc::from([]));
    let y = samples.y.as_ref().unwrap_or(&nothing);
    Ok(Box::new(Epochs {
        fit: Sgd::new(&samples.x, y, &parameters)?,
        max_iter: parameters.max_iter,
        advance: Advance::More,
    }))
}

/// One epoch a step.
struct Epochs {
    fit: Sgd,
    max_iter: usize,
    advance: Advance,
}

impl Fit for Epochs {
    fn planned(&self) -> usize {
        self.max_iter
    }

    fn taken(&self) -> usize {
        self.fit.epochs()
    }

    fn is_finished(&self) -> bool {
        self.advance.is_done()
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        self.advance = self.fit.step(cancel)?;
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        Arc::new(SgdModel {
            fit: self.fit.fit(),
        })
    }

    fn loss(&self) -> Option<f64> {
        Some(self.fit.objective())
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let epochs = self.max_iter;
            vec![format!(
                "Stochastic gradient descent was still learning after {epochs} epochs: raise max_iter or tol."
            )]
        } else {
            Vec::new()
        }
    }
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct SgdModel {
    fit: SgdFit,
}

impl Stored for SgdModel {
    const KIND: &'static str = "sgd";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.fit.columns == columns && self.fit.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for SgdModel {
    fn outputs(&self) -> usize {
        self.fit.outputs
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        in_blocks(rows, columns, self.fit.outputs, out, cancel, |rows, out| {
            self.fit.predict(rows, out);
        })
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        let fit = &self.fit;
        let weight = |line: usize, column| fit.coefficients[line * fit.columns + column];
        let part = |line, column, value: f64| weight(line, column) * value;
        plane(grid, &fit.intercepts, part, out, cancel, |scores, out| {
            if fit.outputs == 2 {
                for (score, out) in scores.iter().zip(out.chunks_exact_mut(2)) {
                    out[1] = *score;
                }
            } else {
                out.copy_from_slice(scores);
            }
            out.chunks_exact_mut(fit.outputs.max(1))
                .for_each(|out| fit.finish(out));
        })
    }

    fn has_probabilities(&self) -> bool {
        matches!(self.fit.link, SgdLink::Logistic | SgdLink::ModifiedHuber)
    }

    fn inside(&self) -> Inside {
        let columns = self.fit.columns;
        let lines = 0..self.fit.intercepts.len();
        let weights = lines.map(|k| self.fit.coefficients[k * columns..(k + 1) * columns].to_vec());
        Inside {
            coefficients: Some(Coefficients {
                weights: weights.collect(),
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
