"""The invented company of the pack, with a browser for each of its cast; requests go through Django's test client."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.org.queries import roles
from keguan.org.sign_in import set_password
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import Pack, pack_from_texts, read_pack
from keguan.policies.rulebooks import forget

PACK = Path(__file__).parents[3] / "packs" / "software-firm-service-and-complaints"
ADOPTED = dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
SYSTEM = Context(None, "command_line")
PASSWORD = "一个很长的口令"
CAST = {
    "agent": ("程小满", "客户服务部", "customer_service_dept", False),
    "manager": ("温如许", "客户服务部", "service_manager", True),
    "deputy": ("顾怀瑾", "公司本部", "deputy_gm_in_charge", False),
    "director": ("沈知行", "公司本部", "general_manager", True),
    "salesperson": ("许青禾", "销售部门", "salesperson", False),
    "finance": ("何砚秋", "财务部", "finance_dept", True),
    "admin": ("罗予安", "公司本部", "administrator", False),
    "stranger": ("叶怀秋", "人力资源部", "hr_dept", True),
}


class Office:
    """The company: `browser("agent")` is somebody's signed-in browser, `do` runs a command as somebody."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.users: dict[str, Any] = {}
        self.act("company.found", name="禾川软件（示例）")
        top = self.act("unit.open", name="公司本部")
        self.units = {"公司本部": top}
        for name in ("客户服务部", "财务部", "销售部门", "人力资源部"):
            self.units[name] = self.act("unit.open", name=name, parent=top)
        for who, (name, unit, role, is_head) in CAST.items():
            person = self.people[who] = self.act("person.add", name=name)
            self.act("person.grant_sign_in", person, username=who)
            self.users[who] = set_password(person, who, PASSWORD)
            post = self.act("post.establish", unit=self.units[unit], role=roles()[role][0], is_head=is_head)
            self.act("post.assign", post, person=person, starts_on="2026-01-01")

    def act(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        outcome = gate.run_one(SYSTEM, verb, key, args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def do(self, who: str, verb: str, key: UUID | None = None, **args: Any) -> Done | Waiting:
        outcome = gate.run_one(Context(self.people[who], "page"), verb, key, args)
        assert isinstance(outcome, Done | Waiting), outcome
        return outcome

    def browser(self, who: str, language: str = "zh-hans") -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.cookies["django_language"] = language
        client.force_login(self.users[who], backend="keguan.org.accounts.People")
        return client

    def customer(self, name: str = "江南印务有限公司") -> UUID:
        return self.do("agent", "customer.add", None, name=name).object

    def case(self, title: str = "到货三箱外包装破损", **args: Any) -> Done:
        given = {"kind": "complaint", "channel": "phone", "owner": self.people["agent"], **args}
        done = self.do("agent", "case.open", None, title=title, **given)
        assert isinstance(done, Done)
        return done

    def accepted(self, title: str = "到货三箱外包装破损", **args: Any) -> Done:
        done = self.case(title, **args)
        self.do("agent", "case.accept", done.object)
        return done

    def asked(self, amount: str = "3200", title: str = "到货三箱外包装破损") -> Waiting:
        """A compensation that waits for the deputy."""
        done = self.accepted(title)
        self.do("agent", "case.find", done.object, findings="外箱在分拨时受潮", is_founded=True)
        waiting = self.do("manager", "case.settle", done.object, amount=amount, handling="compensation")
        assert isinstance(waiting, Waiting), waiting
        return waiting


def _found(pack: Pack) -> Office:
    with clock.pinned(ADOPTED):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, pack, values={"reply_within": "1 day"})
    with clock.pinned(NOW):
        return Office()


@contextlib.contextmanager
def founded(pack: Pack) -> Iterator[Office]:
    """The company under a pack, in a transaction that is never committed."""
    with transaction.atomic():
        forget()
        yield kept(("office", *sorted(pack.texts.items())), lambda: _found(pack))
        transaction.set_rollback(True)
    forget()


def changed(file: str, change: Callable[[str], str]) -> Pack:
    """The pack with one of its policies written otherwise."""
    texts = dict(read_pack(PACK).texts)
    texts[file] = change(texts[file])
    pack, faults = pack_from_texts(texts)
    assert pack is not None, faults
    return pack


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """The company under its pack: built once for a module."""
    with django_db_blocker.unblock(), founded(read_pack(PACK)) as made:
        yield made


@pytest.fixture
def office(company: Office, db: None) -> Iterator[Office]:
    """The company as it was built, on a day in May; the clock stands."""
    with clock.pinned(NOW):
        yield company
