"""The clause under which a record of the machinery or of a register stands: what an invariant that refuses it cites."""

from typing import Any

from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.commands.verbs import Item
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

CONTROL = "control"


def cites(step: Step, item: Item) -> Citation | None:
    """The clause in force of the control that the record names, or that declares its type; nothing where there is none.

    Requests, overrides, proposals, observations and obligations name the control that brought them about.
    """
    book, record_type = rulebook(step.rulebook), step.verb.type
    if CONTROL in record_type.by_name:
        named: Any = item.args.get(CONTROL) if item.record is None else item.before.get(CONTROL)
        found = book.by_key.get(str(named))
        return found.citation if found else None
    return _declaring(book, record_type.name)


def _declaring(book: Rulebook, record_type: str) -> Citation | None:
    for control in book.of_engine("register"):
        if isinstance(control, RegisterControl) and control.type.name == record_type:
            return control.citation
    return None
