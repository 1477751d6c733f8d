"""Reference values for src/model/svm_machine.rs: run with scikit-learn 1.9 in the project's folder.

Columns are standardised and classes numbered by name, as the test does.
"""

import csv

import numpy as np
from sklearn.svm import SVC, SVR


def load(name, target):
    rows = list(csv.DictReader(open(f"sample_data/{name}.csv")))
    names = [column for column in rows[0] if column != target]
    x = np.array([[float(row[column]) for column in names] for row in rows])
    return (x - x.mean(axis=0)) / x.std(axis=0), [row[target] for row in rows]


def rows_of(x):
    return [0, len(x) // 2, len(x) - 1]


def show(values):
    return "[" + ", ".join(f"{value:.7f}" for value in values) + "]"


for name, target in [("iris", "species"), ("wine", "class"), ("breast_cancer", "diagnosis")]:
    x, y = load(name, target)
    levels = sorted(set(y))
    y = np.array([levels.index(value) for value in y])
    for kernel in ["linear", "rbf", "poly", "sigmoid"]:
        for c in [0.5, 20.0]:
            fit = SVC(
                kernel=kernel, C=c, coef0=0.5, tol=1e-7, decision_function_shape="ovo"
            ).fit(x, y)
            values = fit.decision_function(x[rows_of(x)])
            if len(levels) == 2:
                values = -values[:, None]
            right = int((fit.predict(x) == y).sum())
            print(
                f'("{name}", "{target}", "{kernel}", "{c:g}", '
                f"&{fit.n_support_.tolist()}, {right}, &{show(values.ravel())}),"
            )

x, y = load("diabetes", "target")
y = np.array([float(value) for value in y])
for kernel in ["linear", "rbf", "poly", "sigmoid"]:
    for epsilon in [0.0, 20.0]:
        fit = SVR(kernel=kernel, C=10, coef0=0.5, epsilon=epsilon, tol=1e-6).fit(x, y)
        print(f'("{kernel}", "{epsilon:g}", {len(fit.support_)}, &{show(fit.predict(x[rows_of(x)]))}),')

# Platt's sigmoids depend on chance: probabilities are compared by their quality alone.
x, y = load("wine", "class")
y = np.array([sorted(set(y)).index(value) for value in y])
fit = SVC(probability=True, random_state=0).fit(x, y)
share = fit.predict_proba(x)[np.arange(len(y)), y]
print("wine, log loss", -np.log(share).mean())
