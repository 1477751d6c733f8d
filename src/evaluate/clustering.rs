//! How well clusters hold together. Labels are cluster numbers; `NOISE` marks rows of none.

use std::collections::BTreeMap;

use crate::base::{Cancel, Outcome, Random, units_a_look};
use crate::numeric::Matrix;

/// A row that belongs to no cluster.
pub use crate::numeric::NOISE;

/// Silhouettes compare every row with every other: above this many a sample is taken.
pub const SILHOUETTE_ROWS: usize = 2000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silhouette {
    /// From -1 to 1, the mean over the rows looked at.
    pub mean: f64,
    /// How many rows were looked at; fewer than there are where a sample was taken.
    pub rows: usize,
    pub sampled: bool,
}

/// Rows of each of `clusters` clusters, and rows of none.
pub fn sizes(labels: &[u32], clusters: usize) -> (Vec<usize>, usize) {
    let mut sizes = vec![0; clusters];
    let mut noise = 0;
    for &label in labels {
        match sizes.get_mut(label as usize) {
            Some(size) => *size += 1,
            None => noise += 1,
        }
    }
    (sizes, noise)
}

/// The mean silhouette (Rousseeuw 1987), with Euclidean distances; of a seeded sample above
/// `SILHOUETTE_ROWS` rows. Rows of no cluster are left out. `None` unless there are at least two
/// clusters and fewer than rows.
pub fn silhouette(
    x: &Matrix,
    labels: &[u32],
    seed: u64,
    cancel: &Cancel,
) -> Outcome<Option<Silhouette>> {
    let in_cluster = labels.iter().zip(0..).filter(|(l, _)| **l != NOISE);
    let mut rows: Vec<u32> = in_cluster.map(|(_, row)| row).collect();
    let all = rows.len();
    if all > SILHOUETTE_ROWS {
        // The first steps of a shuffle draw without replacement.
        let mut random = Random::stream(seed, 0);
        for place in 0..SILHOUETTE_ROWS {
            rows.swap(place, place + random.below(all - place));
        }
        rows.truncate(SILHOUETTE_ROWS);
        rows.sort_unstable();
    }
    // Clusters numbered anew, without gaps.
    let mut clusters: Vec<u32> = rows.iter().map(|&row| labels[row as usize]).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let k = clusters.len();
    if k < 2 || k >= rows.len() {
        return Ok(None);
    }
    let cluster_of: Vec<usize> = rows
        .iter()
        .map(|&row| clusters.partition_point(|c| *c < labels[row as usize]))
        .collect();
    let mut sizes = vec![0usize; k];
    cluster_of.iter().for_each(|&cluster| sizes[cluster] += 1);
    let mut sum = 0.0;
    let mut distances = vec![0.0; k];
    for (&row, &own) in rows.iter().zip(&cluster_of) {
        cancel.check()?;
        if sizes[own] == 1 {
            continue;
        }
        distances.fill(0.0);
        let here = x.row(row as usize);
        for (&other, &cluster) in rows.iter().zip(&cluster_of) {
            distances[cluster] += distance(here, x.row(other as usize));
        }
        let within = distances[own] / (sizes[own] - 1) as f64;
        let nearest = (0..k)
            .filter(|&cluster| cluster != own)
            .map(|cluster| distances[cluster] / sizes[cluster] as f64)
            .fold(f64::INFINITY, f64::min);
        let larger = within.max(nearest);
        if larger > 0.0 {
            sum += (nearest - within) / larger;
        }
    }
    let mean = sum / rows.len() as f64;
    Ok(mean.is_finite().then_some(Silhouette {
        mean,
        rows: rows.len(),
        sampled: rows.len() < all,
    }))
}

/// Rows of clusters, and for each cluster its centre and how many rows it has. Rows of none are left
/// out; numbers that no row has are skipped.
struct Centres {
    /// Row of `x` and which of the centres is its.
    rows: Vec<(usize, usize)>,
    sizes: Vec<usize>,
    centres: Vec<Vec<f64>>,
}

impl Centres {
    fn of(x: &Matrix, labels: &[u32], cancel: &Cancel) -> Outcome<Self> {
        let names = Groups::of(labels).without(NOISE);
        let mut found = Centres {
            rows: Vec::new(),
            sizes: vec![0; names.len()],
            centres: vec![vec![0.0; x.columns()]; names.len()],
        };
        let looks = units_a_look(4 * x.columns());
        for (row, label) in labels.iter().enumerate() {
            if row % looks == 0 {
                cancel.check()?;
            }
            let Some(cluster) = names.number(*label) else {
                continue;
            };
            found.rows.push((row, cluster));
            found.sizes[cluster] += 1;
            for (sum, value) in found.centres[cluster].iter_mut().zip(x.row(row)) {
                *sum += value;
            }
        }
        for (centre, size) in found.centres.iter_mut().zip(&found.sizes) {
            centre.iter_mut().for_each(|sum| *sum /= *size as f64);
        }
        Ok(found)
    }

    /// Sum of squared distances of the rows to their centres.
    fn inertia(&self, x: &Matrix, cancel: &Cancel) -> Outcome<f64> {
        let mut sum = 0.0;
        for rows in self.rows.chunks(units_a_look(4 * x.columns())) {
            cancel.check()?;
            for (row, cluster) in rows {
                let pairs = x.row(*row).iter().zip(&self.centres[*cluster]);
                sum += pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            }
        }
        Ok(sum)
    }

    /// Neither one cluster nor a cluster a row.
    fn tell_apart(&self) -> bool {
        (2..self.rows.len()).contains(&self.sizes.len())
    }
}

/// Sum of squared distances of the rows to the mean of their cluster; `None` without any such row.
pub fn inertia(x: &Matrix, labels: &[u32], cancel: &Cancel) -> Outcome<Option<f64>> {
    let found = Centres::of(x, labels, cancel)?;
    let sum = found.inertia(x, cancel)?;
    Ok((!found.rows.is_empty() && sum.is_finite()).then_some(sum))
}

/// The mean over clusters of how alike the most similar other one is (Davies and Bouldin 1979): 0 is
/// best. `None` as for the silhouette, and where two clusters share a centre.
pub fn davies_bouldin(x: &Matrix, labels: &[u32], cancel: &Cancel) -> Outcome<Option<f64>> {
    let found = Centres::of(x, labels, cancel)?;
    if !found.tell_apart() {
        return Ok(None);
    }
    let k = found.sizes.len();
    let mut spreads = vec![0.0; k];
    for rows in found.rows.chunks(units_a_look(4 * x.columns())) {
        cancel.check()?;
        for &(row, cluster) in rows {
            spreads[cluster] += distance(x.row(row), &found.centres[cluster]);
        }
    }
    for (spread, size) in spreads.iter_mut().zip(&found.sizes) {
        *spread /= *size as f64;
    }
    let worst = |a: usize| {
        let others = (0..k).filter(|b| *b != a);
        let alike = others.map(|b| {
            let apart = distance(&found.centres[a], &found.centres[b]);
            (spreads[a] + spreads[b]) / apart
        });
        alike.fold(0.0, |worst: f64, alike| {
            if alike > worst || alike.is_nan() {
                alike
            } else {
                worst
            }
        })
    };
    let mut sum = 0.0;
    for cluster in 0..k {
        cancel.check()?;
        sum += worst(cluster);
    }
    let mean = sum / k as f64;
    Ok(mean.is_finite().then_some(mean))
}

/// How far clusters lie apart against how far they spread, each a degree of freedom (Calinski and
/// Harabasz 1974): more is better. `None` as for the silhouette, and where nothing spreads.
pub fn calinski_harabasz(x: &Matrix, labels: &[u32], cancel: &Cancel) -> Outcome<Option<f64>> {
    let found = Centres::of(x, labels, cancel)?;
    if !found.tell_apart() {
        return Ok(None);
    }
    let (n, k) = (found.rows.len() as f64, found.sizes.len() as f64);
    let mut mean = vec![0.0; x.columns()];
    for rows in found.rows.chunks(units_a_look(4 * x.columns())) {
        cancel.check()?;
        for &(row, _) in rows {
            for (sum, value) in mean.iter_mut().zip(x.row(row)) {
                *sum += value / n;
            }
        }
    }
    let between = found
        .centres
        .iter()
        .zip(&found.sizes)
        .map(|(centre, size)| {
            let pairs = centre.iter().zip(&mean);
            *size as f64 * pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        });
    let within = found.inertia(x, cancel)?;
    let score = between.sum::<f64>() * (n - k) / (within * (k - 1.0));
    Ok(score.is_finite().then_some(score))
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// The numbers that codes have in a grouping, from 0 in ascending order.
struct Groups {
    /// Ascending.
    codes: Vec<u32>,
    /// By code, for those below [`Groups::DIRECT`]: the number, or `u32::MAX`.
    numbers: Vec<u32>,
}

impl Groups {
    /// Codes below are looked up in one step, so that a million rows take milliseconds.
    const DIRECT: u32 = 1 << 16;

    fn of(codes: &[u32]) -> Groups {
        let mut seen = vec![false; Groups::DIRECT as usize];
        let mut others = Vec::new();
        for &code in codes {
            match seen.get_mut(code as usize) {
                Some(seen) => *seen = true,
                None if others.last() == Some(&code) => {}
                None => others.push(code),
            }
        }
        others.sort_unstable();
        others.dedup();
        let low = (0..Groups::DIRECT).filter(|code| seen[*code as usize]);
        Groups::numbered(low.chain(others).collect())
    }

    fn numbered(codes: Vec<u32>) -> Groups {
        let most = codes
            .iter()
            .copied()
            .filter(|code| *code < Groups::DIRECT)
            .max();
        let mut numbers = vec![u32::MAX; most.map_or(0, |most| most as usize + 1)];
        for (number, &code) in codes.iter().enumerate() {
            if let Some(place) = numbers.get_mut(code as usize) {
                *place = number as u32;
            }
        }
        Groups { codes, numbers }
    }

    fn without(self, code: u32) -> Groups {
        Groups::numbered(self.codes.into_iter().filter(|c| *c != code).collect())
    }

    fn len(&self) -> usize {
        self.codes.len()
    }

    fn number(&self, code: u32) -> Option<usize> {
        match self.numbers.get(code as usize) {
            Some(&number) => (number != u32::MAX).then_some(number as usize),
            None => self.codes.binary_search(&code).ok(),
        }
    }
}

/// How many rows two groupings put into each group: of the first, of the second, and of both together.
struct Contingency {
    first: Vec<f64>,
    second: Vec<f64>,
    both: Vec<f64>,
}

impl Contingency {
    fn of(a: &[u32], b: &[u32]) -> Contingency {
        let (of_a, of_b) = (Groups::of(a), Groups::of(b));
        let mut first = vec![0.0; of_a.len()];
        let mut second = vec![0.0; of_b.len()];
        // Pairs of groups that no row has do not appear: of many groups most pairs are empty.
        let mut both: BTreeMap<usize, f64> = BTreeMap::new();
        let few = of_a.len().saturating_mul(of_b.len()) <= FEW_PAIRS;
        let mut table = vec![0.0; if few { of_a.len() * of_b.len() } else { 0 }];
        for (a, b) in a.iter().zip(b) {
            let (Some(a), Some(b)) = (of_a.number(*a), of_b.number(*b)) else {
                continue;
            };
            first[a] += 1.0;
            second[b] += 1.0;
            let pair = a * of_b.len() + b;
            match table.get_mut(pair) {
                Some(rows) => *rows += 1.0,
                None => *both.entry(pair).or_insert(0.0) += 1.0,
            }
        }
        let both = table.into_iter().chain(both.into_values());
        Contingency {
            first,
            second,
            both: both.filter(|rows| *rows > 0.0).collect(),
        }
    }
}

/// Pairs of groups that are counted in a table.
const FEW_PAIRS: usize = 1 << 20;

/// Agreement of two groupings of the same rows, corrected for chance (Hubert and Arabie 1985): 1 is
/// the same grouping, 0 what chance gives. Every code is a group, `NOISE` too.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.is_empty() {
        return None;
    }
    // Pairs of rows that a grouping puts together.
    let pairs = |groups: &[f64]| groups.iter().map(|n| n * (n - 1.0) / 2.0).sum::<f64>();
    let n = a.len().min(b.len()) as f64;
    let all = n * (n - 1.0) / 2.0;
    let counted = Contingency::of(a, b);
    let together = pairs(&counted.both);
    let (in_a, in_b) = (pairs(&counted.first), pairs(&counted.second));
    // Both put all rows together, or all apart.
    if together == in_a && together == in_b {
        return Some(1.0);
    }
    let expected = in_a * in_b / all;
    Some((together - expected) / ((in_a + in_b) / 2.0 - expected))
}

/// How much two groupings tell of each other, in shares of the mean of their entropies (Strehl and
/// Ghosh 2002, arithmetic as scikit-learn's default): 1 is the same grouping, 0 nothing.
pub fn normalized_mutual_information(a: &[u32], b: &[u32]) -> Option<f64> {
    let n = a.len().min(b.len());
    if n == 0 {
        return None;
    }
    // Minus the sum of p ln p over the groups.
    let entropy = |groups: &[f64]| {
        let shares = groups.iter().map(|rows| rows / n as f64);
        -shares.map(|share| share * share.ln()).sum::<f64>()
    };
    let counted = Contingency::of(&a[..n], &b[..n]);
    let (of_a, of_b) = (entropy(&counted.first), entropy(&counted.second));
    if of_a == 0.0 && of_b == 0.0 {
        return Some(1.0);
    }
    let both = entropy(&counted.both);
    Some(((of_a + of_b - both) / ((of_a + of_b) / 2.0)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    /// Three groups in three columns; as `rows` in tests/reference/clusters.py.
    fn groups() -> Matrix {
        let row = |i: usize| {
            let (t, group) = (i as f64, (i % 3) as f64);
            let (a, b) = (0.6 * (1.7 * t).sin(), 0.5 * (2.3 * t).cos());
            [group + a, -1.5 * group + b, 2.0 * (0.9 * t).sin()]
        };
        Matrix::new(60, 3, (0..60).flat_map(row).collect())
    }

    #[rustfmt::skip]
    const LABELS: [u32; 60] = [0, 1, 1, 0, 2, 1, 2, 1, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 0, 2, 1, 2, 0, 1, 0, 1, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 0, 2, 2, 2, 0, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1];

    #[test]
    fn measures_are_those_of_scikit_learn() {
        let x = groups();
        let near = |found: Option<f64>, expected: f64| {
            let found = found.unwrap();
            assert!((found - expected).abs() < 1e-10, "{found} for {expected}");
        };
        let of = silhouette(&x, &LABELS, 0, &Cancel::new()).unwrap();
        near(of.map(|s| s.mean), 0.360269613880375);
        near(davies_bouldin(&x, &LABELS), 0.8823709968311834);
        near(calinski_harabasz(&x, &LABELS), 43.93737857025459);
        let group: Vec<u32> = (0..60).map(|row| row % 3).collect();
        near(adjusted_rand(&group, &LABELS), 0.3770739064856712);
        near(
            normalized_mutual_information(&group, &LABELS),
            0.4247100075662589,
        );
        let (a, b) = ([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0]);
        near(normalized_mutual_information(&a, &b), 0.5206652463984818);
        near(adjusted_rand(&a, &b), 0.07407407407407407);
    }

    #[test]
    fn measures_of_centres_leave_noise_out_and_need_two_clusters() {
        let x = Matrix::new(5, 1, vec![0.0, 1.0, 10.0, 11.0, 500.0]);
        let labels = [4, 4, 1, 1, NOISE];
        // By hand: centres 0.5 and 10.5, spreads 0.5 each.
        assert_eq!(inertia(&x, &labels), Some(1.0));
        assert_eq!(davies_bouldin(&x, &labels), Some(0.1));
        assert_eq!(calinski_harabasz(&x, &labels), Some(200.0));
        for none in [[0; 5], [NOISE; 5], [0, 1, 2, 3, 4]] {
            assert_eq!(davies_bouldin(&x, &none), None);
            assert_eq!(calinski_harabasz(&x, &none), None);
        }
        assert_eq!(inertia(&x, &[NOISE; 5]), None);
        let alike = Matrix::new(4, 1, vec![2.0; 4]);
        assert_eq!(davies_bouldin(&alike, &[0, 0, 1, 1]), None);
        assert_eq!(calinski_harabasz(&alike, &[0, 0, 1, 1]), None);
        let same = normalized_mutual_information(&[0, 0, 1], &[5, 5, 2]);
        assert!((same.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(normalized_mutual_information(&[], &[]), None);
        assert_eq!(normalized_mutual_information(&[0, 0], &[1, 1]), Some(1.0));
    }

    use super::*;

    fn inertia(x: &Matrix, labels: &[u32]) -> Option<f64> {
        super::inertia(x, labels, &Cancel::new()).unwrap()
    }

    fn davies_bouldin(x: &Matrix, labels: &[u32]) -> Option<f64> {
        super::davies_bouldin(x, labels, &Cancel::new()).unwrap()
    }

    fn calinski_harabasz(x: &Matrix, labels: &[u32]) -> Option<f64> {
        super::calinski_harabasz(x, labels, &Cancel::new()).unwrap()
    }

    #[test]
    fn groupings_of_many_groups_are_counted_too() {
        // More pairs of groups than a table has, and codes beyond those that are looked up directly.
        let a: Vec<u32> = (0..3000).map(|row| row * 50).collect();
        let b: Vec<u32> = (0..3000).map(|row| u32::MAX - row / 2).collect();
        let (few, same) = (Contingency::of(&a, &b), Contingency::of(&b, &b));
        assert_eq!((few.first.len(), few.second.len()), (3000, 1500));
        assert!(few.both.len() == 3000 && few.both.iter().all(|rows| *rows == 1.0));
        assert!(same.both == [2.0; 1500] && same.first == same.second);
        assert_eq!(adjusted_rand(&b, &b), Some(1.0));
        assert_eq!(adjusted_rand(&a, &b), Some(0.0));
    }

    #[test]
    fn measures_can_be_stopped() {
        let rows = 1 << 17;
        let x = Matrix::new(rows, 4, (0..4 * rows).map(|v| (v % 101) as f64).collect());
        let labels: Vec<u32> = (0..rows as u32).map(|row| row % 5).collect();
        type Measure = fn(&Matrix, &[u32], &Cancel) -> Outcome<Option<f64>>;
        let all: [Measure; 3] = [
            super::inertia,
            super::davies_bouldin,
            super::calinski_harabasz,
        ];
        for measure in all {
            let whole = Cancel::at_look(0);
            assert!(measure(&x, &labels, &whole).unwrap().is_some());
            assert!(whole.looks() >= 4, "{} looks", whole.looks());
            for look in 1..=whole.looks() {
                let cancel = Cancel::at_look(look);
                assert!(measure(&x, &labels, &cancel).is_err());
                assert_eq!(cancel.looks(), look);
            }
        }
    }

    #[test]
    fn sizes_count_noise_apart() {
        assert_eq!(sizes(&[0, 2, 2, NOISE], 3), (vec![1, 0, 2], 1));
        assert_eq!(sizes(&[], 0), (vec![], 0));
    }

    #[test]
    fn silhouettes_need_two_clusters_and_more_rows() {
        let x = Matrix::new(4, 1, vec![0.0, 1.0, 10.0, 11.0]);
        let of = |labels: &[u32]| silhouette(&x, labels, 0, &Cancel::new()).unwrap();
        // By hand: a = 1, b = 10.5 or 9.5.
        let expected = ((10.5 - 1.0) / 10.5 + (9.5 - 1.0) / 9.5) / 2.0;
        let found = of(&[5, 5, 2, 2]).unwrap();
        assert!((found.mean - expected).abs() < 1e-12 && !found.sampled);
        assert_eq!(of(&[0, 0, 0, 0]), None);
        assert_eq!(of(&[0, 1, 2, 3]), None);
        assert_eq!(of(&[NOISE; 4]), None);
        let with_noise = of(&[0, 0, 1, NOISE]).unwrap();
        assert_eq!(with_noise.rows, 3);
        let same = Matrix::new(4, 1, vec![1.0; 4]);
        let flat = silhouette(&same, &[0, 0, 1, 1], 0, &Cancel::new());
        assert_eq!(flat.unwrap().map(|s| s.mean), Some(0.0));
    }

    #[test]
    fn many_rows_are_sampled_by_seed_and_stop() {
        let n = SILHOUETTE_ROWS + 500;
        let mut random = Random::new(1);
        let labels: Vec<u32> = (0..n as u32).map(|row| row % 2).collect();
        let near = |label: &u32| f64::from(*label) * 3.0;
        let values = labels.iter().map(|label| near(label) + random.normal());
        let x = Matrix::new(n, 1, values.collect());
        let of = |seed| {
            silhouette(&x, &labels, seed, &Cancel::new())
                .unwrap()
                .unwrap()
        };
        assert!(of(1).sampled && of(1).rows == SILHOUETTE_ROWS);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1).mean, of(2).mean);
        assert!((of(1).mean - of(2).mean).abs() < 0.05);
        let cancel = Cancel::new();
        cancel.cancel();
        assert!(silhouette(&x, &labels, 1, &cancel).is_err());
    }

    #[test]
    fn adjusted_rand_ignores_the_names_of_clusters() {
        assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[7, 7, 3, 3]), Some(1.0));
        assert_eq!(adjusted_rand(&[0, 0, 0], &[1, 1, 1]), Some(1.0));
        assert_eq!(adjusted_rand(&[0, 1, 2], &[2, 0, 1]), Some(1.0));
        // sklearn.metrics.adjusted_rand_score([0, 0, 1, 2], [0, 0, 1, 1])
        let some = adjusted_rand(&[0, 0, 1, 2], &[0, 0, 1, 1]).unwrap();
        assert!((some - 0.571_428_571_428_571_4).abs() < 1e-15);
        let crossed = adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]).unwrap();
        assert!((crossed + 0.5).abs() < 1e-15);
        assert_eq!(adjusted_rand(&[], &[]), None);
    }
}
