#!/usr/bin/python3
"""What a controller costs with many agents, on the loopback interface; --write puts the table into the docs.

The agents are those of bench/many_agents.cpp: each has a connection of its own and touches nothing. Plans are made and
started by the programs that people use. --soak runs game days one after the other and looks for what grows.
"""

import argparse
import json
import os
import queue
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from table import publish

ROOT = Path(__file__).resolve().parent.parent
LEASE = 15
IDLE = 20  # seconds that only heartbeats are looked at

SCENARIO = """scenario: many-stop
horizon: {horizon}
traffic: {{tick: 100ms, sample: 1s}}
places: {{here: {{racks: 1}}}}
components:
  shop: {{service: {{replicas: {members}, at: [here], capacity: 100/s, boot: 100ms}}}}
capabilities: {{buy: {{needs: [shop]}}}}
users: {{people: {{rate: 10/s, uses: {{buy: 100%}}}}}}
faults: {{stops: {{at: {at}, duration: {duration}, crash: {{component: shop}}}}}}
"""

DEPLOYMENT = """deployment: this-host
blast_radius: {{agents: {members}}}
components: {{shop: {{members: [{bindings}]}}}}
probes: {{buy: {{every: 100ms, timeout: 500ms, tcp: {{address: '127.0.0.1:{port}'}}}}}}
guards: {{outside_band: 1min, agent_lost: 30s, steady_before: 200ms, watch_after: 500ms, revert_within: 20s}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status_field(pid, name):
    found = re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1])


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Controller:
    """A controller with so many agents; ended with the block."""

    def __init__(self, binaries, folder, agents):
        self.bin, self.folder, self.agents = Path(binaries), Path(folder), agents
        self.port, self.http = free_port(), free_port()
        self.processes = []
        self.logs = []

    def __enter__(self):
        self.folder.mkdir()
        config = self.folder / "controller.yaml"
        config.write_text(f"controller: bench\nlisten: 127.0.0.1:{self.port}\nhttp: 127.0.0.1:{self.http}\n"
                          f"state: {self.folder}/state\n", encoding="utf-8")
        self.controller = self.start("controller", self.bin / "chokepoint-controller", "run", "--config", config)
        self.wait(lambda: self.figure("agents_connected") == 0, "the controller answers")
        begun = time.monotonic()
        self.many = self.start("agents", self.bin / "bench_many_agents", f"127.0.0.1:{self.port}", self.agents, LEASE)
        self.wait(lambda: self.figure("agents_connected") == self.agents, "all agents are connected")
        self.to_connect = time.monotonic() - begun
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        for log in self.logs:
            log.close()

    def start(self, name, *command):
        log = open(self.folder / f"{name}.log", "ab")
        self.logs.append(log)
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=log, text=True)
        self.processes.append(process)
        return process

    def wait(self, holds, what, seconds=120):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.controller.poll() is not None:
                sys.exit((self.folder / "controller.log").read_text(encoding="utf-8"))
            try:
                if holds():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"it did not come to this: {what}")

    def page(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=30) as answer:
            return answer.read().decode()

    def figure(self, name):
        return float(re.search(rf"^chokepoint_controller_{name} (\S+)", self.page("/metrics"), re.MULTILINE)[1])

    def chokepoint(self, *words):
        return subprocess.run([str(self.bin / "chokepoint"), "gameday", *map(str, words)], capture_output=True, text=True,
                              check=False, timeout=600)

    def plan(self, name, members, first=0, horizon="6s", at="2s", duration="2s"):
        scenario, deployment, plan = (self.folder / f"{name}{end}" for end in (".yaml", "-deployment.yaml", ".json"))
        bindings = ", ".join(f"{{agent: agent-{i:05}, process: shop}}" for i in range(first, first + members))
        scenario.write_text(SCENARIO.format(members=members, horizon=horizon, at=at, duration=duration),
                            encoding="utf-8")
        deployment.write_text(DEPLOYMENT.format(members=members, bindings=bindings, port=self.port), encoding="utf-8")
        done = self.chokepoint("plan", scenario, "--deployment", deployment, "--seeds", 1, "--out", plan)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return plan

    def carry_out(self, plan):
        begun = time.monotonic()
        done = self.chokepoint("start", plan, "--controller", f"127.0.0.1:{self.port}", "--json")
        if done.returncode not in (0, 1):  # the probe is never down, so it deviates
            sys.exit(done.stdout[-2000:] + done.stderr[-2000:] + f"\nexit code {done.returncode}")
        return time.monotonic() - begun

    def notes(self):
        """All that were written down so far, in their order."""
        notes = []
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/api/v1/events", timeout=30) as answer:
            for line in answer:
                if line.startswith(b": ping"):
                    return notes
                if line.startswith(b"data: "):
                    notes.append(json.loads(line.removeprefix(b"data: "))["note"])
        return notes

    def counts(self):
        self.many.send_signal(signal.SIGTERM)
        return json.loads(self.many.communicate(timeout=120)[0])


def fan_out(notes, step, ordered):
    """Seconds from the first order to each of its outcomes, as the controller wrote them down."""
    injections = [note for note in notes if "injection" in note]
    first = min(note["wall"] for note in injections if note["injection"]["step"] == ordered)
    return [note["wall"] - first for note in injections if note["injection"]["step"] == step]


def measure(binaries, folder, agents, rows, idle):
    with Controller(binaries, folder / f"with-{agents}", agents) as bench:
        pid = bench.controller.pid
        time.sleep(3)
        before = cpu_seconds(pid)
        time.sleep(idle)
        used = (cpu_seconds(pid) - before) / idle
        resident = status_field(pid, "VmRSS") / 1000
        plan = bench.plan("fan", agents)
        took = bench.carry_out(plan)
        notes = bench.notes()
        injected = fan_out(notes, "INJECTION_STEP_INJECTED", "INJECTION_STEP_ORDERED")
        reverted = fan_out(notes, "INJECTION_STEP_REVERTED", "INJECTION_STEP_REVERT_ORDERED")
        peak = status_field(pid, "VmHWM") / 1000
        counts = bench.counts()
        if len(injected) != agents or len(reverted) != agents or counts["injects"] != agents:
            sys.exit(f"{len(injected)} injected, {len(reverted)} reverted, {counts}")
        if counts["repeated"] or counts["lapsed"] or counts["ended"]:
            sys.exit(f"{counts}")
    goals = {1000: "p99 <= 1 s"}
    rows += [
        (f"{agents:,} agents: until all are connected", f"{bench.to_connect:.2f} s",
         f"{agents / bench.to_connect:,.0f} a second", ""),
        ("- heartbeats only, of one core", f"{used:.1%}", f"{used / agents * 1e6:.0f} us a second and agent",
         "< 100 %" if agents == 5000 else ""),
        ("- resident", f"{resident:.0f} MB", f"{resident / agents * 1000:.0f} kB an agent",
         "< 1000 MB" if agents == 5000 else ""),
        ("- one fault on each at once: from the first order until seen, p50 / p99",
         f"{percentile(injected, 0.5) * 1000:.0f} / {percentile(injected, 0.99) * 1000:.0f} ms",
         f"{len(injected)} of {agents}", goals.get(agents, "")),
        ("- and reverted, p50 / p99",
         f"{percentile(reverted, 0.5) * 1000:.0f} / {percentile(reverted, 0.99) * 1000:.0f} ms",
         f"the game day of 6 s took {took:.1f} s", ""),
        ("- peak memory meanwhile", f"{peak:.0f} MB", "", ""),
    ]


def soak(binaries, folder, game_days, lanes):
    """Game days without a pause; what the controller holds must stay what it is."""
    with Controller(binaries, folder / "soak", lanes) as bench:
        pid = bench.controller.pid
        plans = [bench.plan(f"lane-{lane}", 1, first=lane, horizon="1s", at="200ms", duration="500ms")
                 for lane in range(lanes)]
        todo, samples, lock = queue.Queue(), [], threading.Lock()
        for i in range(game_days):
            todo.put(i)

        def lane(plan):
            while True:
                try:
                    todo.get_nowait()
                except queue.Empty:
                    return
                try:
                    bench.carry_out(plan)
                except SystemExit as failed:
                    print(failed, file=sys.stderr)
                    return
                with lock:
                    samples.append((status_field(pid, "VmRSS") / 1000, len(os.listdir(f"/proc/{pid}/fd")),
                                    status_field(pid, "Threads")))

        threads = [threading.Thread(target=lane, args=(plan,)) for plan in plans]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        counts = bench.counts()
        if len(samples) != game_days or counts["injects"] != game_days or counts["repeated"] or counts["lapsed"]:
            sys.exit(f"{len(samples)} game days ended, {counts}")
    tenth = max(1, game_days // 10)
    print(f"{game_days} game days in {took:.0f} s, {lanes} at a time")
    print("| after | resident | descriptors | threads |\n|---|---|---|---|")
    for first in range(tenth, game_days, max(tenth, (game_days - tenth) // 4)):
        part = samples[first:first + tenth]
        print(f"| {first} | {statistics.median(s[0] for s in part):.1f} MB | {statistics.median(s[1] for s in part):.0f} "
              f"| {statistics.median(s[2] for s in part):.0f} |")
    early, late = samples[tenth:2 * tenth], samples[-tenth:]
    for name, at, allowed in (("resident", 0, 1.15), ("descriptors", 1, 1.1), ("threads", 2, 1.1)):
        ratio = statistics.median(s[at] for s in late) / statistics.median(s[at] for s in early)
        print(f"{name}: {ratio:.2f} x")
        if ratio > allowed:
            sys.exit(f"{name} grows")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=ROOT / "build/release")
    parser.add_argument("--agents", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--idle", type=float, default=IDLE, help="seconds of heartbeats")
    parser.add_argument("--soak", type=int, metavar="GAME_DAYS", help="so many game days instead of the table")
    parser.add_argument("--lanes", type=int, default=4, help="of these at the same time")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    binaries = Path(options.build) / "bin"
    with tempfile.TemporaryDirectory() as folder:
        if options.soak:
            soak(binaries, Path(folder), options.soak, options.lanes)
            return
        rows = []
        for agents in options.agents:
            measure(binaries, Path(folder), agents, rows, options.idle)
    publish(rows, 1, "controller", "end controller", options.write)


if __name__ == "__main__":
    main()
