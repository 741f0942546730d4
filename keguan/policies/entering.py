"""Entering the rulebooks that follow from an act on policies, parameters or calendars; each is compiled first."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import Work
from keguan.kernel.journal.facts import RULEBOOK
from keguan.kernel.records.labels import Label
from keguan.policies.calendars import StoredCalendars, stored_calendars
from keguan.policies.compiling import compiled
from keguan.policies.faults import Fault, Faulty
from keguan.policies.rulebooks import State, last_number, stored_state, timeline


def enter_rulebooks(work: Work, item: Item, state: State, calendars: StoredCalendars, number: int) -> None:
    """The rulebooks that follow from the state; each is compiled first, and a fault refuses the act.

    `number` is the last one taken before the state was read. Whoever changed the state meanwhile took the next, which
    stands only once; read later, the new rulebook would silently leave out what the other act brought into force.
    """
    for valid_from, body, content_hash in timeline(state, calendars, work.now):
        try:
            compiled(body)
        except Faulty as error:
            refuse_faults(work, item, error.faults)
            return
        number += 1
        work.create_other(item, RULEBOOK, number=number, valid_from=valid_from, hash=content_hash, body=body)


def refuse_faults(work: Work, item: Item, faults: Sequence[Fault]) -> None:
    """Refuse the item for the first of the faults, saying how many more there are."""
    first = min(faults, key=lambda fault: (fault.file, fault.line))
    where = f"{first.file}:{first.line} " if first.file else ""
    more = Label(f"（另有 {len(faults) - 1} 处）", f" ({len(faults) - 1} more)") if len(faults) > 1 else Label("", "")
    message = Label(where + first.message.zh + more.zh, where + first.message.en + more.en)
    work.refuse(item, Reason(message, first.cure, field="files", kind="invariant"))


def follow_company(
    work: Work, item: Item, moved: Mapping[UUID, UUID | None], company: Mapping[str, Any] | None
) -> None:
    """Units were opened or moved, or the company came into being: a new rulebook where that changes a calendar."""
    number, state = last_number(), stored_state()
    if not state:
        return  # the first adoption takes the calendars as they are then
    before, after = stored_calendars(), stored_calendars(moved)
    if company is not None:
        after.put(None, None, None, company)
    if before.body() != after.body():
        enter_rulebooks(work, item, state, after, number)
