"""Administration: who may do what, the installation, and who read personal data. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Citation, Fact, Option, Reason, Tab
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
    """One thing that was looked at; for a fault the words say what to do."""

    words: Words
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class JobRow:
    """A background job that failed; `key` is posted to have it done again."""

    key: int
    name: str
    at: dt.datetime | None
    attempts: int


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
