"""Reading and describing a million rows beside polars and pandas: whole processes, the same files.

    cargo build --release --bin seefit --example read
    python3 benches/reading.py target/release [FOLDER] [TIMES]

Makes four files in FOLDER (a temporary one unless named; kept where named): floats.csv and mixed.csv of
1,000,000 rows x 20 columns, and both as Parquet. Prints seconds of wall and of CPU (the least of TIMES
runs, taken in turns), the peak memory over the file's size, and the ratios to polars, which parses
dates too. Below 1, Seefit is quicker.
"""

import os
import subprocess
import sys
import tempfile
import time

MAKE = r"""
import sys
import numpy, polars

folder, rows = sys.argv[1], 1_000_000
random = numpy.random.default_rng(1)


def numbers(at):
    values = random.normal(scale=10.0 ** (at % 5 - 1), size=rows)
    # From few digits to all of them.
    return numpy.round(values, [4, 6, 9, 12, 17][at % 5]) if at % 5 < 4 else values


def gaps(series):
    return series.set(polars.Series(random.random(rows) < 0.02), None)


floats = polars.DataFrame({f"x{at}": numbers(at) for at in range(20)})
floats.write_csv(f"{folder}/floats.csv")
floats.write_parquet(f"{folder}/floats.parquet", compression="snappy")
del floats

words = numpy.array([f"w{n}" for n in range(400)])
columns = {f"f{at}": gaps(polars.Series(numbers(at))) for at in range(8)}
columns |= {f"i{at}": gaps(polars.Series(random.integers(0, 10 ** (2 + 2 * at), rows))) for at in range(4)}
for at, levels in enumerate([2, 8, 40, 400]):
    names = numpy.array([f"level {n}" for n in range(levels)])
    columns[f"c{at}"] = gaps(polars.Series(names[random.integers(0, levels, rows)]))
day = numpy.datetime64("2015-01-01", "us") + random.integers(0, 3650, rows).astype("timedelta64[D]")
second = numpy.datetime64("2015-01-01", "us") + random.integers(0, 300_000_000, rows).astype("timedelta64[s]")
columns["date"] = gaps(polars.Series(day).cast(polars.Date))
columns["time"] = gaps(polars.Series(second))
picks = words[random.integers(0, 400, (rows, 4))]
text = [" ".join(row) for row in picks.tolist()]
columns["note"] = gaps(polars.Series(text))
# Every tenth with a line end and a comma inside, in quotes.
broken = [t.replace(" ", ",\n", 1) if at % 10 == 0 else t for at, t in enumerate(text[::-1])]
columns["remark"] = gaps(polars.Series(broken))
mixed = polars.DataFrame(columns)
mixed.write_csv(f"{folder}/mixed.csv", datetime_format="%Y-%m-%dT%H:%M:%S")
mixed.write_parquet(f"{folder}/mixed.parquet", compression="snappy")
"""

POLARS = {
    "csv": "import sys, polars; print(polars.read_csv(sys.argv[1], try_parse_dates=True).shape)",
    "parquet": "import sys, polars; print(polars.read_parquet(sys.argv[1]).shape)",
}
PANDAS = {
    "csv": "import sys, pandas; print(pandas.read_csv(sys.argv[1], parse_dates=[c for c in ('date', 'time') "
    "if 'mixed' in sys.argv[1]]).shape)",
    "parquet": "import sys, pandas; print(pandas.read_parquet(sys.argv[1]).shape)",
}


def has(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


def run(command):
    """Seconds of wall and of CPU, and the peak memory in bytes, of one process."""
    begun = time.perf_counter()
    with open(os.devnull, "w") as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{command} failed")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def measure(path, programs, times):
    kind = path.rsplit(".", 1)[1]
    commands = {
        "describe": [os.path.join(programs, "seefit"), "describe", path, "--json"],
        "read": [os.path.join(programs, "examples", "read"), path],
    }
    if has("polars"):
        commands["polars"] = [sys.executable, "-c", POLARS[kind], path]
    if has("pandas"):
        commands["pandas"] = [sys.executable, "-c", PANDAS[kind], path]
    found = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(run(command))
    size = os.path.getsize(path)
    best = {name: [min(part) for part in zip(*runs)] for name, runs in found.items()}
    for name, (wall, cpu, peak) in best.items():
        ratios = ["", ""]
        if "polars" in best:
            ratios = [f"{own / other:.2f}" for own, other in zip((wall, cpu), best["polars"])]
        print(
            f"| {os.path.basename(path)}, {size / 1e6:.0f} MB | {name} | {wall:.2f} | {cpu:.2f} "
            f"| {peak / size:.2f} | {ratios[0]} | {ratios[1]} |",
            flush=True,
        )


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    programs = sys.argv[1]
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as temporary:
        folder = sys.argv[2] if len(sys.argv) > 2 else temporary
        files = [os.path.join(folder, f"{name}.{kind}") for kind in ("csv", "parquet") for name in ("floats", "mixed")]
        if not all(map(os.path.exists, files)):
            # In a process of its own: a child's peak memory counts its parent's too.
            subprocess.run([sys.executable, "-c", MAKE, folder], check=True)
        print("| File | Program | Wall s | CPU s | Peak / file | Wall / polars | CPU / polars |")
        print("|---|---|---|---|---|---|---|")
        for path in files:
            measure(path, programs, times)


main()
