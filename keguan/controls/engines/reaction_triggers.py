"""What a reaction waits for: acts, judgements of deadlines, hits of guards, dates that come, facts that change."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reaching import reach_name
from keguan.controls.engines.reading import Reader, several
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Date, Moment
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact, RecordType
from keguan.policies.engines import BookDraft

HITTING = ("prohibition", "requirement", "workflow", "measure")
JUDGEMENTS = {"breach": "broken", "kept": "kept"}


@dataclass(frozen=True)
class Hit:
    """A guard stopped, warned about or recorded something."""

    control: str
    says: Label


@dataclass(frozen=True)
class Changed:
    """A fact of a record was changed."""

    fact: Fact


@dataclass(frozen=True)
class Reached:
    """The day of a date fact has come."""

    fact: Fact


@dataclass(frozen=True)
class Triggers:
    """Everything that sets a reaction off; all on records of one type."""

    type: RecordType | None
    acts: tuple[Act, ...] = ()
    judged: tuple[Judged, ...] = ()
    hits: tuple[Hit, ...] = ()
    changed: tuple[Changed, ...] = ()
    reached: tuple[Reached, ...] = ()

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The verbs whose arguments conditions may name: only where nothing but acts sets it off."""
        others = (*self.judged, *self.hits, *self.changed, *self.reached)
        return () if others else tuple(act.verb for act in self.acts)

    def all_verbs(self, book: BookDraft) -> list[Verb]:
        """The verbs it is asked for."""
        found = [act.verb for act in self.acts]
        if self.type and self.changed:
            found += [verb for verb in book.vocabulary.verbs.values() if verb.on == self.type.name]
        if self.type and self.reached:
            found.append(book.vocabulary.verbs[reach_name(self.type)])
        return list(dict.fromkeys(found))

    def needs(self, record_type: RecordType) -> Needs:
        """What the acts' conditions read."""
        found = Needs()
        for act in self.acts:
            found |= needs_of(act.when, record_type.name)
        return found

    def label(self) -> Label:
        """In words: any one of them."""
        found = [act.label for act in self.acts] + [one.says for one in self.judged]
        found += [one.says for one in self.hits]
        found += [Label(f"“{one.fact.label.zh}”改变", f"{one.fact.label.en} changes") for one in self.changed]
        found += [Label(f"到了“{one.fact.label.zh}”", f"{one.fact.label.en} has come") for one in self.reached]
        return join(found, "或", " or ")


def read_triggers(raw: Any, read: Reader) -> Triggers:
    """The triggers written under `after`; reports what cannot be read."""
    acts: list[Act] = []
    judged: list[Judged] = []
    hits: list[Hit] = []
    changed: list[Changed] = []
    reached: list[Reached] = []
    types: list[RecordType] = []
    for i, part in enumerate(several(raw)):
        path: tuple[str | int, ...] = ("after", i) if isinstance(raw, list | tuple) else ("after",)
        kind, colon, name = part.partition(":") if isinstance(part, str) else ("", "", "")
        kind, name = kind.strip(), name.strip()
        if not colon:
            found = read.acts(part, *path)
            acts += found
            types += [read.book.vocabulary.types[act.verb.on] for act in found]
        elif kind in JUDGEMENTS:
            entry = read.book.find(read.place.policy, name)
            judged += [one for one in read.events(part, *path) if isinstance(one, Judged)]
            types += _types_of(entry, read)
        elif kind == "hit":
            entry = read.book.find(read.place.policy, name)
            if entry is None or entry.engine not in HITTING:
                known = [e.form.id for e in read.book.entries if e.engine in HITTING and e.form is not None]
                read.book.report(read.place.unknown(Label("管控项", "control"), name, known, *path))
            else:
                says = Label(f"触犯{entry.place.clause}", f"{entry.place.clause} is hit")
                hits.append(Hit(f"{entry.place.policy}#{entry.form.id}", says))
                types += _types_of(entry, read)
        elif kind in ("changed", "reached"):
            if (fact := _fact(name, kind, types, read, path)) is not None:
                changed += [Changed(fact)] if kind == "changed" else []
                reached += [Reached(fact)] if kind == "reached" else []
        else:
            known = [*JUDGEMENTS, "hit", "reached", "changed"]
            read.book.report(read.place.unknown(Label("触发", "trigger"), kind, known, *path))
    names = list(dict.fromkeys(one.name for one in types))
    if len(names) > 1:
        read.fault(f"触发属于不同的记录：{'、'.join(names)}", f"these concern different records: {', '.join(names)}",
                   "按记录类型分成几项", "write one control for each record type", "after")  # fmt: skip
    return Triggers(
        types[0] if types else None, tuple(acts), tuple(judged), tuple(hits), tuple(changed), tuple(reached)
    )


def _fact(name: str, kind: str, types: list[RecordType], read: Reader, path: tuple[str | int, ...]) -> Fact | None:
    head, _, short = name.partition(".")
    record_type = read.book.record_type(head, read.place, *path)
    fact = read.book.fact(head, short, read.place, *path) if record_type else None
    if record_type is None or fact is None:
        return None
    types.append(record_type)
    if kind == "reached" and not isinstance(fact.kind, Date | Moment):
        read.fault(
            f"“{fact.label.zh}”不是日期", f"“{fact.label.en}” is no date", "写一个日期事实", "name a date", *path
        )
    return fact


def _types_of(entry: Any, read: Reader) -> list[RecordType]:
    """The record type that a control concerns, from what its form names."""
    if entry is None:
        return []
    # a quota is hit by the acts it counts, not on the record it is counted for
    texts: list[Any] = [*_counted(entry.form)] if entry.engine == "measure" else []
    for key in ("after", "of", "do", "each", "before"):
        value = getattr(entry.form, key, None)
        if key == "each" and isinstance(value, str) and value in read.book.vocabulary.types:
            return [read.book.vocabulary.types[value]]
        texts += several(value)
    for part in texts:
        name = str(part.get("verb", "")) if isinstance(part, dict) else str(part)
        verb = read.book.vocabulary.verbs.get(name.strip())
        found = verb.on if verb else name.partition(".")[0]
        if found in read.book.vocabulary.types:
            return [read.book.vocabulary.types[found]]
    return []


def _counted(form: Any) -> Iterator[str]:
    """The acts and record types that a measure counts, or adds up something of."""
    yield from several(form.count)
    yield from (text.rpartition(".")[0] for text in (form.sum, form.average) if text)
