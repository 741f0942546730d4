"""Every record type with personal facts says whom they are about, and its tables take what an erasure leaves."""

import pytest

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary

NOBODY = {"pack": "the text of a policy is about nobody"}
TYPES = [one for one in vocabulary.types.values() if not one.table.startswith("kernel_")]


@pytest.mark.parametrize("record_type", TYPES, ids=lambda one: one.name)
def test_whom_personal_facts_are_about(record_type: RecordType) -> None:
    personal = [fact for kind, _ in record_type.tables() for fact in kind.facts if is_private(fact)]
    is_told = record_type.about or record_type.is_about_anybody or f"{record_type.name}.erase" in vocabulary.verbs
    assert is_told or not personal or record_type.name in NOBODY


@pytest.mark.django_db
@pytest.mark.parametrize("record_type", TYPES, ids=lambda one: one.name)
def test_the_tables_take_what_is_left(record_type: RecordType) -> None:
    for kind, _ in record_type.tables():
        needed = {
            row["column_name"]
            for row in Rows().select(
                "select column_name from information_schema.columns where table_name = %s and is_nullable = 'NO'",
                [kind.table],
            )
        }
        if getattr(kind, "is_removed", False) or record_type.name in NOBODY:
            continue
        for fact in kind.facts:
            if is_private(fact):
                cells = zip(fact.kind.columns(fact.name), fact.kind.to_columns(fact.erased), strict=True)
                empty = [column for (column, _), cell in cells if cell is None]
                assert not needed & set(empty), fact.name


def test_names_in_about_are_facts() -> None:
    for record_type in TYPES:
        assert set(record_type.about) <= set(record_type.by_name)
        assert not record_type.needed_in or record_type.stage
