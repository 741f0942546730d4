"""Finds the subcommand, runs it, and turns faults into one sentence and an exit status."""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from keguan import cli
from keguan.site.speech import language, say, worded


class Parser(argparse.ArgumentParser):
    """argparse, saying where to find help in the user's language."""

    def error(self, message: str) -> NoReturn:
        """End with status 2 and a sentence."""
        self.print_usage(sys.stderr)
        say(
            f"{self.prog}：参数有误：{message}。用 {self.prog} --help 查看用法。",
            f"{self.prog}: {message}. See {self.prog} --help.",
            is_fault=True,
        )
        sys.exit(2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `keguan` with `arguments` (default: the process's) and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = build_parser(given)
    try:
        chosen = parser.parse_args(given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    try:
        status = chosen.run(chosen)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader (`head`, `less`) has seen enough; nothing may be written at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the border to a person: a traceback explains nothing to most
        if chosen.traceback:
            raise
        return _explain(error)
    return status or 0


def module_names() -> list[str]:
    """The modules beside this one: some of them are subcommands."""
    return [module.name for module in pkgutil.iter_modules(cli.__path__) if not module.name.startswith("_")]


def build_parser(given: Sequence[str]) -> Parser:
    """The parser with the subcommand that `given` names, or with all of them when it names none."""
    parser = Parser(
        prog="keguan",
        description=worded("客管：让公司的制度运行起来", "Keguan: the system that runs a company's policies"),
    )
    parser.add_argument("--traceback", action="store_true", help=worded("出错时显示完整的追踪", "show tracebacks"))
    subparsers = parser.add_subparsers(
        title=worded("子命令", "subcommands"), metavar=worded("命令", "COMMAND"), required=True
    )
    wanted = next((argument for argument in given if not argument.startswith("-")), None)
    known = {name.rstrip("_").replace("_", "-"): name for name in module_names()}
    for name in [known[wanted]] if wanted in known else known.values():
        module = importlib.import_module(f"keguan.cli.{name}")
        _register(module, subparsers)
    return parser


def _register(module: ModuleType, subparsers: "argparse._SubParsersAction[Parser]") -> None:
    register = getattr(module, "register", None)
    if register is not None:
        register(subparsers)


def _explain(error: Exception) -> int:
    """Print one sentence for `error`; the exit status."""
    text = getattr(error, "text", None)
    if callable(text):
        print(text(language()), file=sys.stderr)
        return int(getattr(error, "status", 1))
    state = getattr(error.__cause__ or error, "sqlstate", None)
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if state == "42P01":
        say(
            "数据库还没有建好表，请先运行：keguan migrate",
            "The database has no tables yet: keguan migrate",
            is_fault=True,
        )
    elif type(error).__name__ == "OperationalError":
        say(f"数据库没有回应：{reason}", f"The database does not answer: {reason}", is_fault=True)
    elif isinstance(error, OSError):
        say(f"文件或网络出错：{error}", f"A file or the network failed: {error}", is_fault=True)
    else:
        name = type(error).__name__
        say(
            f"客管内部出错（{name}：{reason}）。加上 --traceback（放在子命令之前）可看到详情。",
            f"Keguan failed inside ({name}: {reason}). `keguan --traceback …` shows where.",
            is_fault=True,
        )
    return 1
