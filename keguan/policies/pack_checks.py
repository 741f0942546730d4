"""Whether a pack compiles over the product's base: as it was read, so that faults have lines."""

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from keguan.kernel.commands.rows import canonical
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.book import BookDraft
from keguan.policies.compiling import BASE, base_part, book_body, compile_controls, declarations, draft, part_of
from keguan.policies.declarations import check_declarations
from keguan.policies.engines import Control
from keguan.policies.faults import Fault
from keguan.policies.packs.pack import Pack, Policy

MOST_KEPT = 8

_Found = tuple[list[Control], list[Fault]]
_checked: dict[tuple[Any, ...], tuple[_Found, list[RecordType]]] = {}
"""With the record types that were known then, by whose ids it is found: none of them goes while it is kept."""
_lock = threading.Lock()


def check_pack(pack: Pack, values: Mapping[str, Any] | None = None) -> _Found:
    """Compile a pack over the product's base, as it was read, so that faults have lines.

    `values` are parameter values to come; those that the pack states hold where they are silent. What was found of the
    same pack a moment ago is kept while nobody declares anything: it is looked at before it is adopted, and by the act
    itself.
    """
    with _lock:
        kept = _checked.get(_key(pack, values))
    if kept is None:
        kept = _check(pack, values), list(vocabulary.types.values())
        with _lock:
            if len(_checked) >= MOST_KEPT:
                _checked.pop(next(iter(_checked)))
            _checked[_key(pack, values)] = kept  # the pack's own registers are known by now
    (controls, faults), _ = kept
    return list(controls), list(faults)


def _key(pack: Pack, values: Mapping[str, Any] | None) -> tuple[Any, ...]:
    known = tuple(map(id, vocabulary.types.values())), len(vocabulary.verbs), len(vocabulary.settings)
    return pack.form.model_dump_json(), pack.policies, canonical(values or {}), known


def _check(pack: Pack, values: Mapping[str, Any] | None) -> _Found:
    declared = declarations(pack)
    probe = BookDraft(currency=pack.form.currency)
    check_declarations(probe, declared, pack.place)
    if probe.faults:
        return [], probe.faults
    body = book_body([part_of(pack, values or {})] if pack.code == BASE else [base_part(), part_of(pack, values or {})])
    controls: dict[int, Control] = {}
    faults: list[Fault] = []
    for policies in _together(pack.policies):
        book = draft(body)
        for control in compile_controls(book, [control for policy in policies for control in policy.controls]):
            controls.setdefault(id(control.place), control)
        faults.extend(book.faults)
    return list(controls.values()), list(dict.fromkeys(faults))


def _together(policies: Sequence[Policy]) -> list[tuple[Policy, ...]]:
    """The policies that are in force together, for each day on which one of them begins."""
    starts = sorted({policy.effective_on or dt.date.min for policy in policies})
    groups = []
    for day in starts:
        latest: dict[str, Policy] = {}
        for policy in policies:
            begins = policy.effective_on or dt.date.min
            if begins <= day and (policy.ends_on is None or day < policy.ends_on):
                known = latest.get(policy.code)
                if known is None or (known.effective_on or dt.date.min) <= begins:
                    latest[policy.code] = policy
        groups.append(tuple(latest.values()))
    return list(dict.fromkeys(groups)) or [()]
