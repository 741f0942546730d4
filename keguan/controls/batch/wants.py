"""What controls need to know of acts, read off their conditions: the as-of table is made for all of them together."""

from collections.abc import Iterable

from keguan.controls.conditions import Condition, Name, nodes
from keguan.controls.names import ACTOR, HAPPENED_ON
from keguan.controls.people import People, references
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def of_condition(condition: Condition, record_type: RecordType) -> Wanted:
    """What a condition on acts on records of the type reads."""
    done = frozenset(
        tuple(verb.name for verb in node.verbs)
        for node in nodes.walk(condition.tree) if isinstance(node, nodes.Done)
    )  # fmt: skip
    lists = frozenset(path[-1] for path in condition.line_lists())
    return of_paths(condition.facts() - condition.line_lists(), record_type) | Wanted(done=done, lists=lists)


def of_paths(paths: Iterable[tuple[str, ...]], record_type: RecordType) -> Wanted:
    """What facts by path need: own facts and arguments by bare name, facts of linked records by two."""
    facts: set[str] = set()
    arguments: set[str] = set()
    links: dict[str, frozenset[str]] = {}
    for path in paths:
        if path in ((HAPPENED_ON,), ()) or path[0] == ACTOR or len(path) > 2:
            continue
        if len(path) == 1:
            facts.add(path[0])
            arguments.add(path[0])
        elif path[0] == record_type.name:
            facts.add(path[1])
        else:
            links[path[0]] = links.get(path[0], frozenset()) | {path[1]}
    return Wanted(frozenset(facts), frozenset(arguments), links)


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
