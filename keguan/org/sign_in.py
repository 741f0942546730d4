"""Password hashes: the one place outside the kernel that writes a row, because a hash is no fact.

It must never stand in the journal, so no verb can carry it. That somebody may sign in, and by which name, is a fact:
`person.grant_sign_in` and `person.withdraw_sign_in` say so, and a hash without that fact opens nothing
(`accounts.py`). This module writes nothing but `org_user`.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.org.models import User

CURE = Label("至少十个字符，不要用常见密码或姓名", "at least ten characters, no common password and no name")


def weaknesses(password: str, username: str = "") -> list[Reason]:
    """What is wrong with a password by the rules of the settings; nothing where it will do."""
    from django.contrib.auth.password_validation import validate_password

    from keguan.org.models import User

    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            try:
                validate_password(password, User(username=username))
            except ValidationError as fault:
                said.append([str(message) for message in fault.messages])
    return [Reason(Label(zh, en), cure=CURE, field="password", kind="input") for zh, en in zip(*said, strict=True)]


@transaction.atomic
def set_password(person: UUID, username: str, password: str) -> "User":
    """Store what the person signs in with; call it after `person.grant_sign_in`. The caller checks `weaknesses`."""
    from keguan.org.models import User

    user = User.objects.select_for_update().filter(person_id=person).first()
    user = user or User(id=uuid7(clock.now()), person_id=person)
    user.username = username
    user.is_active = True
    user.set_password(password)
    user.save()
    return user
