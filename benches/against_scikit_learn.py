"""Fits and predictions beside scikit-learn's: the same rows, the same parameters.

    python3 benches/against_scikit_learn.py [digits] [10000] [classes5] [100000] [memory]
                                            [--models ID,ID] [--seconds 20] [--program FILE] [--list]

Builds `benches/fit` (unless a built one is given by --program) and prints one table a data set: digits
(four fifths of 1797 x 64), 10,000 x 20, the same with five classes, 100,000 x 20; all of them unless some
are named. `memory` is what a fit holds at its peak beside its data, for 100,000 x 20.

A ratio is Seefit's time over scikit-learn's: below 1, Seefit is quicker. With one thread it is of
processor time, so that it holds on a loaded machine; with all threads of the clock. The median of up to
five runs counts; a fit that takes longer than --seconds is stopped, and the table says so. Predictions are of
held-out rows, at most 10,000. Scores are accuracy, R2 or (clusterings, of their own rows) the adjusted Rand
index; those of random methods differ within their noise.
"""

import argparse
import json
import math
import os
import platform
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import sklearn
import threadpoolctl
from sklearn import cluster, datasets, discriminant_analysis, dummy, ensemble, linear_model, metrics, mixture
from sklearn import naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree

SEED = 42
TIMES = 5
# No fit of scikit-learn may take more: some ask for the square of the rows.
MOST_BYTES = 6 << 30


def boosted(kind):
    """scikit-learn's quick boosting with the parameters of its exact one."""
    return lambda **changed: kind(max_iter=100, max_depth=3, max_leaf_nodes=None, min_samples_leaf=1,
                                  early_stopping=False, random_state=SEED, **changed)


def polynomial(**changed):
    return pipeline.make_pipeline(preprocessing.PolynomialFeatures(2, include_bias=False), linear_model.Ridge(1.0))


def seeded(kind):
    return lambda **changed: kind(random_state=SEED, **changed)


# (id, what is changed from the defaults for both, scikit-learn's estimator, largest number of rows).
ROWS = [
    ("logistic_regression", {}, linear_model.LogisticRegression, None),
    ("sgd_classifier", {}, seeded(linear_model.SGDClassifier), None),
    ("lda_classifier", {}, discriminant_analysis.LinearDiscriminantAnalysis, None),
    ("qda_classifier", {"reg_param": 0.1}, discriminant_analysis.QuadraticDiscriminantAnalysis, None),
    ("knn_classifier", {}, neighbors.KNeighborsClassifier, None),
    ("decision_tree_classifier", {}, seeded(tree.DecisionTreeClassifier), None),
    ("random_forest_classifier", {}, seeded(ensemble.RandomForestClassifier), None),
    ("extra_trees_classifier", {}, seeded(ensemble.ExtraTreesClassifier), None),
    ("gradient_boosting_classifier", {}, boosted(ensemble.HistGradientBoostingClassifier), None),
    ("gradient_boosting_classifier", {}, seeded(ensemble.GradientBoostingClassifier), None),
    ("svm_classifier", {}, svm.SVC, None),
    ("svm_classifier", {"kernel": "linear"}, svm.SVC, 10_000),
    ("svm_classifier", {"kernel": "poly"}, svm.SVC, 10_000),
    ("svm_classifier", {"probability": True}, svm.SVC, 10_000),
    ("gaussian_nb", {}, naive_bayes.GaussianNB, None),
    ("bernoulli_nb", {}, naive_bayes.BernoulliNB, None),
    ("multinomial_nb", {}, naive_bayes.MultinomialNB, None),
    ("complement_nb", {}, naive_bayes.ComplementNB, None),
    ("categorical_nb", {"min_categories": 32}, naive_bayes.CategoricalNB, None),
    ("mlp_classifier", {"max_iter": 20}, seeded(neural_network.MLPClassifier), None),
    ("dummy_classifier", {}, dummy.DummyClassifier, None),
    ("linear_regression", {}, linear_model.LinearRegression, None),
    ("ridge", {}, linear_model.Ridge, None),
    ("lasso", {"alpha": 0.1}, linear_model.Lasso, None),
    ("elastic_net", {"alpha": 0.1}, linear_model.ElasticNet, None),
    ("polynomial_regression", {}, polynomial, None),
    ("sgd_regressor", {}, seeded(linear_model.SGDRegressor), None),
    ("knn_regressor", {}, neighbors.KNeighborsRegressor, None),
    ("decision_tree_regressor", {}, seeded(tree.DecisionTreeRegressor), None),
    ("random_forest_regressor", {}, seeded(ensemble.RandomForestRegressor), None),
    ("extra_trees_regressor", {}, seeded(ensemble.ExtraTreesRegressor), None),
    ("gradient_boosting_regressor", {}, boosted(ensemble.HistGradientBoostingRegressor), None),
    ("gradient_boosting_regressor", {}, seeded(ensemble.GradientBoostingRegressor), None),
    ("svm_regressor", {}, svm.SVR, None),
    ("svm_regressor", {"kernel": "linear"}, svm.SVR, 10_000),
    ("mlp_regressor", {"max_iter": 20}, seeded(neural_network.MLPRegressor), None),
    ("dummy_regressor", {}, dummy.DummyRegressor, None),
    ("kmeans", {"n_clusters": 8, "n_init": 10}, seeded(cluster.KMeans), None),
    ("gaussian_mixture", {"n_components": 8}, seeded(mixture.GaussianMixture), None),
    ("dbscan", {"eps": "near"}, cluster.DBSCAN, None),
    ("agglomerative", {"n_clusters": 8}, cluster.AgglomerativeClustering, 10_000),
]
COUNTS = ("multinomial_nb", "complement_nb", "categorical_nb")
# What scikit-learn no longer takes at the estimator, or names otherwise.
CALIBRATED = "probability"


def task(model):
    if model in ("kmeans", "gaussian_mixture", "dbscan", "agglomerative"):
        return "clustering"
    return "regression" if model.endswith(("regressor", "regression")) and model != "logistic_regression" or \
        model in ("ridge", "lasso", "elastic_net") else "classification"


class Data:
    """Training and test rows of one set, as each kind of model wants them."""

    def __init__(self, name):
        self.name = name
        random = numpy.random.default_rng(7)
        if name == "digits":
            x, y = datasets.load_digits(return_X_y=True)
            order = random.permutation(len(x))
            x, y = x[order], y[order]
            self.rows, number, groups, counts = 1437, y.astype(float), x, x
            label = y
            blobs = y
        else:
            self.rows, classes = {"classes5": (10_000, 5)}.get(name) or (int(name), 2)
            total = self.rows + min(self.rows, 10_000)
            x = random.normal(size=(total, 20))
            bent = x[:, :10] @ random.normal(size=(10, classes))
            bent += x[:, 10:15] ** 2 @ random.normal(size=(5, classes))
            label = numpy.argmax(bent + random.normal(size=bent.shape), axis=1)
            number = x[:, :10].sum(axis=1) + x[:, 0] * x[:, -1] + random.normal(size=total)
            counts = numpy.maximum(numpy.round(2.0 * x + label[:, None] * (numpy.arange(20) % 3 == 0) + 4.0), 0.0)
            blobs = random.integers(8, size=total)
            groups = 1.5 * random.normal(size=(8, 20))[blobs] + random.normal(size=(total, 20))
        self.x = preprocessing.StandardScaler().fit(x[: self.rows]).transform(x)
        self.counts, self.groups, self.blobs = counts, groups, blobs
        self.label, self.number = label, number
        sample = self.groups[: min(self.rows, 2000)]
        # By numpy alone: a process that has run OpenMP cannot fork children that do.
        squares = (sample**2).sum(axis=1)
        distances = squares[:, None] + squares[None, :] - 2.0 * sample @ sample.T
        near = numpy.sqrt(numpy.maximum(numpy.sort(distances, axis=1)[:, 5], 0.0))
        self.near = round(float(numpy.median(near)), 3)

    def parts(self, model):
        """Training rows, targets, test rows, their truth, number of classes."""
        kind = task(model)
        if kind == "clustering":
            x = self.groups[: self.rows]
            return x, None, x[:10_000], self.blobs[: len(x)][:10_000], 0
        x = self.counts if model in COUNTS else self.x
        y = self.number if kind == "regression" else self.label
        classes = 0 if kind == "regression" else int(y.max()) + 1
        return x[: self.rows], y[: self.rows], x[self.rows:], y[self.rows:], classes

    def write(self, model, path):
        x, y, test, _, classes = self.parts(model)
        head = [len(x), len(test), x.shape[1], classes, int(y is not None)]
        with open(path, "wb") as file:
            numpy.array(head, dtype="<u8").tofile(file)
            x.astype("<f8").tofile(file)
            if y is not None:
                y.astype("<f8").tofile(file)
            test.astype("<f8").tofile(file)


def score(model, truth, said):
    kind = task(model)
    if said is None or len(said) == 0:
        return math.nan
    if kind == "clustering":
        return metrics.adjusted_rand_score(truth, said)
    if kind == "regression":
        return metrics.r2_score(truth, said)
    return metrics.accuracy_score(truth, said)


def middle(times, threads):
    """Median seconds: of the processor with one thread, of the clock with more."""
    chosen = times["processor" if threads == 1 else "wall"]
    if times["stopped"] or not chosen:
        return math.inf
    return statistics.median(chosen)


def seefit(program, data, model, changed, threads, seconds, memory=False):
    """Fit seconds, prediction seconds, score, bytes, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        rows, out = os.path.join(folder, "rows"), os.path.join(folder, "out")
        data.write(model, rows)
        command = [program, rows, "--model", model, "--threads", str(threads), "--seconds", str(seconds),
                   "--out", out, "--times", str(1 if memory else TIMES)]
        for name, value in changed.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            command += ["--set", f"{name}={text}"]
        if memory:
            command.append("--memory")
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return math.nan, math.nan, math.nan, None, done.stderr.strip()
        answer = json.loads(done.stdout)
        said = numpy.fromfile(out, dtype="<f8") if os.path.exists(out) else None
    truth = data.parts(model)[3]
    if said is not None and len(said):
        said = said.reshape(len(truth), -1)
        said = said[:, 0] if task(model) == "regression" else said.argmax(axis=1)
    stopped = answer["fit"]["stopped"]
    return (middle(answer["fit"], threads), middle(answer["predict"], threads),
            math.nan if stopped or answer["predict"]["stopped"] else score(model, truth, said), answer["bytes"], " ".join(answer["notes"]))


def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def peer(make, data, model, changed, threads, seconds, memory=False):
    """The same of scikit-learn, in a process of its own, which can be ended."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            with os.fdopen(write, "w") as out:
                child_fits(make, data, model, changed, threads, seconds, memory, out)
        finally:
            os._exit(0)
    os.close(write)
    fit = {"wall": [], "processor": [], "stopped": False}
    predict = {"wall": [], "processor": [], "stopped": False}
    found, taken, said = math.nan, None, ""
    with os.fdopen(read) as lines:
        while True:
            # A little more than a fit may take: importing and warming up count for nobody.
            ready, _, _ = select.select([lines], [], [], seconds + 2.0)
            line = lines.readline() if ready else None
            if line is None:
                (predict if fit["wall"] else fit)["stopped"] = True
                os.kill(child, signal.SIGKILL)
                break
            if not line:
                break
            answer = json.loads(line)
            for times, name in ((fit, "fit"), (predict, "predict")):
                if name in answer:
                    times["wall"].append(answer[name][0])
                    times["processor"].append(answer[name][1])
            found, taken, said = answer.get("score", found), answer.get("bytes", taken), answer.get("said", said)
    os.waitpid(child, 0)
    return middle(fit, threads), middle(predict, threads), found, taken, said


def child_fits(make, data, model, changed, threads, seconds, memory, out):
    import resource
    import warnings

    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    x, y, test, truth, _ = data.parts(model)

    def tell(**what):
        # One line a write: nothing must wait in the reader's buffer behind another.
        out.write(json.dumps(what) + "\n")
        out.flush()
        time.sleep(0.01)

    def timed(work):
        begun, processor = time.perf_counter(), time.process_time()
        done = work()
        return done, (time.perf_counter() - begun, time.process_time() - processor)

    with threadpoolctl.threadpool_limits(threads):
        spent = 0.0
        try:
            for _ in range(1 if memory else TIMES):
                estimator = make(**{n: v for n, v in changed.items() if n != CALIBRATED})
                if changed.get(CALIBRATED):
                    from sklearn.calibration import CalibratedClassifierCV
                    estimator = CalibratedClassifierCV(estimator, ensemble=False)
                if threads > 1 and "n_jobs" in estimator.get_params():
                    estimator.set_params(n_jobs=-1)
                if memory:
                    with open("/proc/self/clear_refs", "w") as file:
                        file.write("5")
                    before = status("VmRSS:")
                _, took = timed(lambda: estimator.fit(x, y))
                if memory:
                    tell(bytes=status("VmHWM:") - before)
                tell(fit=took)
                spent += took[0]
                if spent > seconds / 4.0:
                    break
            if memory:
                return
            if hasattr(estimator, "predict"):
                spent = 0.0
                for _ in range(TIMES):
                    asked = getattr(estimator, "predict_proba", estimator.predict)
                    _, took = timed(lambda: asked(test))
                    tell(predict=took)
                    spent += took[0]
                    if spent > seconds / 4.0:
                        break
                said = estimator.predict(test)
            else:
                said = estimator.labels_[: len(truth)]
            tell(score=float(score(model, truth, said)))
        except (MemoryError, ValueError, numpy.linalg.LinAlgError) as error:
            tell(said=str(error).splitlines()[0] if str(error) else "out of memory")


def ratio(own, other):
    if math.isnan(own) or math.isnan(other) or (math.isinf(own) and math.isinf(other)):
        return ""
    if math.isinf(own):
        return "stopped"
    if math.isinf(other):
        return "< stopped"
    return f"{own / other:.2f}"


def compare(program, data, wanted, seconds, threads, over):
    settings = [1] + ([threads] if threads > 1 else [])
    print(f"\n### {data.name}: {data.rows:,} rows x {data.x.shape[1]}\n")
    heads = ["Model", "Fit s", "scikit-learn s", "ratio"] + ["all threads"] * (len(settings) - 1)
    heads += ["Predict, ratio"] + ["all threads"] * (len(settings) - 1) + ["Score", "scikit-learn"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for model, changed, make, most in ROWS:
        if wanted and model not in wanted or most and data.rows > most:
            continue
        if task(model) != "classification" and data.name == "classes5":
            continue
        if model == "polynomial_regression" and data.name == "digits":
            # More products of columns than rows, and than Seefit takes.
            continue
        changed = {n: data.near if v == "near" else v for n, v in changed.items()}
        own = [seefit(program, data, model, changed, t, seconds) for t in settings]
        others = [peer(make, data, model, changed, t, seconds) for t in settings]
        name = model + "".join(f", {n} {v}" for n, v in changed.items())
        if make.__qualname__.startswith("boosted"):
            name += ", beside histograms"
        fits = [ratio(a[0], b[0]) for a, b in zip(own, others)]
        predicts = ["" if math.isinf(b[1]) else ratio(a[1], b[1]) for a, b in zip(own, others)]

        def text(value, stopped="stopped"):
            return stopped if math.isinf(value) else "" if math.isnan(value) else f"{value:.3g}"

        shown = [own[0][0], others[0][0]]
        cells = [name] + [text(v) for v in shown] + fits + predicts
        cells += [text(own[0][2]), text(others[0][2])]
        said = own[0][4] if math.isnan(own[0][0]) else others[0][4]
        print("| " + " | ".join(cells) + " |" + (f" {said}" if said else ""), flush=True)
        for what, values in (("fit", fits), ("prediction", predicts)):
            for value, count in zip(values, settings):
                if value == "stopped" or value[:1].isdigit() and float(value) > 1.0:
                    over.append(f"{what} of {name}, {data.name}, {'all threads' if count > 1 else 'one thread'}: {value}")


def memory(program, data, wanted, seconds):
    print(f"\n### Peak memory of a fit beside its data, {data.rows:,} rows x {data.x.shape[1]}\n")
    print("| Model | Seefit MB | scikit-learn MB |\n|---|---|---|")
    done = set()
    for model, changed, make, most in ROWS:
        if wanted and model not in wanted or model in done or most and data.rows > most:
            continue
        done.add(model)
        changed = {n: data.near if v == "near" else v for n, v in changed.items()}
        own = seefit(program, data, model, changed, 1, seconds, memory=True)
        other = peer(make, data, model, changed, 1, seconds, memory=True)

        def text(answer):
            mega = f"{answer[3] / 1e6:.0f}" if answer[3] is not None else "?"
            return f"{mega} when stopped" if math.isinf(answer[0]) else mega

        print(f"| {model} | {text(own)} | {text(other)} |", flush=True)


def built():
    """The path of the release build of benches/fit."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
    command = ["cargo", "bench", "--bench", "fit", "--no-run", "--message-format=json"]
    lines = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    made = [json.loads(line) for line in lines if line.startswith("{")]
    paths = [m["executable"] for m in made if m.get("executable") and m["target"]["name"] == "fit"]
    return paths[-1]


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parts", nargs="*", help="digits, 10000, classes5, 100000 (or another number), memory")
    asked.add_argument("--models", default="")
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--program")
    asked.add_argument("--one-thread", action="store_true")
    asked = asked.parse_args()
    wanted = [m for m in asked.models.split(",") if m]
    parts = asked.parts or ["digits", "10000", "classes5", "100000", "memory"]
    program = asked.program or built()
    threads = 1 if asked.one_thread else os.cpu_count() or 1
    print(f"{time.strftime('%Y-%m-%d')}, scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, "
          f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    over = []
    for part in parts:
        if part == "memory":
            memory(program, Data("100000"), wanted, asked.seconds)
        else:
            compare(program, Data(part), wanted, asked.seconds, threads, over)
    print("\nOver 1.0: " + ("none." if not over else ""))
    for line in over:
        print(f"- {line}")


main()
