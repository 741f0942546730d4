"""The small company of the live law's tests, committed, and a mirror that follows it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keguan.controls.tests.conftest import Firm, company, firm
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow

__all__ = ["company", "firm"]


@pytest.fixture
def past(transactional_db: None, firm: Firm) -> Firm:
    """The company, its acts committed."""
    return firm


@pytest.fixture
def mirrored(past: Firm, tmp_path: Path) -> Callable[[], Path]:
    """Seal what is committed and let the mirror follow; gives its directory."""

    def caught_up() -> Path:
        seal_all()
        follow(tmp_path)
        return tmp_path

    return caught_up
