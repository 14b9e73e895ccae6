"""Processes as /proc shows them, and how one is ended for certain."""

import os
import pathlib
import select
import signal

GONE_WITHIN = 10  # seconds


def start_of(pid):
    """When it was started, in ticks since the boot: together with its number it is this process and no other. None:
    there is no such process, or only what is left of one that ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def end(pid, start):
    """Kills this process, if it is still the one that was started then, and waits until it is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if start_of(pid) != start:
            return
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        if not select.select([handle], [], [], GONE_WITHIN)[0]:
            raise TimeoutError(f"process {pid} does not end")
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)


def in_namespaces(kind, numbers):
    """Those that are in one of these namespaces of a kind (pid, net)."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.stat(entry / "ns" / kind).st_ino in numbers and start_of(entry.name) is not None:
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def command_of(pid):
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="replace").strip()
