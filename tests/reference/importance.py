"""Reference values of scikit-learn's permutation importance for src/train/importance.rs.

Run it in this folder: python3 importance.py
"""

import numpy as np
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold

state = 12345


def uniform():
    global state
    state = (state * 1103515245 + 12345) % (1 << 31)
    return state / (1 << 31)


rows = np.array([[uniform() for _ in range(4)] for _ in range(400)])
x, y = rows[:, :3], 3 * rows[:, 0] + rows[:, 1] + 0.4 * rows[:, 3]
drops = []
for train, test in KFold(5, shuffle=True, random_state=0).split(x):
    model = LinearRegression().fit(x[train], y[train])
    found = permutation_importance(model, x[test], y[test], n_repeats=200, random_state=0)
    drops.append(found.importances_mean)
print(np.mean(drops, axis=0).tolist())
