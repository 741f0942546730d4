"""Public holidays of China with make-up days (调休), and what is known of years not announced yet.

Owns the two sources: chinesecalendar for announced years, holidays for the statutory days of others.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from keguan.kernel.records.labels import Label

NAMES = {
    "New Year's Day": Label("元旦", "New Year's Day"),
    "Spring Festival": Label("春节", "Spring Festival"),
    "Tomb-sweeping Day": Label("清明节", "Tomb-Sweeping Day"),
    "Labour Day": Label("劳动节", "Labour Day"),
    "Dragon Boat Festival": Label("端午节", "Dragon Boat Festival"),
    "National Day": Label("国庆节", "National Day"),
    "Mid-autumn Festival": Label("中秋节", "Mid-Autumn Festival"),
    "Anti-Fascist 70th Day": Label("抗战胜利纪念日", "Victory Day"),
}
# The statutory days' Chinese names in the second source, as the first one calls them.
_STATUTORY = {"农历除夕": "春节"}
# The State Council announces a year in the autumn before it; earlier than this the statutory days are final.
_FIRST_ANNOUNCED = 2004


@dataclass(frozen=True, slots=True)
class PublicDay:
    """What the state says of a day: `is_off` (None: nothing, the week decides), the holiday it belongs to."""

    is_off: bool | None
    name: Label | None = None
    is_provisional: bool = False


@lru_cache(maxsize=400)
def _statutory(year: int) -> dict[dt.date, Label]:
    import holidays

    english = {label.zh: label for label in NAMES.values()}
    days: dict[dt.date, Label] = {}
    for day, said in holidays.country_holidays("CN", years=year, language="zh_CN").items():
        zh = said.split("; ", maxsplit=1)[0].split("（", maxsplit=1)[0]
        zh = _STATUTORY.get(zh, zh)
        days[day] = english.get(zh, Label(zh, zh))
    return days


@lru_cache(maxsize=20_000)
def public_day(day: dt.date) -> PublicDay:
    """What is known of the day; `is_provisional` in years whose make-up days are not announced."""
    import chinese_calendar

    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        statutory = _statutory(day.year).get(day)
        return PublicDay(True if statutory else None, statutory, day.year >= _FIRST_ANNOUNCED)
    if name is None:
        return PublicDay(None)
    return PublicDay(bool(is_off), NAMES.get(name, Label(name, name)))
