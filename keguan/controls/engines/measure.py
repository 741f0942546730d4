"""Measure: a named value over acts and records that conditions, decisions and targets use like a fact.

One that something reads live is kept as dated balance entries (`live/measures.py`); others are worked out in batch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from keguan.controls.conditions import (
    ALWAYS,
    Condition,
    ConditionFault,
    Name,
    PlainScope,
    Vocabulary,
    compile_condition,
    nodes,
)
from keguan.controls.conditions.formulas import Formula, compile_formula
from keguan.controls.conditions.live import bounds
from keguan.controls.engines.forms import Several, Words, described
from keguan.controls.engines.guard import KEPT, Needs, Ruling, RulingGuard, needs_of
from keguan.controls.engines.measure_reading import Sources
from keguan.controls.engines.measure_sources import Source
from keguan.controls.engines.measure_words import sentence, words_of
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.balances import Window
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import canonical
from keguan.kernel.records.kinds import Date, Integer, Kind, Money, MoneyKind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

AFTER = "_after"
KEPT_LIVE = ("count", "sum", "average", "share")


class MeasureForm(ControlForm):
    """度量：对记录或动作计数、求和、平均、占比、分位数，或用公式。 / A named value over records and events."""

    name: str = described("名称，如 customer.paid_half_year", "the name, such as customer.paid_half_year")
    of: str = described("对谁计：记录类型", "for whom it is counted: a record type")
    count: Several = described("计数的动作或记录类型", "the verbs or the record type counted", ())
    sum: str = described("求和：记录类型.事实，或 动作.参数", "added up: type.fact, or verb.argument", "")
    average: str = described("求平均的事实", "the fact averaged", "")
    percentile: Any = described("{of: 事实, at: 90}", "{of: fact, at: 90}", None)
    share: Any = described("占比：计入分子的条件（与 count 合用）", "what the part must satisfy (with count)", None)
    formula: str = described("公式：+ - * / min max round_down", "a formula: + - * / min max round_down", "")
    where: Any = described("只计哪些（条件）", "which ones count (condition)", None)
    within: Any = described("时段，如 this year、last 6 months", "the window, such as this year", None, alias="in")
    per: str = described("记录经哪个引用归到该对象", "the reference by which records belong to it", "")
    on: str = described("以记录的哪个日期归入时段", "the record's date that places it in the window", "")
    holds: bool = described("定额：不许透支", "a quota: it may not be overdrawn", False)
    limit: Any = described("上限：数、$事实 或 @参数", "the limit: a number, $fact or @parameter", None)
    target: Any = described("目标（测试）", "the target (a test)", None)
    title: Words | None = described("名称的文字", "its name in words", None)

    @property
    def how(self) -> str:
        """What is worked out."""
        return next(
            (one for one in ("share", "sum", "average", "percentile", "formula") if getattr(self, one)), "count"
        )

    @property
    def short(self) -> str:
        """The name without its record type."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class MeasureControl(RulingGuard):
    """A compiled measure. `content` names its balances: the same definition goes on in the same ones."""

    of: RecordType
    name: str
    how: str
    kind: Kind
    source: Source | None
    window: nodes.Window | None
    formula: Formula | None
    content: str
    holds: bool
    limits: tuple[tuple[str, Condition], ...]
    words: Label
    at: int = 0
    target: Condition = ALWAYS

    @property
    def is_keepable(self) -> bool:
        """Whether it can be kept as entries that each command moves."""
        if self.source is None or self.how not in KEPT_LIVE:
            return False
        own = {self.source.type.name}
        read = (*self.source.where.facts(), *self.source.share.facts())
        return all(len(path) < 2 or path[0] in own or path == ("happened_on",) for path in read) and not (
            self.source.where.verbs() or self.source.where.line_lists()
        )

    def balance(self, part: str) -> str:
        """The name of one of its balances: `sum`, `n`, `part`."""
        return f"{self.content}:{part}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The balances it is kept in."""
        return {"count": ("n",), "sum": ("sum",), "average": ("sum", "n"), "share": ("part", "n")}.get(self.how, ())

    def windows(self, key: str, scene: Scene) -> list[Window]:
        """What must be read of its balances on the scene's day."""
        first, last = bounds(self.window, scene.today()) if self.window else (None, None)
        return [Window(self.balance(part), key, first, last) for part in self.parts]

    def value(self, totals: Sequence[Decimal]) -> Any:
        """The value from the totals of its balances, in the order of `parts`."""
        match self.how:
            case "count":
                return int(totals[0])
            case "sum":
                return self.typed(totals[0])
            case _ if not totals[1]:
                return None
            case "average":
                return self.typed(totals[0] / totals[1])
            case _:
                return totals[0] / totals[1]

    def meets(self, value: Any) -> bool | None:
        """Whether a value meets the target."""
        return self.target.test(PlainScope({(self.of.name, self.name): value}))

    def typed(self, amount: Decimal) -> Any:
        """An amount as a value of its kind."""
        if isinstance(self.kind, MoneyKind):
            return Money(amount, self.kind.currency)
        return int(amount) if isinstance(self.kind, Integer) else amount

    def rule(self, scene: Scene) -> Ruling | None:
        """As a quota: whether the command would go past the limit."""
        for verb, condition in self.limits:
            if scene.verb is not None and scene.verb.name == verb:
                answer = condition.test(scene)
                if answer is None:
                    return self.unknown(scene, condition).under("refuse", self.trial)
                if answer is False:
                    words = self.words
                    message = Label(f"{words.zh}超过定额：须{condition.label().zh}",
                                    f"over the quota of {words.en}: {condition.label().en}")  # fmt: skip
                    cure = Label("减少数量，或等下一时段", "take less, or wait for the next period")
                    return Ruling("refused", (Reason(message, cure, self.citation),)).under("refuse", self.trial)
                return KEPT.under("refuse", self.trial)
        return None

    def reads(self, scene: Scene) -> dict[str, Any]:
        """What decided about the quota."""
        name = f"{self.of.name}.{self.name}{AFTER}"
        head = self.source.head() if self.source else self.of.name
        value = scene.get((head, self.name + AFTER)) if self.limits else None
        return {name: self.kind.to_json(value)} if value is not None else {}


class Measure:
    """The engine `measure`."""

    name = "measure"
    label = Label("度量", "Measure")
    form: type[ControlForm] = MeasureForm
    turn = 30

    def declare(self, form: MeasureForm, place: Place, book: BookDraft) -> None:
        """Its name is a fact of the record type; `name_after` is its value after the command."""
        head, dot, short = form.name.partition(".")
        if not dot or head != form.of:
            message = Label(f"名称要以“{form.of}.”开头", f"the name begins with {form.of}.")
            right = f"{form.of}.{short or head}"
            book.report(place.fault(message, Label(f"写成 {right}", f"write {right}"), "name"))
            return
        kind = Sources(Reader(book, place), form).kind()
        words = words_of(form)
        after = Label(f"办理后的{words.zh}", f"{words.en} after this")
        book.make(head, Fact(short, kind, words), place, "name")
        book.make(head, Fact(short + AFTER, kind, after), place, "name")

    def compile(self, form: MeasureForm, place: Place, book: BookDraft) -> MeasureControl:
        """The measure with what it counts, its window and its quota."""
        read = Reader(book, place)
        sources = Sources(read, form)
        record_type = book.record_type(form.of, place, "of") or RecordType(form.of, Label(form.of, form.of), "", ())
        source = sources.source(record_type)
        formula = self._formula(form, record_type, read) if form.formula else None
        limits = self._limits(form, source, read) if source and form.limit is not None else ()
        kind = sources.kind()
        definition = form.model_dump(mode="json", include=set(DEFINING), by_alias=False)
        needs = Needs()
        for _, condition in limits:
            needs |= needs_of(condition, source.type.name if source else "")
        window = self._window(form, read) if form.within is not None else None
        return MeasureControl(
            **Control.common(self.name, form, place),
            says=sentence(form, source, formula, window, record_type),
            verbs=frozenset(verb.name for verb in source.verbs) if source else frozenset(),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=ALWAYS, needs=needs, of=record_type, name=form.short, how=form.how, kind=kind, source=source,
            window=window, formula=formula, holds=form.holds, limits=limits, words=words_of(form), at=sources.at(),
            content=hashlib.sha256(canonical(definition).encode()).hexdigest()[:24],
            target=self._target(form, kind, read),
        )  # fmt: skip

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Measures that are read live but cannot be kept."""
        by_name = {(c.of.name, c.name): c for c in controls if isinstance(c, MeasureControl)}
        for control in controls:
            for measure in read_by(control, by_name):
                if not measure.is_keepable and measure.formula is None:
                    yield control.place.fault(
                        Label(f"“{measure.words.zh}”不能随办随记，这里不能读它",
                              f"“{measure.words.en}” cannot be kept up to date with each command"),
                        Label("换成计数、求和、平均或占比，条件只看记录本身",
                              "use a count, sum, average or share whose condition looks at the record itself"),
                    )  # fmt: skip

    def _formula(self, form: MeasureForm, record_type: RecordType, read: Reader) -> Formula | None:
        try:
            found = compile_formula(form.formula, read.names(record_type), read.where("formula"), read.book.parameters)
        except ConditionFault as fault:
            read.grammar(fault, "formula")
            return None
        return found

    def _window(self, form: MeasureForm, read: Reader) -> nodes.Window | None:
        day = Name(("day",), Date(), Label("日期", "day"))
        tree = read.condition({"day": form.within}, Vocabulary({"day": day}), "in").tree
        if isinstance(tree, nodes.Test) and isinstance(tree.comparison, nodes.Window) and not tree.negated:
            return tree.comparison
        read.fault("in 要写时段", "in takes a window", "写成 this year、last month 或 last 6 months",
                   "write this year, last month or last 6 months", "in")  # fmt: skip
        return None

    def _limits(self, form: MeasureForm, source: Source, read: Reader) -> tuple[tuple[str, Condition], ...]:
        found = []
        for verb in source.verbs:
            if not verb.internal:
                names = read.names(verb.type, verb)
                test = {f"{source.head()}.{form.short}{AFTER}": f"<= {form.limit}"}
                found.append((verb.name, read.condition(test, names, "limit")))
        return tuple(found)

    def _target(self, form: MeasureForm, kind: Kind, read: Reader) -> Condition:
        if form.target is None:
            return ALWAYS
        name = Name((form.of, form.short), kind, words_of(form))
        try:
            return compile_condition({"value": form.target}, Vocabulary({"value": name}), read.where("target"))
        except ConditionFault as fault:
            read.grammar(fault, "target")
            return ALWAYS


DEFINING = ("of", "count", "sum", "average", "percentile", "share", "where", "per", "on")


def read_by(control: Control, by_name: Any) -> list[MeasureControl]:
    """The measures that a control reads live, through formulas too."""
    needs = getattr(control, "needs", None)
    waiting = [path[-1] for path in needs.facts if len(path) == 2] if needs else []
    found: dict[str, MeasureControl] = {}
    while waiting:
        short = waiting.pop().removesuffix(AFTER)
        for (_, name), measure in by_name.items():
            if name == short and measure.key not in found:
                found[measure.key] = measure
                if measure.formula:
                    waiting += [one.path[-1] for one in measure.formula.names()]
    return list(found.values())
