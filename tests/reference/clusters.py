"""Reference values for the clusterings' tests, from scikit-learn: `python3 tests/reference/clusters.py`.

Rows are made by arithmetic alone, so that the tests can make the same ones.
"""

import numpy as np
from sklearn import metrics
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture


def rows(count):
    """Three groups in three columns that overlap a little (src/model/sample.rs)."""
    t = np.arange(count, dtype=float)
    group = np.arange(count) % 3
    return np.column_stack(
        [
            group + 0.6 * np.sin(1.7 * t),
            -1.5 * group + 0.5 * np.cos(2.3 * t),
            2.0 * np.sin(0.9 * t),
        ]
    ), group


def apart(count):
    """Three groups far apart, of different sizes and shapes (src/numeric/gaussian_mixture/tests.rs)."""
    t = np.arange(count, dtype=float)
    group = np.array([0, 0, 1, 2, 2])[np.arange(count) % 5]
    a, b = 0.6 * np.sin(1.7 * t), 0.5 * np.cos(2.3 * t)
    return np.column_stack([4 * group + a, -3.0 * (group == 1) + b + 0.5 * a, (1 + group) * np.sin(0.9 * t)])


x = apart(100)
for kind in ["full", "tied", "diag", "spherical"]:
    mixture = GaussianMixture(3, covariance_type=kind, tol=1e-9, max_iter=1000, n_init=5, random_state=0)
    mixture.fit(x)
    order = np.lexsort(mixture.means_.T[::-1])
    print(kind, "score", repr(mixture.score(x)), "bic", repr(mixture.bic(x)))
    print("  weights", mixture.weights_[order].tolist())
    print("  means", mixture.means_[order].round(10).tolist())
    print("  first row", mixture.predict_proba(x)[0][order].tolist())

x, group = rows(60)
for eps, least in [(0.5, 3), (0.8, 4), (1.2, 5), (0.3, 1)]:
    labels = DBSCAN(eps=eps, min_samples=least).fit(x).labels_
    print("dbscan", eps, least, labels.tolist())
for linkage in ["single", "complete", "average", "ward"]:
    model = AgglomerativeClustering(n_clusters=4, linkage=linkage, compute_distances=True).fit(x)
    names = {}
    labels = [names.setdefault(label, len(names)) for label in model.labels_]
    print(linkage, labels)
    print("  last distances", model.distances_[-3:].tolist())
labels = KMeans(3, n_init=10, random_state=0).fit(x).labels_
names = {}
labels = np.array([names.setdefault(label, len(names)) for label in labels])
print("labels", labels.tolist())
print("silhouette", metrics.silhouette_score(x, labels))
print("davies_bouldin", metrics.davies_bouldin_score(x, labels))
print("calinski_harabasz", metrics.calinski_harabasz_score(x, labels))
print("ari", metrics.adjusted_rand_score(group, labels))
print("nmi", metrics.normalized_mutual_info_score(group, labels))
short = ([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0])
print("nmi short", metrics.normalized_mutual_info_score(*short), metrics.adjusted_rand_score(*short))
