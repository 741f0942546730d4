"""All scenarios of all packs, run through the gate as `keguan policy test` runs them."""

import json
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker
from ruamel.yaml import YAML

from keguan.cli.scenarios.coverage import Ledger, coverage
from keguan.cli.scenarios.running import Result, run_pack
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import pack_folders

SLICE = {"SWCS-43", "SWCS-44", "SWCS-79", "SWCS-81", "SWCS-82"}


@pytest.fixture(scope="module")
def results(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, list[Result]]:
    """By pack."""
    with django_db_blocker.unblock():
        return {folder.name: run_pack(read_pack(folder)) for folder in pack_folders()}


def test_every_step_comes_out_as_written(results: dict[str, list[Result]]) -> None:
    failures = [failure.text("en") for several in results.values() for one in several for failure in one.failures]
    assert failures == []


def test_every_scenario_proves_something_and_cites_the_ledger(results: dict[str, list[Result]]) -> None:
    known = {rule.id for rules in Ledger.read().systems.values() for rule in rules}
    for pack, several in results.items():
        cited = {rule for result in several for rule in result.scenario.rules}
        assert cited, pack
        assert cited <= known


@pytest.mark.parametrize("folder", pack_folders(), ids=lambda folder: folder.name)
def test_a_pack_cites_only_rules_of_its_ledger(folder: Path) -> None:
    rules = {rule.id for rule in Ledger.read().systems[folder.name]}
    assert read_pack(folder).rules <= rules


def test_coverage_counts_the_ledger(results: dict[str, list[Result]]) -> None:
    [row] = coverage(Ledger.read(), "software-firm-service-and-complaints", known=results)
    assert row["rules"] == 111
    assert row["proven"] == 111 - len(row["missing"])
    assert not SLICE & set(row["missing"])
    assert sum(module["rules"] for module in row["modules"].values()) == 111
    assert json.loads(json.dumps(row)) == row
    [cases] = coverage(Ledger.read(), "software-firm-service-and-complaints", "cases", results)
    assert cases["modules"] == {"cases": row["modules"]["cases"]}
    [none] = coverage(Ledger.read(), "jewellery-wholesale-service-standards")
    assert none["proven"] == 0
    assert len(none["missing"]) == none["rules"]


@pytest.mark.parametrize("folder", pack_folders(), ids=lambda folder: folder.name)
def test_a_pack_reads_alike_under_yaml_1_1_and_1_2(folder: Path) -> None:
    for file in sorted(folder.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        old, new = (YAML(typ="safe", pure=True) for _ in range(2))
        old.version, new.version = (1, 1), (1, 2)
        assert old.load(text) == new.load(text), file
