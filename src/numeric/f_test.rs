//! F statistics of single columns: how much a column tells of the target, taken alone. As
//! scikit-learn's `f_classif` and `f_regression`.

use super::centre::{column_means, mean};
use super::{Labels, Matrix};
use crate::base::{Cancel, Outcome};

/// One a column; 0 where the column or the target does not vary, infinite where it tells all.
pub fn f_statistics(x: &Matrix, y: &Labels, cancel: &Cancel) -> Outcome<Vec<f64>> {
    let means = column_means(x, cancel)?;
    match y {
        Labels::Classes { codes, count } => of_classes(x, &means, codes, *count, cancel),
        Labels::Numbers(numbers) => of_numbers(x, &means, numbers, cancel),
    }
}

/// One-way analysis of variance.
fn of_classes(
    x: &Matrix,
    means: &[f64],
    codes: &[u32],
    count: usize,
    cancel: &Cancel,
) -> Outcome<Vec<f64>> {
    let columns = x.columns();
    let mut sizes = vec![0.0; count];
    let mut sums = vec![0.0; count * columns];
    for (row, code) in codes.iter().enumerate() {
        if row % 1024 == 0 {
            cancel.check()?;
        }
        let code = *code as usize;
        sizes[code] += 1.0;
        let sums = &mut sums[code * columns..(code + 1) * columns];
        let pairs = x.row(row).iter().zip(means);
        sums.iter_mut()
            .zip(pairs)
            .for_each(|(s, (v, m))| *s += v - m);
    }
    for (sums, size) in sums.chunks_exact_mut(columns).zip(&sizes) {
        sums.iter_mut().for_each(|sum| *sum /= f64::max(*size, 1.0));
    }
    let mut within = vec![0.0; columns];
    for (row, code) in codes.iter().enumerate() {
        if row % 1024 == 0 {
            cancel.check()?;
        }
        let centre = &sums[*code as usize * columns..(*code as usize + 1) * columns];
        for (column, sum) in within.iter_mut().enumerate() {
            let away = x.at(row, column) - means[column] - centre[column];
            *sum += away * away;
        }
    }
    let classes = sizes.iter().filter(|size| **size > 0.0).count() as f64;
    let free = codes.len() as f64 - classes;
    let statistic = |column: usize| {
        let parts = sizes.iter().enumerate();
        let between: f64 = parts
            .map(|(class, size)| size * sums[class * columns + column].powi(2))
            .sum();
        known((between / (classes - 1.0)) / (within[column] / free))
    };
    Ok((0..columns).map(statistic).collect())
}

/// The square of the correlation, as an F statistic.
fn of_numbers(x: &Matrix, means: &[f64], y: &[f64], cancel: &Cancel) -> Outcome<Vec<f64>> {
    let columns = x.columns();
    let y_mean = mean(y);
    let (mut products, mut squares) = (vec![0.0; columns], vec![0.0; columns]);
    let mut y_squares = 0.0;
    for (row, y) in y.iter().enumerate() {
        if row % 1024 == 0 {
            cancel.check()?;
        }
        let y = y - y_mean;
        y_squares += y * y;
        for (column, value) in x.row(row).iter().enumerate() {
            let value = value - means[column];
            products[column] += value * y;
            squares[column] += value * value;
        }
    }
    let free = y.len() as f64 - 2.0;
    let statistic = |column: usize| {
        let explained = products[column] / squares[column].sqrt() / y_squares.sqrt();
        let explained = explained * explained;
        let explained = if explained > 1.0 { 1.0 } else { explained };
        known(explained / (1.0 - explained) * free)
    };
    Ok((0..columns).map(statistic).collect())
}

fn known(statistic: f64) -> f64 {
    if statistic.is_nan() { 0.0 } else { statistic }
}

#[cfg(test)]
mod tests {
    use super::super::reference::{near, three, x, y};
    use super::*;

    #[test]
    fn statistics_are_those_of_scikit_learn() {
        let of = |y: Labels| f_statistics(&x(), &y, &Cancel::new()).unwrap();
        let (codes, count) = (three(), 3);
        let classes = of(Labels::Classes { codes, count });
        near(
            &classes,
            &[
                19.2506467689106,
                12.435658653424742,
                0.6883745170315172,
                0.5562019004169821,
            ],
            1e-9,
        );
        near(
            &of(Labels::Numbers(y())),
            &[
                36.451374324585295,
                43.43783418221964,
                16.66543694086271,
                0.008857231654440663,
            ],
            1e-9,
        );
    }

    #[test]
    fn what_does_not_vary_tells_nothing_and_what_tells_all_comes_first() {
        let rows = [
            [1.0, 5.0, 0.0],
            [1.0, 5.0, 1.0],
            [2.0, 5.0, 0.0],
            [2.0, 5.0, 1.0],
        ];
        let x = Matrix::new(4, 3, rows.concat());
        for y in [
            Labels::Classes {
                codes: [0, 0, 1, 1].into(),
                count: 2,
            },
            Labels::Numbers([3.0, 3.0, 4.0, 4.0].into()),
        ] {
            let found = f_statistics(&x, &y, &Cancel::new()).unwrap();
            assert_eq!(found, [f64::INFINITY, 0.0, 0.0]);
        }
        let alike = f_statistics(&x, &Labels::Numbers([1.0; 4].into()), &Cancel::new());
        assert_eq!(alike.unwrap(), [0.0; 3]);
    }
}
