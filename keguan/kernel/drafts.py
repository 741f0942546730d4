"""Half-filled forms, kept for whoever fills them until they are sent: no facts, not journalled, gone after some days.

A draft belongs to a person and a form (its address). It says when it was last kept and in which window, so that two
windows with the same form can tell whose text is newer. What is typed there is nobody else's to read.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from keguan.kernel.commands.rows import Rows

KEPT = dt.timedelta(days=14)
MOST = 100
LARGEST = 64_000
Fields = Mapping[str, list[str]]
KEEP = """
    insert into kernel_draft (person, form, fields, source, kept_at) values (%s, %s, %s, %s, %s)
    on conflict (person, form)
    do update set fields = excluded.fields, source = excluded.source, kept_at = excluded.kept_at
"""
FIND = "select fields, source, kept_at from kernel_draft where person = %s and form = %s and kept_at > %s"
DROP = "delete from kernel_draft where person = %s and form = %s"
# nobody fills a hundred forms at once: the oldest give way
CROWD = """
    delete from kernel_draft where person = %s and form in (
        select form from kernel_draft where person = %s order by kept_at desc offset %s)
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stood in a form: by name of the input its values, when it was kept, and in which window."""

    fields: dict[str, list[str]]
    source: str
    kept_at: dt.datetime


def keep(person: UUID, form: str, fields: Fields, source: str, now: dt.datetime) -> bool:
    """Keep what stands in a form in place of what stood there before; False where it is too large to be kept."""
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LARGEST:
        return False
    rows = Rows()
    rows.execute(KEEP, [person, form, Jsonb(dict(fields)), source, now])
    rows.execute(CROWD, [person, person, MOST])
    return True


def find(person: UUID, form: str, now: dt.datetime) -> Draft | None:
    """What the person had typed into the form. One statement."""
    found = Rows().select(FIND, [person, form, now - KEPT])
    return Draft(found[0]["fields"], found[0]["source"], found[0]["kept_at"]) if found else None


def drop(person: UUID, form: str) -> None:
    """Forget it: the form was sent, or its text is not wanted any more."""
    Rows().execute(DROP, [person, form])


def clear(now: dt.datetime) -> int:
    """Forget what was not gone on with for days; gives how many."""
    return Rows().execute("delete from kernel_draft where kept_at < %s", [now - KEPT])
