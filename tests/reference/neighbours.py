"""Prints cosine distances of nearest rows, as src/numeric/unit_rows.rs has them.

    python3 tests/reference/neighbours.py
"""

import numpy as np
from sklearn.neighbors import NearestNeighbors

ROWS = np.array([[1, 2, 3], [2, 4, 6], [-1, 0.5, 2], [3, -1, 0], [0, 0, 0], [1, 1, -1]], float)

search = NearestNeighbors(n_neighbors=4, metric="cosine").fit(ROWS)
# Not the rows themselves, which would be at distance 0 even where they have no direction.
distances, _ = search.kneighbors(ROWS + 0.0)
for row in distances:
    print([float(distance) for distance in row])
