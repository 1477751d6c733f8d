//! Reference values: tests/reference/clusters.py.

use super::*;
use crate::numeric::reference::groups;

fn dendrogram(x: &Matrix, linkage: Linkage) -> Dendrogram {
    Dendrogram::new(x, linkage, &Cancel::new()).unwrap()
}

#[test]
fn clusters_and_heights_are_those_of_scikit_learn() {
    let x = groups(60);
    #[rustfmt::skip]
    let expected: [(Linkage, [u32; 60], [f64; 3]); 4] = [
        (Linkage::Single, [0, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0, 1, 3, 2, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0], [0.9590556956842972, 0.9592492491522923, 1.076530510965421]),
        (Linkage::Complete, [0, 0, 1, 0, 2, 2, 3, 0, 1, 0, 0, 2, 3, 3, 1, 0, 0, 1, 3, 3, 2, 0, 0, 1, 0, 3, 2, 3, 0, 1, 0, 0, 2, 3, 2, 1, 0, 0, 1, 3, 3, 2, 0, 0, 1, 0, 3, 2, 3, 0, 1, 0, 0, 2, 3, 3, 1, 0, 0, 1], [4.124172272427287, 4.755313219265281, 6.194418631041846]),
        (Linkage::Average, [0, 1, 1, 0, 2, 2, 3, 1, 1, 0, 1, 2, 3, 3, 1, 0, 1, 1, 3, 3, 2, 0, 1, 1, 0, 3, 2, 3, 1, 1, 0, 1, 2, 3, 2, 1, 0, 1, 1, 3, 3, 2, 0, 1, 1, 0, 3, 2, 3, 1, 1, 0, 1, 2, 3, 3, 1, 0, 1, 1], [2.857025096439906, 2.9850369926681815, 3.3663569284203856]),
        (Linkage::Ward, [0, 1, 1, 0, 2, 2, 3, 1, 1, 0, 1, 2, 3, 3, 1, 0, 1, 1, 3, 3, 2, 0, 1, 1, 0, 3, 2, 3, 1, 1, 0, 1, 2, 3, 2, 1, 0, 1, 1, 3, 3, 2, 0, 1, 1, 0, 3, 2, 3, 1, 1, 0, 1, 2, 3, 3, 1, 0, 1, 1], [9.330846682572322, 10.907741130202231, 13.856665791312254]),
    ];
    for (linkage, labels, heights) in expected {
        let tree = dendrogram(&x, linkage);
        assert_eq!(tree.merges.len(), 59);
        assert_eq!(tree.cut(4), labels, "{linkage:?}");
        for (merge, height) in tree.merges[56..].iter().zip(heights) {
            assert!(
                (merge.height - height).abs() < 1e-9,
                "{linkage:?}: {merge:?}"
            );
        }
        assert_eq!(tree.merges[58].size, 60);
        assert!(tree.merges.is_sorted_by(|a, b| a.height <= b.height));
    }
}

#[test]
fn cuts_and_edges() {
    let line = Matrix::new(5, 1, vec![0.0, 10.0, 0.5, 10.75, 30.0]);
    for linkage in [
        Linkage::Single,
        Linkage::Complete,
        Linkage::Average,
        Linkage::Ward,
    ] {
        let tree = dendrogram(&line, linkage);
        assert_eq!(tree.cut(1), [0; 5]);
        assert_eq!(tree.cut(2), [0, 0, 0, 0, 1]);
        assert_eq!(tree.cut(3), [0, 1, 0, 1, 2]);
        assert_eq!(tree.cut(9), [0, 1, 2, 3, 4]);
        let alike = dendrogram(&Matrix::new(6, 2, vec![4.0; 12]), linkage);
        assert!(alike.merges.iter().all(|merge| merge.height == 0.0));
        assert_eq!(alike.cut(6).len(), 6);
        assert!(
            dendrogram(&Matrix::new(1, 1, vec![3.0]), linkage)
                .merges
                .is_empty()
        );
        let huge = Matrix::new(3, 1, vec![1e300, -1e300, 0.0]);
        assert!(Dendrogram::new(&huge, linkage, &Cancel::new()).is_err());
        let stop = Cancel::new();
        stop.cancel();
        assert!(Dendrogram::new(&line, linkage, &stop).is_err());
    }
}

#[test]
fn merges_that_make_no_tree_are_not_sound() {
    let sound = |change: &dyn Fn(&mut Dendrogram)| {
        let mut tree = dendrogram(&groups(20), Linkage::Ward);
        change(&mut tree);
        tree.is_sound()
    };
    assert!(sound(&|_| {}));
    let changes: [&dyn Fn(&mut Dendrogram); 9] = [
        &|tree| tree.rows = 21,
        &|tree| tree.rows = 0,
        &|tree| tree.merges.truncate(18),
        &|tree| tree.merges[3].clusters[1] = 23,
        &|tree| tree.merges[3].clusters = tree.merges[2].clusters,
        &|tree| tree.merges[3].clusters.swap(0, 1),
        &|tree| tree.merges[3].size += 1,
        &|tree| tree.merges[3].height = f64::NAN,
        &|tree| tree.merges[3].height = -1.0,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert!(!sound(change), "change {number}");
    }
    let one = dendrogram(&Matrix::new(1, 1, vec![3.0]), Linkage::Ward);
    assert!(one.is_sound());
}
