"""What `audit verify` names, for each kind of tampering by somebody with the owner's role who disables the triggers."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import readings, walk, witness
from keguan.kernel.journal.seal import seal, seal_all
from keguan.kernel.journal.verify import Report, verify
from keguan.kernel.tests import memo

HERE = Context(uuid4(), "page")
GUARDED = ("event", "event_object", "payload", "attempt", "reading", "seal")


@pytest.fixture(autouse=True)
def _table(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(memo.OpenLaw())


@pytest.fixture
def memos(pipeline: Pipeline) -> list[UUID]:
    """Three sealed memos with texts, a refusal and a reading."""
    given = [(None, {"title": title, "body": f"关于{title}"}) for title in ("a", "b", "c")]
    outcomes = pipeline.run(HERE, "memo.write", given)
    keys = [outcome.object for outcome in outcomes if isinstance(outcome, Done)]
    pipeline.run(HERE, "memo.score", [(keys[0], {"points": -3})])
    pipeline.run(HERE, "memo.witness", [(keys[0], {"about": keys[1]})])
    readings.note(Rows(), HERE.actor, "page", memo.MEMO, keys[:1], ["body"], clock.now())
    sealed(2)
    assert verify(witness.seals_file()).is_sound
    return keys


def sealed(parts: int = 1) -> None:
    """Seal what is there, in so many seals, and keep them outside as after a commit."""
    for _ in range(parts - 1):
        [first] = Rows().select("select count(*) as n from kernel_intake")
        Rows().execute(
            "create temp table held as select * from kernel_intake order by id desc limit %s", [first["n"] // 2]
        )
        Rows().execute("delete from kernel_intake where id in (select id from held)")
        seal()
        Rows().execute("insert into kernel_intake select * from held")
        Rows().execute("drop table held")
    seal_all()
    [last] = Rows().select("select max(number) as n from kernel_seal")
    witness.keep(last["n"])


def tamper(statement: str, params: Any = ()) -> int:
    """Do something as the owner of the tables, triggers off."""
    for table in GUARDED:
        Rows().execute(f"alter table kernel_{table} disable trigger user")
    done = Rows().execute(statement, params)
    assert done > 0
    for table in GUARDED:
        Rows().execute(f"alter table kernel_{table} enable trigger user")
    return done


def found(report: Report) -> set[tuple[str, str]]:
    return {(finding.what, finding.id) for finding in report.findings}


def event_of(key: UUID, n: int = 1) -> UUID:
    event: UUID = memo.events_of(key)[n - 1]["id"]
    return event


def test_a_changed_event(memos: list[UUID]) -> None:
    event = event_of(memos[0])
    tamper("update kernel_event set actor = %s where id = %s", [uuid4(), event])
    assert found(verify()) == {("changed", str(event))}


def test_a_changed_event_with_its_digest_made_anew(memos: list[UUID]) -> None:
    event = event_of(memos[0])
    tamper("update kernel_event set digest = sha256('x') where id = %s", [event])
    assert found(verify()) == {("changed", str(event))}


@pytest.mark.parametrize("table", ["attempt", "reading"])
def test_a_changed_attempt_or_reading(memos: list[UUID], table: str) -> None:
    [row] = Rows().select(f"select id from kernel_{table}")
    tamper(f"update kernel_{table} set actor = %s", [uuid4()])
    assert found(verify()) == {("changed", str(row["id"]))}


@pytest.mark.parametrize("table", ["attempt", "reading"])
def test_a_deleted_attempt_or_reading(memos: list[UUID], table: str) -> None:
    [row] = Rows().select(f"select id from kernel_{table}")
    tamper(f"delete from kernel_{table}")
    assert found(verify()) == {("deleted", str(row["id"]))}


def test_a_deleted_event(memos: list[UUID]) -> None:
    event = event_of(memos[2])
    tamper("delete from kernel_payload where event = %s", [event])
    tamper("delete from kernel_event_object where event = %s", [event])
    tamper("delete from kernel_event where id = %s", [event])
    assert found(verify()) == {("deleted", str(event)), ("gap", str(memos[2]))}


def test_a_gap_in_a_stream(memos: list[UUID]) -> None:
    event = event_of(memos[0], 2)
    tamper("delete from kernel_event_object where event = %s and touched", [event])
    assert ("gap", str(memos[0])) in found(verify())


def test_a_record_whose_head_was_taken_away_or_set_back(memos: list[UUID]) -> None:
    tamper("delete from kernel_head where id = %s", [memos[0]])
    tamper("update kernel_head set n = 0 where id = %s", [memos[1]])
    assert found(verify()) == {("gap", str(memos[0])), ("gap", str(memos[1]))}


def test_an_inserted_event(memos: list[UUID]) -> None:
    key = uuid4()
    tamper(
        "insert into kernel_event select %s, verb, actor, on_behalf_of, happened_at, recorded_at, rulebook, channel,"
        " batch, caused_by, envelope, null, digest from kernel_event where id = %s",
        [key, event_of(memos[0])],
    )
    assert ("inserted", str(key)) in found(verify())


def test_an_inserted_payload(memos: list[UUID], pipeline: Pipeline) -> None:
    pipeline.run(HERE, "memo.score", [(memos[0], {"points": 3})])
    sealed()
    event = event_of(memos[0], 3)
    tamper("insert into kernel_payload values (%s, 'x', '{}')", [event])
    assert found(verify()) == {("inserted", str(event))}


def test_swapped_events(memos: list[UUID]) -> None:
    first, second = event_of(memos[0]), event_of(memos[1])
    tamper(SWAP_EVENTS, {"a": first, "b": second})
    report = found(verify())
    assert {("swapped", str(first)), ("swapped", str(second))} <= report
    assert not {what for what, _ in report} & {"changed", "deleted", "inserted"}


SWAP_EVENTS = """
    update kernel_event e set verb = o.verb, actor = o.actor, happened_at = o.happened_at, recorded_at = o.recorded_at,
        envelope = o.envelope, payload_digest = o.payload_digest, digest = o.digest
    from kernel_event o
    where (e.id = %(a)s and o.id = %(b)s) or (e.id = %(b)s and o.id = %(a)s)
"""


def test_swapped_payloads(memos: list[UUID]) -> None:
    first, second = event_of(memos[0]), event_of(memos[1])
    tamper(
        "update kernel_payload p set salt = o.salt, body = o.body from kernel_payload o"
        " where (p.event = %(a)s and o.event = %(b)s) or (p.event = %(b)s and o.event = %(a)s)",
        {"a": first, "b": second},
    )
    assert found(verify()) == {("swapped", str(first)), ("swapped", str(second))}


def test_swapped_numbers_in_a_stream(memos: list[UUID]) -> None:
    first, second = event_of(memos[0]), event_of(memos[0], 2)
    rows = Rows()
    rows.execute("drop index kernel_event_object_stream")
    tamper("update kernel_event_object set n = 3 - n where object = %s and touched", [memos[0]])
    assert found(verify()) == {("swapped", str(first)), ("swapped", str(second))}


@pytest.mark.parametrize(
    ("what", "tampering"),
    [
        ("changed", "update kernel_event_object set verb = 'memo.forge' where event = %(event)s"),
        ("changed", "update kernel_event_object set role = 'witness' where event = %(event)s and not touched"),
        ("deleted", "delete from kernel_event_object where event = %(event)s and not touched"),
        (
            "inserted",
            """insert into kernel_event_object select %(other)s, n, event, type, role, verb, touched
               from kernel_event_object where event = %(event)s and not touched""",
        ),
    ],
)
def test_a_stream_that_says_something_else_than_the_envelope(memos: list[UUID], what: str, tampering: str) -> None:
    event = event_of(memos[0], 2)
    tamper(tampering, {"event": event, "other": memos[2]})
    assert found(verify()) == {(what, str(event))}


def test_a_changed_and_a_deleted_payload(memos: list[UUID]) -> None:
    first, second = event_of(memos[0]), event_of(memos[1])
    tamper("update kernel_payload set body = '{}' where event = %s", [first])
    tamper("delete from kernel_payload where event = %s", [second])
    assert found(verify()) == {("changed", str(first)), ("deleted", str(second))}


def test_a_payload_cannot_be_deleted_but_by_an_erasure(memos: list[UUID]) -> None:
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Rows().execute("delete from kernel_payload")


def test_a_changed_seal_and_a_gap_in_the_seals(memos: list[UUID], pipeline: Pipeline) -> None:
    for points in (1, 2):
        pipeline.run(HERE, "memo.score", [(memos[0], {"points": points})])
        sealed()
    tamper("update kernel_seal set root = sha256('x') where number = 1")
    assert ("seal", "1") in found(verify())
    tamper("delete from kernel_seal where number = 3")
    assert ("seal_gap", "3") in found(verify())


def cut(last: int) -> None:
    """Take away the seals after `last` with everything they hold, as cleanly as one can."""
    rows = Rows()
    rows.execute(
        "create temp table cut as select encode(substr(entries, i * 48 + 1, 16), 'hex')::uuid as id"
        " from kernel_seal, generate_series(0, length(entries) / 48 - 1) i where number > %s",
        [last],
    )
    for table in ("event_object", "payload"):
        tamper(f"delete from kernel_{table} where event in (select id from cut)")
    tamper("delete from kernel_event where id in (select id from cut)")
    tamper("delete from kernel_seal where number > %s", [last])
    rows.execute(
        "update kernel_head h set n = coalesce((select max(n) from kernel_event_object where object = h.id), 0)"
    )
    rows.execute("delete from kernel_head where n = 0")
    rows.execute("drop table cut")


@pytest.fixture
def longer(memos: list[UUID], pipeline: Pipeline) -> list[UUID]:
    """Two more seals after those of `memos`."""
    for words in ("一", "二"):
        pipeline.run(HERE, "memo.remark", [(memos[0], {"words": words})])
        sealed()
    return memos


def test_a_truncated_tail_is_seen_only_from_outside(longer: list[UUID]) -> None:
    cut(2)
    assert verify().is_sound, "what is left hangs together"
    assert found(verify(witness.seals_file())) == {("truncated", "3")}


def test_seals_made_anew_after_a_cut(longer: list[UUID], pipeline: Pipeline) -> None:
    kept = Path(str(witness.seals_file()) + ".kept")
    kept.write_bytes(witness.seals_file().read_bytes())
    cut(2)
    for words in ("三", "四"):
        pipeline.run(HERE, "memo.remark", [(longer[0], {"words": words})])
        seal_all()
    assert verify().is_sound
    assert found(verify(kept)) == {("seal", "3")}


def other_life(place: Path) -> None:
    """As if the database that made these seals were another one than today's."""
    lines = [json.loads(line) for line in place.read_text().splitlines()]
    place.write_text("".join(json.dumps({**line, "life": "1/2"}) + "\n" for line in lines))


def test_an_older_backup_that_was_put_back(longer: list[UUID], pipeline: Pipeline) -> None:
    other_life(witness.seals_file())
    cut(2)
    assert found(verify(witness.seals_file())) == {("restored", "2")}
    pipeline.run(HERE, "memo.remark", [(longer[0], {"words": "三"})])
    sealed()
    assert found(verify(witness.seals_file())) == {("restored", "2")}, "and it stays so when new seals are made"


def test_a_restore_that_was_noted_is_counted_and_is_no_finding(longer: list[UUID], pipeline: Pipeline) -> None:
    kept = witness.seals_file().with_suffix(".kept")
    kept.write_bytes(witness.seals_file().read_bytes())
    other_life(witness.seals_file())
    cut(2)
    witness.note_restore(4, 2, clock.now())
    pipeline.run(HERE, "memo.remark", [(longer[0], {"words": "三"})])
    sealed()
    report = verify(witness.seals_file())
    assert report.is_sound and report.restores == 1
    assert verify(kept).is_sound, "what is kept elsewhere is explained by the note as well"


def test_a_torn_line_and_seals_that_a_crash_left_out(memos: list[UUID], pipeline: Pipeline) -> None:
    place = witness.seals_file()
    whole = place.read_text().splitlines(keepends=True)
    place.write_text(whole[0] + '{"number": 2, "ro')
    pipeline.run(HERE, "memo.remark", [(memos[0], {"words": "一"})])
    sealed()
    numbers = [line.number for line in witness.lines(place) if isinstance(line, witness.Witnessed)]
    assert numbers[-1] == 3
    assert verify(place).is_sound


def test_windows_cover_every_id_in_few_rows_each(
    memos: list[UUID], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.run(HERE, "memo.write", [(None, {"title": f"m{n}"}) for n in range(40)])
    sealed()
    monkeypatch.setattr(walk, "AT_ONCE", 7)
    assert len(list(walk.windows(Rows()))) >= 6
    report = verify(witness.seals_file())
    assert report.is_sound and report.entries == 46
    event = event_of(memos[1])
    tamper("delete from kernel_event where id = %s", [event])
    assert ("deleted", str(event)) in found(verify())
