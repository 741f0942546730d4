"""The reference page of controls, made from the engines' forms: what a policy may write under each kind."""

import inspect
import typing
from collections.abc import Iterator

import pydantic
from pydantic.fields import FieldInfo

from keguan.kernel.records.labels import Label
from keguan.policies.engines import ControlForm, engines

TITLE = Label("管控项", "Kinds of controls")
HEAD = Label(
    "每种管控项写在条款的 `controls` 下，键名是种类。所有种类都有：`id`（各版本不变的编号）、"
    "`rules`（依据的要求编号）、`trial`（试行：只观察）。条件、期限、人员的写法见制度包的格式。",
    "Each control stands under `controls` of its clause; the key is its kind. All kinds have `id` (the same in every "
    "version), `rules` (requirements it meets) and `trial` (observes only). How conditions, terms and people are "
    "written stands with the format of a pack.",
)
COLUMNS = {"zh-hans": "| 键 | 必填 | 意思 |", "en": "| key | required | meaning |"}
YES = Label("是", "yes")


def pages() -> dict[str, str]:
    """The page in both languages, by file name."""
    return {"controls.md": _page("en"), "controls.zh-CN.md": _page("zh-hans")}


def _page(language: str) -> str:
    lines = [f"# {TITLE.text(language)}", "", HEAD.text(language)]
    for engine in engines.values():
        lines += ["", f"## `{engine.name}` · {engine.label.text(language)}", "", _said(engine.form, language), ""]
        lines += _table(engine.form, language)
        for part in dict.fromkeys(_parts(engine.form)):
            lines += ["", f"**{_named(part)}** — {_said(part, language)}", "", *_table(part, language)]
    return "\n".join(lines) + "\n"


def _said(form: type[pydantic.BaseModel], language: str) -> str:
    parts = inspect.cleandoc(form.__doc__ or "").replace("\n", " ").split(" / ")
    # forms say it in Chinese first, parts of forms in English first
    fitting = [part for part in parts if part.isascii() is (language == "en")]
    return (fitting or parts)[0]


def _table(form: type[pydantic.BaseModel], language: str) -> list[str]:
    rows = [COLUMNS[language], "|---|---|---|"]
    for name, field in form.model_fields.items():
        if name in ControlForm.model_fields and form is not ControlForm:
            continue
        zh, _, en = (field.description or "").partition(" / ")
        said = ((en or zh) if language == "en" else zh).replace("|", "\\|")
        needed = YES.text(language) if field.is_required() else ""
        rows.append(f"| `{field.alias or name}` | {needed} | {said} |")
    return rows


def _parts(form: type[pydantic.BaseModel]) -> Iterator[type[pydantic.BaseModel]]:
    """The maps inside a form, outermost first."""
    for field in form.model_fields.values():
        for part in _models(field):
            yield part
            yield from _parts(part)


def _models(field: FieldInfo) -> Iterator[type[pydantic.BaseModel]]:
    waiting: list[object] = [field.annotation]
    while waiting:
        one = waiting.pop()
        is_form = typing.get_origin(one) is None and inspect.isclass(one) and issubclass(one, pydantic.BaseModel)
        if is_form and _said(typing.cast("type[pydantic.BaseModel]", one), "en"):
            yield typing.cast("type[pydantic.BaseModel]", one)
        waiting.extend(typing.get_args(one))


def _named(part: type[pydantic.BaseModel]) -> str:
    return part.__name__.removeprefix("_").removesuffix("Form").lower()
