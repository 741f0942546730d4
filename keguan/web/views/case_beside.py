"""What stands on a case's page beside its stages: lines, tasks and other cases, hints, who follows, prints."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from keguan.cases import page as cases
from keguan.cases.alike import Alike, Matter, alike
from keguan.cases.panels import LineRow, Lines, TaskRow
from keguan.cases.subtasks import TASK
from keguan.controls.live.grants import Grants
from keguan.kernel.records.kinds import Money, MoneyKind
from keguan.kernel.records.labels import Label, join, typed
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import addresses, pages
from keguan.web.components import Action, Link, State

ADDING = {"visits": "case.visit", "promises": "case.promise", "liabilities": "case.hold_liable"}
"""Of each list of lines, the act that adds to it."""
HINTED = frozenset(("registered", "accepted"))
"""Stages in which hints at cases that may be the same are shown: later, people have looked."""
SPLIT = Label("拆出一件", "Split off a case")
GIVE = Label("交办子任务", "Give a task")
NOTHING = Label("", "")


def panels(
    found: cases.CaseView, free: Collection[str], actions: Sequence[Action], known: Grants | None
) -> tuple[pages.CasePanel, ...]:
    """The panels in which something stands; `free` are the verbs that the viewer may use."""
    by_verb = {action.verb: action for action in actions}
    shown: list[pages.CasePanel] = [_tasks(found, known)] if found.panels.tasks else []
    shown += [_happened(lines, found.names, by_verb.get(ADDING[lines.type.name])) for lines in found.panels.lines]
    if found.panels.others:
        shown.append(_others(found, free))
    return tuple(shown)


def hints(who: UUID, found: cases.CaseView, free: Collection[str], known: Grants | None) -> pages.AlikePanel | None:
    """Hints at cases that may be the same, while the case is new."""
    if not is_open(found) or found.stage not in HINTED:
        return None
    record = found.record
    matter = Matter(found.customer, record.get("contact_phone") or "", found.title, found.id, record["opened_at"])
    linked = {one.id for one in found.panels.others}
    rows = [one for one in alike(who, matter, known) if one.id not in linked]

    def url(verb: str) -> str:
        return reverse("web:case_act", args=[found.code, verb.removeprefix("case.")]) if verb in free else ""

    return alike_panel(rows, url("case.merge"), url("case.link"))


def is_open(found: cases.CaseView) -> bool:
    """Whether the case is neither closed nor voided."""
    return not found.is_closed and found.record["voided_at"] is None


def more_actions(found: cases.CaseView, known: Grants | None) -> tuple[Action, ...]:
    """What one may do from here that makes another record: a task, a case for a part of the matter."""
    if known is None or not is_open(found):
        return ()
    made = []
    if known.uses("task.open"):
        made.append(Action("task.open", GIVE, addresses.new_url("task", "task.open", case=str(found.id))))
    if known.uses("case.open"):
        kept = ("kind", "channel", "order_no", "batch_no", "product_spec", "contact_name", "contact_phone")
        given = {name: str(value) for name in kept if (value := found.record.get(name))}
        given |= {"split_from": str(found.id), **({"customer": str(found.customer)} if found.customer else {})}
        url = f"{reverse('web:case_take')}?{urlencode(given)}"
        made.append(Action("case.open", SPLIT, url, is_page=True))
    return tuple(made)


def followers(found: cases.CaseView, who: UUID, free: Collection[str]) -> pages.Followers:
    """Who follows the case, and how the viewer begins or ends it."""
    is_mine = who in found.followers
    verb = "case.unfollow" if is_mine else "case.follow"
    names = typed(found.names.get(one, "") for one in found.followers) if found.followers else ""
    return pages.Followers(names, reverse("web:case_act", args=[found.code, verb[5:]]) if verb in free else "", is_mine)


def alike_panel(rows: Sequence[Alike], merge_url: str = "", link_url: str = "") -> pages.AlikePanel:
    """Hints at cases that may be the same."""
    lines = tuple(
        pages.AlikeLine(
            str(one.id), one.code, one.title, reverse("web:case_page", args=[one.code]),
            join(list(one.why), "、", ", "), State(one.stage_label, "kept" if one.is_closed else ""), one.opened_at,
        )
        for one in rows
    )  # fmt: skip
    return pages.AlikePanel(lines, merge_url, link_url)


def _happened(lines: Lines, names: Mapping[UUID, str], action: Action | None) -> pages.HappenedPanel:
    rows = tuple(
        pages.HappenedRow(_what(row, names), row.text, names.get(row.by, "") if row.by else "", row.at)
        for row in lines.rows
    )
    sums = [MoneyKind().label(Money(amount, currency)) for amount, currency in lines.sums]
    total = Label("合计 {sum}", "{sum} in all").format(sum=join(sums)) if sums else ""
    return pages.HappenedPanel(lines.type.name, lines.type.label, rows, total, action)


def _what(row: LineRow, names: Mapping[UUID, str]) -> Label:
    """The facts of a line in a few words: only values, for the panel's title says what they are."""
    return join([cases.shown(fact, value, names).words or NOTHING for fact, value in row.facts], " · ", " · ")


def _tasks(found: cases.CaseView, known: Grants | None) -> pages.TasksPanel:
    rows = tuple(_task(one, found.names, known) for one in found.panels.tasks)
    done = sum(1 for one in found.panels.tasks if one.stage == "done")
    may = known is not None and known.uses("task.open") and is_open(found)
    return pages.TasksPanel(rows, done, addresses.new_url("task", "task.open", case=str(found.id)) if may else "")


def _task(one: TaskRow, names: Mapping[UUID, str], known: Grants | None) -> pages.TaskLine:
    values = {"owner": one.owner, "opened_by": one.opened_by, "unit": one.unit}
    fits = ("task.reopen",) if not one.is_open else ("task.finish", "task.assign", "task.drop")
    verbs = [verb for verb in fits if known is not None and known.may(verb, TASK, values)]
    state = State(Label("已过约定日期", "past its day"), "broken") if one.is_late else State(
        one.stage_label, "kept" if one.stage == "done" else "")  # fmt: skip
    return pages.TaskLine(
        one.code, one.title, addresses.page_url("task", one.code), names.get(one.owner, "") if one.owner else "",
        one.due_on, state, one.result,
        tuple(Link(vocabulary.verbs[verb].label, addresses.act_url("task", one.code, verb)) for verb in verbs),
    )  # fmt: skip


def _others(found: cases.CaseView, free: Collection[str]) -> pages.OthersPanel:
    may = "case.unlink" in free
    rows = tuple(
        pages.OtherLine(
            one.code, one.title, reverse("web:case_page", args=[one.code]), one.how, State(one.stage_label),
            one.opened_at, str(one.id) if may and one.is_link and one.is_mine else "",
        )
        for one in found.panels.others
    )  # fmt: skip
    return pages.OthersPanel(rows, reverse("web:case_act", args=[found.code, "unlink"]) if may else "")
