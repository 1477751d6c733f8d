//! Gaussian mixtures by expectation and maximisation, one iteration of every start a step.
//!
//! Dempster, Laird and Rubin (1977); parameters, start, stopping rule and updates as in scikit-learn's
//! `GaussianMixture` with `init_params="kmeans"`. Works on centred rows, so that columns far from zero
//! lose no digits.

use std::cmp::Ordering;
use std::f64::consts::PI;

use faer::Side;
use faer::linalg::solvers::Llt;
use serde::{Deserialize, Serialize};

use super::apart::apart;
use super::centre::{centred_blocks, column_means};
use super::dense::{add_gram, add_scaled, dot, rows_per_block, view};
use super::{Advance, Kmeans, KmeansParameters, Matrix};
use crate::base::{Cancel, Halt, Outcome, Problem, units_a_look};

/// What the components' covariances have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CovarianceType {
    /// Nothing: each has a matrix of its own.
    Full,
    /// All share one matrix.
    Tied,
    /// Each has a variance a column.
    Diagonal,
    /// Each has one variance.
    Spherical,
}

/// What a mixture may be told; the defaults are scikit-learn's.
#[derive(Clone, Debug)]
pub struct MixtureParameters {
    pub n_components: usize,
    pub covariance_type: CovarianceType,
    /// A start ends when the mean log likelihood of a row changes by less.
    pub tol: f64,
    /// Added to every variance.
    pub reg_covar: f64,
    /// Iterations a start.
    pub max_iter: usize,
    pub n_init: usize,
    pub seed: u64,
}

impl Default for MixtureParameters {
    fn default() -> Self {
        MixtureParameters {
            n_components: 1,
            covariance_type: CovarianceType::Full,
            tol: 1e-3,
            reg_covar: 1e-6,
            max_iter: 100,
            n_init: 1,
            seed: 0,
        }
    }
}

/// Components with their weights, as plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianMixture {
    pub columns: usize,
    pub covariance_type: CovarianceType,
    /// Share of the rows, one a component.
    pub weights: Vec<f64>,
    /// Component after component.
    pub means: Vec<f64>,
    /// Full: columns x columns a component; tied: one such; diagonal: columns a component; spherical:
    /// one a component.
    pub covariances: Vec<f64>,
    /// The lower inverse Cholesky factors of the matrices, or the inverse standard deviations.
    factors: Vec<f64>,
    /// Log of the weight and of the density at the mean.
    heights: Vec<f64>,
}

impl GaussianMixture {
    pub fn components(&self) -> usize {
        self.weights.len()
    }

    /// The numbers that were fitted, for information criteria.
    pub fn parameters(&self) -> usize {
        let (k, d) = (self.components(), self.columns);
        let covariances = match self.covariance_type {
            CovarianceType::Full => k * d * (d + 1) / 2,
            CovarianceType::Tied => d * (d + 1) / 2,
            CovarianceType::Diagonal => k * d,
            CovarianceType::Spherical => k,
        };
        covariances + k * d + k - 1
    }

    /// Whether the arrays fit together: for mixtures read from a file.
    pub fn is_sound(&self) -> bool {
        let (k, d) = (self.components(), self.columns);
        let means = k.checked_mul(d);
        let covariances = match self.covariance_type {
            CovarianceType::Full => means.and_then(|means| means.checked_mul(d)),
            CovarianceType::Tied => d.checked_mul(d),
            CovarianceType::Diagonal => means,
            CovarianceType::Spherical => Some(k),
        };
        let parts = [
            &self.weights,
            &self.means,
            &self.covariances,
            &self.factors,
            &self.heights,
        ];
        k > 0
            && means == Some(self.means.len())
            && covariances == Some(self.covariances.len())
            && covariances == Some(self.factors.len())
            && self.heights.len() == k
            && parts
                .iter()
                .all(|part| part.iter().all(|value| value.is_finite()))
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        8 * (self.means.len() + 2 * self.covariances.len() + 2 * self.weights.len())
    }

    /// About how many operations a row takes.
    pub fn operations(&self) -> usize {
        let (k, d) = (self.components(), self.columns);
        match self.covariance_type {
            CovarianceType::Full | CovarianceType::Tied => k * (d * (d + 1) / 2 + 16),
            CovarianceType::Diagonal | CovarianceType::Spherical => k * (d + 16),
        }
    }

    /// The probabilities of the components for each of the rows given one after the other.
    pub fn predict(&self, rows: &[f64], out: &mut [f64]) {
        let k = self.components();
        let mut away = vec![0.0; self.columns];
        let rows = rows.chunks_exact(self.columns.max(1));
        for (row, out) in rows.zip(out.chunks_exact_mut(k)) {
            self.log_densities(row, &mut away, out);
            self.share(out);
        }
    }

    /// Log of weight times density for each component.
    fn log_densities(&self, row: &[f64], away: &mut [f64], out: &mut [f64]) {
        let d = self.columns;
        for (k, out) in out.iter_mut().enumerate() {
            let mean = &self.means[k * d..(k + 1) * d];
            for (away, (value, mean)) in away.iter_mut().zip(row.iter().zip(mean)) {
                *away = value - mean;
            }
            *out = self.heights[k] - 0.5 * self.squared_length(k, away);
        }
    }

    /// The squared Mahalanobis length of a difference from the mean of component `k`.
    fn squared_length(&self, k: usize, away: &[f64]) -> f64 {
        let d = self.columns;
        let by_matrix = |factor: &[f64]| -> f64 {
            let part = |(row, factor): (usize, &[f64])| dot(&factor[..=row], &away[..=row]);
            let parts = factor.chunks_exact(d.max(1)).enumerate().map(part);
            parts.map(|part| part * part).sum()
        };
        match self.covariance_type {
            CovarianceType::Full => by_matrix(&self.factors[k * d * d..(k + 1) * d * d]),
            CovarianceType::Tied => by_matrix(&self.factors),
            CovarianceType::Diagonal => {
                let pairs = away.iter().zip(&self.factors[k * d..(k + 1) * d]);
                pairs.map(|(away, factor)| (away * factor).powi(2)).sum()
            }
            CovarianceType::Spherical => {
                let factor = self.factors[k];
                away.iter().map(|away| (away * factor).powi(2)).sum()
            }
        }
    }

    /// The difference from the mean in coordinates where its squared length is a plain sum.
    fn whitened(&self, k: usize, away: &[f64]) -> Vec<f64> {
        let d = self.columns;
        let by_matrix = |factor: &[f64]| -> Vec<f64> {
            let rows = factor.chunks_exact(d.max(1)).enumerate();
            rows.map(|(row, factor)| dot(&factor[..=row], &away[..=row]))
                .collect()
        };
        match self.covariance_type {
            CovarianceType::Full => by_matrix(&self.factors[k * d * d..(k + 1) * d * d]),
            CovarianceType::Tied => by_matrix(&self.factors),
            CovarianceType::Diagonal => {
                let pairs = away.iter().zip(&self.factors[k * d..(k + 1) * d]);
                pairs.map(|(away, factor)| away * factor).collect()
            }
            CovarianceType::Spherical => away.iter().map(|away| away * self.factors[k]).collect(),
        }
    }

    /// Log densities on a plane through the space: along two columns a component's squared length is
    /// a quadratic, so a point costs the same however many columns there are.
    pub fn on_plane(&self, base: &[f64], x_column: usize, y_column: Option<usize>) -> OnPlane<'_> {
        let d = self.columns;
        let unit = |k: usize, column: usize| {
            let mut unit = vec![0.0; d];
            unit[column] = 1.0;
            self.whitened(k, &unit)
        };
        let components = (0..self.components()).map(|k| {
            let mean = &self.means[k * d..(k + 1) * d];
            let mut away: Vec<f64> = base.iter().zip(mean).map(|(b, m)| b - m).collect();
            away[x_column] = 0.0;
            let mut y_mean = 0.0;
            let mut along_y = vec![0.0; d];
            if let Some(column) = y_column {
                away[column] = 0.0;
                y_mean = mean[column];
                along_y = unit(k, column);
            }
            let (rest, along_x) = (self.whitened(k, &away), unit(k, x_column));
            PlaneComponent {
                height: self.heights[k] - 0.5 * dot(&rest, &rest),
                x_mean: mean[x_column],
                y_mean,
                x: dot(&rest, &along_x),
                y: dot(&rest, &along_y),
                xx: dot(&along_x, &along_x),
                xy: dot(&along_x, &along_y),
                yy: dot(&along_y, &along_y),
            }
        });
        OnPlane {
            mixture: self,
            components: components.collect(),
        }
    }

    /// Log densities into shares; gives the log of their sum.
    fn share(&self, logs: &mut [f64]) -> f64 {
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !highest.is_finite() {
            // Infinitely far from all of them.
            logs.copy_from_slice(&self.weights);
            return highest;
        }
        let mut sum = 0.0;
        for log in logs.iter_mut() {
            *log = (*log - highest).exp();
            sum += *log;
        }
        logs.iter_mut().for_each(|share| *share /= sum);
        highest + sum.ln()
    }
}

/// The components of a mixture as seen on a plane.
pub struct OnPlane<'a> {
    mixture: &'a GaussianMixture,
    components: Vec<PlaneComponent>,
}

struct PlaneComponent {
    height: f64,
    x_mean: f64,
    y_mean: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl OnPlane<'_> {
    /// The probabilities of the components at a point.
    pub fn predict(&self, x: f64, y: f64, out: &mut [f64]) {
        for (out, of) in out.iter_mut().zip(&self.components) {
            let (x, y) = (x - of.x_mean, y - of.y_mean);
            let linear = 2.0 * (of.x * x + of.y * y);
            let square = of.xx * x * x + 2.0 * of.xy * x * y + of.yy * y * y;
            *out = of.height - 0.5 * (linear + square);
        }
        self.mixture.share(out);
    }
}

/// A fit under way.
pub struct Mixture {
    centred: Matrix,
    offsets: Vec<f64>,
    parameters: MixtureParameters,
    runs: Vec<Run>,
    steps: usize,
}

/// One start.
struct Run {
    mixture: GaussianMixture,
    /// Mean log likelihood of a row under the mixture of the iteration before.
    likelihood: f64,
    iterations: usize,
    converged: bool,
}

impl Mixture {
    pub fn new(x: &Matrix, parameters: &MixtureParameters, cancel: &Cancel) -> Outcome<Self> {
        let (rows, wanted) = (x.rows(), parameters.n_components.max(1));
        if rows < wanted {
            let what = format!("{wanted} components need at least {wanted} rows, there are {rows}");
            return Err(Problem::new(what)
                .at("Parameter n_components")
                .fix("Ask for fewer components")
                .into());
        }
        let offsets = column_means(x, cancel)?;
        let mut values = Vec::with_capacity(x.values().len());
        let mut squares = 0.0;
        centred_blocks(x, &offsets, cancel, |_, block| {
            squares += dot(block, block);
            values.extend_from_slice(block);
            Ok(())
        })?;
        // Variances of variances must not overflow either.
        if !(squares * squares).is_finite() {
            return Err(too_large());
        }
        Ok(Mixture {
            centred: Matrix::new(rows, x.columns(), values),
            offsets,
            parameters: parameters.clone(),
            runs: Vec::new(),
            steps: 0,
        })
    }

    /// One iteration of every start that has not ended; the first step finds the starts too. Looks at
    /// `cancel` once a block of rows; a cancelled step goes on where it was.
    pub fn step(&mut self, cancel: &Cancel) -> Outcome<Advance> {
        if self.advance().is_done() {
            return Ok(self.advance());
        }
        let step = self.steps + 1;
        for start in 0..self.parameters.n_init.max(1) {
            if start == self.runs.len() {
                let run = self.begin(start, cancel)?;
                self.runs.push(run);
            }
            if !self.has_ended(&self.runs[start]) && self.runs[start].iterations < step {
                self.runs[start] = self.iterate(&self.runs[start], cancel)?;
            }
        }
        self.steps = step;
        Ok(self.advance())
    }

    fn has_ended(&self, run: &Run) -> bool {
        run.converged || run.iterations >= self.parameters.max_iter.max(1)
    }

    fn advance(&self) -> Advance {
        match self.best() {
            Some(best) if self.runs.iter().all(|run| self.has_ended(run)) => {
                if best.converged {
                    Advance::Converged
                } else {
                    Advance::Exhausted
                }
            }
            _ => Advance::More,
        }
    }

    /// The start of greatest likelihood; the first of equals.
    fn best(&self) -> Option<&Run> {
        let begun = self.runs.iter().filter(|run| run.iterations > 0);
        begun.reduce(|best, run| {
            if run.likelihood > best.likelihood {
                run
            } else {
                best
            }
        })
    }

    /// The clusters of k-means, each made a component.
    fn begin(&self, start: usize, cancel: &Cancel) -> Outcome<Run> {
        let k = self.parameters.n_components.max(1);
        let parameters = KmeansParameters {
            n_clusters: k,
            n_init: 1,
            seed: self.parameters.seed.wrapping_add(start as u64),
            ..KmeansParameters::default()
        };
        let mut kmeans = Kmeans::new(&self.centred, &parameters, cancel)?;
        while !kmeans.step(cancel)?.is_done() {}
        let mut shares = vec![0.0; self.centred.rows() * k];
        for (shares, label) in shares.chunks_exact_mut(k).zip(kmeans.labels()) {
            shares[label as usize] = 1.0;
        }
        Ok(Run {
            mixture: self.maximise(&shares, cancel)?,
            likelihood: f64::NEG_INFINITY,
            iterations: 0,
            converged: false,
        })
    }

    fn iterate(&self, run: &Run, cancel: &Cancel) -> Outcome<Run> {
        let (shares, likelihood) = self.expect(&run.mixture, cancel)?;
        Ok(Run {
            mixture: self.maximise(&shares, cancel)?,
            likelihood,
            iterations: run.iterations + 1,
            converged: (likelihood - run.likelihood).abs() < self.parameters.tol,
        })
    }

    /// Rows x components: how much of each row each component takes; and the mean log likelihood.
    fn expect(&self, mixture: &GaussianMixture, cancel: &Cancel) -> Outcome<(Vec<f64>, f64)> {
        let (k, d, rows) = (
            mixture.components(),
            self.centred.columns(),
            self.centred.rows(),
        );
        let mut shares = vec![0.0; rows * k];
        let (mut sum, mut away) = (0.0, vec![0.0; d]);
        let looks = units_a_look(mixture.operations());
        for (row, shares) in shares.chunks_exact_mut(k).enumerate() {
            if row % looks == 0 {
                cancel.check()?;
            }
            mixture.log_densities(self.centred.row(row), &mut away, shares);
            sum += mixture.share(shares);
        }
        let likelihood = sum / rows as f64;
        if !likelihood.is_finite() {
            return Err(too_large());
        }
        Ok((shares, likelihood))
    }

    /// Weights, means and covariances that fit these shares best.
    fn maximise(&self, shares: &[f64], cancel: &Cancel) -> Outcome<GaussianMixture> {
        let (k, d, rows) = (
            self.parameters.n_components.max(1),
            self.centred.columns(),
            self.centred.rows(),
        );
        let kind = self.parameters.covariance_type;
        // scikit-learn's: no component is quite empty.
        let mut totals = vec![10.0 * f64::EPSILON; k];
        let mut means = vec![0.0; k * d];
        let looks = units_a_look(k * d);
        for (row, shares) in shares.chunks_exact(k).enumerate() {
            if row % looks == 0 {
                cancel.check()?;
            }
            for (component, share) in shares.iter().enumerate() {
                totals[component] += share;
                let mean = &mut means[component * d..(component + 1) * d];
                add_scaled(mean, *share, self.centred.row(row));
            }
        }
        for (mean, total) in means.chunks_exact_mut(d.max(1)).zip(&totals) {
            mean.iter_mut().for_each(|value| *value /= total);
        }
        let covariances = match kind {
            CovarianceType::Full | CovarianceType::Tied => {
                self.matrices(shares, &means, &totals, kind, cancel)?
            }
            CovarianceType::Diagonal | CovarianceType::Spherical => {
                self.variances(shares, &means, &totals, kind, cancel)?
            }
        };
        if covariances.iter().any(|value| !value.is_finite()) {
            return Err(too_large());
        }
        let (factors, logs) = factors(&covariances, kind, d, cancel)?;
        let all: f64 = totals.iter().sum();
        let weights: Vec<f64> = totals.iter().map(|total| total / all).collect();
        let constant = -0.5 * d as f64 * (2.0 * PI).ln();
        let heights = weights.iter().enumerate().map(|(component, weight)| {
            let log = logs[if logs.len() == 1 { 0 } else { component }];
            weight.ln() + constant + log
        });
        debug_assert_eq!(totals.len() * rows, shares.len());
        Ok(GaussianMixture {
            columns: d,
            covariance_type: kind,
            heights: heights.collect(),
            weights,
            means,
            covariances,
            factors,
        })
    }

    /// Covariance matrices, of each component or of all together.
    fn matrices(
        &self,
        shares: &[f64],
        means: &[f64],
        totals: &[f64],
        kind: CovarianceType,
        cancel: &Cancel,
    ) -> Outcome<Vec<f64>> {
        let (k, d) = (totals.len(), self.centred.columns());
        let tied = kind == CovarianceType::Tied;
        let mut matrices = vec![0.0; if tied { d * d } else { k * d * d }];
        let block = rows_per_block(d);
        let mut away = vec![0.0; block * d];
        let rows = self.centred.values().chunks(block * d);
        for (rows, shares) in rows.zip(shares.chunks(block * k)) {
            let count = rows.len() / d;
            for component in 0..k {
                cancel.check()?;
                let mean = &means[component * d..(component + 1) * d];
                let each = rows.chunks_exact(d).zip(away.chunks_exact_mut(d));
                for ((row, away), shares) in each.zip(shares.chunks_exact(k)) {
                    let root = shares[component].sqrt();
                    for (away, (value, mean)) in away.iter_mut().zip(row.iter().zip(mean)) {
                        *away = root * (value - mean);
                    }
                }
                let from = if tied { 0 } else { component * d * d };
                let gram = &mut matrices[from..from + d * d];
                add_gram(gram, view(&away[..count * d], count, d));
            }
        }
        let all: f64 = totals.iter().sum();
        for (component, matrix) in matrices.chunks_exact_mut(d * d).enumerate() {
            let total = if tied { all } else { totals[component] };
            for row in 0..d {
                for column in 0..=row {
                    let mut value = matrix[row * d + column] / total;
                    if row == column {
                        value += self.parameters.reg_covar;
                    }
                    matrix[row * d + column] = value;
                    matrix[column * d + row] = value;
                }
            }
        }
        Ok(matrices)
    }

    /// Variances by column, or their mean.
    fn variances(
        &self,
        shares: &[f64],
        means: &[f64],
        totals: &[f64],
        kind: CovarianceType,
        cancel: &Cancel,
    ) -> Outcome<Vec<f64>> {
        let (k, d) = (totals.len(), self.centred.columns());
        let mut variances = vec![0.0; k * d];
        let looks = units_a_look(k * d);
        for (row, shares) in shares.chunks_exact(k).enumerate() {
            if row % looks == 0 {
                cancel.check()?;
            }
            for (component, share) in shares.iter().enumerate() {
                let part = component * d..(component + 1) * d;
                let pairs = self.centred.row(row).iter().zip(&means[part.clone()]);
                for (sum, (value, mean)) in variances[part].iter_mut().zip(pairs) {
                    *sum += share * (value - mean) * (value - mean);
                }
            }
        }
        for (variances, total) in variances.chunks_exact_mut(d.max(1)).zip(totals) {
            let finish = |sum: &mut f64| *sum = *sum / total + self.parameters.reg_covar;
            variances.iter_mut().for_each(finish);
        }
        Ok(match kind {
            CovarianceType::Spherical => {
                let mean = |of: &[f64]| of.iter().sum::<f64>() / d as f64;
                variances.chunks_exact(d.max(1)).map(mean).collect()
            }
            _ => variances,
        })
    }

    /// The mean log likelihood of a row at the last iteration.
    pub fn log_likelihood(&self) -> Option<f64> {
        self.best().map(|best| best.likelihood)
    }

    /// The mean log likelihood of a row under the mixture that `fit` gives.
    pub fn score(&self, cancel: &Cancel) -> Outcome<Option<f64>> {
        match self.best() {
            Some(best) => Ok(Some(self.expect(&best.mixture, cancel)?.1)),
            None => Ok(None),
        }
    }

    /// The best mixture as it stands; none before the first step. Its components are ordered by
    /// their means' coordinates, so that the same ones have the same numbers whatever the start.
    pub fn fit(&self) -> Option<GaussianMixture> {
        let found = &self.best()?.mixture;
        let (k, d) = (found.components(), found.columns);
        let mean = |k: usize| &found.means[k * d..(k + 1) * d];
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| {
            let pairs = mean(a).iter().zip(mean(b));
            pairs.fold(Ordering::Equal, |order, (a, b)| order.then(a.total_cmp(b)))
        });
        let pick = |values: &[f64]| -> Vec<f64> {
            let each = values.len() / k;
            let part = |&k: &usize| values[k * each..(k + 1) * each].iter().copied();
            order.iter().flat_map(part).collect()
        };
        let own = |values: &[f64]| match found.covariance_type {
            CovarianceType::Tied => values.to_vec(),
            _ => pick(values),
        };
        let mut means = pick(&found.means);
        for mean in means.chunks_exact_mut(d.max(1)) {
            add_scaled(mean, 1.0, &self.offsets);
        }
        Some(GaussianMixture {
            columns: d,
            covariance_type: found.covariance_type,
            weights: pick(&found.weights),
            means,
            covariances: own(&found.covariances),
            factors: own(&found.factors),
            heights: pick(&found.heights),
        })
    }
}

/// Inverse Cholesky factors and the logs of their determinants, one or one a component.
fn factors(
    covariances: &[f64],
    kind: CovarianceType,
    d: usize,
    cancel: &Cancel,
) -> Outcome<(Vec<f64>, Vec<f64>)> {
    let roots = |per: usize, times: f64| -> Outcome<(Vec<f64>, Vec<f64>)> {
        if covariances.iter().any(|variance| !(*variance > 0.0)) {
            return Err(collapsed());
        }
        let roots: Vec<f64> = covariances.iter().map(|v| 1.0 / v.sqrt()).collect();
        let log = |of: &[f64]| of.iter().map(|root| root.ln()).sum::<f64>() * times;
        let logs: Vec<f64> = roots.chunks_exact(per).map(log).collect();
        if roots.iter().chain(&logs).all(|v| v.is_finite()) {
            Ok((roots, logs))
        } else {
            Err(collapsed())
        }
    };
    match kind {
        CovarianceType::Diagonal => roots(d.max(1), 1.0),
        CovarianceType::Spherical => roots(1, d as f64),
        CovarianceType::Full | CovarianceType::Tied => {
            let (mut all, mut logs) = (Vec::with_capacity(covariances.len()), Vec::new());
            for matrix in covariances.chunks_exact((d * d).max(1)) {
                cancel.check()?;
                let factor = inverse_factor(matrix, d, cancel)?;
                logs.push((0..d).map(|i| factor[i * d + i].ln()).sum());
                all.extend(factor);
            }
            if all.iter().chain(&logs).all(|v| v.is_finite()) {
                Ok((all, logs))
            } else {
                Err(collapsed())
            }
        }
    }
}

/// The inverse of the lower Cholesky factor, row after row.
fn inverse_factor(matrix: &[f64], d: usize, cancel: &Cancel) -> Outcome<Vec<f64>> {
    let owned = matrix.to_vec();
    let factor = apart(d, cancel, move || Llt::new(view(&owned, d, d), Side::Lower))?;
    let Ok(factor) = factor else {
        return Err(collapsed());
    };
    let lower = factor.L();
    let mut inverse = vec![0.0; d * d];
    for row in 0..d {
        if row % units_a_look(d * d / 2).min(64) == 0 {
            cancel.check()?;
        }
        let pivot = 1.0 / lower[(row, row)];
        for before in 0..row {
            let (done, here) = inverse.split_at_mut(row * d);
            let solved = &done[before * d..before * d + before + 1];
            add_scaled(&mut here[..=before], -lower[(row, before)] * pivot, solved);
        }
        inverse[row * d + row] = pivot;
    }
    Ok(inverse)
}

fn collapsed() -> Halt {
    Problem::new("A component has shrunk to a point or a line, where its density has no bound")
        .at("Parameter reg_covar")
        .fix("Raise reg_covar, or ask for fewer components")
        .into()
}

fn too_large() -> Halt {
    Problem::new("The numbers are too large for densities")
        .fix("Scale the features")
        .into()
}

#[cfg(test)]
mod tests;
