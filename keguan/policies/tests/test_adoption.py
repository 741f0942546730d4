"""Adopting packs: one act, dated versions and parameters, rulebooks that follow. The gate is not asked here."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.tests.memo import OpenLaw
from keguan.org.models import Role
from keguan.policies.adoption import NotAdopted, adopt, ensure_base
from keguan.policies.compiling import base_pack
from keguan.policies.faults import Faulty
from keguan.policies.models import Pack as StoredPack
from keguan.policies.models import Value, Version
from keguan.policies.packs.pack import Pack, pack_from_texts
from keguan.policies.rulebooks import current, current_number, forget, rulebook

SYSTEM = Context(None, "command_line")
NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)

HEAD = """
pack: shop
title: {zh: 小店, en: Shop}
roles:
  clerk: {zh: 店员, en: Clerk}
parameters:
  reply: {kind: term, zh: 答复期限, en: Reply within, suggestion: 2 days}
"""
ACCESS = """
policy: access
title: 权限
clauses:
  - clause: 第一条
    controls:
      - access: {id: all, who: clerk, may: [%s], see: person, scope: all}
"""


run = Pipeline(OpenLaw()).run


@pytest.fixture(autouse=True)
def _at_noon(db: None) -> Iterator[None]:
    forget()
    with clock.pinned(NOON):
        yield
    forget()


def shop(verbs: str = "person.add", head: str = HEAD) -> Pack:
    pack, faults = pack_from_texts({"pack.yaml": head, "policies/access.yaml": ACCESS % verbs})
    assert not faults
    assert pack
    return pack


def grants(at: dt.datetime) -> frozenset[str]:
    return frozenset(verb for control in current(at).controls for verb in control.verbs)


def at(moment: dt.datetime, pack: Pack, **options: Any) -> Any:
    with clock.pinned(moment):
        return adopt(run, SYSTEM, pack, **options)


def test_the_base_comes_first_and_once() -> None:
    assert ensure_base(run, SYSTEM) is True
    assert ensure_base(run, SYSTEM) is False
    assert "policy.adopt" in grants(NOON)
    assert {control.clause for control in current(NOON).controls} == {"第二条", "第三条"}
    assert Role.objects.get(code="administrator").zh == "系统管理员"


def test_a_packs_own_access_replaces_the_base() -> None:
    ensure_base(run, SYSTEM)
    outcome = at(NOON, shop())
    assert isinstance(outcome, Done)
    later = NOON + dt.timedelta(seconds=3)
    assert grants(later) == {"person.add"}
    assert "policy.adopt" in grants(NOON + dt.timedelta(seconds=1)), "running commands never meet a new rulebook"
    assert set(current(later).roles) >= {"clerk", "administrator"}


def test_a_pack_adopted_at_an_earlier_time_than_the_base_still_replaces_it() -> None:
    ensure_base(run, SYSTEM)
    at(NOON - dt.timedelta(days=60), shop())
    assert grants(NOON - dt.timedelta(days=59)) == {"person.add"}
    assert grants(NOON + dt.timedelta(days=1)) == {"person.add"}


def test_a_new_version_ends_the_one_before() -> None:
    ensure_base(run, SYSTEM)
    at(NOON, shop())
    at(NOON + dt.timedelta(days=1), shop("person.add, person.change"), effective_on=dt.date(2026, 4, 1))
    first, second = Version.objects.filter(policy="access", pack__code="shop").order_by("number")
    assert (first.ends_on, second.effective_on, second.ends_on) == (dt.date(2026, 4, 1), dt.date(2026, 4, 1), None)
    midnight = dt.datetime(2026, 3, 31, 16, 0, tzinfo=dt.UTC)
    assert grants(midnight - dt.timedelta(microseconds=1)) == {"person.add"}
    assert grants(midnight) == {"person.add", "person.change"}


def test_an_unchanged_policy_stays_as_it_is() -> None:
    at(NOON, shop())
    at(NOON + dt.timedelta(days=1), shop())
    assert Version.objects.count() == 1


def test_a_change_today_keeps_what_was_announced() -> None:
    at(NOON, shop())
    at(NOON, shop("person.add, person.change"), effective_on=dt.date(2026, 4, 1))
    stored = StoredPack.objects.get(code="shop")
    with clock.pinned(NOON + dt.timedelta(days=1)):
        [outcome] = run(SYSTEM, "parameter.set", [(stored.id, {"parameter": "reply", "value": "3 days"})])
    assert isinstance(outcome, Done)
    assert grants(NOON + dt.timedelta(days=2)) == {"person.add"}
    april = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
    assert grants(april) == {"person.add", "person.change"}
    assert current(april).parameters["reply"].value == "3 days"


def test_an_earlier_date_than_one_announced_is_refused_whole() -> None:
    at(NOON, shop())
    at(NOON, shop("person.add, person.change"), effective_on=dt.date(2026, 4, 1))
    number = current_number(april := dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    with pytest.raises(NotAdopted, match="announced"):
        at(NOON, shop("person.leave"), effective_on=dt.date(2026, 3, 20))
    assert current_number(april) == number
    assert Version.objects.count() == 2


def test_parameters_are_dated_and_typed() -> None:
    at(NOON, shop(), values={"reply": "1 day"})
    stored = StoredPack.objects.get(code="shop")
    soon = NOON + dt.timedelta(seconds=2)
    assert current(soon).parameters["reply"].value == "1 day"
    [outcome] = run(SYSTEM, "parameter.set", [(stored.id, {"parameter": "replay", "value": "3 days"})])
    assert isinstance(outcome, Refused)
    assert "replay" in outcome.reasons[0].message.en
    day = dt.date(2026, 3, 10)
    run(SYSTEM, "parameter.set", [(stored.id, {"parameter": "reply", "value": "2 days", "effective_on": day})])
    assert [(value.value["is"], value.ends_on) for value in Value.objects.order_by("effective_on")] == [
        ("1 day", day),
        ("2 days", None),
    ]
    assert current(NOON + dt.timedelta(days=7)).parameters["reply"].value == "1 day"
    assert current(NOON + dt.timedelta(days=8)).parameters["reply"].value == "2 days"


def test_a_faulty_pack_leaves_nothing_behind() -> None:
    with pytest.raises(Faulty):
        at(NOON, shop("person.ad"))
    assert not StoredPack.objects.exists()
    assert not Role.objects.filter(code="clerk").exists()
    with clock.pinned(NOON):
        files = {"pack.yaml": HEAD, "policies/access.yaml": ACCESS % "person.ad"}
        [outcome] = run(SYSTEM, "policy.adopt", [(None, {"files": files})])
    assert isinstance(outcome, Refused)
    assert "access.yaml:" in outcome.reasons[0].message.en
    assert not StoredPack.objects.exists()


def test_the_same_body_is_compiled_once() -> None:
    at(NOON, shop())
    first = rulebook(1)
    forget()
    assert rulebook(1) is first
    assert rulebook(0).controls == ()


def test_one_text_under_two_numbers_is_compiled_once_for_each() -> None:
    at(NOON, shop(), values={"reply": "1 day"})
    shop_id = StoredPack.objects.get(code="shop").id
    for days, reply in enumerate(("2 days", "1 day"), start=1):
        with clock.pinned(NOON + dt.timedelta(days=days)):
            [outcome] = run(SYSTEM, "parameter.set", [(shop_id, {"parameter": "reply", "value": reply})])
            assert not isinstance(outcome, Refused)
    books = [rulebook(number) for number in (1, 2, 3)]
    assert [book.number for book in books] == [1, 2, 3]
    assert books[0].hash == books[2].hash != books[1].hash
    assert books[0].controls is books[2].controls
    forget()
    assert all(rulebook(book.number) is book for book in books)


def test_the_base_has_no_faults() -> None:
    assert base_pack().code == "base"
    assert isinstance(base_pack().texts["pack.yaml"], str)
    assert Path(base_pack().place.file).name == "pack.yaml"
