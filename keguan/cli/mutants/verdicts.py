"""What became of mutants, and the file that keeps it, so that a run that was cut off goes on where it stood."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import keguan
from keguan.database import data_directory
from keguan.kernel.commands.rows import canonical
from keguan.policies.packs.pack import Pack

KILLED, SURVIVED, REFUSED = "killed", "survived", "refused"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: killed by a step of a scenario, survived, or refused by the static checks.

    `cites`: the scenario cites a rule of the control.
    """

    mutant: str
    outcome: str
    scenario: str = ""
    file: str = ""
    line: int = 0
    cites: bool = False


def digest_of(pack: Pack) -> str:
    """What the verdicts hang on: every text of the pack, and the product's code."""
    code = hashlib.sha256()
    root = Path(keguan.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "tests" not in path.parts:
            code.update(path.relative_to(root).as_posix().encode())
            code.update(path.read_bytes())
    return hashlib.sha256(canonical([dict(pack.texts), code.hexdigest()]).encode()).hexdigest()


class Verdicts:
    """The verdicts on one state of a pack, each written to its file as soon as it is known."""

    def __init__(self, path: Path, found: Mapping[str, Verdict]) -> None:
        self.path = path
        self._found = dict(found)
        self._file: IO[str] | None = None

    @classmethod
    def of(cls, pack: Pack, *, anew: bool = False) -> "Verdicts":
        """Those that earlier runs left for exactly these texts and this code; none with `anew`."""
        path = data_directory() / "mutants" / f"{pack.code}-{digest_of(pack)[:16]}.jsonl"
        if anew:
            path.unlink(missing_ok=True)
        return cls(path, {verdict.mutant: verdict for verdict in _read(path)})

    @contextmanager
    def opened(self) -> Iterator["Verdicts"]:
        """Ready for new ones; what earlier states of the pack left is thrown away."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        code = self.path.name.rpartition("-")[0]
        for path in self.path.parent.glob("*.jsonl"):
            if path != self.path and path.name.rpartition("-")[0] == code:
                path.unlink(missing_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            if file.tell() and not self.path.read_bytes().endswith(b"\n"):
                file.write("\n")  # a line that was cut off stands alone, and is not read
            self._file = file
            try:
                yield self
            finally:
                self._file = None

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict, also through a crash."""
        if self._file is None:
            raise RuntimeError("the file of verdicts is not open")
        self._found[verdict.mutant] = verdict
        self._file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def get(self, mutant: str) -> Verdict | None:
        """The verdict on a mutant, where there is one."""
        return self._found.get(mutant)


def _read(path: Path) -> Iterator[Verdict]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield Verdict(**json.loads(line))
        except (ValueError, TypeError):
            continue  # cut off in the middle: that mutant is tried again
