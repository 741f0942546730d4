"""The acts on calendars: give a unit or person its own, change one, plan shifts, close days. Each enters a rulebook.

A calendar stands in the rulebook, so that an event's rulebook says which calendar judged it. A list of calendars is
one change: one rulebook.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Date, Text
from keguan.kernel.records.labels import Label
from keguan.org.calendars import Calendars, calendar_problem
from keguan.org.directory import profiles
from keguan.org.facts import CALENDAR
from keguan.policies.calendars import stored_calendars
from keguan.policies.entering import enter_rulebooks
from keguan.policies.rulebooks import last_number, stored_state

ON = Argument("on", Date(), Label("自", "From"), required=True)
TO = Argument("to", Date(), Label("至（含）", "To (included)"))
HOURS = Argument(
    "hours", Text(200), Label("时段", "Windows"),
    help=Label("如 09:00-12:00，或“上午”“下午”；不填则休息",
               "such as 09:00-12:00, morning or afternoon; closed where empty"),
)  # fmt: skip
SHIFTS = Argument(
    "shifts", Text(2000), Label("班次", "Shifts"), required=True,
    help=Label("逐日轮转，分号隔开：08:00-16:00；22:00-06:00；休",
               "day by day in turn, parted by semicolons: 08:00-16:00; 22:00-06:00; closed"),
)  # fmt: skip
Written = tuple[Item, dict[str, Any]]


@verb("calendar.add", Label("增设日历", "Give a calendar of its own"), on=CALENDAR, creates=True,
      arguments=takes(CALENDAR, "unit", "person", "name", "spec!"), names=("unit", "person"))  # fmt: skip
def add_calendar(work: Work, items: list[Item]) -> None:
    """Give a unit or a person hours of its own: only what differs from those above. A person's unit is his post's."""
    going: list[Written] = []
    places = profiles(Rows(), [item["person"] for item in items if item["person"]], work.now)
    for item in items:
        if item["unit"] is None and item["person"] is None:
            cure = Label(
                "写上部门或人员；公司的日历请用“设定工作日历”", "name a unit or a person; the company's calendar is set"
            )
            work.refuse(
                item, Reason(Label("没有说是谁的日历", "whose calendar it is was not said"), cure, field="unit")
            )
            continue
        unit = item["unit"]
        if unit is None and item["person"] in places:
            unit = places[item["person"]].unit
        if _passes(work, item, item["spec"], is_whole=False):
            work.create(item, unit=unit, person=item["person"], name=item["name"], spec=item["spec"])
            going.append((item, {"unit": unit, "person": item["person"], "name": item["name"], "spec": item["spec"]}))
    _enter(work, going)


@verb("calendar.set", Label("设定工作日历", "Set the calendar"), on=CALENDAR, arguments=takes(CALENDAR, "spec!"))
def set_calendar(work: Work, items: list[Item]) -> None:
    """Say when people work: windows of the week, seasons, public holidays or none, own days, shift plans."""
    _change(work, "calendar.set", items)


@verb("calendar.add_days", Label("设定例外日", "Set days apart"), on=CALENDAR,
      arguments=(ON, TO, HOURS, *takes(CALENDAR, "name")))  # fmt: skip
def add_days(work: Work, items: list[Item]) -> None:
    """Close days, or give them other windows or half a day; they win over the week and over public holidays."""
    _change(work, "calendar.add_days", items)


@verb("calendar.roster", Label("排班", "Plan shifts"), on=CALENDAR,
      arguments=(ON, Argument("to", TO.kind, TO.label, required=True), SHIFTS))  # fmt: skip
def plan_shifts(work: Work, items: list[Item]) -> None:
    """Plan the shifts of some days; a night shift goes over midnight. A later plan wins on the days of both."""
    _change(work, "calendar.roster", items)


@verb("calendar.withdraw", Label("取消自有日历", "Withdraw a calendar"), on=CALENDAR)
def withdraw(work: Work, items: list[Item]) -> None:
    """Let the unit or person follow the calendar above again."""
    going: list[Written] = []
    for item in items:
        if item.before.get("unit") is None and item.before.get("person") is None:
            message = Label("公司总要有日历", "the company has a calendar always")
            work.refuse(item, Reason(message, Label("请改为设定它", "set it instead"), kind="invariant"))
            continue
        work.set(item, spec={})
        going.append((item, {**_whose(item), "spec": {}}))
    _enter(work, going)


def spec_after(verb_name: str, args: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that an act gives a calendar which had these."""
    if verb_name == "calendar.add_days":
        day = {"on": args["on"], "to": args.get("to"), "hours": args.get("hours") or "closed", "name": args.get("name")}
        return {**before, "own": [*before.get("own", ()), _written(day)]}
    if verb_name == "calendar.roster":
        cycle = [part.strip() for part in re.split(r"[;；]", args["shifts"])]
        plan = _written({"on": args["on"], "to": args["to"], "cycle": cycle})
        return {**before, "roster": [*before.get("roster", ()), plan]}
    return {} if verb_name == "calendar.withdraw" else dict(args["spec"])


def calendars_after(
    verb_name: str, record: Mapping[str, Any] | None, args: Mapping[str, Any], now: dt.datetime
) -> Calendars | None:
    """The company's calendars as an act would leave them; nothing where it would be refused. Writes nothing.

    `record` is the calendar that the act changes; nothing where it adds one.
    """
    whose = record if record is not None else {**args, "unit": _unit_of(args, now)}
    unit, person = whose.get("unit"), whose.get("person")
    spec = spec_after(verb_name, args, (record or {}).get("spec") or {})
    is_whole = unit is None and person is None
    if (is_whole and record is None) or (spec and calendar_problem(spec, is_whole=is_whole) is not None):
        return None
    calendars = stored_calendars({})
    calendars.put(unit, person, whose.get("name"), spec)
    return Calendars(calendars.body())


def _unit_of(args: Mapping[str, Any], now: dt.datetime) -> UUID | None:
    """The unit that a new calendar is counted from: the one given, else that of the person's post."""
    if args.get("unit") is not None or args.get("person") is None:
        return args.get("unit")
    place = profiles(Rows(), [args["person"]], now).get(args["person"])
    return place.unit if place is not None else None


def _change(work: Work, verb_name: str, items: list[Item]) -> None:
    going: list[Written] = []
    for item in items:
        spec = spec_after(verb_name, item.args, item.before.get("spec") or {})
        whose = _whose(item)
        if _passes(work, item, spec, is_whole=whose["unit"] is None and whose["person"] is None):
            work.set(item, spec=spec)
            going.append((item, {**whose, "spec": spec}))
    _enter(work, going)


def _whose(item: Item) -> dict[str, Any]:
    return {name: item.before.get(name) for name in ("unit", "person", "name")}


def _written(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as a calendar is stored: JSON, without what was not said."""
    return {
        key: value.isoformat() if isinstance(value, dt.date) else value
        for key, value in entry.items()
        if value is not None
    }


def _passes(work: Work, item: Item, spec: Mapping[str, Any], *, is_whole: bool) -> bool:
    reason = calendar_problem(spec, is_whole=is_whole)
    if reason is not None:
        work.refuse(item, reason)
    return reason is None


def _enter(work: Work, going: list[Written]) -> None:
    """One rulebook for the list, where it changes any calendar in force; before the first adoption none is needed."""
    number, state = last_number(), stored_state()
    if not going or not state:
        return
    calendars = stored_calendars({})
    before = canonical(calendars.body())
    for _, said in going:
        calendars.put(said["unit"], said["person"], said["name"], said["spec"])
    if canonical(calendars.body()) != before:
        enter_rulebooks(work, going[-1][0], state, calendars, number)
