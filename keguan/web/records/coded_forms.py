"""Forms in which a list of codes is chosen by words: which record types to hand over, which verbs to delegate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from keguan.controls.engines.register_types import register_types
from keguan.controls.live.handing_over import assignable
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web.components import Field, Option
from keguan.web.records.forms import Forms

SEPARATOR = "、"


class CodedForms(Forms):
    """Forms whose inputs of codes, by argument, offer the words for them; several may be chosen."""

    def __init__(self, offered: Mapping[str, Callable[[], tuple[Option, ...]]]) -> None:
        self.offered = offered

    def dress(self, act: Verb, field: Field) -> Field:
        """Codes as choices."""
        if field.name not in self.offered:
            return field
        chosen = tuple(str(field.value).split(SEPARATOR)) if isinstance(field.value, str) else field.value
        return replace(field, kind="choice", options=self.offered[field.name](), value=chosen, is_multiple=True)

    def read(self, act: Verb, posted: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
        """The codes that were chosen."""
        return {
            name: [code for code in posted.getlist(name) if code]
            for name in self.offered
            if act.argument(name) is not None and name in posted
        }


def types() -> tuple[Option, ...]:
    """The record types that are handed over with their owner's work."""
    return tuple(Option(one.name, one.label) for one in assignable())


def verbs() -> tuple[Option, ...]:
    """What may be delegated, type by type as they were declared: the product's own before a policy's registers."""
    words = Label("{type} · {verb}", "{type} · {verb}")
    known = [one for one in vocabulary.verbs.values() if not one.internal]
    place = {name: at for at, name in enumerate(vocabulary.types)}
    known.sort(key=lambda one: (one.on in register_types, place.get(one.on, 0)))
    return tuple(Option(one.name, words.format(type=one.type.label, verb=one.label)) for one in known)
