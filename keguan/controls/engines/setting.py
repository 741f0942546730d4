"""Setting: a parameter of the product gets its value from a clause, outright, by table or by map, for all or a unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import Field

from keguan.controls.conditions import ALWAYS, Condition, ConditionFault, Match, Table, Vocabulary, Where, compile_table
from keguan.controls.engines.forms import Several, described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.engines.setting_checks import check_sum, check_value, faults
from keguan.controls.engines.setting_values import in_force, rank
from keguan.controls.scene import Scene
from keguan.kernel.records.kinds import BadValue, Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import Setting as Product
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

__all__ = ["Setting", "SettingControl", "SettingForm", "in_force"]
SETTING = Label("设置", "setting")
Lower = Literal["may only shorten", "may only raise", "free"]
LOWER_LABEL = {
    "may only shorten": Label("下级单位只可缩短", "lower units may only shorten it"),
    "may only raise": Label("下级单位只可提高", "lower units may only raise it"),
    "free": Label("", ""),
}


class SettingForm(ControlForm):
    """设定：由条款给产品参数定值。 / A clause gives a product parameter its value."""

    of: str = described("被设定的参数，如 case.number_pattern", "the parameter, such as case.number_pattern")
    value: Any = Field(None, alias="is", description="值，或 @参数 / the value, or @parameter")
    table: Any = described("按条件定值的表：[{when: …, is: …}]", "a table: [{when: …, is: …}]", None)
    when: Any = described("何时适用（条件）", "when it applies (condition)", None)
    choose: Literal["first", "lowest", "highest"] = described(
        "几行都合时取哪一行：first 首行、lowest 最低、highest 最高", "which row counts where several fit", "first"
    )
    by: str = described(
        "值是映射时，按哪个事实取（默认按环节）", "the fact that looks a map up (the stage by default)", ""
    )
    unit: str | None = described("只对这个单位（名称）及其下级", "only for this unit (by name) and those below", None)
    lower_units: Lower = described("下级单位可怎样另定", "what lower units may do", "free")
    order: Several = described("选项的高低次序", "the order of choices", ())
    check: Any = described(
        "每个值都要满足的测试，或 {sum: 测试}", "a test that every value, or the sum, must pass", None
    )


@dataclass(frozen=True, kw_only=True)
class SettingControl(Control):
    """A compiled setting: its parameter and the values by table or map. `by` names the fact that looks up a map."""

    setting: str
    kind: Kind
    table: Table | None
    value: Any
    gate: Condition = ALWAYS
    choose: str = "first"
    by: str = ""
    unit: str | None = None
    lower_units: Lower = "free"
    order: tuple[str, ...] = ()
    needs: Needs = field(default_factory=Needs)

    def value_for(self, scene: Scene) -> tuple[bool, Any]:
        """Whether the setting decides for this item, and the value; an unknown fact falls to the last row."""
        # a number is drawn while its record is only being created: what is given counts as its facts
        seen = replace(scene, record={**scene.record, **scene.args})
        if self.gate.test(seen) is not True:
            return False, None
        if self.table is None:
            if not self.by:
                return True, self.value
            found = self.value.get(str(seen.get((self.by,))))
            return found is not None, found
        return self._by_table(self.table, seen)

    def _by_table(self, table: Table, scene: Scene) -> tuple[bool, Any]:
        last = table.rows[-1]
        if self.choose != "first":
            matched, _ = table.matches(scene)
            values = [match.row.outputs["is"] for match in matched] or (
                [last.outputs["is"]] if last.when.is_always else []
            )
            pick = min if self.choose == "lowest" else max
            return bool(values), pick(values, key=lambda v: rank(self.kind, v, self.order)) if values else None
        found = table.lookup(scene)
        if isinstance(found, Match):
            return True, found.row.outputs["is"]
        return (True, last.outputs["is"]) if last.when.is_always else (False, None)

    def values(self) -> list[Any]:
        """All values it may give."""
        if self.table is not None:
            return [row.outputs["is"] for row in self.table.rows]
        return list(self.value.values()) if self.by and isinstance(self.value, Mapping) else [self.value]


class Setting:
    """The engine `setting`."""

    name = "setting"
    label = Label("设定", "Setting")
    form: type[ControlForm] = SettingForm
    turn = 20

    def declare(self, form: SettingForm, place: Place, book: BookDraft) -> None:
        """A parameter of a record type reads like a fact of it."""
        head, _, short = form.of.partition(".")
        product = book.vocabulary.settings.get(form.of)
        if product is not None and head in book.vocabulary.types and short not in book.facts(head):
            book.make(head, Fact(short, product.kind, product.label), place, "of")

    def compile(self, form: SettingForm, place: Place, book: BookDraft) -> SettingControl:
        """The setting with its values read by the parameter's kind."""
        read = Reader(book, place)
        product = book.vocabulary.settings.get(form.of)
        record_type = book.vocabulary.types.get(form.of.partition(".")[0])
        table, value, by = None, None, ""
        if product is None:
            book.report(place.unknown(SETTING, form.of, book.vocabulary.settings, "of"))
        elif (form.value is None) is (form.table is None):
            read.fault("要写 is（值）或 table（表）之一", "give either is (a value) or table", "写上其中一项",
                       "give one of them")  # fmt: skip
        elif form.table is None:
            value, by = self._plain(product, form, record_type, read)
        else:
            table = self._table(product, form, record_type, read)
        names = read.names(record_type) if record_type else Vocabulary({})
        gate = ALWAYS if form.when is None else read.condition(form.when, names, "when")
        needs = Needs()
        for condition in (gate, *(row.when for row in (table.rows if table is not None else ()))):
            needs |= needs_of(condition, record_type.name if record_type else "")
        return SettingControl(
            **Control.common(self.name, form, place),
            says=_sentence(product, table, value, by, form, gate),
            missing=tuple(dict.fromkeys(read.missing)),
            setting=form.of, kind=product.kind if product else Kind(), table=table, value=value, gate=gate,
            choose=form.choose, by=by, unit=form.unit, lower_units=form.lower_units, order=form.order, needs=needs,
        )  # fmt: skip

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Overlaps of tables, two clauses that set one parameter, units that go past what those above allow."""
        return faults([control for control in controls if isinstance(control, SettingControl)])

    def _plain(
        self, product: Product, form: SettingForm, record_type: RecordType | None, read: Reader
    ) -> tuple[Any, str]:
        raw = form.value
        if isinstance(raw, str) and raw.startswith("@"):
            found = read.book.parameter(raw[1:].partition("=")[0], read.place, "is")
            if found is None or found.value is None:
                read.missing += [found.name] if found else []
                return None, ""
            raw = found.value
        if not isinstance(raw, Mapping):
            return self._value(product, raw, read, form.check, "is"), ""
        by = form.by or (record_type.stage if record_type else None) or ""
        if record_type is None or by not in read.book.facts(record_type.name):
            read.fault("不知道按什么取值", "it is not said by what the value is looked up", "用 by 写明按哪个事实",
                       "name the fact under by", "is")  # fmt: skip
            return None, ""
        values = {str(key): self._value(product, one, read, form.check, "is") for key, one in raw.items()}
        if isinstance(form.check, Mapping):
            check_sum(list(values.values()), form.check, read)
        return values, by

    def _table(self, product: Product, form: SettingForm, record_type: RecordType | None, read: Reader) -> Table | None:
        def value(_key: str, raw: Any, where: Where) -> Any:
            return self._value(product, raw, read, form.check, "table", line=where.line)

        names = read.names(record_type) if record_type else Vocabulary({})
        try:
            table = compile_table(
                form.table, names, read.where("table"), outputs=("is",), required=("is",), parse=value,
                first_match=form.choose == "first",
            )  # fmt: skip
        except ConditionFault as fault:
            read.grammar(fault, "table")
            return None
        for row in table.rows:
            read.checked(row.when, "table")
        return table

    def _value(self, product: Product, raw: Any, read: Reader, check: Any, *path: str, line: int | None = None) -> Any:
        if isinstance(raw, str) and raw.startswith("@"):
            parameter = read.book.parameter(raw[1:].partition("=")[0], read.place, *path)
            if parameter is None:
                return None
            if parameter.value is None:
                read.missing.append(parameter.name)
                return None
            raw = parameter.value
        try:
            value = product.kind.parse(raw)
        except BadValue as fault:
            where = line or read.place.line_of(*path)
            cure = Label("写成这个参数的类型", "write a value of the parameter's kind")
            read.book.report(Fault(read.place.file, where, read.place.clause, fault.label, cure))
            return None
        if check is not None and not isinstance(check, Mapping):
            check_value(product, value, check, read)
        return value


def _sentence(
    product: Product | None, table: Table | None, value: Any, by: str, form: SettingForm, gate: Condition
) -> Label:
    words = product.label if product else Label(form.of, form.of)
    kind = product.kind if product else Kind()
    if product is None:
        found = words
    elif table is None and by and isinstance(value, Mapping):
        pairs = "、".join(f"{key} {kind.show(one)}" for key, one in value.items())
        found = Label(f"{words.zh}：{pairs}", f"{words.en}: {pairs.replace('、', ', ')}")
    elif table is None:
        shown = kind.show(value)
        found = Label(f"{words.zh}为“{shown}”", f"{words.en}: {shown}")
    else:
        found = _rows(words, kind, table)
    tail = [LOWER_LABEL[form.lower_units]] if form.lower_units != "free" else []
    tail += (
        [Label(f"取{'最低' if form.choose == 'lowest' else '最高'}", f"the {form.choose} counts")]
        if (form.choose != "first")
        else []
    )
    zh = "".join(f"，{one.zh}" for one in tail)
    en = "".join(f", {one.en}" for one in tail)
    head = Label(f"{form.unit}：", f"{form.unit}: ") if form.unit else Label("", "")
    when = Label("", "") if gate.is_always else Label(f"{gate.label().zh}时，", f"where {gate.label().en}, ")
    return Label(f"{head.zh}{when.zh}{found.zh}{zh}", f"{head.en}{when.en}{found.en}{en}")


def _rows(words: Label, kind: Kind, table: Table) -> Label:
    zh, en = [], []
    for row in table.rows:
        shown = kind.show(row.outputs["is"])
        when = row.when.label()
        zh.append(f"其余为“{shown}”" if row.when.is_always else f"{when.zh}的为“{shown}”")
        en.append(f"otherwise {shown}" if row.when.is_always else f"{shown} where {when.en}")
    return Label(f"{words.zh}：{'；'.join(zh)}", f"{words.en}: {'; '.join(en)}")
