"""Sample pages: who may do what, who read personal data, how the installation runs."""

from keguan.kernel.records.labels import Label
from keguan.web.components import Citation, Fact, Option
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
        FindingRow(Label("磁盘只剩 3%：请清理或扩容", "3% of the disk is left: clear it or add more"), is_wrong=True),
    ),
    (JobRow(41, "controls.sweep", at("10-09 03:00"), 5),),
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
