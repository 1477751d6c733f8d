"""Reference values of scikit-learn's partial dependence for src/train/dependence.rs.

Run it in this folder: python3 dependence.py
"""

import numpy as np
from sklearn.datasets import load_iris
from sklearn.inspection import partial_dependence
from sklearn.naive_bayes import GaussianNB
import csv, pathlib

path = next(pathlib.Path("../../sample_data").rglob("iris*.csv"))
rows = list(csv.reader(path.open()))
x = np.array([[float(v) for v in row[:4]] for row in rows[1:]])
names = sorted({row[4] for row in rows[1:]})
y = np.array([names.index(row[4]) for row in rows[1:]])
model = GaussianNB().fit(x, y)
found = partial_dependence(model, x, [2], grid_resolution=5, method="brute", kind="average")
grid = found["grid_values"][0]
means = found["average"].T
print(grid.tolist())
print(means.ravel().tolist())
