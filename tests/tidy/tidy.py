#!/usr/bin/python3
"""The rules of the tree that no compiler checks. Usage: tidy.py ROOT; prints every breach, exits 1 if any."""

import json
import re
import subprocess
import sys
from pathlib import Path

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
# third-party header prefix -> layers that may see it
PRIVATE = {"simgrid": {"sim"}, "yaml-cpp": {"scenarios"}, "CLI": {"cli"}}


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
        if layer in MAY_INCLUDE and head in PRIVATE and layer not in PRIVATE[head]:
            yield f"{name}:{line}: only {', '.join(sorted(PRIVATE[head]))} may see {head}"


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
    if name.name in {"glossary.md", "LICENSE"} or name.suffix not in CODE | {".md", ".yaml"}:
        return
    if name.parts[:2] == ("tests", "tidy"):
        return
    for line, content in enumerate(text.splitlines(), 1):
        for word in words:
            if re.search(rf"\b{re.escape(word)}\b", content.lower()):
                yield f"{name}:{line}: '{word}': the glossary has another word for it"
        if re.search(r"(^|[^\w.])/(work|root)/|pyenv", content):
            yield f"{name}:{line}: a path of one machine"
        if re.search(r"\b(TODO|FIXME|XXX)\b", content):
            yield f"{name}:{line}: open work belongs into an issue"


def check_architecture(root: Path, names):
    page = root / "docs" / "ARCHITECTURE.md"
    if not page.exists():
        return
    text = page.read_text(encoding="utf-8")
    code = "\n".join(text_of(root, name) for name in names
                     if name.suffix in CODE and name.parts[0] != "tests")
    for quoted in sorted(set(re.findall(r"`([^`\n]+)`", text))):
        if "/" in quoted and " " not in quoted:
            if not (root / quoted).exists():
                yield f"docs/ARCHITECTURE.md: '{quoted}' does not exist"
        elif re.fullmatch(r"[A-Za-z_][\w:]*", quoted) and not (root / quoted).exists():
            symbol = quoted.split("::")[-1]
            if not re.search(rf"\b{symbol}\b", code):
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
    for number, cell in enumerate(json.loads(text)["cells"]):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"{name}: cell {number} is stored with its output"


def check_measures(root: Path):
    source, page = root / "scenarios/base/measures.cpp", root / "docs/measures.md"
    if not source.exists():
        return
    known = set(re.findall(r'MeasureInfo\{"\w+",\s*"(\w+)"', source.read_text(encoding="utf-8")))
    shown = set(re.findall(r"^\| `(\w+)`", page.read_text(encoding="utf-8"), re.M)) if page.exists() else set()
    for name in sorted(known ^ shown):
        yield f"docs/measures.md: '{name}' stands only in {'the code' if name in known else 'the page'}"


def check_readme(root: Path):
    """The first scenario of the README is a file of the library, to the letter."""
    readme, first = root / "README.md", root / "scenarios/library/examples/first.yaml"
    if readme.exists() and first.exists():
        if f"```yaml\n{first.read_text(encoding='utf-8')}```" not in readme.read_text(encoding="utf-8"):
            yield "README.md: its first scenario is not scenarios/library/examples/first.yaml"


def check_evidence(root: Path, name: Path, text: str):
    """Expectations of incidents say how good the evidence is."""
    if name.parts[:3] != ("scenarios", "library", "incidents") or name.suffix != ".yaml":
        return
    import yaml
    scenario = yaml.safe_load(text)
    for key, expectation in (scenario.get("expect") or {}).items():
        for field in ("basis", "grade", "source"):
            if field not in expectation:
                yield f"{name}: expectation '{key}' has no {field}"


def breaches(root: Path):
    names = files(root)
    words = forbidden_words(root)
    for name in names:
        text = text_of(root, name)
        yield from check_includes(name, text)
        yield from check_size(name, text)
        yield from check_name(name)
        yield from check_words(name, text, words)
        yield from check_links(root, name, text)
        yield from check_notebook(name, text)
        yield from check_evidence(root, name, text)
    yield from check_architecture(root, names)
    yield from check_measures(root)
    yield from check_readme(root)


if __name__ == "__main__":
    found = list(breaches(Path(sys.argv[1])))
    print("\n".join(found) if found else "tidy")
    sys.exit(1 if found else 0)
