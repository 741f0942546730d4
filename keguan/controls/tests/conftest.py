"""A small company under a small pack, built through the gate: what the tests of the live law share."""

import datetime as dt
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.tests import shop
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import read_pack

PACK = Path(__file__).with_name("pack")
SYSTEM = Context(actor=None, channel="scenario")
FOUNDED = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)  # Tuesday, 09:00 in Shanghai
PEOPLE = {
    "高岚": ("总部", "general_manager", True),
    "何川": ("总部", "deputy", False),
    "苏敏": ("客服部", "manager", True),
    "季安": ("热线组", "agent", False),
    "唐果": ("现场组", "agent", False),
    "韩立": ("销售部", "sales_manager", True),
    "罗平": ("仓库", "outsider", True),
}


class Firm:
    """People and units by name; `at` moves the clock; `do` runs a command as somebody."""

    def __init__(self) -> None:
        self.people: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}

    def system(self, verb: str, key: UUID | None = None, **args: Any) -> UUID:
        outcome = gate.run_one(SYSTEM, verb, key, args)
        assert isinstance(outcome, Done), outcome
        return outcome.object

    def several(self, verb: str, names: Iterable[str], **args: Any) -> dict[str, UUID]:
        listed = list(names)
        outcomes = gate.run(SYSTEM, verb, [(None, {"name": name, **args}) for name in listed])
        return {name: outcome.object for name, outcome in zip(listed, outcomes, strict=True) if outcome.object}

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


@contextmanager
def founded(pack: Path) -> Iterator[Firm]:
    """The company under a pack, on the morning after it was founded."""
    rulebooks.forget()
    with clock.pinned(FOUNDED):
        made = Firm()
        made.system("company.found", name="青禾软件")
        opened = {"opened_on": "2020-01-01"}
        made.units["总部"] = made.system("unit.open", name="总部", opened_on="2020-01-01")
        made.units |= made.several("unit.open", ("客服部", "销售部", "仓库"), parent=made.units["总部"], **opened)
        made.units |= made.several("unit.open", ("热线组", "现场组"), parent=made.units["客服部"], **opened)
        adopt(gate.run, SYSTEM, read_pack(pack))
        roles = {row["code"]: row["id"] for row in Rows().select("select id, code from org_role")}
        made.people = made.several("person.add", PEOPLE, joined_on="2020-01-01")
        posts = gate.run(SYSTEM, "post.establish", [
            (None, {"unit": made.units[unit], "role": roles[role], "is_head": is_head})
            for unit, role, is_head in PEOPLE.values()
        ])  # fmt: skip
        gate.run(SYSTEM, "post.assign", [
            (post.object, {"person": made.people[name], "starts_on": "2020-01-01"})
            for name, post in zip(PEOPLE, posts, strict=True)
        ])  # fmt: skip
    with clock.pinned(MORNING):
        yield made
    rulebooks.forget()


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    with founded(PACK) as made:
        yield made


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
