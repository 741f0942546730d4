"""A measure in words: its name, and the sentence of its clause."""

from typing import TYPE_CHECKING

from keguan.controls.conditions import nodes
from keguan.controls.conditions.formulas import Formula
from keguan.controls.conditions.sentences import an
from keguan.controls.engines.measure_sources import Source
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.engines.measure import MeasureForm

HOWS = {
    "count": Label("次数", "number"), "sum": Label("合计", "total"), "average": Label("平均", "average"),
    "share": Label("占比", "share"), "percentile": Label("分位数", "percentile"), "formula": Label("公式", "formula"),
}  # fmt: skip


def words_of(form: "MeasureForm") -> Label:
    """The name of the measure in words."""
    return form.title.label if form.title else Label(form.short.replace("_", " "), form.short.replace("_", " "))


def sentence(
    form: "MeasureForm", source: Source | None, formula: Formula | None, window: nodes.Window | None, of: RecordType
) -> Label:
    """What is measured, in words."""
    words, how = words_of(form), HOWS[form.how]
    span = _span(window)
    if formula is not None:
        made = formula.label()
        return Label(f"{of.label.zh}的“{words.zh}” = {made.zh}", f"{words.en} of {an(of.label.en.lower())} = {made.en}")
    what = source.label() if source else Label("", "")
    holds = (
        Label("，不许透支", ", which may not be overdrawn") if form.holds or form.limit is not None else Label("", "")
    )
    return Label(
        f"{of.label.zh}的“{words.zh}”：{span.zh}{what.zh}的{how.zh}{holds.zh}",
        f"{words.en} of {an(of.label.en.lower())}: {how.en} of {what.en}{span.en}{holds.en}",
    )


def _span(window: nodes.Window | None) -> Label:
    if window is None:
        return Label("", "")
    if window.which == "last_several":
        unit = {"day": ("天", "days"), "month": ("个月", "months")}[window.unit]
        return Label(f"近 {window.count} {unit[0]}", f" in the last {window.count} {unit[1]}")
    zh = {"day": "日", "week": "周", "month": "月", "quarter": "季度", "year": "年"}[window.unit]
    return Label(f"{'本' if window.which == 'this' else '上'}{zh}", f" {window.which} {window.unit}")
