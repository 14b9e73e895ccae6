"""The order book after most of its members are lost: what its team does by hand, as etcd's manual has it
(https://etcd.io/docs/v3.4/op-guide/recovery/). A member that is left gives a snapshot of all that was traded; a new
cluster is made of it, and the lanes are pointed there. Whoever is left answers views all the while.
"""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import agents
import servers
from layout import LANES, Refused, address
from placement import Member, beside
from processes import end, start_of
from watch import answers

PATIENCE = 20  # seconds, for a member to answer
TOKEN = "mini-exchange-rebuilt"  # so that members of the old cluster, should they come back, are strangers


class Book:
    """Inside the namespaces of the staging system, on the edge."""

    def __init__(self, state):
        self.state = state
        told = json.loads(state.plan.read_text())
        self.members = [Member(**member) for member in told["members"]]
        self.pre_vote = told["pre_vote"]
        self.snapshot = state.folder / "data" / "book.snapshot"

    def rebuild(self, hosts, at_most=None):
        """New members in place of those that do not answer, on these hosts in turns."""
        lost = [one for one in self.members if not answers(address(one.host), one.client_port, "/version")][:at_most]
        kept = [one for one in self.members if one not in lost]
        if not lost:
            return
        if not kept:
            raise Refused("no member of the order book is left; what was traded is gone")
        for one in lost:
            self.stop(one)  # fenced: three of them, cut off together, would go on when their host is back
        self.snapshot.unlink(missing_ok=True)
        self.etcdctl("snapshot", "save", self.snapshot, source=max(kept, key=revision_of))
        hosts = hosts or [one.host for one in lost]
        new = []
        for turn, one in enumerate(lost):
            new.append(beside(self.members + new, hosts[turn % len(hosts)], one.number, one.process))
        self.members = sorted([*kept, *new], key=lambda one: one.number)
        for one in new:
            self.begin(one)
        self.wait_for(new)
        self.point_lanes_there()
        for one in kept:
            self.stop(one)
            self.begin(one)
            self.wait_for([one])

    def begin(self, member):
        """A member of the new cluster, with what the snapshot holds."""
        name = agents.starter_name(member)
        data = self.state.folder / "data" / name
        shutil.rmtree(data, ignore_errors=True)
        self.etcdctl("snapshot", "restore", self.snapshot, "--data-dir", data, "--initial-cluster-token", TOKEN,
                     *servers.identity(member, self.members))
        command = servers.etcd(member, self.members, data, self.pre_vote)
        self.state.write_starter(name, [str(word) for word in command])
        on = ["nsenter", f"--net={self.state.network(member.host)}"]
        subprocess.Popen([*on, *self.state.starter(name)], start_new_session=True, stdin=subprocess.DEVNULL)

    def wait_for(self, members):
        until = time.monotonic() + PATIENCE
        for one in members:
            while not answers(address(one.host), one.client_port, "/health"):
                if time.monotonic() > until:
                    name = agents.starter_name(one)
                    raise Refused(f"{name} does not answer within {PATIENCE} s; see {self.state.log(name)}")
                time.sleep(0.05)

    def etcdctl(self, *words, source=None):
        at = [f"--endpoints={address(source.host)}:{source.client_port}"] if source else []
        done = subprocess.run(
            [servers.program("etcdctl"), *at, *map(str, words)], env={**os.environ, "ETCDCTL_API": "3"},
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(f"etcdctl {' '.join(map(str, words[:2]))}: {done.stderr.strip()}")

    def stop(self, member):
        pid = int(self.state.pid_file(agents.starter_name(member)).read_text())
        begun = start_of(pid)
        program = pathlib.Path(servers.program("etcd")).resolve()
        if begun is not None and pathlib.Path(f"/proc/{pid}/exe").resolve() == program:
            end(pid, begun)

    def point_lanes_there(self):
        for host in LANES:
            config = self.state.folder / "data" / f"{host}-lane.cfg"
            config.write_text(servers.haproxy(host, self.members))
            os.kill(int(self.state.pid_file(f"{host}-lane").read_text()), signal.SIGUSR2)


def revision_of(member):
    """How far it got: of those that are left, one may know of more trades than another."""
    link = http.client.HTTPConnection(address(member.host), member.client_port, timeout=2)
    try:
        link.request("POST", "/v3/maintenance/status", b"{}", {"Content-Type": "application/json"})
        return int(json.loads(link.getresponse().read())["header"].get("revision", 0))
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return -1
    finally:
        link.close()
