"""Where everything stands: six hosts in three zones, and the edge that users, operators and zones meet at."""

import json
import os
import pathlib
import sys

ZONES = ("a", "b", "c")
HOSTS = tuple(zone + number for zone in ZONES for number in "12")
EDGE = "edge"
EDGE_ADDRESS = "10.78.0.1"
EVERYBODY = "10.78.0.0/16"
EDGE_PORT = 8080
LANE_PORT = 8000
CONTROLLER_PORT = 7443
LANES = tuple(zone + "2" for zone in ZONES)  # HAProxy stands on the second host of each zone


class Refused(Exception):
    """What cannot be done, and what to do instead; shown to people as it is."""


def address(host):
    return f"10.78.{ZONES.index(host[0]) + 1}.1{host[1]}"


def gateway(zone):
    return f"10.78.{ZONES.index(zone) + 1}.1"


def network(zone):
    return f"10.78.{ZONES.index(zone) + 1}.0/24"


def default_state():
    """On a file system in memory, and nobody else's to write to."""
    if os.geteuid() == 0:
        return pathlib.Path("/run/chokepoint-staging")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return pathlib.Path(runtime, "chokepoint-staging") if runtime else None


class State:
    """The folder that a staging system keeps everything in, and what it is called there."""

    def __init__(self, folder):
        self.folder = pathlib.Path(os.path.abspath(folder))
        self.mark = self.folder / "this-is-a-chokepoint-staging"
        self.keeper = self.folder / "keeper.json"
        self.plan = self.folder / "plan.json"
        self.features = self.folder / "features.map"
        self.market_shut = self.folder / "market-is-shut"  # while this file is there the edge takes no orders
        self.pki = self.folder / "pki"

    def make(self):
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700)
        self.mark.touch()
        for name in ("run", "log", "net", "data", "agents"):
            (self.folder / name).mkdir()

    def network(self, host):
        return self.folder / "net" / host

    def pid_file(self, name):
        return self.folder / "run" / f"{name}.pid"

    def log(self, name):
        return self.folder / "log" / f"{name}.log"

    def starter(self, name):
        """The command that starts a process anew: for the keeper, and for an agent that reverts a process_stop."""
        return [sys.executable, "-I", "-S", str(pathlib.Path(__file__).with_name("launch.py")),
                str(self.folder / "run" / f"{name}.json")]

    def write_starter(self, name, command, **more):
        (self.folder / "run" / f"{name}.json").write_text(json.dumps({
            "command": command, "pid_file": str(self.pid_file(name)), "log": str(self.log(name)), **more}))
