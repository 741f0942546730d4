"""Clocks that hang on facts of linked records: when such a fact changes, whoever refers to the record looks again.

The machinery's verb is entered on each record that refers to the changed one, as of the moment of the change; the law
then starts and ends clocks by the facts before and after it, as if the fact were the record's own.
"""

from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Vocabulary
from keguan.mirror.as_of import CAUSE, LOOKED_AT

LOOK = "look"


def look_name(record_type: RecordType) -> str:
    """The machinery's verb on records of the type that refer to one which changed."""
    return f"{record_type.name}.{LOOK}"


def is_look(verb: Verb) -> bool:
    """Whether it is that verb."""
    return verb.internal and verb.name == f"{verb.on}.{LOOK}"


def declare_look(vocabulary: Vocabulary, record_type: RecordType) -> None:
    """Make it known, once."""
    if look_name(record_type) in vocabulary.verbs:
        return
    vocabulary.add_verb(Verb(
        look_name(record_type), Label("关联记录有变", "A linked record changed"), record_type.name, look,
        (
            Argument(LOOKED_AT, Text(60), Label("关联", "Link"), required=True),
            Argument(CAUSE, Reference("event"), Label("起因", "Cause"), required=True),
        ),
        internal=True,
    ))  # fmt: skip


def look(_work: Work, _items: list[Item]) -> None:
    """A fact of a linked record changed on which clocks of this one hang."""
