"""The law of fold over a real history, the demo company's weeks: it holds; what goes around commands is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from keguan.cli.demo import prepare
from keguan.controls.tests.kept import kept
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import agreement
from keguan.kernel.journal.agreement import Difference, compare
from keguan.kernel.journal.verify import verify
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary


@pytest.fixture
def history(db: None) -> None:
    assert kept("weeks", lambda: prepare("weeks"))


def test_a_real_history_folds_into_its_tables(history: None, monkeypatch: pytest.MonkeyPatch) -> None:
    report = compare()
    assert report.findings == [] and report.is_sound
    assert report.records > 90 and report.lines > 30 and report.reads > 50
    monkeypatch.setattr(agreement, "AT_ONCE", 7)
    again = compare()
    assert (again.findings, again.records, again.lines, again.reads) == ([], report.records, report.lines, report.reads)
    assert verify().is_sound


def test_whatever_goes_around_commands_is_seen_in_every_record_type(history: None) -> None:
    seen = set()
    for record_type in types_with_rows():
        [row] = Rows().select(f"select * from {record_type.table} order by id limit 1")
        for fact in recorded(record_type.facts):
            with tampering(record_type.table) as rows:
                rows.execute(f"update {record_type.table} set {changed(fact, row)} where id = %s", [row["id"]])
                [found] = compare().findings
                place = (found.what, found.type, found.record, found.fact.partition(".")[0])
                assert place == ("changed", record_type.name, str(row["id"]), fact.name)
        if not record_type.is_derived:
            with tampering(record_type.table) as rows:
                rows.execute(f"delete from {record_type.table} where id = %s", [row["id"]])
                assert ("deleted", record_type.name, str(row["id"]), "") in places(compare().findings)
            with tampering(record_type.table) as rows:
                key = copied(rows, record_type.table, row)
                assert places(compare().findings) == {("inserted", record_type.name, str(key), "")}
        seen.add(record_type.name)
    assert seen >= {"case", "customer", "company", "calendar", "unit", "person", "role", "post", "pack", "rulebook"}


def test_whatever_goes_around_commands_is_seen_in_every_list_of_lines(history: None) -> None:
    seen = set()
    for record_type in types_with_rows():
        for line_type in record_type.lines:
            found = Rows().select(f"select * from {line_type.table} order by id limit 1")
            if not found:
                continue
            line, parent = found[0], str(found[0][line_type.parent])
            place = f"{line_type.name}/{line['id']}"
            for fact in recorded(line_type.facts):
                with tampering(line_type.table) as rows:
                    rows.execute(f"update {line_type.table} set {changed(fact, line)} where id = %s", [line["id"]])
                    assert places(compare().findings) == {("changed", record_type.name, parent, f"{place}.{fact.name}")}
            with tampering(line_type.table) as rows:
                rows.execute(f"delete from {line_type.table} where id = %s", [line["id"]])
                assert places(compare().findings) == {("deleted", record_type.name, parent, place)}
            with tampering(line_type.table) as rows:
                key = copied(rows, line_type.table, line)
                assert places(compare().findings) == {("inserted", record_type.name, parent, f"{line_type.name}/{key}")}
            seen.add(line_type.name)
    assert seen >= {"steps", "phones", "contacts", "holdings", "versions"}


def test_a_change_that_a_command_wrote_over_is_still_seen(history: None) -> None:
    from keguan.controls.gate import run
    from keguan.kernel.commands.context import Context

    [unit] = Rows().select("select id, name from org_unit order by id limit 1")
    Rows().execute("update org_unit set name = '假' where id = %s", [unit["id"]])
    run(Context(None, "command_line"), "unit.change", [(unit["id"], {"name": "新名"})])
    [found] = compare().findings
    assert (found.what, found.fact, found.journal, found.table) == ("was", "name", unit["name"], "假")


def test_what_was_read_is_compared_with_the_facts_of_then(history: None) -> None:
    [entry] = Rows().select(
        "select id, envelope from kernel_event"
        """ where envelope like '%%"read":{%%"case.stage":"%%' order by id limit 1"""
    )
    Rows().execute("alter table kernel_event disable trigger user")
    Rows().execute(
        'update kernel_event set envelope = regexp_replace(envelope, \'"case.stage":"[a-z]+"\','
        ' \'"case.stage":"forged"\') where id = %s',
        [entry["id"]],
    )
    [found] = compare().findings
    assert (found.what, found.type, found.table) == ("read", "case", "forged")
    assert str(entry["id"]) in found.fact


def types_with_rows() -> Iterator[RecordType]:
    for record_type in vocabulary.types.values():
        there = Rows().select("select to_regclass(%s) is not null as found", [record_type.table])[0]["found"]
        if there and Rows().select(f"select 1 from {record_type.table} limit 1"):
            yield record_type


def recorded(facts: tuple[Fact, ...]) -> list[Fact]:
    return [fact for fact in facts if not fact.derived]


@contextmanager
def tampering(table: str) -> Iterator[Rows]:
    """A place where one may do anything to the table's rows; all is as before afterwards."""
    rows = Rows()
    with transaction.atomic():
        rows.execute("set constraints all immediate")
        for row in rows.select(
            "select conrelid::regclass::text as place, conname from pg_constraint where contype <> 'n'"
            " and (confrelid = %(t)s::regclass or (conrelid = %(t)s::regclass and contype <> 'p'))",
            {"t": table},
        ):
            rows.execute(f'alter table {row["place"]} drop constraint "{row["conname"]}"')
        for row in rows.select(
            "select indexrelid::regclass::text as place from pg_index"
            " where indrelid = %s::regclass and indisunique and not indisprimary",
            [table],
        ):
            rows.execute(f"drop index {row['place']}")
        yield rows
        transaction.set_rollback(True)


def changed(fact: Fact, row: dict[str, Any]) -> str:
    """An assignment that changes the fact, whatever its column holds."""
    column, kind = fact.kind.columns(fact.name)[0]
    if kind == "jsonb":
        return f'"{column}" = coalesce("{column}", \'{{}}\') || \'{{"forged": 1}}\''
    other = {
        "uuid": f"'{uuid4()}'", "integer": "7777", "numeric": "77.77", "date": "'1977-07-07'",
        "timestamptz": "'1977-07-07 07:07Z'", "boolean": "false" if row[column] else "true", "text": "'forged'",
    }.get(kind, f"array['{uuid4()}']::{kind}")  # fmt: skip
    return f'"{column}" = {other}'


def copied(rows: Rows, table: str, row: dict[str, Any]) -> UUID:
    """The row once more, under an id of its own."""
    key = uuid4()
    columns = ", ".join(f'"{name}"' for name in row if name != "id")
    rows.execute(
        f"insert into {table} (id, {columns}) select %s, {columns} from {table} where id = %s", [key, row["id"]]
    )
    return key


def places(found: list[Difference]) -> set[tuple[str, str, str, str]]:
    return {(one.what, one.type, one.record, one.fact) for one in found}
