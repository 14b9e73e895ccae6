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
    MEASURE = 'MeasureInfo{"place", "hottest", v1::UNIT_TEMPERATURE,\n'

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

    def test_refuses_agents_and_controller_that_know_each_other_or_the_simulator(self):
        self.expect({"agents/a.cpp": '#include "sim/run.h"\n'}, "agents must not include sim")
        self.expect({"agents/a.cpp": '#include "controller/plan.h"\n'}, "must not include controller")
        self.expect({"controller/a.cpp": '#include "agents/journal.h"\n'}, "must not include agents")

    def test_refuses_simgrid_outside_its_layer(self):
        self.expect({"cli/a.cpp": "#include <simgrid/s4u.hpp>\n"}, "may see simgrid")
        self.expect({"tests/cli/a.cpp": "#include <simgrid/s4u.hpp>\n"}, "may see simgrid")

    def test_lets_the_tests_of_the_simulator_see_simgrid(self):
        self.assertEqual(self.complaints({"tests/sim/a.cpp": "#include <simgrid/s4u.hpp>\n"}), [])

    def test_refuses_yaml_outside_its_layer(self):
        self.expect({"sim/a.cpp": "#include <yaml-cpp/yaml.h>\n"}, "may see yaml-cpp")

    def test_refuses_cli11_outside_the_program(self):
        self.expect({"sim/a.cpp": "#include <CLI/CLI.hpp>\n"}, "may see CLI")

    def test_refuses_long_files(self):
        self.expect({"sim/a.cpp": "\n" * 501}, "at most 500")
        self.assertEqual(self.complaints({"sim/a.cpp": "\n" * 500}), [])

    def test_refuses_names_that_say_nothing(self):
        self.expect({"sim/utils/a.cpp": ""}, "says nothing")
        self.expect({"sim/helpers.h": ""}, "says nothing")

    def test_refuses_the_words_that_the_glossary_replaces(self):
        glossary = "| use | for | not |\n|---|---|---|\n| target | what is hit | victim |\n"
        self.expect({"docs/glossary.md": glossary, "sim/a.cpp": "// the victim\n"}, "'victim'")

    def test_refuses_paths_of_one_machine(self):
        self.expect({"sim/a.cpp": '// see /root' + '/x\n'}, "one machine")

    def test_refuses_open_work_in_comments(self):
        self.expect({"sim/a.cpp": "// TO" + "DO later\n"}, "issue")

    def test_refuses_paths_in_the_architecture_that_do_not_exist(self):
        self.expect({"docs/ARCHITECTURE.md": "see `sim/gone.h`\n"}, "does not exist")

    def test_refuses_quoted_paths_of_other_pages_that_do_not_exist(self):
        self.expect({"CONTRIBUTING.md": "see `sim/gone.h`\n", "sim/a.cpp": ""}, "does not exist")

    def test_leaves_blocks_of_code_alone(self):
        self.assertEqual(self.complaints({"README.md": "```\nsee `sim/gone.h`\n```\n", "sim/a.cpp": ""}), [])

    def test_refuses_symbols_in_the_architecture_that_do_not_exist(self):
        self.expect({"docs/ARCHITECTURE.md": "see `run_away`\n", "sim/a.cpp": "int run;\n"}, "run_away")

    def test_refuses_links_that_lead_nowhere(self):
        self.expect({"README.md": "[x](docs/gone.md)\n"}, "leads nowhere")

    def test_refuses_notebooks_with_outputs(self):
        cell = {"cell_type": "code", "outputs": [{}], "execution_count": 1, "source": ""}
        self.expect({"notebooks/a.ipynb": json.dumps({"cells": [cell]})}, "output")

    def test_refuses_measures_without_a_description(self):
        self.expect({"scenarios/base/measures.cpp": self.MEASURE}, "stands only in the code")

    def test_refuses_descriptions_without_a_measure(self):
        page = "## Of a place\n| `hottest` | degC | . |\n| `coldest` | degC | . |\n"
        self.expect({"scenarios/base/measures.cpp": self.MEASURE, "docs/measures.md": page}, "'coldest'")

    def test_refuses_measures_under_the_wrong_owner_or_unit(self):
        for page in ("## Of a component\n| `hottest` | degC | . |\n", "## Of a place\n| `hottest` | count | . |\n"):
            self.expect({"scenarios/base/measures.cpp": self.MEASURE, "docs/measures.md": page}, "only in the page")

    def test_refuses_a_readme_whose_first_scenario_differs_from_the_file(self):
        tree = {"README.md": "```yaml\nscenario: second\n```\n", "scenarios/library/examples/first.yaml": "scenario: first\n"}
        self.expect(tree, "README.md: its first scenario")

    def incident(self, text):
        return {"scenarios/library/incidents/a.yaml": text}

    def test_refuses_incidents_without_evidence(self):
        text = "expect:\n  halt: {basis: calibrated}\n"
        self.expect(self.incident(text), "'halt' has no grade")
        self.expect(self.incident(text), "'halt' has no source")

    def test_refuses_grades_that_do_not_exist(self):
        self.expect(self.incident("expect:\n  halt: {basis: calibrated, grade: E, source: x}\n"), "no such grade: E")

    def test_refuses_predictions_that_nothing_could_refute(self):
        self.expect(self.incident("expect:\n  halt: {basis: predicted, grade: A, source: x}\n"), "no falsified_by")

    def test_looks_into_variants_too(self):
        text = ("expect:\n  halt: {basis: calibrated, grade: A, source: x}\n"
                "variants:\n  two-halls: {expect: {halt: {basis: predicted}}}\n")
        self.expect(self.incident(text), "'halt' of variant 'two-halls' has no falsified_by")

    def test_knows_that_a_variant_may_drop_an_expectation(self):
        text = ("expect:\n  halt: {basis: calibrated, grade: A, source: x}\n"
                "variants:\n  two-halls: {expect: {halt: null}}\n")
        self.assertEqual(self.complaints(self.incident(text)), [])


if __name__ == "__main__":
    unittest.main()
