"""Reference values for the t intervals of src/train/coefficients.rs, by the textbook's formula.

Run it in this folder: python3 intervals.py
"""

import csv

import numpy as np
from scipy import stats

rows = list(csv.DictReader(open("../../sample_data/diabetes.csv")))
names = ["bmi", "bp", "s5"]
x = np.array([[float(row[name]) for name in names] for row in rows])
y = np.array([float(row["target"]) for row in rows])
x = np.column_stack([x, np.ones(len(x))])
inverse = np.linalg.inv(x.T @ x)
weights = inverse @ x.T @ y
freedom = len(y) - x.shape[1]
variance = ((y - x @ weights) ** 2).sum() / freedom
half = stats.t.ppf(0.975, freedom) * np.sqrt(variance * np.diag(inverse))
for name, value, width in zip(names + ["intercept"], weights, half):
    print(f'("{name}", {value!r}, {width!r}),')
