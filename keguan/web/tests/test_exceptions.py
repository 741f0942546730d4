"""Overrides, signatures and requests for several from the page: what is asked, confirmed, signed, refused singly."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from keguan.controls import gate
from keguan.controls.models import ApprovalLine, Override, Signature
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Waiting
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import read_pack
from keguan.web.tests.conftest import NOW, SYSTEM, Office

MORE = """
policy: more
title: 补充规定
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 盘点期间不派办。
    controls:
      - prohibition: {id: frozen, of: case.classify, says: {zh: 盘点期间不改类别, en: not during the stocktaking}}
  - clause: 第二条
    text: 补充登记须经理与副总签字。
    controls:
      - requirement: {id: signed, of: case.complete, signatures: [service_manager, deputy_gm_in_charge]}
  - clause: 第三条
    text: 派办须经副总同意。
    controls:
      - approval: {id: assign, of: case.assign, how: consent, by: deputy_gm_in_charge}
"""
FROZEN = "more#frozen"


@pytest.fixture
def strict(office: Office, tmp_path: Path) -> Iterator[Office]:
    """The office under three more clauses."""
    pack = tmp_path / "software-firm-service-and-complaints"
    import shutil

    from keguan.web.tests.conftest import PACK

    shutil.copytree(PACK, pack)
    (pack / "policies" / "more.yaml").write_text(MORE, encoding="utf-8")
    adopt(gate.run, SYSTEM, read_pack(pack), values={"reply_within": "1 day"})
    with clock.pinned(NOW + dt.timedelta(minutes=1)):
        yield office


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:400]
    return response.content.decode()


def test_an_override_is_asked_confirmed_and_used_from_the_page(strict: Office) -> None:
    done = strict.accepted()
    code = str(done.code)
    manager, deputy = strict.browser("manager"), strict.browser("deputy")
    act = reverse("web:case_act", args=[code, "classify"])
    form = text(manager, act)
    ask = reverse("web:override_ask") + f"?control=more%23frozen&verb=case.classify&code={code}"
    assert "盘点期间不改类别" in form
    assert ask.replace("&", "&amp;") in form
    assert "申请破例" not in text(strict.browser("agent"), act)
    page = text(manager, ask)
    assert "不得“判定类别”" in page
    given = {"control": FROZEN, "verb": "case.classify", "code": code, "minutes": "30"}
    refused = manager.post(reverse("web:override_ask"), given)
    assert refused.status_code == 422
    assert "理由" in refused.content.decode()
    asked = manager.post(reverse("web:override_ask"), {**given, "reason": "客户在现场等"})
    assert asked.status_code == 302
    made = Override.objects.get()
    mine = text(manager, reverse("web:override_list"))
    assert "客户在现场等" in mine
    assert "待另一人确认" in mine
    assert "准许</button>" in text(deputy, reverse("web:override_list"))
    assert "客户在现场等" not in text(strict.browser("agent"), reverse("web:override_list"))
    decide = reverse("web:override_decide", args=[made.id])
    assert manager.post(decide, {"decision": "confirm"}).status_code == 422
    assert strict.browser("agent").post(decide, {"decision": "confirm"}).status_code == 404
    assert deputy.post(decide, {"decision": "confirm"}).status_code == 302
    use = f"{act}?override={made.id}"
    assert use in text(manager, reverse("web:override_list"))
    assert f'name="override" value="{made.id}"' in text(manager, use)
    ran = manager.post(act, {"severity": "serious", "override": str(made.id)})
    assert ran.status_code == 302, ran.content.decode()
    made.refresh_from_db()
    assert made.used_at is not None
    assert "已使用" in text(manager, reverse("web:override_list"))


def test_who_must_sign_signs_from_the_record(strict: Office) -> None:
    done = strict.accepted()
    page_url, sign_url = (reverse(f"web:case_{name}", args=[done.code]) for name in ("page", "sign"))
    manager = strict.browser("manager")
    before = text(manager, page_url)
    assert "还须：客户服务部经理、分管副总经理" in before
    assert sign_url in before
    assert sign_url not in text(strict.browser("agent"), page_url)
    refused = strict.browser("agent").post(sign_url, {"act": "case.complete"})
    assert refused.status_code == 422
    assert "没有要求您" in refused.content.decode()
    assert manager.post(sign_url, {"act": "case.complete"}).status_code == 302
    after = text(manager, page_url)
    assert "已签：温如许" in after
    assert "还须：分管副总经理" in after
    assert sign_url not in after
    assert Signature.objects.count() == 1


def test_one_request_for_several_is_shown_with_its_records_and_refused_singly(strict: Office) -> None:
    cases = [strict.accepted(f"到货破损 {n}") for n in range(3)]
    args = {"owner": strict.people["manager"]}
    ctx = Context(strict.people["manager"], "page")
    _, outcomes = gate.run_set(ctx, "case.assign", [(one.object, args) for one in cases])
    [request] = {one.approval for one in outcomes if isinstance(one, Waiting)}
    deputy = strict.browser("deputy")
    page = text(deputy, reverse("web:approvals"))
    assert "共 3 件" in page
    assert "到货破损 1" in page
    assert "3 件" in text(deputy, reverse("web:today"))
    decide = reverse("web:approval_decide", args=[request])
    bare = deputy.post(decide, {"decision": "consent", "refused": [str(cases[1].object)]})
    assert bare.status_code == 422
    assert "写明理由" in bare.content.decode()
    given = {"decision": "consent", "refused": [str(cases[1].object)], "comment": "这件不改"}
    assert deputy.post(decide, given).status_code == 302
    states = dict(ApprovalLine.objects.values_list("object", "state"))
    assert [states[one.object] for one in cases] == ["granted", "rejected", "granted"]
    told = text(strict.browser("manager"), reverse("web:approvals") + "?view=mine")
    assert "这件不改" in told
