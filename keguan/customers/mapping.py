"""What the columns of a customer sheet mean: the fields they can go to, and a guess from their titles.

Pure. A guess is a proposal; a person confirms it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keguan.customers.phones import read_phones
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import simplified
from keguan.kernel.records.types import Fact
from keguan.kernel.sheets import Sheet

EXTRA = "extra."
KIND_OF_ALL = "kind"
"""The key under which a mapping says of what kind all customers of the sheet are."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can go to. With `many`, several columns may."""

    name: str
    label: Label
    titles: tuple[str, ...]
    many: bool = False


TITLES = {
    "name": "客户名称 客户姓名 客户 名称 姓名 公司名称 公司 单位名称 单位 企业名称 客户全称 会员姓名 顾客姓名 "
    "name customer customername company companyname fullname organisation organization",
    "kind": "客户类型 类型 客户性质 性质 kind type customertype",
    "code": "客户编号 客户编码 客户代码 编号 编码 代码 会员号 code customerno customernumber customerid id no",
    "phones": "电话 联系电话 电话号码 公司电话 单位电话 固定电话 座机 固话 联系方式 客户电话 总机 "
    "phone telephone tel phonenumber landline officephone",
    "contact_name": "联系人 联系人姓名 主要联系人 对接人 联络人 经办人 contact contactname contactperson",
    "contact_title": "联系人职务 职务 职位 岗位 title jobtitle position contacttitle",
    "contact_phones": "手机 手机号 手机号码 移动电话 联系人电话 联系人手机 联系手机 "
    "mobile mobilephone cell cellphone contactphone contactmobile",
    "contact_email": "联系人邮箱 contactemail",
    "city": "城市 所在城市 市 地市 city",
    "address": "地址 公司地址 单位地址 联系地址 通讯地址 详细地址 住址 address street",
    "email": "电子邮箱 邮箱 电子邮件 email mail emailaddress",
    "source": "来源 客户来源 渠道 source leadsource",
    "owner": "负责人 客户经理 业务员 销售 销售员 跟进人 归属人 owner accountmanager salesperson",
    "unit": "归属部门 部门 所属部门 负责部门 unit department",
    "remark": "备注 说明 附注 remark remarks note notes comment",
}
"""Titles of columns as people write them, by the field they mean."""


def _target(name: str, zh: str, en: str, *, many: bool = False) -> Target:
    return Target(name, Label(zh, en), tuple(TITLES[name].split()), many)


TARGETS = (
    _target("name", "客户名称", "Name"),
    _target("kind", "客户类型", "Kind"),
    _target("code", "客户编号", "Customer number"),
    _target("phones", "电话", "Phones", many=True),
    _target("contact_name", "联系人", "Contact"),
    _target("contact_title", "联系人职务", "Contact's title"),
    _target("contact_phones", "联系人电话", "Contact's phones", many=True),
    _target("contact_email", "联系人邮箱", "Contact's e-mail"),
    _target("city", "城市", "City"),
    _target("address", "地址", "Address"),
    _target("email", "电子邮箱", "E-mail"),
    _target("source", "来源", "Source"),
    _target("owner", "负责人", "Owner"),
    _target("unit", "归属部门", "Unit"),
    _target("remark", "备注", "Remark"),
)
PERSONAL = ("姓名", "客户姓名", "会员姓名", "顾客姓名", "fullname")
"""Titles of a name column in sheets of persons."""

TOGETHER = re.compile(r"[（(\[【].*?[)）\]】]|[\s*:：_\-./、★＊]")


def targets(declared: Mapping[str, Fact] | None = None) -> list[Target]:
    """All fields a column can go to, those declared by packs last."""
    extra = [
        Target(EXTRA + name, fact.label, (fact.label.zh, fact.label.en, name))
        for name, fact in (declared or {}).items()
    ]
    return [*TARGETS, *extra]


def plain_title(title: str) -> str:
    """A title as it is compared: folded, Simplified, without brackets and what they hold, without blanks and marks."""
    text = simplified(unicodedata.normalize("NFKC", title).lower())
    return TOGETHER.sub("", text) or text


def propose(sheet: Sheet, declared: Mapping[str, Fact] | None = None) -> dict[str, str]:
    """Column index (as text) → field, from the titles; phones also from what a column holds.

    Columns that mean nothing to us are left out. `kind` says what the sheet's customers are, when its titles do.
    """
    known = targets(declared)
    titles = {column.index: plain_title(column.title) for column in sheet.columns}
    found: dict[int, str] = {}
    for exact in (True, False):
        for target in known:
            words = {plain_title(word) for word in target.titles}
            for index, title in titles.items():
                is_free = index not in found and (target.many or target.name not in found.values())
                if is_free and (title in words if exact else _holds(title, words)):
                    found[index] = target.name
    _prefer_own_phones(found)
    if not {"phones", "contact_phones"} & set(found.values()):
        found.update(_by_contents(sheet, set(found)))
    mapping = {str(index): found[index] for index in sorted(found)}
    name = next((titles[index] for index, target in found.items() if target == "name"), "")
    if name in PERSONAL and "kind" not in mapping.values():
        mapping[KIND_OF_ALL] = "person"
    return mapping


def _holds(title: str, words: set[str]) -> bool:
    """Whether a word stands within the title; short Latin ones would stand in too many."""
    return any(len(word) >= (4 if word.isascii() else 2) and word in title for word in words)


def _prefer_own_phones(found: dict[int, str]) -> None:
    """Without a contact, a mobile number is the customer's own."""
    if "contact_name" not in found.values():
        for index, target in found.items():
            if target == "contact_phones":
                found[index] = "phones"


def _by_contents(sheet: Sheet, taken: set[int]) -> dict[int, str]:
    """The first free column in which nearly everything reads as a phone number."""
    for place, column in enumerate(sheet.columns):
        samples = [cell for row in sheet.rows[:50] if (cell := row.cells[place])]
        if column.index not in taken and samples and sum(map(_is_phone, samples)) >= 0.8 * len(samples):
            return {column.index: "phones"}
    return {}


def _is_phone(text: str) -> bool:
    try:
        return bool(read_phones(text))
    except BadValue:
        return False


def check_mapping(mapping: Mapping[str, str], sheet: Sheet, known: Sequence[Target]) -> list[Label]:
    """What is wrong with a mapping: no name, an unknown field, one field for two columns."""
    faults = []
    by_name = {target.name: target for target in known}
    chosen = [target for index, target in mapping.items() if index != KIND_OF_ALL]
    if "name" not in chosen:
        faults.append(Label("请指定哪一列是客户名称", "say which column is the customer's name"))
    for name in dict.fromkeys(chosen):
        if name not in by_name:
            faults.append(Label("没有“{name}”这个字段", "there is no field {name}").format(name=name))
        elif chosen.count(name) > 1 and not by_name[name].many:
            label = by_name[name].label
            faults.append(Label(f"“{label.zh}”只能对应一列", f"“{label.en}” can take one column only"))
    indexes = {str(column.index) for column in sheet.columns} | {KIND_OF_ALL}
    if any(index not in indexes for index in mapping):
        faults.append(Label("表里没有这一列", "the sheet has no such column"))
    return faults
