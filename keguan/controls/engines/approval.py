"""Approval: who must consent before a command runs. Authority 核决: whoever the row names acts at once; consent 审批:
always a second person. Ordered steps; any one, all or some of several people; recusal; what happens when nobody
answers in time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from keguan.controls.conditions import Condition, ConditionFault, Match, Table, Unknown, Where, compile_table, findings
from keguan.controls.conditions.names import Names
from keguan.controls.engines.forms import Several, described
from keguan.controls.engines.guard import Guard, Ruling, journal, needs_of
from keguan.controls.engines.reading import Reader, Who
from keguan.controls.engines.term_reading import read_term
from keguan.controls.people import Actor, Requester
from keguan.controls.scene import Scene
from keguan.controls.terms import Term
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

How = Literal["authority", "consent"]
Then = Literal["escalate", "reject", "pass"]
FILL = Label("补一行，或写一行没有 when 的“其余”", "add a row, or one without when for the rest")
MOVE = Label("改动界限，使每种情况只有一行", "move the bounds so that one row fits each case")


class ApprovalForm(ControlForm):
    """核决与审批：办理前须经谁同意。 / Who must consent before an act."""

    of: Several = described("须经同意的动作", "the verbs that need it")
    how: How = described("authority 核决：有权者直接办；consent 审批：总要另一人", "authority or consent", "consent")
    table: Any = described("按条件定由谁：[{when: …, by: …}]", "a table: [{when: …, by: …}]", None)
    by: Any = described("由谁；列表指任一人", "by whom; of a list, any one", None)
    steps: Any = described("依次由谁", "by whom, in order", None)
    but: Any = described("须回避的人", "who may not decide", None)
    when: Any = described("何时适用（条件）", "when it applies (condition)", None)
    unless: Any = described("何时不适用（条件）", "when it does not apply (condition)", None)
    personally: bool = described(
        "须本人决定，不得转办", "whoever is asked decides himself and hands it to nobody", False
    )
    timeout: Any = described("每一步的决定期限", "how long each step may take, such as 2 working days", None)
    then: str | None = described(
        "逾时未决定：escalate to 某人、reject 驳回、pass 视为同意",
        "once that is over: escalate to X, reject or pass",
        None,
    )


@dataclass(frozen=True)
class Timeout:
    """How long a step may take, and what happens when nobody answered; `to` is who decides then."""

    within: Term
    then: Then
    to: Who | None = None

    @property
    def label(self) -> Label:
        """The time-out in words."""
        words = self.within.label()
        if self.to is not None:
            return Label(f"{words.zh}未决定的，改由{self.to.words.zh}决定",
                         f"if not decided {words.en}, {self.to.words.en} decides")  # fmt: skip
        ends = {"reject": ("驳回", "it is rejected"), "pass": ("视为同意", "it counts as granted")}
        zh, en = ends[self.then]
        return Label(f"{words.zh}未决定的，{zh}", f"if not decided {words.en}, {en}")


@dataclass(frozen=True)
class StepOf:
    """One consent that is needed at a position: from one of these people, and never from those recused."""

    pos: int
    by: Who
    but: Who | None = None


@dataclass(frozen=True)
class Ask:
    """What an approval asks for one item: the row that decided (counted from 0) and the consents it needs."""

    control: "ApprovalControl"
    row: int
    steps: tuple[StepOf, ...]

    @property
    def by(self) -> Label:
        """Who decides first, in words."""
        first = min(step.pos for step in self.steps)
        return join(list(dict.fromkeys(step.by.label() for step in self.steps if step.pos == first)))


@dataclass(frozen=True, kw_only=True)
class ApprovalControl(Guard):
    """A compiled approval. Without a table written, it has one row that always decides."""

    how: How
    table: Table
    timeout: Timeout | None = None
    personally: bool = False

    def ask(self, scene: Scene) -> Ask | Ruling | None:
        """Who must consent; a refusal where that cannot be told; nothing where it does not apply."""
        applies = self.gate.test(scene)
        if applies is False:
            return None
        if applies is None:
            return self.unknown(scene, self.gate).under("refuse", self.trial)
        found = self.table.lookup(scene)
        if isinstance(found, Match):
            return Ask(self, found.index, found.row.outputs["by"])
        if isinstance(found, Unknown) and scene.is_preview and all(len(n.path) == 1 for n in found.missing):
            return self._announced(found)
        if isinstance(found, Unknown):
            return self.unknown(scene, self.table.rows[found.index].when).under("refuse", self.trial)
        message = Label("核决表里没有适用的一档", "no row of the approval table applies")
        cure = Label("请核对所填内容，或请制度管理员补上这一档", "check what was filled in, or have the row added")
        return Ruling("undetermined", (Reason(message, cure, self.citation),)).under("refuse", self.trial)

    def _announced(self, found: Unknown) -> Ruling:
        """Before the arguments are typed in: what decides about who decides."""
        what = join([name.label for name in found.missing])
        who = join(list(dict.fromkeys(step.by.label() for row in self.table.rows for step in row.outputs["by"])))
        return Ruling("undetermined", warnings=(Reason(
            Label(f"视{what.zh}，由{who.zh}决定", f"depending on {what.en.lower()}, decided by {who.en}"),
            None,
            self.citation,
        ),))  # fmt: skip

    def reads(self, scene: Scene) -> dict[str, Any]:
        """The facts of the gate and the table."""
        found = super().reads(scene)
        for row in self.table.rows:
            found |= journal(row.when, scene)
        return found


class Approval:
    """The engine `approval`."""

    name = "approval"
    label = Label("核决与审批", "Approval")
    form: type[ControlForm] = ApprovalForm

    def compile(self, form: ApprovalForm, place: Place, book: BookDraft) -> ApprovalControl:
        """The approval with table, steps and people checked."""
        read = Reader(book, place)
        verbs = [verb for i, name in enumerate(form.of) for verb in book.verbs(name, place, "of", i)]
        record_type = read.one_type(verbs, "of") or RecordType("record", Label("记录", "record"), "", ())
        names = read.names(record_type, *verbs)
        if sum(part is not None for part in (form.table, form.by, form.steps)) != 1:
            read.fault(
                "要写 table、by、steps 之一", "give one of table, by and steps", "写上其中一项", "give one of them"
            )
        gate = read.gate(form.when, form.unless, names)
        but = read.people(form.but, names, "but") if form.but is not None else None
        table = self._table(form, names, read, but)
        timeout = self._timeout(form, names, read)
        needs = needs_of(gate, record_type.name)
        if timeout and timeout.to:
            needs |= read.people_needs(timeout.to, record_type)
        for row in table.rows:
            needs |= needs_of(row.when, record_type.name)
            for step in row.outputs.get("by", ()):
                needs |= read.people_needs(step.by, record_type)
        if but:
            needs |= read.people_needs(but, record_type)
        return ApprovalControl(
            **Control.common(self.name, form, place),
            says=_sentence(join([verb.label for verb in verbs]), form, table, gate, timeout),
            verbs=frozenset(verb.name for verb in verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=gate,
            needs=needs,
            covers=gate.controls(),
            how=form.how,
            table=table,
            timeout=timeout,
            personally=form.personally,
        )

    def _nobody(self, control: ApprovalControl) -> Iterator[Fault]:
        """Everybody who could decide is recused."""
        for row in control.table.rows:
            for step in row.outputs.get("by", ()):
                if step.but is not None and step.but.people == step.by.people:
                    yield control.place.fault(
                        Label(f"{step.by.words.zh}都要回避，没有人可以决定",
                              f"{step.by.words.en} is recused: nobody decides"),
                        Label("换一个岗位，或改 but", "name another role, or change but"), "but",
                    )  # fmt: skip

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Gaps, overlaps and dead rows of tables; requesters who would consent to themselves."""
        for control in controls:
            if not isinstance(control, ApprovalControl):
                continue
            for finding in findings(control.table):
                if finding.kind != "unchecked":
                    cure = FILL if finding.kind == "gap" else MOVE
                    line = finding.line or control.place.line_of("table")
                    yield Fault(control.place.file, line, control.clause, finding.label, cure)
            if control.how == "consent":
                yield from self._self_consent(control)
            yield from self._nobody(control)
        yield from _covering_others(controls, _book)

    def _timeout(self, form: ApprovalForm, names: Names, read: Reader) -> Timeout | None:
        if form.timeout is None:
            if form.then is not None:
                read.fault("then 要与 timeout 同写", "then goes with timeout", "写上 timeout，如 2 working days",
                           "give timeout, such as 2 working days", "then")  # fmt: skip
            return None
        within = read_term(read, form.timeout, names, "timeout")
        text = (form.then or "").strip()
        if within.fact is not None:
            read.fault("决定期限不能取自事实", "a time-out cannot be taken from a fact", "写成期限或 @参数",
                       "write a term or a @parameter", "timeout")  # fmt: skip
        if text.startswith("escalate to "):
            return Timeout(within, "escalate", read.people(text.removeprefix("escalate to ").strip(), names, "then"))
        if text not in ("reject", "pass"):
            read.fault("逾时之后怎么办，没有写明", "it is not said what happens once the time is over",
                       "then 写 escalate to 某人、reject 或 pass", "give then: escalate to X, reject or pass",
                       *(("then",) if form.then else ("timeout",)))  # fmt: skip
            return None
        return Timeout(within, "pass" if text == "pass" else "reject")

    def _self_consent(self, control: ApprovalControl) -> Iterator[Fault]:
        for row in control.table.rows:
            for step in row.outputs.get("by", ()):
                if isinstance(step.by.people, Requester | Actor):
                    yield control.place.fault(
                        Label("审批人就是申请人自己", "the person asking would consent to himself"),
                        Label("换成另一个人或岗位", "name another person or role"),
                        "by",
                    )

    def _table(self, form: ApprovalForm, names: Names, read: Reader, but: Who | None) -> Table:
        def steps(_key: str, raw: Any, where: Where) -> tuple[StepOf, ...]:
            return tuple(StepOf(1, people, but) for people in read.consents(raw, names, where))

        if form.table is not None:
            try:
                return compile_table(
                    form.table, names, read.where("table"), outputs=("by",), required=("by",), parse=steps
                )
            except ConditionFault as fault:
                read.grammar(fault, "table")
                return Table(())
        if form.steps is not None:
            asked = form.steps if isinstance(form.steps, Sequence) and not isinstance(form.steps, str) else [form.steps]
            found = tuple(
                StepOf(i + 1, people, but)
                for i, raw in enumerate(asked)
                for people in read.consents(raw, names, read.where("steps", i))
            )
            return compile_table([{"by": found}], names, outputs=("by",))
        return compile_table([{"by": form.by}], names, read.where("by"), outputs=("by",), parse=steps)


def _covering_others(controls: Sequence[Control], book: BookDraft) -> Iterator[Fault]:
    """Conditions that ask whether an approval covers them, where it is about records of another type."""
    approvals = {control.id: control for control in controls if isinstance(control, ApprovalControl)}
    for control in controls:
        if not isinstance(control, Guard):
            continue
        mine = {book.vocabulary.verbs[verb].on for verb in control.verbs}
        for name in sorted(control.covers):
            found = approvals.get(name.rpartition("#")[2])
            theirs = {book.vocabulary.verbs[verb].on for verb in found.verbs} if found else mine
            if found is not None and mine and theirs and mine.isdisjoint(theirs):
                yield control.place.fault(
                    Label(f"{name} 是对{found.clause}的审批，与这里的记录不同类",
                          f"{name} approves acts on records of another type ({', '.join(sorted(theirs))})"),
                    Label("写同一类记录的审批", "name an approval of the same record type"), "unless",
                )  # fmt: skip


def _sentence(acts: Label, form: ApprovalForm, table: Table, gate: Condition, timeout: Timeout | None) -> Label:
    zh_how = "核决" if form.how == "authority" else "审批"
    en_how = "decided" if form.how == "authority" else "approved"
    zh, en = [], []
    for row in table.rows:
        who = _steps(row.outputs.get("by", ()))
        when = row.when.label()
        if row.when.is_always:
            zh.append(f"{'其余' if len(table.rows) > 1 else ''}由{who.zh}{zh_how}")
            en.append(f"{'otherwise ' if len(table.rows) > 1 else ''}it is {en_how} by {who.en}")
        else:
            zh.append(f"{when.zh}由{who.zh}{zh_how}")
            en.append(f"where {when.en} it is {en_how} by {who.en}")
    first_zh = "" if gate.is_always else f"{gate.label().zh}时，"
    first_en = "" if gate.is_always else f"when {gate.label().en}, "
    if timeout is not None:
        zh.append(timeout.label.zh)
        en.append(timeout.label.en)
    if form.personally:
        zh.append("须本人决定，不得转办")
        en.append("personally, handed over to nobody")
    return Label(f"{first_zh}“{acts.zh}”：{'；'.join(zh)}", f"{first_en}“{acts.en}”: {'; '.join(en)}")


def _steps(steps: Sequence[StepOf]) -> Label:
    by_place: dict[int, list[Label]] = {}
    for step in steps:
        by_place.setdefault(step.pos, []).append(step.by.label())
    return join([join(labels, "和", " and ") for _, labels in sorted(by_place.items())], "，再由", ", then ")
