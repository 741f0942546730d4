"""Verbs: the acts of the product. One declaration gives button, endpoint, permission, audit entry and policy hook."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.commands.cited import Cited
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record, RecordType
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.context import Context
    from keguan.kernel.commands.rows import Rows
    from keguan.kernel.commands.work import Work


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb. `personal` ones are kept in the payload and erased with the person."""

    name: str
    kind: Kind
    label: Label
    required: bool = False
    personal: bool = False
    help: Label | None = None


UNTOLD = dt.datetime.max.replace(tzinfo=dt.UTC)
"""Stands for a time that nobody claimed, until the time of recording is known and takes its place."""


@dataclass
class Item:
    """One object of a command with its arguments.

    `happened_at` is when it happened, as claimed for this item or for the whole list, else the time of recording.
    `record` is the row before the command (nothing where the verb creates it), `links` the records that its
    reference facts and arguments point to, by fact or argument name. `cited` is the event of the record that the
    command corrects or undoes.
    """

    position: int
    id: UUID
    args: Mapping[str, Any]
    happened_at: dt.datetime = UNTOLD
    record: Record | None = None
    links: dict[str, Record] = field(default_factory=dict)
    cited: Cited | None = None

    def __getitem__(self, name: str) -> Any:
        """An argument; nothing where it was not given."""
        return self.args.get(name)

    @property
    def before(self) -> Record:
        """The row before the command; only for verbs that do not create."""
        if self.record is None:
            raise RuntimeError("the record is only being created")
        return self.record


@dataclass(frozen=True, slots=True)
class Inverse:
    """How an act is undone: by which verb, with which arguments (nothing: this once it cannot be)."""

    verb: str
    args: Callable[[Cited], Mapping[str, Any] | None]


def back(verb: str, *needed: str) -> Inverse:
    """The inverse of a verb that only sets its arguments as facts: the same verb with what stood there before.

    `needed` are arguments that it cannot do without.
    """

    def args(cited: Cited) -> Mapping[str, Any] | None:
        declared = {argument.name for argument in vocabulary.verbs[verb].arguments}
        before = {name: was for name, (was, _) in cited.changes.items() if name in declared}
        is_lost = any(name in before and before[name] is None for name in needed)
        return None if is_lost or cited.lines or not before else before

    return Inverse(verb, args)


Body = Callable[["Work", list[Item]], None]
Derive = Callable[["Rows", dt.datetime, "Sequence[Item]"], None]
Tell = Callable[["Rows", "Context", dt.datetime, "Verb", "Sequence[Item]"], None]


@dataclass(frozen=True, slots=True)
class Verb:
    """An act on records of one type.

    `creates`: the item names no record, the body creates it under `item.id`. `enters`: the stage that the act
    leads to. `spends`: measures whose balance the body moves, each with the argument or fact that is its key.
    `names` and `touches`: reference facts or arguments whose records stand in the event too; touched
    ones are locked and numbered. `loads`: lists of lines that the body needs to see. `internal` verbs are the
    machinery's own: no button, no endpoint. `cites` names the argument that is an event of the record. A verb that
    `corrects` sets right what was recorded, one that `voids` marks a record as entered in error, one that `reinstates`
    takes that back. `inverse` undoes it. `erases`: it takes away what is personal, there and in what is about it.
    `reveals`: it changes nothing, its `facts` are shown to whoever may not see them else.
    `derives` computes anew what follows from the rows just written, in the same transaction (`rows`, the time of
    recording, the items); such tables hold no facts. `tells` writes, in the same transaction, what people are told of
    the act inside the product (`rows`, the circumstances, the time of recording, the verb, the items).
    """

    name: str
    label: Label
    on: str
    body: Body
    arguments: tuple[Argument, ...] = ()
    creates: bool = False
    enters: str | None = None
    names: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    internal: bool = False
    all_or_nothing: bool = False
    spends: tuple[tuple[str, str], ...] = ()
    cites: str | None = None
    corrects: bool = False
    voids: bool = False
    reinstates: bool = False
    inverse: Inverse | None = None
    erases: bool = False
    reveals: bool = False
    derives: Derive | None = None
    tells: Tell | None = None

    @property
    def help(self) -> str:
        """What the verb does, in a sentence."""
        return (self.body.__doc__ or "").strip()

    @property
    def type(self) -> RecordType:
        """The record type it acts on."""
        return vocabulary.types[self.on]

    def argument(self, name: str) -> Argument | None:
        """The argument of that name."""
        return next((argument for argument in self.arguments if argument.name == name), None)


def takes(record_type: RecordType, *names: str) -> tuple[Argument, ...]:
    """Arguments that are facts of the record type: same kind, label and protection. `name!` makes one required."""
    found = []
    for name in names:
        fact = record_type.by_name[name.rstrip("!")]
        found.append(Argument(fact.name, fact.kind, fact.label, name.endswith("!"), fact.personal, fact.help))
    return tuple(found)


def verb(
    name: str,
    label: Label,
    *,
    on: RecordType,
    arguments: Iterable[Argument] = (),
    creates: bool = False,
    enters: str | None = None,
    names: tuple[str, ...] = (),
    touches: tuple[str, ...] = (),
    loads: tuple[str, ...] = (),
    internal: bool = False,
    all_or_nothing: bool = False,
    spends: tuple[tuple[str, str], ...] = (),
    cites: str | None = None,
    corrects: bool = False,
    voids: bool = False,
    reinstates: bool = False,
    inverse: Inverse | None = None,
    erases: bool = False,
    reveals: bool = False,
    derives: Derive | None = None,
    tells: Tell | None = None,
) -> Callable[[Body], Verb]:
    """Declare the decorated body as a verb and register it. The body gets `work` and items and writes nothing."""

    def declare(body: Body) -> Verb:
        return vocabulary.add_verb(
            Verb(
                name,
                label,
                on.name,
                body,
                tuple(arguments),
                creates,
                enters,
                names,
                touches,
                loads,
                internal,
                all_or_nothing,
                spends,
                cites,
                corrects,
                voids,
                reinstates,
                inverse,
                erases,
                reveals,
                derives,
                tells,
            )
        )

    return declare
