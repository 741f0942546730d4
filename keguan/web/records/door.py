"""How the acts of a record type are reached: how a record is found by its code, and where its pages and forms are."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict

from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.naming import Named
from keguan.web import addresses
from keguan.web.places import key_of
from keguan.web.records.forms import AS_DECLARED, Forms


@dataclass(frozen=True, slots=True)
class Subject:
    """A record as its acts need it: what people call it, and its facts that the viewer may know."""

    id: UUID
    code: str
    title: str
    record: Mapping[str, Any]

    @property
    def words(self) -> str:
        """What a form says it is about: a key that stands for a number tells people nothing."""
        return self.title if key_of(self.code) else f"{self.code} {self.title}".strip()


def subject_of(record: UUID, called: Named | None) -> Subject:
    """A record by what it is called; the code of one without a title is not said twice."""
    if called is None:
        return Subject(record, str(record), "", {})
    return Subject(record, called.key, "" if called.text == called.key else called.text, {})


@dataclass(frozen=True, slots=True)
class Door:
    """How the acts of a record type are reached, and how many of its records are chosen at once.

    `named` gives records as acts need them, `coded` the ids of these codes, `listed` the ids of what a list with these
    parameters holds (up to so many), all as far as the viewer sees them. `apart` are verbs that have places of their
    own on the record's page.
    """

    type: str
    find: Callable[[UUID, str], Subject | None]
    named: Callable[[UUID, Collection[UUID]], list[Subject]]
    coded: Callable[[UUID, Collection[str]], list[UUID]]
    listed: Callable[[UUID, QueryDict, int], list[UUID]]
    apart: frozenset[str] = frozenset()
    forms: Forms = AS_DECLARED

    def page_url(self, code: str) -> str:
        """The record's page."""
        return addresses.page_url(self.type, code)

    def list_url(self) -> str:
        """The list of the type."""
        return addresses.list_url(self.type)

    def act_url(self, code: str, verb: str) -> str:
        """The form of a verb on a record."""
        return addresses.act_url(self.type, code, verb)

    def many_url(self, verb: str) -> str:
        """The form of a verb on several records."""
        return addresses.many_url(self.type, verb)

    def maker(self, short: str) -> Verb:
        """The verb behind the address of a form that creates; 404 where there is none."""
        found = vocabulary.verbs.get(f"{self.type}.{short}") or vocabulary.verbs.get(short)
        if found is None or found.on != self.type or found.internal or not found.creates:
            raise Http404
        return found

    def verb(self, short: str) -> Verb:
        """The verb behind an address; 404 where there is none."""
        found = vocabulary.verbs.get(f"{self.type}.{short}") or vocabulary.verbs.get(short)
        if found is None or found.on != self.type or found.internal or found.creates:
            raise Http404
        return found
