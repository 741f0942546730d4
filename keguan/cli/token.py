"""`keguan token issue USER`: a token by which a program acts as a person. The secret is printed once and not kept."""

import argparse
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.site.speech import counted, say, worded


def register(subparsers: Any) -> None:
    """Add `token` with `issue`, `list` and `revoke`."""
    token = subparsers.add_parser("token", help=worded("接口的访问令牌", "access tokens of the API"))
    acts = token.add_subparsers(metavar=worded("操作", "ACTION"), required=True)
    issue_ = acts.add_parser("issue", help=worded("签发令牌，只显示一次", "issue a token; it is shown once"))
    issue_.add_argument("username", help=worded("代表谁：登录名", "whose: the name to sign in by"))
    issue_.add_argument("--name", default="", help=worded("用途，如“ERP 对接”", "what it is for"))
    issue_.add_argument("--days", type=int, default=365, help=worded("有效天数，缺省 365", "how many days it works"))
    issue_.set_defaults(run=issue)
    list_ = acts.add_parser("list", help=worded("列出令牌", "list tokens"))
    list_.set_defaults(run=list_all)
    revoke_ = acts.add_parser("revoke", help=worded("吊销令牌", "revoke a token"))
    revoke_.add_argument(
        "token", help=worded("令牌的编号或开头几位（见 list）", "its id or first characters (see list)")
    )
    revoke_.set_defaults(run=revoke)


def issue(arguments: argparse.Namespace) -> None:
    """Issue a token and print it."""
    from keguan.cli.opening import opened

    if not 1 <= arguments.days <= 3650:
        raise CommandFault("--days 应在 1 与 3650 之间", "--days should lie between 1 and 3650", status=2)
    with opened():
        import datetime as dt

        from keguan.kernel import clock
        from keguan.org.accounts import obstacle
        from keguan.org.models import User
        from keguan.org.token_secrets import new_secret

        user = User.objects.select_related("person").filter(username__iexact=arguments.username).first()
        if user is None:
            raise CommandFault(
                f"没有人以“{arguments.username}”登录。先用 keguan user add 增加",
                f"nobody signs in as “{arguments.username}”; add the person with keguan user add",
            )
        if hindrance := obstacle(user):
            raise CommandFault(hindrance.zh, hindrance.en)
        secret = new_secret()
        expires_at = clock.now() + dt.timedelta(days=arguments.days)
        name = arguments.name or worded("命令行签发", "issued by command line")
        _do(
            "token.issue",
            None,
            {
                "person": str(user.person_id),
                "name": name,
                "digest": secret.digest,
                "hint": secret.hint,
                "expires_at": expires_at.isoformat(),
            },
        )
    say(
        f"令牌代表 {user.person.name}，{arguments.days} 天后到期。它只显示这一次：",
        f"The token acts as {user.person.name} and expires in {counted(arguments.days, 'day')}. It is shown this once:",
        is_fault=True,
    )
    print(secret.text)


def list_all(_arguments: argparse.Namespace) -> None:
    """Print the tokens that still work."""
    from keguan.cli.opening import opened

    with opened():
        from keguan.api.models import Token
        from keguan.kernel import clock

        found = Token.objects.filter(revoked_at=None, expires_at__gt=clock.now()).select_related("person")
        for token in found.order_by("person__name", "id"):
            used = token.last_used_on.isoformat() if token.last_used_on else worded("未用过", "never used")
            print(
                f"{token.hint}…  {token.person.name}  {token.name}  → {token.expires_at:%Y-%m-%d}  {used}  {token.id}"
            )


def revoke(arguments: argparse.Namespace) -> None:
    """Revoke one token."""
    from keguan.cli.opening import opened

    with opened():
        from keguan.api.models import Token

        wanted = arguments.token.removesuffix("…")
        live = Token.objects.filter(revoked_at=None)
        found = [token for token in live if wanted in (str(token.id), token.hint)]
        if len(found) != 1:
            many = bool(found)
            raise CommandFault(
                "有几个令牌这样开头，请写编号" if many else "没有这个令牌。用 keguan token list 查看",
                "several tokens begin so; give the id" if many else "there is no such token; see keguan token list",
            )
        _do("token.revoke", found[0].id, {})
    say("令牌已吊销。", "The token is revoked.")


def _do(verb: str, key: Any, args: dict[str, Any]) -> None:
    """Run one command as the operator; a fault with the reasons where it did not run."""
    from keguan.controls.gate import run_one
    from keguan.kernel.commands.context import Context
    from keguan.kernel.commands.outcomes import Refused

    outcome = run_one(Context(None, "command_line"), verb, key, args)
    if isinstance(outcome, Refused):
        raise CommandFault(
            "；".join(reason.message.zh for reason in outcome.reasons),
            "; ".join(reason.message.en for reason in outcome.reasons),
        )
