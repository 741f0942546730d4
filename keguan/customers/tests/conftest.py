"""A small cast and a way to act, through commands."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from keguan.customers.tests.desk import Desk, open_desk
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.tests.memo import OpenLaw

Act = Callable[..., Outcome]


@pytest.fixture
def law(db: None) -> OpenLaw:
    return OpenLaw()


@pytest.fixture
def pipeline(law: OpenLaw) -> Pipeline:
    return Pipeline(law)


@pytest.fixture
def mei(pipeline: Pipeline) -> UUID:
    """Somebody who works here."""
    [outcome] = pipeline.run(Context(None, "scenario"), "person.add", [(None, {"name": "孟琪"})])
    assert isinstance(outcome, Done)
    return outcome.object


@pytest.fixture
def act(pipeline: Pipeline, mei: UUID) -> Act:
    """Run a verb as 孟琪: `act("customer.add", name="…")`, `act("contact.add", customer, name="…")`."""

    def run(verb: str, key: UUID | None = None, /, **args: Any) -> Outcome:
        [outcome] = pipeline.run(Context(mei, "page"), verb, [(key, args)])
        return outcome

    return run


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """The customer desk of 青禾软件, for what depends on who looks."""
    with open_desk() as made:
        yield made
