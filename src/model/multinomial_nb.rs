//! Multinomial naive Bayes.

use super::checks::two_classes;
use super::count_nb::{ALPHA, CURVE, FIT_PRIOR, TAGS, start};
use super::{Algorithm, Engine, Engines, Task};
use crate::numeric::CountNbKind;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "multinomial_nb",
    name: "Multinomial naive Bayes",
    task: Task::Classification,
    summary: "For counts, such as words: each class has its share of each feature, and a row goes where its counts fit best.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore's takes whole numbers only, so that it cannot read our matrix and cannot be stopped.",
    },
    parameters: &[ALPHA, FIT_PRIOR],
    curve: Some(CURVE),
    sweep: None,
    check: |facts, _| two_classes(facts),
    start: |samples, params, _| {
        let fit_prior = params.switch("fit_prior");
        start(samples, params, CountNbKind::Multinomial, fit_prior)
    },
};

#[cfg(test)]
mod tests {
    use super::super::count_nb::counts;
    use super::super::sample::{accuracy, classes, fitted, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;
    use crate::base::Halt;

    #[test]
    fn learns_counts_and_paints() {
        for count in [2, 3] {
            let samples = counts(90, count);
            let model = fitted(&ALGORITHM, &samples, &[]);
            assert!(accuracy(&*model, &samples) > 0.9);
            assert_plane_agrees(&*model, 3);
        }
    }

    #[test]
    fn negative_values_are_told_with_their_feature() {
        let Err(Halt::Failed(problem)) = run(&ALGORITHM, &classes(30, 2), &[]).map(|_| ()) else {
            panic!("there are values below 0");
        };
        let sentence = problem.to_string();
        assert!(
            sentence.contains("Feature ") && sentence.contains("min_max"),
            "{sentence}"
        );
    }
}
