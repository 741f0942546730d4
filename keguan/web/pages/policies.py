"""Policies: the list, the page with its controls and live evidence, the list of judgements. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Citation, Empty, Figure, Link, Paging, State, Tab
from keguan.web.language import Words


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
    coming: tuple[Words, ...] = ()
    actions: tuple[Link, ...] = ()


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
    """web/policy_page.html. Policy text is shown as written, in the script of the page."""

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
    """One judgement under a control, which `citation` names where a list has those of several."""

    subject: Words
    url: str
    state: State
    unit: Words = ""
    opened_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    judged_at: dt.datetime | None = None
    detail: Words = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """web/evidence.html (partial `#list`). Only deadlines have terms: a beginning and a due moment."""

    citation: Citation
    policy: str
    policy_url: str
    clause_text: str
    control: Control
    tabs: tuple[Tab, ...]
    rows: tuple[EvidenceRow, ...]
    paging: Paging
    empty: Empty | None = None
    has_terms: bool = True
