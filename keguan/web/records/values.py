"""Values of facts in words for a page, with the address of a record that they point to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.kernel.journal.read import Passage
from keguan.kernel.records.kinds import Boolean, Listing, Moment, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.lists.naming import Names
from keguan.org.facts import ROLE
from keguan.policies.queries import pack_titles
from keguan.web import addresses, times
from keguan.web.coded import coded
from keguan.web.components import Citation
from keguan.web.course import mentioned
from keguan.web.rules import book
from keguan.web.shapes import citation

DECLARED_BY = ROLE.by_name["source"]
PLAIN = ("person", "unit", "role", "post")
"""Records of the directory are named without a link: everybody knows them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words; `url` leads to the record that it names."""

    text: str = ""
    url: str = ""


def shown(fact: Fact, value: Any, names: Names, language: str) -> Shown:
    """A fact's value as the page says it; nothing where there is none, or it names what may not be seen."""
    if value is None or value in ("", []):
        return Shown()
    if isinstance(fact.kind, Reference | Listing) and (to := naming.target(fact.kind)):
        return _named(fact, to, value, names, language)
    if fact.name == "control" and (cited := _clause(str(value))):
        return Shown(cited.clause, cited.url)
    if (words := _declared(fact, value)) is not None:
        return Shown(words.text(language))
    if isinstance(fact.kind, Boolean):
        return Shown(fact.kind.show(value, language).capitalize())
    return Shown("" if isinstance(fact.kind, Reference) else fact.kind.show(value, language))


def _declared(fact: Fact, value: Any) -> Label | None:
    """The words of what the value names: verbs, a pack, a moment."""
    if fact is DECLARED_BY:
        return pack_titles().get(value)
    return times.full(value) if isinstance(fact.kind, Moment) else coded(fact.name, value)


def _named(fact: Fact, to: str, value: Any, names: Names, language: str) -> Shown:
    known = names.get(to, {})
    if isinstance(value, list):
        several = [known[key].words.text(language) for key in value if key in known]
        return Shown(("、" if language != "en" else ", ").join(several))
    one = known.get(value)
    if one is None:
        return Shown()
    if to in PLAIN:
        return Shown(one.words.text(language))
    return Shown(one.beside(fact.label).text(language), addresses.page_url(to, one.key))


def _clause(key: str) -> Citation | None:
    rules = book()
    found = rules.by_key.get(key)
    return citation(found.citation) if found else None


def course_names(passages: Iterable[Passage], pointed: Mapping[str, set[UUID]]) -> dict[str, set[UUID]]:
    """Everybody and everything that a course mentions, beside what the record points to already, by type."""
    found = {name: set(keys) for name, keys in pointed.items()}
    several = list(passages)
    people = found.setdefault("person", set())
    for passage in several:
        people.update(key for key in (passage.actor, passage.on_behalf_of) if key is not None)
    for name in {to for passage in several for to in _targets(passage.verb)}:
        found.setdefault(name, set()).update(mentioned(several, name))
    return found


def _targets(verb: str) -> set[str]:
    declared = vocabulary.verbs.get(verb)
    return {to for one in declared.arguments if (to := naming.target(one.kind))} if declared else set()
