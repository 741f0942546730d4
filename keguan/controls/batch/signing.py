"""The batch reading of signatures: which stood for each act, and who had still to sign. Loads ibis inside.

A signature counts while the record's facts are what they were when it was given. The mirror holds the open facts; where
others may have changed in between, it is not known whether the signature still counted.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.controls.batch.asked import meant_by, people_key
from keguan.controls.engines.requirement import RequirementControl
from keguan.controls.engines.signing import Signatures
from keguan.controls.engines.slots import unmet
from keguan.controls.names import SIGNATURES
from keguan.controls.people import Each, People, Recusal
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

SIGN = "signature.sign"
COUNT, LACKING = "signed", "unsigned"


@dataclass(frozen=True)
class _Signed:
    """One signature for an act: by whom, and whether it counts (nothing: not known)."""

    n: int
    signer: UUID
    is_valid: bool | None


def key_of(signatures: Signatures) -> str:
    """What makes two requirements ask for the same signatures."""
    return repr(([who.people for who in signatures.of], signatures.in_order))


def with_signed(
    mirror: "Mirror", acts: "Acts", several: Sequence[RequirementControl], verbs: Iterable[str], name: str
) -> tuple[Any, Mapping[str, str]]:
    """The acts with `signed`, how many people's signatures stood for each, and for each requirement of signatures a
    column that says whether any was lacking; and these columns by key. Not known: nothing."""
    import ibis

    table = acts.table
    asked = sorted({*verbs, *(verb for one in several for verb in one.verbs)})
    if not asked:
        return table, {}
    signed = _signed(mirror, table, acts.type, asked)
    columns: dict[str, str] = {}
    lacking: dict[str, dict[str, bool | None]] = {}
    for one in several:
        if one.signatures is not None and (key := key_of(one.signatures)) not in columns:
            columns[key] = f"{LACKING}_{len(columns)}"
            lacking[columns[key]] = _lacking(mirror, acts, one.signatures, signed)
    rows = [
        {"signed_at": event, COUNT: _count(some), **{column: found[event] for column, found in lacking.items()}}
        for event, some in signed.items()
    ]
    shape = {"signed_at": "string", COUNT: "int64", **dict.fromkeys(lacking, "boolean")}
    kept = mirror.backend.create_table(f"{name}_signed", ibis.memtable(rows, schema=shape), overwrite=True)
    joined = table.left_join(kept, [table.event == kept.signed_at])
    nobody = joined.signed_at.isnull()
    # without any signature something is lacking, whoever is meant
    known = {column: ibis.cases((nobody, ibis.literal(True)), else_=joined[column]) for column in lacking}
    count = ibis.cases((nobody, ibis.literal(0, type="int64")), else_=joined[COUNT])
    return joined.mutate(**known, **{COUNT: count}).drop("signed_at"), columns


def _signed(
    mirror: "Mirror", table: Any, record_type: RecordType, verbs: Sequence[str]
) -> Mapping[str, Sequence[_Signed]]:
    """By act, the signatures that had been given for it, oldest first."""
    if not (mirror.has("stream_signature") and mirror.has(f"stream_{record_type.name}")):
        return {}
    stream = mirror.table(f"stream_{record_type.name}")
    given = mirror.table("stream_signature").select(of="event", act="f_act", signer="f_signer")
    signs = stream.filter((stream.verb == SIGN) & (stream.role != record_type.name))
    signs = signs.select("event", signed_on="object", signed_n="n").join(given, [("event", "of")])
    asking = table.filter(table.verb.isin(list(verbs))).select("event", "object", "verb", last=table.n - 1 + table.turn)
    asking = asking.rename(act_event="event", act_verb="verb")
    states = _states(stream, record_type, signs)
    found = asking.join(signs, [asking.object == signs.signed_on, signs.signed_n <= asking["last"]])
    found = found.select("act_event", "act_verb", "object", "last", "signed_n", "act", "signer")
    for part, number in (("then", "signed_n"), ("now", "last")):
        state = states.rename({f"{part}_of": "of", f"{part}_n": "n", f"{part}_facts": "facts", f"{part}_own": "own"})
        found = found.join(state, [found.object == state[f"{part}_of"], found[number] == state[f"{part}_n"]])
    same, still = found.then_facts == found.now_facts, found.then_own == found.now_own
    rows = found.select("act_event", "act_verb", "signed_n", "act", "signer", is_same=same, is_still=still)
    # fields of packs may be private too
    has_private = record_type.declared is not None or any(
        is_private(fact) and not fact.derived for fact in record_type.facts
    )
    by_act: dict[str, list[_Signed]] = defaultdict(list)
    for row in rows.order_by("act_event", "signed_n").to_pyarrow().to_pylist():
        if json.loads(row["act"]) == row["act_verb"]:
            is_valid = False if not row["is_same"] else None if has_private and not row["is_still"] else True
            by_act[row["act_event"]].append(_Signed(row["signed_n"], UUID(json.loads(row["signer"])), is_valid))
    return by_act


def _states(stream: Any, record_type: RecordType, signs: Any) -> Any:
    """Of the records that were signed: after each event, their open facts as one text, and how many acts they saw."""
    import ibis

    mine = stream.semi_join(signs, [stream.object == signs.signed_on])
    so_far = ibis.window(group_by="object", order_by="n", preceding=None, following=0)
    apart = {f"f_{name}" for name in record_type.shown_to}
    names = sorted(name for name in mine.columns if name.startswith("f_") and name not in apart)
    known = [mine[name].last().over(so_far).fill_null("") for name in names]
    # an emptied fact and one that never was are the same
    texts = [ibis.cases((text == "null", ""), else_=text) for text in known]
    facts = reduce(lambda one, two: one.concat("\x1f").concat(two), texts, ibis.literal(""))
    own = (mine.role == record_type.name).cast("int64").sum().over(so_far)
    return mine.select("n", of="object", facts=facts, own=own)


def _lacking(
    mirror: "Mirror", acts: "Acts", signatures: Signatures, signed: Mapping[str, Sequence[_Signed]]
) -> dict[str, bool | None]:
    """By act with any signature, whether one was still lacking; nothing where that hangs on what is not known."""
    found: dict[str, bool | None] = dict.fromkeys(signed)
    asked = [_slots(mirror, acts, who.people, sorted(signed)) for who in signatures.of] if signed else []
    for event, given in signed.items():
        parts = [None if one is None else one.get(event, []) for one in asked]
        if any(part is None for part in parts):
            continue
        if not all(parts):
            found[event] = True  # a list that is empty does not say who has to sign
            continue
        slots = [slot for part in parts for slot in part or ()]
        answers = {
            bool(unmet(slots, [one.signer for one in given if _counts(one, is_lenient)], in_order=signatures.in_order))
            for is_lenient in (True, False)
        }
        found[event] = answers.pop() if len(answers) == 1 else None
    return found


def _slots(mirror: "Mirror", acts: "Acts", people: People, events: Sequence[str]) -> dict[str, list[list[UUID]]] | None:
    """By act, the people of whom one has to sign; of each member of a list, its own. None where it cannot be told."""
    chosen = acts.table.event.isin(list(events))
    inner = people.who if isinstance(people, Recusal) else people
    if not isinstance(inner, Each):
        column = acts.people.get(people_key(people, is_after=False))
        if column is None:
            return None
        rows = acts.table.filter(chosen).select("event", who=acts.table[column]).to_pyarrow().to_pylist()
        return {row["event"]: [[UUID(one) for one in row["who"] or ()]] for row in rows}
    members = acts.get(inner.facts.path)
    meant = meant_by(mirror, acts, chosen, people, each=inner.facts.path)
    if members is None or meant is None:
        return None
    persons: dict[str, list[UUID]] = defaultdict(list)
    for row in meant.to_pyarrow().to_pylist():
        persons[row["row"]].append(UUID(row["person"]))
    rows = acts.table.select("event", members=members).filter(lambda t: t.event.isin(list(events)))
    return {
        row["event"]: [persons[f"{row['event']}|{member}"] for member in row["members"] or ()]
        for row in rows.to_pyarrow().to_pylist()
    }


def _counts(one: _Signed, is_lenient: bool) -> bool:
    return is_lenient if one.is_valid is None else one.is_valid


def _count(several: Sequence[_Signed]) -> int | None:
    few, many = ({one.signer for one in several if _counts(one, is_lenient)} for is_lenient in (False, True))
    return len(few) if few == many else None


def counts(several: Iterable[Any]) -> bool:
    """Whether any of these conditions asks how many signatures stand."""
    return any((SIGNATURES,) in condition.facts() for condition in several)
