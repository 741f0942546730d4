"""The company that the tests of this app share, built by commands under a law that allows everything.

The rulebook stands above this app; who may do what is tested there.
"""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.tests.kept import kept
from keguan.kernel.tests.memo import OpenLaw


def command(verb: str, object_id: UUID | None = None, at: dt.datetime | None = None, **args: object) -> Outcome:
    """What becomes of one command of the system."""
    ctx = Context(actor=None, channel="scenario", happened_at=at)
    return Pipeline(OpenLaw()).run(ctx, verb, [(object_id, args)])[0]


def act(verb: str, object_id: UUID | None = None, at: dt.datetime | None = None, **args: object) -> UUID:
    """Run a command that must succeed; the id of its record."""
    outcome = command(verb, object_id, at, **args)
    assert isinstance(outcome, Done), outcome
    return outcome.object


class Firm:
    """A small company: units, people and posts by name."""

    def __init__(self) -> None:
        self.company = act("company.found", name="青禾软件")
        self.units: dict[str, UUID] = {}
        self.people: dict[str, UUID] = {}
        self.roles: dict[str, UUID] = {}
        self.posts: dict[tuple[str, str], UUID] = {}

    def unit(self, name: str, parent: str | None = None, **args: Any) -> UUID:
        above: dict[str, Any] = {"parent": self.units[parent]} if parent else {}
        self.units[name] = act("unit.open", name=name, opened_on="2020-01-01", **above, **args)
        return self.units[name]

    def person(self, name: str) -> UUID:
        if name not in self.people:
            self.people[name] = act("person.add", name=name, joined_on="2020-01-01")
        return self.people[name]

    def role(self, code: str) -> UUID:
        if code not in self.roles:
            self.roles[code] = act("role.declare", code=code, zh=code)
        return self.roles[code]

    def post(self, unit: str, role: str, *, is_head: bool = False) -> UUID:
        if (unit, role) not in self.posts:
            post = act("post.establish", unit=self.units[unit], role=self.role(role), is_head=is_head)
            self.posts[unit, role] = post
        return self.posts[unit, role]

    def holds(
        self,
        person: str,
        unit: str,
        role: str,
        *,
        starts: str = "2020-01-01",
        ends: str | None = None,
        head: bool = False,
    ) -> None:
        post = self.post(unit, role, is_head=head)
        act("post.assign", post, person=self.person(person), starts_on=starts, ends_on=ends)


@pytest.fixture
def firm(db: None) -> Firm:
    """青禾软件: the head office with its general manager, the service department with two teams, sales."""
    return kept("organisation", _founded)


def _founded() -> Firm:
    firm = Firm()
    firm.unit("总部")
    firm.unit("客服部", "总部")
    firm.unit("热线组", "客服部")
    firm.unit("现场组", "客服部")
    firm.unit("销售部", "总部")
    firm.holds("高岚", "总部", "general_manager", head=True)
    firm.holds("苏敏", "客服部", "service_manager", head=True)
    firm.holds("季安", "热线组", "service_person", starts="2020-02-01")
    firm.holds("罗平", "现场组", "team_leader", head=True)
    firm.holds("唐果", "现场组", "service_person")
    firm.holds("韩立", "销售部", "salesperson")
    return firm
