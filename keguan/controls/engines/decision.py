"""Decision: a fact is set by table or score; redone when what it reads changes, after acts, or regularly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from keguan.controls.conditions import (
    ALWAYS,
    Condition,
    ConditionFault,
    Match,
    Name,
    Table,
    Unknown,
    Where,
    compile_table,
    findings,
)
from keguan.controls.conditions.sentences import an
from keguan.controls.engines.acts import Act
from keguan.controls.engines.decision_score import Score, ScoreNames, read_score
from keguan.controls.engines.decision_verbs import declare_verbs, reassess_name
from keguan.controls.engines.forms import described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Reader, Who
from keguan.controls.engines.rhythm import RHYTHMS, Rhythm
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import BadValue, Reference
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact, RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

CHANGED = "changed:"


class DecisionForm(ControlForm):
    """评定：由条款按表或评分给事实定值。 / A fact is set by table or by score."""

    sets: str = described("被定值的事实，如 customer.class", "the fact that is set, such as customer.class")
    table: Any = described("表：[{when: …, is: …}]", "the table: [{when: …, is: …}]")
    score: Any = described("评分：{事实: 分值}", "the score: {fact: weight}", None)
    knock_out: Any = described("一票否决的条件", "conditions that knock it out at once", None)
    when: Any = described("对哪些记录评定（条件）", "which records it is about (condition)", None)
    after: Any = described("何时重评：动作，或 changed:事实", "when it is redone: acts, or changed:<fact>", None)
    every: str | None = described("定期重评：day、week、month、quarter、year", "redone every day, week, month …", None)
    override_by: Any = described("谁可以改定", "who may override it", None)
    until: Any = described("改定到何时为止（条件）", "until when an overridden value stays (condition)", None)


@dataclass(frozen=True)
class Result:
    """What a row sets: a value outright, the value of a fact, or the person that an expression means."""

    value: Any = None
    name: Name | None = None
    who: Who | None = None

    def label(self, kind: Any) -> Label:
        """The result in words."""
        if self.who is not None:
            return self.who.label()
        if self.name is not None:
            return self.name.label
        return Label(kind.show(self.value), kind.show(self.value, "en"))


@dataclass(frozen=True)
class Ruled:
    """What a decision says of one record: its row (`1`, `knock-out-1`) and result; nothing where it is not rated."""

    row: str
    result: Result | None


NOT_RATED = Ruled("not-rated", None)


@dataclass(frozen=True, kw_only=True)
class DecisionControl(Control):
    """A compiled decision. `changed`: facts of the record whose change has it redone; `after`: acts that do."""

    type: RecordType
    fact: Fact
    table: Table
    score: Score | None
    knock_out: tuple[Condition, ...]
    gate: Condition
    after: tuple[Act, ...]
    changed: frozenset[str]
    rhythm: Rhythm | None
    override_by: Who | None
    until: Condition
    elsewhere: tuple[tuple[str, str], ...]
    needs: Needs = field(default_factory=Needs)

    def rule(self, scene: Scene) -> Ruled | None:
        """The row that decides; not rated where a fact is missing; None where no row fits."""
        answers = [one.test(scene) for one in self.knock_out]
        if True in answers:
            return Ruled(f"knock-out-{answers.index(True) + 1}", self.table.rows[-1].outputs["is"])
        if None in answers:
            return NOT_RATED
        if self.score is not None:
            scene = replace(scene, args={**scene.args, "score": self.score.of(scene)})
        found = self.table.lookup(scene)
        if isinstance(found, Match):
            return Ruled(str(found.index + 1), found.row.outputs["is"])
        return NOT_RATED if isinstance(found, Unknown) else None

    def is_due(self, verb: Verb, before: Mapping[str, Any] | None, scene: Scene) -> bool:
        """Whether the act has the record decided anew; `scene` holds the facts after it."""
        if verb.on != self.type.name:
            return False
        if before is None or verb.name == reassess_name(self.type):
            return True
        if any(act.verb.name == verb.name and act.when.test(scene) for act in self.after):
            return True
        was = replace(scene, record=before, args={})
        now = replace(scene, args={})
        return any(was.fact(name) != now.fact(name) for name in self.changed)


class Decision:
    """The engine `decision`."""

    name = "decision"
    label = Label("评定", "Decision")
    form: type[ControlForm] = DecisionForm
    turn = 10

    def declare(self, form: DecisionForm, _place: Place, book: BookDraft) -> None:
        """Records of the type can be decided anew and overruled."""
        found = book.vocabulary.types.get(form.sets.partition(".")[0])
        if found is not None:
            declare_verbs(book.vocabulary, found)

    def compile(self, form: DecisionForm, place: Place, book: BookDraft) -> DecisionControl:
        """The decision with its table, score and what has it redone."""
        read = Reader(book, place)
        head, _, short = form.sets.partition(".")
        record_type = book.record_type(head, place, "sets") or RecordType(head, Label(head, head), "", ())
        fact = book.fact(head, short, place, "sets") if record_type.table or record_type.facts else None
        if fact is not None and (fact.name in book.made.get(head, {}) or fact.derived):
            read.fault(f"“{fact.label.zh}”由别的管控算出，不能再定", f"another control works “{fact.label.en}” out",
                       "换一个事实", "choose another fact", "sets")  # fmt: skip
        fact = fact or Fact(short, Reference(""), Label(short, short))
        names = read.names(record_type)
        score = read_score(form.score, names, read) if form.score is not None else None
        after, changed_names = self._after(form.after, record_type, read)
        verbs = self._verbs(record_type, book)
        table = self._table(form, fact, ScoreNames(names) if score else names, names, read)
        knock_out = tuple(read.condition(one, names, "knock_out", i) for i, one in enumerate(form.knock_out or ()))
        gate = ALWAYS if form.when is None else read.condition(form.when, names, "when")
        until = ALWAYS if form.until is None else read.condition(form.until, names, "until")
        override = None if form.override_by is None else read.people(form.override_by, names, "override_by")
        needs = Needs()
        for condition in (gate, until, *knock_out, *(row.when for row in table.rows)):
            needs |= needs_of(read.checked(condition, "table"), record_type.name)
        for name in score.names if score else ():
            needs |= Needs(facts=frozenset({name.path}))
        for who in (override, *(row.outputs["is"].who for row in table.rows)):
            needs |= read.people_needs(who, record_type) if who else Needs()
        own = {path[-1] for path in needs.facts if len(path) == 2 and path[0] == record_type.name}
        own |= {row.outputs["is"].name.path[-1] for row in table.rows if row.outputs["is"].name}
        own |= {one.path[-1] for row in table.rows if row.outputs["is"].who
                for one in people_facts(row.outputs["is"].who)}  # fmt: skip
        changed = (own if form.after is None else changed_names) - {fact.name}
        elsewhere = tuple((act.verb.name, link) for act in after if (link := self._link(act.verb, record_type, read)))
        return DecisionControl(
            **Control.common(self.name, form, place),
            says=_sentence(record_type, fact, table, score, knock_out, form, override),
            verbs=frozenset((*verbs, *(act.verb.name for act in after))),
            missing=tuple(dict.fromkeys(read.missing)),
            type=record_type, fact=fact, table=table, score=score, knock_out=knock_out, gate=gate, after=after,
            changed=frozenset(changed), rhythm=self._rhythm(form, read), override_by=override, until=until,
            elsewhere=elsewhere, needs=needs,
        )  # fmt: skip

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Two owners of one fact; rows that overlap or are never reached."""
        seen: dict[tuple[str, str], DecisionControl] = {}
        for control in controls:
            if not isinstance(control, DecisionControl):
                continue
            first = seen.setdefault((control.type.name, control.fact.name), control)
            if first is not control:
                yield control.place.fault(
                    Label(f"“{control.fact.label.zh}”已由 {first.clause}（{first.key}）评定",
                          f"“{control.fact.label.en}” is already decided by {first.clause} ({first.key})"),
                    Label("一个事实只由一处评定", "let one control decide a fact"),
                    "sets",
                )  # fmt: skip
            for finding in findings(control.table):
                if finding.kind == "unreachable":
                    cure = Label("改动界限，使每一行都轮得到", "move the bounds so that each row is reached")
                    line = finding.line or control.place.line_of("table")
                    yield Fault(control.place.file, line, control.clause, finding.label, cure)

    def _verbs(self, record_type: RecordType, book: BookDraft) -> list[str]:
        """The acts on records of the type: any of them may change what is read."""
        return [verb.name for verb in book.vocabulary.verbs.values() if verb.on == record_type.name]

    def _rhythm(self, form: DecisionForm, read: Reader) -> Rhythm | None:
        if form.every is None:
            return None
        found = RHYTHMS.get(form.every.strip())
        if found is None:
            read.book.report(read.place.unknown(Label("周期", "rhythm"), form.every, RHYTHMS, "every"))
        return found

    def _after(self, raw: Any, record_type: RecordType, read: Reader) -> tuple[tuple[Act, ...], set[str]]:
        acts: list[Act] = []
        changed: set[str] = set()
        listed = raw if isinstance(raw, list | tuple) else () if raw is None else (raw,)
        for i, one in enumerate(listed):
            path = ("after", i) if isinstance(raw, list | tuple) else ("after",)
            if isinstance(one, str) and one.startswith(CHANGED):
                name = one.removeprefix(CHANGED).strip().removeprefix(f"{record_type.name}.")
                if read.book.fact(record_type.name, name, read.place, *path):
                    changed.add(name)
            else:
                acts += read.acts(one, *path)
        return tuple(acts), changed

    def _link(self, verb: Verb, record_type: RecordType, read: Reader) -> str | None:
        """The reference from an act on other records to the one that is decided."""
        if verb.on == record_type.name:
            return None
        links = {name: fact.kind for name, fact in read.book.facts(verb.on).items()}
        links |= {argument.name: argument.kind for argument in verb.arguments}
        found = [name for name, kind in links.items() if isinstance(kind, Reference) and kind.to == record_type.name]
        if len(found) == 1 or record_type.name in found:
            return record_type.name if record_type.name in found else found[0]
        read.fault(f"从“{verb.label.zh}”找不到要评定的“{record_type.label.zh}”",
                   f"“{verb.label.en}” does not lead to {an(record_type.label.en.lower())}",
                   "换一个动作", "name another act", "after")  # fmt: skip
        return None

    def _table(self, form: DecisionForm, fact: Fact, names: Any, plain: Any, read: Reader) -> Table:
        def result(_key: str, raw: Any, where: Where) -> Result:
            return self._result(fact, raw, plain, read, where)

        try:
            return compile_table(
                form.table, names, read.where("table"), outputs=("is",), required=("is",), parse=result
            )
        except ConditionFault as fault:
            read.grammar(fault, "table")
            return Table(())

    def _result(self, fact: Fact, raw: Any, names: Any, read: Reader, where: Where) -> Result:
        if isinstance(fact.kind, Reference) and fact.kind.to == "person":
            return Result(who=read.people_at(raw, names, where, "table"))
        if isinstance(raw, str) and raw.startswith("$"):
            condition = read.condition({raw[1:]: "set"}, names, "table")
            return Result(name=next(iter(condition.names()), None))
        try:
            return Result(fact.kind.parse(raw))
        except BadValue as bad:
            line = where.line or read.place.line_of("table")
            cure = Label("写成这个事实的值", "write a value of the fact's kind")
            read.book.report(Fault(read.place.file, line, read.place.clause, bad.label, cure))
            return Result()


def people_facts(who: Who) -> Iterable[Name]:
    """The facts of the record that a people expression reads."""
    from keguan.controls.people import Each, Head, PersonFact, Role, walk

    for node in walk(who.people):
        match node:
            case Role(unit=unit) if unit is not None:
                yield unit
            case Head(unit=unit):
                yield unit
            case PersonFact(fact=fact):
                yield fact
            case Each():
                pass
            case _:
                pass


def _sentence(
    record_type: RecordType, fact: Fact, table: Table, score: Score | None, knock_out: Sequence[Condition],
    form: DecisionForm, override: Who | None,
) -> Label:  # fmt: skip
    zh, en = [], []
    if knock_out:
        words = join([one.label() for one in knock_out], "或", " or ")
        last = table.rows[-1].outputs["is"].label(fact.kind) if table.rows else Label("", "")
        zh.append(f"{words.zh}的一律为“{last.zh}”")
        en.append(f"always {last.en} where {words.en}")
    for row in table.rows:
        shown = row.outputs["is"].label(fact.kind)
        when = row.when.label()
        zh.append(f"其余为“{shown.zh}”" if row.when.is_always else f"{when.zh}的为“{shown.zh}”")
        en.append(f"otherwise {shown.en}" if row.when.is_always else f"{shown.en} where {when.en}")
    head = Label(f"{record_type.label.zh}的“{fact.label.zh}”", f"{fact.label.en} of {an(record_type.label.en.lower())}")
    by = score.label() if score else Label("", "")
    tail = Label("", "")
    if form.every and form.every in RHYTHMS:
        rhythm = RHYTHMS[form.every].label
        tail = Label(f"；{rhythm.zh}重评", f"; decided anew {rhythm.en}")
    if override is not None:
        tail = Label(f"{tail.zh}；{override.label().zh}可改定", f"{tail.en}; {override.label().en} may override it")
    return Label(f"{head.zh}{by.zh}：{'；'.join(zh)}{tail.zh}", f"{head.en}{by.en}: {'; '.join(en)}{tail.en}")
