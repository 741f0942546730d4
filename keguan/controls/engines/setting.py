"""Setting: a parameter of the product gets its value from a clause, outright or by table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from keguan.controls.conditions import (
    ConditionFault,
    Match,
    Name,
    PlainScope,
    Table,
    Vocabulary,
    Where,
    compile_condition,
    compile_table,
    findings,
)
from keguan.controls.engines.forms import described
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Setting as Product
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

SETTING = Label("设置", "setting")


class SettingForm(ControlForm):
    """设定：由条款给产品参数定值。 / A clause gives a product parameter its value."""

    of: str = described("被设定的参数，如 case.number_pattern", "the parameter, such as case.number_pattern")
    value: Any = Field(None, alias="is", description="值，或 @参数 / the value, or @parameter")
    table: Any = described("按条件定值的表：[{when: …, is: …}]", "a table: [{when: …, is: …}]", None)
    check: Any = described("每个值都要满足的测试", "a test that every value must pass", None)


@dataclass(frozen=True, kw_only=True)
class SettingControl(Control):
    """A compiled setting: its parameter and the values by table."""

    setting: str
    table: Table | None
    value: Any

    def value_for(self, scene: Scene) -> tuple[bool, Any]:
        """Whether the setting decides for this item, and the value; an unknown fact falls to the last row."""
        if self.table is None:
            return True, self.value
        # a number is drawn while its record is only being created: what is given counts as its facts
        found = self.table.lookup(replace(scene, record={**scene.record, **scene.args}))
        if isinstance(found, Match):
            return True, found.row.outputs["is"]
        last = self.table.rows[-1]
        return (True, last.outputs["is"]) if last.when.is_always else (False, None)


class Setting:
    """The engine `setting`."""

    name = "setting"
    label = Label("设定", "Setting")
    form: type[ControlForm] = SettingForm

    def compile(self, form: SettingForm, place: Place, book: BookDraft) -> SettingControl:
        """The setting with its values read by the parameter's kind."""
        read = Reader(book, place)
        product = book.vocabulary.settings.get(form.of)
        table, value = None, None
        if product is None:
            book.report(place.unknown(SETTING, form.of, book.vocabulary.settings, "of"))
        elif (form.value is None) is (form.table is None):
            read.fault(
                "要写 is（值）或 table（表）之一",
                "give either is (a value) or table",
                "写上其中一项",
                "give one of them",
            )
        elif form.table is None:
            value = self._value(product, form.value, read, form.check, "is")
        else:
            table = self._table(product, form, read)
        return SettingControl(
            **Control.common(self.name, form, place),
            says=_sentence(product, table, value, form.of),
            missing=tuple(dict.fromkeys(read.missing)),
            setting=form.of,
            table=table,
            value=value,
        )

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Gaps and overlaps of tables, and two clauses that set the same parameter."""
        seen: dict[str, SettingControl] = {}
        for control in controls:
            if not isinstance(control, SettingControl):
                continue
            first = seen.setdefault(control.setting, control)
            if first is not control:
                yield control.place.fault(
                    Label(
                        f"“{control.setting}”已由 {first.clause}（{first.key}）设定",
                        f"{control.setting} is already set by {first.clause} ({first.key})",
                    ),
                    Label("只留一处", "leave only one"),
                    "of",
                )
            for finding in findings(control.table) if control.table else ():
                if finding.kind in ("overlap", "unreachable"):
                    cure = Label("改动界限，使每种情况只有一行", "move the bounds so that one row fits each case")
                    yield Fault(
                        control.place.file,
                        finding.line or control.place.line_of("table"),
                        control.clause,
                        finding.label,
                        cure,
                    )

    def _table(self, product: Product, form: SettingForm, read: Reader) -> Table | None:
        def value(_key: str, raw: Any, where: Where) -> Any:
            return self._value(product, raw, read, form.check, "table", line=where.line)

        record_type = _type_of(product.name, read)
        names = read.names(record_type) if record_type else Vocabulary({})
        try:
            return compile_table(form.table, names, read.where("table"), outputs=("is",), required=("is",), parse=value)
        except ConditionFault as fault:
            read.grammar(fault, "table")
            return None

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
            read.book.report(
                Fault(
                    read.place.file,
                    where,
                    read.place.clause,
                    fault.label,
                    Label("写成这个参数的类型", "write a value of the parameter's kind"),
                )
            )
            return None
        if check is not None:
            self._check(product, value, check, read)
        return value

    def _check(self, product: Product, value: Any, check: Any, read: Reader) -> None:
        if not isinstance(check, str):
            read.not_yet("check（合计）", "check")
            return
        name = Name(("value",), product.kind, product.label)
        try:
            condition = compile_condition({"value": check}, Vocabulary({"value": name}), read.where("check"))
        except ConditionFault as fault:
            read.grammar(fault, "check")
            return
        if not condition.test(PlainScope({("value",): value})):
            read.fault(
                f"值 {product.kind.show(value)} 不满足 {check}",
                f"the value {product.kind.show(value, 'en')} fails {check}",
                "改值，或改测试",
                "change the value or the test",
                "check",
            )


def _type_of(setting: str, read: Reader) -> RecordType | None:
    return read.book.vocabulary.types.get(setting.partition(".")[0])


def _sentence(product: Product | None, table: Table | None, value: Any, name: str) -> Label:
    words = product.label if product else Label(name, name)
    if product is None or table is None:
        shown = product.kind.show(value) if product else ""
        return Label(f"{words.zh}为“{shown}”", f"{words.en}: {shown}")
    zh, en = [], []
    for row in table.rows:
        shown = product.kind.show(row.outputs["is"])
        when = row.when.label()
        zh.append(f"其余为“{shown}”" if row.when.is_always else f"{when.zh}的为“{shown}”")
        en.append(f"otherwise {shown}" if row.when.is_always else f"{shown} where {when.en}")
    return Label(f"{words.zh}：{'；'.join(zh)}", f"{words.en}: {'; '.join(en)}")
