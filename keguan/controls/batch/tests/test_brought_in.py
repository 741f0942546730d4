"""Requests whose approvers were added, relieved and asked once more, folded from the mirror alone."""

from collections.abc import Callable
from pathlib import Path

from keguan.controls.batch import requests
from keguan.controls.tests.conftest import Firm
from keguan.controls.tests.test_requests import asked
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened

WHY = "请一并看看"


def test_requests_with_brought_in_approvers_are_recounted(past: Firm, mirrored: Callable[[], Path]) -> None:
    firm = past
    request = asked(firm.do("苏敏", "case.assign", firm.accepted(), owner=firm.people["唐果"]))
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="before", comment=WHY)
    firm.must("韩立", "approval.hand_over", request, person=firm.people["罗平"], comment=WHY)
    firm.must("罗平", "approval.consent", request)
    firm.must("何川", "approval.consent", request)
    firm.must("高岚", "approval.send_back", request, step=2, comment="再看")
    returned = asked(firm.do("苏敏", "case.assign", firm.accepted(), owner=firm.people["唐果"]))
    firm.must("何川", "approval.send_back", returned, comment="写清楚")
    with opened(mirrored()) as mirror:
        found = requests.recounted(mirror)
    assert found == requests.lived(Rows())
    assert found[str(returned)]["request"]["state"] == "returned"
    steps = [part for name, part in found[str(request)].items() if name.startswith("steps ")]
    assert sorted(part["pos"] for part in steps) == [1, 2, 3, 4, 5]
