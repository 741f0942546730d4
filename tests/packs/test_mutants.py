"""Mutants: a scenario that is too weak lets some survive, which are named; one that is strong notices them all."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from keguan.cli.main import main
from keguan.cli.mutants.command import sample
from keguan.cli.mutants.reach import Footprint, Reach
from keguan.cli.mutants.verdicts import Verdict, Verdicts
from keguan.cli.scenarios.running import scenarios_of
from keguan.database import owner_conninfo
from keguan.database.testing import run_keguan
from keguan.policies.pack_checks import check_pack
from keguan.policies.mutation.mutants import mutants_of
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import find_pack

WEAK = """scenarios:
  - scenario: 当天结案
    steps:
      - {at: 2026-03-02 09:00, as: qin_clerk, do: customer.add, call: someone, with: {name: 某客户（示例）, kind: organisation}}
      - {at: 2026-03-02 09:05, as: qin_clerk, do: case.open, call: one, with: {kind: complaint, title: 试, customer: someone, severity: ordinary}}
      - {at: 2026-03-02 10:00, as: qin_clerk, do: case.accept, of: one}
      - at: 2026-03-02 11:00
        as: qin_clerk
        do: case.close
        of: one
        then:
          - obligation: {of: one, control: close, state: kept}
        rules: [SHOP-01]
"""
ALONE = ("--mutate", "--workers", "1")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("keguan.cli.mutants.verdicts.data_directory", lambda: tmp_path / "data")
    monkeypatch.setenv("KEGUAN_LANG", "en")
    folder = tmp_path / "corner-shop"
    shutil.copytree(Path(__file__).with_name("corner-shop"), folder)
    return folder


def weaken(folder: Path) -> None:
    (folder / "scenarios" / "strong.yaml").unlink()
    (folder / "scenarios" / "weak.yaml").write_text(WEAK, encoding="utf-8")


def found(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main(["policy", "test", str(folder), *ALONE, "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.django_db
def test_a_strong_scenario_notices_every_mutant(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, body = found(shop, capsys, "--controls", "close")
    assert body["survivors"] == []
    assert (status, body["left"], body["uncited"]) == (0, 0, [])
    assert body["killed"] >= 8


@pytest.mark.django_db
def test_a_weak_one_lets_mutants_survive_which_are_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weaken(shop)
    status, body = found(shop, capsys, "--controls", "close")
    assert status == 1
    assert {row["change"]["en"] for row in body["survivors"]} == {
        "after.when: {kind: complaint} is left out",
        "within: @close_within becomes 2 days",
        "within: @close_within becomes 4 days",
        "by: case.owner becomes foreman",
        "escalate: [{to: shopkeeper}] is left out",
        "escalate[1].to: shopkeeper becomes clerk",
    }
    row = next(row for row in body["survivors"] if row["change"]["en"].startswith("escalate: "))
    assert (row["policy"], row["clause"], row["control"]) == ("complaints", "第二条", "complaints#close")
    assert (row["rules"], row["file"], row["line"]) == (["SHOP-01"], "policies/complaints.yaml", 24)
    assert body["killed"] == body["mutants"] - len(body["survivors"])
    assert main(["policy", "test", str(shop), *ALONE, "--controls", "complaints#close"]) == 1
    out = capsys.readouterr().out
    assert "投诉处理办法 第二条" in out
    assert "complaints.yaml:24 close（SHOP-01）escalate: [{to: shopkeeper}] is left out" in out
    assert "6 survived" in out


@pytest.mark.django_db
def test_a_run_that_was_cut_off_goes_on_where_it_stood(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    weaken(shop)
    add = Verdicts.add

    def add_and_interrupt(self: Verdicts, verdict: Verdict) -> None:
        add(self, verdict)
        if len(self.path.read_text(encoding="utf-8").splitlines()) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Verdicts, "add", add_and_interrupt)
        assert main(["policy", "test", str(shop), *ALONE, "--controls", "close"]) == 130
    assert "the same command goes on from here" in capsys.readouterr().err
    verdicts = Verdicts.of(read_pack(shop))
    kept = verdicts.path.read_text(encoding="utf-8")
    assert len(kept.splitlines()) == 2
    verdicts.path.write_text(kept + '{"mutant": "torn', encoding="utf-8")
    status, body = found(shop, capsys, "--controls", "close")
    assert (status, body["left"], body["survived"]) == (1, 0, 6)
    assert verdicts.path.read_text(encoding="utf-8").startswith(kept)
    before = verdicts.path.read_text(encoding="utf-8")
    assert found(shop, capsys, "--controls", "close")[1] == body
    assert verdicts.path.read_text(encoding="utf-8") == before, "what is known is not tried again"
    (shop / "scenarios" / "more.yaml").write_text(WEAK.replace("当天结案", "又一次"), encoding="utf-8")
    assert Verdicts.of(read_pack(shop)).path != verdicts.path, "another pack is tried anew"


@pytest.mark.django_db
def test_the_scenarios_of_the_software_firm_notice_the_mutants_of_three_controls(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of the pack takes minutes, and is what `keguan policy test PACK --mutate` is for."""
    pack = find_pack("software-firm-service-and-complaints")
    _, body = found(pack, capsys, "--controls", "settle", "close", "sales-decides")
    assert body["survivors"] == []
    assert body["left"] == 0
    assert body["killed"] >= 20


FORMS = """policy: forms
title: 表单
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 便条逐张登记。
    controls:
      - register:
          id: chits
          type: chit
          title: {zh: 便条, en: Chit}
          fields:
            note: {kind: text, zh: 内容, en: Note, required: true}
            more: {kind: text, zh: 其他, en: More}
"""


@pytest.mark.slow
def test_several_processes_say_the_same(shop: Path, tmp_path: Path) -> None:
    weaken(shop)
    (shop / "policies" / "forms.yaml").write_text(FORMS, encoding="utf-8")
    arguments = ("policy", "test", str(shop), "--mutate", "--json", "--controls", "close", "chits")
    data = Path(os.environ["KEGUAN_DATA"])
    done = run_keguan(*arguments, "--workers", "2", "--anew", data=data)
    body = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert (body["survived"], body["left"]) == (8, 0), "the weak scenario looks at no register"
    assert f"{body['mutants']}/{body['mutants']}" in done.stderr
    with psycopg.connect(owner_conninfo(), autocommit=True) as connection:
        names = [row[0] for row in connection.execute("select datname from pg_database")]
    assert not [name for name in names if name.startswith("keguan_scenarios_")], "the copies are dropped"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--mutate",), "needs a pack"),
        (("corner-shop", "--mutate", "--only", "x"), "--only does not go with --mutate"),
        (("corner-shop", "--sample", "3"), "--sample only goes with --mutate"),
        (("corner-shop", "--mutate", "--sample", "0"), "“0” should be a positive number"),
        (("corner-shop", "--mutate", "--controls", "clos"), "no control “clos” → did you mean: close"),
        (("corner-shopp", "--mutate"), "there is no such pack"),
    ],
)
def test_what_cannot_be_meant_is_told_kindly(
    arguments: tuple[str, ...], told: str, shop: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("KEGUAN_PACKS", str(shop.parent))
    assert main(["policy", "test", *arguments]) in (1, 2)
    assert told in capsys.readouterr().err


def test_a_sample_is_always_the_same_and_a_part(shop: Path) -> None:
    mutants = mutants_of(read_pack(shop))
    some = sample(mutants, 5, "corner-shop")
    assert some == sample(mutants, 5, "corner-shop")
    assert len({mutant.id for mutant in some}) == 5
    assert [mutants.index(mutant) for mutant in some] == sorted(mutants.index(mutant) for mutant in some)


@pytest.mark.django_db
def test_only_scenarios_that_a_control_can_touch_are_run(shop: Path) -> None:
    pack = read_pack(shop)
    scenarios = scenarios_of(pack)
    trodden = [
        (scenarios[0], Footprint(frozenset({"case.accept"}), frozenset(), frozenset({"qin_clerk"}))),
        (scenarios[1], Footprint(frozenset({"case.settle"}), frozenset({"settle"}), frozenset({"ma_shopkeeper"}))),
    ]
    reach = Reach(pack, check_pack(pack)[0], trodden)

    def run_against(control: str, change: str) -> list[str]:
        [mutant] = [one for one in mutants_of(pack) if one.control == control and change in one.what.en]
        return [scenario.name for scenario in reach.of(mutant)]

    first, second = (scenario.name for scenario in scenarios)
    assert run_against("complaints#close", "becomes 4 days") == [first]
    assert run_against("complaints#settle", "swapped") == [second]
    assert run_against("complaints#staff", "see[1]: case is left out") == [first, second]
    assert run_against("complaints#staff", "may[2]: customer.add is left out") == []
    assert run_against("complaints#staff", "may[1]: case.* is left out") == [first, second]


@pytest.mark.django_db
def test_the_likeliest_scenario_comes_first(shop: Path) -> None:
    pack = read_pack(shop)
    scenarios = scenarios_of(pack)
    plain = Footprint(frozenset({"case.accept", "case.settle"}), frozenset(), frozenset({"qin_clerk"}))
    telling = Footprint(plain.verbs, frozenset(), frozenset(), rights=frozenset({"qin_clerk"}))
    reach = Reach(pack, check_pack(pack)[0], [(scenarios[0], plain), (scenarios[1], telling)])
    [staff] = [one for one in mutants_of(pack) if one.control == "complaints#staff" and "may[2]" in one.what.en]
    assert reach.of(staff) == [scenarios[1]], "it says all that a clerk may do, so also what is gone"
    [late] = [one for one in mutants_of(pack) if one.control == "complaints#close" and "4 days" in one.what.en]
    first, second = reach.of(late)
    reach.noticed(late, second)
    assert reach.of(late) == [second, first]
