"""From an empty database to a company that runs under a pack: by pages without JavaScript, and by REST."""

import io
import json
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from keguan.controls import gate, scopes
from keguan.customers.models import Customer
from keguan.imports import queries as imports
from keguan.imports.running import run_import
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.journal.agreement import compare
from keguan.kernel.sheets import read_sheet, write_sheet
from keguan.org import queries as org
from keguan.org.models import Person, Post, Unit, User
from keguan.org.token_secrets import new_secret
from keguan.policies.adoption import ensure_base
from keguan.policies.models import Pack, Value, Version
from keguan.policies.rulebooks import current, forget
from keguan.setup import acts, founding
from keguan.setup.models import Setup
from keguan.setup.offers import offer, offers

pytestmark = pytest.mark.slow
PACK = "software-firm-service-and-complaints"
PASSWORD = "一个很长很长的口令呀"
FOUNDING = {
    "company": "禾川软件（示例）", "zone": "Asia/Shanghai", "name": "罗予安", "username": "luo",
    "password": PASSWORD, "again": PASSWORD,
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty(db: None) -> Any:
    forget()
    yield
    forget()


def until(holds: Callable[[], bool]) -> None:
    """A rulebook takes effect two seconds after it is entered."""
    end = time.monotonic() + 6
    while not holds():
        assert time.monotonic() < end, "not in force"
        time.sleep(0.2)


def in_force() -> bool:
    return current(clock.now()).by_key.get("service-and-complaints#close") is not None


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client: Client, step: str, status: int = 302, **given: str) -> str:
    address = reverse("web:setup_step", args=[step]) if step else reverse("web:setup")
    response = client.post(address, {"idempotency_key": str(uuid4()), **given})
    assert response.status_code == status, response.content.decode()[:3000]
    return response["Location"] if status == 302 else response.content.decode()


def founded() -> Client:
    client = Client()
    response = client.post(reverse("web:setup_found", args=[founding.key()]), FOUNDING)
    assert response.status_code == 302, response.content.decode()
    return client


def states(client: Client) -> dict[str, str]:
    page = text(client, reverse("web:setup"))
    rows = re.findall(r'<li class="(done|todo|passed)"><span class="mark">.*?href="([^"]+)"', page, re.DOTALL)
    names = ["company", *(address.strip("/").split("/")[-1] for _, address in rows[1:])]
    return dict(zip(names, (state for state, _ in rows), strict=True))


def imported(client: Client, record_type: str, sheet: str) -> None:
    start = reverse("web:import_start", args=[record_type])
    response = client.post(start, {"pasted": sheet, "idempotency_key": str(uuid4())})
    assert response.status_code == 302, response.content.decode()
    place = response["Location"]
    key = place.strip("/").split("/")[-1]
    found = imports.find(None, key)  # type: ignore[arg-type]
    assert found is not None
    given = {f"column_{index}": name for index, name in found.mapping.items() if index.isdigit()}
    shown = client.post(place, {**given, "intent": "preview", "idempotency_key": str(uuid4())})
    assert shown.status_code == 302, shown.content.decode()
    assert client.post(place, {"intent": "run", "idempotency_key": str(uuid4())}).status_code == 302
    assert run_import(gate.run, found.id, found.opened_by).stage == "finished"


def test_nobody_founds_a_company_without_the_servers_key() -> None:
    client = Client()
    assert client.get(reverse("account_login"))["Location"] == reverse("web:setup_closed")
    assert "keguan setup" in text(client, reverse("web:setup_closed"))
    assert client.post(reverse("web:setup_found", args=["wrong"]), FOUNDING).status_code == 404
    place = reverse("web:setup_found", args=[founding.key()])
    assert "建立公司" in text(client, place)
    for wrong, said in (
        ({"again": "另一个很长很长的口令"}, "两次输入的密码不一样"),
        ({"password": "甲乙丙", "again": "甲乙丙"}, "密码太短"),
        ({"company": " "}, "请填写公司名称"),
        ({"zone": "Mars/Base"}, "时区"),
    ):
        response = client.post(place, {**FOUNDING, **wrong})
        page = response.content.decode()
        assert response.status_code == 422 and said in page, said
        assert "luo" in page and PASSWORD not in page, "what was typed stays, but for the password"
        wanted = {"again", "password", "company", "zone"} & wrong.keys()
        assert [name in wanted for name in re.findall(r'name="(\w+)"[^>]* autofocus', page)] == [True]
    assert not User.objects.exists() and org.company() is None
    founded()
    assert text(client, place, 302) == "" and client.get(reverse("account_login")).status_code == 200


def test_from_nothing_to_a_company_under_its_pack_by_pages() -> None:
    client = founded()
    assert states(client)["company"] == "done" and states(client)["pack"] == "todo"
    assert text(client, reverse("web:today")).count(f'href="{reverse("web:setup")}"') == 2, (
        "on the rail and in the page"
    )
    page = text(client, reverse("web:setup_step", args=["pack"]))
    [one] = [each for each in offers() if each.code == PACK]
    assert str(one.clauses) in page and one.title.zh in page
    assert "将处理结果尽快传达给客户" in text(client, reverse("web:setup_pack", args=[PACK])), "its clauses can be read"
    post(client, "pack", pack=PACK)
    page = text(client, reverse("web:setup"))
    assert "总经理：没有设岗" in page and not Pack.objects.filter(code=PACK).exists()

    # roles: a new unit, a holder, a title; what lacks a unit is refused and stays typed
    luo = str(Person.objects.get(username="luo").id)
    refused = post(client, "posts", 422, unit_general_manager="", person_general_manager=luo)
    assert "“总经理”：还要说是哪个部门" in refused and f'value="{luo}" selected' in refused
    top = str(Unit.objects.get().id)
    post(
        client, "posts", unit_general_manager=top, person_general_manager=luo, head_general_manager="true",
        unit_service_manager="", new_service_manager="客户服务部", unit_customer_service_dept="",
        new_customer_service_dept="客户服务部", title_customer_service_dept="热线坐席",
    )  # fmt: skip
    assert Unit.objects.filter(name="客户服务部").count() == 1
    assert Post.objects.get(title="热线坐席").unit.name == "客户服务部"
    page = text(client, reverse("web:setup_step", args=["posts"]))
    assert "热线坐席" in page and "空缺" in page

    # parameters: typed, each with its clause; a term that is none is refused with what is wrong
    page = text(client, reverse("web:setup_step", args=["parameters"]))
    assert "核决后转达客户的时限" in page and "将处理结果尽快传达给客户" in page
    assert "核决后转达客户的时限" in post(client, "parameters", 422, reply_within="很快", loss_per_unit="12.5")
    assert "不是数" in post(client, "parameters", 422, loss_per_unit="一百")
    assert "建议 1 日" in page and 'placeholder="1 日"' in page and "1 day" not in page
    post(client, "parameters", reply_within="2个工作日", loss_per_unit="12.50")
    assert 'value="2 个工作日"' in text(client, reverse("web:setup_step", args=["parameters"]))
    setup = Setup.objects.get()
    assert setup.values == {"reply_within": "2 working days", "loss_per_unit": "12.50"}
    post(client, "parameters", intent="suggested", reply_within="2 working days", loss_per_unit="12.50")
    setup.refresh_from_db()
    assert setup.values["reply_within"] == "2 working days" and setup.values["serious_within"] == "2 hours"
    assert "还有 3 项没有设" in text(client, reverse("web:setup_step", args=["records"]))
    missing = text(client, reverse("web:setup"))
    assert "人为疏忽的惩处" in missing, "what has no suggestion stays missing"

    assert "不是日期" in post(client, "records", 422, effective_on="明天")
    post(client, "records", running="keep")
    assert "无人担任的职责" in text(client, reverse("web:setup_step", args=["adopt"]))
    post(client, "adopt")
    until(in_force)
    assert Version.objects.filter(pack__code=PACK).exists()
    assert Value.objects.get(parameter="reply_within").value == {"is": "2 working days"}
    assert Setup.objects.get().stage == "adopted"
    later = reverse("web:parameters")
    assert f'href="{later}"' in text(client, reverse("web:setup_step", args=["parameters"]))

    # what was left open is set once the pack is in force, by who may; what cannot be read is told beside its field
    assert later in text(client, reverse("web:policy_list")) and 'value="2 个工作日"' in text(client, later)
    wrong = client.post(later, {"reply_within": "很快", "idempotency_key": str(uuid4())})
    assert wrong.status_code == 422 and "看不懂期限“很快”" in wrong.content.decode()
    given = {
        "reply_within": "3 日",
        "measure_for_attitude": "demerit",
        "loss_per_unit": "",
        "idempotency_key": str(uuid4()),
    }
    assert client.post(later, given).status_code == 302
    assert "已设定 2 项参数" in text(client, later)
    values = dict(Value.objects.filter(ends_on=None).values_list("parameter", "value"))
    assert values["reply_within"] == {"is": "3 days"} and values["measure_for_attitude"] == {"is": "demerit"}
    assert values["loss_per_unit"]["is"]["amount"] == "12.50", "what is left empty stays"
    assert "态度恶劣的惩处" not in text(client, reverse("web:setup"))
    assert states(client)["adopt"] == "done"

    # people and customers from pasted cells
    imported(
        client, "person",
        "姓名\t工号\t部门\t岗位\t登录名\n程小满\tA01\t客户服务部\t热线坐席\tcheng\n温如许\tA02\t客户服务部\t客户服务部经理\twen\n",
    )  # fmt: skip
    imported(client, "customer", "客户名称\t电话\n江南印务有限公司\t0512-65551234\n")
    assert Customer.objects.get().name == "江南印务有限公司"
    cheng = Person.objects.get(username="cheng")
    grants = scopes.grants(cheng.id)
    assert grants is not None and grants.uses("case.open")
    page = text(client, reverse("web:setup_step", args=["balances"]))
    assert "累计入库" in page and reverse("web:import_start", args=["promo_receipt"]) in page
    post(client, "balances", intent="pass")
    assert states(client) | {"posts": ""} == {
        "company": "done", "pack": "done", "posts": "", "parameters": "todo", "records": "done", "adopt": "done",
        "people": "done", "customers": "done", "balances": "passed",
    }  # fmt: skip

    # an invitation lets 程小满 choose a password, once
    sheet = client.get(reverse("web:invitations"))
    rows = read_sheet(io.BytesIO(sheet.content).getvalue(), "x.xlsx").rows
    links = {row.cells[1]: str(row.cells[2]).split("testserver")[1] for row in rows}
    assert set(links) == {"cheng", "wen"}
    hers = Client()
    assert "程小满" in text(hers, links["cheng"])
    assert hers.post(links["cheng"], {"password": "短", "again": "短"}).status_code == 422
    assert hers.post(links["cheng"], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert "程小满" in text(hers, reverse("web:today"))
    assert Client().get(links["cheng"]).status_code == 404, "used once"
    assert Client().get(links["wen"][:-3] + "abc/").status_code == 404
    assert hers.get(reverse("web:invitations")).status_code == 404
    assert hers.get(reverse("web:setup")).status_code == 404

    post(client, "")
    assert Setup.objects.get().stage == "finished"
    assert f'href="{reverse("web:setup")}"' not in text(client, reverse("web:today"))
    assert states(client)["pack"] == "todo", "a further pack can be chosen later"
    assert compare().findings == []


def test_a_pack_that_was_chosen_can_be_changed_and_left_out_until_it_is_adopted() -> None:
    client = founded()
    post(client, "pack", pack=PACK)
    post(client, "parameters", reply_within="2 days")
    post(client, "pack", pack="")
    setup = Setup.objects.get()
    assert (setup.pack, setup.values, setup.passed) == (None, {}, ["pack"])
    assert "没有这个制度包" in post(client, "pack", 422, pack="nonsense")
    assert "先选制度包" in text(client, reverse("web:setup_step", args=["adopt"]))
    assert "还没有选制度包" in post(client, "adopt", 422)
    post(client, "")
    assert Setup.objects.get().stage == "finished"


def test_a_form_sent_twice_does_nothing_twice() -> None:
    client = founded()
    post(client, "pack", pack=PACK)
    top, key = str(Unit.objects.get().id), str(uuid4())
    given = {"unit_finance_dept": "", "new_finance_dept": "财务部", "unit_hr_dept": top}
    post(client, "posts", 302, **given, idempotency_key=key)
    post(client, "posts", 302, **given, idempotency_key=key)
    assert Post.objects.filter(role__code="hr_dept").count() == 1
    assert Setup.objects.count() == 1


class Rest:
    """The API as the first administrator uses it."""

    def __init__(self, person: Any) -> None:
        secret, digest, hint = new_secret()
        args = {"person": str(person), "name": "t", "digest": digest, "hint": hint}
        outcome = gate.run_one(Context(None, "command_line"), "token.issue", None, args)
        assert isinstance(outcome, Done), outcome
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self) -> dict[str, Any]:
        response = Client().get("/api/v1/setup", headers=self.headers)
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[no-any-return]

    def post(self, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        response = Client().post(
            f"/api/v1/setup/{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )
        assert response.status_code == status, response.content.decode()
        return response.json()  # type: ignore[no-any-return]


def test_every_step_by_rest() -> None:
    ensure_base(gate.run, Context(None, "command_line"))
    body = {name: value for name, value in FOUNDING.items() if name != "again"}

    def found(**more: str) -> Any:
        return Client().post("/api/v1/setup/company", json.dumps({**body, **more}), content_type="application/json")

    assert found(key="wrong").status_code == 404
    assert found(key=founding.key(), password="short").status_code == 422
    made = found(key=founding.key())
    assert made.status_code == 201, made.content
    assert found(key=founding.key()).status_code == 404
    rest = Rest(made.json()["person"])
    shown = rest.get()
    assert shown["next"] == "pack" and shown["packs"][0]["clauses"] > 50
    assert rest.post("pack", 422, pack="nonsense")["reasons"][0]["field"] == "pack"
    chosen = rest.post("pack", pack=PACK)
    assert {one["role"] for one in chosen["roles"]} >= {"general_manager", "service_manager"}
    assert next(one for one in chosen["parameters"] if one["parameter"] == "reply_within")["clauses"]
    top = str(Unit.objects.get().id)
    rest.post("posts", 422, posts=[])
    rest.post("posts", 422, posts=[{"role": "general_manager"}])
    rest.post("posts", 422, posts=[{"role": "general_manager", "unit": "x"}])
    rest.post("posts", 422, posts=[{"role": "general_manager", "unit": top}, {"role": "nonsense", "unit": top}])
    assert not Post.objects.filter(role__code="general_manager").exists(), "all of it or nothing"
    person = made.json()["person"]
    bound = rest.post(
        "posts", posts=[
            {"role": "general_manager", "unit": top, "person": person, "is_head": True},
            {"role": "service_manager", "new_unit": "客户服务部"},
        ],
    )  # fmt: skip
    assert not next(one for one in bound["roles"] if one["role"] == "general_manager")["is_missing"]
    rest.post("parameters", 422, values={"loss_per_unit": "x"})
    rest.post("parameters", take_suggestions=True, values={"reply_within": "3 working days"})
    rest.post("records", 422, running="whenever")
    rest.post("records", running="keep", effective_on=None)
    rest.post("pass", 422, step="adopt")
    rest.post("pass", step="balances")
    rest.post("finish", 422)
    done = rest.post("adopt")
    assert done["stage"] == "adopted"
    until(in_force)
    rest.post("adopt", 422)
    ended = rest.post("finish")
    assert ended["stage"] is None and Setup.objects.get().stage == "finished"
    assert Pack.objects.filter(code=PACK).exists()


def test_where_records_are_open_it_has_to_be_said_what_becomes_of_them() -> None:
    client = founded()
    post(client, "pack", pack=PACK)
    post(client, "adopt")
    until(in_force)
    post(client, "")
    system = Context(None, "command_line")
    given = {"kind": "complaint", "title": "外箱破损", "channel": "phone"}
    assert isinstance(gate.run_one(system, "case.open", None, given), Done)
    post(client, "pack", pack=PACK)  # the same pack again: its changes would be published
    page = text(client, reverse("web:setup_step", args=["records"]))
    assert "工单" in page
    assert states(client)["records"] == "todo"
    post(client, "records", running="switch", effective_on=org.today().isoformat())
    assert states(client)["records"] == "done"
    assert Setup.objects.get(stage="open").running == "switch"


def test_what_a_pack_asks_for_stands_with_its_clauses() -> None:
    found = offer(PACK)
    assert found is not None
    assert {one.name for one in found.asked} == set(found.pack.form.parameters)
    assert all(one.places for one in found.asked)
    assert offer("nonsense") is None and offer(None) is None
    _, wrong = acts.read_values(found, {"loss_per_unit": "x"})
    assert [reason.field for reason in wrong] == ["loss_per_unit"]


def test_a_sheet_of_people_needs_no_file() -> None:
    client = founded()
    start = reverse("web:import_start", args=["person"])
    assert client.post(start, {"idempotency_key": str(uuid4())}).status_code == 422
    made = io.BytesIO()
    write_sheet(made, ["姓名"], [["孟琪"]])
    upload = SimpleUploadedFile("人员.xlsx", made.getvalue())
    assert client.post(start, {"sheet": upload, "idempotency_key": str(uuid4())}).status_code == 302
    kept = client.post(start, {"pasted": "\n姓名\t工号\r\n𠮷田\tA09\r\n", "idempotency_key": str(uuid4())})
    assert kept.status_code == 302
    assert "𠮷田" in text(client, kept["Location"])
