"""Pages of registers: their clause, the copies with who keeps each, what belongs to a record of one."""

from typing import Any

from keguan.controls.engines.register_types import ORIGINATOR, register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import pages
from keguan.web.components import Citation, Link
from keguan.web.records.lists import Asked, RecordList
from keguan.web.records.places import places_url
from keguan.web.records.record import Looked, RecordPages
from keguan.web.records.related import related
from keguan.web.records.standing import cited_by
from keguan.web.rules import book

PLACES = Label("台账", "Registers")
KEEPING = ("goes", "keeper")


class RegisterList(RecordList):
    """A list of the records of a register, under the clause that declares it."""

    def citation(self, asked: Asked) -> Citation | None:
        """The clause that declares the register."""
        return clause_of(self.type.name)

    def back(self) -> Link | None:
        """The page that lists the registers."""
        return Link(PLACES, places_url())


class RegisterPages(RecordPages):
    """A register that a pack declares."""

    lists = RegisterList

    def __init__(self, control: RegisterControl) -> None:
        self.control = control
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
            if value == ORIGINATOR:
                return pages.Cell(Label("经手人", "the originator"))
            roles = register_types[self.type.name].plan.roles
            return pages.Cell(roles.get(str(value), Label(str(value), str(value))))
        return super().line_cell(looked, line, fact, value, is_masked=is_masked)


def clause_of(name: str) -> Citation | None:
    """The clause that declares a register in force."""
    rules = book()
    for one in rules.of_engine("register"):
        if isinstance(one, RegisterControl) and one.plan.name == name:
            return cited_by(one.key, rules)
    return None
