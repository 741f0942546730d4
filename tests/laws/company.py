"""The company whose histories are drawn: people by name under the pack in `firm`, founded once for each law."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.controls.tests.kept import kept
from keguan.controls.tests.staff import Staff, must, staff_of
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks
from keguan.policies.adoption import NotAdopted, adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack
from tests.laws.histories import CUSTOMER

PACK = Path(__file__).with_name("firm")
SYSTEM = Context(actor=None, channel="command_line")
FOUNDED = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
START = dt.datetime(2026, 2, 9, 1, tzinfo=dt.UTC)
"""A Monday at nine, the week before the Spring Festival: make-up days, a long holiday and ordinary weeks follow."""


class Company:
    """Ids by name, and names by id for whoever compares two histories."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}
        self.posts: dict[str, UUID] = {}
        self.begins_at = START
        rulebooks.forget()
        with clock.pinned(FOUNDED):
            staff, self.customers = kept("laws", self._found)
        self.people, self.units, self.posts = staff.people, staff.units, staff.posts
        [row] = Rows().select("select id from org_calendar limit 1")
        self.calendar: UUID = row["id"]

    def _found(self) -> tuple[Staff, dict[str, UUID]]:
        return staff_of(SYSTEM, PACK), {CUSTOMER: self.system("customer.add", name=CUSTOMER, city="杭州")}

    def system(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        """A command of the operator that must succeed."""
        return must(SYSTEM, verb, key, **args)

    def publish(self, days: int, running: str) -> None:
        """Publish that cases are closed within so many days, unless it reads so already."""
        texts = read_pack(PACK).texts
        name = "policies/complaints.yaml"
        pack, faults = pack_from_texts({**texts, name: texts[name].replace("within: 6 days", f"within: {days} days")})
        assert pack is not None and not faults
        with contextlib.suppress(NotAdopted):
            adopt(gate.run, SYSTEM, pack, running=running)

    def names(self) -> Iterator[tuple[str, str]]:
        """Every id with its name."""
        for found in (self.people, self.units, self.customers):
            yield from ((str(key), name) for name, key in found.items())
