"""What each page shows: one frozen row per template, filled by views and handed over as `page`. No queries, no logic.

Every template is rendered with `page` (the row named after it below) and, when someone is signed in, `shell`. A view may
also give `now` (aware) so that all relative times of a page agree; without it the tags ask the kernel's clock. Forms post
to the same URL the page has unless the row names another. `key` is the idempotency key a form carries (`idempotency_key`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import (
    Action,
    Applies,
    Citation,
    Empty,
    Entry,
    Fact,
    Fieldset,
    Figure,
    File,
    Filter,
    Link,
    Option,
    Paging,
    Reason,
    State,
    Step,
    Tab,
    Term,
    Tone,
)
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
    may_see_policies: bool = True
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing somebody owes. `url` opens the record, `act_url` the page that does `act`."""

    what: Words
    subject: Words
    url: str
    due_at: dt.datetime
    citation: Citation
    tone: Tone = ""
    act: Words = ""
    act_url: str = ""
    note: Words = ""
    is_main: bool = False


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
class Broken:
    """A clause that was broken lately: where, how often, and the list behind it."""

    sentence: Words
    where: Words
    citation: Citation
    url: str


@dataclass(frozen=True, slots=True)
class Today:
    """web/today.html. `day_note` says what is special about the day (a make-up day, a holiday ahead)."""

    day: dt.date
    figures: tuple[Figure, ...]
    owed: tuple[Owed, ...]
    owed_total: int
    waiting: tuple[Waiting, ...]
    broken: tuple[Broken, ...]
    day_note: Words = ""
    owed_url: str = ""


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


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `due_at` is its earliest running deadline."""

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


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb for all selected rows; the form posts `code` once per row to `url`, which asks what else it needs."""

    label: Words
    url: str
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class CaseList:
    """web/case_list.html (partial `#list`). GET: `q`, one parameter per filter, `tab`, `after` (keyset)."""

    rows: tuple[CaseRow, ...]
    paging: Paging
    query: str = ""
    filters: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    bulk: tuple[BulkVerb, ...] = ()
    empty: Empty | None = None
    is_filtered: bool = False


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer at the side of a case."""

    name: str
    url: str
    state: State | None = None
    facts: tuple[Fact, ...] = ()
    note: Words = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """web/case_page.html (partials `#timeline`, `#actions`). `note_field`/`key` feed the note form (POST case_note)."""

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
    may_note: bool = True
    note: str = ""
    note_reasons: tuple[Reason, ...] = ()
    pending: "Pending | None" = None
    more_entries_url: str = ""
    key: str = ""


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
class CaseAct:
    """web/case_act.html (partials `#form`, `#dialog`): one verb on one record, or on several (`subjects`).

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


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A request for approval. `read` are the facts the control read; `steps` who decides, in order."""

    id: str
    headline: Words
    kind: Words
    subject: Words
    url: str
    requester: str
    asked_at: dt.datetime
    citation: Citation
    sentence: Words
    read: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    state: State | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    decided_at: dt.datetime | None = None
    withdraw_url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Approvals:
    """web/approvals.html (partial `#lines`). Each line posts `decision` (consent, reject) and `comment` to
    approval_decide; the bulk form posts `approval` (ids), `decision` = consent to `approvals`."""

    tabs: tuple[Tab, ...]
    lines: tuple[ApprovalLine, ...]
    view: Literal["waiting", "mine", "decided"] = "waiting"
    paging: Paging | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy in the list."""

    code: str
    title: str
    version: Words
    state: State
    effective_on: dt.date
    clauses: int
    controls: int
    share: float | None = None
    unset: int = 0


@dataclass(frozen=True, slots=True)
class PolicyList:
    """web/policy_list.html."""

    rows: tuple[PolicyRow, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a control's decision table with how often it decided."""

    when: Words
    then: Words
    count: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A control in a sentence with its live evidence. `share` is kept ÷ judged (0 to 1), None where nothing was judged.

    `state`: on, trial (observes only), unset (a parameter is missing; never counts as kept).
    """

    sentence: Words
    engine: Words
    state: Literal["on", "trial", "unset"] = "on"
    figures: tuple[Figure, ...] = ()
    share: float | None = None
    period: Words = ""
    rows: tuple[TableRow, ...] = ()
    note: Words = ""
    evidence_url: str = ""
    configure_url: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a policy. `anchor` is its fragment; `depth` 0 for chapters; a statement has no controls."""

    anchor: str
    number: str
    text: str = ""
    title: str = ""
    depth: int = 1
    controls: tuple[Control, ...] = ()
    is_statement: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """web/policy_page.html. Policy text is shown as written, whatever the language of the page."""

    code: str
    title: str
    summary: Words
    state: State
    figures: tuple[Figure, ...]
    clauses: tuple[Clause, ...]
    actions: tuple[Link, ...] = ()
    versions: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One judgement under a control."""

    subject: Words
    url: str
    state: State
    unit: Words = ""
    opened_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    judged_at: dt.datetime | None = None
    detail: Words = ""


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """web/evidence.html (partial `#list`)."""

    citation: Citation
    policy: str
    policy_url: str
    clause_text: str
    control: Control
    tabs: tuple[Tab, ...]
    rows: tuple[EvidenceRow, ...]
    paging: Paging
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list."""

    code: str
    name: str
    kind: Words
    contact: str = ""
    phone: str = ""
    owner: str = ""
    open_cases: int = 0
    state: State | None = None
    city: str = ""


@dataclass(frozen=True, slots=True)
class CustomerList:
    """web/customer_list.html (partial `#list`). GET: `q`, filters, `after`."""

    rows: tuple[CustomerRow, ...]
    paging: Paging
    query: str = ""
    filters: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    empty: Empty | None = None
    is_filtered: bool = False
    may_add: bool = True
    may_import: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a customer; phones are facts so that a masked one can be revealed."""

    name: str
    post: str = ""
    phones: tuple[Fact, ...] = ()
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """web/customer_page.html."""

    code: str
    name: str
    summary: Words
    state: State | None
    facts: tuple[Fact, ...]
    contacts: tuple[Contact, ...]
    cases: tuple[CaseRow, ...]
    entries: tuple[Entry, ...]
    actions: tuple[Action, ...] = ()
    cases_total: int = 0
    cases_url: str = ""
    take_url: str = ""


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """web/customer_form.html: a new customer, or a change. `duplicates` are customers that look the same."""

    title: Words
    fieldsets: tuple[Fieldset, ...]
    back_url: str
    reasons: tuple[Reason, ...] = ()
    duplicates: tuple[Link, ...] = ()
    submit: Words = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An earlier import."""

    id: str
    name: str
    state: State
    at: dt.datetime
    detail: Words = ""


@dataclass(frozen=True, slots=True)
class ImportStart:
    """web/import_start.html. Posts `sheet` (a file)."""

    runs: tuple[ImportRun, ...] = ()
    reasons: tuple[Reason, ...] = ()
    template_url: str = ""
    most_rows: int = 0
    most_megabytes: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the uploaded sheet: its samples, and the field it goes to. Posts `column_<index>` = field name or ''."""

    index: int
    head: str
    samples: tuple[str, ...]
    value: str = ""
    reasons: tuple[Reason, ...] = ()
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the preview. `number` is the row number in the sheet; `cells` in the order of `ImportPage.heads`."""

    number: int
    cells: tuple[str, ...]
    state: State
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPage:
    """web/import_page.html (partial `#progress`, polled every two seconds while `step` is `run`).

    `step`: mapping, preview, run, result. Mapping posts `column_<i>` and `intent=preview`; preview posts `intent=run`
    (or `intent=mapping` to go back); run posts `intent=stop` to stop after the current batch.
    """

    id: str
    name: str
    step: Literal["mapping", "preview", "run", "result"]
    total: int
    columns: tuple[Column, ...] = ()
    targets: tuple[Option, ...] = ()
    heads: tuple[Words, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    figures: tuple[Figure, ...] = ()
    done: int = 0
    remaining: dt.timedelta | None = None
    error_sheet_url: str = ""
    list_url: str = ""
    reasons: tuple[Reason, ...] = ()
    faults: tuple[Fact, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice."""

    id: str
    text: Words
    at: dt.datetime
    url: str = ""
    detail: Words = ""
    citation: Citation | None = None
    is_read: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """web/notices.html. POST to notice_read marks one; POST to notices with `all=1` marks all."""

    rows: tuple[NoticeRow, ...]
    paging: Paging
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One result of the find box."""

    text: Words
    url: str
    detail: Words = ""
    state: State | None = None
    is_clause: bool = False


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Results of one sort."""

    title: Words
    items: tuple[Found, ...]
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Find:
    """web/find.html (partial `#results`: the list under the find box)."""

    query: str
    groups: tuple[FoundGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """403.html, 404.html: optional; what is wrong in the view's own words, with the clause and where to go on."""

    title: Words = ""
    text: Words = ""
    reasons: tuple[Reason, ...] = ()
    links: tuple[Link, ...] = ()
