"""What controls need to know of acts, read off their conditions: the as-of table is made for all of them together."""

from collections.abc import Iterable

from keguan.controls.conditions import Condition, Name
from keguan.controls.engines.guard import followed_of
from keguan.controls.names import ACTOR, HAPPENED_ON, PROFILE, person_of
from keguan.controls.people import People, references
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def of_condition(condition: Condition, record_type: RecordType) -> Wanted:
    """What a condition on acts on records of the type reads."""
    leaves = condition.done()
    done = frozenset(one.names for one in leaves if one.is_plain)
    deeds = frozenset(verb for one in leaves for verb in one.wanted)
    lists = frozenset(path[-1] for path in condition.line_lists())
    own = Wanted(done=done, lists=lists, deeds=deeds, followed=frozenset(followed_of(condition, record_type.name)))
    return of_paths(condition.facts() - condition.line_lists(), record_type) | own


def of_paths(paths: Iterable[tuple[str, ...]], record_type: RecordType) -> Wanted:
    """What facts by path need: own facts and arguments by bare name, facts of linked records by two."""
    facts: set[str] = set()
    arguments: set[str] = set()
    links: dict[str, frozenset[str]] = {}
    known = frozenset(paths)
    persons = frozenset(person_of(path) for path in known if path and path[0] == PROFILE)
    for path in sorted(known | persons):
        if path in ((HAPPENED_ON,), ()) or path[0] in (ACTOR, PROFILE):
            continue
        if len(path) == 1:
            facts.add(path[0])
            arguments.add(path[0])
        elif path[0] == record_type.name:
            facts.add(path[1])
        else:
            links[path[0]] = links.get(path[0], frozenset()) | {path[1]}
    return Wanted(frozenset(facts), frozenset(arguments), links, persons=persons)


def of_people(people: People, record_type: RecordType) -> Wanted:
    """What a people expression reads of the act's record."""
    found = references(people)
    acts = frozenset((verb,) for verb in found.verbs)
    return of_paths(found.facts, record_type) | Wanted(done=acts)


def of_names(names: Iterable[Name], record_type: RecordType) -> Wanted:
    """What several facts need."""
    return of_paths((name.path for name in names), record_type)


def all_of(several: Iterable[Wanted]) -> Wanted:
    """Everything together."""
    found = Wanted()
    for one in several:
        found |= one
    return found
