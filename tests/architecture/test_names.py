"""A file's name says what is in it; the layers of the product are what they claim to be."""

from pathlib import Path

import pytest

from tests.architecture import sources

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_utils"}


def test_no_name_says_nothing() -> None:
    folders = ("keguan", "tests", "bench", "docs")
    found = [
        str(path.relative_to(sources.ROOT))
        for folder in folders
        for path in (sources.ROOT / folder).rglob("*")
        if path.stem in EMPTY_WORDS and path.suffix in ("", ".py", ".js", ".css", ".html")
    ]
    assert found == []


@pytest.mark.parametrize("path", sources.modules(), ids=str)
def test_no_file_is_two_files(path: Path) -> None:
    """Past 300 lines there are two things in it; 400 is where it is no longer a matter of taste."""
    assert len((sources.ROOT / path).read_text(encoding="utf-8").splitlines()) <= 400
