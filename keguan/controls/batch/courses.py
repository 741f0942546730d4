"""The course of a record's clocks under every deadline at once: from what its acts meant to its obligations. Pure.

Acts come in the order of the stream; the moments of dates and periods stand between them. What a clock comes to is said
by `clocks.judge`, when it is due by the arithmetic of terms, each under the rulebook of the act that asks.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keguan.controls.batch.adopted import ADOPT, adopt
from keguan.controls.batch.clocks import (
    Act,
    By,
    Clock,
    Entered,
    Moment,
    Said,
    as_uuid,
    day_of,
    extension,
    is_over,
    keys_of,
    owed_by,
    period_end,
    recorded,
    turn,
)
from keguan.controls.batch.entries import breach, correct, recalculate, waive
from keguan.controls.batch.marks import facts_of, is_watched
from keguan.controls.batch.owners import WHO, WHO_WAS
from keguan.controls.batch.versions import Version
from keguan.controls.clocks import judge
from keguan.controls.conditions import Fault as GrammarFault
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live.plans import plan
from keguan.controls.live.terming import CalendarAt
from keguan.controls.marks import Cancel, Closing, Extension, Mark, Opening, Pause, Resume
from keguan.controls.terms import Calendar, Form, NoWorkingTime, TermUnknown, calendar_for
from keguan.controls.terms.due import due_at
from keguan.policies.engines import Rulebook

BREAK, RECALCULATE, OPEN = "obligation.break", "obligation.recalculate", "obligation.open"


@dataclass
class Course:
    """The versions that judge, and what is known of one record so far."""

    versions: Mapping[int, Version]
    books: Mapping[int, Rulebook]
    record: str
    now: dt.datetime
    begins: Mapping[dt.datetime, int]
    clocks: list[Clock] = field(default_factory=list)
    last: dict[int, Said] = field(default_factory=dict)
    ended: list[Clock] = field(default_factory=list)
    code: str = ""
    voided: str = ""
    undetermined: list[tuple[str, dt.datetime, By, str]] = field(default_factory=list)
    met: list[tuple[str, str]] = field(default_factory=list)
    past: list[Act] = field(default_factory=list)
    actual: dict[str, dt.datetime] = field(default_factory=dict)
    lifted: set[str] = field(default_factory=set)

    def run(self, acts: Iterable[Act], moments: Iterable[Moment]) -> list[dict[str, Any]]:
        """Follow everything that happened up to now; gives the obligations as they stand."""
        waiting = sorted(moments, key=lambda one: (one.tick.at, self.versions[one.tick.place].key))
        for act in acts:
            self._pass(act.recorded_at, waiting)
            self.code = act.code or self.code
            self._take(act)
            self.past.append(act)
            self.last.update(act.said)
        self._pass(self.now, waiting)
        return [self._row(one) for one in self.clocks]

    # -- time

    def _pass(self, until: dt.datetime, waiting: list[Moment]) -> None:
        """What dates and periods open up to a moment, in its order."""
        while True:
            again = min((one for one in self.clocks if one.again_at is not None and one.again_at <= until),
                        key=lambda one: one.again_at or until, default=None)  # fmt: skip
            if waiting and waiting[0].tick.at <= until and (again is None or waiting[0].tick.at <= again.again_at):  # type: ignore[operator]
                self._tick(waiting.pop(0))
            elif again is not None:
                self._again(again)
            else:
                return

    def _tick(self, moment: Moment) -> None:
        tick, control = moment.tick, self.control(moment.tick.place)
        if not control.is_drawn(self.record, tick.opened_at):
            return
        if not any(one.control.key == control.key and one.opened_at == tick.opened_at for one in self.clocks):
            self.code = moment.code or self.code
            self.start(tick.place, moment.said, "", tick.opened_at, By(OPEN), tick.rulebook)

    def _again(self, one: Clock) -> None:
        """The next period of a record's own, if its facts still ask for it and the clock was not cancelled."""
        at, one.again_at = one.again_at, None
        said = recorded(self.last.get(one.place, {}))
        if at is not None and (one.end is None or one.is_met) and not one.is_paused and said.get("wanted"):
            self.start(one.place, said, "", at, By(BREAK), one.rulebook)

    # -- acts

    def _take(self, act: Act) -> None:
        self.ended = []
        self._address(act, WHO_WAS)
        if act.verb == BREAK:
            breach(self, act)
        elif act.verb == RECALCULATE:
            recalculate(self, act)
        elif act.verb == ADOPT:
            adopt(self, act)
        elif act.waives is not None:
            waive(self, act, act.waives)
        elif act.is_correction:
            correct(self, act)
        elif act.is_void:
            self._mark_all(act)
        else:
            mine, met = [one for one in self.clocks if one.is_open], set[tuple[str, str]]()
            for one in sorted(mine, key=lambda one: turn(one, act.at)):
                self._mark(act, one, met)
            self._end(act, mine)
            if act.is_reinstating:
                self._reinstate(act)
            else:
                self._open(act)
            self._address(act, WHO)

    def _address(self, act: Act, name: str) -> None:
        """What is owed is owed by whoever the record means now."""
        for one in self.clocks if act.is_own else ():
            if one.is_open and name in act.said.get(one.place, {}):
                one.people = owed_by(act.said[one.place], name)

    def _mark(self, act: Act, one: Clock, met: set[tuple[str, str]]) -> None:
        said = act.said.get(one.place)
        if said is None or not self._is_meant(one, act, said):
            return
        control = one.control
        if (control.key, one.key) not in met and (said.get("do") or said.get("hold")):
            met.add((control.key, one.key))
            at = act.asked_at if control.counts_request and act.asked_at is not None else act.at
            self.note(one, Closing(at, as_uuid(act.event)), act)
        elif said.get("cancel") or (act.is_own and is_over(one, said)):
            self.note(one, Cancel(act.at, as_uuid(act.event)), act)
        elif said.get("pause"):
            self.note(one, Pause(act.at, as_uuid(act.event)), act)
        elif said.get("resume"):
            self.note(one, Resume(act.at, None, as_uuid(act.event)), act)
        else:
            given = sum(isinstance(mark, Extension) for mark in one.marks)
            for i, part in enumerate(control.extend):
                if said.get(f"x{i}") and (part.most is None or given < part.most):
                    self.note(one, extension(said.get(f"x{i}_to"), part.argument, part.term, act), act)
                    given += 1

    def _is_meant(self, one: Clock, act: Act, said: Said) -> bool:
        key = said.get("key")
        if one.control.is_apart:
            key = act.object if act.object != self.record else said.get("apart")
        return key is None or str(key) == one.key

    def note(self, one: Clock, mark: Mark, act: Act) -> None:
        """Put a mark on a clock and judge it by that."""
        was_open = one.is_open
        one.marks.append(mark)
        one.apply(act.recorded_at, self.calendar_at(one), act.by)
        if was_open and not one.is_open:
            self.ended.append(one)

    def _end(self, act: Act, mine: Sequence[Clock]) -> None:
        """The last act of a workflow cancels what only acts of the workflow could meet."""
        for one in mine:
            book = self._book(one, act.rulebook)
            if one.is_open and book is not None and plan(book, act.verb).ends_with(one.control):
                self.note(one, Cancel(act.at, as_uuid(act.event)), act)

    def _mark_all(self, act: Act) -> None:
        self.voided = act.event if act.is_own else self.voided
        for one in self.clocks if act.is_own else ():
            if one.is_open:
                self.note(one, Cancel(act.at, as_uuid(act.event)), act)
            one.shown = []  # none of it counts any more

    def _reinstate(self, act: Act) -> None:
        """The clocks go on as if the record had never been entered in error."""
        for one in self.clocks:
            one.marks = [m for m in one.marks if not isinstance(m, Cancel) or str(m.event) != self.voided]
            one.apply(act.recorded_at, self.calendar_at(one), act.by)

    def _open(self, act: Act) -> None:
        for place, said in act.said.items():
            version = self.versions[place]
            control = self.control(place)
            if version.numbers is not None and act.rulebook not in version.numbers:
                continue
            if said.get("open") and control.counts_on(act.at):
                self._start_keys(place, said, keys_of(control, said, act), act)
            elif "open" in said and said["open"] is None:
                self.undetermined.append((control.key, act.at, act.by, act.object))
            if act.is_own and is_watched(control) and control.counts_on(act.at):
                self._turn(act, place, said)
        for one in list(self.ended):
            if one.state != "kept":
                continue
            self.met.append((one.control.key, act.event))
            for place in self.chained(one, "kept"):
                control = self.control(place)
                there = any(other.control.key == control.key and other.opened_at == act.at for other in self.clocks)
                if not there:
                    said = act.said.get(place, {})
                    self._start_keys(place, said, keys_of(control, said, act), act)

    def _turn(self, act: Act, place: int, said: Said) -> None:
        """A clock that facts open, where the act turned them."""
        control = self.control(place)
        if said.get("now") is None and said.get("was") is not None:
            self.undetermined.append((control.key, act.at, act.by, act.object))
        if said.get("now"):
            key = day_of(said.get("now_key"))
            before = (said.get("was"), day_of(said.get("was_key")))
            there = any(one.control.key == control.key and one.key == key and one.is_open for one in self.clocks)
            if before != (True, key) and not there:
                self._start_keys(place, said, [key], act)

    def _start_keys(self, place: int, said: Said, keys: Sequence[str], act: Act) -> None:
        control = self.control(place)
        for key in keys:
            mine = [one for one in self.clocks if one.control.key == control.key and one.key == key and one.is_open]
            if mine and control.again == "ignore":
                continue
            for one in mine if control.again == "restart" else ():
                self.note(one, Opening(act.at, one.due_at, as_uuid(act.event)), act)
            rulebook = None if self.versions[place].numbers is None else act.rulebook
            self.start(place, said, key, act.at, act.by, rulebook, act)

    def start(
        self, place: int, said: Said, key: str, at: dt.datetime, by: By, rulebook: int | None, act: Act | None = None
    ) -> None:
        """A clock with its due moment; none where its term lacks a fact or never ends."""
        control, event = self.control(place), by.event or None
        unit, people = as_uuid(said.get("unit")), owed_by(said)
        new = Clock(place, control, key, rulebook, at, event, {}, at, self.code, unit, people, reckoned=rulebook or 0)
        if not self.set_clock(new, said, rulebook):
            self.undetermined.append((control.key, at, by, act.object if act is not None else self.record))
            return
        new.marks = [Opening(at, new.due_at, as_uuid(event))]
        if said.get("holds"):
            new.end = Closing(at, as_uuid(event))
            new.marks.append(new.end)
        elif control.period is not None:
            new.again_at = period_end(said.get("period"), at, self.calendar(new, rulebook))
        new.adopted_at = act.recorded_at if act is not None and act.imported else None
        if new.adopted_at is None:
            new.shown = [Entered("opened", at, by)]
            new.shown += [Entered("kept", at, by)] if new.end is not None else []
        self.clocks.append(new)

    def set_clock(self, one: Clock, said: Said, rulebook: int | None) -> bool:
        """When it is due by its term alone, from where it began."""
        calendar = self.calendar(one, rulebook)
        facts = {fact: said.get(f"f{j}") for j, fact in enumerate(facts_of(one.control))}
        term = one.control.within
        if term.rows:
            row = said.get("row")
            if row is None or row < 0:
                return False
            term = term.rows[row].term
        try:
            settled = term.resolved(facts.get)
            one.due_at = due_at(term, one.opened_at, calendar, facts=facts)
        except (TermUnknown, NoWorkingTime, GrammarFault):
            return False
        text = f"until {one.due_at.isoformat()}" if settled.form is Form.BEFORE_FACT else settled.text
        one.term = {"text": text} | ({"ring": settled.ring_seconds} if settled.ring_seconds else {})
        return True

    # -- looking up

    def control(self, place: int) -> DeadlineControl:
        """The deadline in a place."""
        control = self.versions[place].control
        assert isinstance(control, DeadlineControl)  # noqa: S101 – only deadlines stand here
        return control

    def _book(self, one: Clock, rulebook: int | None) -> Rulebook | None:
        version = self.versions[one.place]
        return version.book if version.numbers is None or rulebook is None else self.books.get(rulebook)

    def calendar(self, one: Clock, rulebook: int | None) -> Calendar:
        """Whose hours count for a clock, by a rulebook."""
        return calendar_for(self._book(one, rulebook) or self.versions[one.place].book, one.unit, one.people)

    def calendar_at(self, one: Clock) -> CalendarAt:
        """Its calendar by moment: that of the rulebook in force then, or a draft's own."""
        begun = sorted(self.begins.items(), reverse=True)

        def by_moment(at: dt.datetime) -> Calendar:
            return self.calendar(one, next((number for begins_at, number in begun if begins_at <= at), None))

        return by_moment

    def chained(self, one: Clock, outcome: str) -> Iterator[int]:
        """The versions that a judgement starts, in the rulebook under which the clock opened."""
        for place, version in self.versions.items():
            same = one.rulebook in version.numbers if version.numbers is not None else one.rulebook is None
            waits = any(judged.control == one.control.key and judged.outcome == outcome
                        for judged in self.control(place).judged)  # fmt: skip
            if same and waits:
                yield place

    def _row(self, one: Clock) -> dict[str, Any]:
        [found, *_] = judge(one.marks, self.now, one.control.again, one.control.at_least)
        ended = getattr(found.end, "event", None)
        if found.end is None:
            one.show(found, By(BREAK))  # a breach that the clock is still to enter
        return {
            "control": one.control.key, "place": one.place, "object": self.record, "code": one.code, "key": one.key,
            "opened_at": one.opened_at, "due_at": found.due_at or one.due_at, "state": found.state,
            "met_at": found.met_at, "opened_event": one.event, "closed_event": str(ended) if ended else None,
            "rulebook": one.rulebook, "is_trial": one.control.trial, "shown": one.shown,
            "is_adopted": one.adopted_at is not None,
        }  # fmt: skip
