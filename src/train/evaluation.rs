//! One class against the rest, from a model's held-out probabilities: what the tab Evaluate draws.

use super::{HeldOut, Prepared};
use crate::base::{Cancel, Halt, Problem};
use crate::evaluate::{
    Band, CalibrationBin, PrecisionPoint, Ranking, RocPoint, Spread, brier_of_class, calibration,
    precision_band, roc_band,
};

/// Of all held-out rows together, and fold by fold.
#[derive(Clone, Debug)]
pub struct OneAgainstRest {
    /// Of the rows of all folds together; a sentence where they are all of one kind.
    pub ranking: Result<Ranking, Problem>,
    /// The ROC curve over the folds; None where there are fewer than two with a curve.
    pub band: Option<Band>,
    /// The same of precision and recall.
    pub precision_band: Option<Band>,
    /// Area under each fold's curve.
    pub auc: Spread,
    /// Each fold's average precision.
    pub average_precision: Spread,
    pub calibration: Vec<CalibrationBin>,
    pub brier: Option<f64>,
    /// What to know: folds that lack the class, rows that were held out several times.
    pub notes: Vec<String>,
}

/// Points of the averaged ROC curve, less one.
const BAND_STEPS: usize = 100;
/// Bins of the calibration curve.
pub const CALIBRATION_BINS: usize = 10;

/// `class` is its code in the target. The same rows as in the scores: those held out so far.
pub fn one_against_rest(
    prepared: &Prepared,
    held_out: &HeldOut,
    class: usize,
    cancel: &Cancel,
) -> Result<OneAgainstRest, Halt> {
    let Some((codes, classes)) = prepared.target.as_ref().and_then(|t| t.classes()) else {
        return Err(Problem::new("the target is a number and has no classes").into());
    };
    if class >= classes || held_out.outputs != classes {
        return Err(Problem::new("the model was fitted on other classes").into());
    }
    let scored = |rows: &[u32]| -> Vec<(f64, bool)> {
        let of_row = |&row: &u32| {
            let outputs = held_out.row(row as usize)?;
            Some((outputs[class], codes[row as usize] as usize == class))
        };
        rows.iter().filter_map(of_row).collect()
    };
    cancel.check()?;
    let all = scored(&prepared.rows);
    let mut notes = Vec::new();
    let folds = &prepared.folds.folds;
    let tested: usize = folds.iter().map(|f| f.test.len()).sum();
    if !prepared.folds.is_held_out() {
        notes.push("The model has seen these rows: nothing was held out.".to_owned());
    }
    // A row's mean over several folds is not what any one fold said.
    let once = tested <= prepared.rows.len();
    if !once {
        notes.push("Rows were held out several times: their mean probability counts.".to_owned());
    }
    let mut curves: Vec<Vec<RocPoint>> = Vec::new();
    let mut precisions: Vec<Vec<PrecisionPoint>> = Vec::new();
    let mut areas: Vec<Option<f64>> = Vec::new();
    let mut averages: Vec<Option<f64>> = Vec::new();
    let mut without = 0;
    if once && folds.len() > 1 {
        for fold in folds {
            cancel.check()?;
            let rows = scored(&fold.test);
            if rows.is_empty() {
                continue;
            }
            match Ranking::new(rows, cancel)? {
                Ok(ranking) => {
                    areas.push(Some(ranking.auc()));
                    averages.push(Some(ranking.average_precision()));
                    curves.push(ranking.roc());
                    precisions.push(ranking.precision_recall());
                }
                Err(_) => {
                    areas.push(None);
                    averages.push(None);
                    without += 1;
                }
            }
        }
    }
    if without > 0 {
        let folds = areas.len();
        notes.push(match curves.len() {
            0 => format!("None of the {folds} folds holds rows of both kinds: no spread."),
            _ => {
                format!("{without} of {folds} folds hold rows of one kind only and have no curve.")
            }
        });
    }
    let bins = calibration(&all, CALIBRATION_BINS);
    let brier = brier_of_class(&all);
    cancel.check()?;
    let ranking = Ranking::new(all, cancel)?;
    let pooled = |area: fn(&Ranking) -> f64| ranking.as_ref().ok().map(area);
    let (auc, average) = (pooled(Ranking::auc), pooled(Ranking::average_precision));
    let several = curves.len() > 1;
    let bands = several.then(|| {
        let precision = precision_band(&precisions, BAND_STEPS);
        (roc_band(&curves, BAND_STEPS), precision)
    });
    let (band, precision_band) = bands.unwrap_or_default();
    Ok(OneAgainstRest {
        band,
        precision_band,
        auc: Spread::new(areas, auc),
        average_precision: Spread::new(averages, average),
        calibration: bins,
        brier,
        ranking,
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::SplitScheme;
    use crate::train::sample::{classes, job, params, table};
    use crate::train::{PreparedCache, run_to_end};
    use std::sync::Arc;

    fn evaluated(job: crate::train::Job) -> OneAgainstRest {
        let (job, cache, cancel) = (Arc::new(job), PreparedCache::default(), Cancel::new());
        let report = run_to_end(job.clone(), &cache, Default::default(), &cancel).unwrap();
        let prepared = cache.get(&job, &cancel).unwrap();
        one_against_rest(&prepared, &report.held_out, 1, &cancel).unwrap()
    }

    #[test]
    fn areas_are_those_of_the_report() {
        let job = job(table(90), params("gaussian_nb", &[]));
        let (shared, cache, cancel) = (Arc::new(job), PreparedCache::default(), Cancel::new());
        let report = run_to_end(shared.clone(), &cache, Default::default(), &cancel).unwrap();
        let prepared = cache.get(&shared, &cancel).unwrap();
        let found = one_against_rest(&prepared, &report.held_out, 1, &cancel).unwrap();
        let told = report.score(crate::evaluate::Metric::Auc).unwrap();
        assert_eq!(found.auc.per_fold.len(), 3);
        assert!((found.auc.mean.unwrap() - told.mean.unwrap()).abs() < 1e-12);
        assert!((found.auc.pooled.unwrap() - told.pooled.unwrap()).abs() < 1e-12);
        for band in [found.band.unwrap(), found.precision_band.unwrap()] {
            assert_eq!(band.x.len(), BAND_STEPS + 1);
            assert!(
                band.mean
                    .iter()
                    .chain(&band.std)
                    .all(|v| (0.0..=1.0).contains(v))
            );
        }
        let average = found.average_precision;
        assert_eq!(average.per_fold.len(), 3);
        assert!((average.mean.unwrap() - average.pooled.unwrap()).abs() < 0.1);
        let rows: u64 = found.calibration.iter().map(|b| b.rows).sum();
        assert_eq!(rows, 90);
        assert!(found.notes.is_empty());
        cancel.cancel();
        assert!(one_against_rest(&prepared, &report.held_out, 1, &cancel).is_err());
        assert!(one_against_rest(&prepared, &report.held_out, 2, &Cancel::new()).is_err());
    }

    #[test]
    fn a_fold_without_the_class_is_a_sentence() {
        let rare = classes(40, (0..40).map(|i| u32::from(i == 7)));
        let mut job = job(rare, params("gaussian_nb", &[]));
        job.split = SplitScheme::KFold { k: 4 };
        let found = evaluated(job);
        assert!(found.notes[0].contains("3 of 4 folds hold rows of one kind"));
        assert!(found.band.is_none());
        assert!(found.ranking.is_ok());
        assert!(found.auc.std.is_none());
    }

    #[test]
    fn repeats_have_no_band_and_training_rows_are_named() {
        let mut repeated = job(table(40), params("gaussian_nb", &[]));
        repeated.split = SplitScheme::Repeated { repeats: 2, k: 3 };
        let found = evaluated(repeated);
        assert!(found.band.is_none() && found.notes[0].contains("several times"));
        let mut seen = job(table(40), params("gaussian_nb", &[]));
        seen.split = SplitScheme::Train;
        assert!(evaluated(seen).notes[0].contains("has seen these rows"));
    }
}
