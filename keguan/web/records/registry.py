"""Which record types have pages, and which class makes them; registers in force have theirs without being named."""

from collections.abc import Mapping

from django.http import Http404

from keguan.kernel.records.vocabulary import vocabulary
from keguan.web.records.calendars import CalendarPages
from keguan.web.records.conduct import ObservationPages, ProposalPages
from keguan.web.records.directory import DelegationPages, PersonPages, PostPages, RolePages, UnitPages
from keguan.web.records.door import Door
from keguan.web.records.lists import RecordList
from keguan.web.records.record import RecordPages
from keguan.web.records.registers import RegisterPages
from keguan.web.records.related import registers
from keguan.web.records.subtasks import TaskPages
from keguan.web.rules import book
from keguan.web.views import cases, customers
from keguan.web.views.case_list import CASES
from keguan.web.views.customer_list import CUSTOMERS

CLASSES: Mapping[str, type[RecordPages]] = {
    "observation": ObservationPages,
    "proposal": ProposalPages,
    "person": PersonPages,
    "unit": UnitPages,
    "post": PostPages,
    "role": RolePages,
    "calendar": CalendarPages,
    "delegation": DelegationPages,
    "task": TaskPages,
}
DOORS: Mapping[str, Door] = {"case": cases.DOOR, "customer": customers.DOOR}
LISTS: Mapping[str, RecordList] = {"case": CASES, "customer": CUSTOMERS}


def pages_of(name: str) -> RecordPages:
    """The pages of a record type that shares its addresses with others; 404 where it has none."""
    if name in CLASSES:
        return CLASSES[name](vocabulary.types[name])
    for one in registers(book()):
        if one.plan.name == name:
            return RegisterPages(one)
    raise Http404


def door_of(name: str) -> Door:
    """How the acts of a record type are reached; 404 where it has no pages."""
    return DOORS[name] if name in DOORS else pages_of(name).door()
