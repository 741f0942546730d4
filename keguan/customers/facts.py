"""What is known of a customer, of its contacts and phones, and of an import of customers.

Names, numbers, addresses and remarks are personal: they stand in the payload and can be erased. Search keys are
derived from the name and never journalled.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.customers.phones import KINDS as PHONE_KINDS
from keguan.kernel.records.kinds import BadValue, Choice, Fields, Integer, Kind, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import Setting, vocabulary

KINDS = {
    "organisation": Label("单位", "Organisation"),
    "person": Label("个人", "Person"),
}
ON_DUPLICATE = {
    "skip": Label("跳过，不导入", "Skip"),
    "update": Label("用表中内容更新已有客户", "Update the existing customer"),
    "refuse": Label("列为问题", "List as a problem"),
    "add": Label("仍作为新客户导入", "Add all the same"),
}
OUTCOMES = {
    "refused": Label("有问题，未导入", "Refused"),
    "skipped": Label("重复，已跳过", "Skipped as a duplicate"),
    "waiting": Label("待批准", "Waiting for consent"),
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

PROBLEMS = LineType(
    "problems",
    Label("未导入的行", "Rows not imported"),
    table="customers_importproblem",
    parent="import",
    facts=(
        Fact("row", Integer(1), Label("行号", "Row")),
        Fact("outcome", Choice(OUTCOMES), Label("结果", "Outcome")),
        Fact("reasons", Fields(), Label("原因", "Reasons"), personal=True, erased={"reasons": []}),
    ),
)

IMPORT = vocabulary.add_type(
    RecordType(
        name="import",
        label=Label("客户导入", "Customer import"),
        table="customers_import",
        facts=(
            Fact("title", Text(200), Label("文件名", "File name")),
            Fact("digest", Text(64), Label("文件摘要", "Digest of the file"), is_file=True),
            Fact("table", Text(64), Label("已读取内容的摘要", "Digest of what was read"), is_file=True),
            Fact("mapping", Fields(), Label("列的对应", "Columns")),
            Fact("on_duplicate", Choice(ON_DUPLICATE), Label("遇到重复", "On duplicates")),
            Fact("stage", Text(40), Label("状态", "State")),
            Fact("opened_by", Reference("person"), Label("导入人", "Imported by")),
            Fact("opened_at", Moment(), Label("上传时间", "Uploaded at")),
            Fact("started_at", Moment(), Label("开始时间", "Started at")),
            Fact("closed_at", Moment(), Label("结束时间", "Ended at")),
            Fact("total", Integer(0), Label("总行数", "Rows")),
            Fact("position", Integer(0), Label("已处理行数", "Rows done with")),
            Fact("added", Integer(0), Label("新增", "Added")),
            Fact("updated", Integer(0), Label("更新", "Updated")),
            Fact("skipped", Integer(0), Label("跳过", "Skipped")),
            Fact("refused", Integer(0), Label("有问题", "Refused")),
            Fact("waiting", Integer(0), Label("待批准", "Waiting")),
        ),
        lines=(PROBLEMS,),
        stages=(
            Stage("uploaded", Label("已上传", "Uploaded")),
            Stage("running", Label("导入中", "Running")),
            Stage("finished", Label("已完成", "Finished")),
            Stage("cancelled", Label("已停止", "Stopped")),
        ),
        code=None,
        stage="stage",
        opener="opened_by",
        is_about_anybody=True,
        needed_in=("uploaded", "running"),
    )
)
