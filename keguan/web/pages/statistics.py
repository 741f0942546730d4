"""Statistics: cards of one chart and the table behind it, and the list of judgements behind a share."""

from dataclasses import dataclass

from keguan.web.components import Empty, Filter, Link, Paging
from keguan.web.language import Words
from keguan.web.pages.policies import EvidenceRow


@dataclass(frozen=True, slots=True)
class Datum:
    """A cell of a table: a number (`is_number`) or words, with the list behind it."""

    text: Words
    url: str = ""
    is_number: bool = True
    tone: str = ""
    is_policy: bool = False


@dataclass(frozen=True, slots=True)
class ChartCard:
    """A chart and the table with the same figures. `svg` is our own drawing; `note` says what is counted how."""

    name: str
    title: Words
    note: Words
    svg: str = ""
    heads: tuple[Words, ...] = ()
    rows: tuple[tuple[Datum, ...], ...] = ()
    empty: Words = ""


@dataclass(frozen=True, slots=True)
class Statistics:
    """web/statistics.html (partial `#list`). `period` says in words which days are counted."""

    period: Words
    filters: tuple[Filter, ...]
    cards: tuple[ChartCard, ...]
    is_filtered: bool = False


@dataclass(frozen=True, slots=True)
class Judgements:
    """web/judgements.html (partial `#list`): the judgements behind a share of the statistics."""

    title: Words
    period: Words
    back: Link
    rows: tuple[EvidenceRow, ...]
    paging: Paging
    empty: Empty | None = None
    has_terms: bool = True
