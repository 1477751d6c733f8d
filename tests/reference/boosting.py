"""Reference values for src/numeric/boosting.rs: run with scikit-learn 1.9.

The data are those of src/numeric/reference.rs. Every value has a bin of its own, so histograms lose
nothing: numbers are compared with exact boosting, classes with the histogram boosting, whose splits
weigh rows by their Hessians as ours do.
"""

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier

i, j = np.meshgrid(np.arange(60.0), np.arange(4.0), indexing="ij")
x = np.sin(0.7 * (i + 1) * (j + 1) + j) * (1 + j)
i = np.arange(60.0)
y = 2 * x[:, 0] - x[:, 1] + 0.5 * x[:, 2] + 0.3 * np.cos(3.1 * i)
score = x[:, 0] - 0.5 * x[:, 1] + 0.8 * np.cos(1.3 * i)
three = (score >= -0.5).astype(int) + (score >= 0.5)
two = (score > 0).astype(int)
ROWS = [0, 13, 29, 42, 59]


def fitted(loss, alpha, seed):
    return GradientBoostingRegressor(
        loss=loss, alpha=alpha, n_estimators=8, min_samples_leaf=3, random_state=seed
    ).fit(x, y).predict(x)


print("squared_error", np.round(fitted("squared_error", 0.9, 0)[ROWS], 6).tolist())
# Gradients of the others are tied, so splits are too, and scikit-learn draws among them: what is
# compared is the loss, over many draws.
for loss, alpha in [("absolute_error", 0.5), ("huber", 0.7), ("quantile", 0.8)]:
    share = alpha if loss == "quantile" else 0.5
    errors = [y - fitted(loss, alpha, seed) for seed in range(30)]
    losses = [np.maximum(share * e, (share - 1) * e).mean() for e in errors]
    print(loss, "pinball loss from", min(losses), "to", max(losses))
for name, codes in [("two", two), ("three", three)]:
    fit = HistGradientBoostingClassifier(
        max_iter=8, max_depth=3, min_samples_leaf=3, max_leaf_nodes=None, early_stopping=False
    ).fit(x, codes)
    print(name, np.round(fit.predict_proba(x)[ROWS], 6).tolist())
