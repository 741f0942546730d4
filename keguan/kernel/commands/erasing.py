"""Erasing a person: everything personal about a record and about the records that say so goes; that it went stays.

The verb is declared for a record type by `erasure`. Concerned are the record itself, records that are `about` it (and
about those), and records that may be about anybody in which the person's identifying words stand. Their personal
facts, lines and stored files are emptied, the payloads of all their events are deleted with their salts, and the event
of the erasure names those events and what it left: so the journal stays verifiable and still folds into the tables.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg import sql

from keguan.kernel.commands import store
from keguan.kernel.commands.arguments import references
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Argument, Item, Verb, verb
from keguan.kernel.files import letting_go
from keguan.kernel.journal.write import Mention, is_private
from keguan.kernel.records.kinds import Choice, Listing
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.transaction import Transaction
    from keguan.kernel.commands.work import Work

WHY = {
    "request": Label("本人要求", "The person asked for it"),
    "term": Label("保存期限已满", "The time for keeping it is over"),
    "law": Label("法律要求", "The law requires it"),
}
PAYLOADS = """
    select o.object, o.event from kernel_event_object o join kernel_payload p on p.event = o.event
    where o.touched and o.object = any(%s)
"""
Found = dict[str, set[UUID]]
"""Ids by record type."""


def erasure(record_type: RecordType) -> Verb:
    """Declare `<type>.erase` for a record type with personal facts."""
    label = Label(f"抹去{record_type.label.zh}的个人信息", f"Erase personal data of the {record_type.label.en.lower()}")

    def erase(work: "Work", items: list[Item]) -> None:
        """Erase everything personal about it for good: facts, texts, files, the journal's contents. No way back."""
        for item in items:
            work.erase(item)

    why = Argument("why", Choice(WHY), Label("原因", "Why"), required=True)
    return verb(f"{record_type.name}.erase", label, on=record_type, arguments=(why,), erases=True)(erase)


@dataclass
class Concerned:
    """The records that an erasure concerns, by type, and words by which the person is known."""

    found: Found = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def locked(self) -> set[UUID]:
        """The records whose streams the erasure moves."""
        return {key for name, keys in self.found.items() if not vocabulary.types[name].is_derived for key in keys}


@dataclass
class Erased:
    """One item's erasure: what stands in its event, or why it cannot be."""

    concerned: Concerned
    events: list[UUID] = field(default_factory=list)
    public: dict[str, Any] = field(default_factory=dict)
    refused: Reason | None = None

    def mentions(self, own: UUID) -> list[Mention]:
        """The other records that the event touches."""
        return [
            Mention("erased", name, key, touched=True)
            for name, keys in sorted(self.concerned.found.items())
            if not vocabulary.types[name].is_derived
            for key in sorted(keys - {own})
        ]


def concerned(rows: Rows, verb_: Verb, items: Sequence[Item]) -> dict[int, Concerned]:
    """By position, the records that an erasure concerns; nothing for other verbs. Read before the lock.

    The number of statements depends on the record types that are declared, not on the number of items.
    """
    if not verb_.erases:
        return {}
    found = {root: Concerned(one) for root, one in linked(rows, verb_.type, {item.id for item in items}).items()}
    _find_words(rows, found)
    for record_type in store.present(rows, [one for one in vocabulary.types.values() if one.is_about_anybody]):
        _find_mentions(rows, record_type, found)
    return {item.position: found[item.id] for item in items}


def linked(rows: Rows, record_type: RecordType, roots: Collection[UUID]) -> dict[UUID, Found]:
    """By root, the record itself and those that are about it, and about those, by type."""
    owners: dict[UUID, set[UUID]] = {root: {root} for root in roots}
    kinds = dict.fromkeys(roots, record_type.name)
    types = store.present(rows, [one for one in vocabulary.types.values() if one.about])
    frontier: Found = {record_type.name: set(roots)}
    while frontier:
        following: Found = {}
        for one in types:
            for name in one.about:
                to, _ = references(one.by_name[name].kind, None)
                keys = frontier.get(to, set()) if to else set().union(*frontier.values())
                for key, target in _pointing(rows, one, name, keys):
                    new = owners[target] - owners.get(key, set())
                    if new:
                        owners.setdefault(key, set()).update(new)
                        kinds[key] = one.name
                        following.setdefault(one.name, set()).add(key)
        frontier = following
    found: dict[UUID, Found] = {root: {} for root in roots}
    for key, mine in owners.items():
        for root in mine:
            found[root].setdefault(kinds[key], set()).add(key)
    return found


def _pointing(rows: Rows, record_type: RecordType, fact: str, keys: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Records of the type whose reference, or list of references, holds one of these, each with the one it holds."""
    if not keys:
        return []
    is_list = isinstance(record_type.by_name[fact].kind, Listing)
    text = (
        "select id, target from {t}, unnest({c}) target where {c} && %(keys)s::uuid[] and target = any(%(keys)s)"
        if is_list
        else "select id, {c} as target from {t} where {c} = any(%(keys)s)"
    )
    query = sql.SQL(text).format(t=sql.Identifier(record_type.table), c=sql.Identifier(fact))
    return [(row["id"], row["target"]) for row in rows.select(query.as_string(None), {"keys": list(keys)})]


def _owners(found: Mapping[UUID, Concerned], name: str) -> dict[UUID, list[Concerned]]:
    """The erasures that concern each record of a type."""
    owners: dict[UUID, list[Concerned]] = {}
    for one in found.values():
        for key in one.found.get(name, ()):
            owners.setdefault(key, []).append(one)
    return owners


def _find_words(rows: Rows, found: Mapping[UUID, Concerned]) -> None:
    """Note the words in identifying facts and lines of the records, blanks and dashes taken out."""
    for name in sorted({name for one in found.values() for name in one.found}):
        owners = _owners(found, name)
        for kind, key in vocabulary.types[name].tables():
            names = [fact.name for fact in kind.facts if fact.identifies]
            if not names:
                continue
            query = sql.SQL("select {k} as key, {c} from {t} where {k} = any(%s)").format(
                k=sql.Identifier(key), c=sql.SQL(", ").join(map(sql.Identifier, names)), t=sql.Identifier(kind.table)
            )
            for row in rows.select(query.as_string(None), [list(owners)]):
                words = {letting_go.bare(str(value)) for place, value in row.items() if place != "key" and value}
                for one in owners[row["key"]]:
                    one.words |= {word for word in words if len(word) > 1}


def _find_mentions(rows: Rows, record_type: RecordType, found: Mapping[UUID, Concerned]) -> None:
    """Add records of a type that may be about anybody, in whose personal texts, lines or files the words stand."""
    words = {word for one in found.values() for word in one.words}
    if not words:
        return
    patterns = [f"%{letting_go.escaped(word)}%" for word in sorted(words)]
    for kind, key in record_type.tables():
        for fact in kind.facts:
            place = {"k": sql.Identifier(key), "t": sql.Identifier(kind.table), "c": sql.Identifier(fact.name)}
            if fact.is_file:
                query = sql.SQL(
                    "select t.{k} as key, t.{c} as digest from {t} t join kernel_blob b on b.digest = t.{c}"
                )
                files = rows.select(query.format(**place).as_string(None))
                stand = {one: letting_go.standing(one, words) for one in {row["digest"] for row in files}}
                for row in files:
                    _mention(found, record_type, row["key"], stand[row["digest"]])
            elif is_private(fact):
                query = sql.SQL(
                    "select {k} as key, {c}::text as text from {t}"
                    " where regexp_replace({c}::text, '[\\s-]', '', 'g') ilike any(%s)"
                )
                for row in rows.select(query.format(**place).as_string(None), [patterns]):
                    text = letting_go.bare(row["text"]).casefold()
                    _mention(found, record_type, row["key"], {word for word in words if word.casefold() in text})


def _mention(found: Mapping[UUID, Concerned], record_type: RecordType, key: UUID, words: Collection[str]) -> None:
    for one in found.values():
        if one.words & set(words):
            one.found.setdefault(record_type.name, set()).add(key)


def prepare(
    job: "Transaction", verb_: Verb, items: Sequence[Item], known: Mapping[int, Concerned]
) -> dict[int, Erased]:
    """Under the lock: is it still so, is nothing of it needed, which events lose their payloads."""
    if not verb_.erases or not items:
        return {}
    erased = {item.position: Erased(known[item.position]) for item in items}
    now = linked(job.rows, verb_.type, {item.id for item in items})
    for item in items:
        one = erased[item.position]
        for name, keys in now[item.id].items():
            if not vocabulary.types[name].is_derived and not keys <= one.concerned.found.get(name, set()):
                job.move()
            one.concerned.found.setdefault(name, set()).update(keys)
    # what was erased before a restore goes again, whatever the backup was still waiting for
    needed = {} if job.ctx.channel == "restore" else _needed(job.rows, erased)
    events: dict[UUID, set[UUID]] = {}
    locked = set().union(*(one.concerned.locked() for one in erased.values()))
    for row in job.rows.select(PAYLOADS, [list(locked)]):
        events.setdefault(row["object"], set()).add(row["event"])
    for position, one in erased.items():
        one.refused = needed.get(position)
        one.events = sorted(set().union(*(events.get(key, set()) for key in one.concerned.locked())))
        one.public = {"erased": one.events, "emptied": _emptied(job, one.concerned.found)}
    return erased


def _needed(rows: Rows, erased: Mapping[int, Erased]) -> dict[int, Reason]:
    """By position, why the data are still needed."""
    reasons: dict[int, Reason] = {}
    for name in sorted({name for one in erased.values() for name in one.concerned.found}):
        record_type = vocabulary.types[name]
        if not (record_type.needed_in and record_type.stage):
            continue
        query = sql.SQL("select id from {} where id = any(%s) and {} = any(%s)").format(
            sql.Identifier(record_type.table), sql.Identifier(record_type.stage)
        )
        keys = set().union(*(one.concerned.found.get(name, set()) for one in erased.values()))
        open_ones = {row["id"] for row in rows.select(query.as_string(None), [list(keys), [*record_type.needed_in]])}
        for position, one in erased.items():
            number = len(open_ones & one.concerned.found.get(name, set()))
            if number:
                reasons.setdefault(position, _is_needed(record_type, number))
    return reasons


def _is_needed(record_type: RecordType, number: int) -> Reason:
    words = record_type.label
    return Reason(
        Label(
            f"还有 {number} 件“{words.zh}”没有办完，要用到这些信息",
            f"{number} of “{words.en}” are not finished and need these data",
        ),
        Label("先办完或撤回，再抹去", "finish or withdraw them, then erase"),
        kind="invariant",
    )


def _emptied(job: "Transaction", found: Found) -> dict[str, Any]:
    """What the erasure leaves, by type, as it stands in the event."""
    emptied: dict[str, Any] = {}
    for name in sorted(found):
        record_type = vocabulary.types[name]
        if record_type.is_derived:
            continue
        left: dict[str, Any] = {"facts": _left(record_type.facts)}
        if record_type.declared:
            left["declared"] = kept_fields(job, record_type)
        lines = {line.name: None if line.is_removed else _left(line.facts) for line in record_type.lines}
        left["lines"] = {line: what for line, what in lines.items() if what is None or what}
        emptied[name] = left
    return emptied


def _left(facts: Sequence[Fact]) -> dict[str, Any]:
    return {fact.name: fact.kind.to_json(fact.erased) for fact in facts if is_private(fact) and not fact.derived}


def kept_fields(job: "Transaction", record_type: RecordType) -> list[str]:
    """The declared fields that an erasure leaves: those that are declared today and are not personal."""
    declared = job.law.declared(record_type.name, job.rulebook)
    return sorted(name for name, fact in declared.items() if not is_private(fact))
