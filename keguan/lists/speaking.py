"""Which facts of a record type can be columns, and which one speaks for a record that has no title. Reads nothing."""

from collections.abc import Collection

from keguan.kernel.records.kinds import Fields, Kind, Listing, Reference, Text
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

CUT = 60


def choosable(record_type: RecordType) -> tuple[Fact, ...]:
    """The facts that can be a column: all but search keys, bags of fields, and references to lines of the record."""
    return tuple(fact for fact in record_type.facts if not fact.derived and not fact.is_file and _is_plain(fact.kind))


def _is_plain(kind: Kind) -> bool:
    inner = kind.of if isinstance(kind, Listing) else kind
    return not isinstance(inner, Fields) and (not isinstance(inner, Reference) or inner.to in vocabulary.types)


def speaking(record_type: RecordType, masked: Collection[str] = ()) -> str:
    """The text that says what a record without a title is about: its first one, those first that must be given."""
    apart = {record_type.code, record_type.title, record_type.stage, *masked}
    texts = [fact for fact in choosable(record_type) if isinstance(fact.kind, Text) and fact.name not in apart]
    return next((fact.name for fact in sorted(texts, key=lambda one: not one.required)), "")


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= CUT else f"{line[:CUT]}…"
