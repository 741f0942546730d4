"""What somebody has to do, by moment: overdue, today, this week, later, without a day. Reads no record."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from keguan.cases.task_queries import TaskRow
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.models import Obligation
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.records.standing import due_tone
from keguan.web.rules import cited, control_of
from keguan.web.subjects import Subject

TITLES = (
    ("late", Label("已逾期", "Overdue"), "broken"),
    ("today", Label("今天", "Today"), "soon"),
    ("week", Label("本周", "This week"), ""),
    ("later", Label("以后", "Later"), ""),
    ("open", Label("未定日期", "Without a day"), ""),
)
FINISH = "task.finish"


def by_moment(rows: Iterable[pages.Owed], now: dt.datetime, late: int = 0) -> tuple[pages.Moment, ...]:
    """The rows under their moments, in the order of their due times; only moments that have any.

    `late` is how many more are overdue than the rows show.
    """
    local = now.astimezone(COMPANY_ZONE)
    tomorrow = midnight(local.date() + dt.timedelta(days=1))
    monday = midnight(local.date() + dt.timedelta(days=7 - local.weekday()))
    found: dict[str, list[pages.Owed]] = {}
    for row in sorted(rows, key=lambda row: (row.due_at is None, row.due_at or now)):
        found.setdefault(_moment(row, now, tomorrow, monday), []).append(row)
    return tuple(
        pages.Moment(title, tuple(found[name]), tone, name, late if name == "late" else 0)  # type: ignore[arg-type]  # tones by name
        for name, title, tone in TITLES
        if name in found
    )


def midnight(day: dt.date) -> dt.datetime:
    """When a day of the company begins."""
    return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)


def _moment(row: pages.Owed, now: dt.datetime, tomorrow: dt.datetime, monday: dt.datetime) -> str:
    if row.due_at is None:
        return "open"
    if row.due_at < now and not row.is_paused:
        return "late"
    # a term that ends with a day ends at its last midnight
    return "today" if row.due_at <= tomorrow else "week" if row.due_at <= monday else "later"


def owed_row(rules: Rulebook, owed: Obligation, subject: Subject | None) -> pages.Owed:
    """An obligation with the act that meets it."""
    control = control_of(rules, owed.control, owed.rulebook)
    act, act_url, what = Label("办理", "Act"), "", Label("应办事项", "Owed")
    if isinstance(control, DeadlineControl):
        what = control.owed
        if control.do:
            verb = control.do[0].verb
            act = act if verb.creates else verb.label
            act_url = _act_url(verb, owed, subject)
    title = subject.title if subject else ""
    return pages.Owed(
        what=Label("{what}：{title}", "{what}: {title}").format(what=what, title=title) if title else what,
        subject=subject.short if subject else owed.object_label or "",
        url=subject.url if subject else "",
        due_at=owed.due_at,
        citation=cited(rules, owed.control, owed.rulebook),
        tone="" if owed.is_paused else due_tone(owed.due_at, is_broken=owed.state == "broken"),
        act=act,
        act_url=act_url,
        note=_told(control, owed),
        is_paused=owed.is_paused,
    )


def _act_url(verb: Verb, owed: Obligation, subject: Subject | None) -> str:
    """Where the act that meets an obligation is done: on the record, or as a form that is kept for it."""
    if subject is None or not addresses.has_page(verb.on):
        return ""
    if verb.creates:
        return addresses.kept_for_url(verb, owed.object_type, owed.object)
    return addresses.act_url(verb.on, subject.code, verb.name) if subject.code and owed.object_type == verb.on else ""


def task_rows(tasks: Iterable[TaskRow], names: Mapping[UUID, str], but: Collection[UUID]) -> list[pages.Owed]:
    """Tasks that no clause counts (those it counts stand there already), due with the end of their day."""
    words, given = Label("子任务：{title}", "Task: {title}"), Label("{who}交办", "given by {who}")
    return [
        pages.Owed(
            what=words.format(title=one.title or one.code),
            subject=one.case_code,
            url=addresses.page_url("case", one.case_code) if one.case_code else "",
            due_at=at,
            citation=None,
            tone=due_tone(at, is_broken=False) if at else "",
            act=vocabulary.verbs[FINISH].label,
            act_url=addresses.act_url("task", one.code, FINISH) if one.code else "",
            note=given.format(who=names.get(one.opened_by, "—")) if one.opened_by else "",
        )
        for one in tasks
        if one.id not in but
        for at in (midnight(one.due_on + dt.timedelta(days=1)) if one.due_on else None,)
    ]


def _told(control: object, owed: Obligation) -> Label | str:
    """Who was told already that it is overdue, or that its time stands still."""
    if owed.is_paused:
        return Label("停算中", "its time stands still")
    if not isinstance(control, DeadlineControl):
        return ""
    over = [step["n"] for step in owed.plan["steps"][: owed.told] if step["what"] == "escalate"]
    told = [who.label() for n in over if n < len(control.escalate) for who in control.escalate[n].told]
    if not told:
        return ""
    names = join(list(dict.fromkeys(told)))
    return Label(f"已告知{names.zh}", f"{names.en} was told")
