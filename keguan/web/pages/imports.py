"""Imports of sheets: what can be imported, then one import step by step. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Empty, Fact, Field, Figure, Link, Option, Reason, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An earlier import."""

    id: str
    name: str
    state: State
    at: dt.datetime
    detail: Words = ""


@dataclass(frozen=True, slots=True)
class ImportPlaces:
    """web/import_places.html: what may be imported, and what was."""

    types: tuple[Link, ...]
    runs: tuple[ImportRun, ...] = ()
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class ImportStart:
    """web/import_start.html. Posts `sheet` (a file) or `pasted` (cells as a spreadsheet copies them).

    `columns` are the titles that are understood; `needed` those among them that no row can do without.
    """

    title: Words = ""
    runs: tuple[ImportRun, ...] = ()
    reasons: tuple[Reason, ...] = ()
    template_url: str = ""
    most_rows: int = 0
    most_megabytes: int = 0
    columns: tuple[Words, ...] = ()
    needed: tuple[Words, ...] = ()
    pasted: str = ""
    back: Link | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the uploaded sheet with samples and the field it goes to. Posts `column_<index>`: a name or ''."""

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

    `step`: mapping, preview, run, result. Mapping posts `column_<i>`, `all_<field>` (`for_all`: a value for every row),
    `on_duplicate` (one of `duplicates`, told by what is `alike`) and `intent=preview`, and shows what was noticed while
    reading (`notes`); preview posts `intent=run` (`intent=mapping` goes back); run posts `intent=stop` to stop after
    the current part. `links` lead on from the result.
    """

    id: str
    name: str
    step: Literal["mapping", "preview", "run", "result"]
    total: int
    noun: Words = ""
    columns: tuple[Column, ...] = ()
    targets: tuple[Option, ...] = ()
    for_all: tuple[Field, ...] = ()
    heads: tuple[Words, ...] = ()
    rows: tuple[SheetRow, ...] = ()
    figures: tuple[Figure, ...] = ()
    done: int = 0
    remaining: dt.timedelta | None = None
    error_sheet_url: str = ""
    links: tuple[Link, ...] = ()
    reasons: tuple[Reason, ...] = ()
    faults: tuple[Fact, ...] = ()
    duplicates: tuple[Option, ...] = ()
    alike: Words = ""
    on_duplicate: str = ""
    notes: tuple[Reason, ...] = ()
    start_url: str = ""
    back: Link | None = None
    key: str = ""
