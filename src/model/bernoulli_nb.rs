//! Bernoulli naive Bayes.

use std::sync::Arc;

use smartcore::naive_bayes::bernoulli::{BernoulliNB, BernoulliNBParameters};

use super::checks::two_classes;
use super::count_nb::{ALPHA, CURVE, CountModel, FIT_PRIOR, TAGS, start};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Algorithm, Engine, Engines, Model, OneStep, Samples, Tags, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::{CountNb, CountNbKind, Watched, guarded};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "bernoulli_nb",
    name: "Bernoulli naive Bayes",
    task: Task::Classification,
    summary: "For yes and no: each class has its share of yes a feature, and what is absent counts as well.",
    // Scaled, the threshold 0 is the mean of a column.
    tags: Tags {
        needs_scaling: true,
        ..TAGS
    },
    engines: Engines {
        available: &[Engine::Smartcore, Engine::Seefit],
        reason: "smartcore is right and quick here: it only counts, in about a third of scikit-learn's time.",
    },
    parameters: &[
        ALPHA,
        Parameter::new(
            "binarize",
            "Threshold",
            ParameterKind::Real {
                min: -1e6,
                max: 1e6,
                log: false,
            },
            Default::Real(0.0),
            "Values above count as yes, others as no; on scaled columns 0 is the mean.",
        )
        .common(),
        FIT_PRIOR,
    ],
    curve: Some(CURVE),
    sweep: None,
    check: |facts, _| two_classes(facts),
    start: |samples, params, _| {
        let (binarize, fit_prior) = (params.real("binarize"), params.switch("fit_prior"));
        let alpha = params.real("alpha");
        if params.engine() == Engine::Smartcore {
            return OneStep::start(move |cancel| {
                let fit = by_smartcore(&samples, alpha, binarize, fit_prior, cancel)?;
                Ok(Arc::new(CountModel { fit }) as Arc<dyn Model>)
            });
        }
        start(
            samples,
            params,
            CountNbKind::Bernoulli { binarize },
            fit_prior,
        )
    },
};

/// smartcore's counts; it knows the classes of the training rows alone.
fn by_smartcore(
    samples: &Samples,
    alpha: f64,
    binarize: f64,
    fit_prior: bool,
    cancel: &Cancel,
) -> Outcome<CountNb> {
    let (codes, count) = samples.classes();
    let x = Watched::new(&samples.x, cancel);
    let parameters = BernoulliNBParameters::default()
        .with_alpha(alpha)
        .with_binarize(binarize);
    let fit: BernoulliNB<f64, u32, Watched, Vec<u32>> =
        guarded(cancel, || BernoulliNB::fit(&x, &codes.to_vec(), parameters))?;
    let columns = samples.x.columns();
    let (mut counts, mut rows_of) = (vec![0.0; count * columns], vec![0.0; count]);
    let found = fit.classes().iter().zip(fit.class_count());
    for ((class, rows), yes) in found.zip(fit.feature_count()) {
        rows_of[*class as usize] = *rows as f64;
        let start = *class as usize * columns;
        let places = counts[start..start + columns].iter_mut();
        places
            .zip(yes)
            .for_each(|(place, yes)| *place = *yes as f64);
    }
    let kind = CountNbKind::Bernoulli { binarize };
    CountNb::from_counts(&counts, &rows_of, kind, alpha, fit_prior)
}

#[cfg(test)]
mod tests {
    use super::super::Samples;
    use super::super::sample::{accuracy, classes, fitted, near, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn learns_paints_and_the_engines_agree() {
        for count in [2, 3] {
            let samples = classes(120, count);
            for (threshold, fit_prior) in [("0.5", "true"), ("-0.3", "false")] {
                let settings = [("binarize", threshold), ("fit_prior", fit_prior)];
                let own = fitted(&ALGORITHM, &samples, &settings);
                assert!(accuracy(&*own, &samples) > 0.5);
                assert_plane_agrees(&*own, 3);
                let other = [&settings[..], &[("engine", "smartcore")]].concat();
                near(
                    &predictions(&*own, &samples),
                    &predictions(&*fitted(&ALGORITHM, &samples, &other), &samples),
                    1e-12,
                );
            }
        }
    }

    #[test]
    fn a_class_without_rows_has_no_share() {
        let full = classes(60, 3);
        let (codes, _) = full.classes();
        let rows: Vec<u32> = (0..60).filter(|i| codes[*i as usize] != 1).collect();
        let part = Arc::new(Samples {
            x: full.x.select(&rows),
            y: full.y.as_ref().map(|y| y.select(&rows)),
            key: full.key,
        });
        for engine in ["seefit", "smartcore"] {
            let model = fitted(&ALGORITHM, &part, &[("engine", engine)]);
            assert!(predictions(&*model, &part).chunks(3).all(|p| p[1] == 0.0));
        }
    }
}
