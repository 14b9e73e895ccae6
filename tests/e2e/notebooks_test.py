#!/usr/bin/python3
"""The notebooks as they are stored, and the Python module that they use. Also runs under pytest."""

import json
import os
import pathlib
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
STARTER = REPOSITORY / "scenarios/library/starter.yaml"
sys.path.insert(0, str(REPOSITORY / "notebooks"))

import chokepoint  # noqa: E402  (found through the line above)


def notebooks():
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        yield path.name, json.loads(path.read_text(encoding="utf-8"))


def test_notebooks_are_stored_without_outputs():
    code = [(name, cell) for name, notebook in notebooks() for cell in notebook["cells"]
            if cell["cell_type"] == "code"]

    assert code
    for name, cell in code:
        assert cell["outputs"] == [] and cell["execution_count"] is None, f"{name}, {cell['id']}"


def test_notebooks_use_the_kernel_of_the_system():
    for name, notebook in notebooks():
        assert notebook["metadata"]["kernelspec"]["name"] == "python3", name


def test_simulate_gives_tables():
    run = chokepoint.simulate(STARTER)

    assert list(run.series.columns) == ["t_s", "scope", "subject", "metric", "value", "utc"]
    assert {"capability", "component"} <= set(run.intervals["scope"])
    assert "power-cut" in set(run.events["subject"])
    assert run.picture.startswith("<svg")
    assert run.verdicts()["held"].all()


def test_simulate_puts_times_on_the_clock():
    run = chokepoint.simulate(STARTER)

    cut = run.events.query("subject == 'power-cut'").iloc[0]

    assert str(cut["utc"]) == "2026-01-01 00:20:00"


def test_simulate_takes_variants_seeds_and_changes():
    run = chokepoint.simulate(STARTER, variant="three-zones", seed=9, **{"horizon": "1h"})

    assert run.record["variant"] == "three-zones"
    assert run.record["seed"] == "9"
    assert run.record["horizon_s"] == 3600


def test_simulate_returns_runs_that_deviate():
    run = chokepoint.simulate(STARTER, **{"faults.power-cut.duration": "1min"})

    assert run.record["outcome"] == "OUTCOME_DEVIATED"


def test_a_measure_without_a_meaning_is_none():
    run = chokepoint.simulate(STARTER, variant="three-zones")

    assert run.measure("recovery_time", "browse") is None
    assert run.measure("outage", "browse") == 0


def test_simulate_says_what_the_program_says_when_it_refuses():
    try:
        chokepoint.simulate(STARTER, variant="no-such-variant")
    except chokepoint.ChokepointError as error:
        assert "no-such-variant" in str(error)
    else:
        raise AssertionError("an unknown variant was accepted")


def test_sweep_gives_a_row_for_each_run_and_goes_on_with_what_is_done():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "cuts.yaml"
        path.write_text(f"sweep: cuts\nscenario: {STARTER}\nvariants: [base, three-zones]\nruns: 3\n"
                        "draw: {cut: {set: faults.power-cut.duration, range: 20min..40min}}\n", encoding="utf-8")
        runs = chokepoint.sweep(path, folder=pathlib.Path(folder) / "out")
        again = chokepoint.sweep(path, folder=pathlib.Path(folder) / "out")

    assert list(runs["variant"]) == ["base", "three-zones"] * 3
    assert list(runs["seed"]) == [1, 1, 2, 2, 3, 3]
    assert (runs["capability.order.outage"][runs["variant"] == "base"] > 1000).all()
    assert runs["cut"][0] == runs["cut"][1] != runs["cut"][2]
    assert runs.equals(again)


def test_search_gives_a_row_for_each_set():
    found = chokepoint.search(STARTER, most=1, seeds=1, capability="order")
    spread = chokepoint.search(STARTER, variant="three-zones", most=1, seeds=1, capability="order")

    def places(table):
        return {one for (one,) in table["failures"] if one.startswith("place")}

    assert places(found) == {"place cloud", "place cloud/zone-a"}
    assert places(spread) == {"place cloud"}
    assert (found["longest_outage_s"] > 60).all()


def test_the_program_is_found_by_the_environment():
    assert chokepoint.program() == os.environ["CHOKEPOINT"]


if __name__ == "__main__":
    for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
        test()
        print("passed:", test.__name__.removeprefix("test_").replace("_", " "))
