"""Large tables in the real window: opens them on a virtual screen, scrolls, pans and zooms, and prints what
the window says of itself (`--timings`).

    cargo build --release
    python3 benches/large.py target/release/seefit [FOLDER]

Needs numpy, Xvfb and xdotool. Makes in FOLDER (a temporary one unless named; kept where named) a table of ten
million rows of two numbers and a class, one of 5,000 rows by 5,001 columns and one of 1,000 by 10,001.
Times in milliseconds, `p50 / p99`.
"""

import os
import sys
import tempfile
import time

import numpy
from window import Window, pair, pictures


def tall(path, rows=10_000_000):
    random = numpy.random.default_rng(1)
    with open(path, "w") as file:
        file.write("x,y,kind\n")
        for _ in range(rows // 100_000):
            kind = random.integers(0, 3, 100_000)
            x, y = random.normal(size=(2, 100_000)) + numpy.array([[0.0, 2.0, 1.0], [0.0, 0.5, 2.0]])[:, kind]
            file.writelines(f"{a:.4f},{b:.4f},{'abc'[k]}\n" for a, b, k in zip(x, y, kind))


def wide(path, rows, columns):
    random = numpy.random.default_rng(2)
    kind = random.integers(0, 2, rows)
    values = random.normal(size=(rows, columns))
    values[:, :20] += kind[:, None]
    with open(path, "w") as file:
        file.write(",".join(f"c{at}" for at in range(columns)) + ",kind\n")
        for row, of in zip(values, kind):
            file.write(",".join(f"{value:.3f}" for value in row) + f",{'ab'[of]}\n")


def tell(what, timings):
    rows = timings["rows"]
    print(f"  {what}: first model {timings['first_model_ms'] or float('nan'):.0f}, "
          f"frame {pair(timings['frame_ms'])}, most {timings['frame_ms']['max']:.1f} ({timings['frames']} frames), "
          f"rows placed: first {pair(rows['first_ms'])}, all {pair(rows['all_ms'])}, "
          f"sharp {pair(rows['sharp_ms'])}", flush=True)


def wheel(window, x, y, times, button):
    window.do("mousemove", x, y)
    for _ in range(times):
        window.do("click", button)
        time.sleep(0.04)


def drive(program, path, wait):
    """The tabs of the model, of the data and of the table, each moved for some seconds."""
    name = os.path.basename(path)
    print(name, flush=True)
    for tab, key in (("Model", "ctrl+2"), ("Explore", "ctrl+1"), ("Table", "ctrl+5")):
        window = Window(program, path)
        time.sleep(wait)
        window.do("key", key)
        time.sleep(3)
        pictures(window, f"{name}-{tab}")
        if tab == "Table":
            for button in (5, 7, 4):
                wheel(window, 640, 400, 60, button)
        else:
            for button in (4, 5):
                wheel(window, 600, 380, 15, button)
            window.drag(500, 620, 380, times=2)
        # The list of columns.
        wheel(window, 120, 560, 60, 5)
        time.sleep(1)
        tell(tab, window.close())


def main(program, folder):
    tables = [
        ("tall.csv", tall, (), 14),
        ("wide.csv", wide, (5_000, 5_000), 20),
        ("wider.csv", wide, (1_000, 10_000), 20),
    ]
    for name, make, size, wait in tables:
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            make(path, *size)
        drive(program, path, wait)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    if len(sys.argv) > 2:
        main(sys.argv[1], sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as made:
            main(sys.argv[1], made)
