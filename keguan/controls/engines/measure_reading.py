"""Reading what a measure counts: verbs, record types, the fact added up and the reference that keys it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import ALWAYS, ConditionFault
from keguan.controls.conditions.formulas import compile_formula
from keguan.controls.engines.measure_sources import Source
from keguan.controls.engines.reading import Reader
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Date, Integer, Kind, Moment, MoneyKind, Number, Reference
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.engines.measure import MeasureForm

NUMERIC = (Integer, Number, MoneyKind)


class Sources:
    """Reads one measure's form against the vocabulary of its draft."""

    def __init__(self, read: Reader, form: "MeasureForm") -> None:
        self.read, self.form, self.book = read, form, read.book

    def kind(self) -> Kind:
        """The kind of the value; of a formula, money where it works out an amount."""
        how = self.form.how
        if how == "count":
            return Integer()
        if how == "formula":
            return self._kind_of_formula()
        if how == "share":
            return Number()
        found = self._kind_of(self._text())
        if isinstance(found, MoneyKind):
            return MoneyKind(currency=self.book.currency)
        return Integer() if isinstance(found, Integer) and how == "sum" else Number()

    def at(self) -> int:
        """Which percentile."""
        raw = self.form.percentile
        at = raw.get("at") if isinstance(raw, Mapping) else None
        return at if isinstance(at, int) else 0

    def source(self, of: RecordType) -> Source | None:
        """What is counted; reports what cannot be read."""
        form = self.form
        given = [one for one in ("count", "sum", "average", "percentile", "formula") if getattr(form, one)]
        if len(given) != 1:
            self.read.fault(
                "count、sum、average、percentile、formula 要写一个",
                "give one of count, sum, average, percentile, formula",
                "只留一个", "leave one of them",
            )  # fmt: skip
            return None
        if form.formula:
            return None
        if form.percentile and not 0 < self.at() < 100:
            self.read.fault("percentile 要写 {of: 事实, at: 1 至 99}", "write {of: fact, at: 1 to 99}",
                            "例如 at: 90", "such as at: 90", "percentile")  # fmt: skip
        if given == ["count"]:
            return self._counted(of)
        return self._valued(of, self._text(), given[0])

    def _text(self) -> str:
        raw = self.form.percentile
        return str(raw.get("of", "")) if isinstance(raw, Mapping) else self.form.sum or self.form.average

    def _counted(self, of: RecordType) -> Source | None:
        [first, *rest] = self.form.count
        if first in self.book.vocabulary.types and not rest:
            return self._records(self.book.vocabulary.types[first], of, None, None)
        verbs = tuple(verb for i, name in enumerate(self.form.count)
                      if (verb := self.book.verb(name, self.read.place, "count", i)))  # fmt: skip
        return self._acts(verbs, of, None, None) if verbs else None

    def _valued(self, of: RecordType, text: str, path: str) -> Source | None:
        head, _, tail = text.rpartition(".")
        kind = self._kind_of(text)
        if not isinstance(kind, NUMERIC):
            self.read.fault(
                f"“{text}”不是可以相加的数", f"{text} is no number that can be added up",
                "写成 记录类型.事实 或 动作.参数", "write type.fact or verb.argument", path,
            )  # fmt: skip
            return None
        if head in self.book.vocabulary.types:
            return self._records(self.book.vocabulary.types[head], of, tail, kind)
        return self._acts((self.book.vocabulary.verbs[head],), of, tail, kind)

    def _kind_of(self, text: str) -> Kind | None:
        head, _, tail = text.rpartition(".")
        if head in self.book.vocabulary.types:
            fact = self.book.facts(head).get(tail)
            return fact.kind if fact else None
        verb = self.book.vocabulary.verbs.get(head)
        argument = verb.argument(tail) if verb else None
        return argument.kind if argument else None

    def _records(self, kind: RecordType, of: RecordType, value: str | None, value_kind: Kind | None) -> Source | None:
        key = self._key(kind, of, ())
        if key is None:
            return None
        verbs = tuple(verb for verb in self.book.vocabulary.verbs.values() if verb.on == kind.name)
        on = self._on(kind)
        return self._made(kind, verbs, False, key, value, value_kind, on)

    def _acts(
        self, verbs: tuple[Verb, ...], of: RecordType, value: str | None, value_kind: Kind | None
    ) -> Source | None:
        kind = self.read.one_type(verbs, "count")
        key = self._key(kind, of, verbs) if kind else None
        if kind is None or key is None:
            return None
        return self._made(kind, verbs, True, key, value, value_kind, None)

    def _made(self, kind: RecordType, verbs: tuple[Verb, ...], acts: bool, key: str, value: str | None,
              value_kind: Kind | None, on: str | None) -> Source:  # fmt: skip
        names = self.read.names(kind, *(verbs if acts else ()))
        form = self.form
        where = ALWAYS if form.where is None else self.read.condition(form.where, names, "where")
        share = ALWAYS if form.share is None else self.read.condition(form.share, names, "share")
        return Source(kind, verbs, acts, key, value, value_kind, where, share, on, self.book.currency)

    def _on(self, kind: RecordType) -> str | None:
        if not self.form.on:
            return None
        fact = self.book.fact(kind.name, self.form.on, self.read.place, "on")
        if fact is not None and not isinstance(fact.kind, Date | Moment):
            self.read.fault(f"“{fact.label.zh}”不是日期", f"“{fact.label.en}” is no date", "写一个日期事实",
                            "name a date", "on")  # fmt: skip
        return self.form.on

    def _key(self, kind: RecordType, of: RecordType, verbs: tuple[Verb, ...]) -> str | None:
        """The reference from what is counted to whom it counts for; empty where it is the record itself."""
        links: dict[str, Any] = {name: fact.kind for name, fact in self.book.facts(kind.name).items()}
        for verb in verbs:
            links |= {argument.name: argument.kind for argument in verb.arguments}
        found = [name for name, one in links.items() if isinstance(one, Reference) and one.to == of.name]
        if self.form.per:
            if self.form.per in found:
                return self.form.per
            self.read.book.report(self.read.place.unknown(of.label, self.form.per, found, "per"))
            return None
        if kind.name == of.name:
            return ""
        if of.name in found:
            return of.name
        if len(found) == 1:
            return found[0]
        said = "、".join(found)
        self.read.fault(
            f"不知道“{kind.label.zh}”归到哪个“{of.label.zh}”" + (f"：{said}" if said else ""),
            f"it is not said to which {of.label.en.lower()} a {kind.label.en.lower()} belongs",
            "用 per 写明经哪个引用", "say by which reference under per", "of",
        )  # fmt: skip
        return None

    def _kind_of_formula(self) -> Kind:
        parameters, of = self.book.parameters, self.book.vocabulary.types.get(self.form.of)
        if of is None:
            return Number()
        try:
            kind = compile_formula(self.form.formula, self.read.names(of), self.read.where("formula"), parameters).kind
        except ConditionFault:
            return Number()  # reported when it is compiled
        return MoneyKind(currency=self.book.currency) if isinstance(kind, MoneyKind) else kind
