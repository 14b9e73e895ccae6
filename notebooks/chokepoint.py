"""Runs chokepoint from Python.

    from chokepoint import search, simulate, sweep
    run = simulate("../scenarios/library/starter.yaml", variant="three-zones")
    run.intervals          # who was up, degraded or down, from when to when, and why
    run.measure("outage", "order")

    sweep("../scenarios/sweeps/halls.yaml")      # many runs, one a row
    search("../scenarios/library/starter.yaml")  # what takes what down, one set a row

The program does the work; this module only starts it and reads the run folder that it writes.
"""

import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import pandas as pd

_REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
_HELD_OR_DEVIATED = (0, 1)
_SOME_WITHOUT_RESULT = (0, 3)


class ChokepointError(RuntimeError):
    """The program refused, or could not finish. The text is what it said."""


@dataclass(frozen=True)
class Run:
    """What one run left behind. Times are seconds since the start; `utc` is the same on the clock."""

    record: dict  # everything, as in record.json
    series: pd.DataFrame  # t_s, scope, subject, metric, value, utc
    intervals: pd.DataFrame  # from_s, to_s, scope, subject, state, cause, from_utc, to_utc
    events: pd.DataFrame  # at_s, kind, subject, text, cause, utc
    picture: str  # the swimlanes, as SVG

    def measure(self, name, subject):
        """One measure in its base unit (seconds, shares of one, US dollars); None where it has no meaning."""
        for measure in self.record["measures"]:
            if (measure["name"], measure["subject"]) == (name, subject):
                return measure["value"]
        return None

    def column(self, metric, subject):
        """One sampled column over time: a Series with UTC as its index."""
        rows = self.series.query("metric == @metric and subject == @subject")
        return rows.set_index("utc")["value"]

    def verdicts(self):
        """The expectations and how they came out, one a row."""
        shown = ["name", "held", "basis", "grade", "expected", "observed"]
        table = pd.DataFrame(self.record["verdicts"], columns=shown)
        table["basis"] = table["basis"].str.replace("BASIS_", "", regex=False).str.lower()
        return table.set_index("name")


def program():
    """Path of the program: $CHOKEPOINT, else the one built last in this repository, else the one on PATH."""
    named = os.environ.get("CHOKEPOINT")
    if named:
        return named
    built = sorted(_REPOSITORY.glob("build/*/bin/chokepoint"), key=lambda path: path.stat().st_mtime)
    found = str(built[-1]) if built else shutil.which("chokepoint")
    if not found:
        raise ChokepointError("there is no chokepoint: build it with ./dev build, or set CHOKEPOINT")
    return found


def simulate(path, variant=None, seed=1, **set):
    """Runs one design of a scenario. Further arguments change single values, by their path in the file:

    simulate(path, **{"faults.chillers-fail.at": "3min"})
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [program(), "--quiet", "run", str(path), "--seed", str(seed), "--out", folder]
        if variant:
            command += ["--variant", variant]
        for where, value in set.items():
            command += ["--set", f"{where}={value}"]
        _said(command, _HELD_OR_DEVIATED)
        return _read(pathlib.Path(folder))


def sweep(path, folder=None):
    """Does what is not done of a sweep, and gives its runs, one a row: variant, axes, seed, what was drawn (as written),
    measures as scope.subject.name in base units, expectations as expect.name (1 held), fingerprint, error.

    With a folder the results stay there, and the next call goes on with them.
    """
    with tempfile.TemporaryDirectory() as alone:
        command = [program(), "--quiet", "sweep", "run", str(path), "--out", str(folder or alone), "--csv"]
        return pd.read_csv(io.StringIO(_said(command, _SOME_WITHOUT_RESULT)))


def search(path, variant=None, **options):
    """The smallest sets of failures that take capabilities down, one a row. Options are those of the program:

    search(path, most=3, seeds=1, capability="trade")
    """
    command = [program(), "--quiet", "search", str(path), "--json"]
    if variant:
        command += ["--variant", variant]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    (report,) = json.loads(_said(command, (0,)))
    rows = [{"capability": cuts["capability"],
             "failures": tuple(f"{one['kind']} {one['name']}" for one in found["suspects"]),
             "longest_outage_s": found["longest_outage_s"], "is_lasting": found["is_lasting"],
             "runs_down": found["runs_down"], "cause": found["cause"]}
            for cuts in report["capabilities"] for found in cuts["sets"]]
    return pd.DataFrame(rows, columns=["capability", "failures", "longest_outage_s", "is_lasting", "runs_down", "cause"])


def _said(command, good):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in good:
        raise ChokepointError(done.stderr.strip())
    return done.stdout


def _read(folder):
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    start = pd.Timestamp(record["start"]).tz_localize(None)

    def on_the_clock(seconds):
        return start + pd.to_timedelta(seconds, unit="s")

    series = pd.read_csv(folder / "series.csv")
    series["utc"] = on_the_clock(series["t_s"])
    intervals = pd.read_csv(folder / "intervals.csv", keep_default_na=False)
    intervals["from_utc"] = on_the_clock(intervals["from_s"])
    intervals["to_utc"] = on_the_clock(intervals["to_s"])
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = pd.DataFrame([json.loads(line) for line in lines],
                          columns=["at_s", "kind", "subject", "text", "cause"])
    events["utc"] = on_the_clock(events["at_s"])
    picture = (folder / "timeline.svg").read_text(encoding="utf-8")
    return Run(record, series, intervals, events, picture)
