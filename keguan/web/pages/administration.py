"""Administration: who may do what, the installation, and who read personal data. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Citation, Fact, Fieldset, Link, Option, Reason, State, Tab
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class AllowedRow:
    """A grant in a cell of the matrix: its scope, its clause, and what stays masked."""

    scope: Words
    citation: Citation
    masked: Words = ""


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act and what each role may of it; an empty cell is a no."""

    label: Words
    cells: tuple[tuple[AllowedRow, ...], ...]


@dataclass(frozen=True, slots=True)
class AccessMatrix:
    """web/access_matrix.html: the acts on a record type against the roles; `types` choose which."""

    title: Words
    types: tuple[Option, ...]
    chosen: str
    roles: tuple[Words, ...]
    lines: tuple[ActLine, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One thing that was looked at; for what is broken or still to be done the words say what to do."""

    words: Words
    tone: Literal["broken", "soon", "kept"] = "kept"


@dataclass(frozen=True, slots=True)
class JobRow:
    """A background job that failed, `times` in a row; `key` is posted to have it done again or let go.

    `person` and `records` are whom and what it was about, where it was about any; `error` is what was told of it.
    """

    key: int
    name: Words
    at: dt.datetime | None
    attempts: int
    times: int = 1
    about: tuple[Words, ...] = ()
    person: Link | None = None
    records: tuple[Link, ...] = ()
    citations: tuple[Citation, ...] = ()
    error: Words = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """web/installation.html: what `keguan doctor` finds, failed jobs, the last seals and the last backup."""

    findings: tuple[FindingRow, ...]
    jobs: tuple[JobRow, ...]
    facts: tuple[Fact, ...]
    key: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading: who saw which facts of what, when, through which door."""

    at: dt.datetime
    person: str
    door: Words
    what: Words
    record: Words
    url: str
    facts: Words


@dataclass(frozen=True, slots=True)
class Readings:
    """web/readings.html: readings of personal data, newest first; `is_kept` is false where no clause asks for it."""

    rows: tuple[ReadingRow, ...]
    people: tuple[Option, ...]
    person: str = ""
    tabs: tuple[Tab, ...] = ()
    next_url: str = ""
    is_kept: bool = True
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token: what for, as whom, until when; `revoke_url` ends it, where the viewer may."""

    id: str
    name: str
    person: str
    hint: str
    state: State
    issued_at: dt.datetime
    expires_at: dt.datetime
    issued_by: str = ""
    last_used_on: dt.date | None = None
    revoked_at: dt.datetime | None = None
    revoke_url: str = ""
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """web/tokens.html: the tokens that work and those that are over, and (`may_issue`) the form that issues one.

    `secret` is that of the one just issued, shown this once.
    """

    working: tuple[TokenLine, ...]
    over: tuple[TokenLine, ...] = ()
    fieldsets: tuple[Fieldset, ...] = ()
    citation: Citation | None = None
    may_issue: bool = False
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    secret: str = ""
