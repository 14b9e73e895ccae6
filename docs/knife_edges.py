#!/usr/bin/python3
"""Prints which expectations of the library deviate with seeds 2 to 21 instead of 1, for docs/evidence.md.

    docs/knife_edges.py build/release/bin/chokepoint
"""

import collections
import sys

from remedies import LIBRARY, run, variants

SEEDS = range(2, 22)


def main():
    program = sys.argv[1]
    expectations = predicted = 0
    for path in sorted(LIBRARY.rglob("*.yaml")):
        deviations = collections.Counter()
        for variant in variants(path):
            verdicts = run(program, path, variant)["verdicts"]
            expectations += len(verdicts)
            predicted += sum(verdict["basis"] == "BASIS_PREDICTED" for verdict in verdicts)
            for seed in SEEDS:
                for verdict in run(program, path, variant, seed)["verdicts"]:
                    if not verdict["held"]:
                        deviations[variant or "base", verdict["name"]] += 1
        for (variant, name), count in deviations.items():
            print(f"{path.stem}: {variant}: {name}: {count} of {len(SEEDS)}", flush=True)
    print(f"{expectations} expectations, {predicted} of them predicted")


if __name__ == "__main__":
    main()
