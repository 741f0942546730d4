"""A company under its pack, with an administrator and somebody of the service desk."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.imports import queries, running
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome
from keguan.kernel.sheets import write_sheet
from keguan.org.queries import roles
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.packs.pack import read_pack
from keguan.policies.rulebooks import forget

PACK = Path(__file__).parents[3] / "packs" / "software-firm-service-and-complaints"
NOW = dt.datetime(2026, 4, 1, 1, tzinfo=dt.UTC)
SYSTEM = Context(None, "command_line")


class House:
    """The company: `act` runs a command as somebody, `sheet` imports rows from their file to the end."""

    def __init__(self) -> None:
        self.act(None, "company.found", name="禾川软件（示例）")
        self.top = self.act(None, "unit.open", name="公司本部")
        self.desk = self.act(None, "unit.open", name="客户服务部", parent=self.top)
        self.admin = self.hire("罗予安", self.top, "administrator")
        self.agent = self.hire("程小满", self.desk, "customer_service_dept")

    def hire(self, name: str, unit: UUID, role: str) -> UUID:
        """Somebody on a post."""
        person = self.act(None, "person.add", name=name)
        post = self.act(None, "post.establish", unit=unit, role=roles()[role][0])
        self.act(None, "post.assign", post, person=person)
        return person

    def run(self, actor: UUID | None, verb: str, key: UUID | None = None, /, **args: Any) -> Outcome:
        """What becomes of a command."""
        return gate.run_one(Context(actor, "page" if actor else "command_line"), verb, key, args)

    def act(self, actor: UUID | None, verb: str, key: UUID | None = None, /, **args: Any) -> UUID:
        """Run a command that must succeed."""
        outcome = self.run(actor, verb, key, **args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def upload(
        self, actor: UUID, record_type: str, titles: Sequence[str], *rows: Sequence[Any], **settings: Any
    ) -> queries.Import:
        """Upload rows; what is told of them by settings counts instead of the guess."""
        target = io.BytesIO()
        write_sheet(target, titles, rows)
        outcome = queries.upload(gate.run, Context(actor, "page"), record_type, target.getvalue(), "表.xlsx")
        assert isinstance(outcome, Done), outcome
        if settings:
            found = queries.find(actor, outcome.object)
            assert found is not None
            mapping = {**found.mapping, **settings.pop("mapping", {})}
            self.act(actor, "import.map", outcome.object, mapping=mapping, **settings)
        found = queries.find(actor, outcome.object)
        assert found is not None
        return found

    def sheet(
        self, actor: UUID, record_type: str, titles: Sequence[str], *rows: Sequence[Any], **settings: Any
    ) -> queries.Import:
        """Import rows to the end."""
        found = self.upload(actor, record_type, titles, *rows, **settings)
        self.act(actor, "import.start", found.id)
        return running.run_import(gate.run, found.id, actor)


@pytest.fixture
def house(db: None) -> Iterator[House]:
    forget()
    house = kept("house", _founded)
    with clock.pinned(NOW + dt.timedelta(hours=1)):
        yield house
    forget()


def _founded() -> House:
    with clock.pinned(NOW):
        ensure_base(gate.run, SYSTEM)
        adopt(gate.run, SYSTEM, read_pack(PACK), values={"reply_within": "1 day"})
    with clock.pinned(NOW + dt.timedelta(hours=1)):
        return House()
