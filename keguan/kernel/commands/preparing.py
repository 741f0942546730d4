"""What must be there before a command's items can be judged: records, lines, links, cited events. Reads only.

Tells which items end here: gone, hidden, pointing to nothing, voided, or about an event that is not theirs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.kernel.balances import Key
from keguan.kernel.commands import declared
from keguan.kernel.commands.arguments import references
from keguan.kernel.commands.cited import Cited, cited
from keguan.kernel.commands.law import Law, Step, Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Reason
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

NO_EVENT = Reason(
    Label("这条记录没有这次办理", "this record has no such act in its course"),
    Label("请在记录的经过里选一次办理", "choose one from the record's course"),
    field="event",
    kind="input",
)
OVERTAKEN = Reason(
    Label("之后又有改动，不能再撤销", "it was changed again since and can no longer be undone"),
    Label("请直接改成要的内容", "change it to what it should be instead"),
    kind="invariant",
)
VOIDED = Reason(
    Label("这条记录已经作废", "this record was voided"),
    Label("如系误作废，请先“恢复”", "if that was a mistake, reinstate it first"),
    kind="invariant",
)


class Moved(Exception):
    """A reference that decides what is locked was changed before the lock: the command starts over."""


def prepare(law: Law, step: Step, touched: Mapping[int, frozenset[UUID]] | None = None) -> dict[int, Verdict]:
    """Load the items' records, links and lines and ask for access; gives the verdicts of those that end here."""
    verb, items = step.verb, step.items
    load_records(step)
    gone = {
        item.position: Verdict([NOT_FOUND], is_hidden=True)
        for item in items
        if not verb.creates and item.record is None
    }
    if touched is not None:
        _check_touched(touches(law, verb, step.rulebook), items, touched)
    here = [item for item in items if item.position not in gone]
    wrong = declared.read(verb, law.declared(verb.on, step.rulebook), here)
    dangling = load_links(law, step, here)
    for position, reason in [*_unfit(step, here), *_load_cited(step, here)]:
        dangling.setdefault(position, Verdict()).reasons.append(reason)
    for position, reasons in wrong.items():
        dangling.setdefault(position, Verdict()).reasons.extend(reasons)
    asked = replace(step, items=here)
    denied = {key: verdict for key, verdict in law.access(asked).items() if verdict.reasons} if here else {}
    return {**dangling, **denied, **gone}


def load_records(step: Step) -> None:
    """Load the items' records, with the lists of lines that the verb needs; nothing for verbs that create."""
    verb, items = step.verb, step.items
    if verb.creates:
        return
    records = load(step.rows, verb.type, {item.id for item in items})
    for item in items:
        item.record = records.get(item.id)
    for name in verb.loads:
        load_lines(step.rows, verb.type.line(name), records.values())


def _unfit(step: Step, items: list[Item]) -> Iterator[tuple[int, Reason]]:
    """Records entered in error take part in nothing any more but being taken back, and being erased."""
    name = step.verb.type.voided
    if name is not None and not (step.verb.voids or step.verb.reinstates or step.verb.erases):
        for item in items:
            if item.record is not None and item.record.get(name) is not None:
                yield item.position, VOIDED


def _load_cited(step: Step, items: list[Item]) -> Iterator[tuple[int, Reason]]:
    """Load the events that the items correct or undo; tells those that are not there, or were overtaken."""
    verb, undoes = step.verb, step.ctx.undoes
    wanted = {item.position: item.args.get(verb.cites) if verb.cites else undoes for item in items}
    pairs = [(item.id, event) for item in items if (event := wanted[item.position]) is not None]
    found = cited(step.rows, pairs, [f"{verb.on}.correct"])
    for item in items:
        event = wanted[item.position]
        if event is None:
            continue
        item.cited = found.get((item.id, event))
        if item.cited is None:
            yield item.position, NO_EVENT
        elif undoes and item.record is not None and not _stands(item.record, item.cited):
            yield item.position, OVERTAKEN


def _stands(record: Record, event: Cited) -> bool:
    """Whether the record still has what the event gave it."""
    facts = record.type.by_name
    return all(
        facts[name].kind.to_json(record.values[name]) == now
        for name, (_, now) in event.changes.items()
        if name in facts
    )


def spent(verb: Verb, item: Item) -> frozenset[Key]:
    """The balances that the body moves, by the verb's declaration."""
    known = {"id": item.id, **(item.record.values if item.record else {}), **item.args}
    return frozenset((measure, str(known[name])) for measure, name in verb.spends if known.get(name) is not None)


def touches(law: Law, verb: Verb, rulebook: int) -> tuple[str, ...]:
    """The reference facts and arguments whose records a verb moves under a rulebook."""
    return tuple(dict.fromkeys((*verb.touches, *sorted(law.touches(verb, rulebook)))))


def _check_touched(names: Sequence[str], items: list[Item], touched: Mapping[int, frozenset[UUID]]) -> None:
    for item in items:
        for name in names:
            if (
                item[name] is None
                and item.record is not None
                and not keys_in(item.record.get(name)) <= touched[item.position]
            ):
                raise Moved


def keys_in(value: Any) -> set[UUID]:
    """The records that a reference or a list of them points to."""
    return set() if value is None else set(value) if isinstance(value, list) else {value}


def load_links(law: Law, step: Step, items: list[Item]) -> dict[int, Verdict]:
    """Load the records that arguments and wanted facts point to: one statement per record type.

    Gives verdicts for arguments that point to nothing, or to what the actor may not see.
    """
    verb = step.verb
    wanted = law.links(verb, step.rulebook) | {*verb.names, *touches(law, verb, step.rulebook)}
    given, linked = _pointed_to(verb, items, wanted)
    found = {
        kind: load(step.rows, vocabulary.types[kind], given.get(kind, set()) | linked.get(kind, set()))
        for kind in {*given, *linked}
    }
    seen = {
        kind: keys if step.ctx.is_system or not keys else law.visible(step, kind, frozenset(keys))
        for kind, keys in given.items()
    }
    verdicts: dict[int, Verdict] = {}
    for item in items:
        for argument, kind, key in _given(verb, item):
            if key in found[kind] and key in seen[kind]:
                item.links[argument.name] = found[kind][key]
            else:
                verdicts.setdefault(item.position, Verdict()).reasons.append(_dangling(argument))
        if item.record is not None:
            for name, kind in verb.type.links.items():
                target = found.get(kind, {}).get(item.record.get(name))
                if name in wanted and target is not None:
                    item.links.setdefault(name, target)
    return verdicts


def _given(verb: Verb, item: Item) -> Iterator[tuple[Argument, str, UUID]]:
    """Each reference among an item's arguments: the argument, the record type and the id."""
    for argument in verb.arguments:
        kind, keys = references(argument.kind, item.args.get(argument.name))
        if kind in vocabulary.types:
            for key in keys:
                yield argument, kind, key


def _pointed_to(
    verb: Verb, items: list[Item], wanted: frozenset[str] | set[str]
) -> tuple[dict[str, set[UUID]], dict[str, set[UUID]]]:
    """Ids by record type that arguments point to, and those that wanted facts point to."""
    given: dict[str, set[UUID]] = {}
    linked: dict[str, set[UUID]] = {}
    for item in items:
        for _, kind, key in _given(verb, item):
            given.setdefault(kind, set()).add(key)
        for name, kind in verb.type.links.items():
            if name in wanted and item.record is not None and item.record.get(name) and kind in vocabulary.types:
                linked.setdefault(kind, set()).add(item.record[name])
    return given, linked


def _dangling(argument: Argument) -> Reason:
    message = Label(
        f"“{argument.label.zh}”指向的记录不存在，或您无权查看",
        f"“{argument.label.en}” points to a record that is not there or that you may not see",
    )
    return Reason(message, field=argument.name, kind="input")
