"""Pages of calendars: a year at a glance, and the week's windows as inputs that people can fill."""

import calendar as months
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.org import queries as org
from keguan.org.calendars import Calendar, CalendarFault, Day, Hours, read_layer
from keguan.org.calendars.parts import CLOSED, WEEK
from keguan.web import pages
from keguan.web.components import Fact, Field, Fieldset, Option, Reason
from keguan.web.language import language_of, text_of
from keguan.web.pages.records import WEEKDAYS
from keguan.web.records.directory_lists import DirectoryList
from keguan.web.records.forms import Forms
from keguan.web.records.record import Looked, RecordPages
from keguan.web.rules import book

FIRST, LAST = 1990, 2200
OFF = Label("休", "closed")
TITLED = Label("每周时段", "Hours of the week")
HINT = Label(
    "如 09:00-12:00, 13:30-18:00；休息写“休”；自有日历不填的日子随上级日历",
    "such as 09:00-12:00, 13:30-18:00; “closed” for a day off; days left empty follow the calendar above",
)
DAYS = tuple(
    Label(f"周{day.zh}", name)
    for day, name in zip(
        WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True
    )
)
HOLIDAYS = (Option("CN", Label("放假（国务院公布，含调休）", "off, with make-up days as announced")),
            Option("none", Label("照常", "as any other day")))  # fmt: skip
PREFIX = "spec_"


class CalendarForms(Forms):
    """The week as seven inputs, make-up days, public holidays; what else a calendar says stays as it is."""

    def begin(self, act: Verb, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Days set apart have names of their own, not the calendar's."""
        return {name: value for name, value in record.items() if name != "name"}

    def more(self, act: Verb, values: Mapping[str, Any], found: Sequence[Reason]) -> tuple[Fieldset, ...]:
        """The inputs of the week."""
        if act.argument("spec") is None:
            return ()
        spec = values.get("spec") or {}
        typed, standing = _typed(spec), _standing(act, values)
        errors = tuple(reason for reason in found if reason.field == "spec")
        days = tuple(
            Field(f"{PREFIX}{name}", DAYS[at], value=typed.get(name, ""), longest=200,
                  errors=errors if at == 0 else (), placeholder=standing.get(name, ""))
            for at, name in enumerate(WEEK)
        )  # fmt: skip
        others = (
            Field(f"{PREFIX}makeup", Label("调休上班日", "Make-up days"), value=typed.get("makeup", ""), longest=200),
            Field(f"{PREFIX}holidays", Label("法定节假日", "Public holidays"), "choice",
                  str(spec.get("holidays") or ""), options=HOLIDAYS),
        )  # fmt: skip
        return (Fieldset((*days, *others), TITLED, hint=HINT),)

    def read(self, act: Verb, posted: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
        """The settings as they are stored: those of before, with the week as it was typed."""
        if act.argument("spec") is None or f"{PREFIX}{WEEK[0]}" not in posted:
            return {}
        spec = {name: value for name, value in (before.get("spec") or {}).items() if name not in OWN}
        week = {name: _windows(text) for name in WEEK if (text := str(posted.get(PREFIX + name, "")).strip())}
        if week:
            spec["week"] = week
        if makeup := str(posted.get(f"{PREFIX}makeup", "")).strip():
            spec["makeup"] = _windows(makeup)
        if holidays := str(posted.get(f"{PREFIX}holidays", "")):
            spec["holidays"] = holidays
        return {"spec": spec}


OWN = ("week", "makeup", "holidays")


def _windows(text: str) -> Any:
    """Windows as they are stored; what is not understood stays as it was typed, and the calendar says so."""
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").replace("—", "-").split(",")]
    return [] if len(parts) == 1 and parts[0].lower() in CLOSED else [part for part in parts if part]


def _typed(spec: Mapping[str, Any]) -> dict[str, str]:
    """The week as its inputs hold it; of settings that cannot be read, as they were typed."""
    week = spec.get("week") or {}
    try:
        layer = read_layer({name: spec[name] for name in OWN if name in spec})
    except CalendarFault:
        return {
            name: ", ".join(said) if isinstance(said, list) else str(said)
            for name, said in {**week, "makeup": spec.get("makeup", "")}.items()
        }
    found = {name: _said(hours) for name, hours in zip(WEEK, layer.week, strict=True) if hours is not None}
    return found | ({"makeup": _said(layer.makeup)} if "makeup" in spec and layer.makeup is not None else {})


def _standing(act: Verb, values: Mapping[str, Any]) -> Mapping[str, str]:
    """The hours that count on a calendar which is there, so that a day left empty says what it follows."""
    if act.creates or "unit" not in values:
        return {}
    week = book().calendars.of(values["unit"], values.get("person")).week
    return {name: _said(hours) for name, hours in zip(WEEK, week, strict=True)}


def _said(hours: Sequence[Hours]) -> str:
    return ", ".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in hours) or text_of(OFF, language_of({}))


def _clock(seconds: int) -> str:
    seconds = seconds if seconds <= 24 * 3600 else seconds - 24 * 3600
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


class CalendarList(DirectoryList):
    """The calendars: the company's, and those that differ from it."""

    called = Label("工作日历", "Calendars")
    placeholder = Label("名称", "Name")


class CalendarPages(RecordPages):
    """A calendar: its year."""

    is_printed = False
    lists = CalendarList
    forms = CalendarForms()
    usual = ("unit", "person")

    def panels(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """The year that the address asks for, else this one."""
        asked = str(looked.asked.given.get("year", ""))
        year = int(asked) if asked.isdecimal() and FIRST <= int(asked) <= LAST else org.today().year
        unit, person = (looked.seen.record.get(name) for name in ("unit", "person"))
        found = looked.asked.rules.calendars.of(unit, person)
        return (year_panel(found, year, org.today(), looked.seen.record.get("spec") or {}),)

    def fits(self, verb: Verb, looked: Looked) -> bool:
        """The company always has a calendar."""
        is_company = looked.values.get("unit") is None and looked.values.get("person") is None
        return super().fits(verb, looked) and not (verb.name == "calendar.withdraw" and is_company)

    def beside(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """Who goes by it, by name, stands among its facts."""
        return ()


def year_panel(found: Calendar, year: int, today: dt.date, spec: Mapping[str, Any]) -> pages.YearPanel:
    """A year of a calendar, from what the calendar itself says of each day."""
    usual = found.week
    shown = tuple(_month(found, year, number, today, usual) for number in range(1, 13))
    is_open = found.is_provisional(dt.date(year, 1, 1), dt.date(year, 12, 31))
    warning = Label(
        f"{year} 年的节假日安排还没有公布：此处按法定节日推算，调休未知，公布后期限会重算。",
        f"The holidays of {year} are not announced yet: statutory days are assumed, make-up days unknown; "
        "deadlines are worked out anew once they are.",
    )
    return pages.YearPanel(
        year,
        shown,
        sum(month.working for month in shown),
        f"?year={year - 1}#year",
        f"?year={year + 1}#year",
        hours=tuple(Fact(day, _spoken(hours)) for day, hours in zip(DAYS, usual, strict=True)),
        exceptions=_exceptions(spec, year),
        provisional=warning if is_open else "",
    )


def _spoken(hours: Sequence[Hours]) -> Label:
    windows = [f"{_clock(one.start)}–{_clock(one.end)}" for one in hours]
    return _listed(windows) if windows else Label("休息", "Off")


def _listed(windows: Sequence[str]) -> Label:
    return Label("、".join(windows), ", ".join(windows))


def _month(
    found: Calendar, year: int, number: int, today: dt.date, usual: Sequence[Sequence[Hours]]
) -> pages.CalendarMonth:
    weeks = []
    working = 0
    for week in months.Calendar().monthdatescalendar(year, number):
        row = []
        for date in week:
            if date.month != number:
                row.append(pages.CalendarDay())
                continue
            day = found.day(date)
            working += day.is_working
            row.append(_day(day, today, usual))
        weeks.append(tuple(row))
    name = Label(f"{number} 月", months.month_name[number])
    return pages.CalendarMonth(name, working, tuple(weeks))


def _day(day: Day, today: dt.date, usual: Sequence[Sequence[Hours]]) -> pages.CalendarDay:
    is_usual = tuple(day.hours) == tuple(usual[day.date.weekday()])
    title: Label | str = ""
    kind: Any = "work" if day.is_working else "off"
    if day.is_makeup:
        kind, title = "makeup", Label(f"调休上班{_of(day, 'zh')}", f"make-up day{_of(day, 'en')}")
    elif not day.is_working and (day.name is not None or not is_usual):
        kind, title = "holiday", day.why_off
    elif day.is_working and not is_usual:
        said = _spoken(day.hours)
        kind, title = "special", said
    return pages.CalendarDay(day.date.day, kind, title, day.date == today, day.is_provisional)


def _of(day: Day, language: str) -> str:
    if day.name is None:
        return ""
    return f"（{day.name.zh}）" if language == "zh" else f" ({day.name.en})"


def _exceptions(spec: Mapping[str, Any], year: int) -> tuple[Fact, ...]:
    """What the calendar itself says of single days of the year."""
    found = []
    for one in spec.get("own", ()):
        first, last = str(one.get("on", "")), str(one.get("to") or one.get("on", ""))
        if not first[:4] <= str(year) <= last[:4]:
            continue
        days = first if first == last else f"{first} – {last}"
        hours = one.get("hours", "closed")
        windows = hours if isinstance(hours, list) else re.split(r"\s*[,，、]\s*", str(hours).strip())
        said = CLOSED_WORDS.get("".join(map(str, windows))) or _listed([str(one).replace("-", "–") for one in windows])
        name = str(one.get("name") or "")
        found.append(
            Fact(days, Label("{said}　{name}", "{said} {name}").format(said=said, name=name) if name else said)
        )
    return tuple(found)


CLOSED_WORDS = {
    "closed": Label("休息", "Off"),
    "": Label("休息", "Off"),
    "休": Label("休息", "Off"),
    "morning": Label("上午", "Morning"),
    "afternoon": Label("下午", "Afternoon"),
    "上午": Label("上午", "Morning"),
    "下午": Label("下午", "Afternoon"),
}
