"""What the forms of a record type's verbs have of their own: inputs that offer choices, inputs made of several."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import QueryDict

from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.types import Fact
from keguan.lists import naming
from keguan.web.components import Field, Fieldset, Option, Reason
from keguan.web.verb_forms import Chosen

NOT_TYPED = frozenset(("contact", "primary_contact", "imported_from", "import_row"))
"""Arguments that point to lines of the record or belong to the machinery: no form asks for them."""


class Forms:
    """The forms of a record type's verbs, made from their arguments."""

    def arguments(self, act: Verb) -> list[Argument]:
        """The arguments that have inputs."""
        return [one for one in act.arguments if one.name not in NOT_TYPED and not isinstance(one.kind, Fields)]

    def begin(self, act: Verb, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """What stands in the form of a verb on this record before anything is typed: the facts it may change.

        A verb of another noun (`contact.add` on a customer) changes none of the record's: its names are its own.
        """
        return record if act.name.startswith(f"{act.on}.") else {}

    def dress(self, act: Verb, field: Field) -> Field:
        """An input with what is known about it here."""
        return field

    def more(self, act: Verb, values: Mapping[str, Any], found: Sequence[Reason]) -> tuple[Fieldset, ...]:
        """Inputs for arguments that one input cannot hold."""
        return ()

    def read(self, act: Verb, posted: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
        """What was posted in them."""
        return {}


AS_DECLARED = Forms()


def chosen(viewer: UUID, arguments: Sequence[Argument | Fact], values: Mapping[str, Any]) -> Chosen:
    """The records that stand in searching inputs already, by name; those out of sight are left out."""
    asked: dict[str, set[UUID]] = {}
    placed: dict[str, tuple[str, UUID]] = {}
    for argument in arguments:
        to, raw = naming.target(argument.kind), values.get(argument.name)
        key = _uuid(raw) if to not in ("", "person", "unit", "role") else None
        if key is not None:
            asked.setdefault(to, set()).add(key)
            placed[argument.name] = (to, key)
    names = naming.named(viewer, asked)
    return {
        name: Option(str(key), found.text, found.code if found.code != found.text else "")
        for name, (to, key) in placed.items()
        if (found := names.get(to, {}).get(key))
    }


def _uuid(raw: object) -> UUID | None:
    if isinstance(raw, UUID):
        return raw
    try:
        return UUID(str(raw)) if raw else None
    except ValueError:
        return None
