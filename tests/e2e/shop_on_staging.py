"""A shop on this host to practise game days on: a web server, an agent that may stop it, and a controller."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from network import wait

LEASE = 2
LATE = 4  # what a busy machine may need on top

SERVER = """
import http.server, os, pathlib, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"open")
    def log_message(self, *words): pass
class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
server.serve_forever()
"""

SCENARIO = """scenario: shop-stops
horizon: 8s
traffic: {tick: 100ms, sample: 1s}
places: {here: {racks: 1}}
components:
  shop: {service: {replicas: 1, at: [here], capacity: 100/s, boot: 100ms}}
capabilities: {buy: {needs: [shop]}}
users: {people: {rate: 10/s, uses: {buy: 100%}}}
faults: {stops: {at: 2s, duration: 3s, crash: {component: shop}}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Shop(unittest.TestCase):
    """Each test has a shop, an agent and a controller of its own."""

    bin = pathlib.Path()
    lease = LEASE
    host = "127.0.0.1"  # of the controller
    credentials = {}  # of people: authority, certificate, key

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.shop_port, self.port, self.http = free_port(), free_port(), free_port()
        self.processes = []
        self.addCleanup(self.tear_down)
        self.prepare()
        (self.folder / "server.py").write_text(SERVER)
        command = [sys.executable, str(self.folder / "server.py"), str(self.shop_port), str(self.folder / "shop.pid")]
        self.spawn("shop", command)
        executable = os.path.realpath(sys.executable)
        (self.folder / "agent.yaml").write_text(
            f"agent: host\nstate: {self.folder}/agent\nlease: {self.lease}s\n"
            f"processes: {{shop: {{pid_file: {self.folder}/shop.pid, executable: {executable},"
            f" restart: {json.dumps(self.from_agent(command))}}}}}\n"
            f"controller: {{address: '{self.host}:{self.port}'{self.more_of_agent()}}}\n"
        )
        (self.folder / "controller.yaml").write_text(
            f"controller: practice\nlisten: {self.host}:{self.port}\nhttp: 127.0.0.1:{self.http}\n"
            f"state: {self.folder}/controller\n{self.more_of_controller()}"
        )
        self.write("scenario.yaml", SCENARIO)
        self.write("deployment.yaml", self.deployment())
        self.controller = self.start_controller()
        self.agent = self.start_agent()
        self.assertTrue(wait(lambda: self.answers() and self.is_connected(), 20), self.logs())

    def prepare(self):
        """Before anything is written or started."""

    def from_agent(self, command):
        """What the agent has to run so that the command runs here."""
        return command

    def more_of_agent(self):
        return ""

    def more_of_controller(self):
        return ""

    def deployment(self, members=1, guards="outside_band: 2s"):
        binding = ", ".join(["{agent: host, process: shop}"] * members)
        return (
            "deployment: this-host\nblast_radius: {agents: 1}\n"
            f"components: {{shop: {{members: [{binding}]}}}}\n"
            f"probes: {{buy: {{every: 100ms, timeout: 2s, http: {{url: 'http://127.0.0.1:{self.shop_port}/'}}}}}}\n"
            "budget: {buy: {outage: 1min}}\n"
            f"guards: {{{guards}, agent_lost: 3s, steady_before: 500ms, watch_after: 1s, revert_within: 4s}}\n"
        )

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def spawn(self, name, command):
        log = open(self.folder / f"{name}.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def start_controller(self):
        return self.spawn(
            "controller",
            [str(self.bin / "chokepoint-controller"), "run", "--config", str(self.folder / "controller.yaml")],
        )

    def start_agent(self):
        return self.spawn(
            "agent", [str(self.bin / "chokepoint-agent"), "run", "--config", str(self.folder / "agent.yaml")]
        )

    def tear_down(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        try:  # started again by the agent
            os.kill(int((self.folder / "shop.pid").read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            pass

    def logs(self):
        return "".join(f"--- {path.name}\n{path.read_text()}" for path in sorted(self.folder.glob("*.log")))

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.shop_port}/", timeout=1) as answer:
                return answer.read() == b"open"
        except OSError:
            return False

    def page(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as answer:
            return answer.read().decode()

    def is_connected(self):
        try:
            return any(agent["is_connected"] for agent in json.loads(self.page("/api/v1/agents")).get("agents", []))
        except OSError:
            return False

    def chokepoint(self, *words, timeout=60):
        return subprocess.run(
            [str(self.bin / "chokepoint"), *words], capture_output=True, text=True, check=False, timeout=timeout
        )

    def gameday(self, command, *words):
        who = [word for name, path in self.credentials.items() for word in (f"--{name}", str(path))]
        return self.chokepoint("gameday", command, "--controller", f"{self.host}:{self.port}", *who, *words)

    def plan(self, *more):
        done = self.chokepoint(
            "gameday", "plan", str(self.folder / "scenario.yaml"), "--deployment", str(self.folder / "deployment.yaml"),
            "--seeds", "3", "--out", str(self.folder / "plan.json"), *more,
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def begin(self):
        """A game day in mid-fault; gives its ID."""
        self.plan()
        started = self.gameday("start", str(self.folder / "plan.json"), "--detach")
        self.assertEqual(started.returncode, 0, started.stderr + self.logs())
        self.assertTrue(wait(lambda: not self.answers(), 15), self.logs())
        return started.stdout.strip()

    def state(self, identity):
        shown = self.gameday("show", identity, "--json")
        return json.loads(shown.stdout)["status"]["state"].removeprefix("GAME_DAY_STATE_") if shown.stdout else shown.stderr

    def ends_as(self, identity, state, seconds=20):
        self.assertTrue(
            wait(lambda: self.state(identity) == state, seconds), f"{self.state(identity)}\n{self.logs()}"
        )

    def audit(self):
        """All entries; fails when the chain of hashes does not hold."""
        done = subprocess.run(
            [str(self.bin / "chokepoint-controller"), "audit", "--config", str(self.folder / "controller.yaml")],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def steps(self, identity, injection="001"):
        """What was written down of an injection, in order."""
        steps = []
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/api/v1/events", timeout=10) as events:
            for line in events:
                if line.startswith(b": ping"):
                    break
                if not line.startswith(b"data: "):
                    continue
                event = json.loads(line.removeprefix(b"data: "))
                note = event["note"].get("injection")
                if event["game_day"] == identity and note and note["id"] == injection:
                    steps.append(note["step"].removeprefix("INJECTION_STEP_"))
        return steps

    def injections(self):
        """How often the agent began to inject something."""
        return (self.folder / "agent.log").read_text().count("injecting ")

    def nothing_is_in_place(self):
        status = subprocess.run(
            [str(self.bin / "chokepoint-agent"), "status", "--config", str(self.folder / "agent.yaml")],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(status.stdout, "nothing is in place\n", self.logs())
        self.assertTrue(wait(self.answers, 5))

