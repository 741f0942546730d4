"""A backup as one file, and a database made from one. Knows no table: what is inside is PostgreSQL's own archive.

The file is a tar of `manifest.json` and `database.dump` (`pg_dump -Fc`). A restore makes a new database first and
changes names only when that has succeeded, so that a damaged file, a full disk or a kill leaves everything as it was.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from keguan.database.address import Address, connect
from keguan.database.faults import DatabaseFault
from keguan.database.places import cluster_directory
from keguan.database.programs import major_version, programs

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
CHUNK = 1 << 20
LOOKS, PAUSE = 20, 0.1
"""How often, and at what distance in seconds, it is looked whether somebody is still connected."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was checked: the file, and what its manifest says."""

    place: Path
    made_at: str
    version: str
    bytes: int


def back_up(there: Address, target: Path, about: dict[str, Any]) -> Backup:
    """Write a backup to `target`, which appears only when it is whole; `about` goes to the manifest (`made_at`, …)."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        _run(
            there, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", _where(there.owner)
        )
        manifest = {**about, "format": FORMAT, "bytes": dump.stat().st_size, "sha256": _digest(dump.open("rb"))}
        whole = Path(folder) / "whole"
        with tarfile.open(whole, "w") as archive:
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(text), 0o600
            archive.addfile(entry, io.BytesIO(text))
            archive.add(dump, DUMP)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.chmod(0o600)
        whole.rename(target)
    return Backup(target, str(about.get("made_at", "")), str(about.get("version", "")), target.stat().st_size)


def check(place: Path) -> Backup:
    """Make sure that the file is a whole backup. Raises `DatabaseFault`; changes nothing."""
    try:
        with tarfile.open(place, "r:") as archive:
            body = archive.extractfile(MANIFEST)
            manifest = json.load(body) if body else {}
            dump = archive.extractfile(DUMP)
            whole = dump is not None and _digest(dump) == manifest.get("sha256")
    except FileNotFoundError:
        raise DatabaseFault(f"没有这个文件：{place}", f"There is no file {place}.") from None
    except (tarfile.TarError, KeyError, ValueError, OSError, EOFError):
        whole, manifest = False, {}
    if not whole:
        raise DatabaseFault(
            f"{place} 不是完整的备份文件，没有做任何改动。请换一份备份再试。",
            f"{place} is no whole backup; nothing was changed. Try another one.",
        )
    if manifest.get("format") != FORMAT:
        raise DatabaseFault(
            f"{place} 是较新版本的客管写的，请用那个版本恢复。",
            f"{place} was written by a newer Keguan; restore it with that version.",
        )
    return Backup(place, str(manifest.get("made_at", "")), str(manifest.get("version", "")), place.stat().st_size)


def is_used(there: Address) -> bool:
    """Whether anybody else is connected to the database; who has just left is given a moment to be gone."""
    others = (
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type is distinct from 'autovacuum worker'"
    )
    with connect(there.owner) as connection:
        connection.autocommit = True
        for _ in range(LOOKS):
            row = connection.execute(others).fetchone()
            if not (row and row[0]):
                return False
            time.sleep(PAUSE)
    return True


def is_empty(there: Address) -> bool:
    """Whether there is no table yet."""
    with connect(there.owner) as connection:
        row = connection.execute(
            "select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))"
        ).fetchone()
    return not (row and row[0])


@contextlib.contextmanager
def replaced(there: Address, backup: Backup) -> Iterator[None]:
    """The database made from the backup stands in the old one's place for the block, and for good when it succeeds.

    Whatever goes wrong, also in the block, the old one stands where it stood. Nobody may be connected.
    """
    if is_empty(there):
        _fill(there, there.owner, backup)
        yield
        return
    name = there.owner["dbname"]
    new, old = f"{name}_restoring", f"{name}_before"
    with _administration(there) as admin:
        for leftover in (new, old):
            admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(leftover)))
        _create(admin, there, new)
        try:
            _fill(there, there.owner | {"dbname": new}, backup)
            _rename(admin, name, old)
        except BaseException:
            admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(new)))
            raise
        try:
            _rename(admin, new, name)
            yield
        except BaseException:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            _rename(admin, old, name)
            raise
        admin.execute(sql.SQL("drop database {}").format(sql.Identifier(old)))


def empty(there: Address) -> None:
    """Put an empty database in the place of what is there. Nobody may be connected; nothing of it is kept."""
    name = there.owner["dbname"]
    old = f"{name}_before"
    with _administration(there) as admin:
        admin.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(old)))
        _rename(admin, name, old)
        try:
            _create(admin, there, name)
        except BaseException:
            _rename(admin, old, name)
            raise
        admin.execute(sql.SQL("drop database {}").format(sql.Identifier(old)))


def _fill(there: Address, target: dict[str, str], backup: Backup) -> None:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=backup.place.parent) as folder:
        with tarfile.open(backup.place, "r:") as archive:
            _unpack(archive, DUMP, Path(folder) / DUMP)
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        _run(there, "pg_restore", *options, _where(target), str(Path(folder) / DUMP))


def _unpack(archive: tarfile.TarFile, name: str, place: Path) -> None:
    source = archive.extractfile(name)
    if source is None:
        raise DatabaseFault(f"备份里的 {name} 不是文件。", f"{name} in the backup is no file.")
    with source, place.open("wb") as target:
        shutil.copyfileobj(source, target)


@contextlib.contextmanager
def _administration(there: Address) -> Iterator[psycopg.Connection]:
    with connect(there.owner | {"dbname": "postgres"}) as connection:
        connection.autocommit = True
        yield connection


def _create(admin: psycopg.Connection, there: Address, name: str) -> None:
    try:
        admin.execute(sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        user = admin.info.user
        raise DatabaseFault(
            f"用户 {user} 不能建库，而 {there.where()} 里已有数据。"
            "请管理员另建一个空库并把 DATABASE_URL 指向它，再恢复。",
            f"{user} may not create databases, and {there.where()} holds data. Have an empty one made, "
            "point DATABASE_URL at it, and restore there.",
        ) from error


def _rename(admin: psycopg.Connection, name: str, new: str) -> None:
    try:
        admin.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(name), sql.Identifier(new)))
    except psycopg.errors.ObjectInUse as error:
        raise in_use() from error


def in_use() -> DatabaseFault:
    """The fault of a database that others use just now."""
    return DatabaseFault(
        "客管正在运行。请先停止 keguan serve、keguan worker 和其他连着数据库的程序，再恢复；没有做任何改动。",
        "Keguan is running. Stop keguan serve, keguan worker and whatever else is connected, then restore; "
        "nothing was changed.",
    )


def _run(there: Address, program: str, *arguments: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    if "password" in there.owner:
        environment["PGPASSWORD"] = there.owner["password"]
    done = subprocess.run(
        [_program(there, program), *arguments], check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=environment,
    )  # fmt: skip
    if done.returncode:
        reason = (done.stderr.strip() or program).splitlines()[-1]
        raise DatabaseFault(
            f"{program} 没有成功：{reason}。原来的数据没有改动。",
            f"{program} failed: {reason}. What was there is unchanged.",
        )


def _program(there: Address, name: str) -> str:
    """The embedded server's own program; for another server that of the PATH, unless there is none or it is older."""
    own = str(programs(cluster_directory()).folder / name)
    found = None if there.is_embedded else shutil.which(name)
    if found is None:
        return own
    told = subprocess.run([found, "--version"], check=False, capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.", told)
    return found if version and int(version[1]) >= major_version() else own


def _where(parameters: dict[str, str]) -> str:
    return "--dbname=" + make_conninfo(**{k: v for k, v in parameters.items() if k != "password"})


def _digest(body: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with body:
        while chunk := body.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
