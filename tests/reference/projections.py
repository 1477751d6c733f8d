"""Reference values for src/numeric/{pca,discriminants,f_test}.rs, from scikit-learn:
`python3 tests/reference/projections.py`. The rows are those of src/numeric/reference.rs.
"""

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_selection import f_classif, f_regression

i, j = np.meshgrid(np.arange(60.0), np.arange(4.0), indexing="ij")
x = np.sin(0.7 * (i + 1) * (j + 1) + j) * (1 + j)
t = np.arange(60.0)
y = 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2] + 0.3 * np.cos(3.1 * t)
score = x[:, 0] - 0.5 * x[:, 1] + 0.8 * np.cos(1.3 * t)
three = (score >= -0.5).astype(int) + (score >= 0.5)


def up(vectors):
    """The greatest weight of each positive."""
    top = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    return vectors * np.sign(top)


moved = x + [1.0, 2.0, -1.0, 0.5]
svd = TruncatedSVD(2, algorithm="arpack").fit(moved)
print("svd", up(svd.components_).ravel().tolist())
print("  values", svd.singular_values_.tolist(), "ratio", svd.explained_variance_ratio_.tolist())
lda = LinearDiscriminantAnalysis(solver="svd").fit(x, three)
print("lda", up(lda.scalings_[:, :2].T).ravel().tolist())
print("  ratio", lda.explained_variance_ratio_.tolist())
print("f_classif", f_classif(x, three)[0].tolist())
print("f_regression", f_regression(x, y)[0].tolist())
white = PCA(2, whiten=True).fit(x)
print("whitened first row", np.abs(white.transform(x)[0]).tolist())
