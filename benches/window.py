"""The real window's answers: starts it on a virtual screen, drives it by mouse and keys, prints what it
says of itself (`--timings`).

    cargo build --release
    python3 benches/window.py target/release/seefit [ROWS]...

Needs Xvfb and xdotool. For each number of rows of the two moons (300, 10,000 and 1,000,000 unless given):
ten starts, then the knob of k nearest neighbours and of a decision tree dragged to and fro; at 300 rows
also five models in Compare while a knob moves, one row dragged by hand under five models, and data sets
stepped through; at 100,000 rows (asked for by itself) ten models fitted side by side in Compare.
Times in milliseconds, `p50 / p99`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SIZE = "1280x800"
# The pencil over the picture, its mode "Move", and a row that lies alone.
PENCIL, MOVE, ROW = (838, 97), (420, 134), (664, 409)
# The first knob of the second card.
KNOB_Y, KNOB_LEFT, KNOB_RIGHT = 313, 1100, 1164


class Window:
    """A started window on a screen of its own."""

    def __init__(self, program, data):
        self.folder = tempfile.TemporaryDirectory()
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE + "x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as line:
            number = line.readline().strip()
        self.environment = dict(os.environ, XDG_CONFIG_HOME=self.folder.name, XDG_DATA_HOME=self.folder.name,
                                XDG_STATE_HOME=self.folder.name, LIBGL_ALWAYS_SOFTWARE="1",
                                DISPLAY=":" + number)
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.report = os.path.join(self.folder.name, "timings.json")
        self.program = subprocess.Popen([program, data, "--timings", self.report], env=self.environment)

    def do(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True)

    def command(self, words):
        """Through the palette."""
        self.do("key", "ctrl+k")
        time.sleep(0.4)
        self.do("type", "--delay", 5, words)
        time.sleep(0.4)
        self.do("key", "Return")
        time.sleep(0.6)

    def second(self, name):
        """Two cards, of logistic regression and of this model, which is selected."""
        for letter in "BC":
            self.do("key", f"alt+{letter.lower()}")
            time.sleep(0.3)
            self.command(f"Remove {letter}")
        self.command(f"Add {name}")
        time.sleep(2)

    def drag(self, left, right, y, times=4, step=2, pause=0.03):
        self.do("mousemove", left, y)
        time.sleep(0.2)
        self.do("mousedown", 1)
        places = list(range(left, right, step))
        for _ in range(times):
            for x in places + places[::-1]:
                self.do("mousemove", x, y)
                time.sleep(pause)
        self.do("mouseup", 1)
        time.sleep(1)

    def picture(self, path):
        subprocess.run(["scrot", "-o", path], env=self.environment, check=False)

    def close(self):
        self.do("key", "ctrl+q")
        try:
            self.program.wait(20)
        except subprocess.TimeoutExpired:
            self.program.kill()
            raise SystemExit("the window did not close") from None
        finally:
            self.screen.terminate()
            self.screen.wait()
        with open(self.report) as file:
            return json.load(file)


def pair(values):
    return "-" if not values or values['p50'] is None else f"{values['p50']:.1f} / {values['p99']:.1f}"


def tell(what, timings):
    knob = timings["knob"]
    print(f"  {what}: frame {pair(timings['frame_ms'])} ({timings['frames']} frames)"
          + (f", coarse {pair(knob['coarse_ms'])}, full {pair(knob['full_ms'])}, "
             f"age {pair(knob['stale_ms'])} ({knob['answered']} of {knob['changes']} changes)"
             if knob["changes"] else ""), flush=True)


def pictures(window, name):
    if folder := os.environ.get("PICTURES"):
        window.picture(os.path.join(folder, name + ".png"))


# With those that a window begins with (logistic regression, a forest, an SVM): ten.
SEVEN = ("K nearest neighbours", "Decision tree", "Gradient boosting", "Gaussian naive Bayes",
         "Multi-layer perceptron", "Linear discriminant", "Extra trees")


def ten(program, data):
    """Added one after another, watched in Compare until the last has its score, and once more anew."""
    window = Window(program, data)
    time.sleep(4)
    for model in SEVEN:
        window.command(f"Add {model}")
    window.do("key", "ctrl+3")
    time.sleep(60)
    pictures(window, "ten")
    # Another order of the rows: everything is fitted anew.
    window.command("Another seed")
    time.sleep(60)
    pictures(window, "ten-anew")
    tell("ten models in Compare, fitted twice", window.close())


def main(program, rows):
    for n in rows:
        data = f"moons:n={n}"
        print(f"moons, {n} rows", flush=True)
        if n == 100_000:
            ten(program, data)
            continue
        starts = []
        for _ in range(10):
            window = Window(program, data)
            time.sleep(2.5)
            starts.append(window.close())
        for key in ("first_frame_ms", "first_model_ms"):
            values = [s[key] for s in starts if s[key] is not None]
            print(f"  {key}: median {statistics.median(values):.0f}, most {max(values):.0f}", flush=True)
        for model in ("K nearest neighbours", "Decision tree"):
            window = Window(program, data)
            time.sleep(3)
            window.second(model)
            pictures(window, f"{n}-{model}")
            window.drag(KNOB_LEFT, KNOB_RIGHT, KNOB_Y)
            tell(model, window.close())
        if n > 1000:
            continue
        window = Window(program, data)
        time.sleep(3)
        for model in ("K nearest neighbours", "Decision tree"):
            window.command(f"Add {model}")
        window.do("key", "alt+b")
        window.do("key", "ctrl+3")
        time.sleep(3)
        pictures(window, "compare")
        window.drag(KNOB_LEFT, KNOB_RIGHT, KNOB_Y)
        tell("five models in Compare", window.close())
        window = Window(program, data)
        time.sleep(3)
        for model in ("K nearest neighbours", "Decision tree"):
            window.command(f"Add {model}")
        window.do("key", "alt+b")
        time.sleep(2)
        window.do("mousemove", *PENCIL, "click", 1)
        time.sleep(0.5)
        window.do("mousemove", *MOVE, "click", 1)
        time.sleep(0.5)
        pictures(window, "drag")
        window.drag(ROW[0], ROW[0] + 60, ROW[1], times=9)
        pictures(window, "dragged")
        tell("one of 300 rows dragged, five models", window.close())
        window = Window(program, data)
        time.sleep(3)
        for _ in range(16):
            window.do("key", "Down")
            time.sleep(0.5)
        tell("data sets stepped through", window.close())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1], [int(n) for n in sys.argv[2:]] or [300, 10_000, 1_000_000])
