"""The batch reading of a setting: where its clause gives the value for a record that is being created, and which."""

from collections.abc import Callable
from typing import Any

import ibis

from keguan.controls.batch import given, wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import UNRECORDED
from keguan.controls.engines.setting import SettingControl
from keguan.controls.live.made import settings_of
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
    names = frozenset(name for name in (control.by, record_type.unit) if name)
    return read | Wanted(facts=names, arguments=names | read.facts)


def outcome(control: SettingControl, acts: Acts) -> Any:
    """The value for each act, as words, where this clause gives it; nothing where another does, or none."""
    seen = acts.being_created()
    several = settings_of(acts.book, control.setting)
    if control.trial:
        several = (*several, control)
    place = next(i for i, one in enumerate(several) if one.key == control.key)
    found = given.giving(several, seen)
    words = _words(control)
    cases = [(found == given.tag(place, i), words(value)) for i, value in enumerate(given.values(control))]
    concerns = given.concerns(control, seen) & given.chosen(control, place, seen).notnull()
    return ibis.cases(*cases, ((found == given.HIDDEN) & concerns, UNRECORDED), else_=ibis.null("string"))


def _words(control: SettingControl) -> Callable[[Any], str]:
    kind = vocabulary.settings[control.setting].kind
    return lambda value: f"= {kind.show(value)}"
