"""A company with a cast of fixed roles under a small pack, for what depends on who looks."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.org.queries import roles
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import pack_from_texts
from keguan.policies.rulebooks import forget

FOUNDED = dt.datetime(2026, 3, 1, 1, tzinfo=dt.UTC)
SYSTEM = Context(actor=None, channel="command_line")
PACK = {
    "pack.yaml": """
pack: desk
title: {zh: 客户部, en: Customer desk}
roles:
  salesperson: {zh: 业务员, en: Salesperson}
  manager: {zh: 客户经理, en: Customer manager}
  auditor: {zh: 稽核, en: Auditor}
fields:
  customer:
    level: {kind: choice, zh: 等级, en: Level, choices: {a: {zh: 甲级, en: A}, b: {zh: 乙级, en: B}}}
    visits: {kind: integer, zh: 拜访次数, en: Visits}
""",
    "policies/access.yaml": """
policy: access
title: 权限规定
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 业务员办理本人的客户；客户经理办理全部客户。
    controls:
      - access: {id: sales, who: salesperson, may: [customer.*, import.*], see: [customer, import], scope: own}
      - access: {id: managers, who: manager, may: [customer.*, import.*], see: [customer, import], scope: all}
  - clause: 第二条
    text: 稽核查看全部客户，电话与地址不显示。
    controls:
      - access: {id: audit, who: auditor, see: customer, scope: all, mask: [customer.phones.digits, customer.address]}
""",
}


class Desk:
    """Runs commands as the cast: 季安 and 唐果 sell, 苏敏 manages, 罗平 audits, 韩立 has no post."""

    def __init__(self) -> None:
        self.posts: dict[str, UUID] = {}
        self.act(None, "company.found", name="青禾软件")
        self.unit = self.act(None, "unit.open", name="客户部")
        self.seller = self.hire("季安", "salesperson")
        self.other = self.hire("唐果", "salesperson")
        self.manager = self.hire("苏敏", "manager")
        self.auditor = self.hire("罗平", "auditor")
        self.stranger = self.hire("韩立")

    def hire(self, name: str, role: str | None = None) -> UUID:
        """A person who holds, where a role is given, its post in the unit."""
        person = self.act(None, "person.add", name=name)
        if role:
            if role not in self.posts:
                self.posts[role] = self.act(None, "post.establish", unit=self.unit, role=roles()[role][0])
            self.act(None, "post.assign", self.posts[role], person=person)
        return person

    def run(self, actor: UUID | None, verb: str, key: UUID | None = None, /, **args: Any) -> Outcome:
        """What becomes of one command."""
        return gate.run_one(Context(actor, "page" if actor else "command_line"), verb, key, args)

    def act(self, actor: UUID | None, verb: str, key: UUID | None = None, /, **args: Any) -> UUID:
        """Run a command that must succeed; the id of its record."""
        outcome = self.run(actor, verb, key, **args)
        assert isinstance(outcome, Done), outcome
        return outcome.object


@contextlib.contextmanager
def open_desk() -> Iterator[Desk]:
    """The customer desk of 青禾软件 under its pack."""
    forget()
    desk = kept(("customer desk", *sorted(PACK.items())), _founded)
    with clock.pinned(FOUNDED + dt.timedelta(hours=1)):
        yield desk
    forget()


def _founded() -> Desk:
    pack, faults = pack_from_texts(PACK)
    assert pack is not None, faults
    with clock.pinned(FOUNDED):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, pack)
    with clock.pinned(FOUNDED + dt.timedelta(hours=1)):
        return Desk()
