"""How records of one type come from a sheet: everything is made from the verb that creates them.

A subclass says what a type has of its own: titles that people write, what makes two records alike, further acts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q

from keguan.controls import scopes
from keguan.imports.cells import folds, parts, raw
from keguan.imports.directory import WHOLE, Directory, directory
from keguan.imports.mapping import EXTRA, Target, columns, constants, missing
from keguan.imports.rows import Candidate, Key, State, Verdict, Writing
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.declared import read
from keguan.kernel.commands.outcomes import Outcome, Reason
from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.records.kinds import BadValue, Choice, Fields, Kind, Listing, Moment, Reference
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.kernel.sheets import Row, Sheet

HAPPENED = "happened_at"
HAPPENED_AT = Label("发生时间", "Happened at")
MACHINERY = frozenset(("imported_from", "import_row"))
"""Arguments that no column goes to."""
DUPLICATE_CURE = Label("请核对这一行，或改用别的编号", "check the row, or use another number")


class Importer:
    """An import of one record type, as its creating verb declares it."""

    synonyms: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Titles of columns as people write them, by field."""
    treatments: ClassVar[tuple[str, ...]] = ("skip", "refuse")
    """What can become of duplicates."""
    alike: ClassVar[Label] = Label("编号相同", "same number")
    """What makes a row a duplicate, in words."""
    has_dates: ClassVar[bool] = True
    """Whether a column may say when it happened."""

    def __init__(self, verb: Verb) -> None:
        self.verb = verb

    @property
    def type(self) -> RecordType:
        """What is imported."""
        return self.verb.type

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """What a column can go to, by name; files and what machines write are left out."""
        return {
            one.name: one
            for one in (*self.verb.arguments, *self.further())
            if one.name not in MACHINERY and not isinstance(one.kind, Fields)
        }

    def further(self) -> tuple[Argument, ...]:
        """What a row may say beside the arguments of the creating verb, for the acts that follow it."""
        return ()

    def declared(self) -> Mapping[str, Fact]:
        """The fields of the type that the rulebook in force declares."""
        from keguan.kernel import clock
        from keguan.policies.rulebooks import current

        if self.type.declared is None or self.verb.argument(self.type.declared) is None:
            return {}
        return current(clock.now()).declared.get(self.type.name, {})

    def targets(self, declared: Mapping[str, Fact] | None = None) -> list[Target]:
        """All fields a column can go to, those declared by packs last."""
        own = [
            Target(one.name, one.label, self._titles(one.name), isinstance(one.kind, Listing), one.required)
            for one in self.arguments.values()
        ]
        if self.has_dates:
            own.append(Target(HAPPENED, HAPPENED_AT, self._titles(HAPPENED)))
        return [
            *own,
            *(
                Target(EXTRA + name, fact.label, (name,), required=fact.required)
                for name, fact in (declared or {}).items()
            ),
        ]

    def _titles(self, name: str) -> tuple[str, ...]:
        return tuple(self.synonyms.get(name, "").split())

    def settle(self, mapping: dict[str, str], sheet: Sheet) -> dict[str, str]:  # noqa: ARG002 – a type may look into it
        """A guess of the columns, mended by what the type knows of its sheets."""
        return mapping

    def unmapped(self, mapping: Mapping[str, str]) -> list[Label]:
        """What a mapping still lacks, one sentence each."""
        return missing(mapping, self.targets(self.declared()))

    def for_all(self) -> list[Argument]:
        """What may be said once for all rows where the sheet has no column for it."""
        return [
            one
            for one in self.arguments.values()
            if isinstance(one.kind, Choice)
            or (isinstance(one.kind, Reference) and one.kind.to in ("person", "unit", "role"))
            or (one.required and one.name != self.type.title)
        ]

    # --- from rows to candidates ---------------------------------------------------------------------------------

    def kind(self, target: str, declared: Mapping[str, Fact]) -> Kind | None:
        """The kind of a field's value."""
        if target == HAPPENED:
            return Moment()
        if target.startswith(EXTRA):
            fact = declared.get(target.removeprefix(EXTRA))
            return fact.kind if fact else None
        return self.arguments[target].kind if target in self.arguments else None

    def look_up(self, viewer: UUID | None, sheet: Sheet, mapping: Mapping[str, str]) -> Directory:
        """What the names in the sheet stand for."""
        declared, wanted = self.declared(), dict[str, set[str]]()
        for place, target in self._places(sheet, mapping):
            to = points_to(self.kind(target, declared))
            if to and to not in WHOLE:
                texts = wanted.setdefault(to, set())
                for row in sheet.rows:
                    if cell := row.cells[place]:
                        texts.update((cell.strip(), *parts(cell)))
        for to in WHOLE:
            wanted.setdefault(to, set())
        return directory(viewer, wanted)

    def candidates(
        self,
        sheet: Sheet,
        mapping: Mapping[str, str],
        rows: Iterable[Row],
        known: Directory,
        *,
        is_preview: bool = False,
    ) -> Iterator[Candidate]:
        """A candidate for each row. A preview looks at declared fields too, as the command will."""
        declared = self.declared()
        places = [(place, target, self.kind(target, declared)) for place, target in self._places(sheet, mapping)]
        for_all = constants(mapping)
        refused = sheet.refusals()
        for row in rows:
            args: dict[str, Any] = {}
            reasons: list[Reason] = []
            for place, target, kind in places:
                if cell := row.cells[place]:
                    self.take(target, kind, cell, args, known, reasons)
            for target, value in for_all.items():
                args.setdefault(target, value)
            for finding in refused.get(row.number, ()):
                target_of = None if finding.column is None else mapping.get(str(sheet.columns[finding.column].index))
                if target_of or finding.column is None:
                    reasons.append(Reason(finding.message, finding.cure, field=target_of, kind="input"))
            happened_at = _moment(args.pop(HAPPENED, None), reasons)
            bad = {reason.field for reason in reasons}
            typed, wrong = self.read(args)
            if is_preview and declared:
                wrong += read(self.verb, declared, [Item(0, UUID(int=0), typed)]).get(0, [])
            reasons += [reason for reason in wrong if reason.field not in bad]
            keys = frozenset() if reasons else frozenset(self.identity(typed))
            yield Candidate(row.number, args, tuple(reasons), keys, happened_at)

    def _places(self, sheet: Sheet, mapping: Mapping[str, str]) -> list[tuple[int, str]]:
        chosen = columns(mapping)
        return [
            (place, chosen[str(column.index)])
            for place, column in enumerate(sheet.columns)
            if chosen.get(str(column.index))
        ]

    def take(
        self, target: str, kind: Kind | None, cell: str, args: dict[str, Any], known: Directory, reasons: list[Reason]
    ) -> None:
        """Enter a cell among the arguments of its row."""
        if to := points_to(kind):
            self._refer(target, kind, to, cell, args, known, reasons)
        elif target.startswith(EXTRA):
            name = target.removeprefix(EXTRA)
            args.setdefault(self.type.declared or "extra", {})[name] = raw(kind, cell) if kind else cell
        elif isinstance(kind, Listing):
            args.setdefault(target, []).extend(raw(kind, part) for part in parts(cell))
        else:
            args[target] = raw(kind, cell) if kind and folds(kind) else cell

    def _refer(
        self, target: str, kind: Kind | None, to: str, cell: str, args: dict[str, Any], known: Directory,
        reasons: list[Reason],
    ) -> None:  # fmt: skip
        found = known.find(to, cell)
        if isinstance(kind, Listing):
            for part in [cell] if found else parts(cell):
                key = known.find(to, part)
                if key is None:
                    reasons.append(known.unknown(to, self.label(target), part, target))
                else:
                    args.setdefault(target, []).append(str(key))
        elif found is None:
            reasons.append(known.unknown(to, self.label(target), cell, target))
        else:
            args[target] = str(found)

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """What the fields are called; looked up once, however many rows are wrong."""
        return {one.name: one.label for one in self.targets(self.declared())}

    def label(self, target: str) -> Label:
        """What a field is called."""
        return self.labels.get(target, Label(target, target))

    def read(self, args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
        """Typed arguments, and what is wrong with those of the row."""
        return parse(self.verb, args)

    def identity(self, typed: Mapping[str, Any]) -> Iterable[Key]:
        """By what a record is recognised, from typed arguments: its code, where the sheet gives one."""
        if self.type.code and typed.get(self.type.code):
            yield "code", str(typed[self.type.code])

    # --- from candidates to what becomes of them -----------------------------------------------------------------

    def judge(
        self, found: Sequence[Candidate], first: Mapping[Key, int], on_duplicate: str, viewer: UUID | None
    ) -> list[Verdict]:
        """A verdict for each candidate. `first` says in which row each key came first. A few statements for all."""
        left_out: State = "skipped" if on_duplicate == "skip" else "refused"
        known = self.known(viewer, {key for candidate in found for key in candidate.keys})
        verdicts = []
        for candidate in found:
            earlier = [first[key] for key in candidate.keys if first[key] < candidate.row]
            there = next((known[key] for key in sorted(candidate.keys) if key in known), None)
            if candidate.reasons:
                verdicts.append(Verdict(candidate, "refused", candidate.reasons))
            elif earlier:
                words = Label("与本表第 {row} 行重复（{like}）", "a duplicate of row {row} of this sheet ({like})")
                reason = Reason(words.format(row=min(earlier), like=self.alike), DUPLICATE_CURE, kind="invariant")
                verdicts.append(Verdict(candidate, left_out, (reason,)))
            elif there is not None:
                verdicts.append(Verdict(candidate, left_out, (Reason(there, DUPLICATE_CURE, kind="invariant"),)))
            else:
                verdicts.append(Verdict(candidate, "add"))
        return verdicts

    def known(self, viewer: UUID | None, keys: Collection[Key]) -> Mapping[Key, Label]:  # noqa: ARG002 – a type may need it
        """What is there already, by key, in words. One statement for codes."""
        codes = [value for name, value in keys if name == "code"]
        if not codes or self.type.code is None:
            return {}
        model: Any = scopes.model_of(self.type.table)
        found = model.objects.filter(Q(**{f"{self.type.code}__in": codes})).values_list(self.type.code, flat=True)
        words = Label("编号 {code} 已有{noun}", "the number {code} is taken ({noun})")
        return {("code", code): words.format(code=code, noun=self.type.label) for code in found}

    def write(self, writing: Writing, verdicts: Sequence[Verdict]) -> dict[int, Outcome]:
        """Write the rows that are to be added or to update something; an outcome by row."""
        going = [verdict.candidate for verdict in verdicts if verdict.state == "add"]
        outcomes = writing.act(self.verb.name, [(None, one.args, one.happened_at) for one in going])
        return {one.row: outcome for one, outcome in zip(going, outcomes, strict=True)}


def points_to(kind: Kind | None) -> str:
    """The record type that values of this kind point to; nothing where they point to none."""
    inner = kind.of if isinstance(kind, Listing) else kind
    return inner.to if isinstance(inner, Reference) and inner.to in vocabulary.types else ""


def _moment(given: Any, reasons: list[Reason]) -> Any:
    if given is None:
        return None
    try:
        return Moment().parse(given)
    except BadValue as fault:
        reasons.append(Reason(about(HAPPENED_AT, fault.label), field=HAPPENED, kind="input"))
        return None
