"""Cases: taking one, the list, the page, one verb on one or several. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import (
    Action,
    Applies,
    Citation,
    Entry,
    Fact,
    Fieldset,
    File,
    Link,
    Reason,
    State,
    Step,
    Term,
)
from keguan.web.language import Words
from keguan.web.pages.case_panels import AlikePanel, Followers, PrintMenu
from keguan.web.pages.exceptions import RoundRow, SigningRow


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    """A customer found by the search of the take form."""

    id: str
    name: str
    detail: Words = ""
    state: State | None = None
    open_cases: int = 0


@dataclass(frozen=True, slots=True)
class CaseTake:
    """web/case_take.html (partial `#customers`: the matches). GET `?customer_query=` searches; POST registers.

    `call` is the id of the call from which it is taken, `split_from` that of the case of which it is a part; both are
    posted along. `alike` hints at cases that may be the same.
    Posts `customer` (an id, or `new`), `customer_query`, the fields of `new_customer`, `fieldsets`, and `files`.
    The submit button named `find_customer` only searches, for browsers without scripts. `draft` names the draft of a
    form that was opened for somebody: what was half typed for one caller does not come back for the next.
    """

    fieldsets: tuple[Fieldset, ...]
    new_customer: tuple[Fieldset, ...]
    customer_query: str = ""
    matches: tuple[CustomerChoice, ...] = ()
    chosen: str = ""
    has_searched: bool = False
    reasons: tuple[Reason, ...] = ()
    consequences: tuple[Reason, ...] = ()
    key: str = ""
    may_attach: bool = True
    call: str = ""
    split_from: str = ""
    split_code: str = ""
    alike: AlikePanel | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer at the side of a case."""

    name: str
    url: str
    state: State | None = None
    facts: tuple[Fact, ...] = ()
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """An approval that a record waits for; with `again_url` one that came back to the viewer, with the `comment`."""

    what: Words
    by: Words
    citation: Citation
    since: dt.datetime
    url: str = ""
    withdraw_url: str = ""
    again_url: str = ""
    comment: str = ""
    is_nobody_s: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """web/case_page.html, upon web/record_page.html. `note`/`key` feed the note form (POST case_note).

    `people_url` finds people to mention in a note.
    """

    code: str
    title: str
    summary: Words
    state: State
    steps: tuple[Step, ...]
    terms: tuple[Term, ...]
    actions: tuple[Action, ...]
    facts: tuple[Fact, ...]
    declared: tuple[Fact, ...]
    entries: tuple[Entry, ...]
    entries_total: int
    files: tuple[File, ...]
    applies: tuple[Applies, ...]
    customer: CustomerCard
    story: str = ""
    signings: tuple[SigningRow, ...] = ()
    rounds: tuple[RoundRow, ...] = ()
    may_note: bool = True
    note: str = ""
    note_reasons: tuple[Reason, ...] = ()
    pending: Pending | None = None
    more_entries_url: str = ""
    sign_url: str = ""
    panels: tuple[object, ...] = ()
    alike: AlikePanel | None = None
    followers: Followers | None = None
    prints: PrintMenu | None = None
    people_url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A deadline that a change of calendars would move; the record is a link only where the viewer may see it."""

    what: Words
    citation: Citation | None
    record: Words
    url: str
    was: dt.datetime
    now: dt.datetime
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class EffectPart:
    """What a change of calendars would do to deadlines that run; `rows` are those that would move furthest."""

    running: int
    moved: int
    earlier: int
    overdue: int
    rows: tuple[MovedRow, ...] = ()
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class CaseAct:
    """web/case_act.html (partials `#form`, `#dialog`): one verb on one record, or on several.

    Of several, `subjects` names the first of `total`; the form posts them as `selection`, and the list as `back`.
    `override` is the exception that it uses up, `override_url` where one from the clause that refused is asked for.
    `consequences` say what will happen (who must approve, which term it meets), each with its clause; `reasons` why it
    was refused (then the status is 422 and the values stand as typed). `is_blocked` hides the submit button.
    `has_preview`: its effect can be shown before (`effect`, once it was asked for). `draft` names what is kept of it
    while it is typed, where the address of the form alone would not tell one from another. `began` is what it carries
    of the facts it showed; drafts keep it, so it is no input of the hidden type.
    """

    verb: str
    title: Words
    url: str
    back_url: str
    subjects: tuple[Link, ...]
    fieldsets: tuple[Fieldset, ...]
    consequences: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    help: Words = ""
    submit: Words = ""
    asks: bool = False
    is_blocked: bool = False
    is_final: bool = False
    key: str = ""
    override: str = ""
    override_url: str = ""
    selection: str = ""
    back: str = ""
    total: int = 1
    has_preview: bool = False
    effect: EffectPart | None = None
    draft: str = ""
    began: str = ""
