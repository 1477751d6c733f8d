//! Quadratic discriminant analysis.

use std::sync::Arc;

use super::checks::two_classes;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::in_blocks_of;
use super::{Algorithm, Engine, Engines, Model, OneStep, Tags, Task, ValidationCurve};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::QuadraticDiscriminant;

/// The axes of a shape are found in one piece, and time grows with the cube of the columns.
const MOST_COLUMNS: usize = 1_000;
/// Numbers that the shapes of all classes may have together: 400 MB.
const MOST_NUMBERS: usize = 50_000_000;

/// Between two looks at the cancel flag.
const PRODUCTS_PER_BLOCK: usize = 100_000_000;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "qda_classifier",
    name: "Quadratic discriminant analysis",
    task: Task::Classification,
    summary: "A bell curve for each class, each of its own shape: the boundaries between them are curved.",
    tags: Tags {
        needs_scaling: true,
        probabilities: true,
        steps: None,
        grows: None,
        coarse_rows: 10_000,
        row_limit: usize::MAX,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore has no quadratic discriminant analysis.",
    },
    parameters: &[
        Parameter::new(
            "reg_param",
            "Regularisation",
            ParameterKind::Real {
                min: 0.0,
                max: 1.0,
                log: false,
            },
            Default::Real(0.0),
            "How far each shape is drawn towards a ball: needed where a class has few rows or a column that never changes in it.",
        )
        .common(),
        Parameter::new(
            "priors",
            "Priors",
            ParameterKind::Choice(&[("none", "As in the data"), ("uniform", "All alike")]),
            Default::Choice("none"),
            "How frequent classes are taken to be before a row is seen.",
        ),
    ],
    curve: Some(ValidationCurve {
        parameter: "reg_param",
        log: false,
        values: |_| (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect(),
    }),
    sweep: None,
    check: |facts, _| {
        two_classes(facts)?;
        if facts.columns > MOST_COLUMNS {
            return Err(Problem::new(format!(
                "Curved boundaries in {} columns take too long; {MOST_COLUMNS} are the most",
                facts.columns
            ))
            .fix("Leave columns out, or use lda_classifier"));
        }
        let numbers = facts
            .columns
            .saturating_mul(facts.columns)
            .saturating_mul(facts.classes);
        if numbers > MOST_NUMBERS {
            return Err(Problem::new(format!(
                "A shape of {0} x {0} numbers for each of {1} classes is too much",
                facts.columns, facts.classes
            ))
            .fix("Leave columns out, or use lda_classifier"));
        }
        Ok(())
    },
    start: |samples, params, _| {
        let uniform = params.choice("priors") == "uniform";
        let reg_param = params.real("reg_param");
        OneStep::start(move |cancel| {
            let (codes, count) = samples.classes();
            let fit = QuadraticDiscriminant::fit(
                &samples.x, codes, count, reg_param, uniform, cancel,
            )?;
            Ok(Arc::new(QdaModel { fit }) as Arc<dyn Model>)
        })
    },
};

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct QdaModel {
    fit: QuadraticDiscriminant,
}

impl Stored for QdaModel {
    const KIND: &'static str = "qda";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.fit.columns == columns && self.fit.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for QdaModel {
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
        // A row costs as much as all shapes have numbers.
        let size = PRODUCTS_PER_BLOCK / self.fit.axes.len().max(1);
        let classes = self.fit.classes;
        in_blocks_of(size, rows, columns, classes, out, cancel, |rows, out| {
            self.fit.predict_proba(rows, out);
        })
    }

    fn bytes(&self) -> usize {
        8 * (self.fit.means.len() + self.fit.axes.len() + self.fit.offsets.len())
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{accuracy, classes, fitted, params, predictions, run};
    use super::super::separable::assert_plane_agrees;
    use super::super::{Facts, Samples};
    use super::*;
    use crate::base::Halt;

    #[test]
    fn learns_and_paints() {
        for count in [2, 3] {
            let samples = classes(120, count);
            let model = fitted(&ALGORITHM, &samples, &[]);
            assert!(accuracy(&*model, &samples) > 0.8);
            assert_plane_agrees(&*model, 3);
            let round = fitted(&ALGORITHM, &samples, &[("reg_param", "1")]);
            assert!(predictions(&*round, &samples) != predictions(&*model, &samples));
        }
    }

    #[test]
    fn too_few_rows_are_told_and_regularised_away() {
        let full = classes(120, 3);
        // Three rows of class 1 for three columns, and all of the others.
        let (codes, _) = full.classes();
        let ones = (0..120).filter(|i| codes[*i as usize] == 1).take(3);
        let others = (0..120).filter(|i| codes[*i as usize] != 1);
        let rows: Vec<u32> = ones.chain(others).collect();
        let part = Arc::new(Samples {
            x: full.x.select(&rows),
            y: full.y.as_ref().map(|y| y.select(&rows)),
            key: full.key,
        });
        let Err(Halt::Failed(problem)) = run(&ALGORITHM, &part, &[]).map(|_| ()) else {
            panic!("three rows have no volume");
        };
        assert!(problem.to_string().contains("3 training rows"), "{problem}");
        assert!(problem.fix.contains("reg_param"));
        assert!(accuracy(&*fitted(&ALGORITHM, &part, &[("reg_param", "0.1")]), &part) > 0.8);
    }

    #[test]
    fn shapes_that_would_fill_the_memory_are_refused() {
        for (columns, classes, fine) in [(10_000, 2, false), (900, 100, false), (900, 10, true)] {
            let facts = Facts {
                rows: 1_000_000,
                columns,
                classes,
            };
            let checked = (ALGORITHM.check)(&facts, &params(&ALGORITHM, &[]));
            assert_eq!(checked.is_ok(), fine, "{columns} {classes}");
        }
    }
}
