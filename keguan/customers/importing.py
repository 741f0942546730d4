"""Customers from a sheet: with phones and a first contact, recognised by number, phone and name.

Whoever imports is told only the likeness of customers that he may not see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from keguan.customers.commands import PROFILE
from keguan.customers.duplicates import Known, identity, known_customers, likeness
from keguan.customers.phones import BETWEEN, PhoneKind, read_phones
from keguan.customers.queries import seen
from keguan.imports.directory import Directory
from keguan.imports.importer import Importer
from keguan.imports.importers import register
from keguan.imports.mapping import Target, columns, plain_title
from keguan.imports.rows import Candidate, Key, State, Verdict, Writing
from keguan.kernel.commands.outcomes import Outcome, Reason
from keguan.kernel.commands.pipeline import Given
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import BadValue, Kind, Listing
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.sheets import Sheet

PERSONAL = ("姓名", "客户姓名", "会员姓名", "顾客姓名", "fullname")
"""Titles of a name column in sheets of persons."""
DUPLICATE_CURE = Label(
    "如果确实是另一个客户，请在导入设置里选“仍作为新的导入”",
    "if it is another customer, choose “Add all the same” in the import's settings",
)


class CustomerImporter(Importer):
    """Organisations and persons whom we serve."""

    synonyms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
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
    )
    treatments: ClassVar[tuple[str, ...]] = ("skip", "update", "refuse", "add")
    alike: ClassVar[Label] = Label("编号、电话或名称相同", "same number, phone or name")

    def targets(self, declared: Mapping[str, Fact] | None = None) -> list[Target]:
        """All fields; the commoner titles before those that stand within them."""
        order = list(self.synonyms)
        found = super().targets(declared)
        return sorted(found, key=lambda one: order.index(one.name) if one.name in order else len(order))

    def settle(self, mapping: dict[str, str], sheet: Sheet) -> dict[str, str]:
        """Without a contact a mobile is the customer's own; a column of numbers is phones; titles tell persons."""
        found = dict(mapping)
        if "contact_name" not in found.values():
            found = {index: "phones" if name == "contact_phones" else name for index, name in found.items()}
        if not {"phones", "contact_phones"} & set(found.values()):
            found |= _by_contents(sheet, found)
        titles = {str(column.index): plain_title(column.title) for column in sheet.columns}
        named = next((titles[index] for index, name in columns(found).items() if name == "name"), "")
        if named in PERSONAL and "kind" not in found.values():
            found["kind"] = "person"
        return found

    def for_all(self) -> list[Argument]:
        """What may hold for all customers of a sheet."""
        return [self.arguments[name] for name in ("kind", "owner", "unit")]

    def take(
        self, target: str, kind: Kind | None, cell: str, args: dict[str, Any], known: Directory, reasons: list[Reason]
    ) -> None:
        """Enter a cell; several numbers may stand in one."""
        if isinstance(kind, Listing) and isinstance(kind.of, PhoneKind):
            args.setdefault(target, []).extend(part for part in BETWEEN.split(cell) if part.strip())
        else:
            super().take(target, kind, cell, args, known, reasons)

    def identity(self, typed: Mapping[str, Any]) -> Iterable[Key]:
        """By number, phones and name."""
        return identity(typed)

    def judge(
        self, found: Sequence[Candidate], first: Mapping[Key, int], on_duplicate: str, viewer: UUID | None
    ) -> list[Verdict]:
        """A verdict for each: taken as it is, matched with a customer we know, or left out. Four statements at most."""
        if on_duplicate == "add":
            return [Verdict(one, "refused" if one.reasons else "add", one.reasons) for one in found]
        known = known_customers({key for candidate in found for key in candidate.keys})
        visible = _visible(viewer, {customer.id for customers in known.values() for customer in customers})
        left_out: State = "refused" if on_duplicate == "refuse" else "skipped"
        verdicts = []
        for candidate in found:
            if candidate.reasons:
                verdicts.append(Verdict(candidate, "refused", candidate.reasons))
                continue
            earlier = min(((first[key], key) for key in candidate.keys if first[key] < candidate.row), default=None)
            matches = [(customer, key) for key in sorted(candidate.keys) for customer in known.get(key, ())]
            if earlier is not None:
                verdicts.append(Verdict(candidate, left_out, (_twin(*earlier),)))
            elif not matches:
                verdicts.append(Verdict(candidate, "add"))
            elif on_duplicate == "update":
                verdicts.append(_update(candidate, matches, visible))
            else:
                verdicts.append(Verdict(candidate, left_out, (_match(*matches[0], visible),)))
        return verdicts

    def write(self, writing: Writing, verdicts: Sequence[Verdict]) -> dict[int, Outcome]:
        """Add new customers; of those we know change particulars and phones, never name, kind or number."""
        adding: list[tuple[int, Given]] = []
        updating: list[tuple[int, Given]] = []
        for verdict in verdicts:
            one = verdict.candidate
            if verdict.state == "add":
                args = {**one.args, "imported_from": str(writing.job), "import_row": one.row}
                adding.append((one.row, (None, args, one.happened_at)))
            elif verdict.state == "update":
                changes = {name: value for name, value in one.args.items() if name in (*PROFILE, "phones")}
                updating.append((one.row, (verdict.known, changes)))
        outcomes: dict[int, Outcome] = {}
        for verb, items in (("customer.add", adding), ("customer.update", updating)):
            done = writing.act(verb, [given for _, given in items])
            outcomes |= {row: outcome for (row, _), outcome in zip(items, done, strict=True)}
        return outcomes


def _by_contents(sheet: Sheet, taken: Collection[str]) -> dict[str, str]:
    """The first free column in which nearly everything reads as a phone number."""
    for place, column in enumerate(sheet.columns):
        samples = [cell for row in sheet.rows[:50] if (cell := row.cells[place])]
        if str(column.index) not in taken and samples and sum(map(_is_phone, samples)) >= 0.8 * len(samples):
            return {str(column.index): "phones"}
    return {}


def _is_phone(text: str) -> bool:
    try:
        return bool(read_phones(text))
    except BadValue:
        return False


def _visible(viewer: UUID | None, ids: Collection[UUID]) -> Collection[UUID]:
    if viewer is None or not ids:
        return ids
    return seen(viewer, ids)


def _update(candidate: Candidate, matches: Sequence[tuple[Known, Key]], visible: Collection[UUID]) -> Verdict:
    customers = {customer.id for customer, _ in matches}
    if len(customers) == 1 and customers <= set(visible):
        return Verdict(candidate, "update", known=matches[0][0].id)
    if customers <= set(visible):
        codes = "、".join(sorted({customer.code for customer, _ in matches}))
        message = Label(f"与不止一个已有客户相同：{codes}", f"several customers look like this one: {codes}")
        return Verdict(candidate, "refused", (Reason(message, DUPLICATE_CURE, kind="invariant"),))
    return Verdict(candidate, "refused", (_match(*matches[0], visible),))


def _twin(row: int, key: Key) -> Reason:
    like = likeness(key)
    message = Label(f"与本表第 {row} 行重复（{like.zh}）", f"a duplicate of row {row} of this sheet ({like.en})")
    return Reason(message, DUPLICATE_CURE, kind="invariant")


def _match(customer: Known, key: Key, visible: Collection[UUID]) -> Reason:
    like = likeness(key)
    if customer.id in visible:
        message = Label(
            f"已有这个客户：{customer.code}（{like.zh}）", f"this customer is known: {customer.code} ({like.en})"
        )
    else:
        message = Label(f"公司已有这个客户（{like.zh}）", f"the company has this customer already ({like.en})")
    return Reason(message, DUPLICATE_CURE, kind="invariant")


register("customer", CustomerImporter)
