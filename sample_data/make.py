"""Makes the data sets in this folder from the packages that publish them.

    pip install scikit-learn==1.9.1 palmerpenguins==0.1.6 vega_datasets==0.9.0 plotnine==0.15.9 \
                plotly==7.1.0 statsmodels==0.15.0 explainerdashboard==0.5.8
    python sample_data/make.py

Values are those of the packages, digit for digit; what is renamed or turned round is said beside it.
index.json is written by hand; this script checks that its files, columns and versions agree.
"""

import csv
import gzip
import importlib.metadata
import importlib.util
import io
import json
import pathlib
import shutil

import sklearn.datasets

HERE = pathlib.Path(__file__).parent


def inside(package, path):
    """A file of an installed package, without importing the package."""
    folder = importlib.util.find_spec(package).submodule_search_locations[0]
    return pathlib.Path(folder) / path


def rows_of(package, path):
    raw = inside(package, path).read_bytes()
    if path.endswith(".gz"):
        raw = gzip.decompress(raw)
    return list(csv.reader(io.StringIO(raw.decode("utf-8"))))


def write(name, header, rows):
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def number(value):
    """Shortest spelling that reads back as the same number."""
    value = float(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def from_scikit_learn(name, columns, target, levels=None):
    data = getattr(sklearn.datasets, f"load_{name}")()
    columns = columns or list(data.feature_names)
    last = [levels[t] if levels is not None else number(t) for t in data.target]
    write(name, columns + [target], [[number(v) for v in row] + [t] for row, t in zip(data.data, last)])


def scikit_learn():
    cm = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    from_scikit_learn("iris", cm, "species", ["setosa", "versicolor", "virginica"])
    from_scikit_learn("wine", None, "class", ["class_0", "class_1", "class_2"])
    from_scikit_learn("breast_cancer", None, "diagnosis", ["malignant", "benign"])
    from_scikit_learn("digits", None, "digit", [str(digit) for digit in range(10)])
    # Scaled, as load_diabetes() gives them by default, in full precision.
    from_scikit_learn("diabetes", None, "target")
    data = sklearn.datasets.load_linnerud()
    rows = [[number(v) for v in [*x, *y]] for x, y in zip(data.data, data.target)]
    write("linnerud", list(data.feature_names) + list(data.target_names), rows)


def penguins():
    rows = rows_of("palmerpenguins", "data/penguins.csv")
    write("penguins", rows[0], rows[1:])


def vega():
    cars = json.loads(inside("vega_datasets", "_data/cars.json").read_text())
    columns = list(cars[0])
    text = lambda v: "" if v is None else number(v) if isinstance(v, (int, float)) else v
    write("cars", columns, [[text(car[c]) for c in columns] for car in cars])
    rows = rows_of("vega_datasets", "_data/seattle-weather.csv")
    # 2012/01/01 becomes 2012-01-01.
    write("seattle_weather", rows[0], [[r[0].replace("/", "-"), *r[1:]] for r in rows[1:]])


def plotnine():
    for source, name in [("faithful", "old_faithful"), ("mpg", "fuel_economy"), ("msleep", "mammal_sleep")]:
        rows = rows_of("plotnine", f"data/{source}.csv")
        write(name, rows[0], rows[1:])


def plotly():
    rows = rows_of("plotly", "package_data/datasets/tips.csv.gz")
    write("tips", rows[0], rows[1:])
    rows = rows_of("plotly", "package_data/datasets/gapminder.csv.gz")
    write("gapminder", rows[0][:6], [row[:6] for row in rows[1:]])


def statsmodels():
    for source, name in [("engel", "engel"), ("longley", "longley")]:
        rows = rows_of("statsmodels", f"datasets/{source}/{source}.csv")
        write(name, rows[0], rows[1:])


def titanic():
    """The two files of the source joined, its one-hot columns folded back; -999 stands for missing."""
    rows = []
    for part in ["train", "test"]:
        table = rows_of("explainerdashboard", f"datasets/titanic_{part}.csv")
        for row in table[1:]:
            cell = dict(zip(table[0], row))

            def folded(prefix):
                level = next((c for c in cell if c.startswith(prefix) and cell[c] == "1"), prefix)
                level = level[len(prefix) :]
                return "" if level in ("nan", "Unkown", "Unknown") else level

            age = cell["Age"]
            rows.append(
                [
                    cell["Name"],
                    "yes" if cell["Survival"] == "1" else "no",
                    cell["PassengerClass"],
                    folded("Sex_"),
                    "" if float(age) < 0 else number(age),
                    cell["No_of_siblings_plus_spouses_on_board"],
                    cell["No_of_parents_plus_children_on_board"],
                    number(cell["Fare"]),
                    folded("Deck_"),
                    folded("Embarked_"),
                ]
            )
    header = ["Name", "Survival", "PassengerClass", "Sex", "Age", "Siblings_and_spouses", "Parents_and_children"]
    write("titanic", header + ["Fare", "Deck", "Embarked"], rows)


def licences():
    (HERE / "licences").mkdir(exist_ok=True)
    packages = ["scikit-learn", "palmerpenguins", "vega_datasets", "plotnine", "plotly", "statsmodels"]
    for package in packages + ["explainerdashboard"]:
        dist = importlib.metadata.distribution(package)
        texts = [f for f in dist.files if ".dist-info" in str(f) and f.name.split(".")[0] in ("LICENSE", "COPYING")]
        shutil.copyfile(dist.locate_file(texts[0]), HERE / "licences" / f"{package}.txt")


def check():
    index = json.loads((HERE / "index.json").read_text(encoding="utf-8"))
    for entry in index["sets"]:
        with open(HERE / entry["file"], newline="", encoding="utf-8") as file:
            columns = next(csv.reader(file))
        named = [*entry["units"], *entry["kinds"], *entry["axes"], *entry.get("features", [])]
        named += [entry["target"]] if entry["target"] else []
        assert set(named) <= set(columns), (entry["id"], set(named) - set(columns))
        assert entry["version"] == importlib.metadata.version(entry["package"]), entry["id"]
        assert (HERE / entry["licence_file"]).exists(), entry["id"]
        size = (HERE / entry["file"]).stat().st_size
        assert size < 300_000, entry["id"]


if __name__ == "__main__":
    scikit_learn()
    penguins()
    vega()
    plotnine()
    plotly()
    statsmodels()
    titanic()
    licences()
    check()
