"""Search (`q=`) in lists: each domain's own, which knows scope, masks and how names are folded."""

from collections.abc import Callable, Collection
from uuid import UUID

from keguan.cases import queries as cases
from keguan.customers import queries as customers

Search = Callable[[UUID, str], Collection[UUID]]


def _cases(viewer: UUID, text: str) -> Collection[UUID]:
    return cases.hits(viewer, text)


def _customers(viewer: UUID, text: str) -> Collection[UUID]:
    return customers.hits(viewer, text)


searches: dict[str, Search] = {"case": _cases, "customer": _customers}
"""By record type; types that are not here are not searched."""
