"""How the suite itself runs: what has to hold so that it is as quick as it could be."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process needs no groups")
def test_tests_of_a_file_are_kept_together(request: pytest.FixtureRequest) -> None:
    """pytest-xdist tells groups apart by what it appends to a test's name; of pytest 9.2 it does so in vain."""
    assert request.node.nodeid.endswith("@tests/architecture/test_running.py")
