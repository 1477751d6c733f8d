//! The curve over an algorithm's parameter, which comes after the score: what the validation folds
//! say to each value; of a clustering the inertia (as loss) and the silhouette (as score).
//!
//! An algorithm with a `sweep` answers for all values at once. Any other is fitted anew for each, on a
//! sample of the rows as large as its coarse picture's, one value a unit of work, so that a stop
//! loses little. What a fold has said is kept: turning the curve's own knob finds it again. A parameter
//! that another setting hides (`shrinkage` without the solver that shrinks) is brought out by it, so that the
//! curve shows what it would do.

use std::sync::Arc;

use super::event::CurvePoint;
use super::measure::{Sampled, score_and_loss};
use super::prepared::Prepared;
use super::{Job, clustering};
use crate::base::{Cancel, Halt, Hasher128, Outcome};
use crate::evaluate::clustering::{inertia, silhouette};
use crate::model::{Context, Facts, Params, Samples, Sweep, Task, ValidationCurve};
use crate::numeric::Matrix;

/// Folds of a curve over a parameter use at most so many training and held-out rows.
const TRAIN_ROWS: usize = 10_000;
const TEST_ROWS: usize = 2_500;
/// It takes its spread from at most so many folds; from fewer where each value is a fit of its own.
const MOST_FOLDS: usize = 10;
const MOST_FITTED_FOLDS: usize = 5;

/// Score and loss.
type Scored = (Option<f64>, Option<f64>);

/// Of held-out rows, and of training rows.
type FoldScore = (Scored, Scored);

/// A curve on its way.
pub struct ParameterCurve {
    job: Arc<Job>,
    /// The job's, with the curve's own parameter brought out and at its default.
    params: Params,
    prepared: Arc<Prepared>,
    curve: &'static ValidationCurve,
    values: Vec<f64>,
    /// What is known so far: of each fold one score a value.
    scores: Vec<Vec<FoldScore>>,
    /// The rows of the fold at hand.
    sampled: Option<Sampled>,
}

impl ParameterCurve {
    /// Nothing is fitted yet. None where the algorithm has no such curve.
    pub fn new(job: &Arc<Job>, prepared: &Arc<Prepared>) -> Option<Self> {
        let curve = job.params.algorithm().curve.as_ref()?;
        let mut this = ParameterCurve {
            job: job.clone(),
            params: brought_out(&job.params, curve.parameter),
            prepared: prepared.clone(),
            curve,
            values: Vec::new(),
            scores: Vec::new(),
            sampled: None,
        };
        let rows = prepared.smallest_training().min(this.most_rows());
        this.values = (curve.values)(rows);
        Some(this)
    }

    /// Rows of the smallest fold that a fit of this curve sees at most.
    fn most_rows(&self) -> usize {
        let algorithm = self.job.params.algorithm();
        match algorithm.sweep {
            Some(_) => TRAIN_ROWS,
            None => TRAIN_ROWS.min(algorithm.tags.coarse_rows),
        }
    }

    /// A clustering has one part: all rows.
    fn parts(&self) -> usize {
        let algorithm = self.job.params.algorithm();
        let most = match algorithm.sweep {
            Some(_) => MOST_FOLDS,
            None => MOST_FITTED_FOLDS,
        };
        match algorithm.task {
            Task::Clustering => 1,
            _ => self.prepared.folds.folds.len().min(most),
        }
    }

    /// One unit of work; whether it was the last.
    pub fn step(&mut self, context: &Context, cancel: &Cancel) -> Outcome<bool> {
        let last = self.scores.last().map_or(0, Vec::len);
        let begins = self.scores.is_empty() || last == self.values.len();
        if self.values.is_empty() || (begins && self.scores.len() >= self.parts()) {
            return Ok(true);
        }
        if begins {
            self.sampled = None;
        }
        let fold = self.scores.len() - usize::from(!begins);
        let sampled = match self.sampled.take() {
            Some(sampled) => sampled,
            None => self.rows_of(fold, cancel)?,
        };
        let made = self.unit(&sampled, if begins { 0 } else { last }, context, cancel);
        self.sampled = Some(sampled);
        let made = made?;
        if begins {
            self.scores.push(made);
        } else if let Some(scores) = self.scores.last_mut() {
            scores.extend(made);
        }
        let complete = self.scores.last().map_or(0, Vec::len) == self.values.len();
        Ok(complete && self.scores.len() >= self.parts())
    }

    fn rows_of(&self, fold: usize, cancel: &Cancel) -> Outcome<Sampled> {
        if self.job.task() == Task::Clustering {
            let part = self.prepared.sample(self.most_rows(), cancel)?;
            return Ok(Sampled::of_all(part.samples.clone()));
        }
        let part = self.prepared.fold(fold, cancel)?;
        Ok(Sampled::of(&part, self.most_rows(), TEST_ROWS))
    }

    /// Scores of the fold at hand: for all values at once, or for the one that is next.
    fn unit(
        &self,
        sampled: &Sampled,
        next: usize,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<Vec<FoldScore>> {
        let algorithm = self.job.params.algorithm();
        let mut variant = Hasher128::new();
        self.params.hash(&mut variant);
        variant.word(context.seed);
        if algorithm.sweep.is_none() {
            variant.number(self.values[next]);
        }
        let scores = context.reuse.get_or_make(
            sampled.train.key,
            "curve over a parameter",
            variant.finish().0 as u64,
            |scores: &Vec<FoldScore>| size_of_val(&scores[..]),
            || match algorithm.sweep {
                Some(sweep) => self.swept(sampled, sweep, context, cancel),
                None => Ok(vec![self.fitted(
                    sampled,
                    self.values[next],
                    context,
                    cancel,
                )?]),
            },
        )?;
        Ok(scores.to_vec())
    }

    fn swept(
        &self,
        sampled: &Sampled,
        sweep: Sweep,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<Vec<FoldScore>> {
        let params = &self.params;
        let ask = |x: &Matrix| sweep(&sampled.train, params, &self.values, x, context, cancel);
        let train = ask(&sampled.train_score_x)?;
        if self.job.task() == Task::Clustering {
            let scored = train.iter().map(|values| {
                let scored = cluster_scores(&sampled.train, values, None, context.seed, cancel)?;
                Ok(((None, None), scored))
            });
            return scored.collect();
        }
        let test = ask(&sampled.test_x)?;
        let scores = test.iter().zip(&train).map(|(test, train)| {
            (
                score_and_loss(&sampled.test_y, test, true),
                score_and_loss(&sampled.train_score_y, train, true),
            )
        });
        Ok(scores.collect())
    }

    /// A fit of its own with this value; without a score where these rows do not allow the value.
    fn fitted(
        &self,
        sampled: &Sampled,
        value: f64,
        context: &Context,
        cancel: &Cancel,
    ) -> Outcome<FoldScore> {
        let none = ((None, None), (None, None));
        let algorithm = self.job.params.algorithm();
        let mut params = self.params.clone();
        let parameter = algorithm.parameter(self.curve.parameter);
        let Some(value) = parameter.and_then(|p| p.value_of(value)) else {
            return Ok(none);
        };
        let facts = Facts {
            rows: sampled.train.x.rows(),
            columns: sampled.train.x.columns(),
            classes: sampled.train.classes().1,
        };
        let allowed = params
            .set(self.curve.parameter, value)
            .and_then(|()| (algorithm.check)(&facts, &params));
        if allowed.is_err() {
            return Ok(none);
        }
        let mut fit = (algorithm.start)(sampled.train.clone(), &params, context)?;
        while !fit.is_finished() {
            match fit.step(cancel) {
                Err(Halt::Failed(_)) => return Ok(none),
                step => step?,
            }
        }
        let predict = |x: &Matrix| {
            let model = fit.model();
            let mut out = vec![0.0; x.rows() * model.outputs()];
            model.predict(x.values(), x.columns(), &mut out, cancel)?;
            Ok::<_, Halt>(out)
        };
        let train = predict(&sampled.train_score_x)?;
        if algorithm.task == Task::Clustering {
            let noise = fit.model().noise();
            let mut scored = cluster_scores(&sampled.train, &train, noise, context.seed, cancel)?;
            // What the fit itself minimises comes first.
            scored.1 = fit.loss().or(scored.1);
            return Ok(((None, None), scored));
        }
        let test = predict(&sampled.test_x)?;
        let soft = fit.model().has_probabilities();
        Ok((
            score_and_loss(&sampled.test_y, &test, soft),
            score_and_loss(&sampled.train_score_y, &train, soft),
        ))
    }

    /// One point a value, once the last step is done.
    pub fn points(&self) -> impl Iterator<Item = CurvePoint> + '_ {
        let clustering = self.job.task() == Task::Clustering;
        self.values.iter().enumerate().map(move |(at, value)| {
            let mut point = CurvePoint {
                x: *value,
                ..CurvePoint::default()
            };
            for fold in &self.scores {
                let Some(((validation, validation_loss), (training, training_loss))) =
                    fold.get(at).copied()
                else {
                    continue;
                };
                if !clustering {
                    point.validation.push(validation);
                    point.validation_loss.push(validation_loss);
                }
                point.training.push(training);
                point.training_loss.push(training_loss);
            }
            point
        })
    }
}

/// These settings with one parameter at its default, so that turning that knob finds the curve again, and
/// with what hides it at the first value that does not.
fn brought_out(params: &Params, name: &str) -> Params {
    let mut others = params.clone();
    let Some(parameter) = params.algorithm().parameter(name) else {
        return others;
    };
    let _ = others.set(name, parameter.default_value());
    if let Some((other, [first, ..])) = parameter.visible_if
        && !others.is_visible(parameter)
    {
        let _ = others.set_text(other, first);
    }
    others
}

/// Silhouette and inertia of these rows.
fn cluster_scores(
    samples: &Samples,
    values: &[f64],
    noise: Option<usize>,
    seed: u64,
    cancel: &Cancel,
) -> Outcome<Scored> {
    let outputs = values.len() / samples.x.rows().max(1);
    let labels = clustering::labels(values, outputs, noise);
    let score = silhouette(&samples.x, &labels, seed, cancel)?;
    let inertia = inertia(&samples.x, &labels, cancel)?;
    Ok((score.map(|s| s.mean), inertia))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::PreparedCache;
    use crate::train::sample::{params, shared, table};

    /// Steps to the end; each is first asked for with a set flag, which must change nothing.
    fn curve_of(params: Params) -> (Vec<CurvePoint>, usize) {
        let job = shared(table(90), params);
        let prepared = PreparedCache::default().get(&job, &Cancel::new()).unwrap();
        let mut curve = ParameterCurve::new(&job, &prepared).unwrap();
        let (context, stop, mut units) = (Context::default(), Cancel::new(), 0);
        stop.cancel();
        loop {
            assert_eq!(curve.step(&context, &stop), Err(Halt::Cancelled));
            units += 1;
            if curve.step(&context, &Cancel::new()).unwrap() {
                break;
            }
        }
        (curve.points().collect(), units)
    }

    #[test]
    fn an_elbow_has_inertia_and_silhouette_of_each_number_of_clusters() {
        let (points, units) = curve_of(params("kmeans", &[]));
        let xs: Vec<f64> = points.iter().map(|p| p.x).collect();
        assert_eq!(xs, (2..=12).map(f64::from).collect::<Vec<f64>>());
        // One value a unit: a stop loses little.
        assert_eq!(units, 11);
        let loss = |p: &CurvePoint| p.training_loss[0].unwrap();
        assert!(points.is_sorted_by(|a, b| loss(a) >= loss(b)));
        assert!(points.iter().all(|p| p.training[0].unwrap().abs() < 1.0));
        assert!(points.iter().all(|p| p.validation.is_empty()));
    }

    /// Every value of every supervised curve has a score a fold, unless these rows do not allow it.
    #[test]
    fn every_curve_has_scores() {
        for algorithm in crate::model::ALGORITHMS {
            if algorithm.curve.is_none() || algorithm.task != Task::Classification {
                continue;
            }
            let (points, _) = curve_of(params(algorithm.id, &[("engine", "seefit")]));
            let scored = points
                .iter()
                .filter(|p| p.validation.iter().all(Option::is_some));
            // The table has negative numbers, which counts do not take.
            let counts = ["multinomial_nb", "complement_nb", "categorical_nb"];
            let least = if counts.contains(&algorithm.id) { 0 } else { 5 };
            assert!(scored.count() >= least, "{}", algorithm.id);
        }
    }

    #[test]
    fn what_another_setting_hides_is_brought_out() {
        // Without a penalty C would do nothing, and with the first solver nothing is shrunk.
        for (id, hidden) in [
            ("logistic_regression", ("penalty", "none")),
            ("lda_classifier", ("solver", "svd")),
        ] {
            let (points, _) = curve_of(params(id, &[hidden]));
            let losses: Vec<_> = points.iter().map(|p| p.validation_loss.clone()).collect();
            assert!(
                losses.windows(2).any(|pair| pair[0] != pair[1]),
                "{id}: {losses:?}"
            );
        }
        let hidden = params("logistic_regression", &[("penalty", "none"), ("C", "5")]);
        let out = brought_out(&hidden, "C");
        assert_eq!((out.choice("penalty"), out.real("C")), ("l2", 1.0));
    }

    #[test]
    fn what_has_a_sweep_answers_fold_by_fold() {
        let (points, units) = curve_of(params("knn_classifier", &[]));
        assert_eq!(units, 3);
        assert!(points.len() > 5);
        assert!(points.iter().all(|p| p.validation.len() == 3));
        // One neighbour of a training row is the row itself.
        assert_eq!(points[0].training, vec![Some(1.0); 3]);
    }
}
