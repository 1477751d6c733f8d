"""Reference values for tests/cli/commands.rs, from scikit-learn on its iris: `python3 tests/reference/iris.py`."""

from sklearn import metrics
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

x, y = load_iris(return_X_y=True)
for model in [PCA(2), TruncatedSVD(2, algorithm="arpack")]:
    model.fit(x)
    print(model, model.explained_variance_ratio_.tolist(), model.singular_values_.tolist())
print("lda", LinearDiscriminantAnalysis().fit(x, y).explained_variance_ratio_.tolist())
labels = AgglomerativeClustering(3).fit(x).labels_
for measure in [metrics.silhouette_score, metrics.davies_bouldin_score, metrics.calinski_harabasz_score]:
    print(measure.__name__, measure(x, labels))
for measure in [metrics.adjusted_rand_score, metrics.normalized_mutual_info_score]:
    print(measure.__name__, measure(y, labels))
print("inertia", KMeans(3, n_init=10, random_state=0).fit(x).inertia_)
