"""What several grants mask together, for whoever holds several posts."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from keguan.controls.live.grants import Grants
from keguan.org.directory import Profile

PHONE = frozenset({("case", "contact_phone")})


def grant(scope: str, mask: frozenset[tuple[str, str]] = frozenset()) -> Any:
    return SimpleNamespace(see=frozenset({"case"}), scope=scope, mask=mask, verbs=frozenset())


@pytest.mark.parametrize(
    ("grants", "is_masked"),
    [
        ((grant("all", PHONE),), True),
        ((grant("all", PHONE), grant("all")), False),
        ((grant("all", PHONE), grant("own")), True),
        ((grant("own", PHONE), grant("all")), False),
        ((grant("department", PHONE), grant("team"), grant("own")), True),
        ((), False),
    ],
)
def test_a_narrow_grant_unmasks_nothing_that_a_wider_one_masks(grants: tuple[Any, ...], is_masked: bool) -> None:
    nobody = frozenset[Any]()
    known = Grants(Profile(uuid4(), "季安", nobody, nobody, nobody, nobody, nobody), grants)
    assert known.masked("case") == ({"contact_phone"} if is_masked else set())
