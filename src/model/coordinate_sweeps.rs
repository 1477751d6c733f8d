//! What lasso and elastic net share: sweeps of coordinate descent, and smartcore's two.

use std::sync::Arc;

use smartcore::linear::elastic_net::{ElasticNet, ElasticNetParameters as NetOfSmartcore};
use smartcore::linear::lasso::{Lasso, LassoParameters};

use super::checks::{at_most_rows, engine_has_all};
use super::linear_model::LinearModel;
use super::parameter::{Default, Parameter, ParameterKind};
use super::ridge::system;
use super::{Context, Engine, Facts, Fit, Model, OneStep, Params, Samples, Tags};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{
    Advance, Centred, CoordinateDescent, ElasticNetParameters, LinearFit, Watched, guarded,
};

/// smartcore's interior point method needs 20 to 30 times scikit-learn's time, and copies the table in
/// pieces that cannot be stopped.
const SMARTCORE_ROWS: usize = 100_000;
const SMARTCORE_NUMBERS: usize = 4_000_000;

pub(super) const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: false,
    steps: Some("sweeps"),
    ends_early: true,
    objective: None,
    grows: None,
    coarse_rows: 10_000,
    row_limit: usize::MAX,
};

pub(super) const ALPHA: Parameter = Parameter::new(
    "alpha",
    "Alpha",
    ParameterKind::Real {
        min: 0.0,
        max: 1e6,
        log: true,
    },
    Default::Real(1.0),
    "Strength of the penalty: the larger, the fewer columns keep a weight.",
)
.common();

pub(super) const MAX_ITER: Parameter = Parameter::new(
    "max_iter",
    "Sweeps",
    ParameterKind::Integer {
        min: 1,
        max: 100_000,
        log: true,
        none: false,
    },
    Default::Integer(1000),
    "The most passes over the columns; the card says when they were too few.",
)
.only(Engine::Seefit);

pub(super) const TOL: Parameter = Parameter::new(
    "tol",
    "Tolerance",
    ParameterKind::Real {
        min: 1e-10,
        max: 0.1,
        log: true,
    },
    Default::Real(1e-4),
    "The duality gap, as a part of the target's spread, at which the search ends: smaller is more exact.",
);

pub(super) const FIT_INTERCEPT: Parameter = Parameter::new(
    "fit_intercept",
    "Intercept",
    ParameterKind::Switch,
    Default::Switch(true),
    "Whether the line may miss the origin; the intercept is not penalised.",
)
.only(Engine::Seefit);

pub(super) const POSITIVE: Parameter = Parameter::new(
    "positive",
    "Positive",
    ParameterKind::Switch,
    Default::Switch(false),
    "Allows no weight below 0.",
)
.only(Engine::Seefit);

pub(super) fn check(facts: &Facts, params: &Params) -> Result<(), Problem> {
    engine_has_all(params)?;
    if params.engine() == Engine::Smartcore {
        let most = SMARTCORE_NUMBERS / facts.columns.max(1);
        at_most_rows(facts, params, most.min(SMARTCORE_ROWS))?;
        if facts.rows < facts.columns {
            return Err(Problem::new(format!(
                "smartcore needs as many rows as columns, and there are {} for {}",
                facts.rows, facts.columns
            ))
            .fix("Put the engine to auto"));
        }
    }
    Ok(())
}

/// A fit with this mixture of the penalties: 1 is the lasso's.
pub(super) fn start(
    samples: Arc<Samples>,
    params: &Params,
    context: &Context,
    l1_ratio: f64,
) -> Outcome<Box<dyn Fit>> {
    let parameters = ElasticNetParameters {
        alpha: params.real("alpha"),
        l1_ratio,
        max_iter: params.size("max_iter"),
        tol: params.real("tol"),
        positive: params.switch("positive"),
    };
    if params.engine() == Engine::Smartcore {
        return OneStep::start(move |cancel| {
            let fit = by_smartcore(&samples, &parameters, cancel)?;
            Ok(Arc::new(LinearModel { fit }) as Arc<dyn Model>)
        });
    }
    Ok(Box::new(Sweeps {
        samples,
        context: context.clone(),
        fit_intercept: params.switch("fit_intercept"),
        name: params.algorithm().name,
        parameters,
        fit: None,
        taken: 0,
        advance: Advance::More,
    }))
}

/// One sweep a step; the first makes the Gram matrix, or finds it kept.
struct Sweeps {
    samples: Arc<Samples>,
    context: Context,
    fit_intercept: bool,
    name: &'static str,
    parameters: ElasticNetParameters,
    fit: Option<CoordinateDescent>,
    taken: usize,
    advance: Advance,
}

impl Fit for Sweeps {
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
            none => {
                let system = system(&self.samples, self.fit_intercept, &self.context, cancel)?;
                none.insert(CoordinateDescent::new(&system, &self.parameters, cancel)?)
            }
        };
        self.advance = fit.step(cancel)?;
        fit.fit().checked()?;
        self.taken += 1;
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        let nothing = || LinearFit {
            coefficients: vec![0.0; self.samples.x.columns()],
            intercept: 0.0,
            rank: None,
        };
        let fit = self
            .fit
            .as_ref()
            .map_or_else(nothing, CoordinateDescent::fit);
        Arc::new(LinearModel { fit })
    }

    fn loss(&self) -> Option<f64> {
        let objective = self.fit.as_ref().map(CoordinateDescent::objective);
        // The square of a huge target has no value.
        objective.filter(|objective| objective.is_finite())
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let (name, sweeps) = (self.name, self.parameters.max_iter);
            vec![format!(
                "{name} did not converge in {sweeps} sweeps: raise max_iter, alpha or tol."
            )]
        } else {
            Vec::new()
        }
    }
}

/// smartcore's methods mix up means where nothing is scaled, so they get centred rows and target.
/// They minimise `|r|^2 / n` and not half of it, so their penalties are twice as large.
fn by_smartcore(
    samples: &Samples,
    parameters: &ElasticNetParameters,
    cancel: &Cancel,
) -> Outcome<LinearFit> {
    let centred = Centred::new(&samples.x, samples.numbers(), 0, cancel)?;
    if centred.y.iter().all(|y| *y == 0.0) {
        // smartcore asks for a target that varies.
        return centred.finish(vec![0.0; samples.x.columns()]).checked();
    }
    let x = Watched::new(&centred.x, cancel);
    let l1 = 2.0 * parameters.alpha * parameters.l1_ratio;
    let l2 = parameters.alpha * (1.0 - parameters.l1_ratio);
    let weights = if parameters.l1_ratio == 1.0 {
        let parameters = LassoParameters {
            alpha: l1,
            normalize: false,
            tol: parameters.tol,
            max_iter: 1000,
            fit_intercept: true,
        };
        let fit: Lasso<f64, f64, Watched, Vec<f64>> =
            guarded(cancel, || Lasso::fit(&x, &centred.y, parameters))?;
        fit.coefficients().to_matrix()
    } else {
        let alpha = l1 + l2;
        let parameters = NetOfSmartcore {
            alpha,
            l1_ratio: if alpha > 0.0 { l1 / alpha } else { 0.0 },
            normalize: false,
            tol: parameters.tol,
            max_iter: 1000,
        };
        let fit: ElasticNet<f64, f64, Watched, Vec<f64>> =
            guarded(cancel, || ElasticNet::fit(&x, &centred.y, parameters))?;
        fit.coefficients().to_matrix()
    };
    centred.finish(weights.values().to_vec()).checked()
}
