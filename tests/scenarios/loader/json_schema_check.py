"""Checks the committed JSON Schema with an independent validator.

Usage: json_schema_check.py SCHEMA FILE...: every FILE must be valid, and every mistake below must not be.
"""

import copy
import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """As editors read YAML: an instant stays a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

SOUND = yaml.load(
    """
scenario: shop
horizon: 2h
places: {zone-a: {cooling: {heating: 0.6degC/min, trip: 40degC}}, zone-b: }
components:
  web: {service: {replicas: 4, at: [zone-a, zone-b], calls: {db: {retry: 3}}}}
  db: {quorum: {members: 5, at: zone-a}}
capabilities: {buy: {needs: [web, {component: db, at_least: 60%}], value: $40}}
users: {all: {rate: 100/s, uses: {buy: 100%}}}
faults: {cut: {when: {all: [{component: db, is: up}]}, place_loss: {place: zone-a}}}
expect:
  fast: {basis: predicted, timing: {event: {component: db, is: down}, at_most: 5h51m}}
  few: {basis: predicted, measure: {name: outage, capability: buy, at_most: 5min}}
variants: {other: {components: {db: {quorum: {members: 3}}, web: null}, horizon: 3h}}
""",
    Loader,
)

MISTAKES = {
    "an unknown key": ("components.web.service.replica", 4),
    "a number without unit": ("horizon", 2),
    "a unit of another kind": ("horizon", "2MB"),
    "a count below its minimum": ("components.db.quorum.members", 0),
    "a fraction of a count": ("components.db.quorum.members", 2.5),
    "two kinds of one component": ("components.db.service", {"replicas": 1, "at": "zone-a"}),
    "no kind": ("components.none", {}),
    "a missing field": ("components.less", {"service": {"replicas": 1}}),
    "an unknown state": ("expect.fast.timing.event.is", "dwon"),
    "two questions at once": ("expect.fast.timing.event.below", "50%"),
    "a value beside a bound": ("expect.fast.timing.value", "5min"),
    "a name with capitals": ("components.Web", {"service": {"replicas": 1, "at": "zone-a"}}),
    "an unknown key in a variant": ("variants.other.horizn", "3h"),
    "a wrong unit in a variant": ("variants.other.horizon", 3),
    "a variant in a variant": ("variants.other.variants", {}),
    "another form of instant": ("start", "yesterday"),
    "an empty list": ("capabilities.buy.needs", []),
}


def with_change(path, value):
    scenario = copy.deepcopy(SOUND)
    *way, last = path.split(".")
    target = scenario
    for name in way:
        target = target[name]
    target[last] = value
    return scenario


def main(schema_file, *files):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures = [f"a sound scenario: {e.message}" for e in validator.iter_errors(SOUND)]
    for name in files:
        with open(name, encoding="utf-8") as file:
            scenario = yaml.load(file, Loader)
        failures += [f"{name}: {list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(scenario)]
    for mistake, (path, value) in MISTAKES.items():
        if validator.is_valid(with_change(path, value)):
            failures.append(f"takes {mistake}: {path} = {value!r}")
    print("\n".join(failures) or f"{len(files)} files are valid, {len(MISTAKES)} mistakes are not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
