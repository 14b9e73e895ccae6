"""Which host holds which member of the order book: read from a deployment, so that it is written in one place."""

import pathlib

import yaml

from layout import HOSTS, Refused

MEMBERS = 5
CLIENT_PORT = 2379  # and the next one for other members; ten more for each further member of a host


class Member:
    def __init__(self, number, host, process, client_port):
        self.number = number
        self.host = host
        self.process = process  # as the agent's configuration calls it
        self.client_port = client_port

    @property
    def peer_port(self):
        return self.client_port + 1


def read_members(deployment, book=None):
    """`book`: the component; absent, the only one whose members are processes."""
    path = pathlib.Path(deployment)
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Refused(f"cannot read the deployment {path}: {error}") from error
    components = told.get("components") if isinstance(told, dict) else None
    if not isinstance(components, dict):
        raise Refused(f"{path}: no 'components', so nothing says where the order book's members stand")
    found = [name for name, binding in components.items()
             if any(member.get("process") for member in (binding or {}).get("members") or [])]
    if book is None and len(found) != 1:
        raise Refused(f"{path}: components whose members are processes: {', '.join(found) or 'none'}; "
                      "say which is the order book: --book NAME")
    if book is not None and book not in found:
        raise Refused(f"{path}: no component '{book}' whose members are processes")
    return place(components[book or found[0]]["members"], path)


def beside(members, host, number, process):
    """One more member on a host, at ports that no other has."""
    taken = [one.client_port for one in members if one.host == host]
    return Member(number, host, process, max(taken, default=CLIENT_PORT - 10) + 10)


def place(bindings, path):
    if len(bindings) != MEMBERS:
        raise Refused(f"{path}: {len(bindings)} members are bound; the order book has {MEMBERS}")
    members = []
    for number, binding in enumerate(bindings):
        host, process = binding.get("agent"), binding.get("process")
        if host not in HOSTS:
            raise Refused(f"{path}: member {number} stands on '{host}'; the hosts are {', '.join(HOSTS)}")
        if not process or any(one.host == host and one.process == process for one in members):
            raise Refused(f"{path}: member {number} needs a 'process' that no other member on {host} has")
        members.append(beside(members, host, number, process))
    return members
