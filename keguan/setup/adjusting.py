"""Setting parameters of packs that are in force to something else."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.pipeline import Runner
from keguan.policies.models import Pack as StoredPack
from keguan.setup.acts import NotDone, done, read_values
from keguan.setup.offers import in_force, values_on


def adjust(run: Runner, ctx: Context, typed: Mapping[str, str], today: dt.date, effective_on: dt.date | None) -> int:
    """Set the parameters that were typed otherwise than they stand, all or none; gives how many.

    `NotDone` where one cannot be read or is refused. What was left empty stays as it is.
    """
    known, changed = values_on(today), 0
    with transaction.atomic():
        for found in in_force():
            values, wrong = read_values(found, typed)
            if wrong:
                raise NotDone(wrong)
            stored = StoredPack.objects.get(code=found.code)
            for name, value in values.items():
                if value != known.get(name, ""):
                    given = {"parameter": name, "value": value, "effective_on": effective_on}
                    done(run(ctx.but(idempotency_key=None), "parameter.set", [(stored.id, given)])[0])
                    changed += 1
    return changed
