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
class ListTools:
    """web/parts/list_tools.html. A GET form: `sort`, and `cols` once for each column; `hidden` carries the filters."""

    hidden: tuple[tuple[str, str], ...] = ()
    orders: tuple[Option, ...] = ()
    order: str = ""
    columns: tuple[ColumnChoice, ...] = ()
    xlsx_url: str = ""
    csv_url: str = ""

    @property
    def shown(self) -> tuple[ColumnChoice, ...]:
        """The columns that are shown, in their order."""
        return tuple(column for column in self.columns if column.is_shown)
