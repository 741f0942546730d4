"""How long the laws are tried: a few histories each in CI, thousands with `make laws`."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from keguan.controls.tests.tried import OFTEN
from keguan.policies import rulebooks
from tests.laws.company import Company

SHORT = 6


def tried(short: int = SHORT, together: int = 1) -> settings:
    """The settings of a law: the same few histories each time in CI, whose red must mean a change, and others each
    time with `make laws`; a failing history is made as small as can be. `together`: so many histories make one example.
    """
    return settings(
        derandomize=not OFTEN,
        max_examples=-(-OFTEN // together) or short,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        print_blob=True,
    )


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    """The company, founded in a transaction that is undone."""
    yield Company()
    rulebooks.forget()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of refused requests are what is tried here, and no news."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
