#!/usr/bin/python3
"""A small exchange to practise game days on, on one machine: three zones of two hosts behind an edge, with a controller
and an agent on every host. scenarios/staging/README.md says what stands where.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # nothing is left behind, not even beside this file
import agents
import processes
import servers
from layout import EDGE, EDGE_ADDRESS, EDGE_PORT, HOSTS, Refused, State, address, default_state
from placement import read_members

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOYMENT = ROOT / "scenarios/deployments/mini-exchange.yaml"
HERE = pathlib.Path(__file__).resolve()


class Staging:
    def __init__(self, state):
        self.state = state
        self.identity = json.loads(state.keeper.read_text()) if state.keeper.exists() else None

    def stands(self):
        return self.identity is not None and processes.start_of(self.identity["pid"]) == self.identity["start"]

    def entering(self, host):
        """The words before a command that is to run on a host."""
        pid = self.identity["pid"]
        words = ["nsenter", f"--target={pid}", "--mount", "--pid"]
        if self.identity["rootless"]:
            words += ["--user", "--preserve-credentials"]
        network = "--net" if host == EDGE else f"--net=/proc/{pid}/root{self.state.network(host)}"
        return [*words, network, "--", "env", "-C", os.getcwd()]

    @contextlib.contextmanager
    def namespaces_held(self):
        """The numbers of its namespaces, of networks and of processes, as far as they can be seen. Held open meanwhile,
        so that the kernel gives none of these numbers to somebody else's."""
        root = f"/proc/{self.identity['pid']}"
        held = []
        try:
            for path in (f"{root}/ns/pid", f"{root}/ns/net",
                         *(f"{root}/root{self.state.network(host)}" for host in HOSTS)):
                with contextlib.suppress(OSError):  # half built, or ending
                    held.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
            yield {os.fstat(number).st_ino for number in held}
        finally:
            for number in held:
                os.close(number)


def up(options):
    state = State(options.state)
    if Staging(state).stands():
        raise Refused(f"a staging system stands in {state.folder} already: {command(options, 'down')}")
    if state.folder.exists():
        raise Refused(f"{state.folder} is there already; if an earlier one left it behind: {command(options, 'down')}")
    for program in servers.PACKAGES:
        servers.program(program)
    members = read_members(options.deployment, options.book)
    missing = [] if options.without_agents else agents.missing_programs(options.bin)
    if missing:
        raise Refused(f"{options.bin} lacks {', '.join(missing)}; build them, or say --without-agents")
    rootless = options.rootless or os.geteuid() != 0
    begun = time.monotonic()
    state.make()
    try:
        state.plan.write_text(json.dumps({
            "members": [vars(member) for member in members],
            "rootless": rootless, "pre_vote": options.pre_vote,
            "bin": None if options.without_agents else os.path.abspath(options.bin)}))
        agents.write_configs(state, members)
        start_keeper(state, rootless)
    except BaseException as error:
        take_down(state, keep_logs=isinstance(error, Refused))
        raise
    show(options, state, members, time.monotonic() - begun)


def start_keeper(state, rootless):
    new = ["unshare", "--mount", "--net", "--pid", "--fork", *(["--user", "--map-root-user"] if rootless else [])]
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1",
                   "HOME": "/", "LC_ALL": "C.UTF-8"}
    with open(state.log("keeper"), "wb") as log:
        keeper = subprocess.Popen(
            [*new, sys.executable, str(HERE.with_name("keeper.py")), str(state.folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True, cwd="/",
            env=environment)
    try:
        listen(keeper, state)
    except BaseException:
        os.killpg(keeper.pid, signal.SIGKILL)  # it may not have written down yet who it is
        keeper.wait()
        raise


def listen(keeper, state):
    for line in keeper.stdout:
        told = json.loads(line)
        if told["kind"] == "ready":
            return
        if told["kind"] == "refused":
            raise Refused(told["text"])
        print(told["text"], file=sys.stderr)
    keeper.wait()
    why = state.log("keeper").read_text(errors="replace").strip()
    raise Refused(f"no namespaces can be made here: {why}; it takes root, or a kernel that lets everybody make user "
                  "namespaces")


def show(options, state, members, took):
    lines = [f"The exchange stands after {took:.1f} s, in {state.folder}.", ""]
    lines.append(f"  {EDGE:5} {EDGE_ADDRESS:12} nginx, port {EDGE_PORT}" +
                 ("" if options.without_agents else "; the controller, port 7443"))
    for host, told in servers.hosts_of(members).items():
        lines.append(f"  {host:5} {address(host):12} {'; '.join(told) or 'nothing but an agent'}")
    lines += [
        "",
        f"Outages as users see them:  {command(options, 'watch')}",
        f"A command on a host:        {command(options, 'exec')} {HOSTS[0]} ip addr",
        f"A fault, by hand:           {command(options, 'exec')} {HOSTS[0]} chokepoint-agent apply FAULT.yaml --local "
        f"--config {agents.config_file(state, HOSTS[0])}",
        *([] if options.without_agents else
          [f"A game day:                 chokepoint gameday plan SCENARIO --deployment {options.deployment} --out plan.json",
           f"                            {command(options, 'exec')} {EDGE} chokepoint gameday start plan.json"]),
        f"The end:                    {command(options, 'down')}",
    ]
    print("\n".join(lines), flush=True)


def command(options, verb):
    words = [options.said_as, verb]
    if options.state != default_state():
        words += ["--state", str(options.state)]
    return " ".join(words)


def down(options):
    state = State(options.state)
    if not state.folder.exists():
        print(f"Nothing stands in {state.folder}.")
        return
    take_down(state)
    print(f"Nothing is left: 0 processes, 0 networks, and {state.folder} is gone.")


def take_down(state, keep_logs=False):
    """Everything lives in namespaces whose first process is the keeper: the kernel ends all of it with that one."""
    if not state.mark.exists():
        raise Refused(f"{state.folder} is no staging system of this script; nothing was touched")
    staging = Staging(state)
    strangers = []
    if staging.stands():
        with staging.namespaces_held() as numbers:
            processes.end(staging.identity["pid"], staging.identity["start"])
            left = processes.in_namespaces("pid", numbers)
            if left:
                raise Refused(f"processes {left} live on without their first one, which no kernel should allow")
            until = time.monotonic() + 2  # a question that is just ending is no stranger
            while (strangers := processes.in_namespaces("net", numbers)) and time.monotonic() < until:
                time.sleep(0.05)
    if keep_logs:
        logs = pathlib.Path(f"{state.folder}.log")
        shutil.rmtree(logs, ignore_errors=True)
        shutil.move(state.folder / "log", logs)
        print(f"its logs: {logs}", file=sys.stderr)
    shutil.rmtree(state.folder)
    if strangers:
        shown = ", ".join(f"{pid} ({processes.command_of(pid)})" for pid in strangers)
        raise Refused(f"the staging system is gone, but processes that it did not start hold on to its networks: {shown}")


def status(options):
    state = State(options.state)
    staging = Staging(state)
    if not staging.stands():
        print(f"Nothing stands in {state.folder}" + (", but the folder is there." if state.folder.exists() else "."))
        return 1
    inside = processes.in_namespaces("pid", {staging.identity["pid_namespace"]})
    numbers = {inner_number(pid): pid for pid in inside}
    is_whole = True
    for pid_file in sorted((state.folder / "run").glob("*.pid")):
        pid = numbers.get(int(pid_file.read_text() or 0))
        is_whole = is_whole and pid is not None
        print(f"  {pid_file.stem:14} {'process ' + str(pid) if pid else 'does not run'}")
    asked = subprocess.run(
        [*staging.entering(EDGE), sys.executable, str(HERE.with_name("watch.py")), "--once"], text=True,
        capture_output=True, check=False)
    print(asked.stdout, end="")
    return 0 if is_whole and asked.returncode == 0 else 1


def inner_number(pid):
    """As it is called in its own namespace of processes."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    except OSError:
        pass
    return None


def enter(options, host, words):
    staging = Staging(State(options.state))
    if not staging.stands():
        raise Refused(f"nothing stands in {options.state}: {command(options, 'up')}")
    if host not in (EDGE, *HOSTS):
        raise Refused(f"there is no host '{host}'; there are {EDGE}, {', '.join(HOSTS)}")
    os.environ["PATH"] = f"{os.path.abspath(options.bin)}:{os.environ.get('PATH', '')}"
    for name, value in agents.operator(staging.state).items():
        os.environ.setdefault(name, value)
    os.execvp("nsenter", [*staging.entering(host), *words])


def parse(arguments):
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--state", type=pathlib.Path, default=default_state(), help="the folder that everything is kept in")
    shared.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/dev/bin", help="where Chokepoint's programs are")
    shared.add_argument("--said-as", default=str(HERE), help=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(prog="mini_exchange.py", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    made = verbs.add_parser("up", parents=[shared], help="build it, and wait until it answers")
    made.add_argument("--deployment", type=pathlib.Path, default=DEPLOYMENT,
                      help="says which hosts hold the members of the order book")
    made.add_argument("--book", help="the order book's name there, if several components have processes")
    made.add_argument("--pre-vote", action="store_true",
                      help="members of the order book ask before they stand for election (off in etcd 3.4 by default)")
    made.add_argument("--without-agents", action="store_true", help="servers only")
    made.add_argument("--rootless", action="store_true", help="in a user namespace, as without root anyway")
    verbs.add_parser("down", parents=[shared], help="end all of it, and prove that nothing is left")
    verbs.add_parser("status", parents=[shared], help="what runs, and whether it answers")
    watched = verbs.add_parser("watch", parents=[shared], help="ask for trades and views, and print outages")
    watched.add_argument("--for", dest="seconds", type=float, help="so many seconds; otherwise until Ctrl-C")
    entered = verbs.add_parser("exec", parents=[shared], help="run a command on a host")
    entered.add_argument("host", help=f"{EDGE}, {', '.join(HOSTS)}")
    entered.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    acted = verbs.add_parser("team", parents=[shared],
                             help="do what a plan says that people do, while its game day runs")
    acted.add_argument("plan", type=pathlib.Path)
    options = parser.parse_args(arguments)
    if options.state is None:
        raise Refused("XDG_RUNTIME_DIR is not set, so say where: --state FOLDER")
    options.state = pathlib.Path(os.path.abspath(options.state))
    return options


def main(arguments):
    try:
        options = parse(arguments)
        if options.verb == "up":
            return up(options)
        if options.verb == "down":
            return down(options)
        if options.verb == "status":
            return status(options)
        if options.verb == "watch":
            words = [sys.executable, str(HERE.with_name("watch.py"))]
            return enter(options, EDGE, words + ([str(options.seconds)] if options.seconds else []))
        if options.verb == "team":
            words = [sys.executable, str(HERE.with_name("team.py")), str(options.state), os.path.abspath(options.plan)]
            return enter(options, EDGE, words)
        return enter(options, options.host, options.words)
    except Refused as error:
        print(f"mini_exchange: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
