"""docs/remedies.md must be what docs/remedies.py prints with the program that was built."""

import pathlib
import subprocess
import sys

docs, program = pathlib.Path(sys.argv[1]) / "docs", sys.argv[2]
printed = subprocess.run(
    [sys.executable, str(docs / "remedies.py"), program], capture_output=True, text=True, check=True
).stdout
if printed != (docs / "remedies.md").read_text():
    sys.exit("docs/remedies.md is old: docs/remedies.py build/dev/bin/chokepoint > docs/remedies.md")
