"""Register (台账): a record type without Python: fields, lines, stages, numbering, copies and their route."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from keguan.controls.conditions import ALWAYS
from keguan.controls.engines.forms import Part, Words, described
from keguan.controls.engines.guard import KEPT, Needs, Ruling, RulingGuard
from keguan.controls.engines.register_fields import Fields, words_of
from keguan.controls.engines.register_types import ORIGINATOR, Copy, Plan, Step, adopted, declare, register_types
from keguan.controls.engines.written_order import ordered, orders
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact, RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

CODE = r"^[a-z][a-z0-9_]{0,39}$"
NAME = re.compile(CODE)
NO_COPY = {
    True: Label("没有等您送出的联", "no copy waits for you to pass it on"),
    False: Label("没有等您收存的联", "no copy waits for you to keep it"),
}
TAKEN = frozenset(("id", "record", "code", "title", "stage", "owner", "unit", "opened_by", "opened_at", "copies"))


class StageForm(Part):
    """One stage; its code alone will do. / 一个环节；也可以只写代码。"""

    stage: str = Field(pattern=CODE, description="环节的代码 / the code of the stage")
    by: str | None = described(
        "进入此环节的动作；不写则与代码同名，第一个环节是 open",
        "the verb that enters it; else named as the stage is, and open for the first",
        None,
    )
    zh: str | None = described("环节的名称，如“已答复”", "its name in Chinese", None)
    en: str | None = described("环节的英文名称", "its name in English, such as Replied", None)
    act: Words | None = described(
        "进入此环节的动作叫什么，如 {zh: 答复, en: Reply}，处处用它；不写则用环节的名称，第一个环节用“登记…”",
        "what the verb that enters it is called wherever it is named, such as {zh: 答复, en: Reply}; "
        "else as the stage is, and “New entry: …” for the first",
        None,
    )

    @property
    def label(self) -> Label:
        """Its name, else its code."""
        words = {"zh": self.zh, "en": self.en} if self.zh else {}
        return words_of(words, self.stage)


def _stage(raw: Any) -> Any:
    return {"stage": raw} if isinstance(raw, str) else raw


class RegisterForm(ControlForm):
    """台账：由制度声明的记录类型。 / A record type declared by a policy."""

    type: str = described("类型代码，如 return_slip", "its code, such as return_slip")
    title: Words | None = described("名称", "its name", None)
    of: str | None = described("属于哪种记录", "the record type it belongs to", None)
    fields: dict[str, Any] = described("字段：{名: text!}，! 为必填", "fields: {name: text!}; ! makes one required", {})
    lines: dict[str, Any] = described("明细：{清单: {字段}}", "lines: {list: {fields}}", {})
    stages: tuple[Annotated[StageForm, BeforeValidator(_stage)], ...] = described(
        "环节：[{stage, by, zh, en, act}]", "stages: [{stage, by, zh, en, act}]", ()
    )
    number: str | None = described("编号规则，如 TH-YYYYMM-NNN", "the number pattern", None)
    copies: tuple[Any, ...] = described(
        "联次：[{goes: 岗位, keeper: 岗位}]", "copies: [{goes: role, keeper: role}]", ()
    )
    route: dict[str, str] = described(
        "联次的流转：{goes: 动作, keeper: 动作}", "the verbs by which copies go and are kept", {}
    )
    order: dict[str, tuple[str, ...]] = described(
        "字段书写的次序，由系统记下，不用写", "the order in which fields were written: noted by itself", {}
    )


@dataclass(frozen=True, kw_only=True)
class RegisterControl(RulingGuard):
    """A compiled register: its record type, and who may pass its copies on."""

    plan: Plan
    type: RecordType
    listed: Needs = field(default_factory=Needs)

    def rule(self, scene: Scene) -> Ruling | None:
        """Whether a copy may go or be kept by whoever acts: in turn, by the role that the clause names."""
        verb = scene.verb.name if scene.verb else ""
        if verb not in (self.plan.goes, self.plan.keeps) or scene.actor is None:
            return None
        number = scene.args.get("copy")
        if number is None and scene.is_preview:
            copies = range(1, len(self.plan.copies) + 1)
            if not any(self._fault(scene, verb, n) is None and not self._is_done(scene, verb, n) for n in copies):
                return self._refused(NO_COPY[verb == self.plan.goes], None)
        elif fault := self._fault(scene, verb, number):
            return self._refused(*fault)
        return KEPT.under("refuse", self.trial)

    def _fault(self, scene: Scene, verb: str, number: object) -> tuple[Label, Label | None] | None:
        """Why this copy may not go, or be kept, by whoever acts; and the cure."""
        most = len(self.plan.copies)
        if not isinstance(number, int) or not 1 <= number <= most:
            return Label(f"联次应在 1 与 {most} 之间", f"copies run from 1 to {most}"), None
        copy, line = self.plan.copies[number - 1], _line(scene, number)
        if verb == self.plan.goes and not copy.goes:
            return Label(f"第 {number} 联不用流转", f"copy {number} goes nowhere"), None
        if verb == self.plan.keeps and copy.goes and not (line or {}).get("gone_at"):
            words = Label(f"第 {number} 联还没有送到", f"copy {number} has not gone there yet")
            return words, Label("先办理流转", "let it go there first")
        role = copy.goes if verb == self.plan.goes else copy.keeper
        if role == ORIGINATOR:
            is_his = scene.fact("opened_by") == scene.actor
        else:
            is_his = role in (scene.profile.roles if scene.profile else ())
        if is_his:
            return None
        words = self.plan.holder(role or ORIGINATOR)
        return Label(f"第 {number} 联由{words.zh}经手", f"{words.en} has copy {number}"), None

    def _is_done(self, scene: Scene, verb: str, number: int) -> bool:
        line = _line(scene, number)
        return line is not None and line["gone_at" if verb == self.plan.goes else "kept_at"] is not None

    def _refused(self, message: Label, cure: Label | None) -> Ruling:
        return Ruling("refused", (Reason(message, cure, self.citation, "copy"),)).under("refuse", self.trial)


def _line(scene: Scene, number: int) -> Mapping[str, Any] | None:
    return next((line for line in scene.lists.get("copies", ()) if line["n"] == number), None)


class Register:
    """The engine `register`."""

    name = "register"
    label = Label("台账", "Register")
    form: type[ControlForm] = RegisterForm
    turn = 0

    def noted(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """The form with the order of its fields, which a stored version would forget."""
        found = orders({name: raw[name] for name in ("fields", "lines") if name in raw})
        return {**raw, "order": found} if found and "order" not in raw else raw

    def declare(self, form: RegisterForm, place: Place, book: BookDraft) -> None:
        """The record type with its verbs; a name of the product's, or a field that changed, is a fault."""
        plan = self._plan(form, place, book)
        if plan is None:
            return
        known = adopted.get(form.type)
        if known is not None and place.file:
            # a stored version was checked when it was adopted, and may be older than what is known by now
            self._only_more(known, plan, place, book)
        declare(plan)

    def compile(self, form: RegisterForm, place: Place, book: BookDraft) -> RegisterControl:
        """The register as it was declared."""
        plan = self._plan(form, place, BookDraft(roles=book.roles, currency=book.currency, vocabulary=book.vocabulary))
        known = register_types.get(form.type)
        plan = plan or Plan(form.type, Label(form.type, form.type), (), (), (), ())
        verbs = [name for name in (plan.goes, plan.keeps) if name]
        return RegisterControl(
            **Control.common(self.name, form, place),
            says=_sentence(plan),
            verbs=frozenset(verbs),
            gate=ALWAYS,
            needs=Needs(lists=frozenset({"copies"} if plan.copies else ())),
            plan=plan,
            type=known.type if known else RecordType(form.type, plan.label, "", ()),
        )

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Two registers of one type."""
        seen: dict[str, RegisterControl] = {}
        for control in controls:
            if isinstance(control, RegisterControl):
                first = seen.setdefault(control.plan.name, control)
                if first is not control:
                    yield control.place.fault(
                        Label(f"台账“{control.plan.name}”已由 {first.clause} 声明",
                              f"the register {control.plan.name} is declared by {first.clause}"),
                        Label("只留一处", "leave only one"),
                        "type",
                    )  # fmt: skip

    def _plan(self, form: RegisterForm, place: Place, book: BookDraft) -> Plan | None:
        count = len(book.faults)
        if not NAME.fullmatch(form.type):
            message = Label(f"“{form.type}”不能作类型代码", f"{form.type} is no code for a type")
            book.report(place.fault(message, Label("用小写字母、数字和 _", "use small letters, digits and _"), "type"))
        elif form.type in book.vocabulary.types and form.type not in register_types:
            words = book.vocabulary.types[form.type].label
            message = Label(f"“{form.type}”是产品的“{words.zh}”", f"{form.type} is a record type of the product")
            book.report(place.fault(message, Label("换一个代码", "take another code"), "type"))
        if form.of is not None:
            book.record_type(form.of, place, "of")
        written = ordered({"fields": form.fields, "lines": form.lines}, form.order)
        facts = Fields(book, place).facts(written["fields"], TAKEN | {form.of or ""}, "fields")
        lists = tuple(
            (
                name,
                words_of(body, name),
                Fields(book, place).facts(_inner(body), frozenset(("id", "record")), "lines", name),
            )
            for name, body in written["lines"].items()
        )
        steps = tuple(_step(one, is_first=i == 0) for i, one in enumerate(form.stages))
        copies = tuple(copy for i, raw in enumerate(form.copies) if (copy := self._copy(raw, place, book, i)))
        label = form.title.label if form.title else Label(form.type, form.type.replace("_", " ").capitalize())
        if len(book.faults) > count:
            return None
        return Plan(form.type, label, facts, lists, steps, copies, form.of, form.number, form.route.get("goes"),
                    form.route.get("keeper"), (*((form.of,) if form.of else ()), *Fields.indexed(form.fields)),
                    place.version, dict(book.roles))  # fmt: skip

    def _copy(self, raw: Any, place: Place, book: BookDraft, i: int) -> Copy | None:
        if not isinstance(raw, Mapping) or "keeper" not in raw or set(raw) - {"keeper", "goes"}:
            message = Label("联次写成 {goes: 岗位, keeper: 岗位}", "a copy is {goes: role, keeper: role}")
            book.report(place.fault(message, Label("改写这一项", "write it so"), "copies", i))
            return None
        for key in ("goes", "keeper"):
            if raw.get(key) not in (None, ORIGINATOR):
                book.role(str(raw[key]), place, "copies", i, key)
        return Copy(str(raw["keeper"]), raw.get("goes"))

    def _only_more(self, known: Plan, plan: Plan, place: Place, book: BookDraft) -> None:
        """A later version may only add fields."""
        mine: dict[str, Fact] = {fact.name: fact for fact in plan.facts}
        for fact in known.facts:
            if fact.name not in mine:
                message = Label(f"不能去掉字段“{fact.label.zh}”", f"the field {fact.name} cannot be dropped")
            elif mine[fact.name].kind != fact.kind:
                message = Label(f"字段“{fact.label.zh}”的类型不能改", f"the kind of {fact.name} cannot change")
            else:
                continue
            cure = Label("新版本只能增加字段", "a later version may only add fields")
            book.report(place.fault(message, cure, "fields", fact.name))


def _step(form: StageForm, *, is_first: bool) -> Step:
    by = form.by or ("open" if is_first else form.stage)
    return Step(form.stage, form.label, by.rpartition(".")[2], form.act.label if form.act else None)


def _inner(body: Any) -> dict[str, Any]:
    return {key: value for key, value in dict(body or {}).items() if key not in ("zh", "en")}


def _sentence(plan: Plan) -> Label:
    fields = join([fact.label for fact in plan.facts])
    zh, en = f"台账“{plan.label.zh}”：{fields.zh}", f"the register “{plan.label.en}”: {fields.en}"
    if plan.lists:
        lists = join([label for _, label, _ in plan.lists])
        zh, en = f"{zh}；明细：{lists.zh}", f"{en}; lines: {lists.en}"
    if plan.steps:
        steps = join([step.label for step in plan.steps], " → ", " → ")
        zh, en = f"{zh}；环节：{steps.zh}", f"{en}; stages: {steps.en}"
    if plan.copies:
        kept = join([plan.holder(copy.keeper) for copy in plan.copies])
        made = Label("；一式 {n} 联，由{kept}各存一联", "; {n} {n:copy|copies} kept by {kept}")
        copies = made.format(n=len(plan.copies), kept=kept)
        zh, en = zh + copies.zh, en + copies.en
    return Label(zh, en)
