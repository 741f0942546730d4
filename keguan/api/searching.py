"""Search (`q=`) in lists: each domain's own, which knows scope, masks and how names are folded."""

from collections.abc import Callable, Collection
from uuid import UUID

from keguan.cases import queries as cases
from keguan.customers import queries as customers

MOST = 1000
"""So many hits are looked at; who finds more types more."""

Search = Callable[[UUID, str], Collection[UUID]]


def _cases(viewer: UUID, text: str) -> list[UUID]:
    return [row.id for row in cases.cases(viewer, cases.Filters(text=text), limit=MOST).rows]


def _customers(viewer: UUID, text: str) -> list[UUID]:
    return [row.id for row in customers.customers(viewer, customers.Filters(text=text), limit=MOST).rows]


searches: dict[str, Search] = {"case": _cases, "customer": _customers}
"""By record type; types that are not here are not searched."""
