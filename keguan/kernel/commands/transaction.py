"""One command inside its transaction: access, overdue, guards, body, writing, reactions, for one sub-list at a time."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn
from uuid import UUID

from django.db import IntegrityError, transaction

from keguan.kernel import balances
from keguan.kernel.commands import constraints, erasing, follow_ups
from keguan.kernel.commands.attempts import attempt
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Entry, Law, Step, Substitute, Verdict, under_clause
from keguan.kernel.commands.locks import Heads
from keguan.kernel.commands.outcomes import Done, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.preparing import Moved, load_links, load_records, prepare, spent, touches
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.commands.writing import Written, perform
from keguan.kernel.ids import uuid7
from keguan.kernel.journal.write import Attempt, Event, Mention, write_attempts, write_events, write_heads
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

TOGETHER = Reason(
    Label("同批另有事项被拒，整批未办", "something else in the list was refused, so nothing was done"),
    Label("改好被拒的，或去掉它再办", "mend what was refused, or leave it out"),
    kind="invariant",
)


class Transaction:
    """The state that sub-lists of one command share: locked heads, the time of recording, the rulebook's number."""

    def __init__(
        self,
        ctx: Context,
        law: Law,
        rows: Rows,
        heads: Heads,
        now: dt.datetime,
        rulebook: int,
        touched: Mapping[int, frozenset[UUID]],
    ) -> None:
        self.ctx, self.law, self.rows, self.heads = ctx, law, rows, heads
        self.now, self.rulebook, self.touched = now, rulebook, touched
        self.pending: list[UUID] = []
        self.memo: dict[str, Any] = {}
        self.balances = balances.Balances()
        self.concerned: Mapping[int, erasing.Concerned] = {}

    def move(self) -> NoReturn:
        """What was to be locked is no longer all there is: start over."""
        raise Moved

    def touches(self, verb: Verb) -> tuple[str, ...]:
        """Reference facts and arguments whose records the verb moves: its own, and those whose clocks wait for it."""
        return touches(self.law, verb, self.rulebook)

    def seen(self, verb: Verb, item: Item) -> dict[str, list[Any]]:
        """Linked records of which facts could be read, as [type, id, stream number], by fact or argument."""
        wanted = self.law.links(verb, self.rulebook)
        return {
            name: [record.type.name, str(record.id), record.number]
            for name, record in sorted(item.links.items())
            if name in wanted
        }

    def step(self, verb: Verb, items: list[Item]) -> Step:
        """What the law is asked about these items."""
        return Step(self.ctx, verb, self.now, self.rulebook, self.rows, items, memo=self.memo, balances=self.balances)

    def lock_balances(self, verb: Verb, items: list[Item]) -> dict[int, frozenset[balances.Key]]:
        """Lock what the items read or move of balances; gives by position those for which one waits for another.

        What a list only adds to needs no order. Nothing where the verb has no balance.
        """
        if not (verb.spends or self.law.keeps(verb, self.rulebook)):
            return {}
        step = self.step(verb, items)
        load_records(step)
        load_links(self.law, step, [item for item in items if verb.creates or item.record is not None])
        asked = self.law.balances(step)
        own = {item.position: spent(verb, item) for item in items}
        self.balances.totals.update(balances.lock(self.rows, frozenset().union(*asked.values(), *own.values())).totals)
        contested = self.law.contested(verb, self.rulebook)
        return {
            item.position: own[item.position] | {key for key in asked.get(item.position, ()) if key[0] in contested}
            for item in items
        }

    def run_all(self, verb: Verb, groups: Sequence[list[Item]], unread: Collection[int]) -> dict[int, Outcome]:
        """Run the sub-lists one after the other; a verb that is all or nothing is undone when anything is refused.

        `unread` are positions that were refused before, for what they said.
        """
        outcomes: dict[int, Outcome] = {}
        if not verb.all_or_nothing:
            for group in groups:
                outcomes |= self.run(verb, group)
            return outcomes
        before = (dict(self.heads.numbers), set(self.heads.moved), dict(self.heads.types), list(self.pending))
        totals = dict(self.balances.totals)
        with transaction.atomic():
            for group in groups:
                outcomes |= self.run(verb, group)
            is_undone = bool(unread) or any(isinstance(outcome, Refused) for outcome in outcomes.values())
            transaction.set_rollback(is_undone)
        if is_undone:
            self.heads.numbers, self.heads.moved, self.heads.types, self.pending = before
            self.balances.totals = totals
            verdicts = {
                position: Verdict(list(outcome.reasons) if isinstance(outcome, Refused) else [TOGETHER])
                for position, outcome in outcomes.items()
            }
            items = [item for group in groups for item in group]
            outcomes = self._refuse(verb, items, verdicts, verdicts, {})
        return outcomes

    def run(self, verb: Verb, items: list[Item]) -> dict[int, Outcome]:
        """Outcomes by position for items that touch nothing in common."""
        refused = prepare(self.law, self.step(verb, items), self.touched)
        going = [item for item in items if item.position not in refused]
        step = self.step(verb, going)
        if going:
            self.enter(self.law.overdue(step))
        verdicts = {**refused, **(self.law.guards(step) if going else {})}
        step.verdicts = verdicts
        outcomes: dict[int, Outcome] = {}
        performing: dict[str, list[tuple[Item, Item]]] = {}
        for item in going:
            verdict = verdicts.setdefault(item.position, Verdict())
            if verdict.reasons:
                refused[item.position] = verdict
            elif verdict.instead:
                pairs = performing.setdefault(verdict.instead.verb, [])
                pairs.append((item, self._instead(item, verdict.instead, pairs, verdicts)))
            else:
                performing.setdefault(verb.name, []).append((item, item))
        for name, pairs in performing.items():
            outcomes.update(self._perform(step, vocabulary.verbs[name], pairs))
        late = [item for item in items if isinstance(outcomes.get(item.position), Refused)]
        refused_items = [item for item in items if item.position in refused]
        outcomes.update(self._refuse(verb, [*refused_items, *late], refused, verdicts, outcomes))
        return outcomes

    def _instead(
        self, item: Item, given: Substitute, pairs: list[tuple[Item, Item]], verdicts: Mapping[int, Verdict]
    ) -> Item:
        """The item that runs in the given one's place: a new one, or one that others of the list joined before."""
        if given.joins:
            for _, other in pairs:
                before = verdicts[other.position].instead
                if before is not None and before.joins == given.joins:
                    other.args["lines"]["lines"].extend(given.args["lines"]["lines"])
                    return other
        args = dict(given.args)
        if given.joins:
            args["lines"] = {"lines": list(args["lines"]["lines"])}
        return Item(item.position, uuid7(self.now), args, item.happened_at, links=dict(item.links))

    def enter(self, entries: Sequence[Entry]) -> None:
        """Judgements of the machinery, entered before the command's own events."""
        events = []
        for entry in entries:
            mentions = [Mention(role, kind, key, touched=True) for role, kind, key in entry.objects]
            self.heads.moved.update(mention.id for mention in mentions)
            controls = [list(pair) for pair in entry.controls]
            public: dict[str, Any] = {"args": dict(entry.args), "controls": controls}
            if entry.changes:
                public["changes"] = {str(key): dict(facts) for key, facts in entry.changes.items()}
            if entry.lines:
                public["lines"] = {name: [list(one) for one in lines] for name, lines in entry.lines.items()}
            events.append(Event(entry.key or uuid7(self.now), entry.verb, entry.happened_at, mentions, public))
        ctx = Context(None, "clock")
        write_events(self.rows, ctx, self.now, self.rulebook, events, self.heads.numbers)
        following = [(one, event.id) for entry, event in zip(entries, events, strict=True) for one in entry.follow_ups]
        self.pending += follow_ups.write(self.rows, self.now, following)

    def _perform(self, step: Step, verb: Verb, pairs: list[tuple[Item, Item]]) -> dict[int, Outcome]:
        """Run the body, write what it says, react; a violated constraint halves the list until the item is found."""
        numbers, moved, types = dict(self.heads.numbers), set(self.heads.moved), dict(self.heads.types)
        totals = dict(self.balances.totals)
        try:
            with transaction.atomic():
                return self._write(step, verb, pairs)
        except IntegrityError as error:
            self.heads.numbers, self.heads.moved, self.heads.types = numbers, moved, types
            self.balances.totals = totals
            effective = list(dict.fromkeys(one.position for _, one in pairs))
            if len(effective) == 1:
                why = constraints.reason(error)
                return {
                    item.position: Refused(item.id, (under_clause(self.law, step, item, why),)) for item, _ in pairs
                }
            first = set(effective[: len(effective) // 2])
            halves = [[pair for pair in pairs if (pair[1].position in first) is half] for half in (True, False)]
            return {**self._perform(step, verb, halves[0]), **self._perform(step, verb, halves[1])}

    def _write(self, step: Step, verb: Verb, pairs: list[tuple[Item, Item]]) -> dict[int, Outcome]:
        items = list({effective.position: effective for _, effective in pairs}.values())
        written: dict[int, Written] = perform(self, verb, items, step.verdicts)
        outcomes: dict[int, Outcome] = {}
        done_step = self.step(verb, [item for item in items if written[item.position].refused is None])
        done_step.verdicts = step.verdicts
        for given, item in pairs:
            result = written[item.position]
            if result.refused is not None:
                why = under_clause(self.law, step, given, result.refused)
                outcomes[given.position] = Refused(given.id if given.record else None, (why,))
                continue
            done_step.events[item.position] = result.event
            done_step.after[item.position] = result.after
            verdict = step.verdicts[given.position]
            if verdict.instead is not None:
                outcomes[given.position] = Waiting(
                    given.id if given.record else item.id,
                    result.event,
                    item.id,
                    verdict.instead.by,
                    verdict.instead.citation,
                    code_of(given.before) if given.record else None,
                )
            else:
                code = result.after.get(verb.type.code) if verb.type.code else None
                outcomes[item.position] = Done(item.id, result.event, code, tuple(verdict.warnings))
        done_step.outcomes = outcomes
        if done_step.items:
            self.law.react(done_step)
        following = [(one, result.event) for result in written.values() for one in result.follow_ups]
        following += _following(done_step)
        self.pending += follow_ups.write(self.rows, self.now, following)
        return outcomes

    def _refuse(
        self,
        verb: Verb,
        items: list[Item],
        refused: Mapping[int, Verdict],
        verdicts: dict[int, Verdict],
        outcomes: Mapping[int, Outcome],
    ) -> dict[int, Outcome]:
        if not items:
            return {}
        step = self.step(verb, items)
        attempts: list[Attempt] = []
        found: dict[int, Outcome] = {}
        for item in items:
            verdict = verdicts.setdefault(item.position, Verdict())
            late = outcomes.get(item.position)
            reasons = late.reasons if isinstance(late, Refused) else tuple(verdict.reasons)
            key = uuid7(self.now)
            read = (reasons, verdict, self.seen(verb, item), self.heads.numbers.get(item.id, 0))
            attempts.append(attempt(self.ctx, verb, item, key, *read))
            is_hidden = item.position in refused and verdict.is_hidden
            found[item.position] = Refused(None if verb.creates else item.id, reasons, is_hidden, key)
            step.events[item.position] = key
        write_attempts(self.rows, self.ctx, self.now, self.rulebook, attempts)
        step.verdicts, step.outcomes = verdicts, dict(found)
        self.law.react(step)
        self.pending += follow_ups.write(self.rows, self.now, _following(step))
        return found

    def finish(self, verb: Verb, outcomes: Mapping[int, Outcome]) -> None:
        """Move the heads, and count the outcomes of a set command on its batch."""
        self.finish_heads()
        self.pending += self.rows.pending
        if self.ctx.batch is not None and verb.on != "batch":
            counts = [sum(isinstance(o, kind) for o in outcomes.values()) for kind in (Done, Waiting, Refused)]
            self.rows.execute(
                "update kernel_batch set done = done + %s, waiting = waiting + %s, refused = refused + %s"
                " where id = %s",
                [*counts, self.ctx.batch],
            )

    def finish_heads(self) -> None:
        """Store the last numbers of the streams that moved."""
        heads = {key: self.heads.numbers[key] for key in self.heads.moved}
        write_heads(self.rows, self.now, self.heads.known, self.heads.types, heads)


def _following(step: Step) -> list[tuple[FollowUp, UUID]]:
    """What the law wants to run after the commit, each with the event or attempt that causes it."""
    return [(one, step.events[position]) for position, found in step.follow_ups.items() for one in found]


def code_of(record: Record) -> str | None:
    """What people call a record."""
    return record.get(record.type.code) if record.type.code else None
