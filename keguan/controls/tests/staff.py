"""The people of the small company in which tests of controls, and the laws, play; and how it is founded."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import read_pack

UNITS: tuple[dict[str, str | None], ...] = (
    {"总部": None},
    {"客服部": "总部", "销售部": "总部", "仓库": "总部"},
    {"热线组": "客服部", "现场组": "客服部"},
)
"""By level, each unit with the one above it: what is opened together is one command."""
PEOPLE = {
    "高岚": ("总部", "general_manager", True),
    "何川": ("总部", "deputy", False),
    "苏敏": ("客服部", "manager", True),
    "季安": ("热线组", "agent", False),
    "唐果": ("现场组", "agent", False),
    "韩立": ("销售部", "sales_manager", True),
    "罗平": ("仓库", "outsider", True),
}
SINCE = "2020-01-01"


@dataclass
class Staff:
    """Ids by name; a post goes by the name of whoever held it first."""

    people: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)


def must(ctx: Context, verb: str, key: UUID | None = None, **args: Any) -> UUID:
    """A command that has to succeed; the record it made or changed."""
    outcome = gate.run_one(ctx, verb, key, args)
    assert isinstance(outcome, Done), outcome
    return outcome.object


def staff_of(ctx: Context, pack: Path) -> Staff:
    """Found the company under a pack, now, with everybody at his post."""
    staff = Staff()
    must(ctx, "company.found", name="青禾软件")
    for level in UNITS:
        opened = gate.run(ctx, "unit.open", [
            (None, {"name": name, "opened_on": SINCE, **({"parent": staff.units[parent]} if parent else {})})
            for name, parent in level.items()
        ])  # fmt: skip
        staff.units |= {name: outcome.object for name, outcome in zip(level, opened, strict=True) if outcome.object}
    adopt(gate.run, ctx, read_pack(pack))
    roles = {row["code"]: row["id"] for row in Rows().select("select id, code from org_role")}
    outcomes = gate.run(ctx, "person.add", [(None, {"name": name, "joined_on": SINCE}) for name in PEOPLE])
    staff.people = {name: outcome.object for name, outcome in zip(PEOPLE, outcomes, strict=True) if outcome.object}
    posts = gate.run(ctx, "post.establish", [
        (None, {"unit": staff.units[unit], "role": roles[role], "is_head": is_head})
        for unit, role, is_head in PEOPLE.values()
    ])  # fmt: skip
    staff.posts = {name: outcome.object for name, outcome in zip(PEOPLE, posts, strict=True) if outcome.object}
    gate.run(ctx, "post.assign", [
        (staff.posts[name], {"person": person, "starts_on": SINCE}) for name, person in staff.people.items()
    ])  # fmt: skip
    return staff
