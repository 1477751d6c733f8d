"""Reference values of scikit-learn, NumPy and SciPy for ROC curves, precision and recall, calibration
and thresholds in src/evaluate.

Run it in this folder: python3 ranking.py > ranking.json
"""

import json

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(11)


def plain(values):
    return [None if np.isinf(v) else float(v) for v in values]


def curves(actual, scores):
    fpr, tpr, thresholds = m.roc_curve(actual, scores, drop_intermediate=False)
    precision, recall, _ = m.precision_recall_curve(actual, scores)
    prob_true, prob_pred = calibration_curve(actual, scores, n_bins=10)
    table = []
    for threshold in [0.05, 0.25, 0.5, 0.75, 0.95]:
        counts = m.confusion_matrix(actual, scores >= threshold, labels=[0, 1]).ravel()
        table.append({"threshold": threshold, "counts": plain(counts)})
    return {
        "actual": plain(actual),
        "scores": plain(scores),
        "fpr": plain(fpr),
        "tpr": plain(tpr),
        "thresholds": plain(thresholds),
        "precision": plain(precision[::-1]),
        "recall": plain(recall[::-1]),
        "auc": m.roc_auc_score(actual, scores),
        "average_precision": m.average_precision_score(actual, scores),
        "brier": m.brier_score_loss(actual, scores),
        "prob_true": plain(prob_true),
        "prob_pred": plain(prob_pred),
        "table": table,
    }


def sample(n, share, decimals, strength):
    actual = (rng.random(n) < share).astype(int)
    actual[:2] = [0, 1]
    scores = 1 / (1 + np.exp(-(strength * (actual - 0.5) + rng.normal(size=n))))
    return actual, np.round(scores, decimals)


def band():
    folds = [sample(40, 0.4, 2, 2.0) for _ in range(5)]
    grid = np.linspace(0, 1, 101)
    rows = []
    for actual, scores in folds:
        fpr, tpr, _ = m.roc_curve(actual, scores, drop_intermediate=False)
        row = np.interp(grid, fpr, tpr)
        row[0] = 0.0
        rows.append(row)
    return {
        "folds": [{"actual": plain(a), "scores": plain(s)} for a, s in folds],
        "mean": plain(np.mean(rows, axis=0)),
        "std": plain(np.std(rows, axis=0, ddof=1)),
    }


print(
    json.dumps(
        {
            "made_with": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, SciPy {scipy.__version__}",
            "curves": [
                curves(*sample(60, 0.5, 2, 2.0)),
                curves(*sample(80, 0.1, 1, 1.0)),
                curves(*sample(50, 0.7, 12, 3.0)),
                curves(np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9])),
                curves(np.array([0, 1, 0, 1]), np.array([0.5, 0.5, 0.5, 0.5])),
                curves(np.array([1, 0, 0]), np.array([0.0, 1.0, 0.3])),
            ],
            "band": band(),
            "normal": [
                {"p": p, "z": stats.norm.ppf(p)}
                for p in [1e-12, 1e-4, 0.02425, 0.1, 0.3, 0.5, 0.77, 0.99, 0.999999]
            ],
            "student": [
                {"confidence": c, "df": df, "t": stats.t.ppf(0.5 + c / 2, df)}
                for c in [0.5, 0.9, 0.95, 0.99]
                for df in [1, 2, 4, 9, 30, 431, 1e5]
            ],
        }
    )
)
