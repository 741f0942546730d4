"""The product's source files, parsed."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

Scan = Callable[[ast.AST], Iterator[tuple[int, str]]]

ROOT = Path(__file__).resolve().parent.parent.parent


def modules() -> list[Path]:
    """Every module of `keguan` that is no test, below the root."""
    paths = (ROOT / "keguan").rglob("*.py")
    return sorted(path.relative_to(ROOT) for path in paths if not {"tests", "__pycache__"} & set(path.parts))


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Each of them with its tree."""
    return tuple((path, ast.parse((ROOT / path).read_text(encoding="utf-8"))) for path in modules())


def may_write(path: Path) -> bool:
    """Whether this module is of those that write: kernel, migrations, and what stands outside the journal by design."""
    return "migrations" in path.parts or path.parts[1] in ("kernel", "database") or str(path) in OUTSIDE_THE_JOURNAL


# each with the reason why what it writes is no fact
OUTSIDE_THE_JOURNAL = {
    # the password's hash must never reach the journal
    "keguan/org/sign_in.py",
}
