#!/usr/bin/python3
"""nginx, HAProxy, Redis, PostgreSQL and etcd under faults, seen by a client on another host. Usage:
real_servers_test.py BIN_FOLDER

Two network namespaces, made by the test and removed by it. Exits 77 (skipped) where a server is missing or no
namespace can be made.
"""

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
SERVER, CLIENT = f"{PREFIX}s", f"{PREFIX}c"
ADDRESS = "10.78.1.10"
POSTGRES = "/usr/lib/postgresql/15/bin"
PORTS = {"nginx": 8080, "haproxy": 8081, "redis": 6379, "postgres": 5432, "etcd": 2379}
QUESTIONS = {
    "nginx": b"GET / HTTP/1.0\r\n\r\n",
    "haproxy": b"GET / HTTP/1.0\r\n\r\n",
    "redis": b"PING\r\n",
    "postgres": bytes([0, 0, 0, 8, 4, 210, 22, 47]),  # do you speak TLS?
    "etcd": b"GET /health HTTP/1.0\r\n\r\n",
}
ANSWERS = {"nginx": b"HTTP/1.1 200", "haproxy": b"HTTP/1.1 200", "redis": b"+PONG", "postgres": b"N", "etcd": b"HTTP/1.0 200"}
# Connects, asks, and prints how many milliseconds passed between question and answer; "refused", "reset" or "silent".
PROBE = """
import socket, sys, time
address, port, question, wanted = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3]), bytes.fromhex(sys.argv[4])
try:
    with socket.create_connection((address, port), 1.5) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = time.monotonic()
        link.sendall(question)
        answer = b""
        while len(answer) < len(wanted):
            more = link.recv(4096)
            if not more:
                break
            answer += more
        took = time.monotonic() - begun
    print(round(took * 1000) if answer.startswith(wanted) else "wrong " + repr(answer[:40]))
except ConnectionRefusedError:
    print("refused")
except ConnectionResetError:
    print("reset")
except TimeoutError:
    print("silent")
"""
# Prints how many seconds nginx is ahead of us.
AHEAD = """
import email.utils, sys, time, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=2) as answer:
    print(round(email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()))
"""
DELAY = 60  # milliseconds


def probe(name):
    done = subprocess.run(
        inside(CLIENT, sys.executable, "-c", PROBE, ADDRESS, str(PORTS[name]), QUESTIONS[name].hex(), ANSWERS[name].hex()),
        capture_output=True, text=True, check=False,
    )
    said = done.stdout.strip()
    return int(said) if said.isdigit() else said


def probe_all():
    return {name: probe(name) for name in PORTS}


class RealServers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.folder.chmod(0o755)
        cls.processes = {}
        cls.addClassCleanup(cls.tear_down)
        ip("netns", "add", SERVER)
        ip("netns", "add", CLIENT)
        ip("-n", SERVER, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", CLIENT)
        for name, address in ((SERVER, ADDRESS), (CLIENT, "10.78.1.20")):
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "eth0", "up")
        cls.start_servers()
        up = wait(lambda: all(isinstance(said, int) for said in probe_all().values()), 40)
        assert up, f"not all servers answer: {probe_all()}"

    @classmethod
    def start(cls, name, *command, **options):
        process = subprocess.Popen(
            inside(SERVER, *command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **options
        )
        cls.processes[name] = process
        (cls.folder / f"{name}.pid").write_text(f"{process.pid}\n")

    @classmethod
    def start_servers(cls):
        folder = cls.folder
        (folder / "flags.map").write_text("a on;\n")
        (folder / "keys.map").write_text("a on\n")
        (folder / "nginx.conf").write_text(
            f"daemon off; error_log {folder}/nginx.log; pid {folder}/nginx.pid; worker_processes 1; user root;\n"
            "events {}\n"
            f"http {{ access_log off; map $arg_f $flag {{ default off; include {folder}/flags.map; }}\n"
            "server { listen 8080; location / { return 200 \"$flag\"; } } }\n"
        )
        (folder / "haproxy.cfg").write_text(
            "defaults\n mode http\n timeout connect 1s\n timeout client 5s\n timeout server 5s\n"
            f"frontend f\n bind :8081\n http-request set-var(txn.k) str(a),map({folder}/keys.map,none)\n"
            " default_backend b\nbackend b\n server s 127.0.0.1:8080\n"
        )
        cls.start("nginx", "nginx", "-e", f"{folder}/nginx.log", "-c", f"{folder}/nginx.conf")
        cls.start("haproxy", "haproxy", "-W", "-f", f"{folder}/haproxy.cfg")
        cls.start("redis", "redis-server", "--port", "6379", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "",
                  "--dir", str(folder))
        cls.start("etcd", "etcd", "--data-dir", f"{folder}/etcd", "--listen-client-urls", "http://0.0.0.0:2379",
                  "--advertise-client-urls", f"http://{ADDRESS}:2379", "--unsafe-no-fsync",
                  "--listen-peer-urls", "http://127.0.0.1:2380")
        data = folder / "postgres"
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        subprocess.run([*as_postgres, f"{POSTGRES}/initdb", "--no-sync", "-D", str(data)], check=True, capture_output=True,
                       cwd="/")
        cls.start("postgres", *as_postgres, f"{POSTGRES}/postgres", "-D", str(data), "-h", "0.0.0.0", "-k", "", cwd="/")
        (folder / "agent.yaml").write_text(
            f"agent: servers\nstate: {folder}/state\nlease: 3s\n"
            "interfaces: {uplink: {interface: eth0, peers: [10.78.1.0/24]}}\n"
            f"processes: {{redis: {{pid_file: {folder}/redis.pid, executable: /usr/bin/redis-server}},\n"
            f"  haproxy: {{pid_file: {folder}/haproxy.pid, executable: /usr/sbin/haproxy}},\n"
            f"  nginx: {{pid_file: {folder}/nginx.pid, executable: /usr/sbin/nginx,\n"
            f"    restart: [/usr/sbin/nginx, -e, {folder}/nginx.log, -c, {folder}/nginx.conf]}},\n"
            f"  etcd: {{pid_file: {folder}/etcd.pid, executable: /usr/bin/etcd, restart: [/usr/bin/etcd]}}}}\n"
            "services: {redis: {port: 6379}, nginx: {port: 8080, speaks: http}}\n"
            f"files: {{keys: {{path: {folder}/keys.map, reload: haproxy, signal: USR2, largest: 100MB}}}}\n"
        )

    @classmethod
    def tear_down(cls):
        if "postgres" in cls.processes:
            cls.processes["postgres"].send_signal(signal.SIGINT)  # killed, it would leave its shared memory behind
            wait(lambda: cls.processes["postgres"].poll() is not None, 10)
        for process in cls.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        for name in (SERVER, CLIENT):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def agent(self, *words):
        return inside(SERVER, str(BIN / "chokepoint-agent"), *words, "--config", str(self.folder / "agent.yaml"))

    def inject(self, *faults):
        files = []
        for number, fault in enumerate(faults):
            file = self.folder / f"fault-{number}.yaml"
            file.write_text(f"duration: 1min\n{fault}\n")
            files.append(str(file))
        process = subprocess.Popen(self.agent("apply", *files, "--local"), stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        said = ""
        while said.count("injected, and seen to be") < len(faults):
            line = process.stdout.readline()
            self.assertTrue(line, "the agent ended: " + said)
            said += line
        return process

    def revert(self, process):
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(15), 130)
        for name in PORTS:
            self.assertTrue(wait(lambda name=name: isinstance(probe(name), int), 10), name)

    def test_every_server_answers_late_while_packets_are_delayed(self):
        process = self.inject(f"packet_delay: {{interface: uplink, delay: {DELAY}ms}}")
        during = probe_all()
        self.revert(process)
        after = probe_all()
        print("delayed:", during, "after:", after)
        for name in PORTS:
            self.assertGreaterEqual(during[name], DELAY, name)
            self.assertLess(after[name], DELAY, name)

    def test_every_server_is_silent_in_a_partition(self):
        process = self.inject("packet_loss: {interface: uplink}")
        during = probe_all()
        self.revert(process)
        self.assertEqual(set(during.values()), {"silent"})

    def test_every_server_refuses_when_packets_are_refused(self):
        process = self.inject("packet_reject: {interface: uplink}")
        during = probe_all()
        self.revert(process)
        self.assertEqual(set(during.values()), {"refused"})

    def test_a_redirected_service_is_late_for_clients_of_another_host_and_no_other_is(self):
        process = self.inject(f"stream_delay: {{service: redis, delay: {DELAY}ms}}")
        during = probe_all()
        self.revert(process)
        self.assertGreaterEqual(during["redis"], DELAY)
        self.assertLess(during["nginx"], DELAY)

    def test_a_paused_server_accepts_and_says_nothing(self):
        process = self.inject("process_pause: {process: redis}")
        during = probe_all()
        self.revert(process)
        self.assertEqual(during["redis"], "silent")
        self.assertIsInstance(during["nginx"], int)

    def ahead(self):
        done = subprocess.run(inside(CLIENT, sys.executable, "-c", AHEAD, f"http://{ADDRESS}:{PORTS['nginx']}/"),
                              capture_output=True, text=True, check=True)
        return int(done.stdout)

    def test_a_server_whose_clock_is_behind_dates_its_answers_so(self):
        before = self.ahead()
        process = self.inject("process_clock: {process: nginx, behind: 2h}")
        self.processes["nginx"].wait(5)
        during = self.ahead()
        self.revert(process)
        after = self.ahead()
        again = int((self.folder / "nginx.pid").read_text())
        self.addClassCleanup(os.kill, again, signal.SIGKILL)  # nobody's child
        print("ahead before, during and after:", before, during, after)
        self.assertAlmostEqual(before, 0, delta=5)
        self.assertAlmostEqual(during, -7200, delta=5)
        self.assertAlmostEqual(after, 0, delta=5)

    def test_a_server_in_go_is_refused_another_clock(self):
        fault = self.folder / "fault.yaml"
        fault.write_text("duration: 1min\nprocess_clock: {process: etcd, ahead: 1h}\n")
        done = subprocess.run(self.agent("apply", str(fault), "--local"), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("past the C library", done.stderr)
        self.assertIsInstance(probe("etcd"), int)

    def test_a_zone_dies_in_the_order_stated_and_comes_back_when_its_agent_is_killed(self):
        process = self.inject("packet_loss: {interface: uplink}", "after: 200ms\nprocess_pause: {process: redis}")
        self.assertEqual(probe("nginx"), "silent")
        process.kill()
        process.wait()
        begun = time.monotonic()
        for name in PORTS:
            self.assertTrue(wait(lambda name=name: isinstance(probe(name), int), 6), name)
        print(f"healed {time.monotonic() - begun:.1f} s after the agent was killed; the lease is 3 s")
        self.assertEqual(subprocess.run(self.agent("status"), capture_output=True, text=True, check=True).stdout,
                         "nothing is in place\n")

    def test_haproxy_with_too_little_memory_dies_of_a_grown_map_which_is_restored_to_the_byte(self):
        group = pathlib.Path("/sys/fs/cgroup/memory")
        limit = "memory.limit_in_bytes"
        if not (group / limit).exists():
            group, limit = pathlib.Path("/sys/fs/cgroup"), "memory.max"
        group = group / f"chokepoint-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text("150000000")
        except OSError:
            self.skipTest("no control group can be made here")
        self.addCleanup(group.rmdir)
        haproxy = self.processes["haproxy"]
        members = [haproxy.pid] + [
            int(pid) for pid in pathlib.Path(f"/proc/{haproxy.pid}/task/{haproxy.pid}/children").read_text().split()
        ]
        for pid in members:
            (group / "cgroup.procs").write_text(str(pid))
        before = os.stat(self.folder / "keys.map")
        contents = (self.folder / "keys.map").read_bytes()
        process = self.inject('config_bloat: {file: keys, entries: 1000000, format: haproxy-map,'
                              ' line: "a-key-as-long-as-those-of-real-maps-are-{n} v"}')
        self.assertTrue(wait(lambda: probe("haproxy") == "refused", 30), "HAProxy lives on")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(15), 130)
        after = os.stat(self.folder / "keys.map")
        self.assertEqual((self.folder / "keys.map").read_bytes(), contents)
        for field in ("st_ino", "st_mode", "st_uid", "st_gid", "st_mtime_ns", "st_nlink"):
            self.assertEqual(getattr(after, field), getattr(before, field), field)
        self.assertEqual(probe("haproxy"), "refused")  # the cause is gone, and it is down all the same
        self.assertEqual(probe("nginx") >= 0, True)
        haproxy.wait()
        self.start("haproxy", "haproxy", "-W", "-f", f"{self.folder}/haproxy.cfg")
        self.assertTrue(wait(lambda: isinstance(probe("haproxy"), int), 10))


if __name__ == "__main__":
    for program in ("nginx", "haproxy", "redis-server", "etcd", f"{POSTGRES}/postgres"):
        if not shutil.which(program):
            print("skipped: no", program)
            sys.exit(77)
    skip_without_namespaces(PREFIX)
    unittest.main(argv=sys.argv[:1], verbosity=2)
