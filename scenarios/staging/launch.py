"""Becomes the program that a file describes, after writing down its process number. Usage: launch.py FILE

{"command": [...], "pid_file": PATH, "log": PATH}. Programs such as etcd write no pid file of their own, and agents
know processes by theirs.
"""

import json
import os
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        told = json.load(file)
    log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with open(told["pid_file"] + ".next", "w", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    os.rename(told["pid_file"] + ".next", told["pid_file"])
    os.execv(told["command"][0], told["command"])


if __name__ == "__main__":
    main()
