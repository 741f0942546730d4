"""The batch reading of a measure as a quota: whether the act would go past the limit. Loads ibis."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT, REFUSED, softened, unknown
from keguan.controls.engines.measure import MeasureControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(control: MeasureControl, record_type: RecordType) -> Wanted:
    """What its limits read."""
    return wants.all_of(wants.of_condition(limit, record_type) for _, limit in control.limits)


def outcome(control: MeasureControl, acts: Acts) -> Any:
    """Kept within the limit, refused past it."""
    cases = []
    for verb, limit in control.limits:
        answer = limit.ibis(acts)
        ruled = ibis.cases((answer, KEPT), (~answer, REFUSED), else_=unknown(acts.knows(limit)))
        cases.append((acts.table.verb == verb, ruled))
    found = ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")
    return softened(found, "refuse", control.trial)
