#!/usr/bin/python3
"""Game days whose controller, agent, network, disk or certificate fails. Usage: game_day_faults_test.py BIN_FOLDER

The test moves into a network namespace and a mount namespace of its own first; exits 77 (skipped) where it may not.
"""

import ctypes
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import shop_on_staging
from network import wait
from shop_on_staging import LATE, SCENARIO, Shop

shop_on_staging.Shop.bin = pathlib.Path(sys.argv[1])
AGENTS_HOST = f"ckf{os.getpid()}"
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWNET, MS_REC, MS_PRIVATE = 0x00020000, 0x40000000, 0x4000, 1 << 18


def run(*command):
    subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)


def move_into_namespaces():
    """Exits 77 where none can be made."""
    if LIBC.unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 or LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        print(f"skipped: no namespaces can be made here: {os.strerror(ctypes.get_errno())}")
        sys.exit(77)
    run("ip", "link", "set", "lo", "up")


class Faults(Shop):
    def controller_killed(self):
        self.controller.kill()
        self.controller.wait()

    def next_life(self):
        self.controller = self.start_controller()
        self.assertTrue(wait(self.is_connected, 15), self.logs())

    def is_step(self, identity, step):
        steps = self.steps(identity)
        return bool(steps) and steps[-1] == step

    def state(self, identity):  # by HTTP: a program takes seconds to start on a busy machine
        shown = json.loads(self.page(f"/api/v1/game-days/{identity}"))
        return shown["status"]["state"].removeprefix("GAME_DAY_STATE_")

    def at_s(self, identity):
        return json.loads(self.page(f"/api/v1/game-days/{identity}"))["status"]["at_s"]

    def ends_by_itself(self, identity):
        """As predicted, or, on a busy machine, a little later than that."""
        self.assertTrue(wait(lambda: self.state(identity) in ("HELD", "DEVIATED"), 30), self.logs())

    def start(self):
        self.plan()
        started = self.gameday("start", str(self.folder / "plan.json"), "--detach")
        self.assertEqual(started.returncode, 0, started.stderr + self.logs())
        return started.stdout.strip()


class ControllerKilled(Faults):
    """kill -9 in every state; the next life finds all that was written down, and injects nothing again."""

    def healed_and_known(self, identity, state, injections):
        self.assertTrue(wait(self.answers, self.lease + LATE), self.logs())
        self.next_life()
        self.ends_as(identity, state)
        self.nothing_is_in_place()
        self.assertEqual(self.injections(), injections, self.logs())
        calls = [entry["call"] for entry in self.audit() if entry["allowed"]]
        self.assertEqual([call for call in calls if call in ("Submit", "Start")], ["Submit", "Start"])
        self.assertGreaterEqual(calls.count("Attend"), 2)

    def test_while_it_looks_whether_all_is_well(self):
        self.write("deployment.yaml", self.deployment().replace("steady_before: 500ms", "steady_before: 10s"))
        identity = self.start()
        self.assertEqual(self.state(identity), "STEADYING")
        self.controller_killed()
        self.healed_and_known(identity, "ABORTED", 0)
        self.assertEqual(self.steps(identity), ["REFUSED"])

    def test_after_the_order_and_before_the_outcome(self):
        self.write("scenario.yaml", SCENARIO.replace("horizon: 8s", "horizon: 16s").replace("at: 2s", "at: 8s"))
        identity = self.start()
        self.assertTrue(wait(lambda: self.state(identity) == "RUNNING", 10))
        # Not so early that the agent counts as lost.
        self.assertTrue(wait(lambda: self.at_s(identity) > 6.5, 15))
        self.agent.send_signal(signal.SIGSTOP)
        self.assertTrue(wait(lambda: self.is_step(identity, "ORDERED"), 10), self.steps(identity))
        self.controller_killed()
        self.agent.send_signal(signal.SIGCONT)
        time.sleep(0.5)  # the order may have come in, and be carried out now
        self.assertLessEqual(self.injections(), 1)
        self.healed_and_known(identity, "ABORTED", self.injections())
        self.assertEqual(self.steps(identity)[0], "ORDERED")
        self.assertEqual(self.steps(identity).count("ORDERED"), 1)

    def test_while_a_fault_is_in_place(self):
        identity = self.begin()
        self.assertTrue(wait(lambda: self.is_step(identity, "INJECTED"), 5))
        self.controller_killed()
        self.healed_and_known(identity, "ABORTED", 1)
        self.assertEqual(self.steps(identity)[:2], ["ORDERED", "INJECTED"])

    def test_while_it_reverts(self):
        identity = self.begin()
        self.assertTrue(wait(lambda: self.is_step(identity, "INJECTED"), 5))
        self.agent.send_signal(signal.SIGSTOP)
        aborting = subprocess.Popen(
            [str(self.bin / "chokepoint"), "gameday", "abort", "--controller", f"{self.host}:{self.port}", identity],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertTrue(wait(lambda: self.is_step(identity, "REVERT_ORDERED"), 5), self.steps(identity))
        self.assertEqual(self.state(identity), "REVERTING")
        self.controller_killed()
        aborting.wait(20)
        self.agent.send_signal(signal.SIGCONT)
        self.healed_and_known(identity, "ABORTED", 1)

    def test_after_the_end(self):
        identity = self.start()
        self.ends_by_itself(identity)
        before = self.page(f"/api/v1/game-days/{identity}")
        self.controller_killed()
        self.healed_and_known(identity, json.loads(before)["status"]["state"].removeprefix("GAME_DAY_STATE_"), 1)
        self.assertEqual(self.page(f"/api/v1/game-days/{identity}"), before)


class Patient:
    """Leases and guards that a hiccup does not wear out, also on a busy machine."""

    lease = 8

    def deployment(self, members=1, guards="outside_band: 10s"):
        return super().deployment(members, guards).replace("agent_lost: 3s", "agent_lost: 20s")


class SlowAgent(Patient, Faults):
    def test_that_stands_still_for_less_than_its_lease_ends_nothing(self):
        identity = self.begin()
        self.assertTrue(wait(lambda: self.is_step(identity, "INJECTED"), 5))
        self.agent.send_signal(signal.SIGSTOP)
        time.sleep(1)
        self.agent.send_signal(signal.SIGCONT)
        self.ends_by_itself(identity)
        self.assertEqual(self.steps(identity), ["ORDERED", "INJECTED", "REVERT_ORDERED", "REVERTED"])
        self.nothing_is_in_place()


class FullDisk(Faults):
    def prepare(self):
        state = self.folder / "controller"
        state.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=12m", "none", state)
        self.addCleanup(run, "umount", "-l", state)

    def fill(self):
        with open(self.folder / "controller" / "filler", "ab", buffering=0) as filler:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    def test_takes_everything_back_and_writes_down_how(self):
        identity = self.begin()
        self.assertTrue(wait(lambda: self.is_step(identity, "INJECTED"), 5))
        self.fill()
        self.ends_as(identity, "ABORTED")
        self.assertIn("disk is full", self.page(f"/api/v1/game-days/{identity}"))
        self.assertEqual(self.steps(identity), ["ORDERED", "INJECTED", "REVERT_ORDERED", "REVERTED"])
        self.nothing_is_in_place()
        self.audit()
        refused = self.gameday("start", str(self.folder / "plan.json"))
        self.assertEqual(refused.returncode, 3, refused.stderr)
        self.assertIn("disk is full", refused.stderr)
        self.assertIn("chokepoint_controller_disk_full 1", self.page("/metrics"))
        self.assertEqual(self.injections(), 1)

        (self.folder / "controller" / "filler").unlink()
        self.controller_killed()
        self.next_life()
        self.assertEqual(self.state(identity), "ABORTED")
        self.ends_by_itself(self.start())


class Secure(Faults):
    """Behind certificates of an authority that the test makes."""

    def prepare(self):
        self.pki = self.folder / "pki"
        self.issue("init")
        self.issue("issue", "controller", "practice", "--address", self.host)
        self.issue("issue", "operator", "maria")
        self.issue("issue", "agent", "host")
        self.credentials = {"authority": self.pki / "ca.pem", "certificate": self.pki / "maria.pem",
                            "key": self.pki / "maria.key"}

    def issue(self, *words):
        run(self.bin / "chokepoint", "pki", *words, "--folder", self.pki)

    def more_of_agent(self):
        return f", authority: {self.pki}/ca.pem, certificate: {self.pki}/host.pem, key: {self.pki}/host.key"

    def more_of_controller(self):
        return (f"authority: {self.pki}/ca.pem\ncertificate: {self.pki}/practice.pem\nkey: {self.pki}/practice.key\n"
                f"revoked: {self.pki}/revoked.pem\n")


class CertificateEnds(Secure):
    def prepare(self):
        super().prepare()
        # As the authority never issues one: for some seconds.
        config = self.folder / "openssl.cnf"
        config.write_text(
            f"[ca]\ndefault_ca = it\n[it]\ndatabase = {self.folder}/index.txt\nnew_certs_dir = {self.folder}\n"
            "rand_serial = yes\ndefault_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = optional\n"
            "[leaf]\nsubjectAltName = URI:spiffe://chokepoint/chokepoint/agent/host\n"
            "basicConstraints = critical, CA:false\nkeyUsage = critical, digitalSignature\nextendedKeyUsage = clientAuth\n"
        )
        (self.folder / "index.txt").write_text("")
        run("openssl", "req", "-new", "-key", self.pki / "host.key", "-subj", "/CN=host", "-out", self.folder / "host.csr")
        self.until = time.time() + 30
        end = datetime.datetime.fromtimestamp(self.until, datetime.timezone.utc).strftime("%Y%m%d%H%M%SZ")
        self.whole = (self.pki / "host.pem").read_bytes()
        run("openssl", "ca", "-batch", "-notext", "-config", config, "-cert", self.pki / "ca.pem", "-keyfile",
            self.pki / "ca.key", "-in", self.folder / "host.csr", "-startdate", "20260101000000Z", "-enddate", end,
            "-extensions", "leaf", "-out", self.pki / "host.pem")

    def test_takes_everything_back_until_the_agent_has_another(self):
        self.write("scenario.yaml", SCENARIO.replace("horizon: 8s", "horizon: 90s").replace("duration: 3s", "duration: 60s"))
        self.write("deployment.yaml", self.deployment().replace("outage: 1min", "outage: 2min"))
        identity = self.begin()
        self.assertLess(time.time(), self.until, "begun too late on this machine")
        self.assertTrue(wait(lambda: self.state(identity) == "NOT_REVERTED", 40), self.state(identity) + self.logs())
        self.assertLess(time.time() - self.until, 25)
        self.assertTrue(wait(self.answers, self.lease + LATE), self.logs())
        refused = [entry for entry in self.audit() if not entry["allowed"]]
        self.assertEqual((refused[0]["call"], refused[0]["name"]), ("Attend", "host"))
        self.assertIn("expired", refused[0]["detail"])

        (self.pki / "host.pem").write_bytes(self.whole)
        self.ends_as(identity, "ABORTED")
        self.nothing_is_in_place()


class TwoHosts(Secure):
    host = "10.98.0.1"

    def prepare(self):
        super().prepare()
        run("ip", "netns", "add", AGENTS_HOST)
        self.addCleanup(run, "ip", "netns", "del", AGENTS_HOST)
        run("ip", "link", "add", "here", "type", "veth", "peer", "name", "eth0", "netns", AGENTS_HOST)
        run("ip", "addr", "add", f"{self.host}/24", "dev", "here")
        run("ip", "link", "set", "here", "up")
        run("ip", "-n", AGENTS_HOST, "addr", "add", "10.98.0.2/24", "dev", "eth0")
        run("ip", "-n", AGENTS_HOST, "link", "set", "eth0", "up")
        run("ip", "-n", AGENTS_HOST, "link", "set", "lo", "up")

    def from_agent(self, command):
        return ["/usr/bin/nsenter", f"--net=/proc/{os.getpid()}/ns/net", *command]

    def start_agent(self):
        return self.spawn("agent", ["nsenter", f"--net=/run/netns/{AGENTS_HOST}", str(self.bin / "chokepoint-agent"),
                                    "run", "--config", str(self.folder / "agent.yaml")])


class NetworkCut(TwoHosts):
    def test_heals_within_the_lease_and_is_known_when_the_network_is_back(self):
        self.write("scenario.yaml", SCENARIO.replace("horizon: 8s", "horizon: 40s").replace("duration: 3s", "duration: 30s"))
        identity = self.begin()
        self.assertTrue(wait(lambda: self.is_step(identity, "INJECTED"), 5))
        run("ip", "link", "set", "here", "down")
        self.assertTrue(wait(self.answers, self.lease + LATE), self.logs())
        run("ip", "addr", "replace", f"{self.host}/24", "dev", "lo")  # people still reach the controller
        self.ends_as(identity, "NOT_REVERTED", 30)
        run("ip", "addr", "del", f"{self.host}/24", "dev", "lo")
        run("ip", "link", "set", "here", "up")
        self.ends_as(identity, "ABORTED", 30)
        self.assertEqual(self.injections(), 1)
        self.nothing_is_in_place()


class NetworkHiccup(Patient, TwoHosts):
    def test_that_lasts_for_less_than_anybody_notices_ends_nothing(self):
        identity = self.begin()
        run("ip", "link", "set", "here", "down")
        time.sleep(0.4)
        run("ip", "link", "set", "here", "up")
        self.ends_by_itself(identity)
        self.nothing_is_in_place()


if __name__ == "__main__":
    move_into_namespaces()
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
