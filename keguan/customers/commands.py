"""The acts on a customer. Bodies say what is true; whose customers somebody may change is the policies' to say.

What holds under every policy: a customer has a name, a number stands once under one customer or contact, and the
main contact is one of the customer's own.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from keguan.customers.facts import CUSTOMER
from keguan.customers.names import keys
from keguan.customers.phones import PhoneKind, read_phone
from keguan.kernel.commands.corrections import add_correct, add_void
from keguan.kernel.commands.erasing import erasure
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.revealing import revelation
from keguan.kernel.commands.verbs import Argument, Item, back, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Listing, Text
from keguan.kernel.records.labels import Label

PROFILE = ("city", "address", "email", "source", "remark", "extra")
NUMBERS = Argument("phones", Listing(PhoneKind(), most=20), Label("电话", "Phones"), personal=True)
EMPTIED = {
    name: Reason(Label(f"{zh}不能清空", f"the {en} cannot be emptied"), field=name, kind="input")
    for name, zh, en in (("name", "客户名称", "name"), ("kind", "客户类型", "kind"), ("code", "客户编号", "number"))
}
NOT_AN_IMPORT = Reason(
    Label("导入来源只能由导入写入", "only an import can say where a customer was imported from"),
    field="imported_from",
    kind="input",
)


def search_keys(name: str, kind: str) -> dict[str, Any]:
    """The derived facts of a name."""
    return keys(name, is_person=kind == "person")._asdict()


def _derived(facts: Mapping[str, Any]) -> dict[str, Any]:
    return search_keys(facts["name"], facts["kind"])


correct = add_correct(CUSTOMER, _derived)
void, reinstate = add_void(CUSTOMER)


@verb(
    "customer.add",
    Label("新建客户", "Add a customer"),
    on=CUSTOMER,
    arguments=(
        *takes(CUSTOMER, "name!", "kind", "code"),
        NUMBERS,
        Argument("contact_name", Text(60), Label("联系人", "Contact"), personal=True),
        Argument("contact_title", Text(60), Label("联系人职务", "Contact's title"), personal=True),
        Argument("contact_email", Text(120), Label("联系人邮箱", "Contact's e-mail"), personal=True),
        Argument(
            "contact_phones", Listing(PhoneKind(), most=20), Label("联系人电话", "Contact's phones"), personal=True
        ),
        *takes(CUSTOMER, *PROFILE, "owner", "unit", "imported_from", "import_row"),
    ),
    creates=True,
    names=("owner", "unit"),
)
def add(work: Work, items: list[Item]) -> None:
    """Register an organisation or a person as a customer, with its phones and a first contact."""
    for item in items:
        if work.ctx.channel != "import" and (item["imported_from"] or item["import_row"]):
            work.refuse(item, NOT_AN_IMPORT)
            continue
        kind = item["kind"] or "organisation"
        work.create(
            item,
            name=item["name"],
            kind=kind,
            opened_by=work.ctx.actor,
            created_at=item.happened_at,
            **{name: item[name] for name in (*PROFILE, "owner", "unit", "imported_from", "import_row")},
            **search_keys(item["name"], kind),
        )
        if item["code"]:
            work.set(item, code=item["code"])
        else:
            work.number(item, "code")
        add_phones(work, item, item["phones"], None)
        if item["contact_name"] or item["contact_phones"]:
            contact = work.add_line(
                item,
                "contacts",
                name=item["contact_name"] or item["name"][:60],
                title=item["contact_title"],
                email=item["contact_email"],
            )
            work.set(item, primary_contact=contact)
            add_phones(work, item, item["contact_phones"], contact)


@verb(
    "customer.update",
    Label("修改客户资料", "Update the customer"),
    on=CUSTOMER,
    arguments=(*takes(CUSTOMER, "name", "kind", "code", *PROFILE), NUMBERS),
    loads=("phones",),
    inverse=back("customer.update", "name", "kind", "code"),
)
def update(work: Work, items: list[Item]) -> None:
    """Change what is known of the customer; only what is given changes, and phones given are added."""
    for item in items:
        if emptied := next((name for name in EMPTIED if name in item.args and not item[name]), None):
            work.refuse(item, EMPTIED[emptied])
            continue
        work.set(item, **{name: value for name, value in item.args.items() if name != "phones"})
        if item["name"] or item["kind"]:
            name, kind = item["name"] or item.before["name"], item["kind"] or item.before["kind"]
            work.set(item, **search_keys(name, kind))
        add_phones(work, item, item["phones"], None, item.before.lines["phones"])


@verb(
    "customer.assign",
    Label("指定负责人", "Assign the customer"),
    on=CUSTOMER,
    arguments=takes(CUSTOMER, "owner", "unit"),
    names=("owner", "unit"),
    inverse=back("customer.assign"),
)
def assign(work: Work, items: list[Item]) -> None:
    """Say who looks after the customer and which unit it belongs to; only what is given changes."""
    for item in items:
        work.set(item, **item.args)


def add_phones(
    work: Work, item: Item, numbers: Iterable[str] | None, contact: UUID | None, known: Iterable[Mapping[str, Any]] = ()
) -> None:
    """The numbers (in their one form) belong to the customer or its contact; those it has already are left alone."""
    here = {(line["digits"], line["extension"]) for line in known if line["contact"] == contact}
    for number in numbers or ():
        found = read_phone(number)
        key = (found.digits, found.extension or None)
        if key not in here:
            here.add(key)
            work.add_line(item, "phones", digits=key[0], extension=key[1], kind=found.kind, contact=contact)


REVEAL = revelation(CUSTOMER)
ERASE = erasure(CUSTOMER)
