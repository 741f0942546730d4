"""The benchmarks run and say what they must; how fast anything is, no test asks."""

import json

import pytest

from bench.__main__ import NAMES, main

KEYS = {"name", "ours", "other", "other_is", "ratio", "unit"}


def test_every_benchmark_prints_its_keys(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    # the environment of the peer is made by a real run only
    few = ["--json", "--rounds", "1", "--lists", "1", "--size", "2", "--without", "backtest-pm4py"]
    assert main(few) == 0
    found = json.loads(capsys.readouterr().out)
    assert all(set(one) == KEYS for one in found)
    assert {one["name"] for one in found} >= set(NAMES) - {"backtest-pm4py"}
    assert all(one["ours"] > 0 for one in found if one["name"] != "bytes-per-event")


def test_a_table_is_printed_for_one(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["command", "--rounds", "1"]) == 0
    told = capsys.readouterr().out
    assert "ms per command" in told
    assert "command-list" not in told
