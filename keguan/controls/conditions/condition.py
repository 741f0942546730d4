"""A compiled condition: one tree and its readings. Owns no grammar; it hands the tree to the readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import nodes
from keguan.controls.conditions.axes import Values
from keguan.controls.conditions.columns import Columns
from keguan.controls.conditions.faults import Where
from keguan.controls.conditions.live import Reading, aggregated, parameter_value, reading
from keguan.controls.conditions.lookup import Lookup, check_filter
from keguan.controls.conditions.names import ACT, LineList, Name, Names
from keguan.controls.conditions.reading import read_condition
from keguan.controls.conditions.regions import Space
from keguan.controls.conditions.scope import LineScope, Scope
from keguan.controls.conditions.sentences import sentence
from keguan.kernel.records.kinds import Kind, empty
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from django.db.models import Q
    from ibis.expr.types import BooleanValue


@dataclass(frozen=True)
class Condition:
    """A condition with its readings. Two conditions are equal when their trees are.

    `adopted` is what is known of its parameters: what the company set stands in its words.
    """

    tree: nodes.Node
    adopted: Mapping[str, nodes.Adopted] = field(default_factory=dict, compare=False, repr=False)
    test: Reading = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "test", reading(self.tree))

    def ibis(self, columns: Columns) -> "BooleanValue":
        """The condition over a table: a boolean column, NULL where it is unknown."""
        from keguan.controls.conditions.batch import answer  # ibis takes a second to load

        return answer(self.tree, columns)

    def check_filter(self, where: Where | None = None, lookup: Lookup | None = None) -> None:
        """`ConditionFault` where it cannot filter a list: acts, approvals, lines, facts that `lookup` cannot read."""
        check_filter(self.tree, where or Where(), lookup)

    def q(self, lookup: Lookup) -> "Q":
        """The filter of a query for the rows for which it is true; LookupError for what `check_filter` refuses."""
        from keguan.controls.conditions.filters import answer  # Django's fields are needed by lists only

        return answer(self.tree, lookup).true

    def q_unknown(self, lookup: Lookup) -> "Q":
        """The filter for the rows for which it is unknown."""
        from keguan.controls.conditions.filters import answer

        return answer(self.tree, lookup).unknown

    def intervals(self) -> dict[tuple[str, ...], Values]:
        """By path, the values with which it can be true, of the facts that literals decide; TooMany where none can say.

        For a condition on one fact these are exactly the values for which it is true.
        """
        space = Space([self.tree])
        return space.values(space.true(self.tree))

    def sentence(self, language: str = "zh-hans", *, controls: Mapping[str, Label] | None = None) -> str:
        """The condition in words; the words of approvals are put in where given."""
        return self.label(controls=controls).text(language)

    def label(self, *, controls: Mapping[str, Label] | None = None) -> Label:
        """The condition in words, in both languages."""
        return sentence(self.tree, self.adopted, controls or {})

    @property
    def is_always(self) -> bool:
        """Whether it is true whatever the facts (`when` left out)."""
        return self.tree == nodes.All(())

    def names(self) -> tuple[Name, ...]:
        """Every fact it may read (a line's fact by the list's path and field), in order, without repeats."""
        found: dict[tuple[str, ...], Name] = {}
        for node in nodes.walk(self.tree):
            for name in _names(node):
                if name.path[0] != ACT:
                    found.setdefault(name.path, name)
        return tuple(found.values())

    def facts(self) -> frozenset[tuple[str, ...]]:
        """The paths it may read, those of line lists included."""
        lists = {node.of.path for node in nodes.walk(self.tree) if isinstance(node, nodes.Every | nodes.Aggregate)}
        return frozenset({name.path for name in self.names()} | lists)

    def line_lists(self) -> frozenset[tuple[str, ...]]:
        """The paths of the line lists it reads."""
        found = (node.of for node in nodes.walk(self.tree) if isinstance(node, nodes.Every | nodes.Aggregate))
        return frozenset(one.path for one in found if isinstance(one, LineList))

    def done(self) -> tuple[nodes.Done, ...]:
        """The leaves about acts that were done."""
        return tuple(node for node in nodes.walk(self.tree) if isinstance(node, nodes.Done))

    def verbs(self) -> frozenset[str]:
        """The verbs named under `done` and `not_done`."""
        return frozenset(verb for node in self.done() for verb in (*node.names, *node.wanted))

    def controls(self) -> frozenset[str]:
        """The ids named under `covered_by`; the rulebook checks that they exist."""
        return frozenset(node.control for node in nodes.walk(self.tree) if isinstance(node, nodes.CoveredBy))

    def parameters(self) -> dict[str, nodes.Parameter]:
        """The parameters it needs, by name, with kind and suggestion."""
        found = (one for node in nodes.walk(self.tree) for one in _operands(node))
        return {one.name: one for one in found if isinstance(one, nodes.Parameter)}

    def reads(self, scope: Scope) -> dict[str, Any]:
        """The facts it reads by key, as their kinds hold them; a line's fact gives the list of its values."""
        values: dict[str, Any] = {}
        lists = {path: scope.lines(path) for path in self.line_lists()}
        for name in self.names():
            lines = lists.get(name.path[:-1], ())
            if name.path[:-1] in lists:
                values[name.key] = None if lines is None else [line.get(name.path[-1]) for line in lines]
            else:
                values[name.key] = scope.get(name.path)
        for path, counted in lists.items():
            if not any(name.path[:-1] == path for name in self.names()):
                values[".".join(path)] = None if counted is None else len(counted)
        return values

    def outcomes(self, scope: Scope) -> dict[str, bool | None]:
        """What each leaf outside lines answers, by its English words: the journal's form for personal facts."""
        leaves = (node for node in _outside(self.tree))
        return {sentence(leaf, {}, {}).en: reading(leaf)(scope) for leaf in leaves}

    def missing(self, scope: Scope) -> list[Name]:
        """The facts whose absence leaves the answer unknown; empty when it is known. A parameter is `("@", name)`."""
        found: dict[tuple[str, ...], Name] = {}
        for name in _missing(self.tree, scope):
            known = self.adopted.get(name.path[-1]) if name.path[0] == "@" else None
            found.setdefault(name.path, replace(name, label=known.label) if known else name)
        return list(found.values())

    def negated(self) -> "Condition":
        """The opposite condition."""
        return Condition(nodes.negate(self.tree), self.adopted)

    def adopting(self, known: Mapping[str, nodes.Adopted]) -> "Condition":
        """The same condition, whose words say what the company set for its parameters."""
        return Condition(self.tree, known) if known else self


_ANY = Kind()
ALWAYS = Condition(nodes.All(()))


def compile_condition(raw: Any, names: Names, where: Where | None = None, *, lists: str = "any") -> Condition:
    """The condition written in `raw` (maps, lists and scalars, ruamel's or plain); None and {} are always true.

    A list means *any*; `lists="all"` is for `that:`, where each entry must hold. `ConditionFault` where it cannot run.
    """
    if raw is None or raw == {}:
        return ALWAYS
    return Condition(read_condition(raw, names, (where or Where()).at(raw), lists=lists))


def compile_when(when: Any, unless: Any, names: Names, where: Where | None = None) -> Condition:
    """`when` and not `unless`, each left out by None."""
    applies = compile_condition(when, names, where)
    if unless is None or unless == {}:
        return applies
    parts = applies.tree.of if isinstance(applies.tree, nodes.All) else (applies.tree,)
    tree = nodes.negate(compile_condition(unless, names, where).tree)
    return Condition(nodes.All((*parts, tree)) if parts else tree)


def _names(node: nodes.Node) -> tuple[Name, ...]:
    others = tuple(one.name for one in _operands(node) if isinstance(one, nodes.FactValue))
    match node:
        case nodes.Test(name=name):
            return (name, *others)
        case nodes.Aggregate(of=of, field=field):
            return (*((field,) if field else ()), *((of,) if isinstance(of, Name) else ()), *others)
        case nodes.Done(since=since):
            return (*((since,) if isinstance(since, Name) else ()), *others)
        case _:
            return ()


def _operands(node: nodes.Node) -> tuple[nodes.Operand, ...]:
    match node:
        case nodes.Test(comparison=comparison) | nodes.Aggregate(comparison=comparison):
            return nodes.operands(comparison)
        case nodes.Done(times=times) if times is not None:
            return nodes.operands(times)
    return ()


def _outside(node: nodes.Node) -> list[nodes.Node]:
    match node:
        case nodes.All(of=parts) | nodes.Any(of=parts) | nodes.AtLeast(of=parts):
            return [leaf for part in parts for leaf in _outside(part)]
        case _:
            return [node]


def _missing(node: nodes.Node, scope: Scope) -> list[Name]:  # noqa: PLR0911  # one per node
    if reading(node)(scope) is not None:
        return []
    match node:
        case nodes.All(of=parts) | nodes.Any(of=parts) | nodes.AtLeast(of=parts):
            return [name for part in parts for name in _missing(part, scope)]
        case nodes.Every(of=lines, have=have):
            found = scope.lines(lines.path)
            if found is None:
                return [Name(lines.path, _ANY, lines.label)]
            return [name for line in found for name in _missing(have, LineScope(scope, lines.path, line))]
        case nodes.Test(name=name, comparison=comparison):
            absent = [name] if empty(scope.get(name.path)) else []
            return absent + _absent_operands(comparison, scope) or [name]
        case nodes.Aggregate(of=of, field=field, comparison=comparison):
            absent = [field or Name(of.path, _ANY, of.label)] if aggregated(node, scope) is None else []
            return absent + _absent_operands(comparison, scope)
        case nodes.Done(since=since, tests=tests, times=times):
            absent = [since] if isinstance(since, Name) and empty(scope.get(since.path)) else []
            outer = () if tests is None else Condition(tests).names()
            absent += [name for name in outer if empty(scope.get(name.path))]
            return absent + (_absent_operands(times, scope) if times is not None else [])
        case _:
            return []


def _absent_operands(comparison: nodes.Comparison, scope: Scope) -> list[Name]:
    absent = []
    for one in nodes.operands(comparison):
        if isinstance(one, nodes.FactValue) and empty(scope.get(one.name.path)):
            absent.append(one.name)
        if isinstance(one, nodes.Parameter) and parameter_value(scope, one.name, one.kind) is None:
            absent.append(Name(("@", one.name), one.kind, Label(f"参数 {one.name}", f"parameter {one.name}")))
    return absent
