"""Page-shaped rows about policies: which there are, one as its clause tree with its controls, its versions.

Whether a viewer may see them is asked by the pages (`pack` is the record type); these answers hold no personal data.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.policies.calendars import stored_calendars
from keguan.policies.compiling import digest, rulebook_of
from keguan.policies.engines import Control, Rulebook, engines
from keguan.policies.models import Pack, Version
from keguan.policies.rulebooks import body_on, current, order, stored_state


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy in the list. `state`: in force, announced (not yet) or ended."""

    code: str
    title: str
    pack: str
    number: int
    effective_on: dt.date
    ends_on: dt.date | None
    state: str
    clauses: int
    controls: int
    unconfigured: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a policy."""

    id: UUID
    number: int
    title: str
    effective_on: dt.date
    ends_on: dt.date | None
    published_at: dt.datetime
    state: str


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A control beside its clause. `missing` are the labels of parameters that have no value yet."""

    key: str
    engine: Label
    says: Label
    rules: tuple[str, ...]
    trial: bool
    missing: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause: `level` counts from 0; a *statement* has words but nothing to run, a *heading* only clauses below."""

    number: str
    heading: str
    text: str
    level: int
    rules: tuple[str, ...]
    controls: tuple[ControlRow, ...]
    is_statement: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A policy as it is read: one version with its clauses, and the versions there are."""

    code: str
    title: str
    pack: str
    version: VersionRow
    versions: tuple[VersionRow, ...]
    clauses: tuple[ClauseRow, ...]

    @property
    def running(self) -> int:
        """Clauses with a control that runs."""
        return sum(any(not control.missing for control in clause.controls) for clause in self.clauses)

    @property
    def unconfigured(self) -> int:
        """Clauses with a control that waits for a parameter."""
        return sum(any(control.missing for control in clause.controls) for clause in self.clauses)

    @property
    def statements(self) -> int:
        """Clauses with nothing to run."""
        return sum(clause.is_statement for clause in self.clauses)


def today() -> dt.date:
    """The company's day."""
    return clock.now().astimezone(COMPANY_ZONE).date()


def pack_titles() -> dict[str, Label]:
    """What the adopted packs are called, by their codes. One statement."""
    return {code: Label(zh, en) for code, zh, en in Pack.objects.values_list("code", "zh", "en")}


def policy_list() -> list[PolicyRow]:
    """Every policy, each by its version in force (else the next announced, else the last), in the order of titles."""
    day = today()
    book = current(clock.now())
    chosen: dict[tuple[str, str], Version] = {}
    for version in _versions():
        place = (version.pack.code, version.policy)
        known = chosen.get(place)
        if known is None or _rank(version, day) < _rank(known, day):
            chosen[place] = version
    rows = []
    for (pack, code), version in chosen.items():
        controls = [control for control in book.controls if control.policy == code]
        state = _state(version, day)
        if state == "in_force" and _replaced(chosen, pack, code, day):
            state = "replaced"
        rows.append(
            PolicyRow(
                code,
                version.title,
                pack,
                version.number,
                version.effective_on,
                version.ends_on,
                state,
                len(version.body["clauses"]),
                len(version.body["controls"]),
                sum(not control.is_configured for control in controls) if state == "in_force" else 0,
            )
        )
    return sorted(rows, key=lambda row: (row.state != "in_force", row.title, row.pack))


def policy_page(code: str, number: int | None = None) -> PolicyPage | None:
    """A policy by its code: the version in force (else the next, else the last), or the one of that number."""
    day = today()
    found = [version for version in _versions() if version.policy == code]
    if found:
        # of several packs' policies of one code the one adopted last holds
        last = max((version.pack for version in found), key=order)
        found = [version for version in found if version.pack == last]
    wanted = [version for version in found if number is None or version.number == number]
    if not wanted:
        return None
    version = min(wanted, key=lambda one: _rank(one, day))
    rows = tuple(_version_row(one, day) for one in sorted(found, key=lambda one: -one.number))
    return PolicyPage(
        code,
        version.title,
        version.pack.code,
        _version_row(version, day),
        rows,
        tuple(_clauses(version, _book_of(version, day))),
    )


def version_list(code: str) -> list[VersionRow]:
    """The versions of a policy, the newest first."""
    page = policy_page(code)
    return list(page.versions) if page else []


def _versions() -> QuerySet[Version]:
    return Version.objects.select_related("pack").order_by("pack__adopted_at", "policy", "number")


def _state(version: Version, day: dt.date) -> str:
    if version.ends_on is not None and version.ends_on <= day:
        return "ended"
    return "in_force" if version.effective_on <= day else "announced"


def _rank(version: Version, day: dt.date) -> tuple[int, int]:
    order = ("in_force", "announced", "ended").index(_state(version, day))
    return (order, version.number if order == 1 else -version.number)


def _replaced(chosen: Mapping[tuple[str, str], Version], pack: str, code: str, day: dt.date) -> bool:
    mine = chosen[pack, code].pack
    return any(
        other.policy == code
        and other.pack != mine
        and order(other.pack) > order(mine)
        and _state(other, day) == "in_force"
        for other in chosen.values()
    )


def _version_row(version: Version, day: dt.date) -> VersionRow:
    return VersionRow(
        version.id,
        version.number,
        version.title,
        version.effective_on,
        version.ends_on,
        version.published_at,
        _state(version, day),
    )


def _book_of(version: Version, day: dt.date) -> Rulebook:
    """The rulebook in which the version's controls are read: today's, or that of its first day."""
    if _state(version, day) == "in_force":
        return current(clock.now())
    body = body_on(stored_state(), stored_calendars(), version.effective_on)
    return rulebook_of(0, body, digest(body))


def _clauses(version: Version, book: Rulebook) -> list[ClauseRow]:
    by_clause: dict[int, list[ControlRow]] = {}
    for written in version.body["controls"]:
        control = book.by_key.get(f"{version.policy}#{written['form'].get('id')}")
        if control is not None:
            by_clause.setdefault(written["at"], []).append(_control(control, book))
    parents = {clause["up"] for clause in version.body["clauses"]}
    return [
        ClauseRow(
            clause["number"],
            clause["heading"],
            clause["text"],
            clause["level"],
            tuple(clause["rules"]),
            tuple(by_clause.get(position, ())),
            position not in by_clause and (bool(clause["text"]) and position not in parents),
        )
        for position, clause in enumerate(version.body["clauses"])
    ]


def _control(control: Control, book: Rulebook) -> ControlRow:
    engine = engines[control.engine].label
    missing = tuple(book.parameters[name].label for name in control.missing if name in book.parameters)
    return ControlRow(control.key, engine, control.says, control.rules, control.trial, missing)
