"""What a form's validation found, in words for people: each pydantic error becomes a fault with line and cure."""

from collections.abc import Callable, Iterable
from typing import Any, get_args

import pydantic
from pydantic_core import ErrorDetails

from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions
from keguan.policies.faults import Fault, Path, Place

KINDS = {
    "dict_type": Label("一组“键: 值”", "keys with values"),
    "model_type": Label("一组“键: 值”", "keys with values"),
    "list_type": Label("一个列表（每行以 - 开头）", "a list (each line begins with -)"),
    "tuple_type": Label("一个列表", "a list"),
    "string_type": Label("文字", "text"),
    "int_type": Label("整数", "a whole number"),
    "int_parsing": Label("整数", "a whole number"),
    "decimal_type": Label("数", "a number"),
    "decimal_parsing": Label("数", "a number"),
    "float_parsing": Label("数", "a number"),
    "bool_type": Label("true 或 false", "true or false"),
    "bool_parsing": Label("true 或 false", "true or false"),
    "date_type": Label("日期（如 2026-01-01）", "a date such as 2026-01-01"),
    "date_parsing": Label("日期（如 2026-01-01）", "a date such as 2026-01-01"),
    "date_from_datetime_parsing": Label("日期（如 2026-01-01）", "a date such as 2026-01-01"),
}
CODES = Label("用小写字母、数字和连接符，以字母开头", "lower-case letters, digits and joiners, a letter first")


def validate(form: type[pydantic.BaseModel], data: Any, place: Place, report: Callable[[Fault], None]) -> Any:
    """The checked form, or None after telling each fault."""
    try:
        return form.model_validate(data)
    except pydantic.ValidationError as error:
        for fault in faults(form, data, error, place):
            report(fault)
        return None


def faults(form: type[pydantic.BaseModel], data: Any, error: pydantic.ValidationError, place: Place) -> Iterable[Fault]:
    """One fault for each place at which the form does not hold."""
    told: set[tuple[Path, str]] = set()
    for detail in error.errors():
        path, unknown = _known(data, detail["loc"])
        message, cure = _words(form, detail, path, unknown)
        if (path, message.en) not in told:
            told.add((path, message.en))
            yield place.fault(message, cure, *path)


def _known(data: Any, loc: tuple[int | str, ...]) -> tuple[Path, str]:
    """The part of pydantic's location that exists in the data (it also names branches of unions), and the rest."""
    path: list[int | str] = []
    for step in loc:
        is_index = isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        if is_index or (isinstance(data, dict) and step in data):
            data = data[step]
            path.append(step)
    return tuple(path), str(loc[-1]) if loc else ""


def _words(form: type[pydantic.BaseModel], detail: ErrorDetails, path: Path, last: str) -> tuple[Label, Label]:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = list(_fields_at(form, path[:-1]))
        close = suggestions(last, known)
        cure = Label("可用的键：" + "、".join(known), "keys: " + ", ".join(known))
        if close:
            cure = Label(f"是否想写：{close[0]}", f"did you mean: {close[0]}")
        return Label(f"不认识的键“{last}”", f"unknown key “{last}”"), cure
    if kind == "missing":
        return Label(f"缺少“{last}”", f"“{last}” is missing"), Label(f"补上 {last}:", f"add {last}:")
    if kind in KINDS:  # a wrong kind of value
        message = Label(f"这里应是{KINDS[kind].zh}", f"{KINDS[kind].en} is expected here")
        return message, _instead(given, KINDS[kind])
    if kind == "string_pattern_mismatch":
        return Label(f"“{given}”不能作代号", f"“{given}” cannot be a code"), CODES
    if kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
        return Label(f"“{given}”不在可选项里", f"“{given}” is not one of the options"), _meant(given, expected)
    said: tuple[Any, ...] = getattr(detail.get("ctx", {}).get("error"), "args", ())
    if len(said) == 2 and all(isinstance(part, Label) for part in said):
        return said[0], said[1]
    message = Label(f"这里写得不对（{detail['msg']}）", f"this is not right ({detail['msg']})")
    return message, Label("参照参考文档里这一项的写法", "see how the reference writes it")


def _meant(given: Any, expected: str) -> Label:
    close = suggestions(str(given), expected.split(", "))
    if close:
        return Label(f"是否想写：{close[0]}", f"did you mean: {close[0]}")
    return Label(f"可以写：{expected}", f"one of: {expected}")


def _instead(given: Any, expected: Label) -> Label:
    shown = "" if isinstance(given, dict | list) else str(given)
    if "：" in shown:
        return Label("键后面用半角冒号加空格", "put an ASCII colon and a blank after a key")
    if shown != shown.translate(str.maketrans("０１２３４５６７８９", "0123456789")):
        return Label("数字用半角", "write digits in ASCII")
    zh = f"把“{shown}”改成{expected.zh}" if shown else f"改成{expected.zh}"
    return Label(zh, f"change “{shown}” into {expected.en}" if shown else f"make it {expected.en}")


def _fields_at(form: Any, path: Path) -> Iterable[str]:
    """Keys that the form takes at a path."""
    for step in path:
        models = list(_models(form))
        field = next((model.model_fields[step] for model in models if step in model.model_fields), None)
        form = field.annotation if field else (form if isinstance(step, int) or not models else None)
    for model in _models(form):
        yield from (field.alias or name for name, field in model.model_fields.items())


def _models(annotation: Any) -> Iterable[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from _models(part)
