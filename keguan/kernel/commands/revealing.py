"""Looking at what is masked: an act of its own, for a purpose. That somebody looked, at what and why stays.

The verb is declared for a record type by `revelation`. It changes nothing; whoever shows the facts then is the door.
"""

from typing import TYPE_CHECKING

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, Verb, verb
from keguan.kernel.records.kinds import Listing, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.kernel.commands.work import Work

LABEL = Label("显示隐藏内容", "Reveal what is masked")
ARGUMENTS = (
    Argument("facts", Listing(Text(60)), Label("要显示的内容", "What to reveal"), required=True),
    Argument("why", Text(200), Label("用途", "Purpose"), required=True, personal=True),
)


def revelation(record_type: RecordType) -> Verb:
    """Declare `<type>.reveal` for a record type of which facts can be masked."""
    return verb(f"{record_type.name}.reveal", LABEL, on=record_type, arguments=ARGUMENTS, reveals=True)(reveal)


def reveal(work: "Work", items: list[Item]) -> None:
    """Look at masked facts of a record, for a purpose; that somebody looked, and why, stays in the record's course."""
    for item in items:
        unknown = [name for name in item["facts"] if not _is_there(item.before.type, name)]
        if unknown:
            message = Label("没有名为 {name} 的字段", "there is no field {name}").format(name=unknown[0])
            work.refuse(item, Reason(message, field="facts", kind="input"))
        else:
            work.draft(item)


def _is_there(record_type: RecordType, name: str) -> bool:
    """Whether the type has the fact, the list, or the fact of a list (`phones.digits`); packs may declare others."""
    line, _, inner = name.partition(".")
    lines = {one.name: one for one in record_type.lines}
    if line in lines:
        return not inner or inner in lines[line].by_name
    return name in record_type.by_name or (record_type.declared is not None and not inner)
