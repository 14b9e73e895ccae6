#!/usr/bin/python3
"""What agents cost and how exactly they hit, in a network namespace; --write puts the table into the docs. As root."""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import publish

ROOT = Path(__file__).resolve().parent.parent
NAMESPACE = "ckbench"
PORT, PROXIED, PEER = 7000, 7100, 7200  # each with the next one, where bytes are poured
HAPROXY = """
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
"""
PLAIN_RULES = """table netdev plain {
  chain outgoing {
    type filter hook egress device "lo" priority -300
    ip daddr 127.9.0.0/16 counter drop
  }
}"""


def inside(*command):
    return ["nsenter", f"--net=/run/netns/{NAMESPACE}", *map(str, command)]


class Bench:
    def __init__(self, build, light, folder, runs):
        self.wire = Path(build) / "bin/bench_wire"
        self.light = Path(light) / "bin"
        self.folder = Path(folder)
        self.runs = runs
        self.started = []

    def start(self, *command, **options):
        process = subprocess.Popen(inside(*command), text=True, **options)
        self.started.append(process)
        return process

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process in self.started:
            self.started.remove(process)

    def measured(self, *words):
        out = subprocess.run(inside(self.wire, *words), capture_output=True, text=True, check=True)
        return json.loads(out.stdout)

    def config(self, more=""):
        path = self.folder / "agent.yaml"
        path.write_text(f"agent: bench\nstate: {self.folder}/state\nlease: 10s\n"
                        f"interfaces: {{lo: {{interface: lo, peers: [127.0.0.0/8], left_alone: [7443]}}}}\n{more}",
                        encoding="utf-8")
        return path

    def applied(self, fault, work):
        """Holds the fault while work() runs; its result, and how long inject and revert took, in ms."""
        path = self.folder / "fault.yaml"
        path.write_text(fault, encoding="utf-8")
        agent = self.start(self.light / "chokepoint-agent", "apply", path, "--config", self.config(), "--local",
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        lines = []
        for line in agent.stdout:
            lines.append(line)
            if "injected, and seen" in line:
                break
        else:
            sys.exit("".join(lines))
        found = work()
        agent.send_signal(signal.SIGTERM)
        text = "".join(lines) + agent.stdout.read()
        self.stop(agent)
        times = re.findall(r"seen to be.* after (\d+) ms", text)
        if len(times) != 2:
            sys.exit(f"it was not reverted:\n{text}")
        return found, float(times[0]), float(times[1])


def children(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(word) for word in path.read_text(encoding="utf-8").split()]
    return direct + [deeper for child in direct for deeper in children(child)]


def resident_mb(pid, which="VmRSS"):
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(rf"{which}:\s+(\d+)", status)
    return int(found[1]) / 1000 if found else 0  # it has ended


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processes_named(name):
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and Path(os.readlink(entry / "exe")).name == name:
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def proxy(bench, rows):
    ours = [bench.start(bench.light / "chokepoint-proxy", "--listen", f"127.0.0.1:{PROXIED + i}", "--to",
                        f"127.0.0.1:{PORT + i}", "--control", bench.folder / f"{i}.sock") for i in (0, 1)]
    peer = bench.folder / "haproxy.cfg"
    peer.write_text(HAPROXY + "".join(f"listen p{i}\n  bind 127.0.0.1:{PEER + i}\n  server s 127.0.0.1:{PORT + i}\n"
                                      for i in (0, 1)), encoding="utf-8")
    theirs = bench.start("haproxy", "-f", peer, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    ways = {"direct": PORT, "ours": PROXIED, "HAProxy": PEER}
    pings = {name: [] for name in ways}
    bytes_per_s = {name: [] for name in ways}
    for _ in range(bench.runs):
        for name, port in ways.items():
            pings[name].append(bench.measured("ping", "tcp", port, 10000))
        for name, port in ways.items():
            bytes_per_s[name].append(bench.measured("drink", port + 1, 2)["bytes_per_second"])
    for at in ("p50", "p99"):
        us = {name: statistics.median(result[at] for result in found) for name, found in pings.items()}
        rows.append((f"proxy, round trip of 64 bytes, {at}: added", f"{us['ours'] - us['direct']:+.0f} us",
                     f"direct {us['direct']:.0f} us; HAProxy adds {us['HAProxy'] - us['direct']:+.0f} us",
                     "+10 us; Toxiproxy +15 to +61 us" if at == "p50" else ""))
    rate = {name: statistics.median(found) / 1e9 for name, found in bytes_per_s.items()}
    rows.append(("proxy, bytes", f"{rate['ours']:.2f} GB/s",
                 f"direct {rate['direct']:.2f} GB/s, HAProxy {rate['HAProxy']:.2f} GB/s", "1.5 GB/s; Toxiproxy 1.1 GB/s"))
    rows.append(("- resident, idle", f"{resident_mb(ours[0].pid):.1f} MB", "", "Toxiproxy 8.2 MB"))
    for process in (*ours, theirs):
        bench.stop(process)


def delay(bench, rows):
    plain = bench.measured("ping", "udp", PORT, 2000)["p50"]
    for wanted in (1, 10, 100):
        fault = (f"duration: 5min\npacket_delay: {{interface: lo, direction: out, delay: {wanted}ms, via: queue, "
                 "peers: [127.0.0.0/8]}\n")
        workers = []

        def work(wanted=wanted, workers=workers):
            count = max(200, 2000 // wanted)
            sleeper = bench.start(bench.wire, "sleep", wanted, 2 * count, stdout=subprocess.PIPE)
            found = bench.measured("ping", "udp", PORT, count)
            found["sleep"] = json.loads(sleeper.communicate()[0])
            bench.stop(sleeper)
            workers.extend(resident_mb(pid) for pid in processes_named("chokepoint-delay"))
            workers.extend(-resident_mb(pid) for pid in processes_named("chokepoint-guardian"))
            return found

        found, injected, reverted = bench.applied(fault, work)
        # Both ways go out of the loopback interface, so a round trip is delayed twice.
        error = {at: (found[at] - plain) / 2000 - wanted for at in ("p50", "p99")}
        late = {at: found["sleep"][at] / 1000 for at in ("p50", "p99")}
        rows.append((f"delay of {wanted} ms (NFQUEUE), error of one way at p50 / p99",
                     f"{error['p50']:.2f} / {error['p99']:.2f} ms",
                     f"who sleeps as long wakes {late['p50']:.2f} / {late['p99']:.2f} ms late", "<= 0.4 / 0.7 ms"))
        rows.append(("- inject and revert, and seen", f"{injected:.0f}, {reverted:.0f} ms", "", ""))
    rows.append(("- its process, resident", f"{max(workers):.1f} MB", "", "<= 3 MB"))
    rows.append(("guardian, resident", f"{-min(workers):.1f} MB", "", "<= 1 MB"))


def loss(bench, rows):
    times, plain = [], []
    for _ in range(2 * bench.runs):
        times.append(bench.applied("duration: 5min\npacket_loss: {interface: lo, share: 100%, direction: out, "
                                   "peers: [127.9.0.0/16]}\n", lambda: None)[1:])
        begun = time.monotonic()
        subprocess.run(inside("nft", PLAIN_RULES), check=True)
        plain.append((time.monotonic() - begun) * 1000)
        subprocess.run(inside("nft", "delete table netdev plain"), check=True)
    rows.append(("packet loss: inject, and seen", f"{statistics.median(t[0] for t in times):.0f} ms",
                 f"nft, the bare rule: {statistics.median(plain):.0f} ms", "<= 20 ms"))
    rows.append(("- revert, and seen", f"{statistics.median(t[1] for t in times):.0f} ms", "", "<= 20 ms"))


def idle(bench, rows):
    config = bench.config("controller: {address: '127.0.0.1:7443'}\n")
    agent = bench.start(bench.light / "chokepoint-agent", "run", "--config", config, stderr=subprocess.DEVNULL)
    time.sleep(30)  # it looks at what its host can do, and dials often at first
    before = cpu_seconds(agent.pid)
    time.sleep(120)
    if agent.poll() is not None:
        sys.exit("the agent ended by itself")
    used = (cpu_seconds(agent.pid) - before) / 120
    processes = [agent.pid, *children(agent.pid)]
    resident = sum(map(resident_mb, processes))
    own = sum(resident_mb(pid, "RssAnon") for pid in processes)
    size = (bench.light / "chokepoint-agent").stat().st_size / 1e6
    rows.append(("agent, idle, resident", f"{resident:.1f} MB", f"{own:.1f} MB of it its own, the rest pages of files",
                 "<= 12 MB"))
    rows.append(("- its file (preset light)", f"{size:.1f} MB", "", "<= 10 MB"))
    rows.append(("- of one core", f"{used:.2%}", "trying to reach a controller that is not there", "< 0.05 %"))
    bench.stop(agent)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=ROOT / "build/release", help="where bench_wire is")
    parser.add_argument("--light", default=ROOT / "build/light", help="where the agent is")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
    rows = []
    try:
        subprocess.run(inside("ip", "link", "set", "lo", "up"), check=True)
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(options.build, options.light, folder, options.runs)
            try:
                bench.start(bench.wire, "serve", PORT)
                time.sleep(0.3)
                for part in (proxy, delay, loss, idle):
                    part(bench, rows)
            finally:
                for process in list(bench.started):
                    process.kill()
                    process.wait()
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)
    publish(rows, options.runs, "agents", "end agents", options.write)


if __name__ == "__main__":
    main()
