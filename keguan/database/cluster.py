"""A cluster on disk: where it lies, how it is made, whether its server runs. Starts nothing."""

import hashlib
import os
import re
import shutil
import socket
from pathlib import Path
from typing import IO

import psutil

from keguan.database.faults import DatabaseFault
from keguan.database.programs import NOBODY, SHARED, Programs, is_open_to_nobody, major_version

# a socket's address has 108 bytes on Linux, 104 on macOS
_SOCKET_PATH_LIMIT = 80


def prepare_place(place: Path, tools: Programs) -> Path:
    """Make the parent of `place` and return where the cluster really lies.

    As `nobody` under a directory that `nobody` may not enter, it lies in /var/lib/keguan and `place` links to it;
    never are directories that are not ours opened. Raises `DatabaseFault` where that is impossible.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseFault(
            f"不能建立数据目录 {place.parent}({error.strerror})。请用 KEGUAN_DATA 指定一个可写的目录。",
            f"The data directory {place.parent} cannot be made ({error.strerror}). Name one by KEGUAN_DATA.",
        ) from error
    if not tools.as_nobody:
        return place
    if is_open_to_nobody(place.parent.parent):
        place.parent.chmod(place.parent.stat().st_mode | 0o011)
        return place
    if os.environ.get("KEGUAN_DATA"):
        raise DatabaseFault(
            f"以 root 运行且不允许用户命名空间时，PostgreSQL 由 nobody 运行，而 nobody 进不了 {place.parent}。"
            "请把 KEGUAN_DATA 指到 /var/lib/keguan 之类的目录，或换普通用户运行。",
            f"As root without user namespaces PostgreSQL runs as nobody, who cannot enter {place.parent}. "
            "Name a directory such as /var/lib/keguan by KEGUAN_DATA, or run as an ordinary user.",
        )
    real = SHARED / _short_name(place) / "postgres"
    real.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    if not place.is_symlink():
        place.symlink_to(real)
    return real


def create(cluster: Path, tools: Programs, log: IO[str]) -> None:
    """Make the cluster unless it is there, and check that it fits the programs and the user.

    It is made under another name and renamed, so an interrupted making never looks finished. The caller holds the gate.
    """
    if cluster.exists():
        _check(cluster, tools)
        return
    new = cluster.with_name(f"{cluster.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if tools.as_nobody:
        os.chown(new, NOBODY, NOBODY)
    # sorting by code point everywhere; pg_trgm asks libc's LC_CTYPE and finds no Chinese letter under C
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    access = ("--username=postgres", "--auth-local=trust", "--auth-host=reject")
    if tools.run("initdb", "-D", str(new), *locale, "--lc-ctype=C.UTF-8", *access, log=log):
        raise DatabaseFault(
            f"内置 PostgreSQL 没有建成，原因写在 {log.name} 的末尾（常见：磁盘已满）。",
            f"The embedded PostgreSQL could not be made; the end of {log.name} says why (often: the disk is full).",
        )
    new.rename(cluster)


def is_running(cluster: Path, sockets: Path) -> bool:
    """Whether the server of `cluster` runs. Clears what a dead one left behind.

    PostgreSQL alone refuses to start when the pid in its file now belongs to something else, as after a reboot.
    """
    noted = cluster / "postmaster.pid"
    try:
        process = psutil.Process(int(noted.read_text().split("\n", 1)[0]))
        is_alive = process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres"
        if is_alive and Path(process.cwd()) == cluster.resolve():
            return True
    except (FileNotFoundError, ValueError, psutil.Error):
        pass
    if _answers(sockets / ".s.PGSQL.5432"):
        # it runs where this process cannot see it: another container on the same volume
        return True
    noted.unlink(missing_ok=True)
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    return False


def socket_place(cluster: Path) -> Path:
    """Where the server's socket is: in the cluster, or in a short private directory when that path is too long."""
    resolved = cluster.resolve()
    if len(os.fsencode(resolved)) <= _SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+-]+", str(resolved)):
        return resolved
    # not the temporary directory of the environment: every process must find the same
    return Path("/tmp") / _short_name(resolved)  # noqa: S108  # private, and its owner is checked


def make_socket_directory(cluster: Path, tools: Programs) -> Path:
    """Make `socket_place` if it is not the cluster itself, and check that it is ours."""
    short = socket_place(cluster)
    if short == cluster.resolve():
        return short
    owner = NOBODY if tools.as_nobody else os.geteuid()
    try:
        short.mkdir(mode=0o700)
        os.chown(short, owner, -1)
    except FileExistsError:
        pass
    # whoever made it first could listen in our place
    if short.is_symlink() or short.stat().st_uid != owner:
        raise DatabaseFault(
            f"{short} 属于别的用户，不能用来放置数据库的套接字。请删除它，或用 KEGUAN_DATA 指定较短的路径。",
            f"{short} belongs to somebody else and cannot hold the socket. Remove it, or shorten KEGUAN_DATA.",
        )
    return short


def _short_name(place: Path) -> str:
    return "keguan-" + hashlib.sha256(os.fsencode(place)).hexdigest()[:12]


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(address))
        except OSError:
            return False
    return True


def _check(cluster: Path, tools: Programs) -> None:
    owner = NOBODY if tools.as_nobody else os.geteuid()
    if cluster.stat().st_uid != owner:
        raise DatabaseFault(
            f"数据目录 {cluster} 属于另一个用户(编号 {cluster.stat().st_uid})。"
            "请用那个用户运行，或用 KEGUAN_DATA 指定别的目录。",
            f"The data in {cluster} belong to another user (id {cluster.stat().st_uid}). "
            "Run as that user, or name another directory by KEGUAN_DATA.",
        )
    try:
        version = int((cluster / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError) as error:
        raise DatabaseFault(
            f"{cluster} 不是 PostgreSQL 的数据目录（缺少 PG_VERSION）。请移走它，或用 KEGUAN_DATA 指定别的目录。",
            f"{cluster} is no PostgreSQL data directory (PG_VERSION is missing). Move it away, or set KEGUAN_DATA.",
        ) from error
    if version != major_version():
        raise DatabaseFault(
            f"{cluster} 是 PostgreSQL {version} 的数据，而本版客管内置 {major_version()}。"
            f"请先用原来的版本导出（pg_dump -Fc），移走 {cluster}，再用本版导入（pg_restore）。",
            f"{cluster} holds data of PostgreSQL {version}, this Keguan brings {major_version()}. "
            f"Dump them with the old release (pg_dump -Fc), move {cluster} away, restore with this one (pg_restore).",
        )
