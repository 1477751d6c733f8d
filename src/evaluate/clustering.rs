//! How well clusters hold together. Labels are cluster numbers; `NOISE` marks rows of none.

use crate::base::{Cancel, Outcome, Random};
use crate::numeric::Matrix;

/// A row that belongs to no cluster.
pub const NOISE: u32 = u32::MAX;

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

#[cfg(test)]
mod tests {
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
