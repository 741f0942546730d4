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
    """By position, the records that an erasure concerns; nothing for other verbs. Read before the lock."""
    if not verb_.erases:
        return {}
    found = {item.position: Concerned(linked(rows, verb_.type, item.id)) for item in items}
    for one in found.values():
        one.words = _words(rows, one.found)
        for record_type in store.present(rows, vocabulary.types.values()):
            if record_type.is_about_anybody and one.words:
                keys = _mentioning(rows, record_type, one.words)
                if keys:
                    one.found.setdefault(record_type.name, set()).update(keys)
    return found


def linked(rows: Rows, record_type: RecordType, root: UUID) -> Found:
    """The record and those that are about it, and about those, by type."""
    found: Found = {record_type.name: {root}}
    frontier: Found = {record_type.name: {root}}
    types = store.present(rows, [one for one in vocabulary.types.values() if one.about])
    while frontier:
        following: Found = {}
        for one in types:
            for name in one.about:
                kind = one.by_name[name].kind
                to, _ = references(kind, None)
                keys = set().union(*frontier.values()) if not to else frontier.get(to, set())
                if keys:
                    following.setdefault(one.name, set()).update(_pointing(rows, one, name, keys))
        frontier = {name: keys - found.get(name, set()) for name, keys in following.items()}
        frontier = {name: keys for name, keys in frontier.items() if keys}
        for name, keys in frontier.items():
            found.setdefault(name, set()).update(keys)
    return found


def _pointing(rows: Rows, record_type: RecordType, fact: str, keys: Collection[UUID]) -> set[UUID]:
    is_list = isinstance(record_type.by_name[fact].kind, Listing)
    text = "select id from {} where {} && %s::uuid[]" if is_list else "select id from {} where {} = any(%s)"
    query = sql.SQL(text).format(sql.Identifier(record_type.table), sql.Identifier(fact))
    return {row["id"] for row in rows.select(query.as_string(None), [list(keys)])}


def _words(rows: Rows, found: Found) -> set[str]:
    """The words in identifying facts and lines of these records, blanks and dashes taken out."""
    words: set[str] = set()
    for name, keys in found.items():
        record_type = vocabulary.types[name]
        for kind, key in record_type.tables():
            names = [fact.name for fact in kind.facts if fact.identifies]
            if names:
                query = sql.SQL("select {} from {} where {} = any(%s)").format(
                    sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(kind.table), sql.Identifier(key)
                )
                for row in rows.select(query.as_string(None), [list(keys)]):
                    words |= {letting_go.bare(str(value)) for value in row.values() if value}
    return {word for word in words if len(word) > 1}


def _mentioning(rows: Rows, record_type: RecordType, words: Collection[str]) -> set[UUID]:
    """Records of a type that may be about anybody in whose personal texts, lines or files one of the words stands."""
    patterns = [f"%{letting_go.escaped(word)}%" for word in sorted(words)]
    found: set[UUID] = set()
    for kind, key in record_type.tables():
        texts = [fact.name for fact in kind.facts if is_private(fact)]
        for name in texts:
            query = sql.SQL(
                "select distinct {k} as key from {t} where regexp_replace({c}::text, '[\\s-]', '', 'g') ilike any(%s)"
            ).format(k=sql.Identifier(key), t=sql.Identifier(kind.table), c=sql.Identifier(name))
            found |= {row["key"] for row in rows.select(query.as_string(None), [patterns])}
        for name in [fact.name for fact in kind.facts if fact.is_file]:
            query = sql.SQL(
                "select t.{k} as key, t.{c} as digest from {t} t join kernel_blob b on b.digest = t.{c}"
            ).format(k=sql.Identifier(key), t=sql.Identifier(kind.table), c=sql.Identifier(name))
            places = rows.select(query.as_string(None))
            held = {one for one in {row["digest"] for row in places} if letting_go.holds(one, words)}
            found |= {row["key"] for row in places if row["digest"] in held}
    return found


def prepare(
    job: "Transaction", verb_: Verb, items: Sequence[Item], known: Mapping[int, Concerned]
) -> dict[int, Erased]:
    """Under the lock: is it still so, is nothing of it needed, which events lose their payloads."""
    erased: dict[int, Erased] = {}
    if not verb_.erases:
        return erased
    for item in items:
        one = erased[item.position] = Erased(known[item.position])
        for name, keys in linked(job.rows, verb_.type, item.id).items():
            if not vocabulary.types[name].is_derived and not keys <= one.concerned.found.get(name, set()):
                job.move()
            one.concerned.found.setdefault(name, set()).update(keys)
        # what was erased before a restore goes again, whatever the backup was still waiting for
        one.refused = None if job.ctx.channel == "restore" else _needed(job.rows, one.concerned.found)
        found = job.rows.select(PAYLOADS, [list(one.concerned.locked())])
        one.events = sorted({row["event"] for row in found})
        one.public = {"erased": one.events, "emptied": _emptied(job, one.concerned.found)}
    return erased


def _needed(rows: Rows, found: Found) -> Reason | None:
    for name, keys in found.items():
        record_type = vocabulary.types[name]
        if record_type.needed_in and record_type.stage:
            query = sql.SQL("select count(*) as n from {} where id = any(%s) and {} = any(%s)").format(
                sql.Identifier(record_type.table), sql.Identifier(record_type.stage)
            )
            [row] = rows.select(query.as_string(None), [list(keys), list(record_type.needed_in)])
            if row["n"]:
                words = record_type.label
                return Reason(
                    Label(
                        f"还有 {row['n']} 件“{words.zh}”没有办完，要用到这些信息",
                        f"{row['n']} of “{words.en}” are not finished and need these data",
                    ),
                    Label("先办完或撤回，再抹去", "finish or withdraw them, then erase"),
                    kind="invariant",
                )
    return None


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
