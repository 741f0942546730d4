"""One product for the whole folder, which is kept in one worker: a second would start a second product."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.product import Product, leave_nothing
from tests.prepared import weeks


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here takes long."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Keguan with its demo company, started as a user would who has it already."""
    with tempfile.TemporaryDirectory(prefix="kg-") as root:
        served = Product(weeks(Path(root, "data")))
        try:
            yield served.start()
        finally:
            leave_nothing(served)
