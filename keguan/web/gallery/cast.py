"""The invented people, clauses and moments that the sample pages share. No real person or company."""

import datetime as dt

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.web.components import Citation
from keguan.web.pages import Shell

NOW = dt.datetime(2026, 10, 9, 11, 10, tzinfo=COMPANY_ZONE)
POLICY = "客户服务与投诉处理制度"


def at(text: str) -> dt.datetime:
    """A moment in the company's zone, from `10-08 10:12` (of 2026) or a full ISO text."""
    return dt.datetime.fromisoformat(text if len(text) > 11 else f"2026-{text}").replace(tzinfo=COMPANY_ZONE)


def cite(clause: str, title: str = "", anchor: str = "c27") -> Citation:
    """A clause of the sample policy."""
    return Citation(POLICY, clause, f"/policies/service-desk#{anchor}", title)


REPLY = cite("第二十五条 3", "三日内答复", "c25")
CLOSE = cite("第二十六条", "办理期限", "c26")
SETTLE = cite("第二十七条", "赔付核决", "c27")
PROMISE = cite("第二十五条 6", "不得先行承诺", "c25")
STAGES = cite("第二十四条", "办理次序", "c24")

SHELL = Shell(
    person="周岚",
    post=Label("客服专员 · 华东客服部", "Service officer · East service department"),
    owed=7,
    is_late=True,
    approvals=3,
    notices=2,
    may_import=True,
    may_take=True,
    may_see_policies=True,
)
DEPUTY = Label("分管副总经理", "the deputy general manager in charge")
LONG = (
    "关于“江南印务（苏州）有限公司 2026 年第三季度 A3 彩色数码印刷机 KG-9000 Pro 连续卡纸、"
    "到货三箱外包装破损并要求整单退货”的投诉"
)
