"""A record as the company's form: its facts in groups, its lines, what was decided and signed, boxes for signatures.

What the viewer may not see is masked on paper as on the page; a reference to what he may not see is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width
from uuid import UUID

from keguan.cases.page import GROUPS
from keguan.controls import queries, scopes
from keguan.controls.engines.register_types import register_types
from keguan.controls.live.grants import Grants
from keguan.controls.models import Signature
from keguan.controls.queries.settings import settings_here
from keguan.controls.signatures import pin
from keguan.customers.facts import LineKey
from keguan.kernel import clock
from keguan.kernel.records.kinds import Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.lists.naming import Named, Names
from keguan.lists.reading import Seen, lines_of
from keguan.org import queries as org
from keguan.policies.rulebooks import current
from keguan.prints.copies import Copy, copies_of
from keguan.prints.drawing import qr

HIDDEN = "•••"
LONG = 30
NARROWEST, WIDEST = 8, 30
PLAIN = ("person", "unit", "role", "post")
"""Records of the directory have no number that anybody would look for."""
HANDS = ("goes", "keeper")
"""The facts of a copy that hold the code of a role."""
BOXES = (
    Label("经办人签章", "Handled by"),
    Label("部门负责人签章", "Head of department"),
    Label("收存人签章", "Kept by"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a type stands on paper: its facts in groups, which lists of lines it leaves out."""

    groups: tuple[tuple[str, Label, tuple[str, ...]], ...] = ()
    without: frozenset[str] = frozenset()


LAYOUTS = {"case": Layout(GROUPS, frozenset(("notes", "links")))}
"""Types whose facts stand in groups of their own; the others stand as they are declared."""


@dataclass
class _Reader:
    """Who prints, in which language, and what the records are called that the form points to."""

    viewer: UUID
    language: str
    found: Seen
    known: Grants | None
    names: Names = field(default_factory=dict)
    lines: Mapping[UUID, str] = field(default_factory=dict)

    def words(self, label: Label) -> str:
        return label.text(self.language)

    def text(self, fact: Fact, value: Any, masked: frozenset[str]) -> str:
        """A value in words; a masked one as dots."""
        if fact.name in masked:
            return HIDDEN
        if value is None or value in ("", []):
            return ""
        if isinstance(fact.kind, LineKey):
            return self.lines.get(value, "")
        to = naming.target(fact.kind)
        if to or isinstance(fact.kind, Reference):
            keys = value if isinstance(value, list) else [value]
            called = [self.names.get(to, {}).get(key) for key in keys]
            said = [self.called(fact, to, one) for one in called if one]
            return self.words(Label("、", ", ")).join(said)
        return fact.kind.show(value, self.language)

    def called(self, fact: Fact, to: str, one: Named) -> str:
        """A record that a form points to: on paper nobody can follow a link, so its number stands with its title."""
        return self.words(one.words if to in PLAIN else one.beside(fact.label))

    def cell(self, line: LineType, fact: Fact, value: Any, masked: frozenset[str]) -> str:
        """A fact of a line; of a copy, the role that keeps it in words."""
        register = register_types.get(self.found.sight.type.name)
        if register and value and line.name == "copies" and fact.name in HANDS and fact.name not in masked:
            return self.words(register.plan.holder(str(value)))
        return self.text(fact, value, masked)


def form(
    viewer: UUID, found: Seen, wanted: Sequence[int], url: str, language: str
) -> tuple[dict[str, Any], list[Copy]]:
    """What the template draws of a record that the viewer sees, and the copies that it draws; a fixed number of reads.

    `wanted` are the copies asked for by number, all where none is; `url` is the record's page.
    """
    kind, record = found.sight.type, found.record
    known = scopes.grants(viewer)
    declared = current(clock.now()).declared.get(kind.name, {}) if kind.declared else {}
    given = {one.setting.name.partition(".")[2]: one.value for one in settings_here(kind.name, record.id)}
    lines = {one.name: lines_of(found, one) for one in kind.lines if one.name not in _layout(kind).without}
    reader = _Reader(viewer, language, found, known, lines=_line_names(found, lines))
    reader.names = naming.named(viewer, _asked(kind, record.values, lines), known)
    copies = [one for one in copies_of(kind, given) if not wanted or one.number in wanted]
    told = queries.approvals_of(viewer, record.id)
    printed = Label("{who} 打印于 {at} · 第 {n} 次变动之后", "printed by {who}, {at} · after change {n}").text(language)
    me = org.people_by_id([viewer])[viewer].name
    company = org.company()
    boxes = [Label.written(box) for box in given.get("signature_boxes") or ()] or BOXES
    part = found.sight.part
    stage = part(record.values, kind.stage)
    return {
        "company": company.name if company else "",
        "title": reader.words(Label.written(given["form_title"]) if given.get("form_title") else kind.label),
        "code": part(record.values, kind.code) or "",
        "subject": part(record.values, kind.title) or "" if kind.title in record.values else "",
        "stage": reader.words(kind.stage_label(stage)) if stage else "",
        "copies": [{"mark": reader.words(one.mark)} for one in copies],
        "groups": _groups(reader, declared),
        "lists": [*_lists(reader, lines), *_decisions(reader, told), *_signed(reader)],
        "boxes": [reader.words(box) for box in boxes],
        "note": reader.words(Label.written(given.get("print_note") or "")),
        "qr": qr(url),
        "printed": printed.format(who=me, at=Moment().show(clock.now(), language), n=record.number),
        "words": {
            "scan": reader.words(Label("扫码打开", "scan to open")),
            "page": reader.words(Label("第 {n} 页，共 {of} 页", "page {n} of {of}")),
            "date": reader.words(Label("年　　月　　日", "date")),
        },
    }, copies


def _layout(kind: RecordType) -> Layout:
    return LAYOUTS.get(kind.name, Layout())


def _line_names(found: Seen, lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[UUID, str]:
    """What the record's own lines are called, for facts that point to one of them; without masked names."""
    named = [(name, rows) for name, rows in lines.items() if "name" in found.sight.type.line(name).by_name]
    return {
        row["id"]: str(row["name"] or "")
        for name, rows in named
        if "name" not in found.masked_lines(name)
        for row in rows
    }


def _asked(kind: RecordType, values: Mapping[str, Any], lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> Any:
    """Ids by record type of everything that the form names."""
    asked = naming.pointed_to(kind.facts, [values])
    for name, rows in lines.items():
        for to, keys in naming.pointed_to(kind.line(name).facts, rows).items():
            asked.setdefault(to, set()).update(keys)
    return asked


def _groups(reader: _Reader, declared: Mapping[str, Fact]) -> list[dict[str, Any]]:
    kind, sight, values = reader.found.sight.type, reader.found.sight, reader.found.record.values
    apart = {kind.code, kind.title, kind.stage, kind.declared}
    groups = _layout(kind).groups or (
        ("", Label("", ""), tuple(one.name for one in kind.facts if one.name not in apart and not one.derived)),
    )
    shown = []
    if _layout(kind).groups and "customer" in kind.by_name:
        groups = (("", Label("", ""), ("customer",)), *groups)
    for _, label, names in groups:
        facts = [_fact(reader, kind.by_name[name], values[name], sight.masked) for name in names]
        shown.append({"heading": reader.words(label), "facts": [one for one in facts if one["text"]]})
    extra = values.get(kind.declared) or {} if kind.declared else {}
    facts = [_fact(reader, fact, fact.kind.from_json(extra.get(name)), sight.masked) for name, fact in declared.items()]
    more = Label("公司自定字段", "Fields of this company")
    shown.append({"heading": reader.words(more), "facts": [one for one in facts if one["text"]]})
    return [group for group in shown if group["facts"]]


def _fact(reader: _Reader, fact: Fact, value: Any, masked: frozenset[str]) -> dict[str, Any]:
    text = reader.text(fact, value, masked)
    is_wide = (isinstance(fact.kind, Text) and fact.kind.lines) or len(text) > LONG
    return {"label": reader.words(fact.label), "text": text, "wide": is_wide}


def _lists(reader: _Reader, lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Lines as tables."""
    found = []
    for name, rows in lines.items():
        line_type, masked = reader.found.sight.type.line(name), reader.found.masked_lines(name)
        facts = [one for one in line_type.facts if not one.is_file and not one.derived]
        cells = [[reader.cell(line_type, fact, row[fact.name], masked) for fact in facts] for row in rows]
        if any(any(row) for row in cells):
            found.append(_table(reader, line_type.label, [fact.label for fact in facts], cells))
    return found


DECISIONS = Label("核准", "Decisions")
DECISION_HEADS = (
    Label("事项", "Act"), Label("内容", "What was asked"), Label("由谁", "By"), Label("结果", "Result"),
    Label("时间", "At"), Label("依据", "Clause"),
)  # fmt: skip
BETWEEN, COLON = Label("；", "; "), Label("：", ": ")
AGREED, REFUSED, OPEN = Label("同意", "consented"), Label("不同意", "rejected"), Label("待定", "open")


def _decisions(reader: _Reader, told: Sequence[queries.ApprovalTold]) -> list[dict[str, Any]]:
    """What was asked of whom and what each said, oldest first."""
    rows = []
    for one in reversed(told):
        asked = reader.words(BETWEEN).join(
            f"{reader.words(label)} {kind.show(value, reader.language)}"
            for label, kind, value in one.asked
            if not isinstance(kind, Listing | Reference) and value is not None
        )
        for step in one.steps:
            result = OPEN if step.is_consent is None else AGREED if step.is_consent else REFUSED
            said = reader.words(result) + (f"{reader.words(COLON)}{step.comment}" if step.comment else "")
            at = Moment().show(step.decided_at, reader.language) if step.decided_at else ""
            by = step.decided_by or reader.words(step.by)
            rows.append([reader.words(one.act), asked, by, said, at, reader.words(Label.written(one.citation.clause))])
    return [_table(reader, DECISIONS, DECISION_HEADS, rows)] if rows else []


SIGNED = Label("已在系统中签字", "Signed on screen")
SIGNED_HEADS = (
    Label("为哪个动作", "For"), Label("签字人", "Signed by"), Label("时间", "At"),
    Label("所签内容的摘要", "Digest of what was signed"),
)  # fmt: skip


def _signed(reader: _Reader) -> list[dict[str, Any]]:
    """Signatures given on screen that stand: what was signed has not changed since. Two statements."""
    record = reader.found.record
    given = list(Signature.objects.filter(object=record.id, digest=pin(record)).order_by("id"))
    people = org.people_by_id({one.signer for one in given}) if given else {}
    rows = [
        [
            reader.words(vocabulary.verbs[one.act].label), people[one.signer].name,
            Moment().show(one.signed_at, reader.language), one.digest[:16],
        ]
        for one in given
    ]  # fmt: skip
    return [_table(reader, SIGNED, SIGNED_HEADS, rows)] if rows else []


def _table(reader: _Reader, label: Label, heads: Sequence[Label], rows: list[list[str]]) -> dict[str, Any]:
    """A table; columns in which nothing stands are left out, the others are as wide as what stands in them."""
    kept = [at for at in range(len(heads)) if any(row[at] for row in rows)]
    words = [reader.words(heads[at]) for at in kept]
    cells = [[row[at] for at in kept] for row in rows]
    widths = [max(_width(text) for text in column) for column in zip(words, *cells, strict=True)]
    return {"heading": reader.words(label), "heads": words, "widths": widths, "rows": cells}


def _width(text: str) -> int:
    """How much room a cell asks for: its longest line, a Chinese character counting twice; within reason."""
    wide = max(sum(2 if east_asian_width(each) in "FW" else 1 for each in line) for line in text.split("\n"))
    return min(max(wide, NARROWEST), WIDEST)


def types() -> list[str]:
    """The record types that can be printed."""
    return [name for name, kind in vocabulary.types.items() if kind.code is not None]
