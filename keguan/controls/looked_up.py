"""What list filters look up beside a record's facts: acts that were done on it, posts of a person that it names.

Expressions of a query, each a subquery over the journal or the directory; nothing is written.
"""

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, IntegerField, TextField, UUIDField

POSTS = """
    array(select distinct {column} from org_holder_span s
        where s.person = {person} and s.holder = s.person and s.unit = s.subject and left(s.role, 1) <> '@'
            and s.known_to is null and s.valid @> %s::timestamptz
        order by 1)
"""
ACTS = "(select count(*) from kernel_event_object o{join} where o.object = {record} and o.verb = any(%s){within})"


class Acts(Func):
    """How many acts of some verbs were done on a record, in a stretch of time where one is given."""

    def __init__(
        self, record: Any, verbs: tuple[str, ...], first: dt.datetime | None, last: dt.datetime | None
    ) -> None:
        super().__init__(record, output_field=IntegerField())
        self.verbs, self.first, self.last = verbs, first, last

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002
        """The subquery and what it is given."""
        record, params = compiler.compile(self.get_source_expressions()[0])
        given: list[Any] = [*params, list(self.verbs)]
        within = ""
        for sign, moment in ((">=", self.first), ("<", self.last)):
            if moment is not None:
                within += f" and e.happened_at {sign} %s"
                given.append(moment)
        join = " join kernel_event e on e.id = o.event" if within else ""
        return ACTS.format(record=record, join=join, within=within), given


class Posts(Func):
    """The roles of a person, or the units of his posts, at a moment; nothing where there is no such person."""

    def __init__(self, person: Any, what: str, at: dt.datetime) -> None:
        member: Any = TextField() if what == "role" else UUIDField()
        super().__init__(person, output_field=ArrayField(member))
        self.column, self.at = "s.role" if what == "role" else "s.subject", at

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002
        """The subquery and what it is given."""
        person, params = compiler.compile(self.get_source_expressions()[0])
        return POSTS.format(column=self.column, person=person), [*params, self.at]
