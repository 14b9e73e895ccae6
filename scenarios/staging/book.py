"""The order book after most of its members are lost: what its team does by hand. The members that are left hold all that
was traded; one of them becomes a cluster of its own, and new ones join it
(https://etcd.io/docs/v3.4/op-guide/recovery/, and --force-new-cluster in .../op-guide/configuration/).
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


class Book:
    """Inside the namespaces of the staging system, on the edge."""

    def __init__(self, state):
        self.state = state
        told = json.loads(state.plan.read_text())
        self.members = [Member(**member) for member in told["members"]]
        self.pre_vote = told["pre_vote"]

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
        hosts = hosts or [one.host for one in lost]
        new = []
        for turn, one in enumerate(lost):
            host = hosts[turn % len(hosts)]
            new.append(beside(self.members + new, host, one.number, one.process))
        # One after the other: whoever asks for a view is answered all the while by those that are not being changed.
        first, others = kept[-1], kept[:-1]
        self.stop(first)
        self.start(first, [first], "--force-new-cluster", "--strict-reconfig-check=false")
        together = [first]
        for one in new:
            self.join(one, together)
        self.point_lanes_at([*kept, *new])
        for one in others:
            self.stop(one)
            self.join(one, together)
        self.members = sorted(together, key=lambda one: one.number)

    def join(self, member, together):
        peer = f"http://{address(member.host)}:{member.peer_port}"
        self.ask(together[0], "/v3/cluster/member/add", {"peerURLs": [peer]})
        together.append(member)
        shutil.rmtree(self.data(member), ignore_errors=True)
        self.start(member, together)

    def ask(self, member, path, body):
        until = time.monotonic() + PATIENCE
        while True:
            link = http.client.HTTPConnection(address(member.host), member.client_port, timeout=5)
            try:
                link.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
                answer = link.getresponse()
                told = answer.read().decode(errors="replace")
                if answer.status == 200:
                    return
            except (OSError, http.client.HTTPException) as error:
                told = str(error)
            finally:
                link.close()
            # etcd adds nobody while those that it added before have not caught up.
            if time.monotonic() > until:
                raise Refused(f"member {member.number} does not take {path}: {told}")
            time.sleep(0.1)

    def data(self, member):
        return self.state.folder / "data" / agents.starter_name(member)

    def start(self, member, together, *alone):
        name = agents.starter_name(member)
        command = servers.etcd(member, together, self.data(member), self.pre_vote, joins=not alone)
        self.state.write_starter(name, [*command, *alone])
        on = ["nsenter", f"--net={self.state.network(member.host)}"]
        subprocess.Popen([*on, *self.state.starter(name)], start_new_session=True, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not answers(address(member.host), member.client_port, "/health"):
            if time.monotonic() > until:
                raise Refused(f"{name} does not answer within {PATIENCE} s; see {self.state.log(name)}")
            time.sleep(0.05)
        self.state.write_starter(name, command)  # for whoever starts it again later

    def stop(self, member):
        pid_file = self.state.pid_file(agents.starter_name(member))
        pid = int(pid_file.read_text())
        begun = start_of(pid)
        if begun is not None and pathlib.Path(f"/proc/{pid}/exe").resolve() == pathlib.Path(servers.program("etcd")).resolve():
            end(pid, begun)

    def point_lanes_at(self, members):
        for host in LANES:
            config = self.state.folder / "data" / f"{host}-lane.cfg"
            config.write_text(servers.haproxy(host, members))
            os.kill(int(self.state.pid_file(f"{host}-lane").read_text()), signal.SIGUSR2)
