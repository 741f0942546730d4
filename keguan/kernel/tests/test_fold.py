"""The law of fold on the kernel's own record type: set commands, lines, declared fields, balances, readings."""

import json
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from django.db import connection

from keguan.kernel.commands.batches import run_set
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Done, Reason
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.journal.agreement import compare
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.tests import memo

HERE = Context(uuid4(), "page")


class Reading(memo.OpenLaw):
    """Controls read what a memo is about."""

    def links(self, verb: Verb, rulebook: int) -> frozenset[str]:
        return frozenset({"about"})


@pytest.fixture
def law(db: None) -> Reading:
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)
    return Reading()


@pytest.fixture
def pipeline(law: Reading) -> Pipeline:
    return Pipeline(law)


def write(pipeline: Pipeline, *titles: str) -> list[UUID]:
    outcomes = pipeline.run(HERE, "memo.write", [(None, {"title": title}) for title in titles])
    return [outcome.object for outcome in outcomes if isinstance(outcome, Done)]


def differences() -> list[tuple[str, str, str, str]]:
    return [(one.what, one.type, one.record, one.fact) for one in compare().findings]


def test_a_set_command_and_its_batch(pipeline: Pipeline) -> None:
    keys = write(pipeline, "a", "b", "c")
    batch, _ = run_set(pipeline, HERE, "memo.score", [(key, {"points": n - 1}) for n, key in enumerate(keys)])
    assert differences() == []
    Rows().execute("update kernel_batch set total = 7")
    assert differences() == [("changed", "batch", str(batch.id), "total")]


def test_lines_and_declared_fields(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.remark", [(a, {"words": "一"})])
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"colour": "红", "secret": "三号柜"}})])
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"colour": None}})])
    report = compare()
    assert report.findings == [] and report.lines == 1
    rows = Rows()
    rows.execute("""update kernel_memo set extra = '{"secret": "四号柜", "weight": 1}'""")
    assert differences() == [
        ("changed", "memo", str(a), "extra.secret"),
        ("changed", "memo", str(a), "extra.weight"),
    ]


def test_numbers_are_compared_as_numbers(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    Rows().execute("alter table kernel_memo alter price type numeric(18, 4)")
    assert differences() == [], "1.00 is 1.0000"
    Rows().execute("update kernel_memo set price = 1.0001")
    assert differences() == [("changed", "memo", str(a), "price")]


def test_balances_with_their_entries_and_totals(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    for amount in (-5, 2):
        [outcome] = pipeline.run(HERE, "memo.take", [(a, {"points": amount})])
        assert isinstance(outcome, Done)
    assert differences() == []
    rows = Rows()
    rows.execute("update kernel_balance set total = 9")
    assert differences() == [("changed", "balance", f"ink/{a}", "total")]
    rows.execute("update kernel_balance set total = 3")
    rows.execute("alter table kernel_balance_entry disable trigger user")
    rows.execute("delete from kernel_balance_entry where amount = -2")
    assert ("changed", "balance", f"ink/{a}", "entries") in differences()


def test_what_an_event_and_an_attempt_read_of_linked_records(pipeline: Pipeline, law: Reading) -> None:
    a, b = write(pipeline, "a", "b")
    for n in (1, 2, 3):
        pipeline.run(HERE, "memo.score", [(b, {"points": n})])
        law.verdicts[a] = Verdict(read={"memo.stage": None, "about.points": n, "about": str(b)})
        pipeline.run(HERE, "memo.witness", [(a, {"about": b})])
    law.verdicts[a] = Verdict([Reason(Label("不行", "no"))], read={"memo.title": "a", "about.points": 3})
    pipeline.run(HERE, "memo.witness", [(a, {"about": b})])
    report = compare()
    assert (report.findings, report.reads) == ([], 8)
    law.verdicts[a] = Verdict(read={"about.points": 2})
    pipeline.run(HERE, "memo.witness", [(a, {"about": b})])
    law.verdicts[a] = Verdict([Reason(Label("不行", "no"))], read={"memo.title": "b"})
    pipeline.run(HERE, "memo.witness", [(a, {"about": b})])
    assert [(one.what, one.record, one.journal, one.table) for one in compare().findings] == [
        ("read", str(b), 3, 2),
        ("read", str(a), "a", "b"),
    ]


def test_a_payload_that_is_gone_makes_unknown_only_what_it_could_have_said(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.remark", [(a, {"words": "一"})])
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"secret": "三号柜"}})])
    rows = Rows()
    rows.execute("alter table kernel_payload disable trigger user")
    rows.execute("delete from kernel_payload")
    assert differences() == []
    rows.execute("update kernel_memo set title = 'x', body = 'y'")
    assert differences() == [("changed", "memo", str(a), "title")], "the body stood in a payload, the title did not"
    envelope = json.loads(memo.events_of(a)[0]["envelope"])
    assert envelope["changes"][str(a)]["title"] == [None, "a"]


class Forgotten(Reading):
    """The field `colour` is no longer declared: nobody can say that it is not personal."""

    def declared(self, record_type: str, rulebook: int) -> Mapping[str, Fact]:
        return {name: fact for name, fact in super().declared(record_type, rulebook).items() if name != "colour"}


def test_an_erasure_leaves_only_fields_that_are_known_not_to_be_personal(pipeline: Pipeline) -> None:
    [a] = write(pipeline, "a")
    pipeline.run(HERE, "memo.describe", [(a, {"extra": {"colour": "红", "weight": 1, "secret": "三号柜"}})])
    pipeline.run(HERE, "memo.remark", [(a, {"words": "一"})])
    [outcome] = Pipeline(Forgotten()).run(HERE, "memo.erase", [(a, {"why": "request"})])
    assert isinstance(outcome, Done)
    [row] = Rows().select("select extra, title, body from kernel_memo")
    assert row == {"extra": {"weight": 1}, "title": "a", "body": None}
    assert [line["words"] for line in Rows().select("select words from kernel_memo_line")] == [None]
    assert differences() == []
    Rows().execute("""update kernel_memo set extra = '{"weight": 1, "colour": "红"}'""")
    assert differences() == [("changed", "memo", str(a), "extra.colour")]
