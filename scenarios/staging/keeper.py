"""The first process of a staging system; `mini_exchange.py up` starts it in namespaces of its own. Usage: keeper.py STATE

It builds the network, starts the servers, waits until they answer, and then collects processes that have ended. It is
process 1 of its namespace: when it ends, by whatever, the kernel ends everything else and the networks are gone.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import traceback

import agents
import servers
from layout import (CONTROLLER_PORT, EDGE, EDGE_ADDRESS, HOSTS, LANE_PORT, LANES, Refused, State, ZONES, address, gateway,
                    network)
from placement import Member
from watch import answers, ask, reachable

PATIENCE = 20  # seconds, for the exchange to answer
EDGE_USER = "33"  # nginx gives up being root by itself, and cannot where only root is mapped


def run(*command, given=None):
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{' '.join(command)}: {done.stderr.strip()}")


def say(kind, **more):
    print(json.dumps({"kind": kind, **more}), flush=True)


class Keeper:
    def __init__(self, state):
        self.state = state
        self.plan = json.loads(state.plan.read_text())
        self.members = [Member(**member) for member in self.plan["members"]]
        self.started = {}

    def write_down_who_we_are(self):
        """As those outside see us: /proc is still theirs."""
        pid = int(os.readlink("/proc/self"))
        start = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19]
        told = {"pid": pid, "start": int(start), "pid_namespace": os.stat("/proc/self/ns/pid").st_ino,
                "rootless": self.plan["rootless"]}
        following = self.state.keeper.with_suffix(".next")
        following.write_text(json.dumps(told))
        following.rename(self.state.keeper)
        run("mount", "-t", "proc", "proc", "/proc")

    def build_network(self):
        """A bridge for each zone. Our own network is the edge's, which forwards between them; what it asks itself comes
        from where users are, and not from the zone's own gateway."""
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        links = ["link set lo up", "link add users type bridge", f"addr add {EDGE_ADDRESS}/24 dev users", "link set users up"]
        for zone in ZONES:
            links += [f"link add zone-{zone} type bridge", f"addr add {gateway(zone)}/24 dev zone-{zone}",
                      f"link set zone-{zone} up", f"route change {network(zone)} dev zone-{zone} src {EDGE_ADDRESS}"]
        for host in HOSTS:
            self.state.network(host).touch()
            run("unshare", f"--net={self.state.network(host)}", "true")
            links += [f"link add {host} type veth peer name eth0 netns {self.state.network(host)}",
                      f"link set {host} master zone-{host[0]} up"]
        run("ip", "-batch", "-", given="\n".join(links))
        for host in HOSTS:
            self.run_on(host, "ip", "-batch", "-", given="\n".join([
                "link set lo up", f"addr add {address(host)}/24 dev eth0", "link set eth0 up",
                f"route add default via {gateway(host[0])}"]))

    def on(self, host, *command):
        return [*(() if host == EDGE else ("nsenter", f"--net={self.state.network(host)}")), *command]

    def run_on(self, host, *command, given=None):
        run(*self.on(host, *command), given=given)

    def start(self, host, name, command):
        self.state.write_starter(name, [str(word) for word in command])
        self.started[name] = subprocess.Popen(self.on(host, *self.state.starter(name)), start_new_session=True,
                                              stdin=subprocess.DEVNULL)

    def start_book(self):
        data = self.state.folder / "data"
        for member in self.members:
            name = agents.starter_name(member)
            self.start(member.host, name, servers.etcd(member, self.members, data / name, self.plan["pre_vote"]))
            # One after the other: those that start together wait a second for each other, and for seven when the
            # first election overtakes them.
            self.wait(lambda member=member: answers(address(member.host), member.peer_port, "/members"),
                      f"{name} does not answer")

    def is_book_whole(self):
        return all(answers(address(member.host), member.client_port, "/health") for member in self.members)

    def start_lanes(self):
        data = self.state.folder / "data"
        for host in LANES:
            config = data / f"{host}-lane.cfg"
            config.write_text(servers.haproxy(host, self.members))
            self.start(host, f"{host}-lane", [servers.program("haproxy"), "-W", "-f", config])
        self.wait(lambda: all(reachable(address(host), LANE_PORT) for host in LANES), "the lanes do not listen")

    def start_edge(self):
        data = self.state.folder / "data"
        (data / "nginx").mkdir()
        self.state.features.write_text(servers.features())
        config = data / "nginx.conf"
        config.write_text(servers.nginx(self.state))
        nginx = [servers.program("nginx"), "-e", self.state.log("nginx"), "-c", config]
        if self.plan["rootless"]:
            nginx = [servers.program("unshare"), "--user", f"--map-user={EDGE_USER}", f"--map-group={EDGE_USER}", *nginx]
        supervise = pathlib.Path(__file__).with_name("supervise.py")
        self.start(EDGE, "roll-out", [agents.interpreter(), "-I", "-S", supervise, servers.EDGE_MEMORY_KB, *nginx])

    def start_agents(self):
        programs = pathlib.Path(self.plan["bin"])
        agents.issue_certificates(self.state, programs)
        (self.state.folder / "data" / "controller").mkdir()
        self.start(EDGE, "controller", [programs / "chokepoint-controller", "run", "--config",
                                        self.state.folder / "controller.yaml"])
        self.wait(lambda: reachable(EDGE_ADDRESS, CONTROLLER_PORT), "the controller does not listen")
        for host in (EDGE, *HOSTS):
            self.start(host, f"{host}-agent", [programs / "chokepoint-agent", "run", "--config",
                                               agents.config_file(self.state, host)])

    def wait(self, holds, otherwise):
        until = time.monotonic() + PATIENCE
        while not holds():
            self.fail_if_one_ended()
            if time.monotonic() > until:
                raise Refused(f"{otherwise} within {PATIENCE} s; see {self.state.folder / 'log'}")
            time.sleep(0.02)

    def fail_if_one_ended(self):
        for name, process in self.started.items():
            if process.poll() is not None:
                log = self.state.log(name)
                last = log.read_text(errors="replace").splitlines()[-3:] if log.exists() else []
                raise Refused(f"{name} ended with {process.returncode}: " + " | ".join(last))

    def build(self):
        self.write_down_who_we_are()
        self.build_network()
        say("step", text="six hosts in three zones")
        self.start_book()
        if self.plan["bin"]:
            self.start_agents()
            say("step", text="a controller and seven agents")
        # Who begins with what does not answer yet takes it for dead, and waits.
        self.wait(self.is_book_whole, "the order book has no leader")
        self.start_lanes()
        self.start_edge()
        self.wait(lambda: ask("trade") and ask("view"), "trade and view do not answer")
        self.fail_if_one_ended()
        say("ready")


def main():
    state = State(sys.argv[1])
    try:
        Keeper(state).build()
    except Refused as error:
        say("refused", text=str(error))
        sys.exit(1)
    except Exception:
        traceback.print_exc()
        say("refused", text=f"the keeper broke; see {state.log('keeper')}")
        sys.exit(1)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    while True:  # orphans too become ours
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(1)


if __name__ == "__main__":
    main()
