"""The batch reading of a register: whether a copy may go, or be kept, by whoever acts."""

from typing import Any

import ibis

from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT, REFUSED, softened
from keguan.controls.engines.register_types import ORIGINATOR, Copy
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted

COPIES, COPY = "copies", "copy"


def wanted(control: RegisterControl, record_type: RecordType) -> Wanted:
    """What it reads: which copy, where the copies were, and who opened the record."""
    if not control.verbs:
        return Wanted()
    opener = frozenset((record_type.opener,)) if record_type.opener else frozenset[str]()
    return Wanted(facts=opener, arguments=frozenset((COPY,)), lists=frozenset((COPIES,)))


def outcome(control: RegisterControl, acts: Acts) -> Any:
    """What it did to each act by which a copy goes or is kept; the machinery may do anything."""
    table, plan = acts.table, control.plan
    if f"a_{COPY}" not in table.columns:
        return ibis.null("string")
    number = table[f"a_{COPY}"]
    may: list[tuple[Any, Any]] = []
    for place, copy in enumerate(plan.copies, 1):
        may += [((table.verb == plan.goes) & (number == place), _goes(copy, acts)),
                ((table.verb == plan.keeps) & (number == place), _is_kept(copy, place, acts))]  # fmt: skip
    allowed = ibis.cases(*may, else_=ibis.literal(False)) if may else ibis.literal(False)
    found = ibis.cases((table.actor.isnull(), ibis.null("string")), (allowed, KEPT), else_=REFUSED)
    return softened(found, "refuse", control.trial)


def _goes(copy: Copy, acts: Acts) -> Any:
    return ibis.literal(False) if copy.goes is None else _is_his(copy.goes, acts)


def _is_kept(copy: Copy, place: int, acts: Acts) -> Any:
    if copy.goes is None:
        return _is_his(copy.keeper, acts)
    lines = acts.lines((COPIES,))
    if lines is None:
        return ibis.literal(False)
    gone = lines.filter(lambda line: (line["n"] == place) & line["gone_at"].notnull())
    return (gone.length() > 0).fill_null(False) & _is_his(copy.keeper, acts)


def _is_his(role: str, acts: Acts) -> Any:
    """Whether the copy is in the hands of whoever acts: of the role, or of him who opened the record."""
    if role != ORIGINATOR:
        return acts.table.actor_own.contains(role).fill_null(False)
    opener = acts.fact(acts.type.opener or "")
    return ibis.literal(False) if opener is None else (opener == acts.table.actor).fill_null(False)
