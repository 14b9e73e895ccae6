"""Keeps the edge's nginx running, as a service manager does. Usage: supervise.py MEMORY_KB COMMAND...

nginx gets so much address space and no more. When it ends it is started again a second later. SIGHUP is the roll-out
of a new file by restart: nginx is ended and started at once. (A roll-out by reload is a SIGHUP to nginx itself, which
keeps the old file when it cannot take in the new one.)
"""

import resource
import signal
import subprocess
import sys
import time

PAUSE = 1.0  # seconds, from the end of a process to its next start
PATIENCE = 5.0  # seconds, for a process to end when it is asked to


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


def main():
    memory = int(sys.argv[1]) * 1024
    command = sys.argv[2:]
    wanted = {signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    while True:
        nginx = subprocess.Popen(command, preexec_fn=lambda: begin(memory, wanted))
        say(f"nginx is process {nginx.pid}")
        told = watch(nginx, wanted)
        if nginx.poll() is None:
            end(nginx)
        if told == signal.SIGTERM:
            return
        if told == signal.SIGHUP:
            say("restarting nginx")
            continue
        say(f"nginx ended with {nginx.returncode}; again in {PAUSE} s")
        told = signal.sigtimedwait({signal.SIGHUP, signal.SIGTERM}, PAUSE)
        if told is not None and told.si_signo == signal.SIGTERM:
            return


def begin(memory, wanted):
    signal.pthread_sigmask(signal.SIG_UNBLOCK, wanted)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def watch(nginx, wanted):
    """Until nginx has ended (None) or somebody has told us something (the signal)."""
    while nginx.poll() is None:
        told = signal.sigwait(wanted)
        if told != signal.SIGCHLD:
            return told
    return None


def end(nginx):
    nginx.terminate()
    try:
        nginx.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        nginx.kill()
        nginx.wait()


if __name__ == "__main__":
    main()
