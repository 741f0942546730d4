"""The service desk that the tests of this app share: a company with a cast of fixed roles under a small pack."""

import contextlib
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.kernel import clock, files
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.org.queries import roles
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import pack_from_texts
from keguan.policies.rulebooks import forget

FOUNDED = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)
AT = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
SYSTEM = Context(actor=None, channel="command_line")
PACK = {
    "pack.yaml": """
pack: desk
title: {zh: 服务台, en: Service desk}
roles:
  clerk: {zh: 客服专员, en: Clerk}
  manager: {zh: 客服经理, en: Service manager}
  accountant: {zh: 会计, en: Accountant}
fields:
  case:
    sample_no: {kind: text, zh: 样品编号, en: Sample number}
    shelf: {kind: text, zh: 货架, en: Shelf}
""",
    "policies/access.yaml": """
policy: access
title: 权限规定
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 客服专员办理本人的工单；客服经理办理全部工单。
    controls:
      - access: {id: clerks, who: clerk, may: [case.*, task.*, customer.add], see: [case, task, customer], scope: own}
      - access:
          id: managers
          who: manager
          may: [case.*, task.*, customer.add, customer.erase]
          see: [case, task, customer]
          scope: all
  - clause: 第二条
    text: 会计查看全部工单，但不见事由与联系电话，也不见客户。
    controls:
      - access:
          id: accounts
          who: accountant
          see: case
          scope: all
          mask: [case.title, case.contact_phone, case.order_no, case.sample_no]
""",
    "policies/service.yaml": """
policy: service
title: 服务规定
effective: 2026-01-01
clauses:
  - clause: 第三条
    text: 工单自受理之日起六日内结案。
    controls:
      - deadline: {id: close, after: case.accept, do: case.close, within: 6 days, by: case.owner}
""",
}


class Desk:
    """Runs commands as the cast: 季安 and 唐果 are clerks, 苏敏 the manager, 罗平 the accountant, 韩立 has no post."""

    def __init__(self) -> None:
        self.actor: UUID | None = None
        self.posts: dict[str, UUID] = {}
        self.act("company.found", None, name="青禾软件")
        self.unit = self.act("unit.open", None, name="客服部")
        self.clerk = self.hire("季安", "clerk")
        self.other = self.hire("唐果", "clerk")
        self.manager = self.hire("苏敏", "manager", is_head=True)
        self.accountant = self.hire("罗平", "accountant")
        self.outsider = self.hire("韩立")
        self.actor = self.clerk
        self.customer = self.act("customer.add", None, name="江南印务有限公司", kind="organisation")

    def hire(self, name: str, role: str | None = None, *, is_head: bool = False) -> UUID:
        """A person who holds, where a role is given, its post in the unit."""
        person = self.act("person.add", None, name=name)
        if role:
            if role not in self.posts:
                given: dict[str, Any] = {"unit": self.unit, "role": roles()[role][0], "is_head": is_head}
                self.posts[role] = self.act("post.establish", None, **given)
            self.act("post.assign", self.posts[role], person=person)
        return person

    def run(
        self,
        verb: str,
        items: Sequence[tuple[UUID | None, Mapping[str, Any]]],
        at: dt.datetime | None = None,
        actor: UUID | None = None,
    ) -> list[Outcome]:
        """What becomes of a list of commands; of the clerk's, unless another acts."""
        actor = actor or self.actor
        return gate.run(Context(actor, "page" if actor else "command_line", happened_at=at), verb, items)

    def try_(
        self, verb: str, key: UUID | None, at: dt.datetime | None = None, actor: UUID | None = None, **args: Any
    ) -> Outcome:
        """What becomes of one command."""
        return self.run(verb, [(key, args)], at, actor)[0]

    def preview(self, verb: str, key: UUID | None, at: dt.datetime | None = None, **args: Any) -> list[str]:
        """What would be refused of one command, in English; nothing is written."""
        actor = Context(self.actor, "page", happened_at=at)
        return [reason.message.en for reason in gate.preview(actor, verb, key, args).reasons]

    def act(
        self, verb: str, key: UUID | None, at: dt.datetime | None = None, actor: UUID | None = None, **args: Any
    ) -> UUID:
        """Run a command that must succeed; the id of its record."""
        outcome = self.try_(verb, key, at, actor, **args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def undo(self, event: UUID) -> Outcome:
        """What becomes of undoing an event."""
        return gate.undo(Context(self.actor, "page"), event)

    def open(self, at: dt.datetime | None = None, actor: UUID | None = None, **args: Any) -> UUID:
        """A new complaint of the customer."""
        given = {"kind": "complaint", "title": "到货三箱外包装破损", "customer": self.customer, **args}
        return self.act("case.open", None, at, actor, **given)


def stored() -> str:
    """The digest of a stored file."""
    return files.store(io.BytesIO(b"\xff\xd8\xff photograph"), "a.jpg").digest


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """The service desk of 青禾软件 on a day in May; the clock stands."""
    with opened() as made:
        yield made


@pytest.fixture
def shared_desk(transactional_db: None) -> Iterator[Desk]:
    """The same desk, committed, for threads."""
    with opened() as made:
        yield made


@contextlib.contextmanager
def opened() -> Iterator[Desk]:
    """The company under its pack; the clock stands."""
    forget()
    made = kept(("service desk", *sorted(PACK.items())), _founded)
    with clock.pinned(AT):
        yield made
    forget()


def _founded() -> Desk:
    pack, faults = pack_from_texts(PACK)
    assert pack is not None, faults
    with clock.pinned(FOUNDED):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, pack)
    with clock.pinned(FOUNDED + dt.timedelta(hours=1)):
        return Desk()
