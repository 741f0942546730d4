"""The mirror follows seals, holds what the journal holds, and is never a wrong figure."""

import json
from pathlib import Path
from typing import Any

import pytest

from keguan.controls.tests.conftest import Firm
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import MirrorFault, following, opened, rebuild
from keguan.mirror import follow as follow_in
from keguan.mirror import manifest as manifests


def rows(place: Path, table: str) -> list[dict[str, Any]]:
    with opened(place) as mirror:
        found: list[dict[str, Any]] = mirror.table(table).to_pyarrow().to_pylist()
        return found


def test_a_stream_has_a_row_for_each_record_touched_by_each_event(history: Firm, place: Path) -> None:
    [wanted] = Rows().select("select count(*) as n from kernel_event_object where touched and type = 'case'")
    found = rows(place, "stream_case")
    assert len(found) == wanted["n"]
    assert len({(row["object"], row["n"]) for row in found}) == len(found)


def test_facts_stand_in_columns_of_their_own(history: Firm, place: Path) -> None:
    found = [row for row in rows(place, "stream_case") if row["verb"] == "case.find"]
    assert [(row["f_is_founded"], row["f_stage"], row["f_kind"], row["a_is_founded"]) for row in found] == [
        ("true", '"investigated"', None, "true")
    ]


def test_no_payload_is_in_the_mirror(history: Firm, place: Path) -> None:
    with opened(place) as mirror:
        for name in mirror.manifest.tables():
            columns = set(mirror.table(name).columns)
            assert not columns & {"f_contact_phone", "f_findings", "a_findings", "a_contact_phone", "f_grams"}
            text = str(mirror.table(name).to_pyarrow().to_pylist())
            assert "承运方责任" not in text
            assert "到货破损" not in text


def test_refusals_are_there_with_their_reasons(history: Firm, place: Path) -> None:
    [row] = rows(place, "attempt_case")
    assert row["verb"] == "case.accept"
    assert json.loads(row["reasons"])[0]["kind"] == "access"


def test_it_follows_and_sees_nothing_twice(history: Firm, place: Path) -> None:
    before = len(rows(place, "stream_case"))
    assert follow_in(place).added == 0
    history.case()
    seal_all()
    assert follow_in(place).added == 1
    assert len(rows(place, "stream_case")) == before + 1


def test_small_parts_of_a_month_are_joined(history: Firm, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        history.case()
        seal_all()
        follow_in(place)
    before = rows(place, "stream_case")
    monkeypatch.setattr(following, "SMALL", 1)
    assert follow_in(place).joined >= 3
    after = rows(place, "stream_case")
    assert sorted(row["event"] for row in before) == sorted(row["event"] for row in after)


@pytest.mark.parametrize("harm", ["delete", "truncate", "alter"])
def test_a_spoilt_file_is_named_and_made_anew(history: Firm, place: Path, harm: str) -> None:
    before = rows(place, "stream_case")
    [file] = manifests.load(place).files("stream_case")
    path = place / file.path
    if harm == "delete":
        path.unlink()
    else:
        body = bytearray(path.read_bytes())
        path.write_bytes(body[:-20] if harm == "truncate" else bytes([*body[:40], body[40] ^ 1, *body[41:]]))
    with pytest.raises(MirrorFault) as fault, opened(place):
        pass
    assert file.path in fault.value.zh
    assert "keguan mirror rebuild" in fault.value.text("en")
    assert follow_in(place, thoroughly=True).mended == (file.path,)
    assert sorted(map(str, rows(place, "stream_case"))) == sorted(map(str, before))


def test_a_foreign_file_is_not_read(history: Firm, place: Path) -> None:
    [file] = manifests.load(place).files("stream_case")
    before = len(rows(place, "stream_case"))
    (place / "stream_case" / "00000099-00000099.parquet").write_bytes((place / file.path).read_bytes())
    assert len(rows(place, "stream_case")) == before


@pytest.mark.parametrize("text", ["", "{", '{"format": 99}', '{"format": 1, "sealed": "x"}'])
def test_a_manifest_that_cannot_be_read_is_said_kindly(history: Firm, place: Path, text: str) -> None:
    (place / manifests.NAME).write_text(text)
    with pytest.raises(MirrorFault, match="rebuild"):
        follow_in(place)
    rebuild(place)
    assert rows(place, "stream_case")


def test_a_mirror_of_another_journal_is_refused(history: Firm, place: Path) -> None:
    found = manifests.load(place)
    found.root = "00" * 32
    found.put(place)
    with pytest.raises(MirrorFault, match="not in this journal"):
        follow_in(place)
    assert rebuild(place).added == 1
