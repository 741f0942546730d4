"""Environments of other programs: made once under the cache directory, each with its own Python, never imported."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class Missing(RuntimeError):
    """What a peer needs and this machine does not have."""


def environment(name: str, packages: Sequence[str], versions: Sequence[str] = ()) -> Path:
    """The Python of the environment with these packages; `versions` are the Pythons that will do, best first."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "keguan-bench" / name
    python = place / "bin" / "python"
    if (place / "ready").exists():
        return python
    maker = _python(name, versions) if versions else Path(sys.executable)
    steps: Sequence[Sequence[str]] = (
        (str(maker), "-m", "venv", "--clear", str(place)),
        (str(python), "-m", "pip", "install", "--quiet", *packages),
    )
    for step in steps:
        done = subprocess.run(step, check=False, capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(place, ignore_errors=True)
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Missing(f"{name}: cannot install {' '.join(packages)} (is a package index reachable?): {said}")
    (place / "ready").touch()
    return python


def _python(name: str, versions: Sequence[str]) -> Path:
    for version in versions:
        if found := shutil.which(f"python{version}"):
            return Path(found)
        kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
        if kept:
            return kept[-1]
    raise Missing(f"{name} needs Python {' or '.join(versions)}: none on the path, none of pyenv")
