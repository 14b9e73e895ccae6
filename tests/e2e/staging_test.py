#!/usr/bin/python3
"""The exchange to practise on: it stands, it fails as a real one does, and nothing is left of it. Usage:
staging_test.py BIN_FOLDER

Exits 77 (skipped) where a server is missing or no namespaces can be made.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from network import NEW_NAMESPACES, skip_without_staging, wait

BIN = pathlib.Path(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scenarios/staging/mini_exchange.py"
DEPLOYMENTS = ROOT / "scenarios/deployments"
sys.path.insert(0, str(SCRIPT.parent))
import processes  # noqa: E402


def say(verb, state, *words):
    return [sys.executable, str(SCRIPT), verb, "--state", str(state), "--bin", str(BIN), *words]


def run(verb, state, *words):
    return subprocess.run(say(verb, state, *words), capture_output=True, text=True, check=False)


class Staging(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.state = self.folder / "state"
        self.addCleanup(run, "down", self.state)

    def up(self, *words):
        done = run("up", self.state, "--without-agents", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.keeper = json.loads((self.state / "keeper.json").read_text())

    def answers(self):
        said = run("status", self.state).stdout
        return {capability for capability in ("trade", "view") if f"{capability:14} is up" in said}

    def left(self):
        return processes.in_namespaces("pid", {self.keeper["pid_namespace"]})

    def inject(self, host, fault):
        file = self.folder / f"{host}.yaml"
        file.write_text(f"duration: 1min\n{fault}\n")
        agent = subprocess.Popen(
            say("exec", self.state, host, "chokepoint-agent", "apply", str(file), "--local", "--config",
                str(self.state / "agents" / f"{host}.yaml")),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.addCleanup(agent.stdout.close)
        said = ""
        while "injected, and seen to be" not in said:
            line = agent.stdout.readline()
            self.assertTrue(line, "the agent ended: " + said)
            said += line
        return agent

    def revert(self, *agents):
        for agent in agents:
            os.killpg(agent.pid, signal.SIGINT)
        for agent in agents:
            agent.wait(15)

    def dark(self):
        return [self.inject(host, "packet_loss: {interface: uplink}") for host in ("a1", "a2")]

    def test_a_zone_with_three_of_five_members_takes_trading_along_and_not_viewing(self):
        self.up()
        self.assertEqual(self.answers(), {"trade", "view"})
        agents = self.dark()
        self.assertTrue(wait(lambda: self.answers() == {"view"}, 4))
        self.revert(*agents)
        self.assertTrue(wait(lambda: self.answers() == {"trade", "view"}, 10))

    def test_without_root_trading_survives_a_zone_with_two_of_five_members(self):
        if subprocess.run([*NEW_NAMESPACES, "--user", "--map-root-user", "true"], check=False, capture_output=True).returncode:
            self.skipTest("no user namespaces can be made here")
        self.up("--rootless", "--deployment", str(DEPLOYMENTS / "mini-exchange-balanced.yaml"))
        agents = self.dark()
        self.assertTrue(wait(lambda: self.answers() == {"trade", "view"}, 8))
        self.assertIsNone(agents[0].poll())
        self.revert(*agents)

    def test_an_edge_that_is_restarted_dies_of_a_grown_file_and_one_that_is_reloaded_does_not(self):
        self.up()
        bloat = "config_bloat: {file: %s, entries: 240000, format: nginx-map}"
        reloaded = self.inject("edge", bloat % "features-by-reload")
        self.assertTrue(wait(lambda: "emerg" in (self.state / "log/nginx.log").read_text(), 5), "nginx took it in")
        self.assertEqual(self.answers(), {"trade", "view"})
        self.revert(reloaded)
        restarted = self.inject("edge", bloat % "features")
        self.assertTrue(wait(lambda: self.answers() == set(), 4))
        time.sleep(1.2)  # the next start fails too
        self.assertEqual(self.answers(), set())
        self.revert(restarted)
        self.assertTrue(wait(lambda: self.answers() == {"trade", "view"}, 4))

    def test_nothing_is_left_and_taking_it_down_twice_is_no_mistake(self):
        self.up()
        self.assertGreater(len(self.left()), 10)
        again = run("up", self.state, "--without-agents")
        self.assertEqual(again.returncode, 2)
        self.assertIn("stands in", again.stderr)
        done = run("down", self.state)
        self.assertEqual((done.returncode, self.left()), (0, []), done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(run("down", self.state).returncode, 0)

    def test_nothing_is_left_of_one_whose_start_was_killed_half_way(self):
        starting = subprocess.Popen(say("up", self.state, "--without-agents"), start_new_session=True,
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertTrue(wait(lambda: any((self.state / "run").glob("*-book-*.pid")), 10))
        starting.kill()
        starting.wait()
        self.keeper = json.loads((self.state / "keeper.json").read_text())
        self.assertGreater(len(self.left()), 0)
        done = run("down", self.state)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.left(), [])
        self.assertFalse(self.state.exists())

    def test_a_process_that_got_the_number_of_the_first_one_is_not_ended(self):
        self.state.mkdir()
        (self.state / "this-is-a-chokepoint-staging").touch()
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        (self.state / "keeper.json").write_text(json.dumps(
            {"pid": other.pid, "start": processes.start_of(other.pid) - 1, "pid_namespace": 1, "rootless": False}))
        self.assertEqual(run("down", self.state).returncode, 0)
        self.assertIsNone(other.poll())

    def test_a_folder_of_somebody_else_is_not_removed(self):
        self.state.mkdir()
        (self.state / "precious").touch()
        self.assertEqual(run("down", self.state).returncode, 2)
        self.assertTrue((self.state / "precious").exists())

    def test_a_deployment_that_names_other_hosts_is_refused(self):
        text = (DEPLOYMENTS / "mini-exchange.yaml").read_text().replace("agent: c1", "agent: z9")
        deployment = self.folder / "d.yaml"
        deployment.write_text(text)
        done = run("up", self.state, "--without-agents", "--deployment", str(deployment))
        self.assertEqual(done.returncode, 2)
        self.assertIn("member 3 stands on 'z9'", done.stderr)
        self.assertFalse(self.state.exists())


if __name__ == "__main__":
    skip_without_staging()
    unittest.main(argv=sys.argv[:1], verbosity=2)
