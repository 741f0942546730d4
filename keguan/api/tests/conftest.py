"""The invented company of the pack, with tokens for its cast; requests go through Django's test client."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.org.queries import roles
from keguan.org.sign_in import set_password
from keguan.org.token_secrets import new_secret
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import read_pack
from keguan.policies.rulebooks import forget

PACK = Path(__file__).parents[3] / "packs" / "software-firm-service-and-complaints"
ADOPTED = dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
SYSTEM = Context(None, "command_line")
CAST = {
    "agent": ("程小满", "客户服务部", "customer_service_dept", False),
    "manager": ("温如许", "客户服务部", "service_manager", True),
    "deputy": ("顾怀瑾", "公司本部", "deputy_gm_in_charge", False),
    "director": ("沈知行", "公司本部", "general_manager", True),
    "engineer": ("林远舟", "研发部", "rd_dept", True),
    "finance": ("何砚秋", "财务部", "finance_dept", True),
    "salesperson": ("许青禾", "销售部门", "salesperson", False),
    "seller": ("周以宁", "销售部门", "sales_dept_manager", True),
    "admin": ("罗予安", "公司本部", "administrator", False),
    "stranger": ("叶怀秋", "人力资源部", "hr_dept", True),
}


@dataclass
class Answer:
    """A response, its body read."""

    response: HttpResponse
    status: int
    body: Any

    @property
    def messages(self) -> list[str]:
        """The sentences of its reasons."""
        return [reason["message"] for reason in self.body["reasons"]]


@dataclass
class Door:
    """The API as one member of the cast uses it."""

    token: str
    person: UUID
    headers: dict[str, str] = field(default_factory=dict)
    client: ClassVar[Client] = Client()

    def send(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: Any) -> Answer:
        """One request; `headers` are names with underscores."""
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **headers}
        named = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        kind = named.pop("content-type", "application/json")
        content = raw if raw is not None else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        response = self.client.generic(method, f"/api/v1{path}", content, kind if content else "", headers=named)
        is_json = "json" in response.get("Content-Type", "")
        return Answer(response, response.status_code, json.loads(response.content) if is_json else response.content)  # type: ignore[arg-type]

    def get(self, path: str, **headers: Any) -> Answer:
        """Read."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Answer:
        """Act."""
        return self.send("POST", path, body if body is not None else {}, **headers)

    def english(self) -> "Door":
        """The same in English."""
        return self.speaking("en")

    def speaking(self, language: str) -> "Door":
        """The same caller, preferring a language."""
        return Door(self.token, self.person, {**self.headers, "Accept_Language": language})


class Firm:
    """The company and its doors."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.doors: dict[str, Door] = {}
        self.act("company.found", name="禾川软件（示例）")
        top = self.act("unit.open", name="公司本部")
        self.units = {"公司本部": top}
        for name in ("客户服务部", "研发部", "财务部", "销售部门", "人力资源部"):
            self.units[name] = self.act("unit.open", name=name, parent=top)
        for who, (name, unit, role, is_head) in CAST.items():
            person = self.people[who] = self.act("person.add", name=name)
            self.act("person.grant_sign_in", person, username=who)
            set_password(person, who, "一个很长的口令")
            post = self.act("post.establish", unit=self.units[unit], role=roles()[role][0], is_head=is_head)
            self.act("post.assign", post, person=person, starts_on="2026-01-01")
            self.doors[who] = Door(self.issue(person), person)

    def __getattr__(self, who: str) -> Door:
        try:
            return self.__dict__["doors"][who]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(who) from None

    def issue(self, person: UUID, **args: Any) -> str:
        """A token for the person."""
        secret = new_secret()
        given: dict[str, Any] = {"person": person, "name": "测试", "digest": secret.digest, "hint": secret.hint}
        self.act("token.issue", **given, **args)
        return secret.text

    def act(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        """A command of the operator that must succeed."""
        return self.do(SYSTEM, verb, key, args)

    def do(self, ctx: Context, verb: str, key: UUID | None, args: Mapping[str, Any]) -> UUID:
        """A command that must succeed; the id of its record."""
        outcome = gate.run_one(ctx, verb, key, args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def customer(self, **args: Any) -> UUID:
        """A customer."""
        return self.do(
            Context(self.people["agent"], "page"), "customer.add", None, {"name": "江南印务有限公司", **args}
        )

    def case(self, who: str = "agent", **args: Any) -> str:
        """A registered complaint; its number."""
        given = {"kind": "complaint", "title": "到货三箱外包装破损", "channel": "phone", **args}
        answer = self.doors[who].post("/cases", given)
        assert answer.status == 201, answer.body
        return str(answer.body["code"])

    def found_case(self, **args: Any) -> str:
        """A complaint that was accepted and investigated: it waits for a decision."""
        code = self.case(**args)
        for verb, given in (
            ("accept", {}),
            ("classify", {"cause": "quality", "severity": "ordinary"}),
            (
                "find",
                {"findings": "外箱在分拨时受潮", "is_founded": True, "is_own_quality": False, "is_tracked": False},
            ),
        ):
            answer = self.manager.post(f"/cases/{code}/{verb}", given)
            assert answer.status == 200, answer.body
        return code


def _founded() -> Firm:
    with clock.pinned(ADOPTED):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, read_pack(PACK), values={"reply_within": "1 day"})
    with clock.pinned(NOW):
        return Firm()


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Firm]:
    """The company under its pack: built once for a module, in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget()
        yield kept("doors", _founded)
        transaction.set_rollback(True)
    forget()


@pytest.fixture
def firm(company: Firm, db: None) -> Iterator[Firm]:
    """The company as it was built, on a day in May; the clock stands."""
    with clock.pinned(NOW):
        yield company
