"""People from a sheet: who works here, in which unit, on which post, and by which name each signs in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from keguan.imports.directory import Directory
from keguan.imports.importer import Importer
from keguan.imports.importers import register
from keguan.imports.rows import Candidate, Key, Undone, Verdict, Writing
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Done, Outcome, Reason
from keguan.kernel.commands.pipeline import Given
from keguan.kernel.commands.verbs import Argument, takes
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import folded
from keguan.kernel.sheets import Row, Sheet
from keguan.org.facts import PERSON, POST
from keguan.org.models import Person, Post

UNIT, ROLE, IS_HEAD = (replace(one, required=False) for one in takes(POST, "unit", "role", "is_head"))
BESIDE = ("unit", "role", "is_head", "username")
TITLE = "title"
"""Under which a row keeps what a post is called in the company, where that is no role."""
HALF = {
    "role": Reason(Label("有部门而没有岗位", "a unit without a post"), field="role", kind="input"),
    "unit": Reason(Label("有岗位而没有部门", "a post without a unit"), field="unit", kind="input"),
}


class PersonImporter(Importer):
    """People, each with a post and a sign-in where the row says so: all of a row, or nothing."""

    synonyms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "name": "姓名 员工姓名 名字 name fullname employee",
            "code": "工号 员工编号 人员编号 编号 code staffno employeeno employeeid",
            "phone": "手机 手机号 手机号码 联系电话 电话 phone mobile tel",
            "email": "邮箱 电子邮箱 电子邮件 email mail",
            "joined_on": "入职 入职日期 入职时间 到岗日期 joined joinedon hiredate startdate",
            "unit": "部门 所在部门 所属部门 部门名称 单位 unit department dept",
            "role": "岗位 职位 职务 岗位名称 岗位职责 角色 role post position jobtitle",
            "is_head": "负责人 是否负责人 部门负责人 部门主管 主管 head ishead manager",
            "username": "登录名 账号 帐号 用户名 账户 username login account",
        }
    )
    alike: ClassVar[Label] = Label("工号或登录名相同", "same staff number or user name")
    has_dates: ClassVar[bool] = False

    def further(self) -> tuple[Argument, ...]:
        """Unit, post and sign-in, for the acts that follow."""
        return UNIT, ROLE, IS_HEAD, *takes(PERSON, "username")

    def look_up(self, viewer: UUID | None, sheet: Sheet, mapping: Mapping[str, str]) -> Directory:
        """Also the posts of each unit by what the company calls them."""
        found = super().look_up(viewer, sheet, mapping)
        posts: dict[str, UUID | None] = {}
        for unit, title, role in Post.objects.exclude(title=None).values_list("unit", "title", "role"):
            posts[f"{unit}:{folded(title or '')}"] = role
        return replace(found, words={**found.words, "post": posts})

    def take(
        self, target: str, kind: Kind | None, cell: str, args: dict[str, Any], known: Directory, reasons: list[Reason]
    ) -> None:
        """Enter a cell; a post may be named by its role, or by its title in the unit of the row."""
        if target == "role" and known.find("role", cell) is None and known.words["post"]:
            args[TITLE] = cell
        else:
            super().take(target, kind, cell, args, known, reasons)

    def candidates(
        self,
        sheet: Sheet,
        mapping: Mapping[str, str],
        rows: Iterable[Row],
        known: Directory,
        *,
        is_preview: bool = False,
    ) -> Iterator[Candidate]:
        """As for all types; then posts are found by unit and title."""
        for one in super().candidates(sheet, mapping, rows, known, is_preview=is_preview):
            title = one.args.get(TITLE)
            role = known.words["post"].get(f"{one.args.get('unit')}:{folded(title)}") if title else None
            if role is not None:
                one.args["role"] = str(role)
            elif title:
                reason = known.unknown("role", self.label("role"), title, "role")
                yield replace(one, reasons=(*one.reasons, reason), keys=frozenset())
                continue
            yield one

    def read(self, args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
        """Typed arguments of all acts of the row."""
        form = replace(self.verb, arguments=(*self.verb.arguments, *self.further()))
        given = {name: value for name, value in args.items() if name != TITLE}
        typed, reasons = parse(form, given)
        has_unit, has_role = bool(args.get("unit")), bool(args.get("role") or args.get(TITLE))
        if has_unit and not has_role:
            reasons.append(HALF["role"])
        if has_role and not has_unit:
            reasons.append(HALF["unit"])
        return typed, reasons

    def identity(self, typed: Mapping[str, Any]) -> Iterable[Key]:
        """By staff number and by user name."""
        yield from super().identity(typed)
        if typed.get("username"):
            yield "username", str(typed["username"]).lower()

    def known(self, viewer: UUID | None, keys: Collection[Key]) -> Mapping[Key, Label]:
        """Staff numbers and user names that are taken. Two statements."""
        names = [value for kind, value in keys if kind == "username"]
        taken = (
            Person.objects.annotate(lower=Lower("username")).filter(Q(lower__in=names)).values_list("lower", flat=True)
        )
        words = Label("登录名 {name} 已有人使用", "somebody signs in as {name}")
        found = {("username", name): words.format(name=name) for name in (taken if names else ())}
        return {**super().known(viewer, keys), **found}

    def write(self, writing: Writing, verdicts: Sequence[Verdict]) -> dict[int, Outcome]:
        """Add the people, establish the posts that are missing, assign them, grant the sign-ins."""
        going = [verdict.candidate for verdict in verdicts if verdict.state == "add"]
        plain = [{name: value for name, value in one.args.items() if name not in (*BESIDE, TITLE)} for one in going]
        outcomes = writing.act("person.add", [(None, args) for args in plain])
        added = {one.row: outcome for one, outcome in zip(going, outcomes, strict=True)}
        here = [one for one in going if isinstance(added[one.row], Done)]
        refused: dict[int, Sequence[Reason]] = {}
        self._post(writing, [one for one in here if one.args.get("role")], added, refused)
        named = [one for one in here if one.args.get("username")]
        items: list[Given] = [(_id(added, one), {"username": one.args["username"]}) for one in named]
        _note(named, writing.act("person.grant_sign_in", items), refused)
        if refused:
            raise Undone(refused)
        return added

    def _post(
        self, writing: Writing, posted: Sequence[Candidate], added: Mapping[int, Outcome],
        refused: dict[int, Sequence[Reason]],
    ) -> None:  # fmt: skip
        wanted: dict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
        for one in posted:
            wanted[one.args["unit"], one.args["role"], one.args.get(TITLE) or ""].append(one)
        known = {
            (str(unit), str(role), title or ""): key
            for key, unit, role, title in Post.objects.values_list("id", "unit", "role", "title")
        }
        new = [place for place in wanted if place not in known]
        given: list[Given] = []
        for unit, role, title in new:
            is_head = any(one.args.get("is_head") in ("是", True, "true") for one in wanted[unit, role, title])
            given.append((None, {"unit": unit, "role": role, "title": title or None, "is_head": is_head}))
        for place, outcome in zip(new, writing.act("post.establish", given), strict=True):
            if isinstance(outcome, Done):
                known[place] = outcome.object
            else:
                _note(wanted[place], [outcome] * len(wanted[place]), refused)
        going = [(one, known[place]) for place, rows in wanted.items() if place in known for one in rows]
        items: list[Given] = [
            (post, {"person": str(_id(added, one)), "starts_on": one.args.get("joined_on")}) for one, post in going
        ]
        _note([one for one, _ in going], writing.act("post.assign", items), refused)


def _id(added: Mapping[int, Outcome], one: Candidate) -> UUID:
    outcome = added[one.row]
    if not isinstance(outcome, Done):
        raise KeyError(one.row)
    return outcome.object


WAITS = Reason(
    Label("这一步需要他人批准，不能随表导入", "this step needs somebody's consent and cannot come from a sheet")
)


def _note(rows: Sequence[Candidate], outcomes: Sequence[Outcome], refused: dict[int, Sequence[Reason]]) -> None:
    """Remember the rows of which an act did not run."""
    for one, outcome in zip(rows, outcomes, strict=True):
        if not isinstance(outcome, Done):
            refused.setdefault(one.row, getattr(outcome, "reasons", None) or (WAITS,))


register("person", PersonImporter)
