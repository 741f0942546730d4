"""A company whose staff may do everything with cases and customers, with an approval, a notice and a term."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from keguan.controls import gate
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Waiting
from keguan.org.queries import roles
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import pack_from_texts
from keguan.policies.rulebooks import forget

SYSTEM = Context(actor=None, channel="command_line")
SETTING = """
  - clause: 第五条
    text: 查看与导出客户个人信息的，逐次记录。
    controls:
      - setting: {id: readings, of: reading.log, is: HOW}
"""
PACK = {
    "pack.yaml": """
pack: desk
title: {zh: 服务台, en: Service desk}
roles:
  clerk: {zh: 客服专员, en: Clerk}
  manager: {zh: 客服经理, en: Service manager}
fields:
  customer:
    level: {kind: text, zh: 等级, en: Level}
    hobby: {kind: text, zh: 爱好, en: Hobby, personal: true}
""",
    "policies/access.yaml": """
policy: access
title: 权限规定
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 客服办理全部工单与客户。
    controls:
      - access:
          id: staff
          who: [clerk, manager]
          may: [case.*, customer.*, contact.*, phone.*, import.*]
          see: [case, customer, import]
          export: [case, customer]
          scope: all
""",
    "policies/service.yaml": """
policy: service
title: 服务规定
effective: 2020-01-01
clauses:
  - clause: 第二条
    text: 工单自受理之日起六日内结案。
    controls:
      - deadline: {id: close, after: case.accept, do: case.close, within: 6 days, by: case.owner}
  - clause: 第三条
    text: 赔付由客服经理核决。
    controls:
      - approval: {id: settle, of: case.settle, how: authority, by: manager}
  - clause: 第四条
    text: 受理投诉即告知客服经理。
    controls:
      - reaction:
          id: told
          after: case.open
          notify: manager
          text: {zh: "新投诉：{case.title}，{case.contact_name}", en: "a new complaint: {case.title}"}
""",
}


class Desk:
    """季安 is a clerk, 苏敏 the manager."""

    def __init__(self) -> None:
        self.act(None, "company.found", None, name="青禾软件")
        self.unit = self.act(None, "unit.open", None, name="客服部")
        self.clerk = self.hire("季安", "clerk")
        self.manager = self.hire("苏敏", "manager")

    def hire(self, name: str, role: str) -> UUID:
        """Somebody in a post of his own."""
        person = self.act(None, "person.add", None, name=name)
        post = self.act(None, "post.establish", None, unit=self.unit, role=roles()[role][0])
        self.act(None, "post.assign", post, person=person)
        return person

    def run(self, actor: UUID | None, verb: str, key: UUID | None, /, **args: Any) -> Outcome:
        """What becomes of one command."""
        ctx = Context(actor, "page" if actor else "command_line", idempotency_key=str(uuid4()))
        return gate.run(ctx, verb, [(key, args)])[0]

    def act(self, actor: UUID | None, verb: str, key: UUID | None, /, **args: Any) -> UUID:
        """Run a command that must succeed; the id of its record."""
        outcome = self.run(actor, verb, key, **args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def ask(self, actor: UUID, verb: str, key: UUID, /, **args: Any) -> UUID:
        """Run a command that must wait; the id of the request."""
        outcome = self.run(actor, verb, key, **args)
        assert isinstance(outcome, Waiting), outcome
        return outcome.approval


@contextlib.contextmanager
def opened(how: str = "none") -> Iterator[Desk]:
    """The company under its pack, with readings logged as the setting says."""
    forget()
    texts = dict(PACK)
    if how != "none":
        texts["policies/service.yaml"] += SETTING.replace("HOW", how)
    pack, faults = pack_from_texts(texts)
    assert pack is not None, faults
    eve = clock.now() - dt.timedelta(hours=1)
    with clock.pinned(eve):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, pack)
    with clock.pinned(eve + dt.timedelta(minutes=1)):
        desk = Desk()
    yield desk
    forget()
