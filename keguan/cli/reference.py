"""The reference page of the command line, made from the parsers themselves."""

import argparse
import contextlib
import os
from collections.abc import Iterator

from keguan.cli.main import Parser, build_parser
from keguan.site.speech import worded


def pages() -> dict[str, str]:
    """File name → text, Chinese and English."""
    return {"command-line.md": _page("en"), "command-line.zh-CN.md": _page("zh-hans")}


def _page(language: str) -> str:
    with _speaking(language):
        parts = [worded("# 命令行\n\n由程序生成，请勿手改。", "# Command line\n\nGenerated; do not edit.")]
        for parser, help_text in _parsers(build_parser([]), worded("客管的命令行。", "Keguan from the command line.")):
            level = "#" * min(len(parser.prog.split()) + 1, 4)
            parts += [f"{level} {parser.prog}", help_text, *_arguments(parser)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _arguments(parser: Parser) -> list[str]:
    # not format_help(): its layout changes with the version of Python
    rows = []
    for action in parser._actions:  # noqa: SLF001  # argparse offers no other way to its arguments
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction):  # noqa: SLF001
            name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            default = f" ({action.default})" if action.option_strings and action.default not in (None, False) else ""
            rows.append(f"- `{name}`: {action.help or ''}{default}")
    return ["\n".join(rows)] if rows else []


def _parsers(parser: Parser, help_text: str) -> Iterator[tuple[Parser, str]]:
    yield parser, help_text
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
            for name in sorted(action.choices):
                yield from _parsers(action.choices[name], helps.get(name, ""))


@contextlib.contextmanager
def _speaking(language: str) -> Iterator[None]:
    before = os.environ.get("KEGUAN_LANG")
    os.environ["KEGUAN_LANG"] = language
    try:
        yield
    finally:
        os.environ.pop("KEGUAN_LANG")
        if before is not None:
            os.environ["KEGUAN_LANG"] = before
