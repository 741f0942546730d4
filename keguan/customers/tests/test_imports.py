"""Imports from the file to the customers: guesses, preview, partial acceptance, duplicates, resumption, error sheet."""

import io
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.customers.models import Customer
from keguan.customers.tests.conftest import Act
from keguan.customers.tests.desk import Desk
from keguan.imports import queries as imports
from keguan.imports import running
from keguan.imports.importers import importer_of
from keguan.imports.mapping import propose
from keguan.imports.models import ImportProblem
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Column, Row, Sheet, SheetFault, read_sheet, write_sheet
from keguan.kernel.tests.memo import OpenLaw

TITLES = ("客户名称", "联系人", "手机", "公司电话", "城市", "负责人")
GOOD: Sequence[tuple[Any, ...]] = (
    ("江南印务有限公司", "陆工", "１３８００００２２０７", "0512-65551234", "苏州", "孟琪"),
    ("北岸包装", "周工", 13900000001, None, "无锡", None),
)
BAD: Sequence[tuple[Any, ...]] = (
    ("坏电话公司", "李工", "1.39E+10", None, "无锡", None),
    (None, "无名", "13900000002", None, None, None),
    ("无此人公司", None, "13900000003", None, None, "查无此人"),
    ("江南印务有限公司", "另一人", "13900000004", None, None, None),
    ("换了名字", "陆工", "138-0000-2207", None, None, None),
)


def file_of(rows: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES) -> bytes:
    target = io.BytesIO()
    write_sheet(target, titles, rows)
    return target.getvalue()


def done(outcome: Outcome) -> UUID:
    assert isinstance(outcome, Done), outcome
    return outcome.object


@pytest.fixture
def ctx(mei: UUID) -> Context:
    return Context(mei, "page")


Upload = Callable[..., UUID]


@pytest.fixture
def upload(pipeline: Pipeline, ctx: Context) -> Upload:
    def run(rows: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES, **settings: Any) -> UUID:
        key = done(imports.upload(pipeline.run, ctx, "customer", file_of(rows, titles), "名单.xlsx"))
        if settings:
            [outcome] = pipeline.run(ctx, "import.map", [(key, settings)])
            done(outcome)
        return key

    return run


def start(pipeline: Pipeline, ctx: Context, key: UUID) -> imports.Import:
    [outcome] = pipeline.run(ctx, "import.start", [(key, {})])
    done(outcome)
    return running.run_import(pipeline.run, key)


def guessed(sheet: Sheet) -> dict[str, str]:
    importer = importer_of("customer")
    assert importer is not None
    return importer.settle(propose(sheet, importer.targets()), sheet)


def problems(key: UUID) -> dict[int, tuple[str, str]]:
    return {
        problem.row: (problem.outcome, problem.reasons["reasons"][0]["message"]["zh"])
        for problem in ImportProblem.objects.filter(of=key)
    }


@pytest.mark.parametrize(
    ("titles", "mapping"),
    [
        (TITLES, ["name", "contact_name", "contact_phones", "phones", "city", "owner"]),
        (("*姓名（必填）", "手机号码", "住址"), ["name", "phones", "address"]),
        (("Customer Name", "Phone", "E-mail", "Notes"), ["name", "phones", "email", "remark"]),
        (("序号", "单位名称", "法定代表人联系电话", "备 注"), ["", "name", "phones", "remark"]),
    ],
)
def test_titles_are_understood(titles: Sequence[str], mapping: Sequence[str]) -> None:
    sheet = Sheet("", [Column(i, title) for i, title in enumerate(titles)], [Row(2, ["x"] * len(titles))])
    found = guessed(sheet)
    assert [found.get(str(i), "") for i in range(len(titles))] == mapping
    assert found.get("kind") == ("person" if "姓名" in titles[0] else None)


def test_a_column_of_numbers_is_taken_for_phones() -> None:
    sheet = read_sheet("名称,甲乙丙\n甲,13800001234\n乙,13800001235\n".encode(), "a.csv")
    assert guessed(sheet)["1"] == "phones"


def test_a_preview_says_what_would_become_of_each_row(upload: Upload) -> None:
    found = imports.find(None, upload([*GOOD, *BAD]))
    assert found is not None
    seen = imports.preview(None, found)
    assert [verdict.state for verdict in seen.rows] == [
        "add",
        "add",
        "refused",
        "refused",
        "refused",
        "skipped",
        "skipped",
    ]
    assert seen.counts == {"add": 2, "refused": 3, "skipped": 2}
    assert imports.example(seen.sheet, seen.mapping, seen.rows[0].candidate)["phones"] == "0512-65551234"
    assert not Customer.objects.exists()
    assert imports.preview(None, found, {"0": "city"}).faults[0].zh == "请指定哪一列是客户名称"


def test_good_rows_come_in_and_bad_ones_are_listed(pipeline: Pipeline, ctx: Context, upload: Upload, mei: UUID) -> None:
    key = upload([*GOOD, *BAD])
    job = start(pipeline, ctx, key)
    assert (job.stage, job.position, job.counts) == (
        "finished",
        7,
        {"added": 2, "updated": 0, "skipped": 2, "refused": 3, "waiting": 0},
    )
    customer = Customer.objects.get(name="江南印务有限公司")
    assert (customer.owner_id, customer.import_row, customer.code) == (mei, 2, "KH-000001")
    assert {phone.digits for phone in customer.phones.all()} == {"13800002207", "051265551234"}
    found = problems(key)
    assert "丢失" in found[4][1] and found[4][0] == "refused"
    assert "客户名称" in found[5][1]
    assert "查无此人" in found[6][1]
    assert found[7] == ("skipped", "与本表第 2 行重复（名称相同）")
    assert found[8] == ("skipped", "与本表第 2 行重复（电话相同）")


def test_the_events_hang_together(pipeline: Pipeline, ctx: Context, upload: Upload) -> None:
    key = upload(GOOD)
    start(pipeline, ctx, key)
    events = Rows().select("select verb, batch, channel, caused_by, id from kernel_event order by id")
    [begun] = [event for event in events if event["verb"] == "import.start"]
    added = [event for event in events if event["verb"] == "customer.add"]
    assert len(added) == 2
    assert {(event["batch"], event["caused_by"], event["channel"]) for event in added} == {(key, begun["id"], "import")}


def test_the_error_sheet_has_the_rows_as_they_were_and_can_be_imported(
    pipeline: Pipeline, ctx: Context, upload: Upload
) -> None:
    key = upload([*GOOD, *BAD])
    start(pipeline, ctx, key)
    target = io.BytesIO()
    assert running.write_problems(None, key, target) is not None
    sheet = read_sheet(target.getvalue(), "问题.xlsx")
    assert [column.title for column in sheet.columns] == [*TITLES, "问题"]
    assert [row.cells[0] for row in sheet.rows] == [row[0] for row in BAD]
    assert "查无此人" in (sheet.rows[2].cells[-1] or "")
    assert guessed(sheet)["0"] == "name" and "6" not in guessed(sheet)


@pytest.mark.parametrize(
    ("treatment", "counts"),
    [
        ("skip", {"added": 0, "updated": 0, "skipped": 2, "refused": 0, "waiting": 0}),
        ("refuse", {"added": 0, "updated": 0, "skipped": 0, "refused": 2, "waiting": 0}),
        ("update", {"added": 0, "updated": 2, "skipped": 0, "refused": 0, "waiting": 0}),
        ("add", {"added": 2, "updated": 0, "skipped": 0, "refused": 0, "waiting": 0}),
    ],
)
def test_known_customers_are_treated_as_told(
    pipeline: Pipeline, ctx: Context, upload: Upload, treatment: str, counts: dict[str, int]
) -> None:
    start(pipeline, ctx, upload(GOOD))
    rows = [
        ("江南印务有限公司", None, None, "0512-65559999", "昆山", None),
        ("新名字", None, "13900000001", None, "常州", None),
    ]
    key = upload(rows, on_duplicate=treatment)
    assert start(pipeline, ctx, key).counts == counts
    if treatment == "skip":
        assert problems(key)[2] == ("skipped", "已有这个客户：KH-000001（名称相同）")
    if treatment == "update":
        known = Customer.objects.get(code="KH-000001")
        assert (known.city, known.phones.count()) == ("昆山", 3)
        assert Customer.objects.get(code="KH-000002").name == "北岸包装", "a name is never overwritten"


def test_refusals_of_the_rulebook_leave_out_the_row_alone(
    pipeline: Pipeline, ctx: Context, upload: Upload, law: OpenLaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = Verdict([Reason(Label("无锡的客户由分公司登记", "Wuxi is the branch's"), kind="guard")])

    def guards(step: Any) -> dict[int, Verdict]:
        return {i.position: no if i.args.get("city") == "无锡" else Verdict() for i in step.items}

    monkeypatch.setattr(law, "guards", guards)
    key = upload(GOOD)
    assert start(pipeline, ctx, key).counts["added"] == 1
    assert problems(key) == {3: ("refused", "无锡的客户由分公司登记")}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("verb", ["customer.add", "import.record"])
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("is_crowded", [False, True])
def test_a_killed_import_goes_on_without_doubling(
    pipeline: Pipeline,
    ctx: Context,
    upload: Upload,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    is_after: bool,
    is_crowded: bool,
) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    key = upload([(f"第{n}公司", None, f"139{n:08d}", None, None, None) for n in range(35)])
    done(pipeline.run(ctx, "import.start", [(key, {})])[0])
    calls = 0

    def dying(given: Context, name: str, items: Any) -> list[Outcome]:
        nonlocal calls
        calls += name == verb
        if name == verb and calls == 2 and not is_after:
            raise Killed
        outcomes = pipeline.run(given, name, items)
        if name == verb and calls == 2:
            raise Killed
        return outcomes

    with pytest.raises(Killed):
        running.run_import(dying, key)
    if is_crowded:
        done(act("customer.add", name="第25公司"))
        done(act("customer.add", name="第12公司"))
    job = running.run_import(pipeline.run, key)
    assert (job.stage, job.position) == ("finished", 35)
    rows = Customer.objects.filter(imported_from=key).values_list("import_row", flat=True)
    crowded_out = 2 if is_crowded else 0  # what was not recorded had not come in either
    assert job.counts == {"added": 35 - crowded_out, "updated": 0, "skipped": crowded_out, "refused": 0, "waiting": 0}
    assert len(set(rows)) == len(rows) == 35 - crowded_out


def test_two_workers_do_no_harm(
    pipeline: Pipeline, ctx: Context, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    key = upload([(f"第{n}公司", None, None, None, None, None) for n in range(25)])
    done(pipeline.run(ctx, "import.start", [(key, {})])[0])
    job = imports.find(None, key)
    assert job is not None
    one, two = running.open_run(pipeline.run, job, None), running.open_run(pipeline.run, job, None)
    running.advance(one, job)
    running.advance(two, job)
    assert running.run_import(pipeline.run, key).counts["added"] == 25
    assert Customer.objects.count() == 25


def test_a_stopped_import_keeps_what_came_in(
    pipeline: Pipeline, ctx: Context, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    key = upload([(f"第{n}公司", None, None, None, None, None) for n in range(25)])
    done(pipeline.run(ctx, "import.start", [(key, {})])[0])

    def stopping(given: Context, name: str, items: Any) -> list[Outcome]:
        outcomes = pipeline.run(given, name, items)
        if name == "customer.add":
            pipeline.run(ctx, "import.stop", [(key, {})])
        return outcomes

    job = running.run_import(stopping, key)
    assert (job.stage, job.position, Customer.objects.count()) == ("cancelled", 10, 10)
    assert imports.running() == []


def test_steps_out_of_order_are_refused(pipeline: Pipeline, ctx: Context, upload: Upload) -> None:
    key = upload(GOOD, titles=("甲", "乙", "丙", "丁", "戊", "己"))
    [unmapped] = pipeline.run(ctx, "import.start", [(key, {})])
    assert isinstance(unmapped, Refused) and unmapped.reasons[0].field == "mapping"
    done(pipeline.run(ctx, "import.map", [(key, {"mapping": {"0": "name"}})])[0])
    start(pipeline, ctx, key)
    for verb, args in [("import.start", {}), ("import.map", {"on_duplicate": "add"}), ("import.stop", {})]:
        [late] = pipeline.run(ctx, verb, [(key, args)])
        assert isinstance(late, Refused), verb
    with pytest.raises(Fault):
        pipeline.run(ctx, "import.record", [(key, {"since": 0, "position": 1})])


def test_a_sheet_that_cannot_be_read_leaves_nothing(pipeline: Pipeline, ctx: Context) -> None:
    with pytest.raises(SheetFault):
        imports.upload(pipeline.run, ctx, "customer", b"PK\x03\x04rubbish", "a.xlsx")
    assert Rows().select("select 1 from imports_import") == []


@pytest.mark.slow
def test_five_thousand_rows(desk: Desk) -> None:
    rows: list[tuple[Any, ...]] = [
        (f"苏州第{n}包装有限公司", f"联系人{n}", 13800000000 + n, f"0512-6{n:07d}", "苏州", "季安")
        for n in range(4_999)
    ]
    rows.append(("苏州第0包装有限公司", None, None, None, None, None))
    ctx = Context(desk.seller, "page")
    key = done(imports.upload(gate.run, ctx, "customer", file_of(rows), "名单.xlsx"))
    done(gate.run_one(ctx, "import.start", key, {}))
    job = running.run_import(gate.run, key, desk.seller)
    assert job.counts == {"added": 4_999, "updated": 0, "skipped": 1, "refused": 0, "waiting": 0}
    assert Customer.objects.count() == 4_999
