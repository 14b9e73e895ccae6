#!/usr/bin/python3
"""Game days that were really played on scenarios/staging, held against what is predicted of them today: calibrated on
one, the model predicts the other; and a wrong model is flagged. Usage: played_test.py CHOKEPOINT

The records in `played` are of the scenario beside them. A record names the design that it is of; here it is told the
design's name of today, since the calibrated one injects the same.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHOKEPOINT = sys.argv[1]
PLAYED = pathlib.Path(__file__).resolve().parent / "played"
DEPLOYMENTS = pathlib.Path(__file__).resolve().parents[2] / "scenarios/deployments"
SCENARIO = PLAYED / "slow-zone.yaml"
TIMER = "components.book.quorum.election_timeout.uniform.to"


class Played(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def chokepoint(self, *words):
        return subprocess.run([CHOKEPOINT, *map(str, words)], capture_output=True, text=True, check=False)

    def plan(self, scenario, deployment, *more):
        """Of all injections of the game day, and of 20 runs."""
        path = self.folder / "plan.json"
        done = self.chokepoint("gameday", "plan", scenario, "--deployment", DEPLOYMENTS / f"{deployment}.yaml",
                               "--seeds", 20, "--out", path, *more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return path

    def record(self, name, design):
        """The record of a game day, as one of this design."""
        record = json.loads((PLAYED / f"{name}.json").read_text())
        for key in ("digest", "variant", "overrides"):
            record[key] = design[key]
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(record))
        return path

    def compared(self, plan, name):
        return self.chokepoint("compare", plan, self.record(name, json.loads(plan.read_text())))

    def test_calibrated_on_one_game_day_the_model_predicts_another(self):
        of_balanced = json.loads(self.plan(SCENARIO, "mini-exchange-balanced", "--variant", "balanced").read_text())
        calibrated = self.folder / "calibrated.yaml"
        done = self.chokepoint("calibrate", SCENARIO, self.record("slow-zone-balanced", of_balanced), "--variant", "base",
                               "--free", f"{TIMER}=1200ms..4s", "--seeds", 5, "--out", calibrated)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        done = self.compared(self.plan(calibrated, "mini-exchange", "--variant", "calibrated"), "slow-zone")

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("inside what was predicted", done.stdout)

    def test_both_are_as_predicted_without_calibrating(self):
        for name, deployment, variant in (("slow-zone", "mini-exchange", []),
                                          ("slow-zone-balanced", "mini-exchange-balanced", ["--variant", "balanced"])):
            with self.subTest(name):
                done = self.compared(self.plan(SCENARIO, deployment, *variant), name)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_model_that_is_wrong_is_flagged(self):
        wrong = {
            "members that all stand close together": ["--set", "components.book.quorum.at=[zone-b, zone-b, zone-b, zone-c, zone-c]"],
            "users who wait": ["--set", "users.traders.patience=5s", "--set", "components.member.health_check.deep=false"],
        }
        for why, changes in wrong.items():
            with self.subTest(why):
                done = self.compared(self.plan(SCENARIO, "mini-exchange", *changes), "slow-zone")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn("outside what was predicted: trade", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
