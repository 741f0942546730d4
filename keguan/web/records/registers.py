"""Pages of registers: their clause, the copies with who keeps each, what belongs to a record of one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from keguan.controls.engines.register_types import Plan, register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import table
from keguan.lists.speaking import short
from keguan.lists.table import Table
from keguan.web import pages
from keguan.web.components import Citation, Field, Link, Option
from keguan.web.records.forms import Forms
from keguan.web.records.lists import Asked, Own, RecordList
from keguan.web.records.places import to_registers
from keguan.web.records.record import Looked, RecordPages
from keguan.web.records.related import related
from keguan.web.records.standing import cited_by
from keguan.web.rules import book, started

KEEPING = ("goes", "keeper")
COPY = Label("第 {n} 联 · {role}", "Copy {n} · {role}")


class RegisterList(RecordList):
    """A list of the records of a register, under the clause that declares it."""

    def citation(self, asked: Asked) -> Citation | None:
        """The clause that declares the register."""
        return clause_of(self.type.name)

    def back(self) -> Link | None:
        """The page that lists the registers."""
        return to_registers()

    def page_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Without the fact that speaks for entries without a title: it stands first in each row."""
        is_usual = columns == self.listing.usual
        return tuple(name for name in columns if name not in self.speaking[:1]) if is_usual else columns

    def row(
        self, asked: Asked, made: Table, at: int, facts: Sequence[Fact], columns: Sequence[str], own: Own
    ) -> pages.ListRow:
        """An entry; under a title of its own, the words that would speak for it."""
        row = super().row(asked, made, at, facts, columns, own)
        words = {fact.name: cell for fact, cell in zip(facts, made.rows[at], strict=True)}
        first = next((name for name in self.speaking if name not in columns), "")
        spoken = short(table.said(words.get(first)))
        return row if not spoken or spoken == row.title else replace(row, notes=(*row.notes, spoken))


class RegisterForms(Forms):
    """The forms of a register: which copy goes or is kept is chosen from the copies there are."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def dress(self, act: Verb, field: Field) -> Field:
        """The copies by number and by the role that passes each on, or keeps it."""
        if field.name != "copy" or act.name not in (self.plan.goes, self.plan.keeps):
            return field
        hands = [
            (n, one.goes if act.name == self.plan.goes else one.keeper) for n, one in enumerate(self.plan.copies, 1)
        ]
        options = tuple(Option(str(n), COPY.format(n=n, role=self.plan.holder(role))) for n, role in hands if role)
        return replace(field, kind="choice", options=options)


class RegisterPages(RecordPages):
    """A register that a pack declares."""

    lists = RegisterList

    def __init__(self, control: RegisterControl) -> None:
        self.control = control
        self.forms = RegisterForms(control.plan)
        super().__init__(vocabulary.types[control.plan.name])

    def list_for(self, who: Any, known: Any) -> RecordList:
        """The list, with the verbs that lead through its stages for many records."""
        made = super().list_for(who, known)
        made.bulk = tuple(
            verb.name
            for verb in vocabulary.verbs_on(self.type.name)
            if verb.enters and not verb.creates and verb.enters != "void"
        )
        return made

    def citation(self) -> Citation | None:
        """The clause that declares the register."""
        return clause_of(self.type.name)

    def panels(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """Its lines and copies, then what belongs to it."""
        asked = looked.asked
        key = str(looked.values.get("code") or looked.id)
        found = related(asked.who, self.type.name, looked.id, key, asked.grants, asked.rules)
        return (*super().panels(looked), *found)

    def line_cell(self, looked: Looked, line: LineType, fact: Fact, value: Any, *, is_masked: bool) -> pages.Cell:
        """A fact of a line; of a copy, the role that keeps it in words."""
        if line.name == "copies" and fact.name in KEEPING and value and not is_masked:
            return pages.Cell(started(register_types[self.type.name].plan.holder(str(value))))
        return super().line_cell(looked, line, fact, value, is_masked=is_masked)


def clause_of(name: str) -> Citation | None:
    """The clause that declares a register in force."""
    rules = book()
    for one in rules.of_engine("register"):
        if isinstance(one, RegisterControl) and one.plan.name == name:
            return cited_by(one.key, rules)
    return None
