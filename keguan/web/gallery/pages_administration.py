"""Sample pages: who may do what, who read personal data, how the installation runs."""

import datetime as dt
from dataclasses import replace

from keguan.kernel.records.labels import Label
from keguan.web.components import Citation, Fact, Field, Fieldset, Link, Option, State
from keguan.web.gallery import parts
from keguan.web.gallery.cast import LONG, POLICY, at
from keguan.web.pages import (
    AccessMatrix,
    ActLine,
    AllowedRow,
    EffectPart,
    FindingRow,
    Installation,
    JobRow,
    MovedRow,
    ReadingRow,
    Readings,
    TokenLine,
    Tokens,
)

CLAUSE_4 = Citation("access", POLICY, "第四条", "#")
CLAUSE_7 = Citation("access", POLICY, "第七条", "#")
ALL, OWN = Label("全部", "all"), Label("本人经手的", "their own")
PHONE = Label("电话", "Phone")
ROLES = (
    Label("客户服务专员", "Customer service agent"),
    Label("销售人员", "Salesperson"),
    Label("总经理", "General manager"),
    Label("仓储部专员", "Warehouse keeper"),
)
ACCESS = AccessMatrix(
    Label("工单", "Case"),
    (Option("case", Label("工单", "Case")), Option("customer", Label("客户", "Customer"))),
    "case",
    ROLES,
    (
        ActLine(
            Label("查看", "See"),
            (
                (AllowedRow(ALL, CLAUSE_4),),
                (AllowedRow(OWN, CLAUSE_7, PHONE), AllowedRow(ALL, CLAUSE_7)),
                (AllowedRow(ALL, CLAUSE_7),),
                (),
            ),
        ),
        ActLine(Label("核决", "Settle"), ((), (), (AllowedRow(ALL, CLAUSE_7),), ())),
        ActLine(Label("登记工单", "Open a case"), ((AllowedRow(ALL, CLAUSE_4),), (AllowedRow(OWN, CLAUSE_7),), (), ())),
    ),
)
READINGS = Readings(
    (
        ReadingRow(
            at("10-09 10:41"), "程一", Label("页面", "page"), Label("客户", "Customer"), LONG, "#",
            Label("名称、电话、邮箱", "Name, Phone, E-mail"),
        ),
        ReadingRow(
            at("10-09 10:12"), "罗安", Label("接口", "API"), Label("导出 1,204 条客户", "exported 1,204 × Customer"),
            "", "", Label("名称", "Name"),
        ),
    ),
    (Option("1", "程一"), Option("2", "罗安")),
    next_url="#",
    citation=CLAUSE_4,
)  # fmt: skip
READINGS_NONE = Readings((), (), is_kept=False)
INSTALLATION = Installation(
    (
        FindingRow(Label("数据库可用，版本 18", "the database answers, version 18")),
        FindingRow(Label("磁盘只剩 3%：请清理或扩容", "3% of the disk is left: clear it or add more"), "broken"),
        FindingRow(Label("备份：还没有做过", "Backup: none yet"), "soon"),
    ),
    (
        JobRow(
            42,
            Label("把通知发到外部", "Send a notice out"),
            at("10-09 03:12"),
            6,
            person=Link("顾怀瑾", "#"),
            about=(Label("企业微信群机器人", "WeCom group robot"), Label("通知", "a notice")),
            records=(Link("TS-000123 到货三箱外包装破损", "#"),),
            citations=(CLAUSE_7,),
            error=Label("企业微信群机器人没有接收这条消息", "not taken: WeCom group robot"),
        ),
        JobRow(41, Label("判定到期的事项", "Judge what has become due"), at("10-09 03:00"), 1, times=5),
    ),
    (
        Fact(Label("最近封存", "Last seal"), Label("第 4,102 号", "number 4,102")),
        Fact(Label("最近备份", "Last backup"), Label("今天 02:00，成功", "today 02:00, succeeded")),
    ),
    key="k1",
)
EFFECT = EffectPart(
    1204,
    318,
    12,
    2,
    (
        MovedRow(
            Label("六日内结案", "closed within six days"), CLAUSE_4, LONG, "#", at("10-12 18:00"), at("10-20 18:00")
        ),
        MovedRow("", CLAUSE_7, Label("工单", "Case"), "", at("10-14 18:00"), at("10-08 18:00"), is_overdue=True),
    ),
)
TOKEN = TokenLine(
    "t1", "ERP 对接", "何副总", "kg_7fQ2xA", State(Label("有效", "works"), "kept"),
    at("09-01 10:00"), at("12-31 00:00"),
    "沈一", dt.date(2026, 10, 9), revoke_url="/revoke",
)  # fmt: skip
TOKENS = Tokens(
    (TOKEN, replace(TOKEN, id="t2", name="短信网关", last_used_on=None, issued_by="", reasons=(parts.REASONS[0],))),
    (replace(TOKEN, id="t3", state=State(Label("已吊销", "revoked")), revoked_at=at("10-01 09:00"), revoke_url=""),),
    (Fieldset((
        Field("person", Label("代表", "Acts as"), "reference", is_required=True),
        Field("name", Label("用途", "Purpose"), is_required=True),
        Field("expires_at", Label("到期时间", "Expires at"), "moment", hint=Label("不填即一年", "left empty: a year")),
    )),),
    CLAUSE_4,
    may_issue=True,
)  # fmt: skip
TOKENS_ISSUED = replace(TOKENS, secret="kg_7fQ2xA9vM0cR8yW3nE5tB1zK6uL4hJ2sD0pG7iO9xQ")  # noqa: S106 – a sample
TOKENS_NONE = Tokens(())
