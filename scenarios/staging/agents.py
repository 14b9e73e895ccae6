"""What the agents and the controller are told, and the certificates that they know each other by."""

import os
import pathlib
import subprocess
import sys

import yaml

from layout import CONTROLLER_PORT, EDGE, EDGE_ADDRESS, EVERYBODY, HOSTS, LANES, Refused
from servers import program

LEASE = "10s"
LARGEST_FEATURES = "64MB"
PROGRAMS = ("chokepoint", "chokepoint-controller", "chokepoint-agent", "chokepoint-guardian", "chokepoint-delay",
            "chokepoint-load", "chokepoint-proxy")


def missing_programs(folder):
    return [name for name in PROGRAMS if not os.access(pathlib.Path(folder) / name, os.X_OK)]


def interpreter():
    """As /proc shows it."""
    return os.path.realpath(sys.executable)


def config_file(state, name):
    return state.folder / "agents" / f"{name}.yaml"


def write_configs(state, members):
    for host in HOSTS:
        config_file(state, host).write_text(yaml.safe_dump(host_config(state, host, members), sort_keys=False))
    config_file(state, EDGE).write_text(yaml.safe_dump(edge_config(state), sort_keys=False))
    (state.folder / "controller.yaml").write_text(yaml.safe_dump(controller_config(state), sort_keys=False))


def link(state, name):
    return {"address": f"{EDGE_ADDRESS}:{CONTROLLER_PORT}", "authority": str(state.pki / "ca.pem"),
            "certificate": str(state.pki / f"{name}.pem"), "key": str(state.pki / f"{name}.key")}


def begin(state, name):
    return {"agent": name, "state": str(state.folder / "agents" / name), "lease": LEASE, "controller": link(state, name)}


def host_config(state, host, members):
    processes = {}
    for member in members:
        if member.host == host:
            name = starter_name(member)
            processes[member.process] = {"pid_file": str(state.pid_file(name)), "executable": program("etcd"),
                                         "restart": state.starter(name)}
    if host in LANES:
        processes["lane"] = {"pid_file": str(state.pid_file(f"{host}-lane")), "executable": program("haproxy"),
                             "restart": state.starter(f"{host}-lane")}
    return {**begin(state, host), "processes": processes, "interfaces": {
        "uplink": {"interface": "eth0", "peers": [EVERYBODY], "left_alone": [CONTROLLER_PORT]}}}


def edge_config(state):
    """One file, told in two ways: `features` goes out by a restart of nginx, `features-by-reload` by a reload."""
    path = {"path": str(state.features), "largest": LARGEST_FEATURES}
    return {
        **begin(state, EDGE),
        "processes": {
            "nginx": {"pid_file": str(state.pid_file("nginx")), "executable": program("nginx")},
            "roll-out": {"pid_file": str(state.pid_file("roll-out")), "executable": interpreter()},
        },
        "files": {"features": {**path, "reload": "roll-out"}, "features-by-reload": {**path, "reload": "nginx"}},
    }


def controller_config(state):
    told = link(state, "controller")
    return {"controller": "mini-exchange", "listen": told.pop("address"), "state": str(state.folder / "data" / "controller"),
            **told, "revoked": str(state.pki / "revoked.pem"), "http": "127.0.0.1:9464"}


def operator(state):
    """What `chokepoint gameday` is told on the edge, where the controller is: in its environment."""
    told = link(state, "you")
    return {f"CHOKEPOINT_{name}": told[key] for name, key in (
        ("CONTROLLER", "address"), ("AUTHORITY", "authority"), ("CERTIFICATE", "certificate"), ("KEY", "key"))}


def starter_name(member):
    return f"{member.host}-{member.process}"


def issue_certificates(state, programs):
    chokepoint = str(pathlib.Path(programs) / "chokepoint")
    folder = ["--folder", str(state.pki)]
    orders = [["init"], ["issue", "controller", "controller", "--address", EDGE_ADDRESS], ["issue", "operator", "you"]]
    orders += [["issue", "agent", name] for name in (EDGE, *HOSTS)]
    for order in orders:
        done = subprocess.run([chokepoint, "pki", *order, *folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(f"chokepoint pki {' '.join(order)}: {done.stderr.strip()}")
