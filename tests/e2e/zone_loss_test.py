#!/usr/bin/python3
"""A zone goes dark and comes back, on three network namespaces behind a router. Usage: zone_loss_test.py BIN_FOLDER

Everything is made by the test under names of its own and removed by it. Needs the right to make namespaces; exits 77
(skipped) without.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from network import inside, ip, skip_without_namespaces, wait

BIN = pathlib.Path(sys.argv[1])
PREFIX = f"ckp{os.getpid()}"
ZONES = (1, 2, 3)
LEASE = 2
SERVER = (
    "import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
    "s.bind(('0.0.0.0', 5000)); s.listen(64)\n"
    "while True: c, _ = s.accept(); c.sendall(b'here'); c.close()"
)
CLIENT = "import socket, sys; print(socket.create_connection((sys.argv[1], 5000), 0.5).recv(4).decode())"


def host(zone):
    return f"{PREFIX}z{zone}"


def address(zone):
    return f"10.77.{zone}.10"


def reaches(one, other):
    done = subprocess.run(
        inside(host(one), sys.executable, "-c", CLIENT, address(other)), capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == "here"


def reachable():
    return {(a, b) for a in ZONES for b in ZONES if a != b and reaches(a, b)}


ALL = {(a, b) for a in ZONES for b in ZONES if a != b}
WITHOUT_ONE = {(2, 3), (3, 2)}


class ZoneLoss(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.servers = []
        router = f"{PREFIX}r"
        self.names = [router]
        self.addCleanup(self.tear_down)
        ip("netns", "add", router)
        subprocess.run(inside(router, "sysctl", "-qw", "net.ipv4.ip_forward=1"), check=True)
        for zone in ZONES:
            ip("netns", "add", host(zone))
            self.names.append(host(zone))
            ip("-n", host(zone), "link", "add", "eth0", "type", "veth", "peer", "name", f"z{zone}", "netns", router)
            ip("-n", host(zone), "addr", "add", f"{address(zone)}/24", "dev", "eth0")
            ip("-n", router, "addr", "add", f"10.77.{zone}.1/24", "dev", f"z{zone}")
            ip("-n", host(zone), "link", "set", "lo", "up")
            ip("-n", host(zone), "link", "set", "eth0", "up")
            ip("-n", router, "link", "set", f"z{zone}", "up")
            ip("-n", host(zone), "route", "add", "default", "via", f"10.77.{zone}.1")
            self.servers.append(subprocess.Popen(inside(host(zone), sys.executable, "-c", SERVER)))
        (self.folder / "agent.yaml").write_text(
            f"agent: zone-1\nstate: {self.folder}/state\nlease: {LEASE}s\n"
            "interfaces: {uplink: {interface: eth0, peers: [10.77.0.0/16]}}\n"
        )
        (self.folder / "dark.yaml").write_text("duration: 1min\npacket_loss: {interface: uplink}\n")
        self.assertTrue(wait(lambda: reachable() == ALL, 10), "the zones do not reach each other")

    def tear_down(self):
        for server in self.servers:
            server.kill()
            server.wait()
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def agent(self, *words):
        return inside(host(1), str(BIN / "chokepoint-agent"), *words, "--config", str(self.folder / "agent.yaml"))

    def go_dark(self):
        process = subprocess.Popen(
            self.agent("apply", str(self.folder / "dark.yaml"), "--local"), stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(process.stdout.close)
        said = ""
        while "injected, and seen to be" not in said:
            line = process.stdout.readline()
            self.assertTrue(line, "the agent ended: " + said)
            said += line
        return process

    def tables(self):
        return subprocess.run(
            inside(host(1), "nft", "list", "tables"), capture_output=True, text=True, check=True
        ).stdout

    def test_nobody_reaches_the_zone_until_the_fault_is_reverted(self):
        process = self.go_dark()
        self.assertEqual(reachable(), WITHOUT_ONE)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 130)
        self.assertEqual(reachable(), ALL)
        self.assertEqual(self.tables(), "")

    def test_the_zone_is_back_within_the_lease_when_its_agent_is_killed(self):
        process = self.go_dark()
        process.kill()
        process.wait()
        self.assertTrue(wait(lambda: reachable() == ALL, LEASE + 1))
        self.assertTrue(wait(lambda: self.tables() == "", 2))
        status = subprocess.run(self.agent("status"), capture_output=True, text=True, check=True)
        self.assertEqual(status.stdout, "nothing is in place\n")

    def test_the_zone_is_back_within_the_lease_when_its_agent_stands_still(self):
        process = self.go_dark()
        process.send_signal(signal.SIGSTOP)
        self.assertTrue(wait(lambda: reachable() == ALL, LEASE + 2))
        process.wait(10)


if __name__ == "__main__":
    skip_without_namespaces(PREFIX)
    unittest.main(argv=sys.argv[:1], verbosity=2)
