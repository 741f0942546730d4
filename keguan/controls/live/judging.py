"""From the marks of an obligation to its row and its evidence: every judgement of a clock passes here.

A later judgement of the same obligation never rewrites an earlier one: it is a row of its own that names the one it
replaces, and figures count what nothing replaces.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.clocks import Judgement, Verdict, judge
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live import evidence, terming
from keguan.controls.live.obligations import Running
from keguan.controls.marks import Opening
from keguan.controls.terms import Calendar, calendar_for
from keguan.kernel.ids import uuid7
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import number_at, rulebook

LIFTED = "lifted"
"""What replaces a judgement that no longer stands where no other takes its place."""
VOID = "void"


@dataclass
class Judging:
    """Who judges and when: the evidence it shows, and the obligations whose earlier judgement no longer stands.

    `rejudged` holds, for whoever reacts to judgements, (obligation, outcome that fell, its event). Only the clock
    `breaks` what runs: whoever finds it overdue otherwise leaves that to the next look at its moments.
    """

    now: dt.datetime
    verb: str
    actor: UUID | None = None
    breaks: bool = False
    shown: list[evidence.Shown] = field(default_factory=list)
    rejudged: list[tuple[Running, str, UUID | None]] = field(default_factory=list)

    def apply(self, one: Running, book: Rulebook, event: UUID | None) -> Judgement:
        """Judge an obligation by its marks and bring its row and evidence to that; `book` is in force now."""
        control, calendar = one.version, calendar_for(book, one.unit, one.people)

        def calendar_at(at: dt.datetime) -> Calendar:
            return calendar_for(rulebook(number_at(book.number, at)), one.unit, one.people)

        marks = terming.redue(marking.read_all(one.marks), one.term, calendar_at)
        [found, *_] = judge(marks, self.now, control.again if control else "ignore", control.at_least if control else 1)
        is_shown = any(body["kind"] == "judged" and body["outcome"] == "broken" for body in one.marks)
        if not self.breaks and not is_shown and not one.is_adopted and found.end is None and found.state == "broken":
            found = replace(found, state="running", broken_at=None)
        self._remember(one, marks)
        self._row(one, found, control, calendar, marks)
        self._show(one, found, event)
        return found

    def _remember(self, one: Running, marks: Sequence[marking.Mark]) -> None:
        """Due moments that were worked out stand in the marks, so that nobody need work them out again."""
        left = iter([marking.written(mark) for mark in marks])
        kept = [next(left) if body["kind"] in marking.KINDS else body for body in one.marks]
        if kept != one.marks:
            one.marks, one.is_changed = kept, True

    def _row(
        self, one: Running, found: Judgement, control: DeadlineControl | None, calendar: Calendar,
        marks: Sequence[marking.Mark],
    ) -> None:  # fmt: skip
        due_at = found.due_at or one.due_at
        was = (one.state, one.due_at, one.met_at, one.is_paused, one.closed_event)
        if (found.due_at is not None and due_at != one.due_at) or found.is_paused != one.is_paused:
            one.term = terming.explained(one.term, marks, due_at, calendar)
        one.state, one.met_at, one.is_paused, one.due_at = found.state, found.met_at, found.is_paused, due_at
        one.closed_event = getattr(found.end, "event", None)
        is_same = (one.state, one.due_at, one.met_at, one.is_paused, one.closed_event) == was
        if is_same and found.forgiven_until is None:  # else until another moment, it may be
            return
        one.is_changed = True
        self._plan(one, found, control, calendar)

    def _plan(self, one: Running, found: Judgement, control: DeadlineControl | None, calendar: Calendar) -> None:
        again_at = next((at for what, at, _ in one.steps[one.told :] if what == "again"), None)
        if found.end is not None:
            # a period goes on when what was owed in it is done; a clock that was cancelled is over
            one.next_at = again_at if found.met_at is not None else None
            if one.next_at is not None:
                past = list(one.plan["steps"][: one.told])
                one.plan = {"steps": [*past, {"what": "again", "at": again_at.isoformat(), "n": 0}]}  # type: ignore[union-attr]
        elif found.is_paused:
            one.next_at = None
        elif control is not None:
            fresh = terming.plan_of(control, one.due_at, calendar, again_at)
            if found.forgiven_until is not None:
                one.plan, one.next_at = terming.silenced(one.plan, one.told, fresh, found.forgiven_until)
                return
            if found.state != "broken" and any(step["what"] == "due" for step in one.plan["steps"][: one.told]):
                one.plan, one.told = {"steps": []}, 0  # the breach was lifted: its life begins anew
            one.plan, one.next_at = terming.replanned(one.plan, one.told, fresh, self.now)

    def _show(self, one: Running, found: Judgement, event: UUID | None) -> None:
        """Evidence of what is new, each beside the earlier judgement it replaces."""
        wanted = [verdict for verdict in found.verdicts if _counts(one, verdict, found)]
        stands = [body for body in one.marks if body["kind"] == "judged"]
        replaced = {body["replaces"] for body in stands if "replaces" in body}
        standing = [body for body in stands if body["id"] not in replaced and body["outcome"] not in (LIFTED, VOID)]
        # what an adopted clock showed of its opening under the version before stays shown
        fallen = [body for body in standing if not any(_is(body, verdict) for verdict in wanted)
                  and not (one.is_adopted and body["outcome"] == "opened")]  # fmt: skip
        for verdict in wanted:
            if not any(_is(body, verdict) for body in standing):
                other = _counterpart(verdict, fallen)
                if other is not None:
                    fallen.remove(other)
                self.enter(one, verdict.outcome, verdict.at, event, other)
        for body in fallen:
            self.enter(one, LIFTED, dt.datetime.fromisoformat(body["at"]), event, body)

    def enter(
        self, one: Running, outcome: str, at: dt.datetime, event: UUID | None, instead_of: dict[str, Any] | None = None
    ) -> None:
        """One judgement: noted with the obligation, kept as evidence."""
        key = uuid7(self.now)
        body = {"kind": "judged", "outcome": outcome, "at": at.isoformat(), "id": str(key)}
        if event is not None:
            body["event"] = str(event)
        if instead_of is not None:
            body["replaces"] = instead_of["id"]
            said = instead_of.get("event")
            self.rejudged.append((one, instead_of["outcome"], UUID(said) if said else None))
        one.note(**body)
        self.shown.append(evidence.Shown(
            one.control, outcome, self.verb, one.object_type, one.object, at, one.rulebook, event=event,
            obligation=one.id, actor=self.actor, unit=one.unit, id=key,
            replaces=UUID(instead_of["id"]) if instead_of is not None else None,
        ))  # fmt: skip

    def wake(self, one: Running) -> None:
        """A waiver has run out: what was overdue before and is owed still is overdue again."""
        if one.state == "waived" and one.is_open:
            one.state, one.is_changed = "broken", True

    def start(self, one: Running) -> None:
        """It opened; where what must hold held already, it is kept."""
        self.enter(one, "opened", one.opened_at, one.opened_event)
        if one.state == "kept":
            self.enter(one, "kept", one.opened_at, one.opened_event)

    def void(self, one: Running, event: UUID) -> None:
        """What it showed counts no more: its record was entered in error."""
        judged = [body for body in one.marks if body["kind"] == "judged"]
        replaced = {body["replaces"] for body in judged if "replaces" in body}
        for body in judged:
            if body["id"] not in replaced and body["outcome"] not in (LIFTED, VOID):
                self.enter(one, VOID, dt.datetime.fromisoformat(body["at"]), event, body)


def opening_of(one: Running) -> Opening:
    """The mark that started it."""
    return next(mark for mark in marking.read_all(one.marks) if isinstance(mark, Opening))


def _is(body: dict[str, Any], verdict: Verdict) -> bool:
    return bool(body["outcome"] == verdict.outcome and dt.datetime.fromisoformat(body["at"]) == verdict.at)


def _counterpart(verdict: Verdict, fallen: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The earlier judgement that this one takes the place of: of the same kind, else the one on being met or not."""
    same = [body for body in fallen if body["outcome"] == verdict.outcome]
    others = [body for body in fallen if verdict.outcome != "opened" and body["outcome"] != "opened"]
    return next(iter([*same, *others]), None)


def _counts(one: Running, verdict: Verdict, found: Judgement) -> bool:
    """An adopted clock counts as evidence only where it fell due after its adoption."""
    if not one.is_adopted:
        return True
    due_at, adopted_at = found.broken_at or found.due_at, one.adopted_at
    is_after = due_at is None or adopted_at is None or due_at > adopted_at
    return verdict.outcome != "opened" and is_after and (adopted_at is None or verdict.at > adopted_at)
