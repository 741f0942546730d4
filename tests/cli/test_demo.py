"""The demo's year: played by commands, the same every time, with all that a year brings, and a sound journal."""

import datetime as dt
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from keguan.cli.demo import year
from keguan.cli.demo.changes import at_first, earlier_edition
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.founding import cast_of, let_in, material
from keguan.cli.demo.hours import is_working, later
from keguan.controls.tests.kept import kept
from keguan.database.testing import run_keguan
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.accounts import obstacle
from keguan.org.models import Notice, Person, User
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import find_pack
from keguan.policies.rulebooks import forget, load_all
from tests.prepared import migrated, weeks

NOW = dt.datetime(2026, 11, 25, 17, 30, tzinfo=COMPANY_ZONE)
JOURNAL = """
    select e.verb, p.name, e.happened_at, e.recorded_at, e.channel from kernel_event e
    left join org_person p on p.id = e.actor
"""
CASES = "select code, title, stage, amount, opened_at, closed_at from cases_case"


def played(days: int, seed: int = 1) -> None:
    with clock.pinned(NOW):
        year.play(NOW, 1, seed, dt.timedelta(days=days))
        let_in()


def drawn(scale: int, seed: int) -> tuple[list[str], int]:
    """The names of the customers, in the order of their coming, and how many matters they bring."""
    firm = Firm(material("year.yaml"), seed, NOW - year.LENGTH, NOW, begin=lambda _course: None)
    names = [str(next(course).given["name"]) for course in year._customers(firm, scale)]
    return names, sum(1 for _ in year._matters(firm, scale))


def told(days: int, seed: int) -> list[Any]:
    """What a play leaves, without the ids; nothing of it stays."""
    with transaction.atomic():
        played(days, seed)
        found = [sorted(map(repr, Rows().select(query))) for query in (JOURNAL, CASES)]
        transaction.set_rollback(True)
    forget()
    return found


@pytest.mark.slow
def test_the_same_seed_tells_the_same_year_and_another_one_another(db: None) -> None:
    assert told(28, 1) == told(28, 1)
    assert drawn(1, 1) == drawn(1, 1)
    assert drawn(1, 1) != drawn(1, 2)


@pytest.mark.slow
def test_a_year_has_everything_that_may_happen_and_its_journal_is_sound(db: None) -> None:
    kept("year", lambda: played(150))
    rows = Rows()
    events = Counter(row["verb"] for row in rows.select("select verb from kernel_event"))
    for verb in (
        *("case.open", "case.close", "case.reject_result", "case.promise", "case.visit", "case.review", "case.void"),
        *(
            "case.correct",
            "approval.consent",
            "approval.reject",
            "approval.time_out",
            "obligation.break",
            "chase.answer",
        ),
        *("discount_slip.book", "return_slip.receive", "return_slip.keep", "transfer_voucher.post", "policy.publish"),
        *("person.hand_over", "person.leave", "unit.change", "calendar.add_days", "delegation.begin"),
        *("investigation_report.instruct", "service_income.post", "opinion_survey.open", "performance_review.submit"),
    ):
        assert events[verb], f"nothing of {verb} in the year"
    outcomes = {row["outcome"] for row in rows.select("select distinct outcome from controls_evidence")}
    assert outcomes >= {"kept", "broken", "kept_late", "warned", "refused", "waiting", "timed_out", "done"}
    [late] = rows.select(
        "select count(*) as n from kernel_event where verb like 'case.%%' and recorded_at > happened_at"
    )
    assert late["n"] > 0, "nothing was entered late"
    [future] = rows.select("select count(*) as n from kernel_event where recorded_at > %s", [NOW])
    assert future["n"] == 0
    assert {row["clause"] for row in refused(rows)} >= {"第二十二条", "第二十九条3"}
    unread = Notice.objects.filter(read_at=None, person__left_on=None)
    assert unread.exists()
    assert not unread.filter(created_at__lt=NOW - dt.timedelta(days=3)).exists()

    load_all()
    seal_all()
    report = compare()
    assert report.findings == [] and report.records > 500
    assert verify().is_sound


def refused(rows: Rows) -> list[dict[str, Any]]:
    return rows.select(
        "select distinct r -> 'clause' ->> 'clause' as clause from kernel_attempt a"
        " cross join jsonb_array_elements(a.envelope::jsonb -> 'reasons') r"
    )


@pytest.mark.slow
def test_at_the_end_the_cast_and_the_policies_are_those_of_the_pack(db: None) -> None:
    kept("year", lambda: played(150))
    pack = read_pack(find_pack(material("year.yaml")["pack"]))
    users = {user.username: user for user in User.objects.select_related("person")}
    assert set(users) == {one.person.partition("_")[0] for one in cast_of(pack).people}
    with clock.pinned(NOW):
        assert [name for name, user in users.items() if obstacle(user)] == []
    assert users["su"].person.name == "苏晚晴"
    assert Person.objects.get(name="孟乔").left_on is not None
    [row] = Rows().select(
        "select text from policies_version where policy = 'service-and-complaints' and ends_on is null"
    )
    assert row["text"] == pack.texts["policies/service-and-complaints.yaml"]


def test_the_earlier_edition_differs_in_what_it_says_only() -> None:
    words = material("year.yaml")
    pack = read_pack(find_pack(words["pack"]))
    before = earlier_edition(pack, words["earlier"])
    assert "八日内结案" in before.texts[words["earlier"]["file"]]
    assert before.form == pack.form
    cast = at_first(cast_of(pack), words["changes"])
    [above] = [unit for unit in cast.units[0].units if unit.unit == "marketing"]
    assert [unit.unit for unit in above.units] == ["sales", "warehouse"]
    assert "warehouse" not in [unit.unit for unit in cast.units[0].units]


def test_the_scale_multiplies_customers_and_what_they_bring() -> None:
    (once, matters), (thrice, more) = drawn(1, 1), drawn(3, 1)
    assert (len(set(once)), len(set(thrice))) == (40, 120)
    assert 2.6 < more / matters < 3.4


def test_people_work_in_working_hours_only() -> None:
    friday = dt.datetime(2026, 9, 4, 17, 30, tzinfo=COMPANY_ZONE)
    assert later(friday, 30) == friday + dt.timedelta(minutes=30)
    assert later(friday, 40) == dt.datetime(2026, 9, 7, 9, 10, tzinfo=COMPANY_ZONE)
    assert later(dt.datetime(2026, 9, 7, 11, 50, tzinfo=COMPANY_ZONE), 20).hour == 13
    assert not is_working(dt.date(2026, 10, 1))


@pytest.mark.slow
def test_the_demo_is_removed_whole_and_nothing_else_is() -> None:
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        data = migrated(Path(folder) / "d")

        def keguan(*arguments: str) -> tuple[int, str]:
            done = run_keguan(*arguments, data=data)
            return done.returncode, done.stdout + done.stderr

        status, said = keguan("demo", "remove")
        assert status == 1 and "没有示范公司" in said
        shutil.rmtree(data)
        weeks(data)
        assert keguan("audit", "verify")[0] == 0 and (data / "seals.jsonl").exists()
        status, said = keguan("demo", "remove")
        assert status == 0 and "连同其后录入的一切" in said, said
        assert not (data / "seals.jsonl").exists()
        assert keguan("migrate")[0] == 0, "an empty database is one for another life"
        assert keguan("audit", "verify")[0] == 0, "no seal of the other is left"
        status, said = keguan("demo", "remove")
        assert status == 1 and "没有示范公司" in said
