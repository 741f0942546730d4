"""My team: who owes what, who has how much, what is nobody's, who is away, which posts are vacant."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Citation, Figure, Option, Reason, Tone
from keguan.web.language import Words
from keguan.web.pages.today import Unowned


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody of the team with what he has at hand; `share` of the most that anybody owes, in percent, for the bar."""

    name: str
    post: Words
    url: str
    owed: int
    late: int
    due: int
    approvals: int
    tasks: int
    share: int = 0
    is_chosen: bool = False
    away: Words = ""


@dataclass(frozen=True, slots=True)
class TeamOwed:
    """Something that somebody of the team owes. `pick` is what the form posts; empty where it cannot be given away."""

    pick: str
    what: Words
    subject: Words
    url: str
    people: Words
    due_at: dt.datetime
    citation: Citation
    tone: Tone = ""
    note: Words = ""
    is_picked: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Somebody for whom another stands in."""

    name: str
    delegate: str
    until: dt.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class VacantRow:
    """A post that nobody holds."""

    unit: str
    title: Words
    since: dt.date | None
    last: str


@dataclass(frozen=True, slots=True)
class Team:
    """web/team.html. The form posts `pick` (several) and `owner` to `team`; `only` names whom the list is narrowed to.

    `others` is how many more are owed than are shown.
    """

    figures: tuple[Figure, ...]
    members: tuple[MemberRow, ...]
    owed: tuple[TeamOwed, ...]
    others: int
    people: tuple[Option, ...]
    unowned: tuple[Unowned, ...] = ()
    unowned_total: int = 0
    away: tuple[AwayRow, ...] = ()
    vacant: tuple[VacantRow, ...] = ()
    only: str = ""
    owner: str = ""
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    units: Words = ""
    fill_url: str = ""
