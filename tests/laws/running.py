"""Running a history: through which door, with which sweeps, one by one or in lists; and what it left behind.

Two runs are compared by `Left`: everything but ids, stream numbers and times of recording.
"""

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from keguan.controls import gate
from keguan.controls.sweep import next_moment, sweep_all
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.pipeline import Given
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks
from tests.laws.company import SYSTEM, Company
from tests.laws.histories import (
    CUSTOMER,
    Act,
    Calendar,
    Correct,
    Decide,
    Find,
    Happening,
    History,
    Move,
    Observe,
    Publish,
    Several,
    Succeed,
    Waive,
)

Door = Callable[[Context, str, Sequence[Given]], list[Outcome]]
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class How:
    """The conditions of a run. `sweep_every`: nothing for none; `is_prompt`: besides, the very moment that something
    is due; `sweeps`: how often at each moment.
    """

    sweep_every: dt.timedelta | None = None
    is_prompt: bool = False
    sweeps: int = 1
    door: Door = gate.run
    is_one_by_one: bool = False
    watch: Callable[["Life", Context, str, Sequence[Given], list[Outcome]], None] | None = None
    before: Callable[["Life", Context, str, Sequence[Given]], None] | None = None


@dataclass
class Left:
    """What a history left behind, in words and names."""

    obligations: list[tuple[Any, ...]] = field(default_factory=list)
    evidence: list[tuple[Any, ...]] = field(default_factory=list)
    attempts: list[tuple[Any, ...]] = field(default_factory=list)
    streams: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    cases: list[tuple[Any, ...]] = field(default_factory=list)
    notices: list[tuple[Any, ...]] = field(default_factory=list)


class Life:
    """One run of a history."""

    def __init__(self, company: Company, how: How) -> None:
        self.how, self.company, self.now = how, company, company.begins_at
        self.cases: list[UUID | None] = []
        self.outcomes: list[Outcome] = []

    def live(self, history: History) -> None:
        """Let everything happen, and the sweep come by when it is to."""
        for wait, one in history.happenings:
            if isinstance(one, Succeed):
                self.pass_time(wait + self._until_midnight(wait), comes_first=True)
            else:
                self.pass_time(wait)
            with clock.pinned(self.now):
                self.happen(one)
        self.pass_time(history.rest)

    def pass_time(self, minutes: int, comes_first: bool = False) -> None:
        """Let the clock go on; what the schedule says is swept on the way.

        `comes_first`: what happens next does so before a sweep of the same moment would.
        """
        end = self.now + dt.timedelta(minutes=minutes)
        while (at := self._sweep_at()) is not None and (at < end or (at == end and not comes_first)):
            self.now = at
            with clock.pinned(self.now):
                for _ in range(self.how.sweeps):
                    sweep_all()
        self.now = end

    def _sweep_at(self) -> dt.datetime | None:
        if self.how.sweep_every is None:
            return None
        at = self.now + self.how.sweep_every
        due_at = next_moment() if self.how.is_prompt else None
        return min(at, due_at) if due_at is not None and due_at > self.now else at

    def _until_midnight(self, minutes: int) -> int:
        """Minutes from then to the next day's first instant. A post is held by days: one entered at noon counts from
        midnight, and a sweep of the morning will have seen the last holder where a later one never does.
        """
        then = self.now + dt.timedelta(minutes=minutes)
        local = then.astimezone(ZONE)
        midnight = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), ZONE)
        return int((midnight - then) / dt.timedelta(minutes=1))

    def happen(self, one: Happening) -> None:
        """One happening."""
        match one:
            case Act():
                self._act(one)
            case Several():
                keys = [key for n in one.cases if (key := self._case(n)) is not None]
                self._run(one.who, one.verb, [(key, self._args(one.args)) for key in keys])
            case Decide():
                self._decide(one)
            case Correct():
                self._correct(one)
            case Calendar(spec=spec):
                gate.run_one(SYSTEM, "calendar.set", self.company.calendar, {"spec": spec})
            case Succeed():
                self._succeed(one)
            case Waive():
                self._waive(one)
            case Publish():
                self.company.publish(one.days, one.running)
            case Observe():
                given = {"control": "conduct#polite", "source": one.source, "is_offence": one.is_offence}
                given["person"] = self.company.people[one.person]
                self._run(one.who, "observation.observe", [(None, given)])
            case Find():
                args = {"comment": "不实"} if one.verb == "observation.dismiss" else {}
                for row in Rows().select(
                    "select id from controls_observation where state = 'observed' order by id limit 1"
                ):
                    self._run(one.who, one.verb, [(row["id"], args)])
            case Move(city=city):
                gate.run_one(SYSTEM, "customer.update", self.company.customers[CUSTOMER], {"city": city})

    def _case(self, n: int) -> UUID | None:
        return self.cases[n] if n < len(self.cases) else None

    def _args(self, args: Mapping[str, Any]) -> dict[str, Any]:
        known = {**self.company.people, **self.company.units, **self.company.customers}

        def of(value: Any) -> Any:
            return [of(one) for one in value] if isinstance(value, list) else known.get(value, value)

        return {name: of(value) for name, value in args.items()}

    def _act(self, one: Act) -> None:
        at = self.now - dt.timedelta(minutes=one.late) if one.late else None
        if one.case is None:
            [outcome] = self._run(one.who, one.verb, [(None, self._args(one.args), at)])
            self.cases.append(outcome.object if isinstance(outcome, Done) else None)
        elif (key := self._case(one.case)) is not None:
            self._run(one.who, one.verb, [(key, self._args(one.args), at)])

    def _run(self, who: str, verb: str, items: Sequence[Given]) -> list[Outcome]:
        if not items:
            return []
        ctx = Context(self.company.people[who], "page")
        if self.how.before is not None:
            self.how.before(self, ctx, verb, items)
        if self.how.is_one_by_one:
            outcomes = [outcome for item in items for outcome in self.how.door(ctx, verb, [item])]
        else:
            outcomes = self.how.door(ctx, verb, items)
        if self.how.watch is not None:
            self.how.watch(self, ctx, verb, items, outcomes)
        self.outcomes += outcomes
        return outcomes

    def _decide(self, one: Decide) -> None:
        # whether a request whose time ran out still stands as waiting hangs on the sweep: it is tried all the same,
        # after those that nobody's time ran out on
        query = (
            "select a.id from controls_approval a join controls_approvalstep s on s.parent = a.id"
            " where (a.state = 'waiting' or a.cause = 'timed_out') and s.decided_at is null and s.pos = a.step"
            " and s.people @> array[%s]"
            " order by coalesce(a.due_at < %s, a.state <> 'waiting'), a.requested_at, a.id limit 1"
        )
        for row in Rows().select(query, [self.company.people[one.who], self.now]):
            args = {"comment": "不妥"} if one.verb == "approval.reject" else {}
            self._run(one.who, one.verb, [(row["id"], args)])

    def _waive(self, one: Waive) -> None:
        key = self._case(one.case)
        query = (
            "select id from controls_obligation where object = %s and control = %s and closed_event is null"
            " order by opened_at, key, due_at limit 1"
        )
        for row in Rows().select(query, [key, one.control]) if key is not None else ():
            until = {"until": self.now + dt.timedelta(minutes=one.minutes)} if one.minutes else {}
            self._run(one.who, "obligation.waive", [(row["id"], {"reason": "客户撤诉", **until})])

    def _correct(self, one: Correct) -> None:
        key = self._case(one.case)
        if key is None:
            return
        query = (
            "select e.id, e.happened_at from kernel_event_object o join kernel_event e on e.id = o.event"
            " where o.object = %s and o.touched and o.verb = %s order by o.n desc limit 1"
        )
        for row in Rows().select(query, [key, one.verb]):
            at = row["happened_at"] + dt.timedelta(minutes=one.minutes)
            args = {"event": row["id"], "actual_at": at, "reason": "补正"}
            self._run(one.who, "case.correct", [(key, args)])

    def _succeed(self, one: Succeed) -> None:
        post, person = self.company.posts[one.post], self.company.people[one.person]
        [row] = Rows().select(
            "select person from org_holding where post = %s order by starts_on desc, id desc limit 1", [post]
        )
        if row["person"] != person:
            gate.run_one(SYSTEM, "post.relieve", post, {"person": row["person"]})
            gate.run_one(SYSTEM, "post.assign", post, {"person": person})


@contextlib.contextmanager
def lived(company: Company, history: History, how: How = How()) -> Iterator[Life]:
    """A life that followed the history, for the block; undone afterwards."""
    with transaction.atomic():
        life = Life(company, how)
        life.live(history)
        with clock.pinned(life.now):
            yield life
        transaction.set_rollback(True)
    rulebooks.forget()


def left(life: Life) -> Left:
    """What a life left behind, once the last sweep has come by."""
    sweep_all()
    names = dict(life.company.names())
    names |= {str(key): f"case {n}" for n, key in enumerate(life.cases) if key}
    say = _Namer(names)
    rows = Rows()
    found = Left()
    clocks: dict[str, UUID] = {}
    for row in rows.select("select * from controls_obligation order by opened_at, due_at"):
        clocks[str(row["id"])] = row["object"]
        people = sorted(names.get(str(one), "?") for one in row["people"])
        found.obligations.append((
            names.get(str(row["object"]), "?"), row["control"], say(row["key"]), row["opened_at"], row["due_at"],
            row["state"], row["met_at"], people, say(row["unit"]), row["next_at"],
        ))  # fmt: skip
    for row in rows.select("select * from controls_evidence"):
        found.evidence.append((
            row["control"], row["outcome"], row["verb"], say(row["object"]), say(row["actor"]), say(row["unit"]),
            row["happened_at"], row["attempt"] is not None,
        ))  # fmt: skip
    for row in rows.select("select * from kernel_attempt order by id"):
        body = json.loads(row["envelope"])
        reasons = [(one["message"]["zh"], one["clause"] and one["clause"]["control"]) for one in body["reasons"]]
        found.attempts.append((row["verb"], say(row["object"]), say(row["actor"]), row["happened_at"], tuple(reasons),
                               say(json.dumps(body["controls"]))))  # fmt: skip
    for row in rows.select(
        "select o.object, o.n, e.* from kernel_event_object o join kernel_event e on e.id = o.event"
        " where o.touched and o.type = 'case' order by o.object, o.n"
    ):
        body = json.loads(row["envelope"])
        if "moved" in body["args"]:  # how many records share one recalculation hangs on who came by first
            body["args"]["moved"] = [one for one in body["args"]["moved"] if clocks.get(one[0]) == row["object"]]
        told = {key: body.get(key) for key in ("args", "changes", "controls", "read", "corrects")}
        entry = (row["verb"], row["happened_at"], say(row["actor"]), say(json.dumps(told, sort_keys=True)))
        found.streams.setdefault(say(row["object"]), []).append(entry)
    for stream in found.streams.values():
        # a late sweep writes later what happened earlier; what the clock does to several at one moment has no order
        stream.sort(key=lambda entry: (entry[1], "" if entry[2] else entry[3]))
    for row in rows.select("select * from cases_case order by opened_at, code"):
        found.cases.append(
            (say(row["id"]), row["code"], row["stage"], say(row["owner"]), row["amount"], row["closed_at"])
        )
    # a reminder that comes after its moment is no use to anybody: whether it is told hangs on the sweep
    for row in rows.select("select * from org_notice where zh !~ '”(还有|逾期 )'"):
        found.notices.append((say(row["person"]), say(row["zh"]), row["control"], say(row["object_id"])))
    # what would be told three times in the same words is told once when the sweep comes late
    found.notices = list(dict.fromkeys(found.notices))
    for several in (found.obligations, found.evidence, found.attempts, found.cases, found.notices):
        several.sort(key=repr)
    return found


@dataclass
class _Namer:
    """Puts names in place of ids; ids that nobody named read alike."""

    names: Mapping[str, str]

    def __call__(self, text: Any) -> str:
        return UUIDS.sub(lambda found: self.names.get(found[0], "#"), str(text)) if text is not None else ""


def of_outcome(outcome: Outcome | Fault) -> tuple[Any, ...]:
    """An outcome as every door must tell it: what became of it, and by which clauses."""
    match outcome:
        case Done(warnings=warnings):
            return ("done", _said(warnings))
        case Waiting(by=by, citation=citation):
            return ("waiting", by.zh, citation and citation.control)
        case Refused(reasons=reasons, is_hidden=is_hidden):
            return ("refused", _said(reasons), is_hidden)
        case Fault(reasons=reasons):
            return ("fault", _said(tuple(reasons)))


def _said(reasons: Sequence[Reason]) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted((one.message.zh, one.citation.control if one.citation else None) for one in reasons))


def with_sweeps(every: dt.timedelta, times: int = 1, is_prompt: bool = False) -> How:
    """A run in which the sweep comes by so often."""
    return replace(How(), sweep_every=every, sweeps=times, is_prompt=is_prompt)
