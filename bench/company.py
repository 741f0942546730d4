"""The invented company of the demo's pack, with its policies in force, and somebody who registers complaints."""

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.cli.scenarios.cast import found
from keguan.controls import gate
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import find_pack
from keguan.policies.rulebooks import current, forget

PACK = "software-firm-service-and-complaints"
MORE = Path(__file__).with_name("house")
"""Further rules, so that some forty controls are in force, half of them asked when a case is opened."""
SYSTEM = Context(actor=None, channel="command_line")


class Desk:
    """`open(n)` registers n complaints in one command; `facts` is what each of them says."""

    def __init__(self) -> None:
        forget()
        pack = read_pack(find_pack(PACK))
        if pack.organisation is None:
            raise RuntimeError("the pack has no invented company")
        now = clock.now()
        with clock.pinned(now - dt.timedelta(days=60)):
            ensure_base(gate.run, SYSTEM)
            adopt(gate.run, SYSTEM, pack)
            adopt(gate.run, SYSTEM, read_pack(MORE))
        with clock.pinned(now - dt.timedelta(days=59)):
            names = found(gate.run, SYSTEM, pack.organisation, pack.form.currency)
        self.ctx = Context(actor=names.people["cheng_agent"], channel="page")
        customer = gate.run_one(self.ctx, "customer.add", None, {"name": "禾木文具有限公司", "kind": "organisation"})
        assert isinstance(customer, Done), customer
        self.facts: dict[str, Any] = {
            "kind": "complaint",
            "channel": "phone",
            "customer": customer.object,
            "title": "报表导出缺少合计行",
            "description": "月末导出的销售报表没有合计行，财务无法对账。",
            "order_no": "DD-20817",
            "batch_no": "B-1107",
            "product_spec": "企业版 10 用户",
            "quantity": 10,
            "defective_quantity": 1,
            "shipped_on": (now - dt.timedelta(days=40)).date().isoformat(),
            "demand": "尽快修好并致歉",
            "reason": "升级后报表模板损坏",
            "severity": "ordinary",
        }
        book = current(now)
        self.controls = len(book.controls), len(book.by_verb("case.open"))
        self.open(1)  # the first of all also begins its number series

    def open(self, many: int) -> list[UUID]:
        """Register complaints through the gate; their ids."""
        outcomes = gate.run(self.ctx, "case.open", [(None, self.facts)] * many)
        made = [outcome.object for outcome in outcomes if isinstance(outcome, Done)]
        if len(made) != many:
            raise RuntimeError(next(outcome for outcome in outcomes if not isinstance(outcome, Done)))
        return made
