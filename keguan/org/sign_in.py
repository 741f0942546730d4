"""Password hashes: the one place outside the kernel that writes a row, because a hash is no fact.

It must never stand in the journal, so no verb can carry it. That somebody may sign in, and by which name, is a fact:
`person.grant_sign_in` and `person.withdraw_sign_in` say so, and a hash without that fact opens nothing
(`accounts.py`). In which language somebody reads is no fact either: nothing is decided by it. This module writes
nothing but `org_user`.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.org.models import User

WEAK = {
    "password_too_short": Label("密码太短", "the password is too short"),
    "password_too_common": Label("这是常见密码，很容易被猜到", "this password is common and easily guessed"),
    "password_too_similar": Label("密码与登录名太像", "the password is too much like the user name"),
    "password_entirely_numeric": Label("密码不能全是数字", "the password cannot be digits only"),
}
CURE = Label("至少十个字符，不要用常见密码或登录名", "at least ten characters, no common password, not the user name")


def weaknesses(password: str, username: str = "") -> list[Reason]:
    """What is wrong with a password by the rules of the settings; nothing where it will do."""
    from django.contrib.auth.password_validation import validate_password

    from keguan.org.models import User

    try:
        validate_password(password, User(username=username))
    except ValidationError as fault:
        return [
            Reason(WEAK.get(error.code or "", Label(*error.messages * 2)), CURE, field="password", kind="input")
            for error in fault.error_list
        ]
    return []


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


def remember_language(user: "User", language: str) -> None:
    """Keep in which language the person reads; a browser learns it when the person signs in."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
