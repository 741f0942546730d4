"""Pages that lead to lists: the registers that somebody sees, and the parts of the administration that are his."""

from collections.abc import Iterator

from django.urls import reverse

from keguan.controls.live.grants import Grants
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.components import Link
from keguan.web.records.related import registers
from keguan.web.records.standing import cited_by

REGISTERS = Label("台账", "Registers")
BESIDE = ("observation", "proposal")
ADMINISTERED = (
    ("person", Label("人员", "People"), Label("入职、离职、登录、移交工作", "joining, leaving, sign-in, handing over")),
    ("unit", Label("部门", "Units"), Label("设立、变更、撤销", "open, change, close")),
    (
        "post",
        Label("岗位", "Posts"),
        Label("设岗、任命、免职，空缺一目了然", "establish, assign, relieve; vacancies shown"),
    ),
    (
        "role",
        Label("岗位职责", "Roles"),
        Label("制度里说到的职责，各由谁任", "what policies speak of, and who holds it"),
    ),
    (
        "calendar",
        Label("工作日历", "Calendars"),
        Label("全年工作日、例外、排班", "working days of a year, exceptions, shifts"),
    ),
    ("delegation", Label("代理", "Delegations"), Label("谁代理谁，到什么时候", "who stands in for whom, until when")),
)
MANAGING = {
    "person": ("person.add", "person.change", "person.leave", "person.hand_over"),
    "unit": ("unit.open", "unit.change"),
    "post": ("post.establish", "post.assign"),
    "role": ("role.declare", "role.rename"),
    "calendar": ("calendar.set", "calendar.add", "calendar.add_days"),
    "delegation": ("delegation.appoint",),
}
"""Whoever may use one of these administers the type: a right that policies give, as any other."""


def places_url() -> str:
    """The page of the registers."""
    return reverse("web:record_places")


def to_registers() -> Link:
    """The way back to the page of the registers."""
    return Link(REGISTERS, places_url())


def administration_url() -> str:
    """The page of the administration."""
    return reverse("web:administration")


def sees_registers(grants: Grants | None, rules: Rulebook) -> bool:
    """Whether somebody sees any register, or what stands with them. No statement."""
    return grants is not None and any(
        grants.sees_some(name) for name in (*(one.plan.name for one in registers(rules)), *BESIDE)
    )


def administers(grants: Grants | None, record_type: str) -> bool:
    """Whether somebody administers a type of the company's records. No statement."""
    return grants is not None and any(grants.uses(verb) for verb in MANAGING[record_type])


def is_administrator(grants: Grants | None) -> bool:
    """Whether somebody administers anything."""
    return any(administers(grants, name) for name in MANAGING)


def runs_installation(grants: Grants | None) -> bool:
    """Whether somebody looks after the installation itself: whoever may change the company's own record."""
    return grants is not None and grants.uses("company.change")


def register_places(grants: Grants | None, rules: Rulebook) -> pages.Places:
    """The registers that somebody sees, each under its clause, by what they belong to."""
    seen = [one for one in registers(rules) if grants is not None and grants.sees_some(one.plan.name)]
    groups: dict[str, list[pages.PlaceRow]] = {}
    for one in seen:
        verb = f"{one.plan.name}.open"
        new = None
        if grants is not None and grants.uses(verb):
            new = pages.Doing(vocabulary.verbs[verb].label, addresses.new_url(one.plan.name, verb))
        row = pages.PlaceRow(one.plan.label, addresses.list_url(one.plan.name), "", cited_by(one.key, rules), new)
        groups.setdefault(one.plan.of or "", []).append(row)
    made = [pages.PlaceGroup(_of(name), tuple(rows)) for name, rows in groups.items()]
    others = tuple(
        pages.PlaceRow(vocabulary.types[name].label, addresses.list_url(name))
        for name in BESIDE
        if grants is not None and grants.sees_some(name)
    )
    if others:
        made.append(pages.PlaceGroup(Label("其他记录", "Other records"), others))
    empty = Label("没有您能看到的台账。", "There is no register that you may see.")
    return pages.Places(REGISTERS, tuple(made), empty)


def _of(name: str) -> Label:
    if not name:
        return Label("独立的台账", "Registers of their own")
    label = vocabulary.types[name].label
    return Label(f"随{label.zh}开立", f"Kept for: {label.en}")


def administration(grants: Grants | None) -> pages.Places:
    """The parts of the administration that are somebody's."""
    rows = tuple(
        pages.PlaceRow(label, addresses.list_url(name), detail)
        for name, label, detail in ADMINISTERED
        if administers(grants, name)
    )
    groups = [pages.PlaceGroup(Label("组织与人员", "Company and people"), rows)] if rows else []
    if others := tuple(_beside(grants)):
        groups.append(pages.PlaceGroup(Label("权限与运行", "Rights and running"), others))
    empty = Label("您没有要管理的事项。", "There is nothing for you to administer.")
    return pages.Places(Label("管理", "Administration"), tuple(groups), empty)


def _beside(grants: Grants | None) -> Iterator[pages.PlaceRow]:
    if grants is not None and grants.sees_some("pack"):
        detail = Label("谁能看、能办什么，依据哪一条", "who may see and do what, by which clause")
        yield pages.PlaceRow(Label("权限一览", "Who may do what"), reverse("web:access_matrix"), detail)
    if grants is not None and grants.uses("setup.begin"):
        detail = Label(
            "选制度包、对岗位、设参数、导入人员与客户", "choose a pack, bind posts, set parameters, bring data in"
        )
        yield pages.PlaceRow(Label("启用与新制度", "Setup and further packs"), reverse("web:setup"), detail)
    if grants is not None and (grants.sees_some("token") or grants.uses("token.issue")):
        detail = Label("程序代表谁办事，到什么时候", "which programs act for whom, until when")
        yield pages.PlaceRow(Label("访问令牌", "Access tokens"), reverse("web:token_list"), detail)
    if runs_installation(grants):
        detail = Label("谁看过哪些个人信息", "who saw which personal data")
        yield pages.PlaceRow(Label("查阅记录", "Reading log"), reverse("web:reading_log"), detail)
        detail = Label("备份、封存、后台任务、磁盘", "backups, seals, background jobs, disk")
        yield pages.PlaceRow(Label("运行情况", "Installation"), reverse("installation"), detail)
