#!/usr/bin/python3
"""Prints docs/remedies.md: what each remedy of the library buys, from runs with seed 1.

    docs/remedies.py build/release/bin/chokepoint > docs/remedies.md
"""

import json
import pathlib
import re
import subprocess
import sys

LIBRARY = pathlib.Path(__file__).resolve().parent.parent / "scenarios" / "library"
DAY = 86400
DAYS = {
    "hall-dark": 1,
    "name-empty": 2,
    "file-too-large": 3,
    "provider-lies": 4,
    "phished": 5,
    "cut-off": 6,
    "cloud-dark": 7,
}
MONEY = {
    "funds_lost": "stolen",
    "bad_debt": "bad debt",
    "value_lost": "requests missed",
    "bounty_paid": "paid to white hats",
}
MOST_COLUMNS = 8


def run(program, path, variant, seed=1):
    command = [program, "run", str(path), "--json", "--seed", str(seed)]
    if variant:
        command += ["--variant", variant]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def variants(path):
    """None for the base, then the names as they stand in the file, two spaces in."""
    text = path.read_text().partition("\nvariants:\n")[2]
    return [None] + re.findall(r"^  ([a-z0-9-]+):", text, re.MULTILINE)


def measure(record, subject, name):
    for found in record["measures"]:
        if found["subject"] == subject and found["name"] == name:
            return found["value"]
    return 0


def money(record, name):
    return sum(m["value"] for m in record["measures"] if m["name"] == name)


def down(record, capability, begin, end):
    """Seconds in which it was down between two moments."""
    total = 0
    for interval in record["intervals"]:
        if interval["scope"] != "capability" or interval["subject"] != capability:
            continue
        if interval["state"] == "down":
            total += max(0, min(interval["to_s"], end) - max(interval["from_s"], begin))
    return total


def minutes(seconds):
    return f"{seconds / 60:,.0f}" if seconds >= 30 else ("<1" if seconds > 0 else "0")


def millions(dollars):
    return f"{round(dollars / 1e6, 1) + 0:,.1f}"


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def run_all(program, path):
    return {variant: run(program, path, variant) for variant in variants(path)}


def print_designs(records):
    row("design", *DAYS, "together", "stolen", "missed", "saved")
    row("---", *["---:"] * (len(DAYS) + 4))
    base = None
    for variant, record in records.items():
        stolen, missed = money(record, "funds_lost"), money(record, "value_lost")
        base = stolen + missed if base is None else base
        row(
            variant or "as it was",
            *[minutes(down(record, "trade", d * DAY, (d + 1) * DAY)) for d in DAYS.values()],
            minutes(measure(record, "trade", "outage")),
            millions(stolen),
            millions(missed),
            millions(base - stolen - missed),
        )


def print_prices(records):
    row(
        "design",
        "price a year, kUSD",
        "commit, ms",
        "writes lost, s",
        "two engines at once, min",
        "payouts refused, MUSD",
        "withdrawals down, min",
    )
    row("---", *["---:"] * 6)
    for variant, record in records.items():
        price = money(record, "price_per_year")
        row(
            variant or "as it was",
            f"{price / 1e3:,.1f}" if price else "",
            f"{measure(record, 'engine', 'commit_time') * 1e3:.1f}",
            f"{measure(record, 'engine', 'data_lost'):.0f}",
            minutes(measure(record, "engine", "split_brain")),
            millions(measure(record, "treasury", "honest_blocked")),
            minutes(measure(record, "withdraw", "outage")),
        )


def print_incident(program, path):
    records = run_all(program, path)
    capabilities = sorted(
        m["subject"] for m in records[None]["measures"] if m["name"] == "availability"
    )
    touched = [c for c in capabilities if any(measure(r, c, "outage") for r in records.values())]
    kinds = [name for name in MONEY if any(money(r, name) for r in records.values())]
    if len(touched) <= MOST_COLUMNS:
        heads = [f"{c}, min" for c in touched]
        cells = lambda record: [minutes(measure(record, c, "outage")) for c in touched]
    else:
        heads = ["capabilities that were down", "of"]
        cells = lambda record: [
            str(sum(measure(record, c, "outage") > 0 for c in capabilities)),
            str(len(capabilities)),
        ]
    print(f"\n## {path.stem}\n")
    row("remedy", *heads, *[f"{MONEY[name]}, MUSD" for name in kinds])
    row("---", *["---:"] * (len(heads) + len(kinds)))
    for variant, record in records.items():
        row(
            variant or "as it was",
            *cells(record),
            *[millions(money(record, name)) for name in kinds],
        )


def main():
    program = sys.argv[1]
    print(__doc__.split("\n", 1)[0].replace("Prints docs/remedies.md: what", "# What").rstrip("."), end="\n\n")
    print(
        "Made by `docs/remedies.py`. Minutes are those in which a capability was down. Missed requests count"
        "\nwith their value. Money rests on the grades beside the figures in each file; what was stolen and"
        "\nlent upon is in both columns, so they do not add up. One seed is one story: read differences, not"
        "\ndigits.\n"
    )
    print("## One exchange, seven bad days\n")
    print(
        "Minutes without trading on each day of `scenarios/library/designs/exchange.yaml`; money in MUSD. The"
        "\nfile says beside each design what it is.\n"
    )
    exchange = run_all(program, LIBRARY / "designs" / "exchange.yaml")
    print_designs(exchange)
    print(
        "\nWhat they cost: a price where a source gives one (empty: none does), slower commits, writes that the"
        "\ncopy did not have, two engines that write at once, and owners who wait for their own money: behind a"
        "\nlimit, while a breaker has tripped, or because it was stolen. A timelock of a day lets each of its"
        "\norders wait a day.\n"
    )
    print_prices(exchange)
    print_incident(program, LIBRARY / "designs" / "bounty.yaml")
    for path in sorted((LIBRARY / "incidents").glob("*.yaml")):
        print_incident(program, path)


if __name__ == "__main__":
    main()
