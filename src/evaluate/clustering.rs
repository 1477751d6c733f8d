//! How well clusters hold together. Labels are cluster numbers; `NOISE` marks rows of none.

use crate::base::{Cancel, Outcome, Random};
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
    fn of(x: &Matrix, labels: &[u32]) -> Self {
        let mut names: Vec<u32> = labels.iter().copied().filter(|l| *l != NOISE).collect();
        names.sort_unstable();
        names.dedup();
        let mut found = Centres {
            rows: Vec::new(),
            sizes: vec![0; names.len()],
            centres: vec![vec![0.0; x.columns()]; names.len()],
        };
        for (row, label) in labels.iter().enumerate().filter(|(_, l)| **l != NOISE) {
            let cluster = names.partition_point(|name| name < label);
            found.rows.push((row, cluster));
            found.sizes[cluster] += 1;
            for (sum, value) in found.centres[cluster].iter_mut().zip(x.row(row)) {
                *sum += value;
            }
        }
        for (centre, size) in found.centres.iter_mut().zip(&found.sizes) {
            centre.iter_mut().for_each(|sum| *sum /= *size as f64);
        }
        found
    }

    /// Neither one cluster nor a cluster a row.
    fn tell_apart(&self) -> bool {
        (2..self.rows.len()).contains(&self.sizes.len())
    }
}

/// Sum of squared distances of the rows to the mean of their cluster; `None` without any such row.
pub fn inertia(x: &Matrix, labels: &[u32]) -> Option<f64> {
    let found = Centres::of(x, labels);
    let squared = |(row, cluster): &(usize, usize)| -> f64 {
        let pairs = x.row(*row).iter().zip(&found.centres[*cluster]);
        pairs.map(|(a, b)| (a - b) * (a - b)).sum()
    };
    let sum: f64 = found.rows.iter().map(squared).sum();
    (!found.rows.is_empty() && sum.is_finite()).then_some(sum)
}

/// The mean over clusters of how alike the most similar other one is (Davies and Bouldin 1979): 0 is
/// best. `None` as for the silhouette, and where two clusters share a centre.
pub fn davies_bouldin(x: &Matrix, labels: &[u32]) -> Option<f64> {
    let found = Centres::of(x, labels);
    if !found.tell_apart() {
        return None;
    }
    let k = found.sizes.len();
    let mut spreads = vec![0.0; k];
    for &(row, cluster) in &found.rows {
        spreads[cluster] += distance(x.row(row), &found.centres[cluster]);
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
    let mean = (0..k).map(worst).sum::<f64>() / k as f64;
    mean.is_finite().then_some(mean)
}

/// How far clusters lie apart against how far they spread, each a degree of freedom (Calinski and
/// Harabasz 1974): more is better. `None` as for the silhouette, and where nothing spreads.
pub fn calinski_harabasz(x: &Matrix, labels: &[u32]) -> Option<f64> {
    let found = Centres::of(x, labels);
    if !found.tell_apart() {
        return None;
    }
    let (n, k) = (found.rows.len() as f64, found.sizes.len() as f64);
    let mut mean = vec![0.0; x.columns()];
    for &(row, _) in &found.rows {
        for (sum, value) in mean.iter_mut().zip(x.row(row)) {
            *sum += value / n;
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
    let score = between.sum::<f64>() * (n - k) / (inertia(x, labels)? * (k - 1.0));
    score.is_finite().then_some(score)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// Agreement of two groupings of the same rows, corrected for chance (Hubert and Arabie 1985): 1 is
/// the same grouping, 0 what chance gives. Every code is a group, `NOISE` too.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.is_empty() {
        return None;
    }
    // Pairs of rows that two sorted groupings put together.
    fn pairs<T: Ord + Copy>(codes: impl Iterator<Item = T>) -> f64 {
        let mut codes: Vec<T> = codes.collect();
        codes.sort_unstable();
        let runs = codes.chunk_by(|a, b| a == b);
        runs.map(|run| run.len() as f64 * (run.len() as f64 - 1.0) / 2.0)
            .sum()
    }
    let n = a.len().min(b.len()) as f64;
    let all = n * (n - 1.0) / 2.0;
    let together = pairs(a.iter().zip(b));
    let (in_a, in_b) = (pairs(a.iter()), pairs(b.iter()));
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
    // Minus the sum of p ln p over the groups of a sorted grouping.
    fn entropy<T: Ord + Copy>(codes: impl Iterator<Item = T>, n: f64) -> f64 {
        let mut codes: Vec<T> = codes.collect();
        codes.sort_unstable();
        let shares = codes
            .chunk_by(|a, b| a == b)
            .map(|run| run.len() as f64 / n);
        -shares.map(|share| share * share.ln()).sum::<f64>()
    }
    let all = n as f64;
    let of_a = entropy(a[..n].iter(), all);
    let of_b = entropy(b[..n].iter(), all);
    let both = entropy(a.iter().zip(b), all);
    if of_a == 0.0 && of_b == 0.0 {
        return Some(1.0);
    }
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
