"""The words the tests of conditions, terms and people speak in."""

import io
from typing import Any

from ruamel.yaml import YAML

from keguan.controls.conditions import Condition, LineList, Name, Vocabulary, Where, compile_condition
from keguan.controls.conditions.names import ACT
from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label

TYPES = {
    "complaint": Label("投诉", "Complaint"),
    "advice": Label("建议", "Suggestion"),
    "praise": Label("表扬", "Praise"),
}
ROLE = Listing(Choice({"deputy": Label("副经理", "Deputy"), "clerk": Label("经办员", "Clerk")}))


def fact(path: str, kind: Kind, zh: str, en: str) -> tuple[str, Name]:
    return path, Name(tuple(path.split(".")), kind, Label(zh, en))


WORDS = Vocabulary(
    dict([
        fact("amount", MoneyKind(), "赔付金额", "Compensation"),
        fact("limit", MoneyKind(), "限额", "Limit"),
        fact("type", Choice(options=TYPES), "类型", "Type"),
        fact("founded", Boolean(), "投诉成立", "Founded"),
        fact("title", Text(), "标题", "Title"),
        fact("score", Number(), "得分", "Score"),
        fact("times", Integer(), "次数", "Times"),
        fact("happened_on", Date(), "发生日期", "Day of the event"),
        fact("closed_at", Moment(), "结案时间", "Closing time"),
        fact("customer.company", Reference("unit"), "客户所属公司", "Company of the customer"),
        fact("actor.company", Reference("unit"), "承办人公司", "Company of the actor"),
        fact("case.owner", Reference("person"), "承办人", "Owner"),
        fact("case.complained_about", Reference("person"), "被投诉人", "Person complained about"),
        fact("case.department", Reference("unit"), "责任部门", "Department responsible"),
        fact("case.departments", Listing(Reference("unit")), "会同部门", "Departments"),
        fact("tags", Listing(Text()), "标签", "Tags"),
        fact("counted", Integer(), "清点张数", "Counted sheets"),
        fact("actor.role", ROLE, "办理人的岗位", "Role of the actor"),
    ]),
    {"case.find": Label("查明事实", "Find facts"), "case.close": Label("结案", "Close")},
    {
        "items": LineList(
            ("items",),
            Label("卷内文件", "Items"),
            {
                "pages": Name(("items", "pages"), Integer(), Label("页数", "Pages")),
                "approved": Name(("items", "approved"), Integer(), Label("核准数", "Approved")),
                "cost": Name(("items", "cost"), MoneyKind(), Label("费用", "Cost")),
                "title": Name(("items", "title"), Text(), Label("题名", "Title of the item")),
            },
        )
    },
    {
        "case.find": {
            "founded": Name((ACT, "a_founded"), Boolean(), Label("成立", "Founded")),
            "note": Name((ACT, "a_note"), Text(), Label("说明", "Note"), is_personal=True),
        }
    },
    {("case.owner", "role"): Name(("profile", "case", "owner", "role"), ROLE, Label("承办人的岗位", "Owner's role"))},
)  # fmt: skip


def yaml(text: str) -> Any:
    """The text as a pack is read: YAML with positions."""
    return YAML().load(io.StringIO(text))


def condition(text: str) -> Condition:
    """A condition from YAML."""
    return compile_condition(yaml(text), WORDS, Where(file="policy.yaml"))
