"""A pack told anew: every figure scaled and every name exchanged, in its policies and its scenarios alike.

Amounts are three times what they were, quantities and terms in days twice, terms in hours half; days between the
steps of a scenario grow as the terms do. People, units, customers, roles and forms get other names, as long as names
may be and with signs that names may have; their codes, parameters, policies, controls and clauses are called
otherwise. Scenarios that pass as they are written must pass like this: what they need stands in the pack, and nothing
of it in the product.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from keguan.controls.engines.register_types import register_types
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.packs.text import read
from tests.packs.retold_names import Codes, named
from tests.packs.retold_times import DAYS, Times

MONEY, QUANTITY = 3, 2
TERM = re.compile(r"(by day )?(\d+)( days?| hours?)?(.*)", re.ASCII)
TEST = re.compile(r"(not\s+)?(<=|>=|!=|<|>|)\s*(\d+(?:\.\d+)?)", re.ASCII)
BAND = re.compile(r"([\[(])(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)([\])])", re.ASCII)
CALENDAR = re.compile(r"\b(week|month|quarter|year)s?\b|last_|this_|YYYY")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
WORDS = frozenset({"rules", "id", "says", "text", "title", "zh", "en", "number"})


def retold(texts: Mapping[str, str], *, only_policies: bool = False) -> dict[str, str]:
    """The pack of these texts with all figures and names changed; with `only_policies` its figures only there."""
    data = {file: read(file, text).data for file, text in texts.items()}
    codes = Codes.of(data.values(), _reserved())
    bound = frozenset(_bound(data))
    figures = Figures(data)
    found = {}
    for file, part in data.items():
        if not file.startswith("scenarios/"):
            told = figures.scaled(part)
        elif only_policies:
            told = part
        else:
            told = {**part, "scenarios": [_dilated(figures.scaled(one), bound) for one in part["scenarios"]]}
        found[file] = json.dumps(codes.exchanged(named(told)), ensure_ascii=False, indent=1)
    return found


class Figures:
    """Multiplies what is an amount, a quantity or a term, wherever it stands."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._factors: dict[str, int] = {}
        formulas = [str(form.get("formula", "")) for form in _forms(data)]
        multiplied = {name for one in formulas if "*" in one for name in re.findall(r"\w+", one)}
        for name, kind in _kinds(data):
            if kind == "money":
                self._factors[name] = MONEY
            elif kind in ("number", "days") and name not in multiplied:  # what is multiplied grows with its rate
                self._factors[name] = QUANTITY

    def scaled(self, part: Any, key: str = "") -> Any:
        """The same with its figures scaled; a figure belongs to the fact, argument or parameter it stands under."""
        if isinstance(part, Mapping):
            tested = str(part["sum"]) if "sum" in part and "is" in part else ""
            return {name: self.scaled(inner, tested if tested and name == "is" else name)
                    for name, inner in part.items()}  # fmt: skip
        if isinstance(part, list):
            return [self.scaled(inner, key) for inner in part]
        if isinstance(part, bool) or key in WORDS or not isinstance(part, int | str):
            return part
        factor = self._factors.get(key.rpartition(".")[2])
        if factor is not None:
            return _multiplied(part, factor)
        return _term(part) if isinstance(part, str) else part


def _multiplied(value: int | str, factor: int) -> int | str:
    if isinstance(value, int):
        return value * factor
    times: Callable[[str], str] = lambda figure: str(Decimal(figure) * factor)  # noqa: E731 – said once for both
    if found := BAND.fullmatch(value):
        return f"{found[1]}{times(found[2])}..{times(found[3])}{found[4]}"
    if found := TEST.fullmatch(value):
        return f"{found[1] or ''}{found[2]}{' ' if found[2] else ''}{times(found[3])}"
    return value


def _term(text: str) -> str:
    found = TERM.fullmatch(text)
    if found is None or found[4].strip() or not (found[1] or found[3]):
        return text
    count = int(found[2])
    if found[3] and "hour" in found[3]:
        if count % 2:
            raise ValueError(f"{text}: hours are halved, so a term in hours has to be even")
        return f"{count // 2} hours"
    return f"{found[1] or ''}{count * DAYS}{' days' if found[3] else ''}"


def _dilated(scenario: Mapping[str, Any], bound: Collection[str]) -> dict[str, Any]:
    """A scenario with its days further apart; one about calendar months stays in its months."""
    cited = {rule for step in scenario["steps"] for rule in step.get("rules", ())}
    times = Times([str(step["at"]) for step in scenario["steps"]], in_months=bool(cited & set(bound)))
    return {**scenario, "steps": [_moved(step, times) for step in scenario["steps"]]}


def _moved(step: Mapping[str, Any], times: Times) -> dict[str, Any]:
    then = [
        {
            kind: {**check, "due": times.end(str(check["due"]))} if "due" in check else check
            for kind, check in one.items()
        }
        for one in step.get("then", ())
    ]
    at = (times.act if "do" in step else times.look)(str(step["at"]))
    given = {key: times.act(value) if MOMENT.fullmatch(str(value)) else value for key, value in step.get("with", {}).items()}
    return {**step, "at": at, **({"then": then} if then else {}), **({"with": given} if given else {})}


def _forms(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for file, part in data.items():
        if file.startswith("policies/"):
            yield from _controls(part)


def _controls(part: Any) -> Iterator[Mapping[str, Any]]:
    for clause in part.get("clauses", ()):
        for control in clause.get("controls", ()):
            yield from control.values()
        yield from _controls(clause)


def _bound(data: Mapping[str, Any]) -> Iterator[str]:
    """The rules of controls that go by the calendar's weeks, months or years."""
    for form in _forms(data):
        body = {key: value for key, value in form.items() if key not in ("title", "says", "text", "number")}
        if CALENDAR.search(json.dumps(body, ensure_ascii=False)):
            yield from form.get("rules", ())


def _kinds(data: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What holds an amount, a quantity, or a number of days that the pack itself declares."""
    for name, record_type in vocabulary.types.items():
        if name not in register_types:
            for fact in (*record_type.facts, *(fact for lines in record_type.lines for fact in lines.facts)):
                yield fact.name, fact.kind.name
    for name, parameter in data["pack.yaml"].get("parameters", {}).items():
        yield name, parameter["kind"]
    for fields in data["pack.yaml"].get("fields", {}).values():
        yield from ((name, field["kind"]) for name, field in fields.items())
    for form in _forms(data):
        if "type" not in form:
            continue
        for fields in (form.get("fields", {}), *form.get("lines", {}).values()):
            for name, field in fields.items():
                kind = str(field.get("kind", "text") if isinstance(field, Mapping) else field)
                yield name, "days" if name == "days" and kind == "integer" else kind


def _reserved() -> frozenset[str]:
    """Words of the product: a code of a pack that is one of them is left as it is, since it may mean the product's."""
    own = [one for name, one in vocabulary.types.items() if name not in register_types]
    facts = [fact for one in own for fact in (*one.facts, *(fact for lines in one.lines for fact in lines.facts))]
    verbs = [verb for verb in vocabulary.verbs.values() if verb.on not in register_types]
    words = {part for verb in verbs for part in verb.name.split(".")}
    words.update(argument.name for verb in verbs for argument in verb.arguments)
    words.update(choice for fact in facts for choice in getattr(fact.kind, "choices", ()))
    words.update(stage.name for one in own for stage in one.stages)
    return frozenset(words | {one.name for one in own} | {fact.name for fact in facts})
