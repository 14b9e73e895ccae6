#!/usr/bin/python3
"""What an installation puts on a host. Usage: install_test.py BUILD"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAMS = {"chokepoint-agent", "chokepoint-guardian", "chokepoint-delay", "chokepoint-load", "chokepoint-proxy",
            "chokepoint-controller"}


def main():
    build = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder)
        subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, capture_output=True)

        installed = {path.name for path in (prefix / "bin").iterdir()}
        assert installed == PROGRAMS, installed

        told = subprocess.run([prefix / "bin/chokepoint-agent", "--help"], check=True, capture_output=True, text=True)
        commands = re.findall(r"^  ([a-z]+) {2,}\S", told.stdout, re.M)
        page = (prefix / "share/man/man8/chokepoint-agent.8").read_text(encoding="utf-8")
        assert {"apply", "revert", "status", "run", "preflight"} <= set(commands), commands
        for word in (*commands, r"\-\-dry\-run", r"\-\-config", "Exit status"):
            assert word in page, f"the page does not speak of {word}"
        for line in page.splitlines():
            assert folder not in line and str(build) not in line, f"the page names a folder of the build: {line}"

        unit = (prefix / "lib/systemd/system/chokepoint-agent.service").read_text(encoding="utf-8")
        assert re.search(r"^ExecStart=/\S+/chokepoint-agent run --config /etc/chokepoint/agent.yaml$", unit, re.M)
        assert "\nKillMode=process\n" in unit, "guardians would be killed with their agent"
        assert "@" not in unit

        page = (prefix / "share/man/man8/chokepoint-controller.8").read_text(encoding="utf-8")
        assert "audit" in page and "Exit status" in page
        unit = (prefix / "lib/systemd/system/chokepoint-controller.service").read_text(encoding="utf-8")
        assert re.search(r"^ExecStart=/\S+/chokepoint-controller run --config ", unit, re.M) and "@" not in unit


main()
