#!/usr/bin/python3
"""Game days on the exchange to practise on, one after the other: staging up, plan, start, watch, compare, down. Ends with
a table of what was predicted and what was observed. Exit: 0 all held, otherwise as the first that did not.
"""

import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # as in mini_exchange.py

ROOT = pathlib.Path(__file__).resolve().parents[2]
GAMEDAYS = ROOT / "scenarios/library/gamedays"
DEPLOYMENTS = ROOT / "scenarios/deployments"
MAY = ROOT / "scenarios/library/incidents/coinbase-use1-az4-2026.yaml"

# name -> scenario, variant, deployment, pace, what `mini_exchange.py up` is told besides
PLAYS = {
    "zone-loss": (GAMEDAYS / "zone-loss.yaml", "base", "mini-exchange", "1x", []),
    "zone-loss-balanced": (GAMEDAYS / "zone-loss.yaml", "balanced", "mini-exchange-balanced", "1x", ["--pre-vote"]),
    "zone-loss-cut": (GAMEDAYS / "zone-loss.yaml", "balanced-cut", "mini-exchange-balanced", "1x", []),
    "slow-zone": (GAMEDAYS / "slow-zone.yaml", "base", "mini-exchange", "1x", []),
    "slow-zone-balanced": (GAMEDAYS / "slow-zone.yaml", "balanced", "mini-exchange-balanced", "1x", []),
    "config-bloat": (GAMEDAYS / "config-bloat.yaml", "base", "mini-exchange-edge", "1x", []),
    "rebuild": (GAMEDAYS / "rebuild.yaml", "base", "mini-exchange", "1x", []),
    "may-2026": (MAY, "base", "may-2026-on-mini-exchange", "120x", []),
    "may-2026-three-zones": (MAY, "three-zones", "may-2026-three-zones-on-mini-exchange", "120x", ["--pre-vote"]),
}
USUAL = ["zone-loss", "zone-loss-balanced"]


class Play:
    def __init__(self, name, options, folder):
        self.name, self.bin, self.seeds = name, options.bin, options.seeds
        self.scenario, self.variant, deployment, self.pace, self.more = PLAYS[name]
        self.scenario, self.variant = options.scenario or self.scenario, options.variant or self.variant
        self.deployment = DEPLOYMENTS / f"{deployment}.yaml"
        self.state = pathlib.Path(folder) / f"{name}-staging"
        self.plan = pathlib.Path(folder) / f"{name}.json"
        self.record = pathlib.Path(options.out or folder) / name

    def command(self, verb, *words):
        return [sys.executable, str(ROOT / "scenarios/staging/mini_exchange.py"), verb, "--state", str(self.state),
                "--bin", str(self.bin), *words]

    def staging(self, verb, *words):
        return subprocess.run(self.command(verb, *words), check=False).returncode

    @contextlib.contextmanager
    def people(self):
        """Those of the scenario do their work on staging too, if the plan has any for them."""
        if not json.loads(self.plan.read_text())["work"]:
            yield
            return
        team = subprocess.Popen(self.command("team", str(self.plan)))
        try:
            yield
        finally:
            team.terminate()
            team.wait()

    def run(self):
        """The exit code of the game day."""
        print(f"\n=== {self.name}: {self.scenario.stem}, {self.variant}, on {self.deployment.stem}", flush=True)
        planned = subprocess.run(
            [str(self.bin / "chokepoint"), "gameday", "plan", str(self.scenario), "--deployment", str(self.deployment),
             "--variant", self.variant, "--pace", self.pace, "--seeds", str(self.seeds), "--out", str(self.plan)],
            check=False)
        if planned.returncode != 0:
            return planned.returncode
        code = self.staging("up", "--deployment", str(self.deployment), *self.more)
        if code != 0:
            return code
        try:
            with self.people():
                return self.staging("exec", "edge", "chokepoint", "gameday", "start", str(self.plan),
                                    "--out", str(self.record))
        finally:
            self.staging("down")

    def rows(self):
        """For each capability: predicted and observed seconds without it, and how the game day ended."""
        try:
            plan = json.loads((self.record / "plan.json").read_text())
            record = json.loads((self.record / "record.json").read_text())
        except OSError:
            return [(self.name, "-", "-", "-", "not carried out")]
        seen = {m["subject"]: m["value"] for m in record["measures"] if m["name"] == "outage"}
        ended = record["outcome"].removeprefix("OUTCOME_").lower().replace("_", " ")
        bands = {b["capability"]: b for b in plan["bands"] if b["measure"] == "outage"}
        return [
            (self.name, capability, f"{bands[capability]['low']:.1f} to {bands[capability]['high']:.1f}",
             f"{seen[capability]:.1f}" if capability in seen else "-", ended)
            for capability in sorted(bands) if capability in plan["deployment"]["probes"]
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(PLAYS)}, or all ({' '.join(USUAL)})")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="where Chokepoint's programs are")
    parser.add_argument("--seeds", type=int, default=20, help="how many simulated runs predict (20)")
    parser.add_argument("--scenario", type=pathlib.Path,
                        help="another file than the game day's own, such as one that `chokepoint calibrate` wrote")
    parser.add_argument("--variant", help="another design than the game day's own")
    parser.add_argument("--out", help="a folder for the records; absent: they are not kept")
    options = parser.parse_args()
    options.bin = options.bin.resolve()
    names = list(PLAYS) if options.names == ["all"] else options.names or USUAL
    unknown = [name for name in names if name not in PLAYS]
    if unknown:
        parser.error(f"no such game day: {unknown[0]}")
    with tempfile.TemporaryDirectory(prefix="chokepoint-play-") as folder:
        plays = [Play(name, options, folder) for name in names]
        codes = [play.run() for play in plays]
        rows = [("game day", "capability", "predicted without it, s", "observed, s", "")]
        for play in plays:
            rows += play.rows()
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    return next((code for code in codes if code != 0), 0)


if __name__ == "__main__":
    sys.exit(main())
