#!/usr/bin/python3
"""Game days on one host: a controller, an agent, a web server that is stopped. Usage: game_day_test.py BIN_FOLDER

Everything listens on the loopback interface, is started by the test and ended by it.
"""

import json
import pathlib
import signal
import subprocess
import sys
import unittest
import urllib.error

import shop_on_staging
from network import wait
from shop_on_staging import LATE, LEASE, SCENARIO, Shop

shop_on_staging.Shop.bin = pathlib.Path(sys.argv[1])


class GameDay(Shop):
    def test_holds_and_says_what_was_predicted_and_what_happened(self):
        self.plan()
        done = self.gameday("start", str(self.folder / "plan.json"), "--out", str(self.folder / "record"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + self.logs())
        self.assertIn("Predicted against observed", done.stdout)
        self.assertIn("001 on host: injected, and seen to be", done.stderr)
        self.assertIn("001 on host: reverted, and seen to be", done.stderr)
        record = json.loads((self.folder / "record" / "record.json").read_text())
        self.assertEqual(record["outcome"], "OUTCOME_HELD")
        outage = [m["value"] for m in record["measures"] if m["name"] == "outage"]
        self.assertTrue(2 < outage[0] < 5.3, outage)
        self.nothing_is_in_place()
        self.assertIn('chokepoint_controller_inject_seconds_count 1', self.page("/metrics"))

    def test_is_taken_back_when_somebody_aborts_it(self):
        identity = self.begin()
        self.assertEqual(json.loads(self.gameday("show", identity, "--json").stdout)["record"]["outcome"],
                         "OUTCOME_UNSPECIFIED")  # nobody knows yet
        done = self.gameday("abort", identity, "--reason", "lunch")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("lunch", done.stdout)
        self.nothing_is_in_place()

    def test_is_taken_back_by_a_guard_when_the_model_is_wrong(self):
        self.write("scenario.yaml", SCENARIO.replace("replicas: 1", "replicas: 2").replace(
            "crash: {component: shop}", "crash: {component: shop, members: 1}").replace("duration: 3s", "duration: 5s"))
        self.write("deployment.yaml", self.deployment(members=2, guards="outside_band: 500ms"))
        self.plan()
        done = self.gameday("start", str(self.folder / "plan.json"))
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("no predicting run had it down", done.stdout)
        self.nothing_is_in_place()

    def test_heals_within_the_lease_when_the_controller_is_killed_and_is_known_to_the_next(self):
        identity = self.begin()
        self.controller.kill()
        self.controller.wait()
        self.assertTrue(wait(self.answers, LEASE + LATE), self.logs())
        self.start_controller()
        self.assertTrue(wait(self.is_connected, 15))
        self.ends_as(identity, "ABORTED")
        self.nothing_is_in_place()

    def test_is_reverted_when_the_controller_is_ended(self):
        self.begin()
        self.controller.send_signal(signal.SIGTERM)
        self.assertEqual(self.controller.wait(20), 0, self.logs())
        self.assertTrue(self.answers())

    def test_is_not_reverted_until_a_killed_agent_comes_back_and_says_so(self):
        identity = self.begin()
        self.agent.kill()
        self.agent.wait()
        self.assertTrue(wait(self.answers, LEASE + LATE), self.logs())
        self.ends_as(identity, "NOT_REVERTED")
        self.agent = self.start_agent()
        self.ends_as(identity, "ABORTED")
        self.nothing_is_in_place()

    def test_heals_within_the_lease_when_the_agent_stands_still(self):
        identity = self.begin()
        self.agent.send_signal(signal.SIGSTOP)
        self.assertTrue(wait(self.answers, LEASE + LATE), self.logs())
        self.agent.send_signal(signal.SIGCONT)
        self.ends_as(identity, "ABORTED")
        self.nothing_is_in_place()


class Refusals(Shop):
    def refused(self, done, text):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(text, done.stderr)
        self.assertTrue(self.answers())

    def start(self):
        return self.gameday("start", str(self.folder / "plan.json"))

    def test_a_scenario_that_was_changed_by_one_byte(self):
        self.plan()
        self.write("scenario.yaml", SCENARIO + " ")
        self.refused(self.start(), "the scenario was changed")

    def test_a_plan_that_was_changed(self):
        self.plan()
        plan = json.loads((self.folder / "plan.json").read_text())
        plan["injections"][0]["duration_s"] = 3000
        self.write("plan.json", json.dumps(plan))
        self.refused(self.start(), "the plan was changed after it was made")

    def test_a_prediction_beyond_its_budget(self):
        self.write("deployment.yaml", self.deployment().replace("outage: 1min", "outage: 1s"))
        done = self.chokepoint("gameday", "plan", str(self.folder / "scenario.yaml"), "--deployment",
                               str(self.folder / "deployment.yaml"), "--out", str(self.folder / "plan.json"))
        self.refused(done, "the budget is 1s")
        self.assertFalse((self.folder / "plan.json").exists())

    def test_a_target_that_the_agent_does_not_allow(self):
        self.write("deployment.yaml", self.deployment().replace("process: shop", "process: bank"))
        self.plan()
        self.refused(self.start(), "bank")

    def test_a_second_game_day_on_the_same_targets(self):
        identity = self.begin()
        done = self.gameday("start", str(self.folder / "plan.json"))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("is on host, process: 'shop' now", done.stderr)
        self.gameday("abort", identity)
        self.nothing_is_in_place()

    def test_everything_while_there_is_a_stop(self):
        identity = self.begin()
        self.assertEqual(self.gameday("stop", "--reason", "a real outage").returncode, 0)
        self.ends_as(identity, "ABORTED")
        self.refused(self.start(), "a real outage")
        self.assertEqual(self.gameday("lift").returncode, 0)
        self.assertEqual(self.gameday("start", str(self.folder / "plan.json"), "--detach").returncode, 0)

    def test_a_second_controller_in_one_folder(self):
        second = subprocess.run(
            [str(self.bin / "chokepoint-controller"), "run", "--config", str(self.folder / "controller.yaml")],
            capture_output=True, text=True, check=False, timeout=20,
        )
        self.assertEqual(second.returncode, 2)
        self.assertIn("another controller", second.stderr)

    def test_are_in_an_audit_that_is_whole(self):
        self.plan()
        self.write("scenario.yaml", SCENARIO + " ")
        self.start()
        audit = subprocess.run(
            [str(self.bin / "chokepoint-controller"), "audit", "--config", str(self.folder / "controller.yaml")],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(audit.returncode, 0, audit.stderr)
        entries = [json.loads(line) for line in audit.stdout.splitlines()]
        refused = [entry for entry in entries if not entry["allowed"]]
        self.assertEqual([entry["call"] for entry in refused], ["Start"])
        self.assertIn("was changed", refused[0]["detail"])

    def test_nothing_that_is_no_game_day(self):
        done = self.gameday("show", "nobody")
        self.refused(done, "there is no game day 'nobody'")
        with self.assertRaises(urllib.error.HTTPError):
            self.page("/api/v1/game-days/nobody")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
