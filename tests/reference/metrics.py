"""Reference values of scikit-learn and SciPy for src/evaluate.

Run it in this folder: python3 metrics.py > metrics.json
"""

import json
import warnings

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics as m

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)


def auc(actual, probabilities):
    """One against rest, weighted by rows; scikit-learn refuses classes that do not occur."""
    k = probabilities.shape[1]
    if len(set(actual)) < 2:
        return None
    if k == 2:
        return m.roc_auc_score(actual, probabilities[:, 1])
    if set(actual) == set(range(k)):
        return m.roc_auc_score(actual, probabilities, multi_class="ovr", average="weighted")
    occurring = sorted(set(actual))
    each = [m.roc_auc_score(actual == c, probabilities[:, c]) for c in occurring]
    return float(np.average(each, weights=[np.sum(actual == c) for c in occurring]))


def classification(actual, probabilities, predicted=None):
    k = probabilities.shape[1]
    labels = list(range(k))
    if predicted is None:
        predicted = probabilities.argmax(axis=1)
    mean = {"labels": labels, "average": "weighted", "zero_division": 0}
    kappa = m.cohen_kappa_score(actual, predicted, labels=labels)
    return {
        "classes": k,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "scores": {
            "CA": m.accuracy_score(actual, predicted),
            "AUC": auc(actual, probabilities),
            "F1": m.f1_score(actual, predicted, **mean),
            "Prec": m.precision_score(actual, predicted, **mean),
            "Recall": m.recall_score(actual, predicted, **mean),
            "MCC": m.matthews_corrcoef(actual, predicted),
            "LogLoss": m.log_loss(actual, probabilities, labels=labels),
            "BalancedCA": m.balanced_accuracy_score(actual, predicted),
            "Kappa": None if np.isnan(kappa) else kappa,
            "Brier": m.brier_score_loss(actual, probabilities, labels=labels),
        },
        "confusion": m.confusion_matrix(actual, predicted, labels=labels).ravel().tolist(),
    }


def probabilities(n, k, decimals):
    """Rounded, so that there are ties; rows add up to one exactly enough."""
    p = np.round(rng.dirichlet(np.ones(k), n), decimals)
    p[:, -1] = 1 - p[:, :-1].sum(axis=1)
    return np.clip(p, 0, 1)


def skilled(actual, p):
    """Moves probability to the actual class, so that the scores are not those of guessing."""
    return 0.6 * p + 0.4 * np.eye(p.shape[1])[actual]


def classification_cases():
    three = rng.choice(3, 60, p=[0.5, 0.3, 0.2])
    yield classification(three, skilled(three, probabilities(60, 3, 1)))
    two = rng.choice(2, 50, p=[0.9, 0.1])
    yield classification(two, probabilities(50, 2, 1))
    sure = np.eye(2)[np.array([0, 1, 1, 0, 1, 0, 0, 0])]
    yield classification(np.array([0, 1, 0, 0, 1, 1, 0, 1]), sure)
    # Class 2 is never predicted, class 3 does not occur.
    four = rng.choice(3, 40)
    p = skilled(four, probabilities(40, 4, 2))
    predicted = p.argmax(axis=1)
    predicted[predicted == 2] = 3
    yield classification(four, p, predicted)
    # All predicted as one class; then one class only.
    yield classification(three, np.tile([0.5, 0.3, 0.2], (60, 1)))
    yield classification(np.ones(5, dtype=int), np.tile([0.2, 0.8], (5, 1)))


def regression(actual, predicted):
    constant = bool(np.all(actual == actual[0]))
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "scores": {
            "RMSE": m.root_mean_squared_error(actual, predicted),
            "MAE": m.mean_absolute_error(actual, predicted),
            "MAPE": m.mean_absolute_percentage_error(actual, predicted),
            "R2": None if constant else m.r2_score(actual, predicted),
            "MSE": m.mean_squared_error(actual, predicted),
        },
    }


def regression_cases():
    y = rng.normal(size=40)
    yield regression(y, y + 0.3 * rng.normal(size=40))
    # Three decimals: every reader of JSON gets the same numbers.
    yield regression(np.round(1e6 + y, 3), np.round(1e6 + y[::-1], 3))
    yield regression(np.array([0.0, 1.0, -2.0, 0.0]), np.array([0.5, 1.0, 2.0, 0.0]))
    yield regression(np.full(5, 3.0), np.arange(5.0))
    yield regression(y, y)


def silhouette_case():
    x = np.vstack([rng.normal(c, 1.0, size=(20, 2)) for c in ([0, 0], [4, 0], [1, 5])])
    labels = np.repeat([0, 1, 2], 20)
    labels[::7] = 1
    labels[3] = 3
    return {
        "x": x.ravel().tolist(),
        "labels": labels.tolist(),
        "silhouette": m.silhouette_score(x, labels),
        "other": (labels // 2).tolist(),
        "adjusted_rand": m.adjusted_rand_score(labels, labels // 2),
    }


def student_cases():
    for df in [1, 2, 4, 9, 14, 29, 99, 1000, 1e6]:
        for t in [0.0, 1e-3, 0.1, 0.5, 1.0, 2.0, 2.776, 5.0, 20.0, 1e3]:
            yield {"t": t, "df": df, "p": 2 * stats.t.sf(t, df)}


def corrected_t(first, second, train, test):
    d = np.array(first) - np.array(second)
    n = len(d)
    t = d.mean() / np.sqrt(d.var(ddof=1) * (1 / n + test / train))
    p = 2 * stats.t.sf(abs(t), n - 1)
    return {"first": first, "second": second, "train": train, "test": test, "t": t, "p": p}


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


print(
    json.dumps(
        {
            "made_with": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}",
            "classification": list(classification_cases()),
            "regression": list(regression_cases()),
            "clustering": silhouette_case(),
            "student": list(student_cases()),
            "compare": [
                corrected_t([0.9, 0.92, 0.88, 0.95, 0.91], [0.85, 0.9, 0.84, 0.9, 0.88], 120, 30),
                corrected_t([0.9, 0.92, 0.88, 0.95, 0.91], [0.95, 0.9, 0.84, 0.9, 0.93], 120, 30),
                corrected_t([0.70, 0.71, 0.69], [0.90, 0.92, 0.90], 66.7, 33.3),
            ],
        },
        default=plain,
        indent=None,
        separators=(",", ":"),
    )
)
