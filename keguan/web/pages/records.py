"""A record of any type: its page and the panels that stand on it. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.kernel.records.labels import Label
from keguan.web.components import Action, Applies, Citation, Empty, Entry, Fact, File, Link, Reason, State, Step, Term
from keguan.web.language import Words
from keguan.web.pages.case_panels import PrintMenu
from keguan.web.pages.cases import Pending
from keguan.web.pages.exceptions import RoundRow, SigningRow
from keguan.web.pages.lists import Cell, Doing, Head, ListRow

WEEKDAYS = tuple(
    Label(zh, en) for zh, en in zip("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)
)


@dataclass(frozen=True, slots=True)
class LinesPanel:
    """Lines of a record as a table; `doings` add to them."""

    title: Words
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    doings: tuple[Doing, ...] = ()
    empty: Words = ""
    template: Literal["web/parts/record/lines.html"] = "web/parts/record/lines.html"


@dataclass(frozen=True, slots=True)
class RelatedGroup:
    """Records of one type that belong here: the newest of them, and where all are."""

    title: Words
    rows: tuple[ListRow, ...]
    all_url: str = ""
    new: Doing | None = None


@dataclass(frozen=True, slots=True)
class RelatedPanel:
    """Records that belong to this one, by type; `new` opens one of a type of which there is none yet."""

    title: Words
    groups: tuple[RelatedGroup, ...]
    new: tuple[Doing, ...] = ()
    template: Literal["web/parts/record/related.html"] = "web/parts/record/related.html"


@dataclass(frozen=True, slots=True)
class CardPanel:
    """Something beside the record: a name with a few facts and links."""

    title: Words
    name: Words = ""
    url: str = ""
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    note: Words = ""
    state: State | None = None
    template: Literal["web/parts/record/card.html"] = "web/parts/record/card.html"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month. `kind`: work, off, holiday, makeup, special (its own hours), or none before the first."""

    number: int = 0
    kind: Literal["", "work", "off", "holiday", "makeup", "special"] = ""
    title: Words = ""
    is_today: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month: its name, how many working days, its weeks from Monday."""

    name: Words
    working: int
    weeks: tuple[tuple[CalendarDay, ...], ...]


@dataclass(frozen=True, slots=True)
class YearPanel:
    """A year of a calendar: months with working days, exceptions; `provisional` warns of holidays not announced yet."""

    year: int
    months: tuple[CalendarMonth, ...]
    working: int
    before_url: str
    after_url: str
    weekdays: tuple[Words, ...] = WEEKDAYS
    hours: tuple[Fact, ...] = ()
    exceptions: tuple[Fact, ...] = ()
    provisional: Words = ""
    template: Literal["web/parts/record/year.html"] = "web/parts/record/year.html"


@dataclass(frozen=True, slots=True)
class RowsPanel:
    """Records of another type that belong here, as a list shows them; `total` of them, all at `all_url`."""

    title: Words
    noun: Words
    rows: tuple[ListRow, ...]
    heads: tuple[Head, ...]
    total: int
    all_url: str
    empty: Empty
    template: Literal["web/parts/record/rows.html"] = "web/parts/record/rows.html"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer; phones are facts so that a masked one can be revealed."""

    name: str
    post: str = ""
    phones: tuple[Fact, ...] = ()
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class ContactsPanel:
    """The people at a customer."""

    contacts: tuple[Contact, ...]
    template: Literal["web/parts/record/contacts.html"] = "web/parts/record/contacts.html"


Panel = LinesPanel | RelatedPanel | CardPanel | YearPanel | RowsPanel | ContactsPanel


@dataclass(frozen=True, slots=True)
class RecordPage:
    """web/record_page.html: a record of any type. `panels` stand under its facts, `beside` at its side."""

    code: str
    title: str
    summary: Words
    state: State | None
    actions: tuple[Action, ...]
    facts: tuple[Fact, ...]
    entries: tuple[Entry, ...]
    entries_total: int
    applies: tuple[Applies, ...]
    steps: tuple[Step, ...] = ()
    terms: tuple[Term, ...] = ()
    story: str = ""
    declared: tuple[Fact, ...] = ()
    files: tuple[File, ...] = ()
    signings: tuple[SigningRow, ...] = ()
    rounds: tuple[RoundRow, ...] = ()
    pending: Pending | None = None
    panels: tuple[Panel, ...] = ()
    beside: tuple[Panel, ...] = ()
    back: Link | None = None
    citation: Citation | None = None
    since: dt.datetime | None = None
    more_entries_url: str = ""
    sign_url: str = ""
    prints: PrintMenu | None = None
    key: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A list that somebody may open: what it holds, the clause it comes from, where a new record is entered."""

    title: Words
    url: str
    detail: Words = ""
    citation: Citation | None = None
    new: Doing | None = None


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Lists that belong together."""

    title: Words
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """web/record_places.html: the lists of a part of the product."""

    title: Words
    groups: tuple[PlaceGroup, ...]
    empty: Words = ""
