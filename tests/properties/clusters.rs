//! How good a grouping is, and how well two agree.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use seefit::base::Cancel;
use seefit::evaluate::clustering::{
    self, adjusted_rand, normalized_mutual_information, silhouette, sizes,
};
use seefit::numeric::Matrix;

fn inertia(x: &Matrix, labels: &[u32]) -> Option<f64> {
    clustering::inertia(x, labels, &Cancel::new()).expect("not stopped")
}

fn davies_bouldin(x: &Matrix, labels: &[u32]) -> Option<f64> {
    clustering::davies_bouldin(x, labels, &Cancel::new()).expect("not stopped")
}

fn calinski_harabasz(x: &Matrix, labels: &[u32]) -> Option<f64> {
    clustering::calinski_harabasz(x, labels, &Cancel::new()).expect("not stopped")
}

fn labels() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0u32..4, 0u32..5), 1..40)
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn agreement_is_mutual_and_knows_no_names(pairs in labels()) {
        let (a, b): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
        let renamed: Vec<u32> = a.iter().map(|label| (label * 3 + 1) % 4).collect();
        prop_assert!(near(adjusted_rand(&a, &b), adjusted_rand(&b, &a)));
        prop_assert!(near(adjusted_rand(&a, &b), adjusted_rand(&renamed, &b)));
        let mutual = normalized_mutual_information;
        prop_assert!(near(mutual(&a, &b), mutual(&b, &a)));
        prop_assert!(near(mutual(&a, &b), mutual(&renamed, &b)));
        prop_assert!(mutual(&a, &b).is_none_or(|nmi| (-1e-12..=1.0 + 1e-12).contains(&nmi)));
        prop_assert!(adjusted_rand(&a, &b).is_none_or(|ari| ari <= 1.0 + 1e-12));
        prop_assert!(adjusted_rand(&a, &a).is_none_or(|ari| (ari - 1.0).abs() < 1e-12));
        prop_assert!(mutual(&a, &a).is_none_or(|nmi| (nmi - 1.0).abs() < 1e-9));
    }

    #[test]
    fn scores_of_clusters_keep_their_ranges(
        rows in prop::collection::vec((-9.0..9.0f64, -9.0..9.0f64, 0u32..4), 1..30),
        shift in -50.0..50.0f64,
    ) {
        let x = |by: f64| {
            let values = rows.iter().flat_map(|(a, b, _)| [a + by, b + by]);
            Matrix::new(rows.len(), 2, values.collect())
        };
        let labels: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let score = |x: &Matrix| silhouette(x, &labels, 1, &Cancel::new()).expect("nobody stops it").map(|s| s.mean);
        prop_assert!(score(&x(0.0)).is_none_or(|s| (-1.0..=1.0).contains(&s)));
        prop_assert!(inertia(&x(0.0), &labels).is_none_or(|i| i >= 0.0));
        prop_assert!(davies_bouldin(&x(0.0), &labels).is_none_or(|d| d >= 0.0));
        prop_assert!(calinski_harabasz(&x(0.0), &labels).is_none_or(|c| c >= 0.0));
        // Where the rows lie does not matter.
        let moved = x(shift);
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
            (a, b) => a.is_some() == b.is_some(),
        };
        prop_assert!(close(inertia(&x(0.0), &labels), inertia(&moved, &labels)));
        prop_assert!(close(score(&x(0.0)), score(&moved)));
    }

    #[test]
    fn every_row_has_a_size_or_is_noise(found in prop::collection::vec(0u32..6, 0..40)) {
        let (counted, noise) = sizes(&found, 4);
        prop_assert_eq!(counted.iter().sum::<usize>() + noise, found.len());
    }
}
