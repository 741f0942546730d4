"""The rulebook as the pipeline asks it: `kernel.commands.law.Law`, fulfilled by the modules beside this one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.guard import Needs
from keguan.controls.live import (
    access,
    acting,
    citing,
    conduct,
    decisions,
    guards,
    handing_over,
    lines,
    measures,
    overdue,
    overriding,
    plans,
    reactions,
    rounds,
    signing,
    time_limits,
)
from keguan.controls.live.session import scene_of, session
from keguan.kernel.balances import Key
from keguan.kernel.commands.law import Decided, Entry, Step, Verdict
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.types import Fact
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook


class LiveLaw:
    """The law in force at each command. Holds no state of its own: what it notes stands in the step's memo."""

    def links(self, verb: Verb, number: int) -> frozenset[str]:
        """References whose records controls of the verb read."""
        book = rulebook(number)
        found = book.cache.get(("links", verb.name))
        if found is None:
            found = book.cache["links", verb.name] = (guards.plan(book, verb.name).needs | _later(book, verb)).links
        return found

    def _lists(self, verb: Verb, number: int) -> frozenset[str]:
        """Lists of lines that are read once the act is done: as they stood before it."""
        book = rulebook(number)
        found = book.cache.get(("lists", verb.name))
        if found is None:
            found = book.cache["lists", verb.name] = _later(book, verb).lists
        return found

    def touches(self, verb: Verb, number: int) -> frozenset[str]:
        """References whose records' clocks wait for the verb; none under a number that was rolled back."""
        try:
            return plans.touches(rulebook(number), verb.name)
        except KeyError:
            return frozenset()

    def declared(self, record_type: str, number: int) -> Mapping[str, Fact]:
        """Fields that packs add to a record type."""
        return rulebook(number).declared.get(record_type, {})

    def access(self, step: Step) -> dict[int, Verdict]:
        """Refusals and hidden items."""
        return access.access(step)

    def visible(self, step: Step, record_type: str, records: frozenset[UUID]) -> frozenset[UUID]:
        """Which records the actor may point to."""
        return access.visible(step, record_type, records)

    def overdue(self, step: Step) -> Sequence[Entry]:
        """Judge what is past due on the records whose streams the command moves."""
        asked = plans.plan(rulebook(step.rulebook), step.verb.name)
        touched = {key for item in step.items for key in acting.touched(step, asked, item)}
        touched -= {item.id for item in step.items if item.record is None}
        return [*time_limits.enter(step), *overdue.overdue(step.rows, step.now, touched, step.rulebook)]

    def guards(self, step: Step) -> dict[int, Verdict]:
        """Verdicts on every item."""
        lines.load_lists(step, self._lists(step.verb, step.rulebook))
        verdicts = conduct.guard(step, decisions.guard(step, guards.guards(step)))
        for position, principal in step.memo.get("stands_in", {}).items():
            verdicts.setdefault(position, Verdict()).on_behalf_of = principal
        return verdicts

    def setting(self, step: Step, name: str, item: Item) -> Any:
        """The value a clause gives the parameter for this item, else the product's default."""
        notes = session(step)
        return notes.made.setting(name, scene_of(notes, step.verb, item, item.happened_at, step.ctx.actor))

    def keeps(self, verb: Verb, number: int) -> bool:
        """Whether measures that are kept as balances are read or moved by the verb."""
        return measures.keeps(rulebook(number), verb.name)

    def balances(self, step: Step) -> dict[int, frozenset[Key]]:
        """The balances of those measures, by position."""
        return measures.keys(step)

    def contested(self, verb: Verb, number: int) -> Collection[str]:
        """Those of the measures that anything reads or that may not be overdrawn."""
        return measures.contested(rulebook(number), verb.name)

    def cites(self, step: Step, item: Item) -> Citation | None:
        """The clause of the control that the record names, or that declares its type."""
        return citing.cites(step, item)

    def decide(self, step: Step) -> dict[int, Decided]:
        """Facts that decisions set, and those that the machinery's own records get from the law."""
        if step.verb.name == "signature.sign":
            return signing.decide(step)
        if step.verb.name == "policy.override":
            return overriding.label(step)
        if step.verb.on == "approval":
            return time_limits.decide(step)
        return conduct.decide(step, rounds.decide(step, decisions.decide(step)))

    def react(self, step: Step) -> None:
        """Obligations, evidence, notices."""
        reactions.react(step)
        handing_over.follow(step)


def _later(book: Rulebook, verb: Verb) -> Needs:
    """What is read after the body: by deadlines, decisions and reactions."""
    return plans.plan(book, verb.name).needs | decisions.needs(book, verb.name) | reactions.needs(book, verb.name)
