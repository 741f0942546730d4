"""The product's source files, parsed."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

Scan = Callable[[ast.AST], Iterator[tuple[int, str]]]

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of `keguan` that is no test: its path below the root, and its tree."""
    paths = sorted(path for path in (ROOT / "keguan").rglob("*.py") if not {"tests", "__pycache__"} & set(path.parts))
    return tuple((path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def may_write(path: Path) -> bool:
    """Whether this module is of those that write: kernel, migrations, and what stands outside the journal by design."""
    return "migrations" in path.parts or path.parts[1] in ("kernel", "database") or str(path) in OUTSIDE_THE_JOURNAL


# each with the reason why what it writes is no fact
OUTSIDE_THE_JOURNAL = {
    # the password's hash must never reach the journal
    "keguan/org/sign_in.py",
}
