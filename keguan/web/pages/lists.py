"""A list of records of one type, whichever: rows, columns, order, saved views, export. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Citation, Empty, Filter, Link, Option, Paging, State, Tab, Tone
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be shown."""

    name: str
    label: Words
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """A saved view; `hint` says with whom it is shared."""

    id: str
    name: str
    url: str
    is_current: bool = False
    is_own: bool = True
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class ListTools:
    """web/parts/list_tools.html. A GET form: `sort`, and `cols` once for each column; `hidden` carries the filters.

    The list as it stands is saved by POST to view_save of `list`: `name`, `query`, `unit` (one of `units`, or none).
    """

    hidden: tuple[tuple[str, str], ...] = ()
    orders: tuple[Option, ...] = ()
    order: str = ""
    columns: tuple[ColumnChoice, ...] = ()
    xlsx_url: str = ""
    csv_url: str = ""
    list: str = ""
    query: str = ""
    views: tuple[ViewChoice, ...] = ()
    units: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A column. `sort_url` orders the list by it, `order` says which way it does already: up, down or not at all."""

    name: str
    label: Words
    sort_url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands under a head: words, a badge (`state`), or a deadline (`due_at`) with the clause that set it."""

    text: Words = ""
    state: State | None = None
    due_at: dt.datetime | None = None
    tone: Tone = ""
    citation: Citation | None = None
    is_whole: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A record in a list: its title with code, `notes` and moment under it, and a cell for each head."""

    key: str
    title: Words
    url: str
    code: str = ""
    notes: tuple[Words, ...] = ()
    at: dt.datetime | None = None
    state: State | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb for all selected rows: the form posts `code` once per row, or `all`, to `url`, which asks for the rest."""

    label: Words
    url: str
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """A button beside the title of a list; `key` is the key that presses it."""

    label: Words
    url: str
    is_main: bool = False
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RecordList:
    """web/record_list.html (partial `#list`). GET: `q`, one parameter per filter, `tab`, `sort`, `cols`, `after`.

    `noun` heads the first column. `more` are filters that stand folded away. `nothing` is said where there is no
    record at all, `unmatched` where none passes the filters. `part` is what the list is narrowed to from elsewhere.
    """

    title: Words
    noun: Words
    rows: tuple[ListRow, ...]
    heads: tuple[Head, ...]
    paging: Paging
    nothing: Empty
    unmatched: Empty
    placeholder: Words = ""
    query: str = ""
    filters: tuple[Filter, ...] = ()
    more: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    bulk: tuple[BulkVerb, ...] = ()
    tools: ListTools | None = None
    doings: tuple[Doing, ...] = ()
    is_filtered: bool = False
    is_more_open: bool = False
    back: Link | None = None
    part: Link | None = None
    citation: Citation | None = None
