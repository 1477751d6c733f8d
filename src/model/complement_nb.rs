//! Complement naive Bayes.

use super::checks::two_classes;
use super::count_nb::{ALPHA, CURVE, TAGS, start};
use super::parameter::{Default, Parameter, ParameterKind};
use super::{Algorithm, Engine, Engines, Task};
use crate::numeric::CountNbKind;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "complement_nb",
    name: "Complement naive Bayes",
    task: Task::Classification,
    summary: "For counts: a row goes to the class whose opposite, all other classes together, fits it worst; good where classes differ in size.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore has no complement naive Bayes.",
    },
    parameters: &[
        ALPHA,
        Parameter::new(
            "norm",
            "Normalise",
            ParameterKind::Switch,
            Default::Switch(false),
            "Divides the weights of each class by their sum, so that no class wins by size alone.",
        ),
    ],
    curve: Some(CURVE),
    sweep: None,
    check: |facts, _| two_classes(facts),
    start: |samples, params, _| {
        let norm = params.switch("norm");
        start(samples, params, CountNbKind::Complement { norm }, true)
    },
};

#[cfg(test)]
mod tests {
    use super::super::count_nb::counts;
    use super::super::sample::{accuracy, classes, fitted, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn learns_counts_and_paints() {
        for count in [2, 3] {
            let samples = counts(90, count);
            for norm in ["false", "true"] {
                let model = fitted(&ALGORITHM, &samples, &[("norm", norm)]);
                assert!(accuracy(&*model, &samples) > 0.9);
                assert_plane_agrees(&*model, 3);
            }
        }
        assert!(run(&ALGORITHM, &classes(30, 2), &[]).is_err());
    }
}
