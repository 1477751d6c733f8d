"""Reference values for src/numeric/cart.rs and src/numeric/forest.rs: run with scikit-learn 1.9.

The data are made of whole numbers, so that Rust makes the same (`reference_data` in cart.rs).
"""

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROWS, COLUMNS = 300, 4
i, j = np.meshgrid(np.arange(ROWS), np.arange(COLUMNS), indexing="ij")
x = ((i * i * (j + 3) + i * (2 * j + 37) + 11 * j) % 211) / 10
classes = (x[:, 0] > 10).astype(int) + (x[:, 1] * x[:, 2] > 100)
classes[::11] = (classes[::11] + 1) % 3
numbers = 2 * x[:, 0] - x[:, 1] * x[:, 2] / 4 + (np.arange(ROWS) % 7) * 0.3


def show(name, model, y):
    fitted = model.fit(x, y)
    tree = fitted.tree_
    print(
        name,
        f"leaves {tree.n_leaves} depth {tree.max_depth}",
        f"root {tree.feature[0]} <= {tree.threshold[0]:.6f}",
        f"impurity {tree.impurity[0]:.9f} score {fitted.score(x, y):.9f}",
        "importances", np.round(fitted.feature_importances_, 6).tolist(),
    )


for criterion in ["gini", "entropy"]:
    for params in [
        {},
        {"max_depth": 3},
        {"min_samples_leaf": 7},
        {"min_samples_split": 30},
        {"max_leaf_nodes": 9},
        {"min_impurity_decrease": 0.01},
        {"ccp_alpha": 0.008},
        {"class_weight": "balanced"},
        {"class_weight": "balanced", "max_depth": 3},
        {"class_weight": "balanced", "ccp_alpha": 0.008},
        {"class_weight": "balanced", "max_leaf_nodes": 9},
    ]:
        model = DecisionTreeClassifier(criterion=criterion, random_state=0, **params)
        show(f"{criterion} {params}", model, classes)
for params in [
    {},
    {"max_depth": 3},
    {"min_samples_leaf": 7},
    {"max_leaf_nodes": 9},
    {"min_impurity_decrease": 1.0},
    {"ccp_alpha": 1.0},
]:
    show(f"squared_error {params}", DecisionTreeRegressor(random_state=0, **params), numbers)

# Forests: trained on two rows of three, scored on the third.
held = np.arange(ROWS) % 3 == 0
for model, y in [
    (RandomForestClassifier, classes),
    (ExtraTreesClassifier, classes),
    (RandomForestRegressor, numbers),
    (ExtraTreesRegressor, numbers),
]:
    scores = [
        model(60, random_state=seed).fit(x[~held], y[~held]).score(x[held], y[held])
        for seed in range(5)
    ]
    print(model.__name__, np.round(scores, 3).tolist())
