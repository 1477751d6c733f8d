//! Polynomial regression: ridge regression on products of the columns.

use std::sync::Arc;

use super::linear_model::target;
use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored, finite};
use super::separable::in_blocks_of;
use super::{
    Algorithm, Context, Engine, Engines, Facts, Inside, Model, OneStep, Params, Samples, Tags,
    Task, ValidationCurve,
};
use crate::base::{Cancel, Outcome, Problem};
use crate::numeric::{GramSystem, LinearFit, Matrix, Polynomial};

/// Terms at most, so that one factor of their matrix takes a tenth of a second, and numbers in the
/// expanded table: 800 MB.
const MOST_TERMS: usize = 2_000;
const MOST_NUMBERS: usize = 100_000_000;

pub static ALGORITHM: Algorithm = Algorithm {
    id: "polynomial_regression",
    name: "Polynomial regression",
    task: Task::Regression,
    summary: "Linear regression on powers and products of the features, so that the line may bend.",
    tags: Tags {
        needs_scaling: true,
        probabilities: false,
        steps: None,
        ends_early: false,
        objective: None,
        grows: None,
        coarse_rows: 2_000,
        row_limit: 500_000,
    },
    engines: Engines {
        available: &[Engine::Seefit],
        reason: "smartcore has no products of features; ours keeps one matrix for all values of alpha.",
    },
    parameters: &[
        Parameter::new(
            "degree",
            "Degree",
            ParameterKind::Integer {
                min: 1,
                max: 10,
                log: false,
                none: false,
            },
            Default::Integer(2),
            "How many features a product may have: 1 is a straight line, higher degrees bend more and follow noise.",
        )
        .common(),
        Parameter::new(
            "alpha",
            "Alpha",
            ParameterKind::Real {
                min: 0.0,
                max: 1e6,
                log: true,
            },
            Default::Real(1.0),
            "Strength of the penalty on squared weights: 0 is plain least squares, larger values bend less.",
        )
        .common(),
        Parameter::new(
            "interaction_only",
            "Products only",
            ParameterKind::Switch,
            Default::Switch(false),
            "Leaves powers out: no feature is multiplied by itself.",
        ),
    ],
    curve: Some(ValidationCurve {
        parameter: "degree",
        log: false,
        values: |_| (1..=6).map(f64::from).collect(),
    }),
    sweep: Some(sweep),
    check: |facts, params| terms(facts, params).map(|_| ()),
    start: |samples, params, context| {
        let (params, context) = (params.clone(), context.clone());
        OneStep::start(move |cancel| {
            let model = fit(&samples, &params, &context, cancel)?;
            Ok(Arc::new(model) as Arc<dyn Model>)
        })
    },
};

/// How many terms there will be, or why there may not be so many.
fn terms(facts: &Facts, params: &Params) -> Result<usize, Problem> {
    let (degree, apart) = (params.size("degree"), params.switch("interaction_only"));
    let Some(terms) = Polynomial::count(facts.columns, degree, apart, MOST_TERMS) else {
        return Err(Problem::new(format!(
            "Degree {degree} of {} columns makes more than {MOST_TERMS} products",
            facts.columns
        ))
        .at("Parameter degree")
        .fix("Lower the degree, or leave columns out"));
    };
    if terms.saturating_mul(facts.rows) > MOST_NUMBERS {
        return Err(Problem::new(format!(
            "{terms} products of {} rows do not fit the memory set aside",
            facts.rows
        ))
        .at("Parameter degree")
        .fix("Lower the degree, or leave columns or rows out"));
    }
    Ok(terms)
}

fn fit(
    samples: &Samples,
    params: &Params,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<PolynomialModel> {
    let (degree, apart) = (params.size("degree"), params.switch("interaction_only"));
    let facts = Facts {
        rows: samples.x.rows(),
        columns: samples.x.columns(),
        classes: 0,
    };
    let width = terms(&facts, params)?;
    let terms = Polynomial::new(samples.x.columns(), degree, apart);
    let variant = degree as u64 * 2 + u64::from(apart);
    let bytes = |system: &GramSystem| system.bytes() + 8 * width * facts.rows;
    let make = || {
        let expanded = terms.expand(&samples.x, cancel)?;
        GramSystem::new(&expanded, &target(samples), true, cancel)
    };
    let reuse = &context.reuse;
    let system = reuse.get_or_make(samples.key, "polynomial", variant, bytes, make)?;
    let fit = system.solve(params.real("alpha"), cancel)?;
    Ok(PolynomialModel { terms, fit })
}

/// One fit a degree; nothing for one that makes too many products, so that it has no score.
fn sweep(
    samples: &Arc<Samples>,
    params: &Params,
    values: &[f64],
    queries: &Matrix,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Vec<Vec<f64>>> {
    let each = values.iter().map(|degree| {
        let mut params = params.clone();
        params.set("degree", super::Value::Integer(*degree as i64))?;
        let facts = Facts {
            rows: samples.x.rows(),
            columns: samples.x.columns(),
            classes: 0,
        };
        if terms(&facts, &params).is_err() {
            return Ok(Vec::new());
        }
        let model = fit(samples, &params, context, cancel)?;
        let mut out = vec![0.0; queries.rows()];
        model.predict(queries.values(), queries.columns(), &mut out, cancel)?;
        Ok(out)
    });
    each.collect()
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct PolynomialModel {
    terms: Polynomial,
    /// One weight a term.
    fit: LinearFit,
}

impl Stored for PolynomialModel {
    const KIND: &'static str = "polynomial";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let fit = &self.fit;
        let sound = self.terms.columns() == columns
            && self.terms.is_sound()
            && fit.coefficients.len() == self.terms.len()
            && finite(&fit.coefficients)
            && fit.intercept.is_finite();
        sound.then(|| Arc::new(self) as _)
    }
}

impl Model for PolynomialModel {
    fn outputs(&self) -> usize {
        1
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let mut terms = vec![0.0; self.terms.len()];
        in_blocks_of(64, rows, columns, 1, out, cancel, |rows, out| {
            for (index, out) in out.iter_mut().enumerate() {
                let row = &rows[index * columns..(index + 1) * columns];
                self.terms.expand_row(row, &mut terms);
                *out = self.fit.predict_row(&terms);
            }
        })
    }

    fn inside(&self) -> Inside {
        Inside {
            facts: vec![("Products", self.terms.len().to_string())],
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        8 * (self.fit.coefficients.len() + 1) + self.terms.bytes()
    }

    fn save(&self) -> Option<Saved> {
        Saved::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{fitted, near, numbers, params, predictions};
    use super::super::separable::assert_plane_agrees;
    use super::*;
    use crate::numeric::Labels;

    #[test]
    fn a_curve_of_its_degree_is_found_exactly() {
        let samples = numbers(80);
        let x = &samples.x;
        let value = |i: usize| {
            let row = x.row(i);
            1.0 - 2.0 * row[0] * row[1] + 0.5 * row[2].powi(3) + row[0]
        };
        let y: Vec<f64> = (0..80).map(value).collect();
        let samples = Arc::new(Samples {
            y: Some(Labels::Numbers(y.into())),
            ..(*samples).clone()
        });
        let settings = [("degree", "3"), ("alpha", "0")];
        let model = fitted(&ALGORITHM, &samples, &settings);
        near(&predictions(&*model, &samples), samples.numbers(), 1e-8);
        assert_plane_agrees(&*model, 3);
        let without = [
            ("degree", "3"),
            ("alpha", "0"),
            ("interaction_only", "true"),
        ];
        let out = predictions(&*fitted(&ALGORITHM, &samples, &without), &samples);
        let worst = out
            .iter()
            .zip(samples.numbers())
            .map(|(a, b)| (a - b).abs());
        assert!(worst.fold(0.0, f64::max) > 0.1, "no third power, no match");
    }

    #[test]
    fn another_alpha_changes_nothing_but_alpha() {
        let samples = numbers(60);
        let context = Context::default();
        let run = |alpha, context: &Context| {
            let params = params(&ALGORITHM, &[("alpha", alpha)]);
            let model = fit(&samples, &params, context, &Cancel::new()).unwrap();
            model.fit.coefficients
        };
        run("1", &context);
        assert_eq!(run("30", &context), run("30", &Context::default()));
    }

    #[test]
    fn too_many_products_are_refused() {
        let facts = |rows, columns| Facts {
            rows,
            columns,
            classes: 0,
        };
        let check = |facts, degree| {
            let params = params(&ALGORITHM, &[("degree", degree)]);
            (ALGORITHM.check)(&facts, &params)
        };
        assert!(check(facts(100, 40), "2").is_ok());
        let problem = check(facts(100, 40), "4").unwrap_err();
        assert!(problem.what.contains("Degree 4 of 40 columns"), "{problem}");
        assert!(check(facts(10_000_000, 20), "2").is_err());
    }
}
