"""Date facts that come: the machinery enters an event for each record whose day it is, and reactions follow from that.

Late is on time: the events say when the day began, whenever the clock gets to it.
"""

from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Date, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Vocabulary

REACH = "reach"


def reach_name(record_type: RecordType) -> str:
    """The machinery's verb on records of the type whose date has come."""
    return f"{record_type.name}.{REACH}"


def declare_reach(vocabulary: Vocabulary, record_type: RecordType) -> None:
    """Make it known, once."""
    vocabulary.ensure_verb(Verb(
        reach_name(record_type), Label("到期日", "The date has come"), record_type.name, reach,
        (
            Argument("fact", Text(60), Label("日期", "Date fact"), required=True),
            Argument("on", Date(), Label("那一天", "Day"), required=True),
        ),
        internal=True,
    ))  # fmt: skip


def reach(_work: Work, _items: list[Item]) -> None:
    """A date of the record has come."""


def is_reached(verb: Verb, item: Item, fact: str) -> bool:
    """Whether the event says that this date has come."""
    return verb.name == f"{verb.on}.{REACH}" and item["fact"] == fact
