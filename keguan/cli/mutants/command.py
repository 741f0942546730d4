"""`keguan policy test PACK --mutate`: choose mutants, try those without a verdict, report."""

import argparse
import contextlib
import os
import random
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keguan.cli.faults import CommandFault
from keguan.site.speech import worded

if TYPE_CHECKING:
    from keguan.cli.mutants.verdicts import Verdict
    from keguan.policies.mutation.mutants import Mutant
    from keguan.policies.packs.pack import Pack

MOST_WORKERS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `policy test` takes for mutants."""
    parser.add_argument(
        "--mutate",
        action="store_true",
        help=worded(
            "把每项管控改错一处再试跑情景，列出没有被发现的；中断后再运行即接着试",
            "change each control in one place, run the scenarios against it, and list what they do not notice; "
            "a run that was cut off goes on",
        ),
    )
    parser.add_argument(
        "--controls", nargs="+", metavar="NAME", help=worded("只改这些管控（id 或 制度#id）", "only these controls")
    )
    parser.add_argument(
        "--sample", type=_count, metavar="N", help=worded("只试其中 N 个，每次相同", "only N of them, always the same")
    )
    parser.add_argument(
        "--workers",
        type=_count,
        metavar="N",
        help=worded("几个进程；不写则每个处理器一个", "processes; one for each processor"),
    )
    parser.add_argument("--anew", action="store_true", help=worded("不用以前的结果", "forget earlier results"))
    parser.add_argument(
        "--json", action="store_true", help=worded("变异的结果以 JSON 输出", "print the mutants' results as JSON")
    )


def check_arguments(arguments: argparse.Namespace) -> None:
    """Refuse what does not go together."""
    if arguments.mutate:
        if arguments.pack is None:
            raise CommandFault("--mutate 要写明制度包", "--mutate needs a pack", status=2)
        if arguments.only is not None:
            raise CommandFault(
                "--only 不能与 --mutate 合用；用 --controls 选管控",
                "--only does not go with --mutate; --controls chooses controls",
                status=2,
            )
        return
    given = {"--controls": arguments.controls, "--sample": arguments.sample, "--workers": arguments.workers,
             "--anew": arguments.anew, "--json": arguments.json}  # fmt: skip
    if alone := [name for name, value in given.items() if value]:
        names = ", ".join(alone)
        raise CommandFault(f"{names} 只与 --mutate 合用", f"{names} only goes with --mutate", status=2)


def run(arguments: argparse.Namespace) -> int:
    """Try the mutants; status 1 where one survived, 130 where it was cut off."""
    from keguan.cli.scenarios.scratch import scratch_database
    from keguan.policies.packs.shelf import find_pack

    folder = find_pack(arguments.pack)
    # a pack is read once the engines are known: they note what a stored form would forget, and mutants stand by that
    with scratch_database():
        return _run(arguments, folder)


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    from keguan.cli.mutants.report import Report
    from keguan.cli.mutants.stopping import asked_to_stop
    from keguan.cli.mutants.verdicts import SURVIVED, Verdicts
    from keguan.policies.mutation.mutants import chosen, mutants_of
    from keguan.policies.packs.pack import read_pack

    pack = read_pack(folder)
    mutants = mutants_of(pack)
    if arguments.controls:
        mutants = chosen(mutants, arguments.controls)
    if arguments.sample is not None and arguments.sample < len(mutants):
        mutants = sample(mutants, arguments.sample, pack.code)
    with Verdicts.of(pack, anew=arguments.anew).opened() as verdicts, asked_to_stop() as stopping:
        report = Report(pack.code, mutants, verdicts)
        if report.waiting:
            with contextlib.closing(_verdicts(folder, pack, report.waiting, arguments.workers, stopping)) as found:
                for verdict in found:
                    verdicts.add(verdict)
                    report.progress(verdict)
        if report.waiting:
            report.cut_off()
            return 130
    report.print(as_json=arguments.json)
    return 1 if report.of(SURVIVED) else 0


def _verdicts(
    folder: Path, pack: "Pack", waiting: "Sequence[Mutant]", workers: int | None, stopping: Callable[[], bool]
) -> "Generator[Verdict]":
    from keguan.cli.mutants.crew import verdicts_here, verdicts_of_crew

    count = min(workers or len(os.sched_getaffinity(0)), len(waiting), MOST_WORKERS)
    if count == 1:
        yield from verdicts_here(pack, waiting, stopping)
    else:
        yield from verdicts_of_crew(folder, waiting, count, stopping)


def sample(mutants: "Sequence[Mutant]", count: int, seed: str) -> "list[Mutant]":
    """So many of them, in their order, the same each time."""
    picked = set(random.Random(seed).sample(range(len(mutants)), count))  # noqa: S311 – no secret
    return [mutant for at, mutant in enumerate(mutants) if at in picked]


def _count(text: str) -> Any:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(worded(f"“{text}”应为正整数", f"“{text}” should be a positive number"))
    return int(text)
