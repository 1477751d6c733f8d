//! What the naive Bayes for counts and for yes or no share.

use std::sync::Arc;

use super::algorithm::half_decades;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks, plane};
use super::{Grid, Model, OneStep, Params, Samples, Tags, ValidationCurve};
use crate::base::{Cancel, Outcome};
use crate::numeric::{CountNb, CountNbKind, softmax_rows};

pub(super) const TAGS: Tags = Tags {
    needs_scaling: false,
    probabilities: true,
    steps: None,
    ends_early: false,
    objective: None,
    grows: None,
    coarse_rows: 10_000,
    row_limit: usize::MAX,
};

/// The curve over the smoothing.
pub(super) const CURVE: ValidationCurve = ValidationCurve {
    parameter: "alpha",
    log: true,
    values: |_| half_decades(-4, 3),
};

pub(super) const ALPHA: Parameter = Parameter::new(
    "alpha",
    "Smoothing",
    ParameterKind::Real {
        min: 1e-10,
        max: 1e4,
        log: true,
    },
    Default::Real(1.0),
    "Added to every count, so that what was never seen is not impossible: more makes the classes more alike.",
)
.common();

pub(super) const FIT_PRIOR: Parameter = Parameter::new(
    "fit_prior",
    "Frequencies",
    ParameterKind::Switch,
    Default::Switch(true),
    "Whether frequent classes are likelier before a row is seen; else all are alike.",
);

pub(super) fn start(
    samples: Arc<Samples>,
    params: &Params,
    kind: CountNbKind,
    fit_prior: bool,
) -> Outcome<Box<dyn super::Fit>> {
    let alpha = params.real("alpha");
    OneStep::start(move |cancel| {
        let (codes, count) = samples.classes();
        let fit = CountNb::fit(&samples.x, codes, count, kind, alpha, fit_prior, cancel)?;
        Ok(Arc::new(CountModel { fit }) as Arc<dyn Model>)
    })
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct CountModel {
    pub(super) fit: CountNb,
}

impl Stored for CountModel {
    const KIND: &'static str = "count_nb";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let sound = self.fit.columns == columns && self.fit.is_sound();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for CountModel {
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
        8 * (self.fit.weights.len() + self.fit.offsets.len())
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

/// Counts from 0 to 4, with more of one column in each class.
#[cfg(test)]
pub(super) fn counts(rows: usize, classes: usize) -> Arc<Samples> {
    use crate::base::Hasher128;
    use crate::numeric::{Labels, Matrix};

    let value = |i: usize, column: usize| {
        let extra = if i % classes == column { 3 } else { 0 };
        ((i * 7 + column * 5) % 11 / 5 + extra) as f64
    };
    let values: Vec<f64> = (0..rows * 3).map(|k| value(k / 3, k % 3)).collect();
    let codes: Vec<u32> = (0..rows).map(|i| (i % classes) as u32).collect();
    let mut hasher = Hasher128::new();
    hasher.word(rows as u64).word(classes as u64);
    Arc::new(Samples {
        x: Matrix::new(rows, 3, values),
        y: Some(Labels::Classes {
            codes: codes.into(),
            count: classes,
        }),
        key: hasher.finish(),
    })
}
