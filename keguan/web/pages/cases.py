"""Cases: taking one, the list, the page, one verb on one or several. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import (
    Action,
    Applies,
    Citation,
    Empty,
    Entry,
    Fact,
    Fieldset,
    File,
    Filter,
    Link,
    Paging,
    Reason,
    State,
    Step,
    Tab,
    Term,
    Tone,
)
from keguan.web.language import Words
from keguan.web.pages.exceptions import RoundRow, SigningRow
from keguan.web.pages.lists import ListTools


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

    `call` is the id of the call from which it is taken; it is posted along.
    Posts `customer` (an id, or `new`), `customer_query`, the fields of `new_customer`, `fieldsets`, and `files`.
    The submit button named `find_customer` only searches, for browsers without scripts.
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


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `due_at` is its earliest running deadline, `more` its chosen facts, under `heads`."""

    code: str
    title: str
    customer: str
    state: State
    kind: Words = ""
    owner: str = ""
    due_at: dt.datetime | None = None
    due_tone: Tone = ""
    citation: Citation | None = None
    opened_at: dt.datetime | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb for all selected rows: the form posts `code` once per row, or `all`, to `url`, which asks for the rest."""

    label: Words
    url: str
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class CaseList:
    """web/case_list.html (partial `#list`). GET: `q`, one parameter per filter, `tab`, `after` (keyset).

    `shown` are the names of the chosen columns, `heads` those of the plain facts among them.
    """

    rows: tuple[CaseRow, ...]
    paging: Paging
    query: str = ""
    filters: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    bulk: tuple[BulkVerb, ...] = ()
    empty: Empty | None = None
    is_filtered: bool = False
    tools: ListTools | None = None
    shown: tuple[str, ...] = ()
    heads: tuple[Words, ...] = ()


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
    """An approval that a record waits for."""

    what: Words
    by: Words
    citation: Citation
    since: dt.datetime
    url: str = ""
    withdraw_url: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """web/case_page.html, upon web/record_page.html. `note`/`key` feed the note form (POST case_note)."""

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
    key: str = ""


@dataclass(frozen=True, slots=True)
class CaseAct:
    """web/case_act.html (partials `#form`, `#dialog`): one verb on one record, or on several.

    Of several, `subjects` names the first of `total`; the form posts them as `selection`, and the list as `back`.
    `override` is the exception that it uses up, `override_url` where one from the clause that refused is asked for.
    `consequences` say what will happen (who must approve, which term it meets), each with its clause; `reasons` why it
    was refused (then the status is 422 and the values stand as typed). `is_blocked` hides the submit button.
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
