//! Fits on ordinary data: what is learned, and that a seed tells all.

use std::sync::Arc;

use seefit::model::{Context, Model, Params, Reuse, Samples, Task};

use super::samples::{apart, context, facts, fit, model, predictions, score};
use super::subject::{NotForIt, Passes, Subject, Verdict};

pub fn ordinary_data_is_allowed(s: &Subject) -> Verdict {
    let facts = facts(&s.samples);
    assert_eq!((s.algorithm.check)(&facts, &s.params), Ok(()));
    // Whoever asks again is told the same.
    assert_eq!((s.algorithm.check)(&facts, &s.params), Ok(()));
    Passes
}

/// Low bars: they tell a model that has learned from one that has not.
pub fn something_is_learned(s: &Subject) -> Verdict {
    let Some(score) = score(&s.samples, &predictions(&*s.model, &s.samples.x)) else {
        return NotForIt;
    };
    match s.task() {
        _ if s.algorithm.is_dummy() => assert!(score < 0.4, "{score}"),
        // Unscaled, it sees the yes/no alone: all else is above its threshold.
        _ if s.is("bernoulli_nb") => assert!(score > 0.5, "{score}"),
        Task::Classification => assert!(score > 0.6, "{score}"),
        _ => assert!(score > 0.5, "{score}"),
    }
    Passes
}

/// Groups as far apart as those of the ordinary data are found.
pub fn groups_are_found(s: &Subject) -> Verdict {
    if s.task() != Task::Clustering || s.is("dbscan") {
        return NotForIt;
    }
    let params = match s.is("gaussian") {
        true => s.with(&[("n_components", "3")]),
        false => s.with(&[("n_clusters", "3")]),
    };
    // Single linkage of smartcore strings everything together.
    if params.engine() == seefit::model::Engine::Smartcore && s.is("agglomerative") {
        return NotForIt;
    }
    let found = predictions(&*model(&s.samples, &params), &s.samples.x);
    let labels: Vec<u32> = found
        .chunks(3)
        .map(|row| row.iter().position(|p| *p > 0.5).unwrap_or(3) as u32)
        .collect();
    let truth: Vec<u32> = (0..labels.len() as u32).map(|i| i % 3).collect();
    let agree = seefit::evaluate::clustering::adjusted_rand(&truth, &labels);
    assert!(agree.is_some_and(|agree| agree > 0.8), "{agree:?}");
    Passes
}

fn bits(model: &dyn Model, samples: &Samples) -> Vec<u64> {
    predictions(model, &samples.x)
        .iter()
        .map(|v| v.to_bits())
        .collect()
}

fn with_threads(s: &Subject, threads: usize) -> Arc<dyn Model> {
    let fit = fit(&s.samples, &s.params, &context(threads), usize::MAX);
    fit.unwrap_or_else(|halt| panic!("{halt:?}")).model()
}

pub fn a_seed_tells_all(s: &Subject) -> Verdict {
    let again = with_threads(s, 1);
    assert!(bits(&*again, &s.samples) == bits(&*s.model, &s.samples));
    assert!(again.save() == s.model.save());
    Passes
}

/// The whole model to the last bit, not its predictions alone.
fn same_with(s: &Subject, threads: usize) -> Verdict {
    let model = with_threads(s, threads);
    assert!(bits(&*model, &s.samples) == bits(&*s.model, &s.samples));
    assert!(model.save() == s.model.save(), "what is saved");
    Passes
}

pub fn two_threads_give_the_same_bits(s: &Subject) -> Verdict {
    same_with(s, 2)
}

pub fn eight_threads_give_the_same_bits(s: &Subject) -> Verdict {
    same_with(s, 8)
}

pub fn without_draws_the_seed_does_not_matter(s: &Subject) -> Verdict {
    if s.draws() {
        return NotForIt;
    }
    let other = Context {
        seed: 7,
        ..context(1)
    };
    let fit = fit(&s.samples, &s.params, &other, usize::MAX).expect("a fit");
    assert!(bits(&*fit.model(), &s.samples) == bits(&*s.model, &s.samples));
    Passes
}

/// What earlier fits left for reuse never changes a result.
pub fn a_fit_does_not_depend_on_earlier_ones(s: &Subject) -> Verdict {
    let shared = Context {
        reuse: Reuse::default(),
        ..context(1)
    };
    let mut others: Vec<Params> = vec![s.quick.clone()];
    for parameter in s.algorithm.parameters {
        // The other choices and switches, and a small number, leave other parts behind.
        let texts = [
            "true",
            "false",
            "3",
            "0.5",
            "balanced",
            "manhattan",
            "entropy",
            "distance",
        ];
        for text in texts {
            let mut params = s.quick.clone();
            if params.set_text(parameter.name, text).is_ok() && params != s.quick {
                others.push(params);
            }
        }
    }
    others.truncate(12);
    for params in &others {
        // What is refused leaves something behind as well.
        let _ = fit(&s.samples, params, &shared, 4);
    }
    let fit = fit(&s.samples, &s.params, &shared, usize::MAX).expect("a fit");
    assert!(bits(&*fit.model(), &s.samples) == bits(&*s.model, &s.samples));
    Passes
}

/// Another fit on the way, and other samples between the steps, change nothing.
pub fn two_fits_side_by_side_do_not_mix(s: &Subject) -> Verdict {
    let cancel = seefit::base::Cancel::new();
    let shared = context(1);
    let half: Vec<u32> = (0..s.samples.x.rows() as u32 / 2).collect();
    let other = Arc::new(Samples {
        x: s.samples.x.select(&half),
        y: s.samples.y.as_ref().map(|y| y.select(&half)),
        key: seefit::base::Hash128(99),
    });
    let start = |samples: &Arc<Samples>| {
        (s.algorithm.start)(samples.clone(), &s.quick, &shared).expect("a start")
    };
    let (mut one, mut two) = (start(&s.samples), start(&other));
    while !one.is_finished() || !two.is_finished() {
        one.step(&cancel).expect("a step");
        two.step(&cancel).expect("a step");
    }
    let alone = model(&s.samples, &s.quick);
    assert!(bits(&*one.model(), &s.samples) == bits(&*alone, &s.samples));
    Passes
}

pub fn its_size_in_memory_is_bounded(s: &Subject) -> Verdict {
    let (bytes, data) = (s.model.bytes(), s.samples.x.values().len() * 8);
    assert!(bytes > 0);
    // A hundred trees of 120 rows are the largest; nothing keeps more than a few hundred copies.
    assert!(bytes < 1000 * data, "{bytes} bytes for {data} of data");
    Passes
}

/// Where both engines have an algorithm, they say the same wherever smartcore is right.
pub fn its_engines_agree(s: &Subject) -> Verdict {
    let engines = s.algorithm.engines.available;
    // Clusterings start from different centres, and labels have no order.
    if engines.len() < 2 || s.task() == Task::Clustering {
        return NotForIt;
    }
    let other = engines
        .iter()
        .find(|engine| **engine != s.engine)
        .expect("another");
    let params = super::samples::with_engine(s.algorithm, *other);
    let (own, other) = (
        predictions(&*s.model, &s.samples.x),
        predictions(&*model(&s.samples, &params), &s.samples.x),
    );
    match agreement(s.algorithm.id) {
        Agreement::Predictions(most) => {
            let largest = own.iter().fold(1.0f64, |m, v| m.max(v.abs()));
            let apart = own
                .iter()
                .zip(&other)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            assert!(apart <= most * largest, "{apart} apart");
        }
        Agreement::Score(most) => {
            let (a, b) = (score(&s.samples, &own), score(&s.samples, &other));
            let (a, b) = (a.expect("a score"), b.expect("a score"));
            assert!((a - b).abs() <= most, "{a} and {b}");
        }
    }
    Passes
}

enum Agreement {
    /// One solution: predictions differ at most by this part of their range.
    Predictions(f64),
    /// Random or stopped early: accuracy or R2 differ at most by this.
    Score(f64),
}

/// Deterministic methods agree to 1e-6 unless something else is said here.
fn agreement(id: &str) -> Agreement {
    match id {
        // Stops at a gradient of 1e-3 or so, by a rule of its own.
        "logistic_regression" => Agreement::Predictions(0.02),
        // Each draws its own rows and columns.
        id if id.contains("forest") || id.contains("extra_trees") || id.contains("boosting") => {
            Agreement::Score(0.1)
        }
        // smartcore's classification trees skip splits between tied values.
        id if id.contains("tree") => Agreement::Score(0.1),
        // smartcore breaks ties between equally near rows by its own order.
        id if id.contains("knn") => Agreement::Score(0.05),
        // smartcore stops after a few passes, long before the optimum.
        id if id.contains("svm") || id.contains("sgd") => Agreement::Score(0.15),
        // smartcore's interior point method and coordinate descent stop by different rules.
        "lasso" | "elastic_net" => Agreement::Predictions(0.01),
        _ => Agreement::Predictions(1e-6),
    }
}

/// A curve over a parameter shows what fits of their own would show.
pub fn its_sweep_agrees_with_separate_fits(s: &Subject) -> Verdict {
    let (Some(sweep), Some(curve)) = (s.algorithm.sweep, &s.algorithm.curve) else {
        return NotForIt;
    };
    let params = Params::defaults(s.algorithm);
    let values: Vec<f64> = (curve.values)(s.samples.x.rows())
        .into_iter()
        .take(12)
        .collect();
    let cancel = seefit::base::Cancel::new();
    let swept = sweep(
        &s.samples,
        &params,
        &values,
        &s.samples.x,
        &context(1),
        &cancel,
    );
    let swept = swept.expect("a sweep");
    assert_eq!(swept.len(), values.len());
    for (value, swept) in values.iter().zip(&swept) {
        let mut params = params.clone();
        let parameter = s
            .algorithm
            .parameter(curve.parameter)
            .expect("its parameter");
        let number = parameter.value_of(*value).expect("an allowed value");
        params
            .set(curve.parameter, number)
            .expect("an allowed value");
        let own = predictions(&*model(&s.samples, &params), &s.samples.x);
        assert!(
            apart(swept, &own) < 1e-9,
            "with {} = {value}",
            curve.parameter
        );
    }
    Passes
}
