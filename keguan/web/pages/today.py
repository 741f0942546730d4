"""Today: what I owe, what waits for me, what broke; and the rail beside every page. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.controls.queries import Proposed
from keguan.web.components import Citation, Figure, Reason, Tone
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class Shell:
    """The rail: who is signed in, what waits, what they may open. `is_late` colours the Today count."""

    person: str
    post: Words = ""
    company: Words = ""
    owed: int = 0
    is_late: bool = False
    approvals: int = 0
    notices: int = 0
    may_import: bool = False
    may_take: bool = False
    may_see_calls: bool = True
    may_see_policies: bool = True
    may_see_registers: bool = True
    may_administer: bool = False
    has_team: bool = False
    is_setting_up: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing somebody owes. `url` opens the record, `act_url` the page that does `act`.

    A task that no clause counts has no `citation`, and no `due_at` where no day was set.
    """

    what: Words
    subject: Words
    url: str
    due_at: dt.datetime | None
    citation: Citation | None
    tone: Tone = ""
    act: Words = ""
    act_url: str = ""
    note: Words = ""
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What is owed at a moment: overdue, today, this week, later. `more` are those of it that are not shown."""

    title: Words
    rows: tuple[Owed, ...]
    tone: Tone = ""
    name: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approval as a line of Today. `headline` is what is decided (¥3,200), `kind` what sort of thing it is."""

    id: str
    headline: Words
    kind: Words
    subject: Words
    detail: Words
    citation: Citation
    url: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a clause proposes, as a line of Today: what, about whom, and the arguments that may be changed."""

    id: str
    what: Words
    subject: Words
    detail: Words
    citation: Citation
    url: str
    fields: tuple[Proposed, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A clause that was broken lately: where, how often, and the list behind it."""

    sentence: Words
    where: Words
    citation: Citation
    url: str


@dataclass(frozen=True, slots=True)
class Unowned:
    """Something that is nobody's: what is to be done or decided (`by` whom), on which record, by which clause."""

    what: Words
    subject: Words
    url: str
    citation: Citation
    due_at: dt.datetime | None = None
    by: Words = ""


@dataclass(frozen=True, slots=True)
class Today:
    """web/today.html. `day_note` says what is special about the day (a make-up day, a holiday ahead).

    `returned` are the viewer's own requests that came back to be mended. `unowned` is the company's fault list, for
    those who can name somebody; nothing for all others. `owed_url` shows everything that is owed, `is_all` says that
    it is shown.
    """

    day: dt.date
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]
    owed_total: int
    waiting: tuple[Waiting, ...]
    broken: tuple[Broken, ...]
    day_note: Words = ""
    owed_url: str = ""
    proposals: tuple[Proposal, ...] = ()
    key: str = ""
    unowned: tuple[Unowned, ...] = ()
    unowned_total: int = 0
    fill_url: str = ""
    returned: tuple[Waiting, ...] = ()
    is_all: bool = False
