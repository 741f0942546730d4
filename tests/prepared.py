"""Data directories that several files of tests begin with: made once in a run by whoever comes first, then copied."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from keguan.database.testing import duplicate, run_keguan


def migrated(to: Path) -> Path:
    """A data directory with all tables and nobody in it."""
    return _copied("migrated", _migrate, to)


def weeks(to: Path) -> Path:
    """A data directory with some weeks of the demo company."""
    return _copied("weeks", _play, to)


def _migrate(place: Path) -> None:
    _keguan(place, "migrate")


def _play(place: Path) -> None:
    migrated(place)
    _keguan(place, "demo", "weeks")


def _keguan(place: Path, *arguments: str) -> None:
    done = run_keguan(*arguments, data=place, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def _copied(name: str, make: Callable[[Path], None], to: Path) -> Path:
    """The directory of that name, which lies with the run's own: its workers wait for each other."""
    place = Path(os.environ["KEGUAN_DATA"], "prepared", name)
    place.parent.mkdir(exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.with_suffix(".made").exists():
            make(place)
            place.with_suffix(".made").touch()
    return duplicate(place, to)
