"""The pages of the setup as rows: what each step shows. Reads only; what steps do is `keguan.setup.acts`'.

What the steps ask for stands in `setup_forms`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import Rulebook
from keguan.setup import steps as standing
from keguan.setup.facts import MAY_PASS
from keguan.setup.offers import Offer, offers
from keguan.setup.steps import Progress, Step
from keguan.web import addresses, pages, setup_forms
from keguan.web.components import Citation, Figure, Link, Reason, State, Tone
from keguan.web.doors import new_key
from keguan.web.setup_parameters import clause_anchor
from keguan.web.shapes import anchor

FEW = 4
STATES: Mapping[str, tuple[Label, Tone]] = {
    "done": (Label("完成", "done"), "kept"),
    "todo": (Label("待办", "to do"), "soon"),
    "passed": (Label("略过", "left out"), ""),
}
TITLES: Mapping[str, tuple[Label, Label]] = {
    "": (
        Label("启用", "Setting up"),
        Label(
            "每一步都可以离开再回来，次序不限；缺什么，这里随时看得到。",
            "Every step can be left and taken up again, in any order; what is missing always stands here.",
        ),
    ),
    "pack": (
        Label("选一个制度包", "Choose a pack"),
        Label(
            "制度包是一套写好的规章：条款连同它的管控。选定后还可以改，施行之前什么都不会生效。",
            "A pack is a set of written policies: clauses with their controls. You may change your mind; "
            "nothing takes effect until it is put in force.",
        ),
    ),
    "posts": (
        Label("把制度里的职责对应到岗位", "Bind the policy’s roles to your posts"),
        Label(
            "制度说“谁”，公司里是哪个部门的哪个岗位、由谁担任。空缺的职责，轮到它的事没有人办。",
            "The policy says who; say which post of which unit that is, and who holds it. "
            "What falls to a vacant role is done by nobody.",
        ),
    ),
    "parameters": (
        Label("设定参数", "Set the parameters"),
        Label(
            "制度没有写明的数字由公司定。没有设的，所在的条款不运行，也不算履行。",
            "What the policy leaves open, the company decides. A clause whose parameter is not set does not run, "
            "and never counts as kept.",
        ),
    ),
    "records": (
        Label("办理中的事项怎么办", "What happens to what is open"),
        Label(
            "新制度施行时已在办理的事项，是照旧办完，还是纳入新制度。",
            "Whether records that are open when the policy takes effect go on as before, or come under it.",
        ),
    ),
    "adopt": (
        Label("施行", "Put in force"),
        Label(
            "全部条款一起生效，或者一条都不生效。以后可以发布新版本，历史照当时的版本算。",
            "All clauses take effect together, or none does. New versions can follow; "
            "the past is judged by the version of its day.",
        ),
    ),
    "people": (
        Label("导入人员", "People from a sheet"),
        Label(
            "一行一人：姓名、工号、部门、岗位、登录名。缺的岗位自动设立。",
            "One person a row: name, staff number, unit, post, user name. Posts that are missing are established.",
        ),
    ),
    "customers": (
        Label("导入客户", "Customers from a sheet"),
        Label(
            "一行一个客户，电话和联系人一起来；重复的会认出来。",
            "One customer a row, with phones and contacts; duplicates are recognised.",
        ),
    ),
    "balances": (
        Label("期初数", "Opening balances"),
        Label(
            "制度结存的数从记录累计而来，所以期初也作为一条记录导入，写明发生时间，账才对得上。",
            "What a policy keeps as a sum is added up from records; an opening figure is imported as such a record, "
            "with its date, so that the books agree.",
        ),
    ),
}


def page_of(
    found: Progress, name: str, rules: Rulebook, reasons: tuple[Reason, ...] = (), posted: QueryDict | None = None
) -> pages.SetupPage:
    """One step, or the overview."""
    title, lead = TITLES[name]
    step = found.step(name) if name else None
    given: dict[str, Any] = PARTS[name](found, rules, posted) if name in PARTS else {}
    following = _following(found, name)
    is_open = found.setup is not None and found.setup.stage != "finished"
    return pages.SetupPage(
        name=name,
        title=title,
        lead=lead,
        steps=_steps(found, name),
        missing=step.missing[:12] if step else (),
        reasons=reasons,
        next=following,
        may_pass=name in MAY_PASS and step is not None and step.state == "todo",
        may_finish=is_open and (found.is_adopted or found.offer is None),
        key=new_key(),
        **given,
    )


def _following(found: Progress, name: str) -> Link | None:
    names = [step.name for step in found.steps]
    if not name:
        first = found.next()
        words = Label("继续：{step}", "Go on: {step}")
        return Link(words.format(step=standing.LABELS[first]), addresses.setup_url(first)) if first else None
    at = names.index(name) + 1
    if at == len(names):
        return Link(Label("回到总览", "Back to the overview"), addresses.setup_url(""))
    words = Label("下一步：{step}", "Next: {step}").format(step=standing.LABELS[names[at]])
    return Link(words, addresses.setup_url(names[at]))


def _steps(found: Progress, current: str) -> tuple[pages.SetupStep, ...]:
    return tuple(_line(at, step, current) for at, step in enumerate(found.steps, 1))


def _line(at: int, step: Step, current: str) -> pages.SetupStep:
    words, tone = STATES[step.state]
    return pages.SetupStep(
        at, step.label, addresses.setup_url(step.name), step.state, State(words, tone), step.detail or "",
        step.missing[:FEW], max(len(step.missing) - FEW, 0), step.name == current,
    )  # fmt: skip


def _packs(found: Progress, _rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    cards = []
    for one in offers():
        is_chosen = found.setup is not None and found.setup.pack == one.code
        state = State(Label("已施行", "in force"), "kept") if one.code in found.adopted else None
        cards.append(pages.PackCard(one.code, one.title, one.about, _counts(one), state, is_chosen))
    return {"packs": tuple(cards), "is_locked": found.is_adopted}


def _counts(one: Offer) -> tuple[Figure, ...]:
    return (
        Figure(Label("条款", "Clauses"), str(one.clauses)),
        Figure(Label("管控", "Controls"), str(one.controls)),
        Figure(Label("职责", "Roles"), str(len(one.roles))),
        Figure(Label("参数", "Parameters"), str(len(one.asked))),
    )


def _adopt(found: Progress, _rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    if found.offer is None:
        return {"links": (setup_forms.choose_first(),), "is_locked": True}
    vacant, unset = sum(one.is_missing for one in found.roles), len(found.unset)
    before = [step for step in found.steps if step.name in ("posts", "parameters", "records") and step.missing]
    lines = [
        pages.SetupLine(
            step.label,
            join([*step.missing[:8]]),
            str(len(step.missing)),
            (Link(Label("去补", "Mend"), addresses.setup_url(step.name)),),
        )
        for step in before
    ]
    return {
        "figures": (
            Figure(Label("条款", "Clauses"), str(found.offer.clauses)),
            Figure(Label("管控", "Controls"), str(found.offer.controls)),
            Figure(Label("无人担任的职责", "Roles held by nobody"), str(vacant), tone="soon" if vacant else "kept"),
            Figure(Label("未设的参数", "Parameters not set"), str(unset), tone="soon" if unset else "kept"),
        ),
        "lines": tuple(lines),
        "is_locked": found.is_adopted,
        "links": (Link(Label("看已施行的制度", "See the policies in force"), reverse("web:policy_list")),)
        if found.is_adopted
        else (),
    }


def _people(found: Progress, _rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    start = reverse("web:import_start", args=["person"])
    return {
        "figures": (
            Figure(Label("在职人员", "People"), f"{found.people:,}", addresses.list_url("person")),
            Figure(
                Label("还不能登录", "Cannot sign in"),
                f"{found.without_sign_in:,}",
                tone="soon" if found.without_sign_in else "",
            ),
        ),
        "links": (
            Link(Label("从表格导入人员", "Import people from a sheet"), start),
            Link(Label("从表格导入部门", "Import units from a sheet"), reverse("web:import_start", args=["unit"])),
            Link(Label("下载登录邀请", "Download invitations to sign in"), reverse("web:invitations")),
        ),
    }


def _customers(found: Progress, _rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    start = reverse("web:import_start", args=["customer"])
    return {
        "figures": (Figure(Label("客户", "Customers"), f"{found.customers:,}"),),
        "links": (Link(Label("从表格导入客户", "Import customers from a sheet"), start),),
    }


def _balances(found: Progress, rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    lines = []
    for one in found.balances:
        words = Label("从表格导入{noun}", "Import: {noun}").format(noun=one.noun)
        link = Link(words, reverse("web:import_start", args=[one.record_type]))
        detail = Label("由“{noun}”累计", "the sum of: {noun}").format(noun=one.noun)
        lines.append(pages.SetupLine(one.title, detail, f"{one.count:,}", (link,), _cited(rules, one.clause)))
    return {"lines": tuple(lines)}


def _cited(rules: Rulebook, clause: str) -> Citation | None:
    found = next((one for one in rules.controls if one.clause == clause), None)
    if found is None:
        return None
    address = reverse("web:policy_page", args=[found.policy])
    return Citation(found.policy_title, clause, f"{address}#{anchor(clause)}")


PARTS = {
    "pack": _packs,
    "posts": setup_forms.roles,
    "parameters": setup_forms.parameters,
    "records": setup_forms.records,
    "adopt": _adopt,
    "people": _people,
    "customers": _customers,
    "balances": _balances,
}


def pack_clauses(offer: Offer) -> tuple[tuple[str, Sequence[pages.Clause]], ...]:
    """The policies of a pack as they would read: titles with their clauses."""
    found = []
    for policy in offer.pack.policies:
        clauses = [
            pages.Clause(
                clause_anchor(policy.code, clause.number), clause.number, clause.text, clause.heading or "",
                0 if clause.level == 0 and not clause.text and not clause.controls else max(clause.level, 1),
                is_statement=not clause.controls,
            )
            for clause in policy.clauses
        ]  # fmt: skip
        found.append((policy.title, clauses))
    return tuple(found)
