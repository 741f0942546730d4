"""A whole year of the demo company up to now: who brings what on which day, and what the company changes meanwhile."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from keguan.cli.demo import changes, complaints, inquiries, routine, slips, weeks
from keguan.cli.demo.acting import Act, Course, Play
from keguan.cli.demo.chance import Chance
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.founding import Beginning, cast_of, founded, material
from keguan.cli.demo.hours import at, is_working, later, local_day
from keguan.cli.scenarios.running import World
from keguan.org.models import Holding
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import find_pack

LENGTH = dt.timedelta(days=365)
CHANGING = "the post that changes hands"
MATTERS = 1.25
"""What comes in on a usual working day."""
KINDS = {"complaint": 5, "consultation": 4, "suggestion": 2, "service": 2}
COURSES = {
    "complaint": complaints.complaint,
    "consultation": inquiries.consultation,
    "suggestion": inquiries.suggestion,
    "service": inquiries.service,
}


def play(now: dt.datetime, scale: int, seed: int, length: dt.timedelta = LENGTH) -> None:
    """Found the company a year ago and let the year happen; the story of the last weeks is part of it.

    Another `length` is a year told faster: everything that changes in it still does.
    """
    words = material("year.yaml")
    pack = read_pack(find_pack(words["pack"]))
    cast, start = cast_of(pack), at(local_day(now - length), 8)
    post = words["changes"]["predecessor"]["post"]
    world = founded(
        Beginning(
            start, changes.earlier_edition(pack, words["earlier"]), changes.at_first(cast, words["changes"]),
            cast.values, later=(post,), effective_on=local_day(start) - dt.timedelta(days=1),
        )
    )  # fmt: skip
    _before(world, post)
    year = Play(world, now)
    firm = Firm(words, seed, start, now, year.begin)
    for course in (*_customers(firm, scale), *_routine(firm), *_matters(firm, scale)):
        year.begin(course)
    for course in (
        changes.new_policy(firm, pack), changes.new_holder(firm, cast, CHANGING), changes.moved(firm),
        changes.closed_days(firm), changes.stand_in(firm), slips.corrected(firm), slips.voided(firm),
    ):  # fmt: skip
        year.begin(course)
    weeks.begin(year, material("story.yaml"), max(start, now - weeks.EVE) + dt.timedelta(hours=2))
    year.run()


def _before(world: World, post: str) -> None:
    """Name who holds the post now apart from who will, and the post."""
    holder = world.names.people[post]
    world.names.people[f"{post}_before"] = holder
    world.names.records[CHANGING] = ("post", Holding.objects.get(person=holder).post_id)


def _customers(firm: Firm, scale: int) -> Iterator[Course]:
    """The customers there are, and one now and then who comes later."""
    about, chance = firm.words["customers"], firm.chance("customers")
    names = [
        f"{city}{front}{trade}"
        for trade in about["trades"]
        for city, front in zip(about["cities"] * 2, about["fronts"], strict=True)
    ]
    people = list(about["people"])
    for number in range(40 * scale):
        called, moment = f"k{number}", later(firm.start, 4 * number / scale)
        front, grown = names[number % len(names)], number // len(names)
        given: dict[str, Any] = {
            "name": front + (f"第{grown + 1}分店" if grown else ""), "kind": "organisation", "city": front[:2],
            "contact_name": chance.pick(about["surnames"]) + chance.pick(about["calls"]),
            "contact_phones": [_phone(chance, number)],
        }  # fmt: skip
        if number % 9 == 8 and people:
            given = {"name": people.pop(), "kind": "person", "city": front[:2], "phones": [_phone(chance, number)]}
        firm.customers.append(called)
        yield weeks.single(Act(moment, "cheng_agent", "customer.add", None, given, called))


def _phone(chance: Chance, number: int) -> str:
    return f"13{chance.between(0, 9)}0000{6000 + number % 4000}"


def _routine(firm: Firm) -> Iterator[Course]:
    for number, first in enumerate(routine.months(firm)):
        yield routine.month(firm, first, number)
    for number in range(len(firm.words["questions"])):
        yield routine.question(firm, number, firm.moment(0.2 + number * 0.25, 15))
    yield routine.items(firm)
    yield routine.reading(firm)


def _matters(firm: Firm, scale: int) -> Iterator[Course]:
    """What customers bring, day by day: more in busy months, little on days off."""
    day, number = local_day(firm.start) + dt.timedelta(days=3), 0
    while day <= local_day(firm.now):
        chance = firm.chance(day)
        expected = MATTERS * firm.load(at(day, 9)) * (1 if is_working(day) else 0.15) * scale
        for _ in range(chance.count(expected)):
            number += 1
            moment = at(day, 9) + dt.timedelta(minutes=chance.between(0, 520))
            kind = chance.weighed(KINDS)
            yield COURSES[kind](firm, f"{kind[:3]}{number}", moment)
        day += dt.timedelta(days=1)
