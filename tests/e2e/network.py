"""Hosts to practise on: network namespaces of the test's own."""

import os
import shutil
import subprocess
import sys
import time


NEW_NAMESPACES = ["unshare", "--mount", "--net", "--pid", "--fork"]


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def inside(name, *command):
    return ["nsenter", f"--net=/run/netns/{name}", *command]


def wait(holds, seconds):
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def skip_without_namespaces(prefix):
    """Exits 77 where none can be made."""
    trial = subprocess.run(["ip", "netns", "add", f"{prefix}try"], check=False, capture_output=True)
    if trial.returncode != 0:
        print("skipped: no network namespaces can be made here")
        sys.exit(77)
    subprocess.run(["ip", "netns", "del", f"{prefix}try"], check=True)


def skip_without_staging():
    """Exits 77 where scenarios/staging cannot stand."""
    for program in ("nginx", "haproxy", "etcd", "nft"):
        if not shutil.which(program, path="/usr/sbin:/usr/bin"):
            print("skipped: no", program)
            sys.exit(77)
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    if subprocess.run([*NEW_NAMESPACES, *root, "true"], check=False, capture_output=True).returncode != 0:
        print("skipped: no namespaces can be made here")
        sys.exit(77)
