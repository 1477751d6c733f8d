"""Reference values for src/numeric, by scikit-learn: python3 tests/reference/linear.py

Prints the numbers that stand in the tests of least_squares.rs, logistic.rs, gaussian_nb.rs, pca.rs,
kmeans.rs and mlp.rs. The data are those of src/numeric/reference.rs, from the same formulas.
"""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor

ROWS, COLUMNS = 60, 4
i = np.arange(ROWS)[:, None]
j = np.arange(COLUMNS)[None, :]
x = np.sin(0.7 * (i + 1) * (j + 1) + j) * (1 + j)
r = np.arange(ROWS)
y = 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2] + 0.3 * np.cos(3.1 * r)
score = x[:, 0] - 0.5 * x[:, 1] + 0.8 * np.cos(1.3 * r)
three = np.where(score < -0.5, 0, np.where(score < 0.5, 1, 2))
two = (score > 0).astype(int)


def show(name, values):
    print(name, ", ".join(repr(float(v)) for v in np.ravel(values)))


def linear(name, model, x, y):
    model.fit(x, y)
    show(name, np.append(np.ravel(model.coef_), model.intercept_))


print("counts", np.bincount(three), np.bincount(two))
linear("ols", LinearRegression(), x, y)
linear("ols no intercept", LinearRegression(fit_intercept=False), x, y)
linear("ridge 1", Ridge(alpha=1.0), x, y)
linear("ridge 50", Ridge(alpha=50.0), x, y)
linear("ridge 1 no intercept", Ridge(alpha=1.0, fit_intercept=False), x, y)
dependent = np.hstack([x, x[:, :1] + x[:, 1:2], np.full((ROWS, 1), 3.7), x[:, 2:3]])
linear("ols dependent", LinearRegression(), dependent, y)
linear("ridge dependent", Ridge(alpha=1.0), dependent, y)
wide = np.sin(0.37 * (np.arange(6)[:, None] + 1) * (np.arange(9)[None, :] + 2))
linear("ols wide", LinearRegression(), wide, y[:6])
linear("ridge wide", Ridge(alpha=0.5, solver="svd"), wide, y[:6])

# newton-cg: lbfgs ends at a relative decrease that leaves errors of 1e-6.
tight = dict(solver="newton-cg", tol=1e-12, max_iter=10000)
for name, options in [
    ("C=1", dict(C=1.0)),
    ("C=0.01", dict(C=0.01)),
    ("none", dict(C=np.inf)),
    ("no intercept", dict(C=1.0, fit_intercept=False)),
]:
    model = LogisticRegression(**options, **tight).fit(x, two)
    show(f"logistic two {name}", np.append(model.coef_, model.intercept_))
model = LogisticRegression(C=1.0, **tight).fit(x, two)
show("logistic two proba", model.predict_proba(x[:3])[:, 1])
for name, options in [("C=1", dict(C=1.0)), ("C=0.05", dict(C=0.05))]:
    model = LogisticRegression(**options, **tight).fit(x, three)
    show(f"logistic three {name}", model.coef_)
    show(f"logistic three {name} intercepts", model.intercept_)
    show(f"logistic three {name} proba", model.predict_proba(x[:2]))

model = GaussianNB().fit(x, three)
show("nb means", model.theta_[1])
show("nb variances", model.var_[1])
show("nb proba", model.predict_proba(x[:3]))
model = GaussianNB(var_smoothing=0.1, priors=[0.2, 0.5, 0.3]).fit(x, three)
show("nb smoothed proba", model.predict_proba(x[:2]))

model = PCA(3).fit(x)
show("pca components", np.abs(model.components_))
show("pca variance", model.explained_variance_)
show("pca ratio", model.explained_variance_ratio_)
show("pca singular", model.singular_values_)
model = PCA(6).fit(wide)
show("pca wide ratio", model.explained_variance_ratio_[:5])
show("pca wide first", np.abs(model.components_[0]))

starts = x[[0, 10, 20]]
model = KMeans(3, init=starts, n_init=1, tol=0.0, max_iter=300).fit(x)
best = KMeans(3, n_init=200, tol=0.0, random_state=0).fit(x)
show("kmeans best inertia", best.inertia_)
show("kmeans best sizes", np.sort(np.bincount(best.labels_)))

scores = []
for seed in range(20):
    model = MLPClassifier(hidden_layer_sizes=(8,), max_iter=300, random_state=seed, learning_rate_init=0.01, batch_size=20).fit(x, three)
    scores.append((model.loss_, model.score(x, three)))
scores = np.array(scores)
show("mlp classifier loss, accuracy: least, mean, greatest", [scores.min(0), scores.mean(0), scores.max(0)])
scores = []
for seed in range(20):
    model = MLPRegressor(hidden_layer_sizes=(8,), max_iter=300, random_state=seed, learning_rate_init=0.01, batch_size=20)
    z = (y - y.mean()) / y.std()
    model.fit(x, z)
    scores.append((model.loss_, model.score(x, z)))
scores = np.array(scores)
show("mlp regressor loss, r2: least, mean, greatest", [scores.min(0), scores.mean(0), scores.max(0)])
