"""The manifest: which parts the mirror consists of, up to which seal, and how to tell that one of them is spoilt."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from keguan.database import data_directory
from keguan.mirror.faults import spoilt

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class File:
    """One Parquet file: where it is below the mirror's directory, and what it must be."""

    path: str
    rows: int
    bytes: int
    sha256: str
    schema: tuple[tuple[str, str], ...]

    def is_whole(self, directory: Path, *, thoroughly: bool = False) -> bool:
        """Whether the file is there in its full length; `thoroughly`: with its own content."""
        path = directory / self.path
        if not path.is_file() or path.stat().st_size != self.bytes:
            return False
        return not thoroughly or digest(path) == self.sha256


@dataclass(frozen=True, slots=True)
class Part:
    """What the seals from `first` to `last` hold, one file for each table with rows. `month`: of the last seal."""

    first: int
    last: int
    month: str
    files: dict[str, File] = field(default_factory=dict)


@dataclass
class Manifest:
    """What the mirror consists of. `root` is that of the last seal: it tells this journal from another."""

    sealed: int = 0
    root: str = ""
    parts: list[Part] = field(default_factory=list)
    pictures: dict[str, File] = field(default_factory=dict)

    def files(self, table: str) -> list[File]:
        """The files of a table in the order of the seals."""
        if table in self.pictures:
            return [self.pictures[table]]
        return [part.files[table] for part in self.parts if table in part.files]

    def all_files(self) -> list[File]:
        """Every file."""
        return [*self.pictures.values(), *(file for part in self.parts for file in part.files.values())]

    def tables(self) -> dict[str, int]:
        """The tables with their numbers of rows."""
        names = dict.fromkeys([*self.pictures, *(name for part in self.parts for name in part.files)])
        return {name: sum(file.rows for file in self.files(name)) for name in names}

    def spoilt(self, directory: Path, *, thoroughly: bool = False) -> list[File]:
        """The files that are gone, cut short or (`thoroughly`) not what was written."""
        return [file for file in self.all_files() if not file.is_whole(directory, thoroughly=thoroughly)]

    def put(self, directory: Path) -> None:
        """Write it beside its place, then put it there: whoever reads sees the old one or the new one."""
        directory.mkdir(parents=True, exist_ok=True)
        body = {"format": FORMAT, **asdict(self)}
        fresh = directory / f"{NAME}.new"
        fresh.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        fresh.replace(directory / NAME)


def mirror_directory() -> Path:
    """Where the mirror's files are. It can be thrown away: everything in it is made again from the journal."""
    return data_directory() / "mirror"


def load(directory: Path) -> Manifest:
    """The manifest; an empty one where there is none yet. `MirrorFault` where it cannot be read."""
    path = directory / NAME
    if not path.exists():
        return Manifest()
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise spoilt("镜像是另一个版本的客管写的", "the mirror was written by another version of Keguan")
        return Manifest(
            body["sealed"], body["root"],
            [Part(**{**part, "files": {name: _file(file) for name, file in part["files"].items()}})
             for part in body["parts"]],
            {name: _file(file) for name, file in body["pictures"].items()},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise spoilt(f"镜像的清单读不出来：{path}", f"the mirror's manifest cannot be read: {path}") from None


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(body: dict[str, Any]) -> File:
    return File(**{**body, "schema": tuple((name, kind) for name, kind in body["schema"])})
