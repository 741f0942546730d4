"""The company whose histories are drawn: people by name under the pack in `firm`, founded once for each law."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import read_pack

PACK = Path(__file__).with_name("firm")
SYSTEM = Context(actor=None, channel="command_line")
FOUNDED = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
START = dt.datetime(2026, 2, 9, 1, tzinfo=dt.UTC)
"""A Monday at nine, the week before the Spring Festival: make-up days, a long holiday and ordinary weeks follow."""
PEOPLE = {
    "高岚": ("总部", "general_manager", True),
    "何川": ("总部", "deputy", False),
    "苏敏": ("客服部", "manager", True),
    "季安": ("热线组", "agent", False),
    "唐果": ("现场组", "agent", False),
    "韩立": ("销售部", "sales_manager", True),
    "罗平": ("仓库", "outsider", True),
}


class Company:
    """Ids by name, and names by id for whoever compares two histories."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}
        self.posts: dict[str, UUID] = {}
        self.begins_at = START
        rulebooks.forget()
        with clock.pinned(FOUNDED):
            self._found()

    def _found(self) -> None:
        self.system("company.found", name="青禾软件")
        [row] = Rows().select("select id from org_calendar limit 1")
        self.calendar: UUID = row["id"]
        self.units["总部"] = self.system("unit.open", name="总部", opened_on="2020-01-01")
        for name, parent in (
            ("客服部", "总部"),
            ("销售部", "总部"),
            ("仓库", "总部"),
            ("热线组", "客服部"),
            ("现场组", "客服部"),
        ):
            self.units[name] = self.system("unit.open", name=name, parent=self.units[parent], opened_on="2020-01-01")
        adopt(gate.run, SYSTEM, read_pack(PACK))
        roles = {row["code"]: row["id"] for row in Rows().select("select id, code from org_role")}
        for name, (unit, role, is_head) in PEOPLE.items():
            self.people[name] = self.system("person.add", name=name, joined_on="2020-01-01")
            post = self.posts[name] = self.system(
                "post.establish", unit=self.units[unit], role=roles[role], is_head=is_head
            )
            self.system("post.assign", post, person=self.people[name], starts_on="2020-01-01")

    def system(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        """A command of the operator that must succeed."""
        outcome = gate.run_one(SYSTEM, verb, key, args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def names(self) -> Iterator[tuple[str, str]]:
        """Every id with its name."""
        for found in (self.people, self.units):
            yield from ((str(key), name) for name, key in found.items())
