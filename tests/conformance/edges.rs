//! Features at the edges: whatever comes, there is a finite model or one sentence, never a panic.

use seefit::base::{Halt, Outcome, Random};
use seefit::numeric::Matrix;

use super::samples::{context, fit, of_task, predict};
use super::subject::{Passes, Subject, Verdict};

/// Rows of normal numbers.
fn normal(rows: usize, columns: usize, scale: f64, offset: f64) -> Matrix {
    let mut random = Random::new(3);
    let values = (0..rows * columns).map(|_| offset + scale * random.normal());
    Matrix::new(rows, columns, values.collect())
}

/// Fits on these rows; a label follows the first column.
fn holds(s: &Subject, x: Matrix) -> Verdict {
    let rows = x.rows();
    let codes = (0..rows as u32).map(|i| i % 2).collect();
    let numbers = (0..rows)
        .map(|i| x.at(i, 0) / 2.0 + (i % 3) as f64)
        .collect();
    let samples = of_task(s.task(), x, codes, numbers);
    let run = || -> Outcome<Vec<f64>> {
        let fit = fit(&samples, &s.params, &context(2), 60)?;
        predict(&*fit.model(), &samples.x)
    };
    match run() {
        Err(Halt::Cancelled) => panic!("cancelled by nobody"),
        Err(Halt::Failed(problem)) => {
            assert!(!problem.what.is_empty() && problem.to_string().ends_with('.'));
        }
        Ok(predicted) => {
            let none = predicted.iter().find(|v| !v.is_finite());
            assert_eq!(none, None, "a prediction");
        }
    }
    Passes
}

/// The same, and no sentence: such data is ordinary.
fn fits(s: &Subject, x: Matrix) -> Verdict {
    let rows = x.rows();
    let codes = (0..rows as u32).map(|i| i % 2).collect();
    let numbers = (0..rows)
        .map(|i| x.at(i, 0) / 2.0 + (i % 3) as f64)
        .collect();
    let samples = of_task(s.task(), x, codes, numbers);
    match fit(&samples, &s.params, &context(1), 60) {
        Ok(fit) => {
            let predicted = predict(&*fit.model(), &samples.x).expect("predictions");
            assert!(predicted.iter().all(|v| v.is_finite()));
        }
        Err(halt) => panic!("{halt:?}"),
    }
    Passes
}

/// Zero and above, whole: every kind of naive Bayes takes such.
fn counts(rows: usize, columns: usize) -> Matrix {
    let values = (0..rows * columns).map(|i| (i * 7 % 5) as f64);
    Matrix::new(rows, columns, values.collect())
}

pub fn one_column(s: &Subject) -> Verdict {
    fits(s, counts(30, 1))
}

pub fn whole_numbers(s: &Subject) -> Verdict {
    fits(s, counts(60, 2))
}

pub fn zeros_and_ones(s: &Subject) -> Verdict {
    let values = (0..200).map(|i| f64::from(u8::from(i * 7 % 5 > 2)));
    fits(s, Matrix::new(50, 4, values.collect()))
}

pub fn negative_numbers(s: &Subject) -> Verdict {
    holds(s, normal(30, 3, 1.0, -5.0))
}

pub fn constant_columns_only(s: &Subject) -> Verdict {
    holds(s, Matrix::new(30, 2, vec![3.0; 60]))
}

pub fn zeros_only(s: &Subject) -> Verdict {
    holds(s, Matrix::new(30, 2, vec![0.0; 60]))
}

pub fn a_constant_column(s: &Subject) -> Verdict {
    let mut values = counts(40, 3).values().to_vec();
    values.chunks_mut(3).for_each(|row| row[1] = 5.0);
    holds(s, Matrix::new(40, 3, values))
}

pub fn duplicate_rows(s: &Subject) -> Verdict {
    let again: Vec<u32> = (0..40).map(|i| i % 4).collect();
    holds(s, normal(4, 3, 1.0, 0.0).select(&again))
}

/// Equal features with different labels.
pub fn one_row_again_and_again(s: &Subject) -> Verdict {
    holds(s, normal(1, 3, 1.0, 0.0).select(&[0; 20]))
}

pub fn collinear_columns(s: &Subject) -> Verdict {
    let column = normal(40, 1, 1.0, 0.0);
    let values = column.values().iter().flat_map(|v| [*v, *v, 2.0 * v]);
    holds(s, Matrix::new(40, 3, values.collect()))
}

pub fn nearly_collinear_columns(s: &Subject) -> Verdict {
    let columns = normal(40, 2, 1.0, 0.0);
    let rows = (0..40).flat_map(|i| {
        [
            columns.at(i, 0),
            columns.at(i, 0) + 1e-13 * columns.at(i, 1),
        ]
    });
    holds(s, Matrix::new(40, 2, rows.collect()))
}

pub fn more_columns_than_rows(s: &Subject) -> Verdict {
    holds(s, normal(12, 40, 1.0, 0.0))
}

pub fn one_row(s: &Subject) -> Verdict {
    holds(s, normal(1, 2, 1.0, 0.0))
}

pub fn two_rows(s: &Subject) -> Verdict {
    holds(s, normal(2, 2, 1.0, 0.0))
}

pub fn three_rows(s: &Subject) -> Verdict {
    holds(s, normal(3, 2, 1.0, 0.0))
}

pub fn huge_values(s: &Subject) -> Verdict {
    holds(s, normal(30, 2, 1e100, 0.0))
}

pub fn values_near_the_largest(s: &Subject) -> Verdict {
    holds(s, normal(30, 2, 1e300, 0.0))
}

pub fn the_largest_values(s: &Subject) -> Verdict {
    let sign = |i: usize| if i.is_multiple_of(3) { -1.0 } else { 1.0 };
    let values = (0..40).map(|i| sign(i) * f64::MAX);
    holds(s, Matrix::new(20, 2, values.collect()))
}

pub fn tiny_values(s: &Subject) -> Verdict {
    holds(s, normal(30, 2, 1e-200, 0.0))
}

pub fn denormal_values(s: &Subject) -> Verdict {
    let values = (0..60).map(|i| f64::from(i % 5) * 5e-324);
    holds(s, Matrix::new(30, 2, values.collect()))
}

pub fn both_zeros(s: &Subject) -> Verdict {
    let values = (0..60).map(|i| if i % 2 == 0 { 0.0 } else { -0.0 });
    holds(s, Matrix::new(30, 2, values.collect()))
}

pub fn offset_values(s: &Subject) -> Verdict {
    holds(s, normal(60, 2, 1.0, 1e9))
}

pub fn neighbouring_numbers(s: &Subject) -> Verdict {
    // Between two of them there is no other.
    let values = (0..60u64).map(|i| f64::from_bits(1e8f64.to_bits() + i * 7 % 5));
    holds(s, Matrix::new(30, 2, values.collect()))
}

pub fn one_huge_value(s: &Subject) -> Verdict {
    let mut values = counts(30, 2).values().to_vec();
    values[30] = 1e150;
    holds(s, Matrix::new(30, 2, values))
}

pub fn columns_of_all_sizes(s: &Subject) -> Verdict {
    let shape = normal(40, 6, 1.0, 0.0);
    let sizes = [1e-300, 1e-20, 1.0, 1e20, 1e150, 1e300];
    let values = shape.values().iter().enumerate();
    holds(
        s,
        Matrix::new(40, 6, values.map(|(at, v)| v * sizes[at % 6]).collect()),
    )
}
