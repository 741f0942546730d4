"""A small history, committed and sealed, and a mirror of it in a directory of the test's own."""

from pathlib import Path

import pytest

from keguan.controls.tests.conftest import Firm, company, firm
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow

__all__ = ["company", "firm"]


@pytest.fixture
def history(transactional_db: None, firm: Firm) -> Firm:
    """Two cases, one of them settled, a refusal; everything sealed."""
    firm.found(severity="serious")
    firm.case()
    firm.do("韩立", "case.accept", firm.case())
    seal_all()
    return firm


@pytest.fixture
def place(history: Firm, tmp_path: Path) -> Path:
    """The directory of a mirror that has followed."""
    follow(tmp_path)
    return tmp_path
