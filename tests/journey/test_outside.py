"""The journey on an ordinary server: TCP, a password, a database whose owner may do nothing else."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from keguan.database.testing import OutsideServer
from tests.journey.product import Product, leave_nothing
from tests.journey.steps import AUTHORITY, FINDINGS, ORDER, REPLY, REPORT


@pytest.fixture
def outside(outside_database: str) -> Iterator[Product]:
    """Keguan on the outside server, with its demo company."""
    with tempfile.TemporaryDirectory(prefix="kg-") as root:
        served = Product(Path(root, "data"), outside_database)
        try:
            yield served.start()
        finally:
            leave_nothing(served)


def test_a_complaint_on_an_outside_server(outside: Product, outside_server: OutsideServer) -> None:
    assert not (outside.data / "postgres").exists()
    cheng, lin, wen, gu, shi, tang = (outside[name] for name in ("cheng", "lin", "wen", "gu", "shi", "tang"))
    code = str(cheng.done("/cases", REPORT)["code"])
    early = wen.post(f"/cases/{code}/close")
    assert (early.status, early.clauses) == (422, [ORDER])
    cheng.done(f"/cases/{code}/accept")
    lin.done(f"/cases/{code}/find", FINDINGS)
    waiting = wen.post(f"/cases/{code}/settle", {"amount": "3200", "handling": "discount"})
    assert (waiting.status, waiting.body["clause"]["clause"]) == (202, AUTHORITY)
    gu.done(f"/approvals/{waiting.body['approval']}/consent")
    shi.done(f"/cases/{code}/reply", REPLY)
    cheng.done(f"/cases/{code}/close", {"is_accepted": True})
    record = cheng.get(f"/cases/{code}").body
    assert record["facts"]["stage"] == "closed"
    assert {one["control"].partition("#")[2]: one["state"] for one in record["obligations"]} == {
        "close": "kept", "report-to-deputy": "running",
    }  # fmt: skip
    assert tang.get(f"/cases/{code}").status == 404
    doctor = outside.run("doctor")
    assert doctor.returncode == 0, doctor.stdout
    verified = outside.run("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert '"findings": []' in verified.stdout
