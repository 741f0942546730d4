"""From what the body said to rows, changes and events: all items of a list together, one statement per table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel import balances, series
from keguan.kernel.commands import declared, emptying, erasing, store
from keguan.kernel.commands.arguments import as_json, references
from keguan.kernel.commands.law import Decided, Verdict
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.commands.work import Draft, Drawn, FollowUp, Work
from keguan.kernel.ids import uuid7
from keguan.kernel.journal.write import Event, Mention, is_private, split, write_events
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.transaction import Transaction


NOTHING = Decided({})


@dataclass
class Written:
    """What became of one item's body: its event and the record's facts afterwards, or why it was refused."""

    event: UUID
    after: dict[str, Any] = field(default_factory=dict)
    refused: Reason | None = None
    follow_ups: list[FollowUp] = field(default_factory=list)


def perform(job: "Transaction", verb: Verb, items: list[Item], verdicts: Mapping[int, Verdict]) -> dict[int, Written]:
    """Run the verb's body on the items and write everything it says; gives the result by position."""
    stands_in = {item.position: _verdict(verdicts, item).on_behalf_of for item in items}
    work = Work(job.ctx, verb.type, job.now, stands_in=stands_in)
    verb.body(work, items)
    drafts = {item.position: work.draft(item) for item in items}
    written = {item.position: Written(uuid7(job.now), refused=drafts[item.position].refused) for item in items}
    going = [item for item in items if written[item.position].refused is None]
    decided = _decide(job, verb, going, drafts, verdicts)
    going = [item for item in going if _covered(job, drafts[item.position], written[item.position])]
    erased = erasing.prepare(job, verb, [item for item in going if drafts[item.position].erased], job.concerned)
    for position, one in erased.items():
        written[position].refused = one.refused
    going = [item for item in going if written[item.position].refused is None]
    erased = {item.position: erased[item.position] for item in going if item.position in erased}
    _draw_numbers(job, verb, going, drafts)
    _write_records(job, verb, going, drafts)
    _write_lines(job, verb.type, going, drafts)
    emptying.write(job, erased)
    events = []
    for item in going:
        draft, result = drafts[item.position], written[item.position]
        result.after = _after(verb, item, draft)
        result.follow_ups = draft.follow_ups
        verdict = _verdict(verdicts, item)
        controls = [*verdict.controls, *decided.get(item.position, NOTHING).controls]
        event = _event(job, verb, item, draft, result, controls, verdict.read)
        event.on_behalf_of = verdict.on_behalf_of
        if item.position in erased:
            _erased(job, verb, item, event, erased[item.position], result)
        if verdict.override is not None and verdict.instead is None:
            event.public["override"] = str(verdict.override)
        events.append(event)
    entries = [(written[item.position].event, one) for item in going for one in drafts[item.position].entries]
    balances.write(job.rows, job.now, entries)
    job.balances.move(entry for _, entry in entries)
    write_events(job.rows, job.ctx, job.now, job.rulebook, events, job.heads.numbers)
    if verb.derives is not None and going:
        verb.derives(job.rows, job.now, going)
    if verb.tells is not None and going:
        verb.tells(job.rows, job.ctx, job.now, verb, going)
    return written


def _erased(job: "Transaction", verb: Verb, item: Item, event: Event, one: erasing.Erased, result: Written) -> None:
    """Let the event of an erasure name what it erased, and touch everything it emptied."""
    named = {mention.id for mention in event.mentions if mention.touched}
    others = [mention for mention in one.mentions(item.id) if mention.id not in named]
    keys = {mention.id for mention in others}
    event.mentions = [*(mention for mention in event.mentions if mention.id not in keys), *others]
    event.public |= one.public
    job.heads.moved |= keys
    result.after.update({fact.name: fact.erased for fact in verb.type.facts if is_private(fact)})


def _covered(job: "Transaction", draft: Draft, result: Written) -> bool:
    """Whether the balances cover what the item takes from them; else it is refused."""
    short = job.balances.short(draft.entries)
    if short is not None:
        total, wanted = job.balances.total(*short.balance), -short.amount
        result.refused = Reason(
            Label(f"余额不足：现有 {total:f}，需要 {wanted:f}", f"the balance is {total:f}, {wanted:f} are needed"),
            Label("减少数量，或先补足余额", "take less, or add to the balance first"),
            kind="invariant",
        )
    return short is None


def _verdict(verdicts: Mapping[int, Verdict], item: Item) -> Verdict:
    return verdicts.get(item.position) or Verdict()


def _after(verb: Verb, item: Item, draft: Draft) -> dict[str, Any]:
    before = item.record.values if item.record else {}
    return {**{fact.name: None for fact in verb.type.facts}, **before, **draft.values}


def _decide(
    job: "Transaction", verb: Verb, items: list[Item], drafts: Mapping[int, Draft], verdicts: Mapping[int, Verdict]
) -> dict[int, Decided]:
    """Let decisions set facts of what the body left; they are written with it."""
    if not items:
        return {}
    step = job.step(verb, items)
    step.verdicts = dict(verdicts)
    step.after = {item.position: _after(verb, item, drafts[item.position]) for item in items}
    decided = job.law.decide(step)
    for position, found in decided.items():
        for name in found.facts:
            verb.type.by_name[name]
        drafts[position].values.update(found.facts)
        drafts[position].entries.extend(found.entries)
    return decided


def _draw_numbers(job: "Transaction", verb: Verb, items: list[Item], drafts: Mapping[int, Draft]) -> None:
    """Replace everything still to be drawn; the counters are locked last of all."""
    places: list[tuple[dict[str, Any], str, str, str]] = []
    for item in items:
        draft = drafts[item.position]
        for record_type, values in [(verb.type, draft.values), *((t, v) for t, _, v in draft.others)]:
            for name, value in values.items():
                if isinstance(value, Drawn):
                    pattern = value.pattern or job.law.setting(job.step(verb, items), record_type.series or "", item)
                    places.append((values, name, f"{record_type.name}.{name}", pattern))
    if not places:
        return
    keys = [series.key_of(name, pattern, job.now) for _, _, name, pattern in places]
    for (values, fact, _, pattern), number in zip(places, series.draw(job.rows, keys), strict=True):
        values[fact] = series.write_number(pattern, number, job.now)


def _write_records(job: "Transaction", verb: Verb, items: list[Item], drafts: Mapping[int, Draft]) -> None:
    created: dict[str, list[tuple[UUID, Mapping[str, Any]]]] = {}
    changed: list[tuple[UUID, Mapping[str, Any]]] = []
    for item in items:
        draft = drafts[item.position]
        if draft.created:
            created.setdefault(verb.on, []).append((item.id, draft.values))
        elif draft.values:
            changed.append((item.id, draft.values))
        for record_type, key, values in draft.others:
            created.setdefault(record_type.name, []).append((key, values))
    for name, records in created.items():
        store.insert(job.rows, vocabulary.types[name], records)
        job.heads.types.update(dict.fromkeys((key for key, _ in records), name))
    store.update(job.rows, verb.type, changed)


def _write_lines(job: "Transaction", record_type: RecordType, items: list[Item], drafts: Mapping[int, Draft]) -> None:
    said = [(item, line) for item in items for line in drafts[item.position].lines]
    for line_type in record_type.lines:
        mine = [(item, line) for item, line in said if line.list == line_type.name]
        removed = [(line.id, item.id) for item, line in mine if line.how == "remove"]
        changed = [(line.id, item.id, line.values) for item, line in mine if line.how == "set"]
        added = [(line.id, item.id, line.values) for item, line in mine if line.how == "add"]
        if removed:
            store.delete_lines(job.rows, line_type, removed)
        # a period that ends makes room for the one that begins: constraints see the end first
        store.update_lines(job.rows, line_type, changed)
        store.insert_lines(job.rows, line_type, added)


def _event(
    job: "Transaction", verb: Verb, item: Item, draft: Draft, result: Written,
    controls: Sequence[tuple[str, str]], read: Mapping[str, Any],
) -> Event:  # fmt: skip
    mentions = _mentions(job, verb, item, draft, result)
    # what these give stands among the changes, each fact under its own protection
    apart = {verb.type.declared, "facts"} if verb.corrects else {verb.type.declared}
    given = {name: value for name, value in item.args.items() if name not in apart}
    public_args, private_args = split(as_json(verb, given), {a.name: a for a in verb.arguments})
    public: dict[str, Any] = {"args": public_args}
    private: dict[str, Any] = {"args": private_args} if private_args else {}
    before = item.record.values if item.record else {}
    _changes(job, public, private, item.id, verb.type, before, draft.values)
    for record_type, key, values in draft.others:
        _changes(job, public, private, key, record_type, {}, values)
    _lines(public, private, verb.type, draft)
    if controls:
        public["controls"] = [list(pair) for pair in controls]
    if read:
        public["read"] = dict(read)
    if seen := job.seen(verb, item):
        public["seen"] = seen
    if draft.entries:
        public["balances"] = [[e.measure, e.key, str(e.amount), e.happened_on] for e in draft.entries]
    if job.ctx.approval:
        public["approval"] = str(job.ctx.approval)
    if job.ctx.imported:
        public["imported"] = True
    if job.ctx.undoes:
        public["undoes"] = str(job.ctx.undoes)
    public.update(draft.notes)
    return Event(result.event, verb.name, item.happened_at, mentions, public, private)


def _mentions(job: "Transaction", verb: Verb, item: Item, draft: Draft, result: Written) -> list[Mention]:
    mentions = [Mention(verb.on, verb.on, item.id, touched=True)]
    job.heads.types.setdefault(item.id, verb.on)  # a stream may begin with this act
    kinds = {a.name: a.kind for a in verb.arguments} | {f.name: f.kind for f in verb.type.facts}
    touches = job.touches(verb)
    for name in dict.fromkeys((*touches, *verb.names)):
        value = item.args.get(name)
        if value is None:
            value = result.after.get(name)
        if value is None:
            continue
        kind, keys = references(kinds[name], value)
        if not kind and name in item.links:
            kind, keys = item.links[name].type.name, [value]
        touched = name in touches
        for key in keys if touched else ():  # a stream may begin here too, such as that of what is owed
            job.heads.types.setdefault(key, kind or str(item.args.get("object_type") or name))
        mentions += [Mention(name, job.heads.types.get(key, kind), key, touched) for key in keys]
    for record_type, key, _ in draft.others:
        mentions.append(Mention(record_type.name, record_type.name, key, touched=True))
    for role, record_type_name, key in draft.also_named:
        mentions.append(Mention(role, record_type_name, key, touched=False))
    found: dict[UUID, Mention] = {}
    for mention in mentions:
        found.setdefault(mention.id, mention)
    job.heads.moved.update(mention.id for mention in found.values() if mention.touched)
    return list(found.values())


def _changes(
    job: "Transaction",
    public: dict[str, Any],
    private: dict[str, Any],
    key: UUID,
    record_type: RecordType,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
) -> None:
    """Enter before and after of each fact that changed; declared fields one by one under `<fact>.<field>`."""
    for fact in record_type.facts:
        if fact.derived or fact.name not in values or values[fact.name] == before.get(fact.name):
            continue
        was, now = fact.kind.to_json(before.get(fact.name)), fact.kind.to_json(values[fact.name])
        if fact.name == record_type.declared:
            found = declared.changes(job.law.declared(record_type.name, job.rulebook), was, now)
            for place, pairs in zip((public, private), found, strict=True):
                for name, pair in pairs.items():
                    place.setdefault("changes", {}).setdefault(str(key), {})[f"{fact.name}.{name}"] = pair
        else:
            place = private if is_private(fact) else public
            place.setdefault("changes", {}).setdefault(str(key), {})[fact.name] = [was, now]


def _lines(public: dict[str, Any], private: dict[str, Any], record_type: RecordType, draft: Draft) -> None:
    for line in draft.lines:
        facts = record_type.line(line.list).by_name
        shown = {
            name: facts[name].kind.to_json(value) for name, value in line.values.items() if not facts[name].derived
        }
        open_part, hidden_part = split(shown, facts)
        public.setdefault("lines", {}).setdefault(line.list, []).append([line.how, str(line.id), open_part])
        if hidden_part:
            private.setdefault("lines", {}).setdefault(line.list, []).append([line.how, str(line.id), hidden_part])
