"""From the kernel's words to the shapes of pages: citations with addresses, reasons, and what a refusal says."""

from collections.abc import Iterable
from functools import lru_cache

from django.urls import reverse

from keguan.kernel.commands import outcomes
from keguan.web import components


def anchor(clause: str) -> str:
    """The fragment of a clause on its policy's page; views and citations must agree on it."""
    return "c-" + "".join(char if char.isalnum() else "-" for char in clause)


@lru_cache(maxsize=4096)
def clause_url(policy: str, clause: str) -> str:
    """Where a clause is read."""
    return f"{reverse('web:policy_page', args=[policy])}#{anchor(clause)}"


def citation(found: outcomes.Citation | None) -> components.Citation | None:
    """A citation with the address of its clause."""
    if found is None:
        return None
    return components.Citation(found.policy, found.clause, clause_url(found.policy, found.clause), found.policy_title)


def reason(found: outcomes.Reason) -> components.Reason:
    """A reason as pages show it."""
    cited = citation(found.citation)
    return components.Reason(found.message, (cited,) if cited else (), found.cure or "", found.field or "")


def reasons(found: Iterable[outcomes.Reason]) -> tuple[components.Reason, ...]:
    """Reasons as pages show them, each told once."""
    return tuple(dict.fromkeys(reason(each) for each in found))
