"""The two acts that every decided record type has: decide anew, and overrule. Declared with the first decision."""

from collections.abc import Sequence

from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Boolean, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Vocabulary

REASSESS, OVERRULE = "reassess", "overrule"


def reassess_name(record_type: RecordType) -> str:
    """The verb that decides a record of the type anew."""
    return f"{record_type.name}.{REASSESS}"


def overrule_name(record_type: RecordType) -> str:
    """The verb that overrules a decision on a record of the type."""
    return f"{record_type.name}.{OVERRULE}"


def declare_verbs(vocabulary: Vocabulary, record_type: RecordType) -> None:
    """Make both known, once."""
    vocabulary.ensure_verb(Verb(
        reassess_name(record_type), Label("重新评定", "Decide anew"), record_type.name, reassess,
        (Argument("lift", Boolean(), Label("取消改定", "Lift what was overruled")),),
    ))  # fmt: skip
    vocabulary.ensure_verb(Verb(
        overrule_name(record_type), Label("改定", "Overrule"), record_type.name, overrule,
        (
            Argument("fact", Text(60), Label("改定哪一项", "Which fact"), required=True),
            Argument("value", Text(400), Label("改定为", "The new value"), required=True),
            Argument("reason", Text(2000, lines=True), Label("理由", "Reason"), required=True, personal=True),
        ),
    ))  # fmt: skip


def reassess(_work: Work, _items: Sequence[Item]) -> None:
    """Decide anew what clauses decide about the record; what was overruled stays unless it is lifted."""


def overrule(_work: Work, _items: Sequence[Item]) -> None:
    """Set a decided fact to another value, with a reason; it stays until the clause's condition."""
