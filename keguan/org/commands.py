"""The acts on the company's own records: found it, open units, add people, establish posts and let people hold them."""

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from keguan.kernel.commands.erasing import erasure
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.revealing import revelation
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import COMPANY_ZONE, Listing, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.org import following
from keguan.org.facts import CALENDAR, COMPANY, HOLDINGS, NOTICE, PERSON, POST, ROLE, UNIT
from keguan.org.spans import rebuild


def _today(item: Item) -> dt.date:
    return item.happened_at.astimezone(COMPANY_ZONE).date()


def _invariant(zh: str, en: str, cure: Label, field: str | None = None) -> Reason:
    return Reason(Label(zh, en), cure=cure, field=field, kind="invariant")


def _given(item: Item) -> dict[str, Any]:
    """The arguments that have a value."""
    return {name: value for name, value in item.args.items() if value is not None}


def _change(work: Work, item: Item, needed: str) -> None:
    """Set the arguments; the fact `needed` cannot be emptied."""
    if needed in item.args and item.args[needed] is None:
        cure = Label("填写名称，或不改这一项", "write one, or leave it unchanged")
        work.refuse(item, _invariant("名称不能为空", "the name cannot be empty", cure, needed))
    else:
        work.set(item, **item.args)


@verb(
    "company.found",
    Label("建立公司", "Found the company"),
    on=COMPANY,
    arguments=takes(COMPANY, "name!", "zone", "currency"),
    creates=True,
)
def found(work: Work, items: list[Item]) -> None:
    """Name the company, its time zone (IANA) and currency (ISO 4217); its calendar comes into being with it."""
    for item in items:
        zone = item["zone"] or COMPANY_ZONE.key
        if zone not in available_timezones():
            cure = Label("请写 Asia/Shanghai 这样的时区名", "write a zone such as Asia/Shanghai")
            work.refuse(item, _invariant(f"没有“{zone}”这个时区", f"there is no time zone “{zone}”", cure, "zone"))
            continue
        work.create(item, name=item["name"], zone=zone, currency=(item["currency"] or "CNY").upper())
        spec = {} if zone == COMPANY_ZONE.key else {"zone": zone}
        work.create_other(item, CALENDAR, name=item["name"], spec=spec)
        following.company_works(work, item, spec)


@verb("company.change", Label("更改公司资料", "Change the company"), on=COMPANY, arguments=takes(COMPANY, "name"))
def change_company(work: Work, items: list[Item]) -> None:
    """Change the company's name."""
    for item in items:
        _change(work, item, "name")


@verb(
    "unit.open",
    Label("设立部门", "Open a unit"),
    on=UNIT,
    arguments=takes(UNIT, "name!", "code", "parent", "kind", "opened_on"),
    creates=True,
    names=("parent",),
    derives=rebuild.after_units,
)
def open_unit(work: Work, items: list[Item]) -> None:
    """Open a department, branch, shop or group under its parent unit."""
    for item in items:
        work.create(item, **{"opened_on": _today(item), **_given(item)})
    following.units_moved(work, [(item, item["parent"]) for item in items])


@verb(
    "unit.change",
    Label("变更部门", "Change a unit"),
    on=UNIT,
    arguments=takes(UNIT, "name", "code", "parent", "kind"),
    names=("parent",),
    derives=rebuild.after_units,
)
def change_unit(work: Work, items: list[Item]) -> None:
    """Rename a unit or move it under another parent."""
    for item in items:
        _change(work, item, "name")
    following.units_moved(work, [(item, item["parent"]) for item in items if "parent" in item.args])


@verb(
    "unit.close",
    Label("撤销部门", "Close a unit"),
    on=UNIT,
    arguments=takes(UNIT, "closed_on"),
    derives=rebuild.after_closing,
)
def close_unit(work: Work, items: list[Item]) -> None:
    """Close a unit from a day on (today, if none is given); its posts are held by nobody from then."""
    for item in items:
        if item.before.get("closed_on") is not None:
            cure = Label("无须再次撤销", "nothing needs to be done")
            work.refuse(item, _invariant("部门已经撤销", "the unit is closed already", cure))
            continue
        work.set(item, closed_on=item["closed_on"] or _today(item))


@verb(
    "person.add",
    Label("增加人员", "Add a person"),
    on=PERSON,
    arguments=takes(PERSON, "name!", "code", "phone", "email", "joined_on"),
    creates=True,
    derives=rebuild.after_adding,
)
def add_person(work: Work, items: list[Item]) -> None:
    """Add somebody who works here; posts and a sign-in are given afterwards."""
    for item in items:
        work.create(item, **{"joined_on": _today(item), **_given(item)})


@verb(
    "person.change",
    Label("更改人员资料", "Change a person"),
    on=PERSON,
    arguments=takes(PERSON, "name", "code", "phone", "email"),
)
def change_person(work: Work, items: list[Item]) -> None:
    """Change a person's name, staff number, phone or e-mail."""
    for item in items:
        _change(work, item, "name")


@verb(
    "person.leave",
    Label("办理离职", "Record leaving"),
    on=PERSON,
    arguments=takes(PERSON, "left_on"),
    derives=rebuild.after_leaving,
)
def leave(work: Work, items: list[Item]) -> None:
    """Record the day (today, if none is given) from which a person no longer works here, holds posts or signs in."""
    for item in items:
        if item.before.get("left_on") is not None:
            cure = Label("再次入职请新增人员", "add a new person if he comes back")
            work.refuse(item, _invariant("此人已经离职", "this person has left already", cure))
            continue
        work.set(item, left_on=item["left_on"] or _today(item))


@verb(
    "person.hand_over",
    Label("移交工作", "Hand over"),
    on=PERSON,
    arguments=(
        Argument("to", Listing(Reference("person")), Label("接手人", "To"), required=True,
                 help=Label("几个人轮流接手", "several take turns")),
        Argument("types", Listing(Text(40)), Label("移交哪些记录", "Record types"),
                 help=Label("不选即全部", "none: all of them")),
    ),
    names=("to",),
)  # fmt: skip
def hand_over(work: Work, items: list[Item]) -> None:
    """Give everything open that a person owns to others, one record each in turn; what is refused stays, with reasons.

    Each record is handed over by the verb that assigns it, under the policies; obligations and requests follow it.
    """
    for item in items:
        cure = Label("请选择在职的其他人", "choose others who work here")
        if item.id in item["to"]:
            work.refuse(item, _invariant("不能移交给本人", "nobody hands over to himself", cure, "to"))


@verb("person.grant_sign_in", Label("开通登录", "Grant sign-in"), on=PERSON, arguments=takes(PERSON, "username!"))
def grant_sign_in(work: Work, items: list[Item]) -> None:
    """Record the name by which a person signs in. The password is set apart and never stands in the journal."""
    for item in items:
        if item.before.get("left_on") is not None:
            cure = Label("离职人员不能登录", "people who left cannot sign in")
            work.refuse(item, _invariant("此人已经离职", "this person has left", cure))
            continue
        work.set(item, username=item["username"])


@verb("person.withdraw_sign_in", Label("停用登录", "Withdraw sign-in"), on=PERSON)
def withdraw_sign_in(work: Work, items: list[Item]) -> None:
    """End a person's sign-in; he stays among the people."""
    for item in items:
        work.set(item, username=None)


@verb(
    "role.declare",
    Label("设定岗位职责", "Declare a role"),
    on=ROLE,
    arguments=takes(ROLE, "code!", "zh!", "en", "source"),
    creates=True,
)
def declare_role(work: Work, items: list[Item]) -> None:
    """Make a role known by the code that policies use and by its names."""
    for item in items:
        work.create(item, **item.args)


@verb("role.rename", Label("更名岗位职责", "Rename a role"), on=ROLE, arguments=takes(ROLE, "zh", "en", "source"))
def rename_role(work: Work, items: list[Item]) -> None:
    """Change what a role is called; its code stays."""
    for item in items:
        _change(work, item, "zh")


@verb(
    "post.establish",
    Label("设岗", "Establish a post"),
    on=POST,
    arguments=takes(POST, "unit!", "role!", "title", "is_head"),
    creates=True,
    names=("unit", "role"),
)
def establish(work: Work, items: list[Item]) -> None:
    """Establish a post: a role in a unit, heading it or not."""
    for item in items:
        work.create(item, **{"is_head": False, **_given(item)})


def _of_holding(name: str, *, required: bool = False) -> Argument:
    fact = HOLDINGS.by_name[name]
    return Argument(fact.name, fact.kind, fact.label, required, help=fact.help)


HOLDER, FROM, UNTIL = _of_holding("person", required=True), _of_holding("starts_on"), _of_holding("ends_on")


@verb(
    "post.assign",
    Label("任命", "Assign a post"),
    on=POST,
    arguments=(HOLDER, FROM, UNTIL),
    names=("person", "unit"),
    derives=rebuild.after_posts,
)
def assign(work: Work, items: list[Item]) -> None:
    """Let a person hold the post from a day (today, if none is given) up to but without another, or for good."""
    for item in items:
        starts_on = item["starts_on"] or _today(item)
        if item["ends_on"] is not None and item["ends_on"] <= starts_on:
            cure = Label("结束日期要晚于开始日期", "let it end after it starts")
            work.refuse(item, _invariant("任职期为空", "the days of holding are none", cure, "ends_on"))
            continue
        work.add_line(item, "holdings", person=item["person"], starts_on=starts_on, ends_on=item["ends_on"])


@verb(
    "post.relieve",
    Label("免职", "Relieve of a post"),
    on=POST,
    arguments=(HOLDER, UNTIL),
    names=("person", "unit"),
    loads=("holdings",),
    derives=rebuild.after_posts,
)
def relieve(work: Work, items: list[Item]) -> None:
    """End a person's holding of the post on a day (today, if none is given), which no longer counts as held."""
    for item in items:
        ends_on = item["ends_on"] or _today(item)
        held = [
            line
            for line in item.before.lines["holdings"]
            if line["person"] == item["person"] and (line["ends_on"] is None or line["ends_on"] > ends_on)
        ]
        if not held:
            cure = Label("请核对任职人与日期", "check the person and the day")
            work.refuse(item, _invariant("届时此人不任此岗", "this person does not hold the post then", cure, "person"))
        for line in held:
            work.set_line(item, "holdings", line["id"], ends_on=max(ends_on, line["starts_on"]))


@verb("notice.read", Label("标为已读", "Mark as read"), on=NOTICE)
def read_notice(work: Work, items: list[Item]) -> None:
    """Note that the person read the notice; the first time counts."""
    for item in items:
        if item.before.get("read_at") is None:
            work.set(item, read_at=item.happened_at)


REVEAL = revelation(PERSON)
ERASE = erasure(PERSON)
