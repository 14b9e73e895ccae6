#!/usr/bin/python3
"""Five real members of etcd, two of them in a zone that agents make slow: what scenarios/library/gamedays/slow-zone.yaml
rests on. Usage: slow_zone_test.py BIN_FOLDER

A network namespace for each member and one for the router between three zones, made by the test and removed by it. Exits
77 (skipped) without etcd or where no namespace can be made.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from network import inside, ip, skip_without_namespaces, wait

BIN = pathlib.Path(sys.argv[1])
PREFIX = f"ckp{os.getpid()}"
ROUTER = f"{PREFIX}r"
ZONES = (1, 2, 3, 1, 2)  # of each member: no zone holds three
SLOW = (0, 3)
# Asks the member that stands in this namespace, and prints the milliseconds that it took and what it said.
ASK = """
import json, sys, time, urllib.request
begun = time.monotonic()
request = urllib.request.Request("http://127.0.0.1:2379/v3/" + sys.argv[1], sys.argv[2].encode())
try:
    with urllib.request.urlopen(request, timeout=10) as answer:
        said = json.load(answer)
except OSError as error:
    said = {"error": str(error)}
print(json.dumps([round((time.monotonic() - begun) * 1000), said]))
"""


def host(member):
    return f"{PREFIX}m{member}"


def address(member):
    return f"10.79.{ZONES[member]}.{10 + member}"


def ask(member, what, body):
    done = subprocess.run(
        inside(host(member), sys.executable, "-c", ASK, what, json.dumps(body)), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def put(member):
    """Milliseconds; None if it failed."""
    took, said = ask(member, "kv/put", {"key": "b3JkZXI=", "value": "MQ=="})
    return took if "header" in said else None


def median_put(member):
    took = sorted(put(member) or 1e9 for _ in range(5))
    return took[2]


class SlowZone(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(dir="/dev/shm")))
        self.processes = []
        self.namespaces = []
        self.addCleanup(self.tear_down)
        self.make_network()
        cluster = ",".join(f"m{m}=http://{address(m)}:2380" for m in range(5))
        for member in range(5):
            here = f"http://{address(member)}"
            self.start(
                host(member), "etcd", "--name", f"m{member}", "--data-dir", f"{self.folder}/m{member}", "--pre-vote",
                "--listen-peer-urls", f"{here}:2380", "--initial-advertise-peer-urls", f"{here}:2380",
                "--listen-client-urls", "http://127.0.0.1:2379", "--advertise-client-urls", f"{here}:2379",
                "--initial-cluster", cluster,
            )
        self.assertTrue(wait(lambda: self.leader() is not None, 30), "no leader")
        self.lead(0)

    def make_network(self):
        self.namespaces.append(ROUTER)
        ip("netns", "add", ROUTER)
        subprocess.run(inside(ROUTER, "sysctl", "-qw", "net.ipv4.ip_forward=1"), check=True)
        for zone in sorted(set(ZONES)):
            ip("-n", ROUTER, "link", "add", f"zone{zone}", "type", "bridge")
            ip("-n", ROUTER, "addr", "add", f"10.79.{zone}.1/24", "dev", f"zone{zone}")
            ip("-n", ROUTER, "link", "set", f"zone{zone}", "up")
        for member, zone in enumerate(ZONES):
            name = host(member)
            self.namespaces.append(name)
            ip("netns", "add", name)
            ip("-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", f"m{member}", "netns", ROUTER)
            ip("-n", ROUTER, "link", "set", f"m{member}", "master", f"zone{zone}", "up")
            ip("-n", name, "addr", "add", f"{address(member)}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "route", "add", "default", "via", f"10.79.{zone}.1")

    def start(self, name, *command):
        self.processes.append(
            subprocess.Popen(inside(name, *command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    def tear_down(self):
        for process in self.processes:
            process.kill()
            process.wait()
        for name in self.namespaces:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def leader(self, seen_by=1):
        """The number of the member that leads, as one of them sees it; None if there is none, or not all are known."""
        numbers = {}
        for member in range(5):
            said = ask(member, "maintenance/status", {})[1]
            if "header" not in said:
                return None
            numbers[said["header"]["member_id"]] = member
            if member == seen_by:
                leads = said.get("leader", "0")
        self.numbers = numbers
        return numbers.get(leads)

    def lead(self, member):
        def leads():
            now = self.leader()
            if now is None or now == member:
                return now == member
            target = next(number for number, other in self.numbers.items() if other == member)
            ask(now, "maintenance/transfer-leadership", {"targetID": target})
            return False

        self.assertTrue(wait(leads, 20), f"member {member} does not lead")

    def slow_down(self, milliseconds):
        (self.folder / "slow.yaml").write_text(
            "duration: 2min\npacket_delay: {interface: uplink, peers: [10.79.2.0/24, 10.79.3.0/24], direction: both,"
            f" delay: {milliseconds}ms}}\n"
        )
        agents = []
        for member in SLOW:
            config = self.folder / f"agent-{member}.yaml"
            config.write_text(
                f"agent: m{member}\nstate: {self.folder}/state-{member}\nlease: 5s\n"
                "interfaces: {uplink: {interface: eth0, peers: [10.79.0.0/16]}}\n"
            )
            command = [str(BIN / "chokepoint-agent"), "apply", str(self.folder / "slow.yaml"), "--local", "--config", str(config)]
            agents.append(subprocess.Popen(inside(host(member), *command), stdout=subprocess.PIPE, text=True))
            self.addCleanup(agents[-1].stdout.close)
            self.addCleanup(agents[-1].wait)
            self.addCleanup(agents[-1].kill)
        for agent in agents:
            said = ""
            while "injected, and seen to be" not in said:
                line = agent.stdout.readline()
                self.assertTrue(line, "the agent ended: " + said)
                said += line
        return agents

    def revert(self, agents):
        for agent in agents:
            agent.send_signal(signal.SIGINT)
        for agent in agents:
            self.assertEqual(agent.wait(15), 130)

    def test_a_commit_takes_the_way_there_and_back_and_a_call_from_beyond_once_more(self):
        self.assertLess(median_put(0), 150)
        agents = self.slow_down(150)
        at_leader, beyond = median_put(0), median_put(1)
        still_leads = self.leader()
        self.revert(agents)
        print(f"at the leader {at_leader} ms, beyond {beyond} ms")
        self.assertEqual(still_leads, 0)
        self.assertGreaterEqual(at_leader, 300)
        self.assertLess(at_leader, 500)
        self.assertGreaterEqual(beyond, 600)
        self.assertLess(beyond, 900)
        self.assertTrue(wait(lambda: (put(1) or 1e9) < 150, 10))

    def test_a_leader_out_of_touch_is_followed_by_one_with_the_fast_majority(self):
        begun = time.monotonic()
        agents = self.slow_down(1500)
        self.assertTrue(wait(lambda: (put(1) or 1e9) < 150, 30), "no fast puts")
        after = time.monotonic() - begun
        leads = self.leader()
        fast = [put(1) for _ in range(50)]
        self.revert(agents)
        print(f"fast again after {after:.1f} s, under member {leads}")
        self.assertIn(leads, (1, 2, 4))
        self.assertLess(sorted(took or 1e9 for took in fast)[45], 150)


if __name__ == "__main__":
    if not shutil.which("etcd"):
        print("skipped: no etcd")
        sys.exit(77)
    skip_without_namespaces(PREFIX)
    unittest.main(argv=sys.argv[:1], verbosity=2)
