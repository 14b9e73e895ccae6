#!/usr/bin/python3
"""A game day in which people have work, played whole by scenarios/staging/play.py: trading comes back when they are done
and not when the dark zone does. Usage: people_test.py BIN_FOLDER

Exits 77 (skipped) where a server is missing or no namespaces can be made.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from network import skip_without_staging

BIN = pathlib.Path(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
ZONE_IS_BACK = 50  # seconds of the scenario


class People(unittest.TestCase):
    def test_members_that_do_not_come_back_are_rebuilt_elsewhere_and_the_market_is_opened_before_their_zone_is_back(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        done = subprocess.run(
            [sys.executable, str(ROOT / "scenarios/staging/play.py"), "rebuild", "--bin", str(BIN), "--seeds", "5",
             "--out", str(folder)], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        self.assertIn(done.returncode, (0, 1), said)  # 1: held, but not as predicted, as on a busy machine
        self.assertRegex(said, r"team: team/rebuild: rebuild: \{component: book, at: \[zone-b\]\}; took [0-9.]+ s of 12.0 s")
        self.assertEqual(re.findall(r"team: market: gate: .*? lets: \[(.*?)\]", said), ["", "", "trade"])
        record = json.loads((folder / "rebuild/record.json").read_text())
        self.assertNotIn("NOT_REVERTED", record["outcome"])
        down = [one for one in record["intervals"] if one["subject"] == "trade" and one["state"] == "down"]
        self.assertEqual(len(down), 1, down)
        self.assertGreater(down[0]["to_s"], 32, down)
        self.assertLess(down[0]["to_s"], ZONE_IS_BACK, down)


if __name__ == "__main__":
    skip_without_staging()
    unittest.main(argv=sys.argv[:1], verbosity=2)
