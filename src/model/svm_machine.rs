//! What both support vector machines share: parameters, a fit that takes blocks of iterations, the
//! model.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parameter::{Default, Parameter, ParameterKind};
use super::saved::{Saved, Stored};
use super::separable::{in_blocks, told_if_none};
use super::svm_smartcore::by_smartcore;
use super::{
    Coefficients, Context, Engine, Fit, Grid, Inside, Model, OneStep, Params, Samples, Tags, Task,
};
use crate::base::{Cancel, Outcome};
use crate::numeric::{Kernel, Labels, Matrix, Plane, SvmFit, SvmParams, SvmTraining};

pub(super) const TAGS: Tags = Tags {
    needs_scaling: true,
    probabilities: true,
    steps: Some("steps"),
    ends_early: true,
    objective: None,
    grows: None,
    coarse_rows: 1_500,
    row_limit: 20_000,
};

pub(super) const C: Parameter = Parameter::new(
    "C",
    "C",
    ParameterKind::Real {
        min: 1e-3,
        max: 1e4,
        log: true,
    },
    Default::Real(1.0),
    "What a row on the wrong side costs: small values give a wide, calm margin, large ones follow every row.",
)
.common();

pub(super) const KERNEL: Parameter = Parameter::new(
    "kernel",
    "Kernel",
    ParameterKind::Choice(&[
        ("linear", "Linear"),
        ("poly", "Polynomial"),
        ("rbf", "Radial (RBF)"),
        ("sigmoid", "Sigmoid"),
    ]),
    Default::Choice("rbf"),
    "How alike two rows are: linear keeps straight boundaries, radial lets them bend around groups of rows.",
)
.common();

pub(super) const GAMMA: Parameter = Parameter::new(
    "gamma",
    "Gamma",
    ParameterKind::Choice(&[
        ("scale", "By spread"),
        ("auto", "By columns"),
        ("value", "A number"),
    ]),
    Default::Choice("scale"),
    "How quickly likeness falls with distance: 1 / (columns x variance), 1 / columns, or a number of your own.",
)
.common()
.visible_if("kernel", &["poly", "rbf", "sigmoid"]);

pub(super) const GAMMA_VALUE: Parameter = Parameter::new(
    "gamma_value",
    "Gamma is",
    ParameterKind::Real {
        min: 1e-5,
        max: 1e3,
        log: true,
    },
    Default::Real(0.1),
    "The number, where gamma is one: large values give every row an island of its own.",
)
.common()
.visible_if("gamma", &["value"]);

pub(super) const DEGREE: Parameter = Parameter::new(
    "degree",
    "Degree",
    ParameterKind::Integer {
        min: 0,
        max: 10,
        log: false,
        none: false,
    },
    Default::Integer(3),
    "The degree of the polynomial; higher ones bend more.",
)
.visible_if("kernel", &["poly"]);

pub(super) const COEF0: Parameter = Parameter::new(
    "coef0",
    "Constant",
    ParameterKind::Real {
        min: -100.0,
        max: 100.0,
        log: false,
    },
    Default::Real(0.0),
    "What is added to the product of two rows before the kernel bends it.",
)
.visible_if("kernel", &["poly", "sigmoid"]);

pub(super) const TOL: Parameter = Parameter::new(
    "tol",
    "Tolerance",
    ParameterKind::Real {
        min: 1e-9,
        max: 0.1,
        log: true,
    },
    Default::Real(1e-3),
    "By how much the conditions of the optimum may be missed: smaller is more exact and takes longer.",
);

pub(super) const MAX_ITER: Parameter = Parameter::new(
    "max_iter",
    "Iterations",
    ParameterKind::Integer {
        min: 1,
        max: 10_000_000,
        log: true,
        none: true,
    },
    Default::None,
    "The most iterations of each machine, two rows in each; the card says when they were too few.",
)
.only(Engine::Seefit);

/// libsvm's limit where there is none.
const MOST_ITERATIONS: usize = 10_000_000;

pub(super) fn kernel(params: &Params, x: &Matrix, cancel: &Cancel) -> Outcome<Kernel> {
    let gamma = match params.choice("gamma") {
        "auto" => 1.0 / x.columns().max(1) as f64,
        "value" => params.real("gamma_value"),
        _ => Kernel::scale_gamma(x, cancel)?,
    };
    let coef0 = params.real("coef0");
    Ok(match params.choice("kernel") {
        "linear" => Kernel::Linear,
        "poly" => Kernel::Poly {
            gamma,
            degree: params.size("degree") as u32,
            coef0,
        },
        "sigmoid" => Kernel::Sigmoid { gamma, coef0 },
        _ => Kernel::Rbf { gamma },
    })
}

pub(super) fn start(
    samples: Arc<Samples>,
    params: &Params,
    context: &Context,
) -> Outcome<Box<dyn Fit>> {
    if params.engine() == Engine::Smartcore {
        let (params, seed) = (params.clone(), context.seed);
        return OneStep::start(move |cancel| {
            let fit = by_smartcore(&samples, &params, seed, cancel)?;
            Ok(Arc::new(SvmModel::new(fit, samples.x.rows(), None)) as Arc<dyn Model>)
        });
    }
    Ok(Box::new(Blocks::new(samples, params, context)))
}

/// Blocks of iterations, each reaching a fifth further than the one before: easy problems show their way, hard
/// ones do not drown in steps.
struct Blocks {
    samples: Arc<Samples>,
    params: Params,
    context: Context,
    training: Option<SvmTraining>,
    taken: usize,
    /// Iterations of each machine after the step that is under way.
    iterations: usize,
}

impl Blocks {
    fn new(samples: Arc<Samples>, params: &Params, context: &Context) -> Self {
        let mut blocks = Blocks {
            samples,
            params: params.clone(),
            context: context.clone(),
            training: None,
            taken: 0,
            iterations: 0,
        };
        blocks.iterations = blocks.first();
        blocks
    }

    fn first(&self) -> usize {
        (self.samples.x.rows() / 50).clamp(10, 1_000)
    }

    fn after(&self, iterations: usize) -> usize {
        iterations + (iterations / 5).max(self.first())
    }

    fn max_iter(&self) -> usize {
        self.params.limit("max_iter").unwrap_or(MOST_ITERATIONS)
    }

    fn training(&self, cancel: &Cancel) -> Outcome<SvmTraining> {
        let (samples, params) = (&self.samples, &self.params);
        let classes = params.algorithm().task == Task::Classification;
        let svm = SvmParams {
            kernel: kernel(params, &samples.x, cancel)?,
            c: params.real("C"),
            epsilon: if classes { 0.0 } else { params.real("epsilon") },
            tol: params.real("tol"),
            balanced: classes && params.choice("class_weight") == "balanced",
            probability: classes && params.switch("probability"),
            break_ties: classes && params.switch("break_ties"),
            max_iter: self.max_iter(),
            seed: self.context.seed,
            threads: self.context.threads,
        };
        let none = Labels::Numbers(Arc::from([]));
        let y = samples.y.as_ref().unwrap_or(&none);
        SvmTraining::new(&samples.x, y, svm, cancel)
    }
}

impl Fit for Blocks {
    /// Steps until the most iterations; most fits converge far before.
    fn planned(&self) -> usize {
        let (mut iterations, mut steps) = (self.first(), 1);
        while iterations < self.max_iter() {
            iterations = self.after(iterations);
            steps += 1;
        }
        let probable = self.params.algorithm().task == Task::Classification
            && self.params.switch("probability");
        steps + if probable { 5 } else { 0 }
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn is_finished(&self) -> bool {
        self.taken > 0 && self.training.as_ref().is_some_and(SvmTraining::is_done)
    }

    fn step(&mut self, cancel: &Cancel) -> Outcome<()> {
        if self.is_finished() {
            return Ok(());
        }
        cancel.check()?;
        let iterations = self.iterations;
        if self.training.is_none() {
            self.training = Some(self.training(cancel)?);
        }
        if let Some(training) = &mut self.training {
            training.run_to(iterations, cancel)?;
        }
        self.taken += 1;
        self.iterations = self.after(iterations);
        Ok(())
    }

    fn model(&self) -> Arc<dyn Model> {
        match &self.training {
            Some(training) => Arc::new(SvmModel::new(
                training.fit(),
                self.samples.x.rows(),
                Some(training.gap()),
            )),
            None => Arc::new(SvmModel::new(SvmFit::empty(), 0, None)),
        }
    }

    /// The dual objective, as libsvm tells it.
    fn loss(&self) -> Option<f64> {
        let objective = self.training.as_ref().map(SvmTraining::objective);
        objective.filter(|objective| objective.is_finite())
    }

    fn notes(&self) -> Vec<String> {
        if self
            .training
            .as_ref()
            .is_some_and(SvmTraining::is_exhausted)
        {
            let most = self.max_iter();
            vec![format!(
                "The support vector machine did not converge in {most} iterations: raise max_iter, lower C or scale the features."
            )]
        } else {
            Vec::new()
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SvmModel {
    fit: SvmFit,
    /// Training rows, support vectors or not.
    rows: usize,
    /// By how much the conditions of the optimum are missed.
    gap: Option<f64>,
}

impl SvmModel {
    fn new(fit: SvmFit, rows: usize, gap: Option<f64>) -> Self {
        SvmModel { fit, rows, gap }
    }
}

impl Stored for SvmModel {
    const KIND: &'static str = "svm";

    fn open(self, columns: usize) -> Option<Arc<dyn Model>> {
        let gap = self.gap.is_none_or(f64::is_finite);
        (gap && self.fit.is_sound(columns)).then(|| Arc::new(self) as _)
    }
}

impl Model for SvmModel {
    fn outputs(&self) -> usize {
        self.fit.outputs()
    }

    fn predict(
        &self,
        rows: &[f64],
        columns: usize,
        out: &mut [f64],
        cancel: &Cancel,
    ) -> Outcome<()> {
        let mut halted = Ok(());
        in_blocks(
            rows,
            columns,
            self.outputs(),
            out,
            cancel,
            |rows, out| match self.fit.decisions(rows, columns, cancel) {
                Ok(decisions) => self.fit.finish(&decisions, out),
                Err(halt) => halted = Err(halt),
            },
        )?;
        halted
    }

    fn predict_grid(&self, grid: &Grid, out: &mut [f64], cancel: &Cancel) -> Outcome<()> {
        cancel.check()?;
        if grid.y_column == Some(grid.x_column) {
            let points = grid.points();
            return self.predict(points.values(), points.columns(), out, cancel);
        }
        let plane = Plane {
            base: &grid.base,
            x: (grid.x_column, &grid.x_values),
            y: (grid.y_column, &grid.y_values),
        };
        self.fit.paint(&plane, out, cancel)?;
        told_if_none(out)
    }

    fn has_probabilities(&self) -> bool {
        self.fit.has_probabilities()
    }

    fn inside(&self) -> Inside {
        let fit = &self.fit;
        let mut support = fit.rows.clone();
        support.sort_unstable();
        support.dedup();
        let mut facts = vec![(
            "Support vectors",
            format!("{} of {} rows", support.len(), self.rows),
        )];
        if let Some(gap) = self.gap {
            facts.push(("Optimality gap", format!("{gap:.1e}")));
        }
        // Of a pair, decision values above 0 are for the first class; weights are told for the second.
        let sign = if fit.classes == 0 { 1.0 } else { -1.0 };
        let coefficients = match &fit.machines[..] {
            [machine] if fit.kernel == Kernel::Linear => Some(Coefficients {
                weights: vec![machine.weights.iter().map(|w| sign * w).collect()],
                intercepts: vec![sign * machine.intercept],
            }),
            _ => None,
        };
        Inside {
            coefficients,
            support: Some(support),
            facts,
            ..Inside::default()
        }
    }

    fn bytes(&self) -> usize {
        self.fit.bytes() + 64
    }

    /// With the support vectors, but for a linear kernel, whose weights are all that predicts.
    fn save(&self) -> Option<Saved> {
        if self.fit.kernel == Kernel::Linear {
            return Saved::of(&SvmModel {
                fit: self.fit.without_vectors(),
                ..*self
            });
        }
        Some(Saved::of(self)?.with_rows(self.fit.rows.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{near, params, predictions};
    use super::super::{Samples, svm_classifier, svm_regressor};
    use super::*;
    use crate::base::Hash128;
    use crate::data::{Table, shipped_named};

    /// Standardised columns but the target, and the target: classes numbered by name, or numbers.
    fn samples(name: &str, target: &str) -> Arc<Samples> {
        let table: Table = shipped_named(name).unwrap().load().unwrap();
        let rows = table.rows();
        let mut values = vec![0.0; rows * (table.columns().len() - 1)];
        let features = table.columns().iter().filter(|c| c.name != target);
        let count = table.columns().len() - 1;
        for (at, column) in features.enumerate() {
            let numbers: Vec<f64> = (0..rows).map(|row| column.number(row).unwrap()).collect();
            let mean = numbers.iter().sum::<f64>() / rows as f64;
            let spread = numbers.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows as f64;
            for (row, number) in numbers.iter().enumerate() {
                values[row * count + at] = (number - mean) / spread.sqrt();
            }
        }
        let column = table.column(target).unwrap();
        let y = if column.levels().is_empty() {
            Labels::Numbers((0..rows).map(|row| column.number(row).unwrap()).collect())
        } else {
            let mut sorted = column.levels().to_vec();
            sorted.sort();
            let place = |code: u32| {
                let level = &column.levels()[code as usize];
                sorted.iter().position(|other| other == level).unwrap() as u32
            };
            Labels::Classes {
                codes: (0..rows)
                    .map(|row| place(column.code(row).unwrap()))
                    .collect(),
                count: sorted.len(),
            }
        };
        Arc::new(Samples {
            x: Matrix::new(rows, count, values),
            y: Some(y),
            key: Hash128::default(),
        })
    }

    fn solved(samples: &Arc<Samples>, params: &Params) -> SvmModel {
        let mut fit = Blocks::new(samples.clone(), params, &Context::default());
        while !fit.is_finished() {
            fit.step(&Cancel::new()).unwrap();
        }
        SvmModel::new(fit.training.as_ref().unwrap().fit(), samples.x.rows(), None)
    }

    fn some_rows(samples: &Samples) -> Matrix {
        let rows = samples.x.rows() as u32;
        samples.x.select(&[0, rows / 2, rows - 1])
    }

    /// tests/reference/svm.py: vectors a class, rows told right, decision values of three rows. The
    /// sigmoid is no kernel: where C is large there are several optima, and those are left out.
    #[rustfmt::skip]
    const CLASSES: &[(&str, &str, &str, &str, &[usize], usize, &[f64])] = &[
        ("iris", "species", "linear", "0.5", &[2, 17, 17], 148, &[1.6183240, 1.3780900, 7.7402424, -1.8705814, -0.7222457, 1.3903096, -2.3214821, -1.1806947, -0.4737550]),
        ("iris", "species", "linear", "20", &[2, 8, 7], 147, &[1.6698022, 1.3780900, 19.5377155, -2.4905116, -0.7222457, 3.9049199, -2.9577015, -1.1806947, -1.9967217]),
        ("iris", "species", "rbf", "0.5", &[12, 29, 27], 145, &[1.1913923, 1.1000053, 0.5313714, -1.1233694, -0.8069724, 1.0146811, -1.1244772, -1.0178735, -0.3996802]),
        ("iris", "species", "rbf", "20", &[6, 13, 12], 148, &[1.1886083, 1.0914497, 1.3351345, -1.1537209, -0.7902617, 2.1959839, -1.1894448, -1.0628562, -1.3313856]),
        ("iris", "species", "poly", "0.5", &[3, 22, 18], 147, &[1.9485652, 1.8092297, 1.6971230, -1.0130995, -0.8987604, 1.0938036, -1.0589395, -1.0155953, -0.1538935]),
        ("iris", "species", "poly", "20", &[2, 10, 9], 148, &[2.0909557, 1.8987976, 2.9706392, -1.0207300, -0.8985905, 2.2017308, -1.0679504, -1.0262370, -1.0509489]),
        ("iris", "species", "sigmoid", "0.5", &[10, 41, 31], 128, &[1.9609041, 1.5229758, 8.1316529, -2.6556961, -0.8699751, -0.2598794, -3.1249625, -1.0707485, -0.7184749]),
        ("wine", "class", "linear", "0.5", &[6, 12, 6], 178, &[3.9738726, 2.1839308, 3.2064268, -3.5668956, 0.4950085, 3.7339167, -0.2298075, -1.9189564, -4.5062072]),
        ("wine", "class", "linear", "20", &[5, 10, 6], 178, &[4.4449509, 2.1839308, 4.2059105, -3.9015964, 0.4950085, 4.7741459, -1.1724805, -1.9189564, -4.8857333]),
        ("wine", "class", "rbf", "0.5", &[23, 35, 25], 177, &[1.3160453, 1.1832124, 0.7107911, -1.3488638, -0.0160473, 1.3601015, -0.6650835, -1.1164161, -1.2289800]),
        ("wine", "class", "rbf", "20", &[18, 26, 19], 178, &[1.4643927, 1.1694799, 0.6765863, -1.9856404, -0.0033691, 1.3597979, -0.6346537, -1.1387295, -1.3017669]),
        ("wine", "class", "poly", "0.5", &[13, 30, 17], 178, &[2.8163047, 1.3436562, 0.7944986, -1.7852196, 0.3860425, 1.3909072, -0.4423312, -2.1912857, -2.5420349]),
        ("wine", "class", "poly", "20", &[12, 22, 13], 178, &[3.5117502, 1.3364752, 0.8115641, -2.6349107, 0.4215019, 1.3774919, -0.3203899, -2.2299029, -2.4610990]),
        ("wine", "class", "sigmoid", "0.5", &[22, 37, 23], 171, &[1.5150116, 2.0667273, 2.3835200, -1.8464124, 0.3377990, 2.1154388, 0.6117030, -1.2952018, -2.1147852]),
        ("breast_cancer", "diagnosis", "linear", "0.5", &[22, 23], 562, &[-11.6310467, 4.5031678, 6.2971755]),
        ("breast_cancer", "diagnosis", "linear", "20", &[17, 18], 564, &[-23.3583570, 6.9615311, 11.7463293]),
        ("breast_cancer", "diagnosis", "rbf", "0.5", &[75, 73], 560, &[-1.0000000, 1.6158796, 1.0147685]),
        ("breast_cancer", "diagnosis", "rbf", "20", &[49, 41], 566, &[-0.9999999, 3.0271644, 1.4404103]),
        ("breast_cancer", "diagnosis", "poly", "0.5", &[57, 50], 559, &[-6.8492650, 1.6935510, 2.9081600]),
        ("breast_cancer", "diagnosis", "poly", "20", &[38, 25], 566, &[-13.0061578, 3.2313894, 3.3513304]),
    ];

    #[test]
    fn classes_are_those_of_scikit_learn() {
        for (name, target, kernel, c, vectors, right, decisions) in CLASSES {
            let samples = samples(name, target);
            let settings = [
                ("kernel", *kernel),
                ("C", *c),
                ("coef0", "0.5"),
                ("tol", "1e-7"),
            ];
            let model = solved(&samples, &params(&svm_classifier::ALGORITHM, &settings));
            let some = some_rows(&samples);
            let found = model
                .fit
                .decisions(some.values(), some.columns(), &Cancel::new())
                .unwrap();
            let shown = format!("{name} {kernel} {c}");
            for (found, expected) in found.iter().zip(*decisions) {
                let most = 5e-6 * expected.abs().max(1.0);
                assert!(
                    (found - expected).abs() < most,
                    "{shown}: {found} and {expected}"
                );
            }
            let (codes, count) = samples.classes();
            let mut counts = vec![0usize; count];
            model
                .fit
                .rows
                .iter()
                .for_each(|row| counts[codes[*row as usize] as usize] += 1);
            // A row at the very edge may count or not.
            let apart = counts
                .iter()
                .zip(*vectors)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(
                apart <= Some(1),
                "{shown}: {counts:?}, expected {vectors:?}"
            );
            let out = predictions(&model, &samples);
            let rows = out.chunks(count).zip(codes);
            let told = rows
                .filter(|(row, code)| row[**code as usize] == 1.0)
                .count();
            assert_eq!(told, *right, "{shown}");
        }
    }

    #[rustfmt::skip]
    const NUMBERS: &[(&str, &str, usize, &[f64])] = &[
        ("linear", "0", 442, &[200.8077621, 144.6012272, 46.1824088]),
        ("linear", "20", 314, &[202.1157579, 146.4498040, 46.0072371]),
        ("rbf", "0", 442, &[197.6502221, 132.8810484, 112.8710028]),
        ("rbf", "20", 330, &[197.8409901, 135.2383249, 122.1782508]),
        ("poly", "0", 442, &[195.9349580, 149.6275410, 57.0000190]),
        ("poly", "20", 326, &[192.5357903, 147.2712463, 60.0482105]),
    ];

    #[test]
    fn numbers_are_those_of_scikit_learn() {
        let samples = samples("diabetes", "target");
        for (kernel, epsilon, vectors, expected) in NUMBERS {
            let settings = [
                ("kernel", *kernel),
                ("epsilon", *epsilon),
                ("C", "10"),
                ("coef0", "0.5"),
                ("tol", "1e-6"),
            ];
            let model = solved(&samples, &params(&svm_regressor::ALGORITHM, &settings));
            let some = some_rows(&samples);
            let found = model
                .fit
                .decisions(some.values(), some.columns(), &Cancel::new())
                .unwrap();
            near(&found, expected, 2e-4);
            let support = model.fit.rows.len();
            assert!(
                support.abs_diff(*vectors) <= 2,
                "{kernel} {epsilon}: {support}"
            );
        }
    }

    /// Sigmoids depend on the draw of the folds; scikit-learn's log loss here is .026.
    #[test]
    fn probabilities_are_as_good_as_scikit_learns() {
        let samples = samples("wine", "class");
        let model = solved(
            &samples,
            &params(&svm_classifier::ALGORITHM, &[("probability", "true")]),
        );
        let out = predictions(&model, &samples);
        let rows = out.chunks(3).zip(samples.classes().0);
        let loss: f64 = rows.map(|(row, code)| -row[*code as usize].ln()).sum();
        let loss = loss / samples.x.rows() as f64;
        assert!((0.015..0.045).contains(&loss), "{loss}");
    }
}
