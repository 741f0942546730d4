"""Fields and parameters as packs declare them, turned into the kernel's facts and typed values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keguan.kernel.records.kinds import (
    BadValue,
    Boolean,
    Choice,
    Date,
    Fields,
    Integer,
    Kind,
    Moment,
    MoneyKind,
    Number,
    Text,
    empty,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.policies.book import TYPE, BookDraft, Parameter
from keguan.policies.faults import Place


@dataclass(frozen=True, slots=True)
class Pairs(Fields):
    """Values by name, as a map or as text: `registered: 1 day; accepted: 2 days`."""

    def parse(self, raw: object) -> dict[str, Any]:
        if isinstance(raw, str):
            pairs = [part.replace("：", ":").partition(":") for part in re.split("[;；\n]", raw) if part.strip()]
            if not pairs or not all(name.strip() and value.strip() for name, _, value in pairs):
                raise BadValue("写成“名: 值; 名: 值”", "write “name: value; name: value”")
            return {name.strip(): value.strip() for name, _, value in pairs}
        return Fields.parse(self, raw)


def kind_of(declared: Mapping[str, Any], currency: str) -> Kind:
    """The kernel's kind for a declared field or parameter; a term is text that the controls read."""
    name = declared["kind"]
    kinds: dict[str, Kind] = {
        "text": Text(),
        "term": Text(80),
        "long_text": Text(8000, lines=True),
        "integer": Integer(),
        "number": Number(),
        "money": MoneyKind(currency=currency),
        "date": Date(),
        "moment": Moment(),
        "boolean": Boolean(),
        "map": Pairs(),
        "choice": Choice({code: Label(**words) for code, words in declared.get("choices", {}).items()}),
    }
    return kinds[name]


def label_of(words: Mapping[str, Any] | None) -> Label | None:
    """A label from `zh` and `en`, or nothing."""
    return Label(words["zh"], words["en"]) if words else None


def fields_of(declared: Mapping[str, Mapping[str, Any]], currency: str) -> dict[str, Fact]:
    """Declared fields of one record type as facts by name."""
    return {
        name: Fact(
            name,
            kind_of(field, currency),
            Label(field["zh"], field["en"]),
            personal=bool(field.get("personal")),
            required=bool(field.get("required")),
            help=label_of(field.get("help")),
        )
        for name, field in declared.items()
    }


def parameter_of(name: str, declared: Mapping[str, Any], value: Any, currency: str) -> Parameter:
    """A parameter with its value (as stored: JSON) typed; `BadValue` where the value does not fit its kind."""
    kind = kind_of(declared, currency)
    suggestion = declared.get("suggestion")
    return Parameter(
        name,
        kind,
        Label(declared["zh"], declared["en"]),
        None if empty(value) else kind.parse(value),
        None if empty(suggestion) else kind.parse(suggestion),
    )


def check_declarations(book: BookDraft, form: Mapping[str, Any], place: Place) -> None:
    """Faults of declared fields and parameters: unknown types, names taken, choices missing, values that do not fit."""
    for record_type, fields in form.get("fields", {}).items():
        known = book.vocabulary.types.get(record_type)
        if known is None:
            types = (name for name, found in book.vocabulary.types.items() if found.declared)
            book.report(place.unknown(TYPE, record_type, types, "fields", record_type))
            continue
        if known.declared is None:
            message = Label(f"“{known.label.zh}”不能加字段", f"no fields can be added to “{known.label.en}”")
            cure = Label("去掉这些字段", "take these fields out")
            book.report(place.fault(message, cure, "fields", record_type))
        for name, field in fields.items():
            path = ("fields", record_type, name)
            if name in known.by_name or any(line.name == name for line in known.lines):
                message = Label(f"“{name}”是产品已有的字段", f"“{name}” is a field of the product already")
                book.report(place.fault(message, Label("直接用它或换名", "use that, or take another name"), *path))
            _check_choices(book, field, place, path)
    for name, parameter in form.get("parameters", {}).items():
        inside = ("parameters", name)
        _check_choices(book, parameter, place, inside)
        for key in ("value", "suggestion"):
            if parameter["kind"] == "choice" and not parameter.get("choices"):
                continue
            _check_value(book, parameter, key, place, (*inside, key))


def _check_choices(book: BookDraft, declared: Mapping[str, Any], place: Place, path: Iterable[str]) -> None:
    if (declared["kind"] == "choice") is bool(declared.get("choices")):
        return
    if declared["kind"] == "choice":
        message = Label("选择字段没有写选项", "a choice without options")
        cure = Label("在 choices 下写：代码: {zh: …, en: …}", "write choices: code: {zh: …, en: …}")
    else:
        message = Label("只有 choice 才有选项", "only a choice has options")
        cure = Label("写 kind: choice，或删掉 choices", "write kind: choice, or remove choices")
    book.report(place.fault(message, cure, *path))


def _check_value(book: BookDraft, declared: Mapping[str, Any], key: str, place: Place, path: Iterable[str]) -> None:
    value = declared.get(key)
    if empty(value):
        return
    try:
        kind_of(declared, book.currency).parse(value)
    except BadValue as error:
        cure = Label("写成这个参数的类型", "write a value of the parameter's kind")
        book.report(place.fault(error.label, cure, *path))
