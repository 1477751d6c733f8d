//! The first picture of a setting: as many rows and steps as fit into a moment.

use std::time::{Duration, Instant};

use super::{Fitted, Job, PreparedCache};
use crate::base::{Cancel, Outcome};
use crate::model::{Context, Facts};

/// A coarse fit stops after the first step that ends later than this.
pub const COARSE_TIME: Duration = Duration::from_millis(50);

/// Fits on at most the algorithm's coarse rows, for `COARSE_TIME`, at least one step.
pub fn coarse(
    job: &Job,
    cache: &PreparedCache,
    context: &Context,
    cancel: &Cancel,
) -> Outcome<Fitted> {
    let algorithm = job.params.algorithm();
    let prepared = cache.get(job, cancel)?;
    let rows = algorithm.tags.coarse_rows.min(rows_at(columns(job)));
    let part = prepared.sample(rows, cancel)?;
    let facts = Facts {
        rows: prepared.smallest_training(),
        columns: part.samples.x.columns(),
        classes: prepared.class_names().len(),
    };
    (algorithm.check)(&facts, &job.params)?;
    // Rows that are prepared for the first time may take longer than that.
    let begun = Instant::now();
    let mut fit = (algorithm.start)(part.samples.clone(), &job.params, context)?;
    loop {
        fit.step(cancel)?;
        if fit.is_finished() || begun.elapsed() > COARSE_TIME {
            break;
        }
    }
    let step = fit.taken();
    Ok(Fitted {
        model: fit.model(),
        recipe: part.recipe.clone(),
        rows: part.rows.len(),
        of_rows: prepared.drawn_rows().len(),
        step,
        planned: if fit.is_finished() {
            step
        } else {
            fit.planned()
        },
    })
}

const MOST_ROWS: usize = 10_000;
/// Numbers of a sample, about: of thousands of columns there are fewer rows.
const MOST_CELLS: usize = 2 << 20;
const LEAST_ROWS: usize = 200;

fn rows_at(columns: usize) -> usize {
    (MOST_CELLS / columns.max(1)).clamp(LEAST_ROWS, MOST_ROWS)
}

/// How many columns the models see, about: what words there are is not known before they are read.
fn columns(job: &Job) -> usize {
    let terms = job.recipe.texts.values();
    let terms = terms.map(|text| text.max_features.unwrap_or(MANY_TERMS));
    job.roles.features().len() + terms.sum::<usize>()
}

const MANY_TERMS: usize = 5_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::sample::{job, params, table};

    #[test]
    fn of_many_columns_there_are_fewer_rows() {
        assert_eq!(rows_at(0), MOST_ROWS);
        assert_eq!(rows_at(200), MOST_ROWS);
        assert_eq!(rows_at(5_000), 419);
        assert_eq!(rows_at(1_000_000), LEAST_ROWS);
        let mut job = job(table(90), params("gaussian_nb", &[]));
        assert_eq!(columns(&job), 2);
        let texts = &mut job.recipe.texts;
        texts.insert("t".into(), crate::prepare::TextFeatures::offered());
        texts.insert("u".into(), crate::prepare::TextFeatures::default());
        assert_eq!(columns(&job), 6_002);
    }

    #[test]
    fn of_many_rows_a_sample_that_says_so() {
        let ask = |rows| {
            let job = job(table(rows), params("gaussian_nb", &[]));
            let cache = PreparedCache::default();
            coarse(&job, &cache, &Context::default(), &Cancel::new()).unwrap()
        };
        let fitted = ask(25_000);
        assert!(fitted.rows <= MOST_ROWS && fitted.of_rows == 25_000);
        assert!(!fitted.is_exact());
        // What fits whole is not called a sample.
        let fitted = ask(200);
        assert_eq!((fitted.rows, fitted.of_rows), (200, 200));
        assert!(fitted.is_exact());
    }
}
