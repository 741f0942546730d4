"""The company of the pack with everybody in it, and of every record type records in each scope of each of them.

Records are made by the product's own commands, with the system acting; whose they are, and of which unit, is then
written past them: for half of the types no single person could make them all. Nothing is ever committed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.cli.scenarios.cast import found
from keguan.controls import gate
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.decision_verbs import OVERRULE, REASSESS
from keguan.controls.engines.register_types import register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.controls.live.grants import DIRECTORY
from keguan.imports.sheets import keep
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Listing
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import read_pack
from keguan.policies.rulebooks import current, forget
from tests.access import written
from tests.access.given import args_of, numbers

FOLDER = Path(__file__).parents[2] / "packs" / "software-firm-service-and-complaints"
ADOPTED = dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
SYSTEM = Context(None, "command_line")
CONCERNED = """
    select object, unnest(people) as person from controls_obligation where state in ('running', 'broken')
    union
    select a.object, a.requester from controls_approval a where a.state = 'waiting'
    union
    select a.object, unnest(s.people) from controls_approval a join controls_approvalstep s on s.parent = a.id
    where a.state = 'waiting'
"""
NOBODY_MAKES = frozenset(("approval", "obligation", "override", "proposal", "signature", "notice", "pack", "company"))
"""Types whose records come about otherwise, or of which there is one."""
EACH = frozenset(("receiver", "reception"))
"""Types of which everybody makes what is his own."""
ONE = frozenset(("calendar", "setup"))
"""Types of which one record is enough: each moves the rulebook, or there is one at a time."""
MADE_BY = {"seat.take": "cheng_agent", "bonus_notice.open": "bai_office"}
"""Who makes what the system may not."""


@dataclass
class Company:
    """People by name, units by name, and by record type the records with their places."""

    grants: list[written.Grant]
    is_told: bool = False
    people: dict[str, written.Person] = field(default_factory=dict)
    records: dict[str, dict[UUID, written.Place]] = field(default_factory=lambda: defaultdict(dict))
    concerned: set[tuple[UUID, UUID]] = field(default_factory=set)
    outsiders: list[UUID] = field(default_factory=list)
    codes: dict[UUID, str] = field(default_factory=dict)

    def any(self, record_type: str) -> UUID | None:
        """Some record of the type."""
        return next(iter(self.records[record_type]), None)

    def number(self) -> None:
        """Take down the numbers under which cases and customers have their pages."""
        for table in ("cases_case", "customers_customer"):
            self.codes |= {row["id"]: row["code"] for row in Rows().select(f"select id, code from {table}")}

    def around(self, person: written.Person, record_type: str) -> list[UUID]:
        """Records of the type in every scope as the person sees it: his, shown to him, of his units, of others."""
        found: dict[object, UUID] = {}
        for key, place in self.records[record_type].items():
            mine, shown = person.key in place.people, person.key in place.shown_to
            unit = "his" if place.unit in person.units else "below" if place.unit in person.units_below else "other"
            whose = key if mine or shown else bool(place.people or place.shown_to)
            found.setdefault((whose, unit if place.unit else "none"), key)
        return list(found.values())

    def knows(self, person: written.Person, record_type: str, record: UUID) -> bool:
        """Whether the person may know of the record, by the policy or because something of it is his to do."""
        place = self.records[record_type][record]
        return (record, person.key) in self.concerned or written.sees(self.grants, person, record_type, place)


MADE_WITH: Mapping[str, Callable[[Company, int], dict[str, Any]]] = {
    "observation.observe": lambda company, _: {
        "control": "service-and-complaints#no-photocopy",
        "source": "文件抽查",
        "person": company.people["xu_salesperson"].key,
    },
    "calendar.add": lambda company, _: {"unit": company.any("unit"), "spec": {"own": [{"on": "2026-10-01"}]}},
    "delegation.appoint": lambda company, at: {
        "delegator": company.outsiders[0],
        "delegate": company.outsiders[1],
        "starts_at": NOW + dt.timedelta(days=400 + at),
        "ends_at": NOW + dt.timedelta(days=401 + at),
    },
    "import.upload": lambda *_: {"type": "customer", **_sheet()},
    "receiver.add": lambda *_: {"kind": "email", "address": f"zq{next(numbers):06d}@example.cn"},
    "reception.set": lambda *_: {},
    "return_slip.open": lambda company, _: {"case": _decided(company, "return")},
    "discount_slip.open": lambda company, _: {"case": _decided(company, "discount")},
}
"""What some acts need beside what their declaration says."""


def _sheet() -> dict[str, Any]:
    """A sheet that was handed in."""
    word = f"zq{next(numbers):06d}"
    _, digest, table = keep(f"客户名称,备注\n{word},zq{next(numbers):06d}".encode(), "客户.csv")
    return {"title": f"{word}.csv", "digest": digest, "table": table}


def _nothing(_company: Company, _at: int) -> dict[str, Any]:
    return {}


def _decided(company: Company, handling: str) -> UUID | None:
    """A case that was closed with this handling."""
    case = company.any("case")
    query = "update cases_case set stage = 'closed', handling = %s, closed_at = opened_at where id = %s"
    Rows().execute(query, [handling, case])
    return case


def do(verb: str, items: Sequence[tuple[UUID | None, dict[str, Any]]], who: UUID | None = None) -> list[UUID]:
    """Commands that must succeed; the ids of their records."""
    outcomes = gate.run(Context(who, "page") if who else SYSTEM, verb, items)
    stopped = [one for one in outcomes if not isinstance(one, Done | Waiting)]
    assert not stopped, (verb, stopped[0])
    return [one.object for one in outcomes if isinstance(one, Done | Waiting)]


def opened(*, is_told: bool = False) -> Iterator[Company]:
    """The company, for as long as it is needed; `is_told`: in everything that can hold words there are some."""
    pack = read_pack(FOLDER)
    assert pack.organisation is not None
    with transaction.atomic():
        forget()
        with clock.pinned(ADOPTED):
            ensure_base(gate.run, SYSTEM)
            adopt(gate.run, SYSTEM, pack, values=dict(pack.organisation.values))
            names = found(gate.run, SYSTEM, pack.organisation)
        company = Company(written.read(FOLDER), is_told)
        with _alone():
            with clock.pinned(NOW):
                _everybody(company, names)
                _everything(company)
            yield company
        transaction.set_rollback(True)
    forget()


@contextmanager
def _alone() -> Iterator[None]:
    """The product's vocabulary with the registers of the company, without what other tests of the process declared."""
    mine = {control.plan.name for control in current(NOW).controls if isinstance(control, RegisterControl)}
    stands = "select to_regclass(%s) is not null and not starts_with(%s, 'test_') as is_so"
    foreign = {
        name: kind
        for name, kind in vocabulary.types.items()
        if (name in register_types and name not in mine) or not Rows().select(stands, [kind.table] * 2)[0]["is_so"]
    }
    decided = {control.type.name for control in current(NOW).controls if isinstance(control, DecisionControl)}
    acts = {
        name: verb
        for name, verb in vocabulary.verbs.items()
        if verb.on in foreign or (verb.on not in decided and verb.name.endswith((f".{REASSESS}", f".{OVERRULE}")))
    }
    for names, known in ((foreign, vocabulary.types), (acts, vocabulary.verbs)):
        for name in names:
            del known[name]
    try:
        yield
    finally:
        vocabulary.types.update(foreign)
        vocabulary.verbs.update(acts)


def _everybody(company: Company, names: Any) -> None:
    above = {row["id"]: row["parent"] for row in Rows().select("select id, parent from org_unit")}
    posts = Rows().select("""
        select h.person, p.unit, r.code from org_holding h
        join org_post p on p.id = h.post join org_role r on r.id = p.role""")
    for name, key in names.people.items():
        mine = [post for post in posts if post["person"] == key]
        roles, units = frozenset(post["code"] for post in mine), {post["unit"] for post in mine}
        if any(other.roles == roles for other in company.people.values()):
            continue  # the policy does not tell them apart
        below = {unit for unit in above if units & set(_up(unit, above))}
        company.people[name] = written.Person(key, roles, frozenset(units), frozenset(below))
    others = ("新来的人", "别处的人", "又一个别处的人")
    newcomer, *company.outsiders = do("person.add", [(None, {"name": name}) for name in others])
    company.people["newcomer"] = written.Person(newcomer, frozenset(), frozenset(), frozenset())
    for table in ("unit", "person", "role", "post"):
        company.records[table].update(
            dict.fromkeys((row["id"] for row in Rows().select(f"select id from org_{table}")), written.Place())
        )


def _up(unit: UUID | None, above: dict[UUID, UUID | None]) -> Iterator[UUID]:
    while unit is not None:
        yield unit
        unit = above[unit]


def _everything(company: Company) -> None:
    """Records of every type that has acts, each in its place."""
    for kind in vocabulary.types.values():
        verbs = [verb for verb in vocabulary.verbs_on(kind.name) if not verb.internal]
        makers = [verb for verb in verbs if verb.creates]
        if makers and len(makers) < len(verbs) and kind.name not in NOBODY_MAKES and kind.name not in DIRECTORY:
            (_own if kind.name in EACH else _some)(company, kind, makers[-1])
    company.number()
    company.concerned |= {(row["object"], row["person"]) for row in Rows().select(CONCERNED)}


def _own(company: Company, kind: RecordType, maker: Verb) -> None:
    for person in company.people.values():
        [key] = do(
            maker.name, [(None, {**args_of(maker, company.any), **MADE_WITH[maker.name](company, 0)})], person.key
        )
        company.records[kind.name][key] = written.Place(frozenset((person.key,)))


def _some(company: Company, kind: RecordType, maker: Verb) -> None:
    places = list(_places(company, kind)) if kind.name not in ONE else [{}]
    more = MADE_WITH.get(maker.name, _nothing)
    items = [
        (None, {**args_of(maker, company.any, is_told=company.is_told), **more(company, at)})
        for at in range(len(places))
    ]
    made = do(maker.name, items, company.people[MADE_BY[maker.name]].key if maker.name in MADE_BY else None)
    parts = [part for part in (kind.opener, kind.owner, kind.unit) if part]
    for key, place in zip(made, places, strict=True):
        stands = {part: None if part == kind.unit else company.outsiders[0] for part in parts} | place
        if stands:
            columns = ", ".join(f"{part} = %s" for part in stands)
            Rows().execute(f"update {kind.table} set {columns} where id = %s", [*stands.values(), key])
        people = frozenset(place[part] for part in (kind.opener, kind.owner) if part in place)
        shown = frozenset(one for part in kind.shown_to for one in _several(place.get(part)))
        company.records[kind.name][key] = written.Place(people, shown, place.get(kind.unit or ""))


def _places(company: Company, kind: RecordType) -> Iterator[dict[str, Any]]:
    """Out of everybody's reach; of each person as owner, as opener, shown to him; of each unit."""
    yield {}
    for person in company.people.values():
        for part in (kind.opener, kind.owner, *kind.shown_to):
            if part:
                is_list = isinstance(kind.by_name[part].kind, Listing)
                yield {part: [person.key] if is_list else person.key}
    if kind.unit:
        for unit in company.records["unit"]:
            yield {kind.unit: unit}


def _several(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
