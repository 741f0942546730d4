"""The benchmarks run and say what they must; how fast anything is, no test asks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.__main__ import GROUPS, NAMES, main
from keguan.policies.rulebooks import forget

KEYS = {"name", "ours", "other", "other_is", "ratio", "unit"}
FEW = ["--json", "--rounds", "1", "--lists", "1", "--size"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What a benchmark adopts goes with its test."""
    yield
    forget()


def told(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The names that were printed, each with what belongs to it."""
    found = json.loads(capsys.readouterr().out)
    assert all(set(one) == KEYS for one in found)
    assert all(one["ours"] > 0 for one in found if one["name"] != "bytes-per-event")
    return {one["name"] for one in found}


def test_every_benchmark_of_the_desk_prints_its_keys(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    # the environment of the peer is made by a real run only
    names = set(GROUPS["desk"]) - {"backtest-pm4py"}
    assert main([*names, *FEW, "2"]) == 0
    assert told(capsys) >= names


def test_lists_and_imports_of_a_few(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows that bare SQL finds are those of the product's pages, else there would be no result."""
    names = ["import", "list", "customer-search"]
    assert main([*names, *FEW, "1"]) == 0
    assert told(capsys) >= {*names, "customer-search-phone", "list-due", "list-own", "list-search-flat"}


def test_a_table_is_printed_for_one(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["command", "--rounds", "1"]) == 0
    told = capsys.readouterr().out
    assert "ms per command" in told
    assert "command-list" not in told


def test_a_peer_without_its_environment_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["peer-create", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == []
    assert "needs Python 3.12 or 3.13" in told.err
    assert "not measured: peer-create" in told.err


def test_every_name_is_measured_by_one_module() -> None:
    assert len(set(NAMES)) == len(NAMES)
