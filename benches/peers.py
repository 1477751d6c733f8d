"""Fitting times beside scikit-learn's: the same rows, the same parameters, one thread each.

    cargo build --release
    python3 benches/peers.py target/release/seefit [ROWS [COLUMNS]] [MODEL]...

Prints seconds and the ratio (below 1: Seefit is quicker). Both fit on all rows; reading, preparation and
scoring do not count. The median of three is taken.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
import sklearn
from sklearn import cluster, dummy, ensemble, linear_model, naive_bayes, neighbors, neural_network
from sklearn import discriminant_analysis, mixture, preprocessing, svm, tree

TIMES = 3

# Parameters that both take, as far as the defaults differ.
PEERS = {
    "logistic_regression": lambda: linear_model.LogisticRegression(),
    "knn_classifier": lambda: neighbors.KNeighborsClassifier(),
    "decision_tree_classifier": lambda: tree.DecisionTreeClassifier(random_state=0),
    "random_forest_classifier": lambda: ensemble.RandomForestClassifier(random_state=0),
    "extra_trees_classifier": lambda: ensemble.ExtraTreesClassifier(random_state=0),
    "gradient_boosting_classifier": lambda: ensemble.GradientBoostingClassifier(random_state=0),
    "svm_classifier": lambda: svm.SVC(),
    "gaussian_nb": lambda: naive_bayes.GaussianNB(),
    "lda_classifier": lambda: discriminant_analysis.LinearDiscriminantAnalysis(),
    "qda_classifier": lambda: discriminant_analysis.QuadraticDiscriminantAnalysis(),
    "sgd_classifier": lambda: linear_model.SGDClassifier(random_state=0),
    "mlp_classifier": lambda: neural_network.MLPClassifier(random_state=0),
    "linear_regression": lambda: linear_model.LinearRegression(),
    "ridge": lambda: linear_model.Ridge(),
    "lasso": lambda: linear_model.Lasso(),
    "elastic_net": lambda: linear_model.ElasticNet(),
    "sgd_regressor": lambda: linear_model.SGDRegressor(random_state=0),
    "knn_regressor": lambda: neighbors.KNeighborsRegressor(),
    "decision_tree_regressor": lambda: tree.DecisionTreeRegressor(random_state=0),
    "random_forest_regressor": lambda: ensemble.RandomForestRegressor(random_state=0),
    "extra_trees_regressor": lambda: ensemble.ExtraTreesRegressor(random_state=0),
    "gradient_boosting_regressor": lambda: ensemble.GradientBoostingRegressor(random_state=0),
    "svm_regressor": lambda: svm.SVR(),
    "mlp_regressor": lambda: neural_network.MLPRegressor(random_state=0),
    "kmeans": lambda: cluster.KMeans(random_state=0, n_init=10),
    "dbscan": lambda: cluster.DBSCAN(),
    "agglomerative": lambda: cluster.AgglomerativeClustering(),
    "gaussian_mixture": lambda: mixture.GaussianMixture(random_state=0),
}


def data(rows, columns):
    random = numpy.random.default_rng(1)
    x = random.normal(size=(rows, columns))
    half = x[:, : max(1, columns // 2)]
    number = half.sum(axis=1) + x[:, 0] * x[:, -1] + random.normal(size=rows)
    return x, number, (number > 0).astype(int)


def write(path, x, target):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow([f"x{i}" for i in range(x.shape[1])] + ["target"])
        for row, value in zip(x.tolist(), target):
            out.writerow(row + [value])


def seefit(program, path, model, task):
    """Median seconds of a fit, and the parameters in force."""
    seconds = []
    command = [program, "train", path, "--model", model, "--json", "--scale", "standard", "--threads", "1"]
    if task == "clustering":
        # The target is no feature.
        with open(path) as file:
            names = file.readline().strip().split(",")
        command += ["--features", ",".join(names[:-1])]
    else:
        command += ["--target", "target", "--validate", "train"]
    for _ in range(TIMES):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return None, done.stderr.strip()
        answer = json.loads(done.stdout)
        seconds.append(answer["fit_seconds"])
    return statistics.median(seconds), answer["params"]


def peer(make, params, x, y):
    seconds = []
    for _ in range(TIMES):
        estimator = make()
        known = estimator.get_params()
        for name, value in (params or {}).items():
            # Names and meanings are scikit-learn's; what it does not know is left out.
            if name in known and not isinstance(value, (list, dict)):
                try:
                    estimator.set_params(**{name: value})
                except ValueError:
                    pass
        begun = time.perf_counter()
        estimator.fit(x, y)
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, words = sys.argv[1], sys.argv[2:]
    numbers = [int(w) for w in words if w.isdigit()]
    wanted = [w for w in words if not w.isdigit()]
    rows, columns = (numbers + [10_000, 20][len(numbers):])[:2]
    listed = json.loads(subprocess.run([program, "models", "--json"], capture_output=True, text=True, check=True).stdout)
    x, number, label = data(rows, columns)
    scaled = preprocessing.StandardScaler().fit_transform(x)
    print(f"{rows} rows x {columns}, scikit-learn {sklearn.__version__}, one thread\n")
    print("| Model | Seefit s | scikit-learn s | Ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        classes, numeric = os.path.join(folder, "classes.csv"), os.path.join(folder, "numbers.csv")
        write(classes, x, [f"c{v}" for v in label])
        write(numeric, x, number.tolist())
        for model in listed["models"]:
            name, task = model["id"], model["task"]
            if name not in PEERS or (wanted and name not in wanted):
                continue
            path = numeric if task == "regression" else classes
            own, params = seefit(program, path, name, task)
            if own is None:
                print(f"| {name} | {params} | | |")
                continue
            y = {"classification": label, "regression": number}.get(task)
            other = peer(PEERS[name], params, scaled, y)
            print(f"| {name} | {own:.4f} | {other:.4f} | {own / other:.2f} |", flush=True)


main()
