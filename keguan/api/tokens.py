"""Finding whose a secret is."""

from typing import NamedTuple
from uuid import UUID

from keguan.api.models import Token
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.token_secrets import PREFIX, digest_of

LONGEST = 100


class Found(NamedTuple):
    """A token that works: its id, the user it signs in, and whether today's use still has to be noted."""

    id: UUID
    user: UUID
    is_first_today: bool


def find(text: str) -> Found | None:
    """The token with this secret; nothing where there is none, it was revoked or has expired. One statement."""
    if not text.startswith(PREFIX) or len(text) > LONGEST or not text.isascii():
        return None
    now = clock.now()
    row = (
        Token.objects.filter(digest=digest_of(text), revoked_at=None, expires_at__gt=now)
        .values_list("id", "person__user", "last_used_on")
        .first()
    )
    if row is None or row[1] is None:
        return None
    return Found(row[0], row[1], row[2] != now.astimezone(COMPANY_ZONE).date())
