"""Does what a plan says that people do, while its game day runs: rebuilds lost members of the order book elsewhere, shuts
and opens the market. Usage: team.py STATE PLAN; `mini_exchange.py team` runs it on the edge.

It begins when the plan says so and not earlier, says how long it took, and ends with the game day. What it cannot do it
says, and leaves to whoever reads it.
"""

import http.client
import json
import sys
import time

import yaml

from book import Book
from layout import Refused, State

CONTROLLER = ("127.0.0.1", 9464)
RUNNING = "GAME_DAY_STATE_RUNNING"
PATIENCE = 60  # seconds, for the game day to begin
PERIOD = 0.2


def say(at, text):
    print(f"{at:7.1f}s team: {text}", flush=True)


def game_days():
    link = http.client.HTTPConnection(*CONTROLLER, timeout=2)
    try:
        link.request("GET", "/api/v1/game-days")
        return json.loads(link.getresponse().read())["game_days"]
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return []  # a controller that is being started again
    finally:
        link.close()


class Day:
    """The game day of a plan: the one that runs, of its scenario and variant."""

    def __init__(self, plan):
        self.plan = plan
        self.is_over = False
        self.zero = None

    def look(self):
        of_ours = [one for one in game_days()
                   if (one["scenario"], one["variant"]) == (self.plan["scenario"], self.plan["variant"])]
        running = [one for one in of_ours if one["state"] == RUNNING]
        if running:
            self.zero = time.monotonic() - running[0]["at_s"]
        elif self.zero is not None and of_ours:
            self.is_over = True
        return bool(running)

    def wait_for_it(self):
        until = time.monotonic() + PATIENCE
        while not self.look():
            if time.monotonic() > until:
                raise Refused(f"no game day of {self.plan['scenario']} began within {PATIENCE} s")
            time.sleep(PERIOD)

    def now(self):
        return time.monotonic() - self.zero

    def wait_until(self, at):
        """False when the game day is over before."""
        while not self.is_over and self.now() < at:
            time.sleep(max(0.0, min(PERIOD, at - self.now())))
            self.look()
        return not self.is_over


class Team:
    def __init__(self, state, plan):
        self.state = state
        self.plan = plan
        self.day = Day(plan)
        self.book = Book(state)

    def work(self):
        if not self.plan["work"]:
            raise Refused("the plan has no work for people")
        self.day.wait_for_it()
        try:
            for step in sorted(self.plan["work"], key=lambda one: one["from_s"]):
                if not self.day.wait_until(step["from_s"]):
                    say(self.day.now(), "the game day is over; the rest is not done")
                    return
                self.do(step)
        finally:
            self.state.market_shut.unlink(missing_ok=True)

    def do(self, step):
        begun = self.day.now()
        (kind, action), = yaml.safe_load(step["action"]).items()
        said = f"{step['by']}: {step['action']}"
        if kind == "gate" and "trade" in self.plan["deployment"]["probes"]:
            self.turn("trade" in action["lets"])
        elif kind == "rebuild" and action["component"] in self.plan["deployment"]["components"]:
            self.book.rebuild(self.hosts(action), action.get("members"))
        else:
            say(begun, f"cannot do this here, please do it by hand: {said}")
            return
        took, planned = self.day.now() - begun, step["to_s"] - step["from_s"]
        say(self.day.now(), said + (f"; took {took:.1f} s of {planned:.1f} s" if planned > 0 else ""))

    def turn(self, is_open):
        if is_open:
            self.state.market_shut.unlink(missing_ok=True)
        else:
            self.state.market_shut.touch()

    def hosts(self, action):
        """Where new members go, in turns; nothing: where the lost ones stood."""
        bound = self.plan["deployment"]["places"]
        unbound = [place for place in action.get("at", []) if place not in bound]
        if unbound:
            raise Refused(f"no host stands for {unbound[0]}")
        return [host for place in action.get("at", []) for host in bound[place]["agents"]]


def main():
    try:
        with open(sys.argv[2], encoding="utf-8") as file:
            plan = json.load(file)
        Team(State(sys.argv[1]), plan).work()
    except (Refused, OSError, ValueError) as error:
        print(f"team: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
