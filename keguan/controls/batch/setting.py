"""The batch reading of a setting: which row of its table gives the value for a record that is being created."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import UNRECORDED
from keguan.controls.conditions import Table
from keguan.controls.conditions.batch import is_unknown
from keguan.controls.engines.setting import SettingControl
from keguan.controls.engines.setting_values import rank
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted


def verbs(control: SettingControl) -> frozenset[str]:
    """The acts for which the value is asked: those that create a record of the parameter's type."""
    noun = control.setting.partition(".")[0]
    return frozenset(verb.name for verb in vocabulary.verbs.values() if verb.on == noun and verb.creates)


def wanted(control: SettingControl, record_type: RecordType) -> Wanted:
    """What its gate, its table and its map read. What is given counts as the record's facts."""
    rows = control.table.rows if control.table else ()
    read = wants.all_of(wants.of_condition(one, record_type) for one in (control.gate, *(row.when for row in rows)))
    by = frozenset((control.by,)) if control.by else frozenset[str]()
    return read | Wanted(facts=by, arguments=by | read.facts)


def outcome(control: SettingControl, acts: Acts) -> Any:
    """The value for each act, as words; an unknown fact falls to the last row. Nothing where its gate does not hold."""
    seen = acts.being_created()
    gate = control.gate.ibis(seen)
    hidden = ibis.literal(not seen.knows(control.gate)) & is_unknown(gate)
    return ibis.cases((gate, _value(control, seen)), (hidden, UNRECORDED))


def _value(control: SettingControl, acts: Acts) -> Any:
    if control.by:
        return _looked_up(control, acts)
    if control.table is None:
        return ibis.literal(_words(control, control.value))
    found = _chosen(control, control.table, acts) if control.choose != "first" else _first(control, control.table, acts)
    last = control.table.rows[-1]
    return ibis.coalesce(found, _words(control, last.outputs["is"])) if last.when.is_always else found


def _first(control: SettingControl, table: Table, acts: Acts) -> Any:
    """The value of the first row that fits; nothing where one before it is unknown."""
    found = table.ibis(acts)
    cases = [(found.code == place, _words(control, row.outputs["is"])) for place, row in enumerate(table.rows)]
    cases += [(found.code == -1 - place, UNRECORDED) for place, row in enumerate(table.rows)
              if not acts.knows(row.when)]  # fmt: skip
    return ibis.cases(*cases, else_=ibis.null("string"))


def _chosen(control: SettingControl, table: Table, acts: Acts) -> Any:
    """The lowest or highest value of the rows that fit."""
    rows = sorted(table.rows, key=lambda row: rank(control.kind, row.outputs["is"], control.order),
                  reverse=control.choose == "highest")  # fmt: skip
    cases = [(is_unknown(row.when.ibis(acts)), UNRECORDED) for row in rows if not acts.knows(row.when)]
    cases += [(row.when.ibis(acts), _words(control, row.outputs["is"])) for row in rows]
    return ibis.cases(*cases, else_=ibis.null("string"))


def _looked_up(control: SettingControl, acts: Acts) -> Any:
    """The value that a map has under the fact."""
    column = acts.get((control.by,))
    if column is None:
        return ibis.literal(UNRECORDED)
    kind = column.type()
    if kind.is_boolean():
        column = ibis.cases((column, "True"), (~column, "False"))
    elif not (kind.is_string() or kind.is_integer() or kind.is_date()):
        return ibis.literal(UNRECORDED)
    names = ibis.coalesce(column.cast("string"), "None")
    cases = [(names == key, _words(control, value)) for key, value in control.value.items() if value is not None]
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")


def _words(control: SettingControl, value: Any) -> str:
    kind = vocabulary.settings[control.setting].kind
    return f"= {kind.show(value)}"
