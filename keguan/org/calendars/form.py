"""A calendar as people write it: the map of its keys. Owns that form; windows and days are read in `parts`."""

import difflib
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label
from keguan.org.calendars.calendar import OFFICE_HOURS, ZONE, Calendar
from keguan.org.calendars.faults import CalendarFault, Spot, fault
from keguan.org.calendars.layers import NOTHING, Layer, Week, Windows
from keguan.org.calendars.parts import read_own, read_roster, read_seasons, read_week, read_windows

KEYS = ("zone", "week", "seasons", "makeup", "holidays", "own", "roster")


def read_calendar(raw: Any, spot: Spot | None = None) -> Calendar:
    """The company's calendar written as a map; `CalendarFault` where it cannot run.

    `week` maps days (`MON`, `MON-FRI`, `MON, WED`) to windows, days left out are free; `seasons` are other weeks for a
    time; `makeup` the windows of make-up days; `holidays` CN or none; `own` exceptions by date (closed, other windows,
    a half day); `roster` shift plans; `zone` its IANA zone.
    """
    return Calendar((read_layer(raw, spot, is_whole=True),))


def read_layer(raw: Any, spot: Spot | None = None, *, is_whole: bool = False) -> Layer:
    """One level of a calendar. Whole (the company's): what is left out is the standard; else only the differences."""
    spot = (spot or Spot()).at(raw)
    if not isinstance(raw, Mapping):
        raise fault("日历要写成几项", "a calendar is a map", "写 week: {MON-FRI: [...]}",
                    "write week: {MON-FRI: [...]}", spot)  # fmt: skip
    for key in raw:
        if key not in KEYS:
            close = difflib.get_close_matches(str(key), KEYS, n=2, cutoff=0.55)
            zh = f"是否想写 {'、'.join(close)}？" if close else "、".join(KEYS)
            en = f"did you mean {', '.join(close)}?" if close else ", ".join(KEYS)
            raise fault(f"日历没有“{key}”这一项", f"a calendar has no “{key}”", zh, en, spot.at(raw, key))
    week = read_week(raw["week"], spot.at(raw, "week")) if "week" in raw else NOTHING
    makeup = read_windows(raw["makeup"], spot.at(raw, "makeup")) if "makeup" in raw else _first(week)
    zone = _zone(raw, spot) if "zone" in raw else None
    follows = _holidays(raw, spot) if "holidays" in raw else None
    dated = {day: own for key, read in (("roster", read_roster), ("own", read_own))
             for day, own in read(raw.get(key) or [], spot.at(raw, key))}  # fmt: skip
    if is_whole:
        week = tuple(hours or () for hours in week) if "week" in raw else (OFFICE_HOURS,) * 5 + ((), ())
        makeup = OFFICE_HOURS if makeup is None else makeup
        zone, follows = zone or ZONE, True if follows is None else follows
    seasons = read_seasons(raw.get("seasons") or [], spot.at(raw, "seasons"))
    return Layer(week, makeup, zone, follows, seasons, tuple(sorted(dated.items())))


def calendar_problem(raw: Any, *, is_whole: bool) -> Reason | None:
    """What is wrong with a calendar that somebody sets; nothing where it will do."""
    try:
        read_layer(raw, is_whole=is_whole)
    except CalendarFault as found:
        place = found.spot.path
        message = (
            Label("{place}：{message}", "{place}: {message}").format(place=place, message=found.message)
            if place
            else found.message
        )
        return Reason(message, found.cure, field="spec", kind="input")
    return None


def _first(week: Week) -> Windows | None:
    """The windows of a make-up day where none are given: those of the first day that is worked."""
    return next((hours for hours in week if hours), None)


def _zone(raw: Mapping[str, Any], spot: Spot) -> str:
    zone = str(raw["zone"])
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise fault(f"没有时区“{zone}”", f"there is no zone “{zone}”", "例如 Asia/Shanghai", "such as Asia/Shanghai",
                    spot.at(raw, "zone")) from None  # fmt: skip
    return zone


def _holidays(raw: Mapping[str, Any], spot: Spot) -> bool:
    said = str(raw["holidays"]).upper()
    if said not in ("CN", "NONE"):
        raise fault(f"没有“{said}”的节假日", f"there are no holidays of “{said}”", "写 CN 或 none", "write CN or none",
                    spot.at(raw, "holidays"))  # fmt: skip
    return said == "CN"
