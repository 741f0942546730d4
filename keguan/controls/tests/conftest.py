"""A small company under a small pack, built through the gate: what the tests of the live law share."""

import datetime as dt
import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from keguan.controls import gate
from keguan.controls.tests import shop
from keguan.controls.tests.kept import kept
from keguan.controls.tests.staff import must, staff_of
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks

PACK = Path(__file__).with_name("pack")
SYSTEM = Context(actor=None, channel="scenario")
FOUNDED = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)  # Tuesday, 09:00 in Shanghai


class Firm:
    """People and units by name; `at` moves the clock; `do` runs a command as somebody."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}

    def system(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        return must(SYSTEM, verb, key, **args)

    def do(self, who: str, verb: str, key: UUID | None = None, **args: Any) -> Outcome:
        return gate.run_one(Context(self.people[who], "page"), verb, key, args)

    def must(self, who: str, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        outcome = self.do(who, verb, key, **args)
        assert isinstance(outcome, Done | Waiting), outcome
        return outcome.object

    def case(self, who: str = "季安", **args: Any) -> UUID:
        given = {
            "kind": "complaint",
            "title": "到货破损",
            "unit": self.units["热线组"],
            "owner": self.people["季安"],
            **args,
        }
        return self.must(who, "case.open", None, **given)

    def accepted(self, **args: Any) -> UUID:
        key = self.case(**args)
        self.must("季安", "case.accept", key)
        return key

    def found(self, **args: Any) -> UUID:
        key = self.accepted(**args)
        self.must("苏敏", "case.find", key, findings="承运方责任", is_founded=True)
        return key


def found(pack: Path) -> Firm:
    """The company under a pack, as it was founded."""
    rulebooks.forget()
    made = Firm()
    with clock.pinned(FOUNDED):
        staff = kept(PACK, lambda: staff_of(SYSTEM, PACK)) if pack == PACK else staff_of(SYSTEM, pack)
    made.people, made.units = staff.people, staff.units
    return made


@contextmanager
def founded(pack: Path) -> Iterator[Firm]:
    """The company under a pack, on the morning after it was founded."""
    made = found(pack)
    with clock.pinned(MORNING):
        yield made
    rulebooks.forget()


@pytest.fixture(scope="module")
def company(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Firm | None]:
    """The company, founded once for a module in a transaction that is undone; none where a test of it commits, or
    founds a company of its own.
    """
    if any(item.path == request.path and _stands_alone(item) for item in request.session.items):
        yield None
        return
    with django_db_blocker.unblock(), transaction.atomic():
        yield found(PACK)
        transaction.set_rollback(True)


def _stands_alone(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction"))
    return commits or not {"transactional_db", "firm_with"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def firm(company: Firm | None, db: None) -> Iterator[Firm]:
    """The company on the morning after it was founded."""
    if company is None:
        with founded(PACK) as made:
            yield made
        return
    made = Firm()
    made.people, made.units = {**company.people}, {**company.units}
    rulebooks.forget()
    with clock.pinned(MORNING):
        yield made
    rulebooks.forget()


@pytest.fixture
def club(firm: Firm) -> Firm:
    """The firm with the shop's record types and their tables."""
    shop.declare()
    Rows().execute(shop.tables())
    return firm


@pytest.fixture
def firm_with(db: None, tmp_path: Path) -> Iterator[Callable[[str], Firm]]:
    """The same company under one more policy, `more`, whose only clause has these controls (YAML, a list)."""
    with ExitStack() as stack:

        def make(controls: str) -> Firm:
            pack = tmp_path / "pack"
            shutil.copytree(PACK, pack)
            (pack / "policies" / "more.yaml").write_text(
                "policy: more\ntitle: 补充规定\neffective: 2020-01-01\nclauses:\n  - clause: 第一条\n    text: 补充。\n"
                "    controls:\n" + textwrap.indent(textwrap.dedent(controls).strip(), " " * 6) + "\n",
                encoding="utf-8",
            )
            return stack.enter_context(founded(pack))

        yield make
