"""What is known of a customer, of its contacts and phones.

Names, numbers, addresses and remarks are personal: they stand in the payload and can be erased. Search keys are
derived from the name and never journalled.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.customers.phones import KINDS as PHONE_KINDS
from keguan.kernel.records.kinds import BadValue, Choice, Fields, Integer, Kind, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import Setting, vocabulary

KINDS = {
    "organisation": Label("单位", "Organisation"),
    "person": Label("个人", "Person"),
}


@dataclass(frozen=True, slots=True)
class LineKey(Kind):
    """A line of the same record, by id."""

    name = "line"
    sql = "uuid"

    def parse(self, raw: object) -> UUID:
        """The id."""
        try:
            return raw if isinstance(raw, UUID) else UUID(str(raw))
        except ValueError:
            raise BadValue("“{raw}”不是有效的编号", "“{raw}” is not an id", raw=str(raw)) from None

    def to_json(self, value: Any) -> Any:
        """The id as text."""
        return None if value is None else str(value)


CONTACTS = LineType(
    "contacts",
    Label("联系人", "Contacts"),
    table="customers_contact",
    parent="customer",
    facts=(
        Fact("name", Text(60), Label("姓名", "Name"), personal=True, erased="—", identifies=True),
        Fact("title", Text(60), Label("职务", "Title"), personal=True),
        Fact("email", Text(120), Label("电子邮箱", "E-mail"), personal=True, identifies=True),
    ),
)
PHONES = LineType(
    "phones",
    Label("电话", "Phones"),
    table="customers_phone",
    parent="customer",
    facts=(
        Fact("digits", Text(20), Label("号码", "Number"), personal=True, identifies=True),
        Fact("extension", Text(6), Label("分机", "Extension"), personal=True),
        Fact("kind", Choice(PHONE_KINDS), Label("号码类型", "Kind of number")),
        Fact("contact", LineKey(), Label("联系人", "Contact")),
    ),
    is_removed=True,
)

CUSTOMER = vocabulary.add_type(
    RecordType(
        name="customer",
        label=Label("客户", "Customer"),
        table="customers_customer",
        facts=(
            Fact("code", Text(40), Label("客户编号", "Customer number")),
            Fact("name", Text(200), Label("客户名称", "Name"), personal=True, erased="—", identifies=True),
            Fact("kind", Choice(KINDS), Label("客户类型", "Kind")),
            Fact("city", Text(60), Label("城市", "City")),
            Fact("address", Text(200), Label("地址", "Address"), personal=True, identifies=True),
            Fact("email", Text(120), Label("电子邮箱", "E-mail"), personal=True, identifies=True),
            Fact("source", Text(60), Label("来源", "Source")),
            Fact("remark", Text(2000, lines=True), Label("备注", "Remark"), personal=True),
            Fact("owner", Reference("person"), Label("负责人", "Owner")),
            Fact("unit", Reference("unit"), Label("归属部门", "Unit")),
            Fact("opened_by", Reference("person"), Label("登记人", "Registered by")),
            Fact("created_at", Moment(), Label("登记时间", "Registered at")),
            Fact("voided_at", Moment(), Label("作废时间", "Voided at")),
            Fact("primary_contact", LineKey(), Label("主要联系人", "Main contact")),
            Fact("imported_from", Reference("import"), Label("来自导入", "Imported from")),
            Fact("import_row", Integer(1), Label("导入行号", "Imported row")),
            Fact("extra", Fields(), Label("补充字段", "Further fields")),
            Fact("folded", Text(400), Label("检索名", "Folded name"), personal=True, derived=True, erased=""),
            Fact("grams", Listing(Text(2)), Label("检索字组", "Grams"), personal=True, derived=True, erased=[]),
            Fact("initials", Text(400), Label("拼音首字母", "Initials"), personal=True, derived=True, erased=""),
            Fact("sort_key", Text(2000), Label("拼音", "Pinyin"), personal=True, derived=True, erased=""),
        ),
        lines=(CONTACTS, PHONES),
        title="name",
        owner="owner",
        assign="customer.assign",
        opener="opened_by",
        unit="unit",
        declared="extra",
        voided="voided_at",
        series="customer.number_pattern",
    )
)

NUMBER_PATTERN = vocabulary.add_setting(
    Setting("customer.number_pattern", Text(40), Label("客户编号规则", "Customer number pattern"), default="KH-NNNNNN")
)
