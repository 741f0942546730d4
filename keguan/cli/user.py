"""`keguan user add`: a person with a sign-in and perhaps a post. All but the password goes through commands."""

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.cli.faults import CommandFault
from keguan.site.speech import say, worded

if TYPE_CHECKING:
    from keguan.kernel.commands.context import Context
    from keguan.kernel.commands.outcomes import Reason

PASSWORD = "KEGUAN_PASSWORD"  # noqa: S105 – the name of a variable


def register(subparsers: Any) -> None:
    """Add `user` with `add`."""
    user = subparsers.add_parser("user", help=worded("人员与登录", "people and their sign-in"))
    acts = user.add_subparsers(metavar=worded("操作", "ACTION"), required=True)
    add = acts.add_parser(
        "add",
        help=worded("增加人员并开通登录", "add a person with a sign-in"),
        description=worded(
            f"密码从环境变量 {PASSWORD} 或标准输入读取；在终端里会询问两次。",
            f"The password is read from {PASSWORD} or standard input; at a terminal it is asked for twice.",
        ),
    )
    add.add_argument("username", help=worded("登录名，可以是中文", "the name to sign in by"))
    add.add_argument("--name", help=worded("姓名；不写则同登录名", "the person's name, if it is another"))
    add.add_argument("--code", help=worded("工号", "staff number"))
    add.add_argument("--role", help=worded("岗位职责代码，如 service_manager", "role code, such as service_manager"))
    add.add_argument("--unit", help=worded("部门名称或代码", "name or code of the unit"))
    add.add_argument("--head", action="store_true", help=worded("任部门负责人", "the post heads the unit"))
    add.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Add the person, grant the sign-in, establish the post where it is missing and assign it."""
    from keguan.cli.opening import opened

    if bool(arguments.role) != bool(arguments.unit):
        raise CommandFault("--role 与 --unit 要一起写", "--role and --unit go together", status=2)
    with opened():
        from keguan.kernel.commands.context import Context
        from keguan.org import sign_in

        ctx = Context(actor=None, channel="command_line")
        place = _place(arguments.role, arguments.unit) if arguments.role else None
        password = _password()
        _complain(sign_in.weaknesses(password, arguments.username))
        _free(arguments.username)
        facts = {"name": arguments.name or arguments.username, "code": arguments.code}
        person = _do(ctx, "person.add", None, {key: value for key, value in facts.items() if value})
        _do(ctx, "person.grant_sign_in", person, {"username": arguments.username})
        sign_in.set_password(person, arguments.username, password)
        if place is not None:
            post = _post(ctx, *place, is_head=arguments.head)
            _do(ctx, "post.assign", post, {"person": str(person)})
    say(
        f"已增加 {facts['name']}，登录名 {arguments.username}。",
        f"{facts['name']} was added and signs in as {arguments.username}.",
    )


def _free(username: str) -> None:
    """A fault where somebody signs in by this name: asked first, so that no person is added in vain."""
    from keguan.org.models import Person

    if Person.objects.filter(username__iexact=username).exists():
        raise CommandFault(
            f"登录名“{username}”已有人使用，请换一个", f"somebody signs in as “{username}”; please choose another name"
        )


def _place(role_code: str, unit_name: str) -> tuple[UUID, UUID]:
    """The ids of the unit and the role; a fault that lists what there is where one is unknown."""
    from keguan.org import queries

    roles, units = queries.roles(), queries.units()
    if role_code not in roles:
        zh = "、".join(f"{code} {label.zh}" for code, (_, label) in roles.items()) or "还没有，请先采用制度包"
        en = ", ".join(roles) or "none yet: adopt a pack first"
        raise CommandFault(f"没有“{role_code}”这个岗位职责。现有：{zh}", f"no role “{role_code}”. There are: {en}")
    found = [row.id for row in units if unit_name in (row.code, row.name)]
    if len(found) != 1:
        zh = "、".join(" › ".join(row.path) for row in units) or "还没有部门"
        en = ", ".join(" › ".join(row.path) for row in units) or "none yet"
        problem = ("有多个", "more than one") if found else ("没有", "no")
        raise CommandFault(
            f"{problem[0]}叫“{unit_name}”的部门。现有：{zh}", f"{problem[1]} unit “{unit_name}”. There are: {en}"
        )
    return found[0], roles[role_code][0]


def _post(ctx: "Context", unit: UUID, role: UUID, *, is_head: bool) -> UUID:
    """The post of this role in the unit that heads it or not; established where it is missing."""
    from keguan.org.models import Post

    post = Post.objects.filter(unit=unit, role=role, is_head=is_head).order_by("id").first()
    if post is not None:
        return post.id
    return _do(ctx, "post.establish", None, {"unit": str(unit), "role": str(role), "is_head": is_head})


def _do(ctx: "Context", verb: str, object_id: UUID | None, args: dict[str, Any]) -> UUID:
    """Run one command; the id of its record. A fault with the reasons where it did not run."""
    from keguan.controls.gate import run_one
    from keguan.kernel.commands.outcomes import Done, Refused

    outcome = run_one(ctx, verb, object_id, args)
    if isinstance(outcome, Done):
        return outcome.object
    if isinstance(outcome, Refused):
        _complain(list(outcome.reasons))
    raise CommandFault(f"{verb} 需要他人同意，未执行", f"{verb} waits for somebody's consent")


def _complain(reasons: "list[Reason]") -> None:
    if reasons:
        raise CommandFault(
            "；".join(reason.message.zh + (f"（{reason.cure.zh}）" if reason.cure else "") for reason in reasons),
            "; ".join(reason.message.en + (f" ({reason.cure.en})" if reason.cure else "") for reason in reasons),
        )


def _password() -> str:
    """From the environment, the terminal (asked twice) or standard input; never from the arguments."""
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(worded("密码：", "Password: "))
    if getpass.getpass(worded("再输入一次：", "Once more: ")) != first:
        raise CommandFault("两次输入的密码不一样，请重来", "the two passwords differ; please try again")
    return first
