"""The table that a benchmark prints, and its place in the docs."""

import os
import platform
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs/PERFORMANCE.md"


def publish(rows, runs, begin, end, write):
    """Prints the rows; with `write` also puts them into the page, between the two marks."""
    lines = ["| measured | median | next to | goal |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    text = "\n".join(lines) + f"\n\n{os.cpu_count()} cores, {platform.machine()}, {runs} interleaved runs each, medians\n"
    print(text, end="")
    if write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(f"<!-- {begin} -->\n")
        _, _, tail = rest.partition(f"<!-- {end} -->")
        PAGE.write_text(f"{head}<!-- {begin} -->\n{text}<!-- {end} -->{tail}", encoding="utf-8")
