#!/usr/bin/python3
"""Times Chokepoint next to its peers, interleaved, and prints a table; --write puts it into the docs."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import publish

ROOT = Path(__file__).resolve().parent.parent
INCIDENT = ROOT / "scenarios/library/incidents/coinbase-use1-az4-2026.yaml"
ERLANG_C_WAIT = 0.204590  # M/M/10, rho 0.8, in units of the service time


def day_of_cohorts(times):
    """Eight hours, 50 services in five chains, 200 racks in three regions; 1e8 requests at times = 1."""
    places = "".join(f"  region-{r}: {{racks: {67 if r < 2 else 66}}}\n" for r in range(3))
    services, capabilities = "", ""
    for chain in range(5):
        for hop in range(10):
            calls = f", calls: {{s-{chain}-{hop + 1}: {{timeout: 2s}}}}" if hop < 9 else ""
            services += (f"  s-{chain}-{hop}: {{service: {{replicas: 4, at: [region-0, region-1, region-2], "
                         f"capacity: {400 * times}/s, service_time: 10ms{calls}}}}}\n")
        capabilities += f"  c-{chain}: {{needs: [s-{chain}-0]}}\n"
    uses = ", ".join(f"c-{chain}: 20%" for chain in range(5))
    return (f"scenario: cohorts\nhorizon: 8h\ntraffic: {{tick: 1s, sample: 1min}}\nplaces:\n{places}"
            f"components:\n{services}capabilities:\n{capabilities}"
            f"users: {{all: {{rate: {3472.2 * times}/s, uses: {{{uses}}}}}}}\n")


def big_platform(racks):
    """As many racks over 100 places, and one service."""
    places = "".join(f"  p-{p}: {{racks: {racks // 100}}}\n" for p in range(100))
    return (f"scenario: big\nhorizon: 1s\nplaces:\n{places}"
            "components: {app: {service: {replicas: 100, at: [p-0, p-99]}}}\n")


REASSIGNMENT = """
scenario: reassignment
horizon: 6h
traffic: {tick: 1h, sample: 1h}
places: {a: {racks: 100}, b: {racks: 100}, c: {racks: 100}}
components:
  log: {log: {brokers: 200, at: [a, b], partitions: 2000, replication: 2, control_plane: {election: 5h}, inflow: 1MB/s,
        consume_limit: 10GB/s, stored_per_broker: 1200GB, copy_limit: 100MB/s}}
faults: {loss: {at: 1s, place_loss: {place: a}}}
operators:
  team: {watches: {component: log, is: degraded}, detection: 0s, runbook: {move: {reassign: {component: log, at: c}}}}
"""


class Bench:
    def __init__(self, build, folder, runs):
        self.bin = Path(build) / "bin"
        self.folder = Path(folder)
        self.runs = runs

    def scenario(self, name, text):
        path = self.folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def once(self, command):
        begin = time.perf_counter()
        out = subprocess.run(command, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - begin
        if out.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{out.stderr}")
        return {**json.loads(out.stdout or "{}"), "wall": wall}

    def interleave(self, commands):
        """Each command in turn, runs times, after one warm-up; name -> list of results."""
        results = {name: [] for name in commands}
        for run in range(self.runs + 1):
            for name, command in commands.items():
                result = self.once(command)
                if run:
                    results[name].append(result)
        return results


def median(results, key):
    return statistics.median(result[key] for result in results)


def discrete(bench, rows):
    results = bench.interleave({
        "ours": [bench.bin / "bench_mm10", "1e6"],
        "ns-3": [bench.bin / "bench_ns3_mm10", "1e6"],
        "SimPy": ["/usr/bin/python3", ROOT / "bench/peers/simpy_mm10.py", "100000"],
    })
    rates = {}
    for name, found in results.items():
        wait = median(found, "wait")
        if abs(wait / ERLANG_C_WAIT - 1) > (0.10 if name == "SimPy" else 0.03):
            sys.exit(f"{name} waits {wait}, not {ERLANG_C_WAIT}: it does other work")
        rates[name] = statistics.median(r["customers"] / r["seconds"] for r in found)
    ours = rates["ours"]
    rows.append(("M/M/10 at rho 0.8, customers per second", f"{ours:,.0f}", "", ""))
    rows.append(("- ns-3 event core", f"{rates['ns-3']:,.0f}", f"ours is {ours / rates['ns-3']:.2f} x", ">= 1 x"))
    rows.append(("- SimPy 3", f"{rates['SimPy']:,.0f}", f"ours is {ours / rates['SimPy']:.1f} x", ">= 20 x"))


def cohorts(bench, rows):
    results = bench.interleave({
        "once": [bench.bin / "bench_run", bench.scenario("cohorts", day_of_cohorts(1))],
        "thousandfold": [bench.bin / "bench_run", bench.scenario("cohorts-1000", day_of_cohorts(1000))],
    })
    seconds = median(results["once"], "seconds")
    growth = median(results["thousandfold"], "seconds") / seconds
    rows.append((f"8 h, {median(results['once'], 'requests'):.3g} requests, 50 services, 200 racks, 1 s tick",
                 f"{seconds:.3f} s", "", "<= 0.1 s"))
    rows.append(("- the same with 1,000 times the rate", "", f"{growth:.2f} x the time", "< 1.2 x"))


def incident(bench, rows):
    results = bench.interleave({
        "run": [bench.bin / "bench_run", INCIDENT],
        "process": [bench.bin / "chokepoint", "run", INCIDENT, "--json"],
    })
    rows.append(("May 2026, 22 h: the run", f"{median(results['run'], 'seconds'):.3f} s", "", "<= 0.1 s"))
    rows.append(("- whole process, loading and JSON included", f"{median(results['process'], 'wall'):.3f} s", "", ""))
    rows.append(("- peak memory", f"{median(results['run'], 'peak_mb'):.0f} MB", "", "<= 100 MB"))


def overhead(bench, rows):
    results = bench.interleave({
        "bare": [bench.bin / "bench_bare_simgrid"],
        "ours": [bench.bin / "bench_run", bench.scenario("reassignment", REASSIGNMENT)],
    })
    bare, ours = median(results["bare"], "seconds"), median(results["ours"], "seconds")
    rows.append(("100 actors, 20,000 transfers on bare SimGrid", f"{bare:.3f} s", "", ""))
    rows.append(("- the same as a reassignment of a log", f"{ours:.3f} s", f"{ours / bare:.2f} x", "<= 1.3 x"))


def platforms(bench, rows):
    sizes = (1000, 5000, 10000)
    results = bench.interleave({
        size: [bench.bin / "bench_run", bench.scenario(f"big-{size}", big_platform(size))] for size in sizes})
    seconds = {size: median(results[size], "seconds") for size in sizes}
    for size in sizes:
        goal = "<= 2 s" if size == 10000 else ""
        rows.append((f"{size:,} racks in 100 places, set up and run 1 s", f"{seconds[size]:.3f} s",
                     f"{seconds[size] / seconds[1000]:.1f} x", goal))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=ROOT / "build/bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.build, folder, options.runs)
        for part in (discrete, cohorts, incident, overhead, platforms):
            part(bench, rows)
    publish(rows, options.runs, "table", "end", options.write)


if __name__ == "__main__":
    main()
