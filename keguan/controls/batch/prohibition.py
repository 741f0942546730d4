"""The batch reading of a prohibition: refused where its gate holds, kept where it was asked and does not."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT, REFUSED, softened, unknown
from keguan.controls.engines.prohibition import ProhibitionControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(control: ProhibitionControl, record_type: RecordType) -> Wanted:
    """What it reads."""
    return wants.of_condition(control.gate, record_type)


def outcome(control: ProhibitionControl, acts: Acts) -> Any:
    """What it did to each act."""
    gate = control.gate.ibis(acts)
    found = ibis.cases((gate, REFUSED), (~gate, KEPT), else_=unknown(acts.knows(control.gate)))
    if control.starts is not None:
        found = ibis.ifelse(acts.today() < control.starts, ibis.null("string"), found)
    if control.until is not None:
        found = ibis.ifelse(acts.today() > control.until, ibis.null("string"), found)
    return softened(found, control.effect, control.trial)
