"""The batch reading of a setting: which row of its table gives the value for a record that is being created."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import UNRECORDED
from keguan.controls.engines.setting import SettingControl
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted


def verbs(control: SettingControl) -> frozenset[str]:
    """The acts for which the value is asked: those that create a record of the parameter's type."""
    noun = control.setting.partition(".")[0]
    return frozenset(verb.name for verb in vocabulary.verbs.values() if verb.on == noun and verb.creates)


def wanted(control: SettingControl, record_type: RecordType) -> Wanted:
    """What its table reads."""
    rows = control.table.rows if control.table else ()
    return wants.of_condition(control.gate, record_type) | wants.all_of(
        wants.of_condition(row.when, record_type) for row in rows
    )


def outcome(control: SettingControl, acts: Acts) -> Any:
    """The value for each act, as words; an unknown fact falls to the last row. Nothing where its gate does not hold.

    A setting that looks its value up in a map, or chooses among several rows, is not read.
    """
    if control.by or control.choose != "first":
        return ibis.literal(UNRECORDED)
    gate = control.gate.ibis(acts)
    return ibis.cases((gate, _value(control, acts)))


def _value(control: SettingControl, acts: Acts) -> Any:
    if control.table is None:
        return ibis.literal(_words(control, control.value))
    found = control.table.ibis(acts)
    last = control.table.rows[-1]
    rest = _words(control, last.outputs["is"]) if last.when.is_always else None
    cases = [(found.code == place, _words(control, row.outputs["is"])) for place, row in enumerate(control.table.rows)]
    return ibis.cases(*cases, else_=ibis.null("string") if rest is None else rest)


def _words(control: SettingControl, value: Any) -> str:
    kind = vocabulary.settings[control.setting].kind
    return f"= {kind.show(value)}"
