"""Kinds as JSON: the schema that OpenAPI shows, and whether a JSON value has the right type for a kind.

The value itself is read by the kind, as at every other door.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Fields,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.types import Fact

Schema = dict[str, Any]

NUMERIC: Schema = {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?$"}


def schema(kind: Kind, label: Label | None = None, help_: Label | None = None) -> Schema:
    """The JSON Schema (2020-12) of a kind."""
    found = _of(kind)
    if label is not None:
        found["title"] = both(label)
    if help_ is not None:
        found["description"] = both(help_)
    return found


def _of(kind: Kind) -> Schema:  # noqa: PLR0911 – one line for each kind
    match kind:
        case Text():
            return {"type": "string", "maxLength": kind.longest}
        case Integer():
            return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
        case Number():
            return {"anyOf": [NUMERIC, {"type": "number"}]}
        case MoneyKind():
            amount: Schema = {"anyOf": [NUMERIC, {"type": "number"}]}
            currency = {"type": "string", "pattern": "^[A-Z]{3}$", "default": kind.currency}
            money = {
                "type": "object",
                "properties": {"amount": amount, "currency": currency},
                "required": ["amount"],
                "additionalProperties": False,
                "examples": [{"amount": "3200.00", "currency": kind.currency}],
            }
            return {"anyOf": [money, NUMERIC, {"type": "number"}]}
        case Date():
            return {"type": "string", "format": "date"}
        case Moment():
            return {"type": "string", "format": "date-time"}
        case Boolean():
            return {"type": "boolean"}
        case Choice():
            return {
                "type": "string",
                "enum": list(kind.options),
                "description": "; ".join(f"{code}: {both(label)}" for code, label in kind.options.items()),
            }
        case Reference():
            return {"type": "string", "description": f"{kind.to}: id / code"}
        case Listing():
            return {"type": "array", "items": _of(kind.of), "maxItems": kind.most}
        case Fields():
            return {"type": "object", "additionalProperties": True}
    return {"type": "string"}


def nullable(found: Schema) -> Schema:
    """The same or nothing: null empties a fact."""
    said: Schema = {name: text for name, text in found.items() if name in ("title", "description")}
    plain: Schema = {name: part for name, part in found.items() if name not in said}
    return {"anyOf": [plain, {"type": "null"}], **said}


def both(label: Label) -> str:
    """A label in both languages, for what is read by people of either."""
    return label.zh if label.zh == label.en else f"{label.zh} · {label.en}"


def arguments_schema(verb: Verb) -> Schema:
    """The object that a verb takes."""
    properties = {
        argument.name: found if argument.required else nullable(found)
        for argument in verb.arguments
        for found in [schema(argument.kind, argument.label, argument.help)]
    }
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [argument.name for argument in verb.arguments if argument.required]
    return {**found, "required": required} if required else found


def output(fact: Fact) -> Schema:
    """The schema of a fact in answers: numbers and money in one form each."""
    match fact.kind:
        case Number():
            found: Schema = dict(NUMERIC)
        case MoneyKind():
            found = {"type": "object", "properties": {"amount": NUMERIC, "currency": {"type": "string"}}}
        case Reference():
            found = {"type": "string", "format": "uuid", "description": fact.kind.to}
        case _:
            found = _of(fact.kind)
    found.pop("maxLength", None)
    return nullable({**found, "title": both(fact.label)})


def misfit(kind: Kind, raw: object) -> Label | None:  # noqa: PLR0911 – one line for each kind
    """What JSON type was expected where another one was given; a string is judged by its kind alone."""
    is_number = isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)
    match kind:
        case Boolean():
            return None if isinstance(raw, bool) else Label("应为 true 或 false", "should be true or false")
        case Integer():
            return None if is_number or isinstance(raw, str) else Label("应为整数", "should be a whole number")
        case Number():
            return None if is_number or isinstance(raw, str) else Label("应为数", "should be a number")
        case MoneyKind():
            return _money_misfit(raw, is_number=is_number)
        case Listing():
            if not isinstance(raw, list):
                return Label("应为数组", "should be an array")
            return next((fault for part in raw if (fault := misfit(kind.of, part))), None)
        case Fields():
            return None if isinstance(raw, dict) else Label("应为对象", "should be an object")
    return None if isinstance(raw, str) else Label("应为字符串", "should be a string")


def _money_misfit(raw: object, *, is_number: bool) -> Label | None:
    if isinstance(raw, dict):
        strange = [name for name in raw if name not in ("amount", "currency")]
        if strange:
            return Label(f"金额里没有“{strange[0]}”这一项", f"an amount of money has no “{strange[0]}”")
        parts = raw.get("amount"), raw.get("currency")
        if isinstance(parts[0], bool | list | dict) or not isinstance(parts[1], str | None):
            return Label(
                '应写成 {"amount": "3200.00", "currency": "CNY"}', 'should be {"amount": "3200.00", "currency": "CNY"}'
            )
        return None
    fits = is_number or isinstance(raw, str)
    return None if fits else Label("应为金额（对象、数或字符串）", "should be money: an object, a number or a string")


def misfits(verb: Verb, args: Mapping[str, Any]) -> list[Reason]:
    """Everything that is wrong with arguments of which one or more have the wrong JSON type; nothing where none has."""
    wrong: list[Reason] = []
    for argument in verb.arguments:
        raw = args.get(argument.name)
        if raw is not None and (fault := misfit(argument.kind, raw)):
            wrong.append(Reason(about(argument.label, fault), field=argument.name, kind="input"))
    if not wrong:
        return []
    fields = {reason.field for reason in wrong}
    _, others = parse(verb, {name: raw for name, raw in args.items() if name not in fields})
    return wrong + [reason for reason in others if reason.field not in fields]
