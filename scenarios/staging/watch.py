"""Asks the exchange for a trade and for a view, again and again, and prints outages. Usage: watch.py [SECONDS | --once]

What counts as an answer is what the deployments' probes say: one within a second, with a revision in it.
"""

import http.client
import socket
import sys
import threading
import time

from layout import EDGE_ADDRESS, EDGE_PORT

EVERY = 0.1  # seconds
TIMEOUT = 1.0
QUESTIONS = {
    "trade": ("/v3/kv/put", b'{"key": "b3JkZXI=", "value": "MQ=="}'),
    "view": ("/v3/kv/range", b'{"key": "b3JkZXI=", "serializable": true}'),
}


def ask(capability):
    path, body = QUESTIONS[capability]
    link = http.client.HTTPConnection(EDGE_ADDRESS, EDGE_PORT, timeout=TIMEOUT)
    try:
        link.request("POST", path, body, {"Content-Type": "application/json"})
        answer = link.getresponse()
        return answer.status == 200 and b"revision" in answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def reachable(host, port):
    try:
        socket.create_connection((host, port), TIMEOUT).close()
        return True
    except OSError:
        return False


def answers(host, port, path):
    link = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        link.request("GET", path)
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


class Watch(threading.Thread):
    """Of one capability. `outages`: when the first question that failed was asked, and the first that was answered
    again, in seconds after `begun`; the end is None while it lasts."""

    def __init__(self, capability, begun, tell=lambda text: None):
        super().__init__(daemon=True)
        self.capability = capability
        self.begun = begun
        self.tell = tell
        self.outages = []
        self.asked = 0
        self.over = threading.Event()

    def run(self):
        is_up = True
        while not self.over.is_set():
            at = time.monotonic()
            answered = ask(self.capability)
            self.asked += 1
            if is_up and not answered:
                self.outages.append([at - self.begun, None])
                self.tell(f"{at - self.begun:7.2f} s  {self.capability} is down")
            if not is_up and answered:
                self.outages[-1][1] = at - self.begun
                self.tell(f"{at - self.begun:7.2f} s  {self.capability} is up, after {at - self.begun - self.outages[-1][0]:.2f} s")
            is_up = answered
            self.over.wait(max(0.0, EVERY - (time.monotonic() - at)))


def main():
    if sys.argv[1:] == ["--once"]:
        return answers_now()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else float("inf")
    begun = time.monotonic()
    watches = [Watch(capability, begun, lambda text: print(text, flush=True)) for capability in QUESTIONS]
    for watch in watches:
        watch.start()
    try:
        while time.monotonic() - begun < seconds:
            time.sleep(min(0.1, seconds))
    except KeyboardInterrupt:
        print()
    for watch in watches:
        watch.over.set()
    for watch in watches:
        watch.join()
        down = sum((end or time.monotonic() - begun) - start for start, end in watch.outages)
        print(f"{watch.capability}: {watch.asked} questions, down {down:.2f} s in {len(watch.outages)} outages")
    return 0


def answers_now():
    answered = {capability: ask(capability) for capability in QUESTIONS}
    for capability, is_up in answered.items():
        print(f"  {capability:14} {'is up' if is_up else 'is down'}")
    return 0 if all(answered.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
