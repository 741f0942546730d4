"""Units from a sheet: a unit may stand under one that is there already, or under one of a row above it."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from keguan.imports.directory import Directory, directory
from keguan.imports.importer import Importer
from keguan.imports.importers import register
from keguan.imports.rows import Candidate, Key, Verdict, Writing
from keguan.kernel.commands.outcomes import Outcome, Reason, Refused
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import folded

ABOVE = "parent_name"
"""Under which a row keeps the name of a unit that a row above it opens."""
NOT_THERE = Reason(
    Label("上级部门所在的那一行没有导入", "the row of the parent unit was not imported"),
    Label("先改好那一行", "mend that row first"),
    field="parent",
    kind="input",
)


class UnitImporter(Importer):
    """Units, each under its parent."""

    synonyms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "name": "部门 部门名称 单位 组织 机构 name unitname department departmentname",
            "code": "部门编号 部门编码 编号 编码 code unitcode",
            "parent": "上级 上级单位 上级机构 隶属 所属 parent parentunit reportsto",
            "kind": "类型 部门类型 kind type",
            "opened_on": "成立日期 设立时间 opened",
        }
    )
    has_dates: ClassVar[bool] = False

    def take(
        self, target: str, kind: Kind | None, cell: str, args: dict[str, Any], known: Directory, reasons: list[Reason]
    ) -> None:
        """Enter a cell; a parent that is not there yet may stand in a row above."""
        if target == "parent" and known.find("unit", cell) is None and not known.is_shared("unit", cell):
            args[ABOVE] = cell
        else:
            super().take(target, kind, cell, args, known, reasons)

    def read(self, args: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
        """Typed arguments without the parent's name."""
        return super().read(_plain(args))

    def identity(self, typed: Mapping[str, Any]) -> Iterable[Key]:
        """By code; names are kept so that rows below find it."""
        yield from super().identity(typed)
        yield "unit", folded(typed["name"])

    def judge(
        self, found: Sequence[Candidate], first: Mapping[Key, int], on_duplicate: str, viewer: UUID | None
    ) -> list[Verdict]:
        """As for all types, by code alone; and a parent that is not there has to stand above."""
        coded = [
            Candidate(one.row, one.args, one.reasons, frozenset(key for key in one.keys if key[0] == "code"))
            for one in found
        ]
        verdicts = super().judge(coded, first, on_duplicate, viewer)
        return [self._below(verdict, first) for verdict in verdicts]

    def _below(self, verdict: Verdict, first: Mapping[Key, int]) -> Verdict:
        name = verdict.candidate.args.get(ABOVE)
        if name is None or verdict.state != "add":
            return verdict
        row = first.get(("unit", folded(name)), first.get(("code", name)))
        if row is not None and row < verdict.candidate.row:
            return verdict
        reason = Directory().unknown("unit", self.label("parent"), name, "parent")
        cure = Label("上级部门要写在它的上面几行，或先建好", "let the parent stand in a row above, or open it first")
        return Verdict(verdict.candidate, "refused", (Reason(reason.message, cure, field="parent", kind="input"),))

    def write(self, writing: Writing, verdicts: Sequence[Verdict]) -> dict[int, Outcome]:
        """Open the units wave by wave: those whose parents are there, then those below them."""
        left = [verdict.candidate for verdict in verdicts if verdict.state == "add"]
        outcomes: dict[int, Outcome] = {}
        while left:
            known = directory(None, {"unit": ()})
            names = {folded(one.args["name"]) for one in left}
            ready = [one for one in left if not self._waits(one, known, names)]
            if not ready:
                break
            given = []
            for one in ready:
                name = one.args.get(ABOVE)
                given.append((one, known.find("unit", name) if name else one.args.get("parent")))
            going = [(one, parent) for one, parent in given if parent or ABOVE not in one.args]
            items = [(None, _plain(one.args) | ({"parent": str(parent)} if parent else {})) for one, parent in going]
            done = writing.act(self.verb.name, items)
            outcomes |= {one.row: outcome for (one, _), outcome in zip(going, done, strict=True)}
            outcomes |= {one.row: Refused(None, (NOT_THERE,)) for one in ready if one.row not in outcomes}
            left = [one for one in left if one.row not in outcomes]
        return outcomes | {one.row: Refused(None, (NOT_THERE,)) for one in left}

    def _waits(self, one: Candidate, known: Directory, names: set[str]) -> bool:
        name = one.args.get(ABOVE)
        return name is not None and known.find("unit", name) is None and folded(name) in names


def _plain(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name != ABOVE}


register("unit", UnitImporter)
