//! Neural networks: multi-layer perceptrons for classes and for numbers.

use std::sync::Arc;

use super::checks::{rows_to_hold_out, two_classes};
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::in_blocks_of;
use super::{Algorithm, Context, Engine, Engines, Fit, Inside, Model, Params, Samples, Tags, Task};
use crate::base::{Cancel, Outcome, units_a_look};
use crate::numeric::{Activation, Advance, Labels, Mlp, MlpParameters, Network, Solver};

pub static CLASSIFIER: Algorithm = Algorithm {
    id: "mlp_classifier",
    name: "Neural network",
    task: Task::Classification,
    summary: "Layers of weighted sums, bent between the layers; learns by many small steps downhill.",
    tags: TAGS,
    engines: ENGINES,
    parameters: PARAMETERS,
    curve: None,
    sweep: None,
    check: |facts, params| {
        two_classes(facts)?;
        rows_to_hold_out(facts, params)
    },
    start,
};

pub static REGRESSOR: Algorithm = Algorithm {
    id: "mlp_regressor",
    name: "Neural network",
    task: Task::Regression,
    summary: "Layers of weighted sums, bent between the layers; learns by many small steps downhill. The target is standardised for the fit and put back.",
    tags: Tags {
        probabilities: false,
        ..TAGS
    },
    engines: ENGINES,
    parameters: PARAMETERS,
    curve: None,
    sweep: None,
    check: rows_to_hold_out,
    start,
};

const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: true,
    steps: Some("epochs"),
    ends_early: true,
    objective: None,
    grows: None,
    coarse_rows: 2_000,
    row_limit: 200_000,
};

const ENGINES: Engines = Engines {
    available: &[Engine::Seefit],
    reason: "smartcore has no neural network.",
};

const PARAMETERS: &[Parameter] = &[
    Parameter::new(
        "hidden_layer_sizes",
        "Hidden layers",
        ParameterKind::Integers {
            min: 1,
            max: 1024,
            longest: 3,
        },
        Default::Integers(&[100]),
        "Units of each hidden layer, such as 64,32: more units bend the boundary more and take longer.",
    )
    .common(),
    Parameter::new(
        "activation",
        "Activation",
        ParameterKind::Choice(&[
            ("relu", "ReLU"),
            ("tanh", "tanh"),
            ("logistic", "Logistic"),
            ("identity", "Identity"),
        ]),
        Default::Choice("relu"),
        "How a hidden unit bends its sum; with identity the network stays linear.",
    )
    .common(),
    Parameter::new(
        "alpha",
        "Alpha",
        ParameterKind::Real {
            min: 0.0,
            max: 100.0,
            log: true,
        },
        Default::Real(1e-4),
        "Penalty on squared weights: more makes the network smoother.",
    )
    .common(),
    Parameter::new(
        "learning_rate_init",
        "Learning rate",
        ParameterKind::Real {
            min: 1e-5,
            max: 10.0,
            log: true,
        },
        Default::Real(1e-3),
        "Length of each step: too small is slow, too large jumps about or breaks down.",
    )
    .common(),
    Parameter::new(
        "max_iter",
        "Epochs",
        ParameterKind::Integer {
            min: 1,
            max: 10_000,
            log: true,
            none: false,
        },
        Default::Integer(200),
        "The most passes over the training rows.",
    )
    .common(),
    Parameter::new(
        "solver",
        "Solver",
        ParameterKind::Choice(&[("adam", "Adam"), ("sgd", "Gradient descent")]),
        Default::Choice("adam"),
        "How the steps are taken: Adam gives each weight a pace of its own.",
    ),
    Parameter::new(
        "momentum",
        "Momentum",
        ParameterKind::Real {
            min: 0.0,
            max: 0.99,
            log: false,
        },
        Default::Real(0.9),
        "How much of the last step is kept in the next.",
    )
    .visible_if("solver", &["sgd"]),
    Parameter::new(
        "batch_size",
        "Batch",
        ParameterKind::Integer {
            min: 1,
            max: 10_000,
            log: true,
            none: false,
        },
        Default::Integer(200),
        "Rows a step: fewer make more and noisier steps an epoch.",
    ),
    Parameter::new(
        "tol",
        "Tolerance",
        ParameterKind::Real {
            min: 0.0,
            max: 0.1,
            log: true,
        },
        Default::Real(1e-4),
        "An epoch that lowers the loss by less counts as one without gain.",
    ),
    Parameter::new(
        "n_iter_no_change",
        "Patience",
        ParameterKind::Integer {
            min: 1,
            max: 10_000,
            log: true,
            none: false,
        },
        Default::Integer(10),
        "Training ends after more epochs without gain than this.",
    ),
    Parameter::new(
        "early_stopping",
        "Early stopping",
        ParameterKind::Switch,
        Default::Switch(false),
        "Holds some training rows out, watches their score instead of the loss, and keeps the best weights.",
    ),
    Parameter::new(
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
    .visible_if("early_stopping", &["true"]),
];

fn start(samples: Arc<Samples>, params: &Params, context: &Context) -> Outcome<Box<dyn Fit>> {
    let parameters = MlpParameters {
        hidden_layer_sizes: params.integers("hidden_layer_sizes"),
        activation: match params.choice("activation") {
            "tanh" => Activation::Tanh,
            "logistic" => Activation::Logistic,
            "identity" => Activation::Identity,
            _ => Activation::Relu,
        },
        solver: match params.choice("solver") {
            "sgd" => Solver::Sgd {
                momentum: params.real("momentum"),
            },
            _ => Solver::Adam,
        },
        alpha: params.real("alpha"),
        learning_rate_init: params.real("learning_rate_init"),
        batch_size: params.size("batch_size"),
        max_iter: params.size("max_iter"),
        tol: params.real("tol"),
        n_iter_no_change: params.size("n_iter_no_change"),
        early_stopping: params.switch("early_stopping"),
        validation_fraction: params.real("validation_fraction"),
        seed: context.seed,
    };
    let nothing = Labels::Numbers(Arc::from([]));
    let y = samples.y.as_ref().unwrap_or(&nothing);
    Ok(Box::new(Epochs {
        fit: Mlp::new(&samples.x, y, &parameters)?,
        max_iter: parameters.max_iter,
        advance: Advance::More,
    }))
}

/// One epoch a step.
struct Epochs {
    fit: Mlp,
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
        Arc::new(NetworkModel {
            network: self.fit.weights(),
        })
    }

    fn loss(&self) -> Option<f64> {
        self.fit.losses().last().copied()
    }

    fn notes(&self) -> Vec<String> {
        if self.advance == Advance::Exhausted {
            let steps = self.max_iter;
            vec![format!(
                "The neural network was still learning after {steps} epochs: raise max_iter."
            )]
        } else {
            Vec::new()
        }
    }
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct NetworkModel {
    network: Network,
}

impl Stored for NetworkModel {
    const KIND: &'static str = "network";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.network.sizes.first() == Some(&columns) && self.network.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for NetworkModel {
    fn outputs(&self) -> usize {
        self.network.outputs()
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        // A weight takes far less than an operation.
        let size = units_a_look(self.network.weights.len() / 16);
        in_blocks_of(
            size,
            rows,
            columns,
            self.outputs(),
            out,
            cancel,
            |rows, out| {
                self.network.predict(rows, out);
            },
        )
    }

    fn inside(&self) -> Inside {
        let layers: Vec<String> = self.network.sizes.iter().map(usize::to_string).collect();
        Inside {
            facts: vec![
                ("Layers", layers.join(" – ")),
                ("Weights", self.network.weights.len().to_string()),
            ],
            network: Some(self.network.clone()),
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        8 * self.network.weights.len()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::super::sample::{accuracy, classes, numbers, params, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;
    use crate::base::Halt;

    #[test]
    fn learns_classes_and_numbers() {
        let quick = [
            ("hidden_layer_sizes", "16,8"),
            ("learning_rate_init", "0.01"),
            ("batch_size", "20"),
        ];
        let samples = classes(120, 3);
        let fit = run(&CLASSIFIER, &samples, &quick).unwrap();
        assert!(accuracy(&*fit.model(), &samples) > 0.85);
        assert_plane_agrees(&*fit.model(), 3);
        let samples = numbers(120);
        let fit = run(&REGRESSOR, &samples, &quick).unwrap();
        let out = predictions(&*fit.model(), &samples);
        let left: f64 = out
            .iter()
            .zip(samples.numbers())
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        assert!(left / 120.0 < 0.1, "{}", left / 120.0);
        assert!(fit.loss().unwrap() < 0.05);
    }

    #[test]
    fn says_what_went_wrong() {
        let samples = classes(60, 2);
        let short = run(&CLASSIFIER, &samples, &[("max_iter", "3")]).unwrap();
        assert!(short.notes()[0].contains("after 3 epochs"));
        let wild = [
            ("solver", "sgd"),
            ("learning_rate_init", "10"),
            ("activation", "identity"),
            ("hidden_layer_sizes", "50,50,50"),
            ("batch_size", "1"),
        ];
        let outcome = run(&REGRESSOR, &numbers(60), &wild);
        assert!(
            matches!(outcome.err(), Some(Halt::Failed(problem)) if problem.what.contains("without bound"))
        );
        let facts = Facts {
            rows: 5,
            columns: 3,
            classes: 2,
        };
        let early = params(&CLASSIFIER, &[("early_stopping", "true")]);
        assert!((CLASSIFIER.check)(&facts, &early).is_err());
    }
}
