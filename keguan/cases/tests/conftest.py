"""The service desk that the tests of this app share: a company, a unit, a clerk, a manager, a customer."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.kernel.commands.pipeline import Pipeline
from keguan.org.tests.conftest import Allowing


class Desk:
    """Runs commands as the clerk."""

    def __init__(self) -> None:
        self.clerk: UUID | None = None
        self.act("company.found", None, name="青禾软件")
        self.unit = self.act("unit.open", None, name="客服部")
        self.manager = self.act("person.add", None, name="苏敏")
        self.customer = self.act("customer.add", None, name="江南印务有限公司", kind="organisation")
        self.clerk = self.act("person.add", None, name="季安")

    def run(
        self, verb: str, items: Sequence[tuple[UUID | None, Mapping[str, Any]]], at: dt.datetime | None = None
    ) -> list[Outcome]:
        """What becomes of a list of commands."""
        ctx = Context(actor=self.clerk, channel="page" if self.clerk else "scenario", happened_at=at)
        return Pipeline(Allowing()).run(ctx, verb, items)

    def try_(self, verb: str, key: UUID | None, at: dt.datetime | None = None, **args: object) -> Outcome:
        """What becomes of one command."""
        return self.run(verb, [(key, args)], at)[0]

    def act(self, verb: str, key: UUID | None, at: dt.datetime | None = None, **args: object) -> UUID:
        """Run a command that must succeed; the id of its record."""
        outcome = self.try_(verb, key, at, **args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def open(self, at: dt.datetime | None = None, **args: object) -> UUID:
        """A new complaint of the customer."""
        given = {"kind": "complaint", "title": "到货三箱外包装破损", "customer": self.customer, **args}
        return self.act("case.open", None, at, **given)


@pytest.fixture
def desk(db: None) -> Desk:
    """The service desk of 青禾软件."""
    return Desk()
