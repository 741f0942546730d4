"""Where the pages of a record type are: some have addresses of their own, the others share `records/<type>/`."""

from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from keguan.controls.engines.register_types import register_types
from keguan.kernel.commands.verbs import Verb

OWN = frozenset(("case", "customer"))
"""Types whose pages have names of their own: people type them."""


SHARED = frozenset(("observation", "proposal", "person", "unit", "post", "role", "calendar", "delegation", "task"))
"""Types of the product whose pages share their addresses; registers do so too."""


def has_page(record_type: str) -> bool:
    """Whether records of the type have a page."""
    return record_type in OWN or record_type in SHARED or record_type in register_types


def list_url(record_type: str, **given: str) -> str:
    """The list of the type, narrowed to what is given."""
    found = reverse(f"web:{record_type}_list") if record_type in OWN else _shared("list", record_type)
    return f"{found}?{urlencode(given)}" if given else found


def export_url(record_type: str) -> str:
    """The list as a sheet."""
    return reverse(f"web:{record_type}_export") if record_type in OWN else _shared("export", record_type)


@lru_cache(maxsize=8192)
def page_url(record_type: str, key: str) -> str:
    """The record's page."""
    return reverse(f"web:{record_type}_page", args=[key]) if record_type in OWN else _shared("page", record_type, key)


def act_url(record_type: str, key: str, verb: str) -> str:
    """The form of a verb on a record."""
    args = [key, short(record_type, verb)]
    return reverse(f"web:{record_type}_act", args=args) if record_type in OWN else _shared("act", record_type, *args)


def many_url(record_type: str, verb: str) -> str:
    """The form of a verb on several records."""
    name = short(record_type, verb)
    return (
        reverse(f"web:{record_type}_act_many", args=[name])
        if record_type in OWN
        else _shared("act_many", record_type, name)
    )


def undo_url(record_type: str, key: str, event: object) -> str:
    """Where an act of the record is taken back."""
    if record_type in OWN:
        return reverse(f"web:{record_type}_undo", args=[key, event])
    return _shared("undo", record_type, key, str(event))


def sign_url(record_type: str, key: str) -> str:
    """Where somebody signs for an act on the record."""
    return reverse("web:case_sign", args=[key]) if record_type == "case" else _shared("sign", record_type, key)


def appoint_url(key: str) -> str:
    """Where a person is given a post."""
    return reverse("web:appoint", args=[key])


def new_url(record_type: str, verb: str, **given: str) -> str:
    """The form of a verb that creates a record, with what is known already."""
    found = _shared("new", record_type, short(record_type, verb))
    return f"{found}?{urlencode(given)}" if given else found


def kept_for_url(verb: Verb, of: str, record: UUID) -> str:
    """The form of a verb that opens a form kept for a record of this type; nothing where the verb does not."""
    kept = register_types.get(verb.on) if verb.creates else None
    return new_url(verb.on, verb.name, **{of: str(record)}) if kept and kept.plan.of == of else ""


def short(record_type: str, verb: str) -> str:
    """A verb as addresses of its own type call it."""
    return verb.removeprefix(f"{record_type}.")


def _shared(name: str, *args: str) -> str:
    return reverse(f"web:record_{name}", args=list(args))


def setup_url(step: str) -> str:
    """A step of the setup; founding the company and no step at all are the overview."""
    return reverse("web:setup") if step in ("", "company") else reverse("web:setup_step", args=[step])
