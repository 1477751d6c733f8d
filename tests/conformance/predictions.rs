//! What a fitted model predicts: finite numbers and probabilities, however rows are put together.

use seefit::base::{Cancel, Halt};
use seefit::model::{Grid, Task};
use seefit::numeric::Matrix;

use super::samples::{apart, predict, predictions};
use super::subject::{NotForIt, Passes, Subject, Verdict};

pub fn it_has_an_output_a_class(s: &Subject) -> Verdict {
    let outputs = s.model.outputs();
    match s.task() {
        Task::Classification => assert_eq!(outputs, 3),
        Task::Regression => assert_eq!(outputs, 1),
        Task::Clustering => assert!(outputs >= 1),
    }
    Passes
}

pub fn they_are_finite(s: &Subject) -> Verdict {
    assert!(
        predictions(&*s.model, &s.samples.x)
            .iter()
            .all(|v| v.is_finite())
    );
    Passes
}

pub fn probabilities_lie_between_0_and_1(s: &Subject) -> Verdict {
    if s.task() == Task::Regression {
        return NotForIt;
    }
    let predicted = predictions(&*s.model, &s.samples.x);
    assert!(predicted.iter().all(|p| (0.0..=1.0).contains(p)));
    Passes
}

pub fn probabilities_add_up_to_1(s: &Subject) -> Verdict {
    if s.task() == Task::Regression {
        return NotForIt;
    }
    let predicted = predictions(&*s.model, &s.samples.x);
    for row in predicted.chunks(s.model.outputs()) {
        let sum: f64 = row.iter().sum();
        // A clustering may leave a row out of all clusters.
        let noise = s.task() == Task::Clustering && sum == 0.0;
        assert!((sum - 1.0).abs() < 1e-9 || noise, "{row:?}");
    }
    Passes
}

pub fn without_probabilities_it_says_0_or_1(s: &Subject) -> Verdict {
    if s.task() == Task::Regression || s.model.has_probabilities() {
        return NotForIt;
    }
    let predicted = predictions(&*s.model, &s.samples.x);
    assert!(predicted.iter().all(|p| *p == 0.0 || *p == 1.0));
    Passes
}

/// Where it has probabilities, the class is the most probable one of rows that are easy to tell.
pub fn probabilities_agree_with_the_classes(s: &Subject) -> Verdict {
    if s.task() != Task::Classification || !s.model.has_probabilities() || s.algorithm.is_dummy() {
        return NotForIt;
    }
    let (codes, count) = s.samples.classes();
    let predicted = predictions(&*s.model, &s.samples.x);
    for class in 0..count {
        let mean = |of: bool| {
            let rows = predicted.chunks(count).zip(codes);
            let chosen = rows.filter(|(_, code)| (**code as usize == class) == of);
            let (mut sum, mut rows) = (0.0, 0.0);
            for (row, _) in chosen {
                (sum, rows) = (sum + row[class], rows + 1.0);
            }
            sum / rows
        };
        assert!(
            mean(true) > mean(false),
            "class {class}: {} and {}",
            mean(true),
            mean(false)
        );
    }
    Passes
}

pub fn asking_twice_gives_the_same_bits(s: &Subject) -> Verdict {
    let ask = || predictions(&*s.model, &s.samples.x);
    assert!(ask() == ask());
    Passes
}

fn in_parts(s: &Subject, size: usize) -> Verdict {
    let whole = predictions(&*s.model, &s.samples.x);
    let (rows, columns) = (s.samples.x.rows(), s.samples.x.columns());
    let mut parts = Vec::new();
    for begin in (0..rows).step_by(size) {
        let end = (begin + size).min(rows);
        let part = s.samples.x.values()[begin * columns..end * columns].to_vec();
        parts.extend(predictions(
            &*s.model,
            &Matrix::new(end - begin, columns, part),
        ));
    }
    // Sums may be taken in another order; the last digits alone may differ.
    assert!(apart(&parts, &whole) < 1e-12);
    Passes
}

pub fn rows_one_by_one_give_the_same(s: &Subject) -> Verdict {
    in_parts(s, 1)
}

pub fn rows_in_parts_give_the_same(s: &Subject) -> Verdict {
    in_parts(s, 7)
}

pub fn rows_in_another_order_give_the_same(s: &Subject) -> Verdict {
    let outputs = s.model.outputs();
    let whole = predictions(&*s.model, &s.samples.x);
    let back: Vec<u32> = (0..s.samples.x.rows() as u32).rev().collect();
    let reversed = predictions(&*s.model, &s.samples.x.select(&back));
    let turned: Vec<f64> = whole.chunks(outputs).rev().flatten().copied().collect();
    assert!(apart(&reversed, &turned) < 1e-12);
    Passes
}

pub fn no_rows_give_no_predictions(s: &Subject) -> Verdict {
    let none = Matrix::new(0, s.samples.x.columns(), Vec::new());
    assert_eq!(predict(&*s.model, &none), Ok(Vec::new()));
    Passes
}

pub fn threads_may_share_it(s: &Subject) -> Verdict {
    let whole = predictions(&*s.model, &s.samples.x);
    std::thread::scope(|scope| {
        let ask = || scope.spawn(|| predictions(&*s.model, &s.samples.x));
        let asked = [ask(), ask(), ask()];
        for answer in asked {
            assert!(answer.join().expect("no panic") == whole);
        }
    });
    Passes
}

/// Extreme rows: a finite answer or one sentence.
pub fn extreme_rows_are_answered_or_refused(s: &Subject) -> Verdict {
    let columns = s.samples.x.columns();
    for value in [1e10, -1e10, 1e155, 1e300, f64::MAX, -f64::MAX, 5e-324, -0.0] {
        let mut rows = vec![value; columns];
        // One extreme value among ordinary ones, too.
        rows.extend_from_slice(s.samples.x.row(0));
        rows[columns] = value;
        match predict(&*s.model, &Matrix::new(2, columns, rows)) {
            Ok(predicted) => {
                assert!(
                    predicted.iter().all(|v| v.is_finite()),
                    "{value}: {predicted:?}"
                );
                if s.task() == Task::Classification {
                    for row in predicted.chunks(s.model.outputs()) {
                        assert!(
                            (row.iter().sum::<f64>() - 1.0).abs() < 1e-9,
                            "{value}: {row:?}"
                        );
                    }
                }
            }
            Err(Halt::Failed(problem)) => assert!(problem.to_string().ends_with('.')),
            Err(Halt::Cancelled) => panic!("cancelled by nobody"),
        }
    }
    Passes
}

pub fn a_set_flag_stops_a_prediction(s: &Subject) -> Verdict {
    // One answer for all rows is there before anybody could stop it.
    if s.algorithm.is_dummy() {
        return NotForIt;
    }
    let stopped = Cancel::new();
    stopped.cancel();
    let mut out = vec![0.0; s.samples.x.rows() * s.model.outputs()];
    let x = &s.samples.x;
    let halt = s.model.predict(x.values(), x.columns(), &mut out, &stopped);
    assert_eq!(halt, Err(Halt::Cancelled));
    Passes
}

fn grid(s: &Subject, y_column: Option<usize>, xs: &[f64]) -> Grid {
    Grid {
        base: s.samples.x.row(5).to_vec(),
        x_column: 2,
        x_values: xs.to_vec(),
        y_column,
        y_values: match y_column {
            Some(_) => (0..6).map(|i| 1.5 * f64::from(i)).collect(),
            None => vec![0.0],
        },
    }
}

fn plane_agrees(s: &Subject, grid: &Grid) -> Verdict {
    let mut plane = vec![f64::NAN; grid.len() * s.model.outputs()];
    s.model
        .predict_grid(grid, &mut plane, &Cancel::new())
        .expect("a plane");
    let points = predictions(&*s.model, &grid.points());
    assert!(apart(&plane, &points) < 1e-9);
    Passes
}

const XS: [f64; 7] = [-1.0, 0.5, 1.0, 2.5, 4.0, 5.25, 9.0];

pub fn a_plane_agrees_with_its_points(s: &Subject) -> Verdict {
    plane_agrees(s, &grid(s, Some(0), &XS))
}

pub fn a_line_agrees_with_its_points(s: &Subject) -> Verdict {
    plane_agrees(s, &grid(s, None, &XS))
}

pub fn a_plane_may_run_backwards(s: &Subject) -> Verdict {
    let back: Vec<f64> = XS.iter().rev().copied().collect();
    plane_agrees(s, &grid(s, Some(1), &back))
}

pub fn a_set_flag_stops_a_plane(s: &Subject) -> Verdict {
    if s.algorithm.is_dummy() {
        return NotForIt;
    }
    let stopped = Cancel::new();
    stopped.cancel();
    let grid = grid(s, Some(0), &XS);
    let mut plane = vec![0.0; grid.len() * s.model.outputs()];
    let halt = s.model.predict_grid(&grid, &mut plane, &stopped);
    assert_eq!(halt, Err(Halt::Cancelled));
    Passes
}
