//! Quadratic discriminant analysis.

use std::sync::Arc;

use super::checks::two_classes;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::in_blocks_of;
use super::{Algorithm, Engine, Engines, Model, OneStep, Tags, Task, ValidationCurve};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{DRAWN, QuadraticDiscriminant};

/// The axes of a shape are found in one piece, and time grows with the cube of the columns.
const MOST_COLUMNS: usize = 1_000;
/// Numbers that the shapes of all classes may have together: 400 MB.
const MOST_NUMBERS: usize = 50_000_000;

/// Between two looks at the cancel flag.
const PRODUCTS_PER_BLOCK: usize = 1 << 23;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "qda_classifier",
    name: "Quadratic discriminant analysis",
    task: Task::Classification,
    summary: "A bell curve for each class, each of its own shape: the boundaries between them are curved.",
    tags: Tags {
        needs_scaling: true,
        probabilities: true,
        steps: None,
        ends_early: false,
        objective: None,
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
        OneStep::start_with_notes(move |cancel| {
            let (x, (codes, count)) = (&samples.x, samples.classes());
            let (fit, drawn) = if reg_param > 0.0 {
                let fit =
                    QuadraticDiscriminant::fit(x, codes, count, reg_param, uniform, cancel)?;
                (fit, false)
            } else {
                QuadraticDiscriminant::fit_or_drawn(x, codes, count, uniform, cancel)?
            };
            let note = drawn.then(|| {
                format!(
                    "A class has columns that do not vary in it, or that follow from others: fitted with \
                     reg_param {DRAWN}."
                )
            });
            let model = Arc::new(QdaModel { fit }) as Arc<dyn Model>;
            Ok((model, note.into_iter().collect()))
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
    use crate::base::{Halt, Hasher128, Random};
    use crate::numeric::{Labels, Matrix};

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
    fn the_columns_of_a_category_are_no_reason_to_refuse() {
        // A number, and a column a level: they add up to 1, and class 1 never has the third.
        let mut random = Random::new(3);
        let (mut values, mut codes) = (Vec::new(), Vec::new());
        for row in 0..120 {
            let class = row % 2;
            let level = if class == 1 { row / 2 % 2 } else { row / 2 % 3 };
            values.push(random.normal() + 2.0 * class as f64);
            values.extend((0..3).map(|l| f64::from(u8::from(l == level))));
            codes.push(class as u32);
        }
        let samples = Arc::new(Samples {
            x: Matrix::new(120, 4, values),
            y: Some(Labels::Classes {
                codes: codes.into(),
                count: 2,
            }),
            key: Hasher128::new().finish(),
        });
        let fit = run(&ALGORITHM, &samples, &[]).unwrap();
        assert!(fit.notes()[0].contains("reg_param 0.1"));
        assert!(accuracy(&*fit.model(), &samples) > 0.75);
        // Of a level that the class has never had there is little doubt.
        let found = predictions(&*fit.model(), &samples);
        for row in (0..120).filter(|row| samples.x.row(*row)[3] == 1.0) {
            assert!(found[2 * row] > 0.8, "{}", found[2 * row]);
        }
        // Asked for, it is as it was asked.
        let asked = run(&ALGORITHM, &samples, &[("reg_param", "0.1")]).unwrap();
        assert!(asked.notes().is_empty());
        assert_eq!(predictions(&*asked.model(), &samples), found);
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
