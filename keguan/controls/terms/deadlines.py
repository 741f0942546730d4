"""A deadline that explains itself: when it is due, what was counted and skipped, and the arithmetic in words.

Also its pieces for the term bar. It is stored as JSON beside the clock, so it must read back as it was written.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from keguan.controls.terms.words import duration
from keguan.kernel.records.labels import Label, join

StretchKind = Literal["counted", "skipped", "paused"]
PieceKind = Literal["counted", "skipped", "paused", "rest"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a term: counted, skipped (`why`: lunch, weekend, a holiday …) or paused. Half-open, in UTC."""

    kind: StretchKind
    start: dt.datetime
    end: dt.datetime
    why: Label | None = None

    def as_json(self) -> dict[str, Any]:
        """The stretch as it is stored."""
        body: dict[str, Any] = {"kind": self.kind, "start": self.start.isoformat(), "end": self.end.isoformat()}
        return body | ({"why": self.why.as_json()} if self.why else {})

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Stretch":
        """The inverse of `as_json`."""
        start, end = (dt.datetime.fromisoformat(body[key]) for key in ("start", "end"))
        return cls(body["kind"], start, end, Label.from_json(body["why"]) if "why" in body else None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a term ends. `stretches` lie end to end from `started_at` to `due_at` (none when that came first).

    `notes` are those of its lines that stay true beside what was counted so far: whose calendar, pauses, extensions,
    the warning. `under` is the line that names clause, version and term. `paused_since`: it is stopped; `due_at`
    stands as it was and moves when it goes on. `is_provisional`: it hangs on public holidays not announced yet.
    `is_by_time`: the arithmetic is in hours and minutes, so that what was counted so far can be said.
    """

    started_at: dt.datetime
    due_at: dt.datetime
    stretches: tuple[Stretch, ...] = ()
    explanation: tuple[Label, ...] = ()
    is_provisional: bool = False
    is_by_time: bool = False
    under: Label | None = None
    paused_since: dt.datetime | None = None
    notes: tuple[Label, ...] = ()

    @property
    def lines(self) -> tuple[Label, ...]:
        """The whole explanation: the clause it runs under first."""
        return (self.under, *self.explanation) if self.under else self.explanation

    def as_json(self) -> dict[str, Any]:
        """The deadline as it is stored with its clock."""
        body: dict[str, Any] = {
            "started_at": self.started_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "stretches": [stretch.as_json() for stretch in self.stretches],
            "explanation": [line.as_json() for line in self.explanation],
            "is_provisional": self.is_provisional,
            "is_by_time": self.is_by_time,
        }
        if self.under:
            body["under"] = self.under.as_json()
        if self.notes:
            body["notes"] = [line.as_json() for line in self.notes]
        if self.paused_since:
            body["paused_since"] = self.paused_since.isoformat()
        return body

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Deadline":
        """The inverse of `as_json`."""
        return cls(
            dt.datetime.fromisoformat(body["started_at"]),
            dt.datetime.fromisoformat(body["due_at"]),
            tuple(Stretch.from_json(one) for one in body["stretches"]),
            tuple(Label.from_json(one) for one in body["explanation"]),
            body["is_provisional"],
            body["is_by_time"],
            Label.from_json(body["under"]) if "under" in body else None,
            dt.datetime.fromisoformat(body["paused_since"]) if "paused_since" in body else None,
            tuple(Label.from_json(one) for one in body.get("notes", ())),
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the term bar; `percent` of its width."""

    kind: PieceKind
    percent: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A deadline at a moment: the bar (percents sum to 100), whether it is over, and the arithmetic so far in words."""

    pieces: tuple[Piece, ...]
    is_over: bool
    lines: tuple[Label, ...] = field(default=())


def progress(deadline: Deadline, now: dt.datetime) -> Progress:
    """The bar and the words of a deadline at `now`: what was counted, skipped, paused, and the rest."""
    if now >= deadline.due_at or not deadline.stretches:
        now = max(now, deadline.due_at)
    lengths: list[tuple[PieceKind, dt.timedelta]] = []
    for stretch in deadline.stretches:
        gone = min(stretch.end, now) - stretch.start
        if gone <= dt.timedelta():
            continue
        if lengths and lengths[-1][0] == stretch.kind:
            lengths[-1] = (stretch.kind, lengths[-1][1] + gone)
        else:
            lengths.append((stretch.kind, gone))
    rest = deadline.due_at - max(now, deadline.started_at)
    if rest > dt.timedelta():
        lengths.append(("rest", rest))
    if not lengths:
        lengths = [("counted", dt.timedelta(seconds=1))]
    lines = deadline.explanation
    if deadline.is_by_time and len(deadline.stretches) > 1:
        lines = (so_far(deadline, now), *deadline.notes)
    return Progress(_percents(lengths), now >= deadline.due_at, lines)


def _percents(lengths: list[tuple[PieceKind, dt.timedelta]]) -> tuple[Piece, ...]:
    """Whole percents by largest remainder, so that they sum to 100."""
    total = sum((length for _, length in lengths), dt.timedelta())
    exact = [100 * (length / total) for _, length in lengths]
    percents = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda index: (percents[index] - exact[index], index))
    for index in order[: 100 - sum(percents)]:
        percents[index] += 1
    return tuple(Piece(kind, percent) for (kind, _), percent in zip(lengths, percents, strict=True) if percent)


def so_far(deadline: Deadline, now: dt.datetime) -> Label:
    """What was counted, skipped and paused until `now`, in hours and minutes."""
    counted, skipped, paused = dt.timedelta(), dict[str, tuple[Label, dt.timedelta]](), dt.timedelta()
    for stretch in deadline.stretches:
        gone = min(stretch.end, now) - stretch.start
        if gone <= dt.timedelta():
            continue
        if stretch.kind == "counted":
            counted += gone
        elif stretch.kind == "paused":
            paused += gone
        elif stretch.why:
            _, before = skipped.get(stretch.why.zh, (stretch.why, dt.timedelta()))
            skipped[stretch.why.zh] = (stretch.why, before + gone)
    said = duration(counted) if counted else Label("0 分", "0 min")
    zh, en = [f"计 {said.zh}"], [f"{said.en} counted"]
    if skipped:
        words = [
            Label(f"{why.zh} {duration(gone).zh}", f"{why.en} {duration(gone).en}") for why, gone in skipped.values()
        ]
        joined = join(words, "、", ", ")
        zh.append(f"跳过{joined.zh}")
        en.append(f"skipped {joined.en}")
    if paused:
        zh.append(f"暂停 {duration(paused).zh}")
        en.append(f"paused {duration(paused).en}")
    return Label("；".join(zh), "; ".join(en))
