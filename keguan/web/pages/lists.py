"""What every list offers besides its rows: order, columns, export. Page-shaped rows only."""

from dataclasses import dataclass

from keguan.web.components import Option
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
