#!/usr/bin/python3
"""The rules of the tree that no compiler checks. Usage: tidy.py ROOT; prints every breach, exits 1 if any."""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

LINE_LIMIT = 500
CODE = {".cpp", ".h", ".proto", ".py", ".cmake"}
BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "misc"}
# layer -> what it may include of ours; tests may include everything
MAY_INCLUDE = {
    "scenarios": {"scenarios"},
    "sim": {"sim", "scenarios"},
    "agents": {"agents", "scenarios"},
    "controller": {"controller", "scenarios"},
    "cli": {"cli", "sim", "scenarios", "controller", "agents"},
}
# third-party header prefix -> folders that may see it
PRIVATE = {
    "simgrid": ["sim", "tests/sim", "bench/peers"],
    "xbt": ["sim", "tests/sim", "bench/peers"],
    "yaml-cpp": ["scenarios", "agents/bloat"],
    "CLI": ["cli", "agents/app.cpp", "agents/proxy/main.cpp", "controller/app.cpp"],
    "boost": ["agents/proxy", "controller/probes/http_exchange.cpp", "sim/statistics"],
    "grpcpp": ["scenarios/services", "agents/link", "controller", "cli/remote", "tests", "bench/many_agents.cpp"],
    "httplib.h": ["controller/http", "tests/controller"],
    "nftables": ["agents/system"],
    "openssl": ["agents/system", "scenarios/services", "controller/plan/sha256.cpp", "controller/identity",
                "controller/pki", "tests/controller"],
    "prometheus": ["agents/link", "controller/http"],
    "sqlite3.h": ["controller/store"],
}
GRADES = {"A", "B", "C", "D", "G"}
SCOPES = {"capability": "a capability", "users": "a group of users", "component": "a component", "place": "a place"}
UNITS = {"DURATION": "duration", "RATIO": "share", "MONEY": "US dollars", "NONE": "count", "BYTES": "bytes",
         "TEMPERATURE": "degC"}


def files(root: Path):
    """Paths that git knows (or all, outside a checkout), relative to the root."""
    run = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                         capture_output=True, text=True, check=False)
    if run.returncode == 0 and run.stdout:
        names = [Path(name) for name in run.stdout.splitlines()]
    else:
        names = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return sorted(name for name in names if (root / name).is_file())


def text_of(root: Path, name: Path) -> str:
    try:
        return (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def check_includes(name: Path, text: str):
    layer = name.parts[0]
    if name.suffix not in {".cpp", ".h"}:
        return
    for line, include in enumerate(text.splitlines(), 1):
        found = re.match(r'#include [<"]([\w./+-]+)[>"]', include)
        if not found:
            continue
        head = found.group(1).split("/")[0]
        if layer in MAY_INCLUDE and head in MAY_INCLUDE and head not in MAY_INCLUDE[layer]:
            yield f"{name}:{line}: {layer} must not include {head}"
        seen_by = PRIVATE.get(head)
        if seen_by is not None and not any(name.is_relative_to(folder) for folder in seen_by):
            yield f"{name}:{line}: only {', '.join(seen_by)} may see {head}"


def check_size(name: Path, text: str):
    lines = text.count("\n")
    if name.suffix in {".cpp", ".h"} and lines > LINE_LIMIT:
        yield f"{name}: {lines} lines, at most {LINE_LIMIT}: split it by noun"


def check_name(name: Path):
    for part in (*name.parts[:-1], name.stem):
        if part.lower() in BANNED_NAMES:
            yield f"{name}: '{part}' says nothing: name it after what it is"


def forbidden_words(root: Path):
    glossary = root / "docs" / "glossary.md"
    words = set()
    if glossary.exists():
        for row in glossary.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in row.split("|")]
            if len(cells) == 5 and cells[1] not in {"use", "---"}:
                words |= {word.strip().lower() for word in cells[3].split(",") if word.strip()}
    return words


def check_words(name: Path, text: str, words):
    if name.name in {"glossary.md", "LICENSE"} or name.suffix not in CODE | {".md", ".yaml", ".ipynb"}:
        return
    if name.is_relative_to("tests/tidy"):
        return
    for line, content in enumerate(text.splitlines(), 1):
        for word in sorted(words):
            if re.search(rf"\b{re.escape(word)}\b", content.lower()):
                yield f"{name}:{line}: '{word}': the glossary has another word for it"


def check_leftovers(name: Path, text: str):
    if name.name == "LICENSE" or name.is_relative_to("tests/tidy"):
        return
    for line, content in enumerate(text.splitlines(), 1):
        if re.search(r"(^|[^\w.])/(work|root)/|pyenv", content):
            yield f"{name}:{line}: a path of one machine"
        if re.search(r"\b(TODO|FIXME|XXX)\b", content):
            yield f"{name}:{line}: open work belongs into an issue"


def quotations(text: str):
    """What stands in backticks on one line, outside blocks of code."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return sorted(set(re.findall(r"`([^`\n]+)`", prose)))


def check_paths(root: Path, name: Path, text: str):
    """Paths that a page quotes exist, if they begin with a folder of the tree."""
    if name.suffix != ".md":
        return
    for quoted in quotations(text):
        if "/" in quoted and " " not in quoted and (root / quoted.split("/")[0]).is_dir():
            if not (root / quoted).exists() and not any(root.glob(quoted)):
                yield f"{name}: '{quoted}' does not exist"


def check_architecture(root: Path, names):
    """Symbols that the page quotes stand in the code, and every path that it quotes is one of the tree."""
    page = root / "docs" / "ARCHITECTURE.md"
    if not page.exists():
        return
    code = "\n".join(text_of(root, name) for name in names
                     if name.suffix in CODE and name.parts[0] != "tests")
    for quoted in quotations(page.read_text(encoding="utf-8")):
        if (root / quoted).exists() or " " in quoted:
            continue
        if "/" in quoted:
            if not (root / quoted.split("/")[0]).is_dir():  # else check_paths says it
                yield f"docs/ARCHITECTURE.md: '{quoted}' does not exist"
        elif re.fullmatch(r"[A-Za-z_][\w:]*", quoted):
            if not all(re.search(rf"\b{part}\b", code) for part in quoted.split("::")):
                yield f"docs/ARCHITECTURE.md: no '{quoted}' in the code"


def check_links(root: Path, name: Path, text: str):
    if name.suffix != ".md":
        return
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not (root / name.parent / target).exists():
            yield f"{name}: link to '{target}' leads nowhere"


def check_notebook(name: Path, text: str):
    if name.suffix != ".ipynb":
        return
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError):
        yield f"{name}: not a notebook"
        return
    for number, cell in enumerate(cells):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"{name}: cell {number} is stored with its output"


def check_measures(root: Path):
    """docs/measures.md lists the measures of the code, each under its owner and with its unit."""
    source, page = root / "scenarios/base/measures.cpp", root / "docs/measures.md"
    if not source.exists():
        return
    known = {(SCOPES[scope], name, UNITS[unit]) for scope, name, unit in re.findall(
        r'MeasureInfo\{\s*"(\w+)",\s*"(\w+)",\s*v1::UNIT_(\w+)', source.read_text(encoding="utf-8"))}
    if not known:
        yield "scenarios/base/measures.cpp: tidy.py finds no measure in it any more"
    shown, owner = set(), ""
    for row in page.read_text(encoding="utf-8").splitlines() if page.exists() else ():
        if row.startswith("## Of "):
            owner = row.removeprefix("## Of ")
        elif found := re.match(r"\| `(\w+)` \| ([^|]+) \|", row):
            shown.add((owner, found.group(1), found.group(2)))
    for owner, name, unit in sorted(known - shown):
        yield f"docs/measures.md: '{name}' of {owner} ({unit}) stands only in the code"
    for owner, name, unit in sorted(shown - known):
        yield f"docs/measures.md: '{name}' of {owner} ({unit}) stands only in the page"


def check_readme(root: Path):
    """The first scenario of the README is a file of the library, to the letter."""
    readme, first = root / "README.md", root / "scenarios/library/examples/first.yaml"
    if readme.exists() and first.exists():
        if f"```yaml\n{first.read_text(encoding='utf-8')}```" not in readme.read_text(encoding="utf-8"):
            yield "README.md: its first scenario is not scenarios/library/examples/first.yaml"


def merged(base, over):
    """As the loader merges a variant: maps key by key, null removes, anything else replaces."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    keys = [*base, *(key for key in over if key not in base)]
    both = {key: merged(base.get(key), over[key]) if key in over else base[key] for key in keys}
    return {key: value for key, value in both.items() if value is not None}


def check_evidence(name: Path, text: str):
    """Expectations of incidents say how good the evidence is, and predicted ones how to refute them."""
    if not name.is_relative_to("scenarios/library/incidents") or name.suffix != ".yaml":
        return
    try:
        scenario = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield f"{name}: {error}"
        return
    base = scenario.get("expect") or {}
    runs = {"": base}
    for variant, change in (scenario.get("variants") or {}).items():
        runs[f" of variant '{variant}'"] = merged(base, change.get("expect") or {})
    for run, expectations in runs.items():
        for key, expectation in expectations.items():
            if run and expectation == base.get(key):
                continue
            missing = [field for field in ("basis", "grade", "source") if not expectation.get(field)]
            if expectation.get("basis") == "predicted" and not expectation.get("falsified_by"):
                missing.append("falsified_by")
            for field in missing:
                yield f"{name}: expectation '{key}'{run} has no {field}"
            if expectation.get("grade", "A") not in GRADES:
                yield f"{name}: expectation '{key}'{run}: no such grade: {expectation['grade']}"


def breaches(root: Path):
    names = files(root)
    words = forbidden_words(root)
    for name in names:
        text = text_of(root, name)
        yield from check_includes(name, text)
        yield from check_size(name, text)
        yield from check_name(name)
        yield from check_words(name, text, words)
        yield from check_leftovers(name, text)
        yield from check_links(root, name, text)
        yield from check_paths(root, name, text)
        yield from check_notebook(name, text)
        yield from check_evidence(name, text)
    yield from check_architecture(root, names)
    yield from check_measures(root)
    yield from check_readme(root)


if __name__ == "__main__":
    found = list(breaches(Path(sys.argv[1])))
    print("\n".join(found) if found else "tidy")
    sys.exit(1 if found else 0)
