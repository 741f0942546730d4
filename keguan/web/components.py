"""The shapes that parts of pages take: clauses, states, terms, fields, actions, entries. Plain frozen data, no queries.

Text is `Words`: a `Label`, or plain text that reads the same in both languages (names, codes, what people typed).
Moments are aware; the page shows them in the company's zone. `tone` is one of TONES and is never the only carrier of
its meaning: the words say it too.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from keguan.kernel.records.labels import Label
from keguan.web.language import Words

Tone = Literal["", "wait", "kept", "soon", "broken"]
TONES: tuple[Tone, ...] = ("", "wait", "kept", "soon", "broken")


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause as it is cited: `clause` as the policy numbers it, `url` of its place on the policy page."""

    policy: str
    clause: str
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused or must be put right; `cure` says how to go on; `field` names the input it is about."""

    text: Words
    citations: tuple[Citation, ...] = ()
    cure: Words = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A badge."""

    text: Words
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    text: Words
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts; the whole opens the list behind it when there is a `url`."""

    label: Words
    value: str
    url: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a term, in order. `weight` is any length (seconds, minutes); the bar scales all to its width."""

    kind: Literal["counted", "skipped", "paused", "rest"]
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline that explains itself. `met_at` is when it was done; `is_over` without it: cancelled or waived.

    `url` opens the form that meets it, where that is a form of its own kept for the record.
    """

    name: Words
    citation: Citation
    due_at: dt.datetime
    segments: tuple[Segment, ...]
    explanation: tuple[Words, ...] = ()
    tone: Tone = ""
    state: State | None = None
    met_at: dt.datetime | None = None
    is_over: bool = False
    by: Words = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible value of a choice or a reference."""

    value: str
    label: Words
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `value` is always what was typed or is stored, as text (a list of texts where `is_multiple`).

    `kind`: text, lines (long text), integer, number, money, date, moment, choice, boolean, reference, file, phone,
    email, password, hidden. Money posts `<name>` and `<name>_currency`. A choice of at most four options is a row of
    radios. A reference is a select of its `options`; with `search_url` it is a search box (GET `<name>_query`, answered
    with web/parts/options.html) and its `options` are the last search's matches, as radios; `<name>_query` is posted
    too, so that the view can resolve it when no script filled `<name>`. Boolean posts `true` or `false` and can stay
    unanswered. Moments are local `YYYY-MM-DDTHH:MM` without offset.
    """

    name: str
    label: Words
    kind: str = "text"
    value: str | tuple[str, ...] = ""
    is_required: bool = False
    hint: Words = ""
    citation: Citation | None = None
    errors: tuple[Reason, ...] = ()
    options: tuple[Option, ...] = ()
    currency: str = "CNY"
    currencies: tuple[str, ...] = ("CNY",)
    search_url: str = ""
    query: str = ""
    longest: int = 0
    is_multiple: bool = False
    is_autofocus: bool = False
    autocomplete: str = "off"
    accept: str = ""
    placeholder: Words = ""
    is_wide: bool = False

    @property
    def is_radios(self) -> bool:
        """Few enough options to show them all at once."""
        return self.kind == "choice" and len(self.options) <= 4 and not self.is_multiple


@dataclass(frozen=True, slots=True)
class Fieldset:
    """Inputs that belong together; `citation` is the clause that asks for them. `may_fold`: rarely needed."""

    fields: tuple[Field, ...]
    title: Words = ""
    citation: Citation | None = None
    hint: Words = ""
    may_fold: bool = False

    @property
    def is_folded(self) -> bool:
        """Whether only its title shows: nothing in it is needed, filled in or wrong."""
        return self.may_fold and not any(one.value or one.is_required or one.errors for one in self.fields)


@dataclass(frozen=True, slots=True)
class Action:
    """A verb on a record. `ready` acts, `asks` will wait for somebody (`hint` says whom), `blocked` has `reasons`.

    `is_rare`: sets right or takes back what was recorded; it stands folded away below the others. `is_page`: leads to a
    page of its own, where others open a dialog.
    """

    verb: str
    label: Words
    url: str
    state: Literal["ready", "asks", "blocked"] = "ready"
    hint: Words = ""
    citation: Citation | None = None
    reasons: tuple[Reason, ...] = ()
    is_main: bool = False
    is_rare: bool = False
    is_page: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a workflow as the stepper shows it."""

    name: Words
    state: Literal["done", "now", "todo", "skipped"] = "todo"
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A value on a record. A masked one that may be revealed has a `reveal_url`: the fact `reveal` is posted there with
    a purpose, under `key`, and stays in the journal."""

    label: Words
    value: Words
    url: str = ""
    citation: Citation | None = None
    reveal_url: str = ""
    is_wide: bool = False
    reveal: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `size` in bytes; `preview_url` shows a picture in little."""

    name: str
    url: str
    size: int
    added_at: dt.datetime
    by: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `what` is the act in words; `tone` is `broken` for refusals and breaches."""

    at: dt.datetime
    who: Words
    what: Words
    citations: tuple[Citation, ...] = ()
    detail: Words = ""
    quote: str = ""
    tone: Tone = ""
    files: tuple[File, ...] = ()
    recorded_at: dt.datetime | None = None
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class Applies:
    """A control that applies to a record now, in one sentence, with how it stands; `is_idle`: nothing began yet."""

    citation: Citation
    sentence: Words
    state: State
    is_idle: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of a list."""

    label: Words
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list, kept in the URL. `hidden` carries along what is set elsewhere (the current tab)."""

    name: str
    label: Words
    options: tuple[Option, ...] = ()
    value: str = ""
    kind: Literal["choice", "date", "number", "hidden"] = "choice"


@dataclass(frozen=True, slots=True)
class Paging:
    """Keyset paging: where to go on. `total` may be a bound, then `is_more` (“1,000+”)."""

    shown: int
    total: int | None = None
    is_more: bool = False
    first_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what it would hold and what to do next."""

    title: Words
    text: Words = ""
    links: tuple[Link, ...] = field(default=())


NOTHING = Label("—", "—")
