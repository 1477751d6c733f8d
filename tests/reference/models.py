"""Reference values of scikit-learn for every model, on eight data sets that are each difficult in their own
way, prepared as Seefit does: missing numbers by the median, missing categories by the most frequent one, a
column a level, numbers scaled for methods that measure or take gradients. Four fifths of the rows are
learned from; answers are of the others (clusterings: of the rows learned from).

Run it in this folder: python3 models.py > models.json

How an answer is compared:

    same       numbers or probabilities, each to 1e-6
    labels     classes alone: scikit-learn's probabilities are calibrated at random, or there are none
    partition  clusters, by whatever names
    near       one score, for methods of one random-free answer that round differently (see NEAR)
    random     the mean score over ten seeds, within two standard errors over all sets
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import cluster, compose, discriminant_analysis, dummy, ensemble, linear_model, metrics, mixture
from sklearn import naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree

warnings.simplefilter("ignore")
SEEDS = 10
SHOWN = 30

# Trees: scikit-learn shuffles the columns, so that equal splits fall otherwise. Boosting: its histograms add
# up in single precision.
NEAR = ("decision_tree_classifier", "decision_tree_regressor", "gradient_boosting_classifier",
        "gradient_boosting_regressor")
SCALED = ("agglomerative", "bernoulli_nb", "elastic_net", "lasso", "dbscan", "gaussian_mixture", "kmeans",
          "logistic_regression", "mlp_classifier", "mlp_regressor", "knn_classifier", "knn_regressor",
          "polynomial_regression", "qda_classifier", "ridge", "sgd_classifier", "sgd_regressor",
          "svm_classifier", "svm_regressor")


def sets():
    """(name, columns, classes, numbers); a column is a list of numbers, or of words."""
    random = np.random.default_rng(11)

    def of(name, rows, columns, classes=3, shares=None, offset=0.0, deviation=1.0):
        label = random.choice(classes, size=rows, p=shares)
        centres = 2.0 * random.normal(size=(classes, columns))
        x = centres[label] + random.normal(size=(rows, columns))
        number = x @ random.normal(size=columns) / np.sqrt(columns) + x[:, 0] * x[:, -1] / 4
        number = number + 0.3 * random.normal(size=rows)
        return [name, np.round(offset + deviation * x, 4), label, np.round(number, 4)]

    plain = of("numeric", 150, 4)
    yield plain[0], list(plain[1].T), plain[2], plain[3]
    for name, gaps in (("mixed", 0.0), ("missing", 0.15)):
        _, x, label, number = of(name, 150, 3)
        words = np.array(["ash", "beech", "cedar", "oak"])[random.integers(4, size=150) // (1 + label % 2)]
        other = np.array(["high", "low", "mid"])[(label + (random.random(150) < 0.3)) % 3]
        number = np.round(number + (words == "ash") * 2.0, 4)
        words, other = words.astype(object), other.astype(object)
        if gaps:
            x[random.random(x.shape) < gaps] = np.nan
            words[random.random(150) < gaps] = None
            other[random.random(150) < gaps] = None
        yield name, [*x.T, words, other], label, number
    for name, rows, columns, more in (
        ("wide", 60, 90, {}),
        ("tall", 800, 3, {}),
        ("imbalanced", 200, 4, {"classes": 2, "shares": [0.93, 0.07]}),
    ):
        _, x, label, number = of(name, rows, columns, **more)
        yield name, list(x.T), label, number
    _, x, label, number = of("collinear", 150, 3)
    yield "collinear", [*x.T, x[:, 0] + x[:, 1], x[:, 2], 2.0 * x[:, 1] - x[:, 2]], label, number
    _, x, label, number = of("offset", 150, 4, offset=1e8, deviation=10.0)
    yield "offset", list(x.T), label, number
    label = random.integers(3, size=150)
    counts = random.poisson(np.array([[1, 4, 2, 6], [5, 1, 2, 2], [2, 2, 6, 1]])[label]).astype(float)
    yield "counts", list(counts.T), label, np.round(counts.sum(axis=1) + random.normal(size=150), 4)


def prepared(columns, train, scaled):
    parts = []
    for column in columns:
        if column.dtype == object:
            known = [v for v in column[train] if v is not None]
            levels = sorted(set(known))
            most = max(levels, key=known.count)
            values = np.array([most if v is None else v for v in column])
            parts += [(values == level).astype(float) for level in levels]
        else:
            values = np.where(np.isnan(column), np.nanmedian(column[train]), column)
            if scaled:
                fitted = preprocessing.StandardScaler().fit(values[train][:, None])
                values = fitted.transform(values[:, None])[:, 0]
            parts.append(values)
    return np.array(parts).T


def boosted(kind):
    return lambda **changed: kind(max_iter=50, max_depth=3, max_leaf_nodes=None, min_samples_leaf=1,
                                  early_stopping=False, **changed)


def polynomial(**changed):
    return pipeline.make_pipeline(preprocessing.PolynomialFeatures(2, include_bias=False),
                                  linear_model.Ridge(1.0))


def standardised(kind):
    """Gradients are taken of a standardised target, so that rates mean the same in every unit."""
    scaler = preprocessing.StandardScaler
    return lambda **changed: compose.TransformedTargetRegressor(kind(**changed), transformer=scaler())


# What is not compared, and why.
def left_out(name, model, x):
    if name == "counts" and model in ("knn_classifier", "knn_regressor", "agglomerative"):
        return "many distances are equal, and which rows are the nearest is a matter of order"
    if name == "offset" and any(word in model for word in ("tree", "forest")):
        return "scikit-learn's trees read single precision, which has 8 between two numbers at 1e8"
    if model == "categorical_nb" and x.max() > 100:
        return "more categories than memory holds"
    if model == "polynomial_regression" and x.shape[1] > 60:
        return "more products than Seefit makes"
    return None


def near_enough(x):
    """A radius within which many rows have five neighbours."""
    distances = np.sort(metrics.pairwise_distances(x), axis=1)[:, 5]
    return round(float(np.median(distances)) * 1.2, 3)




# id -> (how it is compared, estimator, parameters that both are told, those of scikit-learn, those of Seefit).
MODELS = {
    "logistic_regression": ("same", linear_model.LogisticRegression, {"max_iter": 5000}, {"tol": 1e-11},
                            {"tol": 1e-10}),
    "sgd_classifier": ("random", linear_model.SGDClassifier, {}, {}, {}),
    "lda_classifier": ("same", discriminant_analysis.LinearDiscriminantAnalysis, {}, {}, {}),
    "qda_classifier": ("same", discriminant_analysis.QuadraticDiscriminantAnalysis, {"reg_param": 0.1}, {}, {}),
    "knn_classifier": ("same", neighbors.KNeighborsClassifier, {}, {}, {}),
    "decision_tree_classifier": ("near", tree.DecisionTreeClassifier, {}, {}, {}),
    "random_forest_classifier": ("random", ensemble.RandomForestClassifier, {"n_estimators": 20}, {}, {}),
    "extra_trees_classifier": ("random", ensemble.ExtraTreesClassifier, {"n_estimators": 20}, {}, {}),
    "gradient_boosting_classifier": ("near", boosted(ensemble.HistGradientBoostingClassifier), {}, {},
                                     {"n_estimators": 50}),
    "svm_classifier": ("labels", svm.SVC, {"tol": 1e-8}, {}, {}),
    "gaussian_nb": ("same", naive_bayes.GaussianNB, {}, {}, {}),
    "bernoulli_nb": ("same", naive_bayes.BernoulliNB, {}, {}, {}),
    "multinomial_nb": ("same", naive_bayes.MultinomialNB, {}, {}, {}),
    "complement_nb": ("same", naive_bayes.ComplementNB, {}, {}, {}),
    "categorical_nb": ("same", naive_bayes.CategoricalNB, {"min_categories": 40}, {}, {}),
    "mlp_classifier": ("random", neural_network.MLPClassifier, {"max_iter": 60, "hidden_layer_sizes": [20]}, {}, {}),
    "dummy_classifier": ("same", dummy.DummyClassifier, {}, {}, {}),
    "linear_regression": ("same", linear_model.LinearRegression, {}, {}, {}),
    "ridge": ("same", linear_model.Ridge, {}, {}, {}),
    "lasso": ("same", linear_model.Lasso, {"alpha": 0.1, "max_iter": 10000}, {"tol": 1e-12}, {"tol": 1e-10}),
    "elastic_net": ("same", linear_model.ElasticNet, {"alpha": 0.1, "max_iter": 10000}, {"tol": 1e-12},
                    {"tol": 1e-10}),
    "polynomial_regression": ("same", polynomial, {}, {}, {}),
    "sgd_regressor": ("random", standardised(linear_model.SGDRegressor), {}, {}, {}),
    "knn_regressor": ("same", neighbors.KNeighborsRegressor, {}, {}, {}),
    "decision_tree_regressor": ("near", tree.DecisionTreeRegressor, {}, {}, {}),
    "random_forest_regressor": ("random", ensemble.RandomForestRegressor, {"n_estimators": 20}, {}, {}),
    "extra_trees_regressor": ("random", ensemble.ExtraTreesRegressor, {"n_estimators": 20}, {}, {}),
    "gradient_boosting_regressor": ("near", boosted(ensemble.HistGradientBoostingRegressor), {}, {},
                                    {"n_estimators": 50}),
    "svm_regressor": ("same", svm.SVR, {"tol": 1e-9}, {}, {}),
    "mlp_regressor": ("random", standardised(neural_network.MLPRegressor), {"max_iter": 60, "hidden_layer_sizes": [20]}, {}, {}),
    "dummy_regressor": ("same", dummy.DummyRegressor, {}, {}, {}),
    "kmeans": ("random", cluster.KMeans, {"n_clusters": 3, "n_init": 10}, {}, {}),
    "gaussian_mixture": ("random", mixture.GaussianMixture, {"n_components": 3}, {}, {}),
    "dbscan": ("partition", cluster.DBSCAN, {"eps": near_enough}, {}, {}),
    "agglomerative": ("partition", cluster.AgglomerativeClustering, {"n_clusters": 3}, {}, {}),
}
CLUSTERINGS = ("kmeans", "gaussian_mixture", "dbscan", "agglomerative")


def task(model, compared):
    if model in CLUSTERINGS:
        return "clustering"
    numbers = ("linear_regression", "ridge", "lasso", "elastic_net", "polynomial_regression")
    return "regression" if model.endswith("_regressor") or model in numbers else "classification"


def text(value):
    if isinstance(value, list):
        return ",".join(map(str, value))
    return repr(value) if isinstance(value, float) else str(value)


def rounded(values):
    return [float(f"{v:.10g}") for v in np.ravel(values)]


def answer(model, compared, kind, both, theirs, x, y, train, test):
    kind_of = task(model, compared)
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in both.items()}

    def fitted(**more):
        estimator = kind(**told, **theirs, **more)
        if kind_of == "clustering":
            return estimator.fit(x[train])
        return estimator.fit(x[train], y[train])

    def score(estimator):
        if kind_of == "clustering":
            said = estimator.predict(x[train])
            return metrics.adjusted_rand_score(y[train], said)
        said = estimator.predict(x[test])
        if kind_of == "regression":
            return metrics.r2_score(y[test], said)
        return metrics.accuracy_score(y[test], said)

    if compared in ("random", "near"):
        # Boosting without held-out rows is not random.
        seeds = 1 if model.startswith("gradient") else SEEDS
        scores = [score(fitted(random_state=seed)) for seed in range(seeds)]
        return {"scores": rounded(scores)}
    estimator = fitted()
    if compared == "partition":
        return {"clusters": estimator.labels_.tolist()}
    rows = test[:SHOWN]
    if compared == "labels":
        return {"classes": estimator.predict(x[rows]).tolist()}
    if kind_of == "classification":
        return {"values": rounded(estimator.predict_proba(x[rows]))}
    return {"values": rounded(estimator.predict(x[rows]))}


def main():
    out = {"made_with": f"scikit-learn {sklearn.__version__}", "sets": []}
    for name, columns, label, number in sets():
        columns = [np.asarray(c) for c in columns]
        rows = np.arange(len(label))
        train, test = rows[rows % 5 != 4], rows[rows % 5 == 4]
        written = [{"words": c.tolist()} if c.dtype == object
                   else {"numbers": [None if np.isnan(v) else v for v in c]} for c in columns]
        models = {}
        for model, (compared, kind, both, theirs, ours) in MODELS.items():
            x = prepared(columns, train, model in SCALED)
            y = number if task(model, compared) == "regression" else label
            both = {n: v(x[train]) if callable(v) else v for n, v in both.items()}
            why = left_out(name, model, x)
            if why:
                print(name, model, why, file=sys.stderr)
                continue
            try:
                found = answer(model, compared, kind, both, theirs, x, y, train, test)
            except (ValueError, np.linalg.LinAlgError) as problem:
                print(name, model, problem, file=sys.stderr)
                continue
            told = {**both, **ours}
            models[model] = {"compared": compared, "set": {n: text(v) for n, v in told.items()}, **found}
        out["sets"].append({"name": name, "columns": written, "label": label.tolist(),
                            "number": number.tolist(), "models": models})
    json.dump(out, sys.stdout, separators=(",", ":"))


main()
