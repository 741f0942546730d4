"""The one way in: a list of items through access, overdue, guards, body, event and reactions, in one transaction.

Every stage costs a number of statements that does not depend on the number of items. Nothing else writes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from keguan.kernel import clock
from keguan.kernel.balances import Key
from keguan.kernel.commands import erasing, follow_ups, idempotency, locks
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Law
from keguan.kernel.commands.outcomes import Fault, Outcome, Reason, Refused
from keguan.kernel.commands.preparing import Moved, keys_in, touches
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.transaction import Transaction
from keguan.kernel.commands.verbs import UNTOLD, Item, Verb
from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions, vocabulary

MOST = 1000
TRIES = 4
DEADLOCK = ("40001", "40P01")

Given = tuple[UUID | None, Mapping[str, Any]] | tuple[UUID | None, Mapping[str, Any], dt.datetime | None]
"""An object (nothing where it is created), its arguments, and when it happened where that differs from the list's."""


class Pipeline:
    """Runs commands under a law. One is made for the whole product, where kernel and rulebook meet."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.rulebook = 0

    def run(self, ctx: Context, verb_name: str, items: Sequence[Given]) -> list[Outcome]:
        """Run one verb on up to 1,000 items, each an object's id (nothing where it is created) with its arguments.

        An item may say as a third part when it happened; else that is what the context claims, or now.

        Gives an outcome per item, in order. `Fault` when the request as a whole cannot be taken: unknown verb,
        too many items, an idempotency key that was used for something else, the database away.
        """
        verb = named(verb_name)
        if verb.internal and not ctx.is_system:
            raise unknown_verb(verb_name)
        if len(items) > MOST:
            message = Label(f"一次最多 {MOST} 件", f"at most {MOST} items at once")
            raise Fault([Reason(message, kind="input")], status=413)
        for turn in range(TRIES):
            try:
                with transaction.atomic():
                    outcomes, pending = self._transaction(ctx, verb, items)
                break
            except Moved:
                continue
            except OperationalError as error:
                code = getattr(error.__cause__, "sqlstate", None)
                if code in DEADLOCK and turn + 1 < TRIES and not connection.in_atomic_block:
                    continue
                raise away() from error
        else:
            raise busy()
        follow_ups.resume_each(self, pending)
        return outcomes

    def _transaction(self, ctx: Context, verb: Verb, given: Sequence[Given]) -> tuple[list[Outcome], list[UUID]]:
        rows = Rows()
        if ctx.idempotency_key is not None:
            digest = idempotency.request_digest(verb.name, given, ctx.happened_at)
            replayed = idempotency.claim(rows, ctx, digest)
            if replayed is not None:
                return replayed, []
        items, outcomes = self._items(verb, given, ctx.happened_at)
        if not items:
            # nothing could be read: the mended request may come again under the same key
            idempotency.release(rows, ctx)
            return [outcomes[position] for position in range(len(given))], []
        # which records are moved is the rulebook's to say, and which rulebook counts is told with the lock
        names = touches(self.law, verb, self.rulebook)
        concerned = erasing.concerned(rows, verb, items)
        touched = touched_by(rows, verb, items, names)
        touched = {key: keys | concerned[key].locked() if concerned else keys for key, keys in touched.items()}
        heads = locks.lock(rows, {key for keys in touched.values() for key in keys})
        now, rulebook = locks.moment(rows, heads.last)
        self.rulebook = rulebook
        if touches(self.law, verb, rulebook) != names:
            raise Moved
        if ctx.happened_at is not None and ctx.happened_at > now + locks.AHEAD:
            raise Fault([IN_THE_FUTURE])
        items = dated(items, now, outcomes)
        job = Transaction(ctx, self.law, rows, heads, now, rulebook, touched)
        job.concerned = concerned
        groups = successive(items, touched, job.lock_balances(verb, items))
        outcomes |= job.run_all(verb, groups, {key for key in outcomes if verb.all_or_nothing})
        job.finish(verb, outcomes)
        ordered = [outcomes[position] for position in range(len(given))]
        if ctx.idempotency_key is not None:
            idempotency.keep(rows, ctx, ordered)
        return ordered, job.pending

    def _items(
        self, verb: Verb, given: Sequence[Given], happened_at: dt.datetime | None
    ) -> tuple[list[Item], dict[int, Outcome]]:
        items: list[Item] = []
        outcomes: dict[int, Outcome] = {}
        for position, (key, raw, *claimed) in enumerate(given):
            args, reasons = parse(verb, raw)
            if key is None and not verb.creates:
                message = Label("没有说明是哪条记录", "it is not said which record is meant")
                reasons.append(Reason(message, field="object", kind="input"))
            if reasons:
                outcomes[position] = Refused(key, tuple(reasons))
            else:
                at = (claimed[0] if claimed else None) or happened_at or UNTOLD
                items.append(Item(position, uuid7(clock.now()) if verb.creates or key is None else key, args, at))
        return items, outcomes


def named(verb_name: str) -> Verb:
    """The verb of that name; a `Fault` with the nearest names where there is none."""
    found = vocabulary.verbs.get(verb_name)
    if found is None:
        raise unknown_verb(verb_name)
    return found


def unknown_verb(verb_name: str) -> Fault:
    """The fault of a verb that nobody declared."""
    near = suggestions(verb_name, (name for name, verb in vocabulary.verbs.items() if not verb.internal))
    cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else None
    return Fault(
        [
            Reason(
                Label("没有 {verb_name} 这个操作", "there is no verb {verb_name}").format(verb_name=verb_name),
                cure,
                kind="input",
            )
        ],
        404,
    )


def away() -> Fault:
    """The fault of a database that cannot be reached."""
    message = Label("数据库暂时连不上，您填的内容没有丢", "the database cannot be reached just now; nothing was lost")
    return Fault([Reason(message, Label("请稍候再试", "please try again in a moment"), kind="busy")], status=503)


def busy() -> Fault:
    """The fault of records that others keep changing."""
    message = Label("这些记录正被别人改动", "others are changing these records right now")
    return Fault([Reason(message, Label("请再试一次", "please try once more"), kind="busy")], status=409)


IN_THE_FUTURE = Reason(
    Label("发生时间不能晚于现在", "it cannot have happened in the future"), field="happened_at", kind="input"
)


def dated(items: Sequence[Item], now: dt.datetime, outcomes: dict[int, Outcome]) -> list[Item]:
    """The items with the time at which they happened; what is claimed for the future is refused in `outcomes`."""
    going = []
    for item in items:
        if item.happened_at is UNTOLD:
            item.happened_at = now
        if item.happened_at > now + locks.AHEAD:
            outcomes[item.position] = Refused(item.id, (IN_THE_FUTURE,))
        else:
            going.append(item)
    return going


def touched_by(rows: Rows, verb: Verb, items: Sequence[Item], names: Sequence[str]) -> dict[int, frozenset[UUID]]:
    """By position, the existing records whose streams the command will move: its own, and those `names` point to.

    Facts are read before the lock.
    """
    found: dict[int, set[UUID]] = {item.position: set() if verb.creates else {item.id} for item in items}
    for name in names:
        for item in items:
            found[item.position] |= keys_in(item[name])
        # an argument that is not given leaves the fact of its name as it is
        silent = [item for item in items if item[name] is None]
        if silent and not verb.creates and name in verb.type.by_name:
            values = _fact(rows, verb, name, [item.id for item in silent])
            for item in silent:
                found[item.position] |= keys_in(values.get(item.id))
    return {position: frozenset(keys) for position, keys in found.items()}


def _fact(rows: Rows, verb: Verb, name: str, ids: list[UUID]) -> dict[UUID, UUID]:
    fact = verb.type.by_name[name]
    found = rows.select(f"select id, {fact.name} as value from {verb.type.table} where id = any(%s)", [ids])  # noqa: S608 – declared names
    return {row["id"]: row["value"] for row in found}


def successive(
    items: Iterable[Item], touched: Mapping[int, frozenset[UUID]], shared: Mapping[int, frozenset[Key]]
) -> list[list[Item]]:
    """Items parted into lists in which no two touch the same record or share a balance, in the given order."""
    groups: list[list[Item]] = []
    depth: dict[UUID | Key, int] = {}
    for item in items:
        keys: set[UUID | Key] = {item.id, *touched[item.position], *shared.get(item.position, ())}
        place = max((depth.get(key, 0) for key in keys), default=0)
        if place == len(groups):
            groups.append([])
        groups[place].append(item)
        for key in keys:
            depth[key] = place + 1
    return groups


Runner = Callable[[Context, str, Sequence[Given]], list[Outcome]]
