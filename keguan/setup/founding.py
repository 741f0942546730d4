"""The very first act: the company, its head office, and the first administrator, who may then do everything else.

Nobody can sign in yet, so whoever founds the company shows that the server is his: with the key that it prints.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from django.core.signing import Signer
from django.db import transaction
from django.utils.crypto import constant_time_compare

from keguan.controls import scopes
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Reason, Refused
from keguan.kernel.commands.pipeline import Runner
from keguan.kernel.records.labels import Label
from keguan.org import queries as org
from keguan.org import sign_in
from keguan.org.models import User
from keguan.policies.adoption import ensure_base

ADMINISTRATOR = "administrator"
HEAD_OFFICE = Label("公司本部", "Head office")
PATIENCE = 4.0
"""Seconds until the product's own policy, if it was adopted only now, is in force."""
NEEDED = {
    "company": Label("请填写公司名称", "write the company's name"),
    "name": Label("请填写您的姓名", "write your name"),
    "username": Label("请填写登录名", "write the name to sign in by"),
}


@dataclass(frozen=True, slots=True)
class Founding:
    """What is said of the company and of its first administrator."""

    company: str
    name: str
    username: str
    password: str
    zone: str = ""
    currency: str = ""


class NotFounded(Exception):
    """The company was not founded, and why."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__("; ".join(reason.message.en for reason in reasons))
        self.reasons = reasons


def is_empty() -> bool:
    """Whether nobody can sign in yet: the company is still to be founded. One statement."""
    return not User.objects.exists()


def key() -> str:
    """What the server prints, and whoever founds the company has to show."""
    return Signer(salt="keguan.setup").signature("the first administrator")


def opens(shown: str) -> bool:
    """Whether this is the key."""
    return constant_time_compare(shown, key())


def found(run: Runner, ctx: Context, given: Founding) -> User:
    """Found the company with its first administrator, all or nothing; gives what he signs in with. `NotFounded`."""
    wrong = [Reason(words, field=name, kind="input") for name, words in NEEDED.items() if not getattr(given, name)]
    wrong += sign_in.weaknesses(given.password, given.username)
    if wrong:
        raise NotFounded(wrong)
    ensure_base(run, ctx)
    with transaction.atomic():
        user = _found(run, ctx, given)
    _wait(user.person_id)
    return user


def _found(run: Runner, ctx: Context, given: Founding) -> User:
    if org.company() is None:
        args = {"name": given.company, "zone": given.zone or None, "currency": given.currency or None}
        _done(run(ctx, "company.found", [(None, args)])[0])
    top = next(iter(org.units()), None)
    unit = top.id if top else _done(run(ctx, "unit.open", [(None, {"name": HEAD_OFFICE.zh})])[0])
    person = _done(run(ctx, "person.add", [(None, {"name": given.name})])[0])
    _done(run(ctx, "person.grant_sign_in", [(person, {"username": given.username})])[0])
    role = org.roles()[ADMINISTRATOR][0]
    post = _done(run(ctx, "post.establish", [(None, {"unit": str(unit), "role": str(role)})])[0])
    _done(run(ctx, "post.assign", [(post, {"person": str(person)})])[0])
    return sign_in.set_password(person, given.username, given.password)


def _done(outcome: Outcome) -> UUID:
    if isinstance(outcome, Done):
        return outcome.object
    raise NotFounded(list(outcome.reasons) if isinstance(outcome, Refused) else [])


def _wait(person: UUID) -> None:
    """Until the administrator's rights are in force: a rulebook begins two seconds after it was entered."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        grants = scopes.grants(person)
        if grants is not None and grants.uses("setup.begin"):
            return
        time.sleep(0.1)
