"""The acts on tokens. Who may issue one for whom is the policies' to say; the operator may by the command line."""

import datetime as dt

from keguan.api.facts import TOKEN
from keguan.kernel.commands import constraints
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

DAYS = 365
"""How long a token works where no other day is given."""

constraints.register(
    "api_token_expires_after_issue",
    Label("到期时间必须晚于现在", "a token has to expire after it is issued"),
    Label("换一个将来的日期", "choose a day to come"),
    "expires_at",
)


@verb(
    "token.issue",
    Label("签发令牌", "Issue a token"),
    on=TOKEN,
    arguments=takes(TOKEN, "person!", "name!", "digest!", "hint!", "expires_at"),
    creates=True,
    names=("person",),
)
def issue(work: Work, items: list[Item]) -> None:
    """Let a program act as a person until a day (a year from now, if none is given); the secret is shown once."""
    for item in items:
        work.create(
            item,
            **{name: item[name] for name in ("person", "name", "digest", "hint")},
            issued_by=work.ctx.actor,
            issued_at=work.now,
            expires_at=item["expires_at"] or work.now + dt.timedelta(days=DAYS),
        )


@verb("token.revoke", Label("吊销令牌", "Revoke a token"), on=TOKEN, names=("person",))
def revoke(work: Work, items: list[Item]) -> None:
    """End a token at once; it never works again."""
    for item in items:
        if item.before.get("revoked_at") is not None:
            cure = Label("无须再次吊销", "nothing needs to be done")
            work.refuse(item, Reason(Label("令牌已经吊销", "the token is revoked already"), cure, kind="invariant"))
            continue
        work.set(item, revoked_at=work.now)


@verb("token.use", Label("使用令牌", "Use a token"), on=TOKEN, internal=True)
def use(work: Work, items: list[Item]) -> None:
    """Note the day on which a token was last used; said at most once a day."""
    for item in items:
        work.set(item, last_used_on=work.now.astimezone(COMPANY_ZONE).date())
