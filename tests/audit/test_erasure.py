"""A customer is erased: nothing personal is left in any table, and the audits are green and say how much went."""

import datetime as dt
import io
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from keguan.controls import gate
from keguan.database.address import address
from keguan.imports import queries as imports
from keguan.imports import running
from keguan.kernel import files
from keguan.kernel.commands import erasing
from keguan.kernel.commands.clearing import clear
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.files.letting_go import holds
from keguan.kernel.journal import witness
from keguan.kernel.journal.agreement import compare
from keguan.kernel.journal.read import timeline
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from keguan.kernel.records.types import RecordType
from keguan.kernel.sheets import write_sheet
from tests.audit.desk import Desk, opened

NAME, CONTACT, PHONE, OTHER_PHONE = "欧阳金丝雀", "鸢尾先生", "13977770001", "13977770002"
ADDRESS, MAIL, TEXT, HOBBY = "金丝雀路九号", "canary@example.cn", "只有金丝雀知道的事", "养金丝雀"
CANARIES = ("金丝雀", "鸢尾", "1397777000", "canary@", "jinsique")
OTHER = "北岸包装"


@pytest.fixture
def desk(db: None, settings: Any, tmp_path: Path) -> Iterator[Desk]:
    settings.DATA_DIR = tmp_path
    with opened() as made:
        yield made


def live(desk: Desk) -> tuple[UUID, UUID]:
    """A customer with everything there can be about him, and another one: their ids."""
    clerk = desk.clerk
    other = desk.act(clerk, "customer.add", None, name=OTHER, kind="organisation", phones=["0512-65551234"])
    key = desk.act(
        clerk, "customer.add", None, name=NAME, kind="person", address=ADDRESS, email=MAIL, remark=TEXT,
        phones=[PHONE], city="苏州", extra={"level": "甲", "hobby": HOBBY},
    )  # fmt: skip
    desk.act(clerk, "contact.add", key, name=CONTACT, title="工程师", phones=[OTHER_PHONE])
    desk.act(clerk, "customer.update", key, remark=f"{TEXT}，改")
    case = desk.act(
        clerk, "case.open", None, kind="complaint", title=TEXT, description=TEXT, customer=key,
        contact_name=CONTACT, contact_phone=OTHER_PHONE, demand=TEXT,
    )  # fmt: skip
    desk.act(clerk, "case.accept", case, owner=clerk)
    desk.act(clerk, "case.note", case, text=TEXT)
    digest = files.store(io.BytesIO(f"{NAME}的来信".encode()), f"{NAME}.txt").digest
    desk.act(clerk, "case.attach", case, digest=digest, name=f"{NAME}.txt", media_type="text/plain", size=1)
    desk.act(clerk, "case.find", case, findings=TEXT, is_founded=True)
    request = desk.ask(clerk, "case.settle", case, amount="5", handling="discount", decision=TEXT)
    desk.act(desk.manager, "approval.consent", request, comment=TEXT)
    sheet = io.BytesIO()
    rows = [(OTHER, "0512-65550000", None), (NAME, PHONE, TEXT), ("丙公司", "1.39E+10", NAME)]
    write_sheet(sheet, ("客户名称", "手机", "备注"), rows)
    ctx = Context(clerk, "page")
    outcome = imports.upload(gate.run, ctx, "customer", sheet.getvalue(), "名单.xlsx")
    assert isinstance(outcome, Done)
    desk.act(clerk, "import.start", outcome.object)
    running.run_import(gate.run, outcome.object, clerk)
    return key, other


def survivors(canaries: tuple[str, ...] = CANARIES) -> set[str]:
    """The tables in which one of the words still stands, packed files included."""
    rows, found = Rows(), set()
    for row in rows.select(
        "select oid::regclass::text as place from pg_class"
        " where relkind = 'r' and relnamespace = 'public'::regnamespace"
    ):
        table = row["place"]
        for canary in canaries:
            [hits] = rows.select(f"select count(*) as n from {table} t where t::text ilike %s", [f"%{canary}%"])
            if hits["n"]:
                found.add(table)
    for blob in rows.select("select digest from kernel_blob"):
        if holds(blob["digest"], canaries):
            found.add("kernel_blob")
    return found


def test_nothing_of_an_erased_customer_survives_and_the_audits_say_so(desk: Desk) -> None:
    key, other = live(desk)
    seal_all()
    before = survivors()
    assert before >= {
        "customers_customer", "customers_phone", "customers_contact", "cases_case", "cases_note", "cases_attachment",
        "controls_approval", "controls_approvalstep", "kernel_payload", "kernel_blob", "org_notice",
    }  # fmt: skip
    assert compare().is_sound and verify().is_sound
    desk.act(desk.clerk, "customer.erase", key, why="request")
    assert survivors() == set()
    assert [row["name"] for row in Rows().select("select name from customers_customer where id = %s", [other])] == [
        OTHER
    ]
    assert survivors((OTHER,)) >= {"customers_customer", "kernel_payload"}, "others keep what is theirs"
    [row] = Rows().select("select * from customers_customer where id = %s", [key])
    assert (row["name"], row["city"], row["extra"], row["remark"]) == ("—", "苏州", {"level": "甲"}, None)
    seal_all()
    report, facts = verify(), compare()
    assert report.findings == [] and report.erased > 8
    assert facts.findings == [] and facts.erased == 4, "the customer, his case, the approval, the import"
    course = timeline(key)
    assert course[0].verb == "customer.erase"
    assert all(passage.is_erased for passage in course[1:] if passage.verb in ("customer.add", "contact.add"))


def test_the_event_names_what_was_erased_and_stands_in_every_stream(desk: Desk) -> None:
    key, _ = live(desk)
    outcome = desk.run(desk.clerk, "customer.erase", key, why="request")
    assert isinstance(outcome, Done)
    [event] = Rows().select("select envelope, payload_digest from kernel_event where id = %s", [outcome.event])
    body = json.loads(event["envelope"])
    assert event["payload_digest"] is None
    assert body["emptied"]["customer"]["facts"]["name"] == "—"
    assert {kind for _, kind, _, n in body["objects"] if n} == {"customer", "case", "approval", "import"}
    gone = Rows().select(
        "select e.id from kernel_event e left join kernel_payload p on p.event = e.id"
        " where e.payload_digest is not null and p.event is null"
    )
    assert {str(row["id"]) for row in gone} == set(body["erased"])


def test_what_comes_after_an_erasure_is_an_ordinary_fact(desk: Desk) -> None:
    key, _ = live(desk)
    desk.act(desk.clerk, "customer.erase", key, why="term")
    desk.act(desk.clerk, "customer.update", key, remark="新的备注")
    assert compare().findings == []
    Rows().execute("update customers_customer set name = '伪造' where id = %s", [key])
    assert [(one.fact, one.journal, one.table) for one in compare().findings] == [("name", "—", "伪造")]


def test_what_was_erased_and_put_back_is_found(desk: Desk) -> None:
    key, _ = live(desk)
    kept = Rows().select("select event, salt, body from kernel_payload")
    desk.act(desk.clerk, "customer.erase", key, why="law")
    seal_all()
    there = {row["event"] for row in Rows().select("select event from kernel_payload")}
    back = next(row for row in kept if row["event"] not in there)
    Rows().execute("insert into kernel_payload values (%s, %s, %s)", [back["event"], back["salt"], back["body"]])
    assert [(one.what, one.id) for one in verify().findings] == [("unerased", str(back["event"]))]


def test_while_something_waits_nobody_is_erased(desk: Desk) -> None:
    key, _ = live(desk)
    case = desk.act(desk.clerk, "case.open", None, kind="complaint", title="又一件", customer=key)
    desk.act(desk.clerk, "case.accept", case, owner=desk.clerk)
    request = desk.ask(desk.clerk, "case.settle", case, amount="5", handling="discount")
    outcome = desk.run(desk.clerk, "customer.erase", key, why="request")
    assert isinstance(outcome, Refused)
    assert "没有办完" in outcome.reasons[0].message.zh and outcome.reasons[0].cure is not None
    assert "customers_customer" in survivors()
    desk.act(desk.clerk, "approval.withdraw", request)
    desk.act(desk.clerk, "customer.erase", key, why="request")
    assert survivors() == set()


def test_many_are_erased_in_as_many_statements_as_one(desk: Desk) -> None:
    def people(number: int) -> list[UUID]:
        found = []
        for n in range(number):
            phone = f"139777{number:02}{n:03}"
            key = desk.act(desk.clerk, "customer.add", None, name=f"{NAME}{number}号{n}", kind="person", phones=[phone])
            desk.act(desk.clerk, "case.open", None, kind="complaint", title=TEXT, customer=key)
            found.append(key)
        return found

    def statements(keys: list[UUID]) -> int:
        before = Rows.total
        outcomes = gate.run(Context(desk.clerk, "page"), "customer.erase", [(key, {"why": "term"}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        return Rows.total - before

    first, rest = people(1), people(12)
    assert statements(first) == statements(rest[:8])
    case = desk.act(desk.clerk, "case.open", None, kind="complaint", title="等着", customer=rest[8])
    desk.act(desk.clerk, "case.accept", case, owner=desk.clerk)
    request = desk.ask(desk.clerk, "case.settle", case, amount="5", handling="discount")
    keys = [(key, {"why": "term"}) for key in rest[8:]]
    refused, *done = gate.run(Context(desk.clerk, "page"), "customer.erase", keys)
    assert isinstance(refused, Refused), "its approval still waits"
    assert all(isinstance(outcome, Done) for outcome in done), "and holds up no other"
    desk.act(desk.clerk, "approval.withdraw", request)
    desk.act(desk.clerk, "customer.erase", rest[8], why="term")
    assert survivors() == set()
    assert compare().findings == []


def test_a_case_that_comes_in_between_is_erased_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = live(desk)
    true = erasing.linked
    seen: list[Collection[UUID]] = []

    def late(rows: Rows, record_type: RecordType, roots: Collection[UUID]) -> dict[UUID, erasing.Found]:
        """As if everything but the customer had come in after the first look."""
        seen.append(roots)
        return (
            {root: {record_type.name: {root}} for root in roots} if len(seen) == 1 else true(rows, record_type, roots)
        )

    monkeypatch.setattr(erasing, "linked", late)
    desk.act(desk.clerk, "customer.erase", key, why="request")
    assert len(seen) == 4, "looked, found more under the lock, looked anew"
    assert survivors() == set()
    assert compare().findings == []


def test_a_case_alone_can_be_erased(desk: Desk) -> None:
    key, _ = live(desk)
    [case] = Rows().select("select id from cases_case where customer = %s", [key])
    desk.act(desk.clerk, "case.erase", case["id"], why="request")
    left = survivors()
    assert "customers_customer" in left and not left & {"cases_case", "cases_note", "controls_approval"}
    assert compare().findings == []


def test_a_person_of_the_staff_loses_phone_and_mail_and_keeps_his_name(desk: Desk) -> None:
    desk.act(None, "person.change", desk.clerk, phone=PHONE, email=MAIL)
    desk.act(None, "person.erase", desk.clerk, why="term")
    [row] = Rows().select("select name, phone, email from org_person where id = %s", [desk.clerk])
    assert row == {"name": "季安", "phone": None, "email": None}
    assert survivors(("1397777000", "canary@")) == set()
    seal_all()
    assert compare().is_sound and verify().is_sound


def test_erasures_are_listed_outside_the_database(desk: Desk) -> None:
    key, _ = live(desk)
    outcome = desk.run(desk.clerk, "customer.erase", key, why="request")
    assert isinstance(outcome, Done)
    seal_all()
    [last] = Rows().select("select max(number) as n from kernel_seal")
    witness.keep(last["n"])
    assert witness.erasures(witness.erasures_file()) == [witness.Erasure(str(outcome.event), "customer", str(key))]
    text = witness.erasures_file().read_text() + witness.seals_file().read_text()
    assert not any(canary in text for canary in CANARIES)


def test_finished_follow_ups_and_old_keys_keep_nothing(desk: Desk) -> None:
    live(desk)
    assert survivors() & {"kernel_follow_up"} == set()
    rows = Rows()
    [counted] = rows.select("select count(*) as n from kernel_idempotency where result is not null")
    [done] = rows.select("select count(*) as n from kernel_follow_up where done_at is not null")
    [now] = rows.select("select clock_timestamp() as at")
    assert counted["n"] > 5 and done["n"] == 1
    assert clear(now["at"]) == (0, 0)
    assert clear(now["at"] + dt.timedelta(days=31)) == (counted["n"], done["n"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("roles")
def test_the_running_program_can_erase_and_cannot_delete() -> None:
    """As the run-time role: an event of erasure takes payloads away; nothing else does."""
    from django.db import connection

    with opened() as desk:
        key = desk.act(desk.clerk, "customer.add", None, name=NAME, kind="person")
        with connection.cursor() as cursor:
            cursor.execute("select current_database()")
            [name] = cursor.fetchone()
        there = address()
        assert there.web is not None
        with connection.cursor() as cursor:
            cursor.execute("grant usage on schema public to keguan_web")
            for table in ("kernel_event", "kernel_payload", "kernel_event_object", "kernel_intake"):
                cursor.execute(f"grant select, insert on {table} to keguan_web")
        with psycopg.connect(psycopg.conninfo.make_conninfo(**{**there.web, "dbname": name}), autocommit=True) as web:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute("delete from kernel_payload")
            [event] = web.execute(
                "select o.event from kernel_event_object o join kernel_payload p on p.event = o.event"
                " where o.object = %s", [key],
            ).fetchone() or [None]  # fmt: skip
            web.execute(
                "insert into kernel_event select gen_random_uuid(), 'customer.erase', actor, on_behalf_of, happened_at,"
                " recorded_at, rulebook, channel, batch, caused_by, jsonb_build_object('erased',"
                " jsonb_build_array(id::text))::text, null, digest from kernel_event where id = %s", [event],
            )  # fmt: skip
            left = web.execute("select count(*) from kernel_payload where event = %s", [event]).fetchone()
            assert left == (0,)
