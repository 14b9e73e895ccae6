#!/usr/bin/python3
"""Prints which expectations of the library deviate with seeds 2 to 21 instead of 1, for docs/evidence.md.

    docs/knife_edges.py build/release/bin/chokepoint
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from remedies import LIBRARY, run, variants

RUNS = 20


def swept(program, path, names):
    """The report of a sweep over all designs of a scenario."""
    with tempfile.TemporaryDirectory() as folder:
        sweep = pathlib.Path(folder) / "sweep.yaml"
        sweep.write_text(f"sweep: knife-edges\nscenario: {path}\nvariants: [{', '.join(names)}]\nruns: {RUNS}\nseed: 2\n",
                         encoding="utf-8")
        done = subprocess.run([program, "sweep", "run", str(sweep), "--out", f"{folder}/out", "--json"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr + done.stdout)
        return json.loads(done.stdout)


def main():
    program = sys.argv[1]
    expectations = predicted = 0
    for path in sorted(LIBRARY.rglob("*.yaml")):
        names = [variant or "base" for variant in variants(path)]
        for variant in variants(path):
            verdicts = run(program, path, variant)["verdicts"]
            expectations += len(verdicts)
            predicted += sum(verdict["basis"] == "BASIS_PREDICTED" for verdict in verdicts)
        for point in swept(program, path, names)["points"]:
            for one in point["expectations"]:
                deviated = round((1 - one["held"]["value"]) * int(one["runs"]))
                if deviated > 0:
                    print(f"{path.stem}: {point['variant'] or 'base'}: {one['name']}: {deviated} of {one['runs']}", flush=True)
    print(f"{expectations} expectations, {predicted} of them predicted")


if __name__ == "__main__":
    main()
