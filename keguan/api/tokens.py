"""Finding whose a secret is."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.token_secrets import PREFIX, digest_of

LONGEST = 100
WHOSE = """
    select t.id, u.id, t.last_used_on from api_token t join org_user u on u.person = t.person
    where t.digest = %s and t.revoked_at is null and t.expires_at > %s
"""


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
    with connection.cursor() as cursor:
        cursor.execute(WHOSE, [digest_of(text), now])
        row = cursor.fetchone()
    if row is None:
        return None
    return Found(row[0], row[1], row[2] != now.astimezone(COMPANY_ZONE).date())
