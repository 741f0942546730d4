"""Opening the mirror: every file checked against the manifest, then DuckDB over the parts. Never a wrong figure."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keguan.mirror import manifest as manifests
from keguan.mirror.duck import connect
from keguan.mirror.faults import spoilt
from keguan.mirror.manifest import Manifest, mirror_directory

if TYPE_CHECKING:
    import ibis


@dataclass
class Mirror:
    """The mirror, opened: `table(name)` is an Ibis table over its parts."""

    directory: Path
    manifest: Manifest
    backend: Any
    known: dict[str, Any] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there are rows of the table."""
        return bool(self.manifest.files(name))

    def table(self, name: str) -> "ibis.Table":
        """The table's rows; columns that came later are empty in earlier parts. KeyError where it has no rows."""
        files = self.manifest.files(name)
        if not files:
            raise KeyError(name)
        if name not in self.known:
            paths = ", ".join("'" + str(self.directory / file.path).replace("'", "''") + "'" for file in files)
            self.backend.raw_sql(
                f'create view "{name}" as select * from read_parquet([{paths}], union_by_name = true)'  # noqa: S608 – our own paths
            )
            self.known[name] = self.backend.table(name)
        found: ibis.Table = self.known[name]
        return found


@contextlib.contextmanager
def opened(directory: Path | None = None, *, thoroughly: bool = True) -> Iterator[Mirror]:
    """The mirror for a block. `MirrorFault` names the files that are gone, cut short or altered, and the cure."""
    place = directory or mirror_directory()
    found = manifests.load(place)
    bad = found.spoilt(place, thoroughly=thoroughly)
    if bad:
        names = "、".join(file.path for file in bad[:3]) + ("……" if len(bad) > 3 else "")
        raise spoilt(
            f"镜像有 {len(bad)} 个文件不见了或被改过（{names}）",
            f"{len(bad)} of the mirror's files are gone or altered ({names.replace('、', ', ')})",
        )
    backend = connect(place)
    try:
        yield Mirror(place, found, backend)
    finally:
        backend.disconnect()
