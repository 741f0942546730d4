"""The reference page of REST, made from the declarations: every verb with its address and arguments."""

from keguan.api.build import UNGENERATED, UNLISTED
from keguan.api.paths import act, plural
from keguan.api.searching import searches
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Choice, Listing, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.reading import has_model

HEAD = Label(
    "# REST 接口\n\n由声明生成，请勿手改。用法见 [使用接口](../how-to/use-the-api.zh-CN.md)；"
    "机器可读的版本在 `/api/v1/openapi.json`，可试用的页面在 `/api/v1/docs`。",
    "# REST\n\nGenerated; do not edit. How to use it: [Use the API](../how-to/use-the-api.md). For programs:"
    " `/api/v1/openapi.json`; to try it out: `/api/v1/docs`.",
)
ALWAYS = Label(
    "## 概况\n\n- `GET /me`：我是谁\n- `GET /today`：今天要做的\n- `GET /policies`：现行制度与证据\n"
    "- `GET /vocabulary`：动作与记录类型\n- `POST /files`：存入文件",
    "## Overview\n\n- `GET /me`: who I am\n- `GET /today`: what is to be done today\n"
    "- `GET /policies`: policies in force, with evidence\n- `GET /vocabulary`: verbs and record types\n"
    "- `POST /files`: store a file",
)
REQUIRED = Label("必填", "required")
LIST_FORM = Label("成批：", "Many at once: ")


def pages() -> dict[str, str]:
    """File name → text, Chinese and English."""
    return {"rest.md": _page("en"), "rest.zh-CN.md": _page("zh-hans")}


def _page(language: str) -> str:
    parts = [HEAD.text(language), ALWAYS.text(language)]
    for _, record_type in sorted(vocabulary.types.items()):
        parts += _type(record_type, language)
    return "\n\n".join(parts) + "\n"


def _type(record_type: RecordType, language: str) -> list[str]:
    segment, reads = plural(record_type.name), []
    if record_type.name not in UNLISTED and has_model(record_type):
        search = "`q`, " if record_type.name in searches else ""
        facts = ", ".join(f"`{fact.name}`" for fact in record_type.facts if not fact.derived)
        filters = Label(f"可按 {search}{facts} 筛选", f"filters: {search}{facts}").text(language)
        reads = [
            f"- `GET /{segment}`: {filters}",
            f"- `GET /{segment}/{{key}}`",
            f"- `GET /{segment}/{{key}}/timeline`",
        ]
    verbs = [] if record_type.name in UNGENERATED else vocabulary.verbs_on(record_type.name)
    if not reads and not verbs:
        return []
    found = [f"## {record_type.label.text(language)} (`{record_type.name}`)", *(["\n".join(reads)] if reads else [])]
    has_creator = False
    for verb in verbs:
        found.append(_verb(verb, language, is_first=verb.creates and not has_creator))
        has_creator = has_creator or verb.creates
    return found


def _verb(verb: Verb, language: str, *, is_first: bool) -> str:
    segment, word = plural(verb.on), act(verb.name, verb.on)
    lines = [f"### {verb.label.text(language)} (`{verb.name}`)", ""]
    if not verb.creates:
        lines.append(f"`POST /{segment}/{{key}}/{word}`")
    elif is_first:
        lines.append(f"`POST /{segment}`")
    lines += ["", f"{LIST_FORM.text(language)}`POST /{segment}/{word}`", "", verb.help]
    if verb.arguments:
        lines += ["", *(_argument(argument, language) for argument in verb.arguments)]
    return "\n".join(lines)


def _argument(argument: Argument, language: str) -> str:
    needed = f", {REQUIRED.text(language)}" if argument.required else ""
    return f"- `{argument.name}` ({_kind(argument)}{needed}): {argument.label.text(language)}"


def _kind(argument: Argument) -> str:
    kind = argument.kind
    if isinstance(kind, Choice):
        return " / ".join(kind.options)
    if isinstance(kind, Reference):
        return kind.to or kind.name
    if isinstance(kind, Listing):
        return f"{kind.name}: {kind.of.to if isinstance(kind.of, Reference) else kind.of.name}"
    return kind.name
