"""Sheets by REST: understood, uploaded, previewed, mapped, started, and what was left out fetched."""

from typing import Any

from django.test import Client

from keguan.api.tests.conftest import Answer, Door, Firm
from keguan.controls import gate
from keguan.imports.running import run_import
from keguan.kernel.sheets import read_sheet
from keguan.org.models import Person


def send(door: Door, path: str, body: bytes, name: str = "人员.csv") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = Client().post(
        f"/api/v1{path}", {"file": SimpleUploadedFile(name, body)}, headers={"Authorization": f"Bearer {door.token}"}
    )
    return Answer(response, response.status_code, response.json())  # type: ignore[arg-type]


def test_people_are_imported_by_rest_from_upload_to_the_rows_left_out(firm: Firm) -> None:
    admin = firm.admin
    known = {one["name"]: one for one in admin.get("/sheets/person").body["fields"]}
    assert known["name"]["is_required"] and known["role"]["label"] == "岗位职责"
    sheet = "姓名,工号,甲乙丙,部门\n孟琪,A01,meng,\n无此部门,A02,,火星部\n".encode("gb18030")
    kept = send(admin, "/sheets/person", sheet)
    assert kept.status == 201 and kept.body["mapping"] == {"0": "name", "1": "code", "3": "unit"}
    key = kept.body["object"]
    shown = admin.get(f"/imports/{key}/preview").body
    assert shown["counts"] == {"add": 1, "refused": 1}
    assert "火星部" in shown["rows"][1]["reasons"][0]["message"]
    mapping = {**kept.body["mapping"], "2": "username"}
    assert admin.post(f"/imports/{key}/map", {"mapping": mapping}).status == 200
    assert admin.post(f"/imports/{key}/start").status == 200
    run_import(gate.run, key, admin.person)
    assert admin.get(f"/imports/{key}").body["facts"]["added"] == 1
    assert Person.objects.get(code="A01").username == "meng"
    left = admin.get(f"/imports/{key}/problems")
    assert [row.cells[0] for row in read_sheet(left.body, "x.xlsx").rows] == ["无此部门"]


def test_others_and_files_that_are_no_sheets_are_refused(firm: Firm) -> None:
    admin, stranger = firm.admin, firm.stranger
    assert send(admin, "/sheets/token", b"a,b\n1,2\n").status == 404
    assert send(admin, "/sheets/person", b"", "x.csv").status == 422
    assert send(admin, "/sheets/person", b"PK\x03\x04rubbish", "x.xlsx").status == 422
    assert send(stranger, "/sheets/person", "姓名\n甲\n".encode()).status == 403
    key = send(admin, "/sheets/person", "姓名\n甲\n".encode()).body["object"]
    for path in (f"/imports/{key}/preview", f"/imports/{key}/problems"):
        assert stranger.get(path).status == 404
