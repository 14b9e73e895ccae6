#!/usr/bin/python3
"""The rules of tidy.py on trees that break them, one at a time."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import tidy  # noqa: E402


class Tidy(unittest.TestCase):
    def complaints(self, tree):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tree.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return list(tidy.breaches(Path(folder)))

    def expect(self, tree, words):
        found = self.complaints(tree)
        self.assertTrue(any(words in complaint for complaint in found), found)

    def test_accepts_a_clean_tree(self):
        self.assertEqual(self.complaints({"sim/a.cpp": '#include "scenarios/b.h"\n'}), [])

    def test_refuses_an_include_that_points_up(self):
        self.expect({"scenarios/a.cpp": '#include "sim/run.h"\n'}, "must not include sim")

    def test_refuses_simgrid_outside_its_layer(self):
        self.expect({"cli/a.cpp": "#include <simgrid/s4u.hpp>\n"}, "may see simgrid")

    def test_refuses_yaml_outside_its_layer(self):
        self.expect({"sim/a.cpp": "#include <yaml-cpp/yaml.h>\n"}, "may see yaml-cpp")

    def test_refuses_long_files(self):
        self.expect({"sim/a.cpp": "\n" * 501}, "at most 500")

    def test_refuses_names_that_say_nothing(self):
        self.expect({"sim/utils/a.cpp": ""}, "says nothing")

    def test_refuses_the_words_that_the_glossary_replaces(self):
        glossary = "| use | for | not |\n|---|---|---|\n| target | what is hit | victim |\n"
        self.expect({"docs/glossary.md": glossary, "sim/a.cpp": "// the victim\n"}, "'victim'")

    def test_refuses_paths_of_one_machine(self):
        self.expect({"sim/a.cpp": '// see /root' + '/x\n'}, "one machine")

    def test_refuses_open_work_in_comments(self):
        self.expect({"sim/a.cpp": "// TO" + "DO later\n"}, "issue")

    def test_refuses_paths_in_the_architecture_that_do_not_exist(self):
        self.expect({"docs/ARCHITECTURE.md": "see `sim/gone.h`\n"}, "does not exist")

    def test_refuses_symbols_in_the_architecture_that_do_not_exist(self):
        self.expect({"docs/ARCHITECTURE.md": "see `run_away`\n", "sim/a.cpp": "int run;\n"}, "run_away")

    def test_refuses_links_that_lead_nowhere(self):
        self.expect({"README.md": "[x](docs/gone.md)\n"}, "leads nowhere")

    def test_refuses_notebooks_with_outputs(self):
        cell = {"cell_type": "code", "outputs": [{}], "execution_count": 1, "source": ""}
        self.expect({"notebooks/a.ipynb": json.dumps({"cells": [cell]})}, "output")

    def test_refuses_measures_without_a_description(self):
        self.expect({"scenarios/base/measures.cpp": 'MeasureInfo{"place", "hottest",\n'}, "hottest")

    def test_refuses_incidents_without_evidence(self):
        text = "expect:\n  halt: {basis: predicted}\n"
        self.expect({"scenarios/library/incidents/a.yaml": text}, "no grade")


if __name__ == "__main__":
    unittest.main()
