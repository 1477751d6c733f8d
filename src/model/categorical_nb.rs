//! Categorical naive Bayes.

use std::sync::Arc;

use super::checks::two_classes;
use super::count_nb::{ALPHA, CURVE, FIT_PRIOR, TAGS};
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks, plane};
use super::{Algorithm, Engine, Engines, Grid, Model, OneStep, Task};
use crate::base::{Cancel, Outcome};
use crate::numeric::{CategoricalNb, softmax_rows};

pub static ALGORITHM: Algorithm = Algorithm {
    id: "categorical_nb",
    name: "Categorical naive Bayes",
    task: Task::Classification,
    summary: "For codes 0, 1, 2 and so on: each class has its share of each value, and numbers are cut to whole ones.",
    tags: TAGS,
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore's takes whole numbers only, cannot be stopped, and one large value ends the program.",
    },
    parameters: &[
        ALPHA,
        Parameter::new(
            "min_categories",
            "Categories",
            ParameterKind::Integer {
                min: 1,
                max: 10_000,
                log: true,
                none: true,
            },
            Default::None,
            "The least number of values that each feature is taken to have; none counts those of the training rows.",
        ),
        FIT_PRIOR,
    ],
    curve: Some(CURVE),
    sweep: None,
    check: |facts, _| two_classes(facts),
    start: |samples, params, _| {
        let (alpha, fit_prior) = (params.real("alpha"), params.switch("fit_prior"));
        let least = params.limit("min_categories").unwrap_or(1);
        OneStep::start(move |cancel| {
            let (codes, count) = samples.classes();
            let x = &samples.x;
            let fit = CategoricalNb::fit(x, codes, count, alpha, least, fit_prior, cancel)?;
            Ok(Arc::new(CategoricalModel { fit }) as Arc<dyn Model>)
        })
    },
};

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct CategoricalModel {
    fit: CategoricalNb,
}

impl Stored for CategoricalModel {
    const KIND: &'static str = "categorical_nb";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.fit.columns == columns && self.fit.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for CategoricalModel {
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
        let part = |class, column, value| self.fit.part(class, column, value);
        plane(grid, &self.fit.offsets, part, out, cancel, |scores, out| {
            out.copy_from_slice(scores);
            softmax_rows(out, self.fit.classes);
        })
    }

    fn bytes(&self) -> usize {
        8 * (self.fit.len() + self.fit.offsets.len() + self.fit.columns)
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::count_nb::counts;
    use super::super::sample::{accuracy, classes, fitted, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::*;

    #[test]
    fn learns_codes_and_paints() {
        for count in [2, 3] {
            let samples = counts(90, count);
            let model = fitted(&ALGORITHM, &samples, &[]);
            assert!(accuracy(&*model, &samples) > 0.9);
            assert_plane_agrees(&*model, 3);
            let many = fitted(&ALGORITHM, &samples, &[("min_categories", "50")]);
            assert!(predictions(&*many, &samples) != predictions(&*model, &samples));
        }
        assert!(run(&ALGORITHM, &classes(30, 2), &[]).is_err());
    }
}
