"""Processes that try mutants, each in a database of its own: companies of one pack would wait for each other."""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from keguan.cli.opening import opened

if TYPE_CHECKING:
    from keguan.cli.mutants.trying import Trial
    from keguan.cli.mutants.verdicts import Verdict
    from keguan.policies.mutation.mutants import Mutant
    from keguan.policies.packs.pack import Pack


Stopping = Callable[[], bool]
GLANCE = 0.2
"""Seconds between two looks at whether to stop."""


def verdicts_here(pack: "Pack", mutants: "Sequence[Mutant]", stopping: Stopping) -> "Iterator[Verdict]":
    """The verdicts one after the other, in this process."""
    from keguan.cli.mutants.trying import trial

    with trial(pack) as ready:
        for mutant in mutants:
            if stopping():
                return
            yield ready.judge(mutant)


def verdicts_of_crew(
    folder: Path, mutants: "Sequence[Mutant]", workers: int, stopping: Stopping
) -> "Iterator[Verdict]":
    """The verdicts as they come from so many processes; once it is to stop, those that are under way still come."""
    with copies(workers) as names:
        context = multiprocessing.get_context("spawn")
        queue = context.SimpleQueue()
        for name in names:
            queue.put(name)
        with ProcessPoolExecutor(workers, context, _enter, (queue, folder)) as crew:
            waiting = {crew.submit(_judge, mutant.id) for mutant in mutants}
            try:
                while waiting:
                    if stopping():
                        waiting = {future for future in waiting if not future.cancel()}
                    done, waiting = wait(waiting, GLANCE, FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                crew.shutdown(cancel_futures=True)


@contextlib.contextmanager
def copies(count: int) -> Iterator[list[str]]:
    """Names of so many copies of the database that this process is connected to, dropped after the block."""
    from django.db import connection

    creation = connection.creation
    suffixes = [str(number) for number in range(1, count + 1)]
    made: list[str] = []
    try:
        for suffix in suffixes:
            made.append(suffix)
            creation.clone_test_db(suffix, verbosity=0, autoclobber=True)
        yield [str(creation.get_test_db_clone_settings(suffix)["NAME"]) for suffix in suffixes]
    finally:
        for suffix in made:
            creation.destroy_test_db(suffix=suffix, verbosity=0)


class _Member:
    """What a process of the crew keeps between two mutants."""

    trial: "Trial"
    mutants: "dict[str, Mutant]"


def _enter(queue: "multiprocessing.SimpleQueue[str]", folder: Path) -> None:
    """Make this process ready: its own database, its own company. The one that was asked hears Ctrl-C, not this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stack = contextlib.ExitStack()
    Finalize(None, stack.close, exitpriority=10)
    stack.enter_context(opened("owner"))
    from django.db import connection

    from keguan.cli.mutants.trying import trial
    from keguan.policies.mutation.mutants import mutants_of
    from keguan.policies.packs.pack import read_pack

    connection.settings_dict["NAME"] = queue.get()
    pack = read_pack(folder)
    _Member.trial = stack.enter_context(trial(pack))
    _Member.mutants = {mutant.id: mutant for mutant in mutants_of(pack)}


def _judge(mutant: str) -> "Verdict":
    return _Member.trial.judge(_Member.mutants[mutant])
