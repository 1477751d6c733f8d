use super::*;
use crate::base::Halt;
use crate::numeric::reference::{moved, x};

fn run(x: &Matrix, parameters: &KmeansParameters) -> (KmeansFit, Vec<u32>, bool) {
    let cancel = Cancel::new();
    let mut fit = Kmeans::new(x, parameters, &cancel).unwrap();
    while !fit.step(&cancel).unwrap().is_done() {}
    assert!(
        fit.inertias()
            .windows(2)
            .all(|pair| pair[1] <= pair[0] + 1e-9)
    );
    (fit.fit().unwrap(), fit.labels(), fit.converged())
}

fn three(init: KmeansInit) -> KmeansParameters {
    KmeansParameters {
        n_clusters: 3,
        init,
        n_init: 60,
        tol: 0.0,
        ..KmeansParameters::default()
    }
}

#[test]
fn finds_the_best_that_scikit_learn_finds() {
    for init in [KmeansInit::PlusPlus, KmeansInit::Random] {
        let (fit, labels, converged) = run(&x(), &three(init));
        assert!(
            (fit.inertia - 337.4879742292277).abs() < 1e-9,
            "{}",
            fit.inertia
        );
        let mut sizes = fit.sizes.clone();
        sizes.sort_unstable();
        assert_eq!(sizes, [13, 20, 27]);
        assert!(converged);
        let mut predicted = vec![0; labels.len()];
        fit.predict(x().values(), &mut predicted);
        assert_eq!(predicted, labels);
    }
}

#[test]
fn the_same_seed_gives_the_same_and_an_offset_changes_little() {
    let parameters = KmeansParameters {
        n_init: 2,
        ..KmeansParameters::default()
    };
    assert_eq!(run(&x(), &parameters), run(&x(), &parameters));
    let (close, labels, _) = run(&x(), &parameters);
    let (far, moved_labels, _) = run(&moved(&x(), 1e8), &parameters);
    assert_eq!(labels, moved_labels);
    assert!((close.inertia - far.inertia).abs() < 1e-4);
}

#[test]
fn duplicates_and_empty_clusters_hold_no_surprise() {
    // Two distinct rows, three clusters.
    let x = Matrix::new(6, 1, vec![0.0, 0.0, 0.0, 5.0, 5.0, 5.0]);
    let (fit, _, _) = run(&x, &three(KmeansInit::Random));
    assert!(fit.inertia == 0.0 && fit.centres.iter().all(|c| c.is_finite()));
    assert_eq!(fit.sizes.iter().sum::<u32>(), 6);
    // An empty cluster takes the farthest row.
    let x = Matrix::new(4, 1, vec![0.0, 1.0, 2.0, 30.0]);
    let fit = Kmeans::new(
        &x,
        &KmeansParameters {
            n_clusters: 2,
            ..three(KmeansInit::Random)
        },
        &Cancel::new(),
    )
    .unwrap();
    let mean = 33.0 / 4.0;
    let centres = [1.0 - mean, 1000.0];
    let mut assigned = fit.assign(&centres, &Cancel::new()).unwrap();
    assert_eq!(assigned.sizes, [4, 0]);
    let next = fit.move_centres(&centres, &mut assigned);
    assert!((next[0] - (1.0 - mean)).abs() < 1e-12 && (next[1] - (30.0 - mean)).abs() < 1e-12);
}

#[test]
fn edges() {
    let cancel = Cancel::new();
    let two = Matrix::new(2, 1, vec![0.0, 1.0]);
    assert!(Kmeans::new(&two, &three(KmeansInit::PlusPlus), &cancel).is_err());
    let blank = Matrix::new(4, 0, vec![]);
    let (fit, labels, _) = run(&blank, &three(KmeansInit::PlusPlus));
    assert!(fit.inertia == 0.0 && labels == [0; 4]);
    let mut fit = Kmeans::new(&x(), &three(KmeansInit::PlusPlus), &cancel).unwrap();
    let stop = Cancel::new();
    stop.cancel();
    assert_eq!(fit.step(&stop), Err(Halt::Cancelled));
    assert!(fit.fit().is_none());
    // Cancelled in the middle, it goes on where it was.
    while !fit.step(&cancel).unwrap().is_done() {
        assert!(!fit.has_ended(&fit.runs[0]) || fit.step(&stop) == Err(Halt::Cancelled));
    }
    let (straight, labels, _) = run(&x(), &three(KmeansInit::PlusPlus));
    assert_eq!((fit.fit(), fit.labels()), (Some(straight), labels));
}
