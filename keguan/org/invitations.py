"""How somebody who has no password yet gets in: a link that lets him choose one, once, within some days.

Nothing is stored for it: the link is signed, names the person and his user name, and dies with the first password set.
Who may hand out links is the pages' to ask: whoever may grant the sign-in itself.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from keguan.org.models import Person, User

SALT = "keguan.invitation"
DAYS = 14
"""How long a link works."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who may choose a password."""

    person: UUID
    name: str
    username: str


def invite(people: Iterable[Invited]) -> list[tuple[Invited, str]]:
    """For each, what his link carries. One statement."""
    listed = list(people)
    known = {user.person_id: user.password for user in User.objects.filter(person__in=[one.person for one in listed])}
    return [(one, _sign(one, known.get(one.person, ""))) for one in listed]


def waiting() -> list[Invited]:
    """Those who work here and have a user name, but no password yet, by name. One statement."""
    found = Person.objects.filter(left_on=None, username__isnull=False).exclude(
        id__in=User.objects.exclude(password="").values("person")
    )
    return [Invited(one.id, one.name, one.username or "") for one in found.order_by("name", "id")]


def read(token: str) -> Invited | None:
    """Whom a link was made for; nothing where it is old, was used, or is none. Two statements."""
    try:
        person, mark = signing.loads(token, salt=SALT, max_age=dt.timedelta(days=DAYS))
        found = Person.objects.filter(id=UUID(person), left_on=None, username__isnull=False).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if found is None:
        return None
    invited = Invited(found.id, found.name, found.username or "")
    user = User.objects.filter(person=found).first()
    return invited if _mark(invited, user.password if user else "") == mark else None


def _sign(one: Invited, password: str) -> str:
    return signing.dumps([str(one.person), _mark(one, password)], salt=SALT, compress=True)


def _mark(one: Invited, password: str) -> str:
    """Changes with the password and with the user name, so that a link works once."""
    return hashlib.sha256(f"{one.username}\n{password}".encode()).hexdigest()[:16]
