"""The machinery's verb that lets a reaction reach a whole population: once for each record that set it off."""

from collections.abc import Callable, Sequence

from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Fields, Integer, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Vocabulary

spreader: list[Callable[[Work, Sequence[Item]], None]] = []


def spread_name(record_type: RecordType) -> str:
    """The verb on records of the type that set a reaction off."""
    return f"{record_type.name}.spread"


def declare_spread(vocabulary: Vocabulary, record_type: RecordType) -> None:
    """Make it known, once."""
    vocabulary.ensure_verb(Verb(
        spread_name(record_type), Label("展开反应", "Spread a reaction"), record_type.name, spread,
        (
            Argument("control", Text(200), Label("管控项", "Control"), required=True),
            Argument("rulebook", Integer(), Label("制度版本", "Rulebook"), required=True),
            Argument("rows", Text(200), Label("表的行", "Rows")),
            Argument("people", Fields(), Label("各行的人", "People of the rows"), personal=True),
            Argument("outside", Fields(), Label("触发时的事实", "Facts when it was set off"), personal=True),
        ),
        internal=True,
    ))  # fmt: skip


def spread(work: Work, items: Sequence[Item]) -> None:
    """Find the population that a reaction is about and let its verb run on each as one set command."""
    spreader[0](work, items)
