"""The list of one record type, made from its declaration: scope, search, filters, order, columns, pages by key.

A subclass says what a type has of its own; the view, the template, the sheet and the acts on many are one for all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from keguan.controls import queries, readings, scopes
from keguan.controls.live.grants import Grants
from keguan.imports.importers import importer_of
from keguan.kernel.records.kinds import Boolean, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order, Place
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.kernel.sheets import Value
from keguan.lists import codes, naming, table
from keguan.lists.reading import attributes
from keguan.lists.speaking import choosable, short, speaking
from keguan.lists.table import Table, local, said
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.components import Citation, Empty, Filter, Link, State, Tab
from keguan.web.import_steps import may_import
from keguan.web.language import Words, text_of
from keguan.web.listing import Listing, cut
from keguan.web.records import filtering, ordering
from keguan.web.records.stages import stage_state
from keguan.web.records.standing import due_cell

PAGE = 25
FEW_COLUMNS = 5
STAGE, DUE = "stage", "due"
Own = Mapping[str, Mapping[UUID, pages.Cell]]
"""Cells of columns that are no facts, by the column's name and the record."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list: its rows, the keys of their records, and where the next page begins."""

    rows: tuple[pages.ListRow, ...]
    keys: tuple[UUID, ...]
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks at a list, what the address says, in which language, under which rules."""

    who: UUID
    given: QueryDict
    language: str
    grants: Grants | None
    rules: Rulebook


class RecordList:
    """A list of records of one type, as its declaration makes it."""

    bulk: tuple[str, ...] = ()
    called: Label | None = None
    own_columns: Mapping[str, Label] = MappingProxyType({})
    shows: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    placeholder: Label = Label("编号、标题、内容", "Number, title, words in it")

    def __init__(self, record_type: RecordType, masked: Collection[str] = (), usual: tuple[str, ...] = ()) -> None:
        """`masked` are the facts that are hidden from whoever looks; `usual` the columns shown until others are."""
        self.type = record_type
        self.masked = frozenset(masked)
        self.listing = self.make_listing(usual)

    @property
    def title(self) -> Label:
        """What the page is called."""
        return self.called or self.type.label

    def make_listing(self, usual: tuple[str, ...]) -> Listing:
        """What can be chosen of the list."""
        kind = self.type
        own = {**self.own_columns, DUE: Label("到期", "Due")}
        stage = kind.stage if kind.stages else None
        if stage:
            own = {stage: kind.by_name[stage].label, **own}
        head = tuple(name for name in (kind.code, kind.title) if name)
        first = (*((stage,) if stage else ()), *(usual or self._plain(head)))
        return Listing(
            kind,
            head=head,
            own=own,
            usual=tuple(dict.fromkeys((*first, DUE) if self.has_deadlines else first)),
            orders=self.orders(),
            filters=("q", *filtering.names(kind)),
        )

    def _plain(self, head: Sequence[str]) -> tuple[str, ...]:
        """The first short facts of the declaration."""
        kind = self.type
        apart = {*head, kind.stage, kind.opener, kind.unit, self.moment, *self.masked}
        short = [
            fact.name
            for fact in choosable(kind)
            if fact.name not in apart and not (isinstance(fact.kind, Text) and fact.kind.lines)
        ]
        return tuple(short[: FEW_COLUMNS - 2])

    @property
    def has_deadlines(self) -> bool:
        """Whether deadlines of its records are usually shown."""
        return True

    def orders(self) -> dict[str, Order]:
        """The orders it can stand in, the usual one first."""
        return ordering.orders(self.type, self.masked)

    @property
    def moment(self) -> str:
        """The fact that says when a record was entered; nothing where none does."""
        known = self.type.by_name
        return next((name for name in ("opened_at", "observed_at", "made_at", "starts_at") if name in known), "")

    def visible(self, asked: Asked) -> "QuerySet[Any]":
        """What whoever asks may see of the type."""
        return scopes.records(asked.who, self.type, asked.grants)

    def found(self, asked: Asked) -> "QuerySet[Any]":
        """All that passes the filters, in order: the list, its sheet and acts on many begin with it."""
        passing = self.visible(asked).filter(filtering.condition(self.type, self.masked, asked.given))
        if text := str(asked.given.get("q", "")).strip()[:100]:
            passing = passing.filter(self.search(text))
        return passing.order_by(*self.listing.order(asked.given).by())

    def search(self, text: str) -> Q:
        """What a few typed characters find: in any text of the record that is not masked."""
        columns = attributes(self.type)
        texts = [
            columns[fact.name]
            for fact in self.type.facts
            if isinstance(fact.kind, Text) and not fact.derived and not fact.is_file and fact.name not in self.masked
        ]
        return reduce(or_, (Q(**{f"{name}__icontains": text}) for name in texts), Q(pk__in=[]))

    def count(self, asked: Asked, most: int) -> int:
        """How many pass the filters; counting stops at one more than `most`. One statement."""
        return self.found(asked).order_by()[: most + 1].count()

    def narrowed(self, asked: Asked) -> Mapping[str, Any]:
        """What the list is narrowed to, for the reading log."""
        given = {name: str(asked.given[name]) for name in self.listing.filters if asked.given.get(name)}
        return {"text" if name == "q" else name: value for name, value in given.items()}

    def part(self, asked: Asked, columns: Sequence[str]) -> Part:
        """One page of the list. The same few statements however long it is."""
        order = self.listing.order(asked.given)
        passing = self.found(asked)
        if (place := order.place(str(asked.given.get("after", "")))) is not None:
            passing = passing.filter(order.after(place))
        facts = self._facts(columns, order)
        made = table.table(asked.who, self.type, passing[: PAGE + 1], facts, asked.language, asked.grants)
        keys = made.keys[:PAGE]
        own = self.fills(asked, keys, columns)
        rows = tuple(self.row(asked, made, at, facts, columns, own) for at in range(len(keys)))
        after = ordering.place(order, made, PAGE - 1) if len(made.keys) > PAGE else None
        self.told(asked, keys, [fact.name for fact in facts])
        return Part(rows, keys, after)

    def fills(self, asked: Asked, keys: Sequence[UUID], columns: Sequence[str]) -> Own:
        """The columns that are no facts: by name and record."""
        if DUE not in columns:
            return {}
        return {DUE: {key: due_cell(due, asked.rules) for key, due in queries.nearest(keys).items()}}

    def told(self, asked: Asked, keys: Collection[UUID], facts: Iterable[str]) -> None:
        """Tell the reading log what was shown."""
        said = {"list": self.type.name, **self.narrowed(asked)}
        readings.tell_list(asked.who, "page", self.type, keys, list(facts), said, rules=asked.rules)

    def _facts(self, columns: Sequence[str], order: Order) -> list[Fact]:
        """What is read for a page: the head, the columns, and the value that the order goes by."""
        kind = self.type
        wanted = (*self.listing.head, kind.stage, self.moment, *self.speaking, *columns, order.field)
        return [kind.by_name[name] for name in dict.fromkeys(wanted) if name and name in kind.by_name]

    @property
    def speaking(self) -> tuple[str, ...]:
        """Facts that stand for a title where a record has none: a text that must be given, else what it belongs to."""
        plain = [fact.name for fact in choosable(self.type) if fact.name not in self.masked]
        links = [name for name in plain if naming.target(self.type.by_name[name].kind) not in ("", "person", "unit")]
        text = speaking(self.type, self.masked)
        if text and self.type.by_name[text].required:
            return (text, *links[:1])
        return (*links[:1], *((text,) if text else ()))

    def page_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the columns that the page draws; a sheet has them all."""
        return columns

    def row(
        self, asked: Asked, made: Table, at: int, facts: Sequence[Fact], columns: Sequence[str], own: Own
    ) -> pages.ListRow:
        """A record as a row."""
        values, words = made.values[at], {fact.name: cell for fact, cell in zip(facts, made.rows[at], strict=True)}
        code = str(values.get(self.type.code or "") or "")
        key = naming.key_of(code, made.keys[at])
        moment = values.get(self.moment)
        title = self.title_of(asked, values, words)
        return pages.ListRow(
            key,
            title,
            addresses.page_url(self.type.name, key),
            code if code != title else "",
            notes=self.notes(asked, values),
            at=moment if self.moment and self.moment not in columns else None,
            cells=tuple(
                own.get(name, {}).get(made.keys[at], pages.Cell())
                if name in own or name not in self.type.by_name
                else self.cell(name, values, words)
                for name in columns
            ),
        )

    def title_of(self, asked: Asked, values: Mapping[str, Any], words: Mapping[str, Value]) -> str:
        """What a record is called: its title, else its first words, else its code."""
        for name in (self.type.title, *self.speaking, self.type.code):
            if name and name in values and (text := short(said(words.get(name)))):
                return text
        return self.type.label.text(asked.language)

    def notes(self, asked: Asked, values: Mapping[str, Any]) -> tuple[Words, ...]:
        """What stands beside the code, under the title."""
        return ()

    def cell(self, name: str, values: Mapping[str, Any], words: Mapping[str, Value]) -> pages.Cell:
        """What stands in the column of a fact."""
        if name == self.type.stage and self.type.stages:
            stage = values.get(name)
            return pages.Cell(state=self.state(str(stage))) if stage else pages.Cell()
        text = cut(said(words.get(name)))
        return pages.Cell(text.capitalize() if isinstance(self.type.by_name[name].kind, Boolean) else text)

    def state(self, stage: str) -> State:
        """The badge of a stage."""
        return stage_state(self.type, stage)

    def own(self, asked: Asked, keys: Sequence[UUID], names: Sequence[str]) -> Mapping[str, Mapping[UUID, Value]]:
        """The columns that are no facts as a sheet has them."""
        return {
            name: {key: _plain(cell, asked.language) for key, cell in cells.items()}
            for name, cells in self.fills(asked, keys, names).items()
        }

    def tabs(self, asked: Asked) -> tuple[Tab, ...]:
        """Views of the list that everybody has."""
        return ()

    def filters(self, asked: Asked) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
        """The filters: those that always stand there, and those that are folded away."""
        carried = tuple(
            Filter(name, "", value=value, kind="hidden") for name, value in self.listing.shape(asked.given).items()
        )
        first, more = filtering.filters(self.type, self.masked, asked.given)
        return (*carried, *first), more

    def doings(self, asked: Asked) -> tuple[pages.Doing, ...]:
        """The buttons beside the title: what creates a record, and the import of many."""
        makers = [verb for verb in vocabulary.verbs_on(self.type.name) if verb.creates]
        made = tuple(
            pages.Doing(verb.label, addresses.new_url(self.type.name, verb.name), is_main=at == 0)
            for at, verb in enumerate(makers)
            if asked.grants is not None and asked.grants.uses(verb.name)
        )
        importer = importer_of(self.type.name)
        if importer is None or not may_import(asked.grants, importer):
            return made
        address = reverse("web:import_start", args=[self.type.name])
        return (pages.Doing(Label("导入", "Import"), address, icon="import"), *made)

    def nothing(self, asked: Asked) -> Empty:
        """What an empty list says."""
        name = self.type.label
        first_main = sorted(self.doings(asked), key=lambda doing: not doing.is_main)
        links = tuple(Link(doing.label, doing.url) for doing in first_main)
        others = Label("有人登记后，会列在这里。", "What others enter will stand here.")
        return Empty(Label(f"还没有{name.zh}", f"Nothing here yet: {name.en}"), "" if links else others, links)

    def unmatched(self, asked: Asked, path: str) -> Empty:
        """What a list says whose filters nothing passes; under a tab that narrows it, also where all are searched."""
        name = self.type.label
        return Empty(
            Label(f"没有符合条件的{name.zh}", f"Nothing matches: {name.en}"),
            Label("换个词，或清除筛选再看。", "Try another word, or clear the filters."),
            (*self.beyond(asked), Link(Label("清除筛选", "Clear the filters"), path)),
        )

    def beyond(self, asked: Asked) -> tuple[Link, ...]:
        """The same filters over all there is, where the tab that is open leaves some out."""
        words = Label("在“{tab}”里找", "Search in “{tab}”")
        return tuple(
            Link(words.format(tab=tab.label), tab.url)
            for tab in self.tabs(asked)
            if not tab.is_current and "tab=all" in tab.url.partition("?")[2].split("&")
        )

    def heads(self, asked: Asked, columns: Sequence[str]) -> tuple[pages.Head, ...]:
        """The heads of the columns; one by which the list can be ordered is a link that does."""
        order, orders = self.listing.order(asked.given), self.listing.orders
        return tuple(
            replace(
                pages.Head(name, self.listing.label(name)),
                **ordering.link(name, order, orders, self.listing, asked.given),
            )
            for name in columns
        )

    def citation(self, asked: Asked) -> Citation | None:
        """The clause that the list comes from."""
        return None

    def back(self) -> Link | None:
        """Where the list stands."""
        return None

    def part_of(self, asked: Asked) -> Link | None:
        """The record to which the list is narrowed by a link, when it is."""
        for fact in self.type.facts:
            to = naming.target(fact.kind)
            raw = str(asked.given.get(fact.name, ""))
            if raw and to and to not in ("person", "unit", "role") and fact.name not in self.masked:
                key = codes.ids(vocabulary.types[to], [raw])[raw]
                found = naming.named(asked.who, {to: [key]}, asked.grants).get(to, {}).get(key)
                return Link(found.full, addresses.page_url(to, found.key)) if found else None
        return None


def _plain(cell: pages.Cell, language: str) -> Value:
    if cell.due_at is not None:
        return local(cell.due_at)
    return text_of(cell.state.text if cell.state else cell.text, language)
