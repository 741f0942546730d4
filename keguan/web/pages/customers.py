"""Customers: the list, the page, the form; and the import of a sheet, step by step. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import (
    Fact,
    Fieldset,
    Figure,
    Link,
    Option,
    Reason,
    State,
)
from keguan.web.language import Words


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

    `step`: mapping, preview, run, result. Mapping posts `column_<i>`, `on_duplicate` (one of `duplicates`) and
    `intent=preview`, and shows what was noticed while reading (`notes`); preview posts `intent=run`
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
    duplicates: tuple[Option, ...] = ()
    on_duplicate: str = ""
    notes: tuple[Reason, ...] = ()
    key: str = ""
