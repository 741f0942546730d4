"""Clocks: what is owed, the dates and periods that open clocks, and what nobody owns."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

OPEN_STATES = ("running", "broken")


class Obligation(models.Model):
    """One clock: what somebody owes on a record under a deadline.

    State: running, kept, broken (overdue and still owed), kept_late, cancelled or waived. `plan` holds the moments of
    its life as the term gave them at the opening (`{"steps": [{"what": remind|due|escalate|wake, "at", "n"}]}`), `told`
    how many of them are over, `next_at` the next one; nothing once there is none. `term` explains the due moment. A
    trial's obligations are judged and counted, but nobody is told. `marks` is everything that happened to it and what
    it showed; one that a date or a period opened has no `opened_event`. `is_adopted`: it began before its policy.
    """

    id = models.UUIDField(primary_key=True)
    control = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField()
    object_label = models.TextField(null=True)
    key = models.TextField(db_default="")
    state = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    plan = models.JSONField()
    told = models.SmallIntegerField(db_default=0)
    people = ArrayField(models.UUIDField())
    unit = models.UUIDField(null=True)
    term = models.JSONField()
    opened_event = models.UUIDField(null=True)
    closed_event = models.UUIDField(null=True)
    rulebook = models.IntegerField()
    is_trial = models.BooleanField(db_default=False)
    marks = models.JSONField(db_default=[])
    is_adopted = models.BooleanField(db_default=False)
    is_paused = models.BooleanField(db_default=False)
    reckoned = models.IntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["control", "object", "key", "opened_at", "opened_event"],
                name="controls_obligation_opens_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=("running", "kept", "broken", "kept_late", "cancelled", "waived")),
                name="controls_obligation_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("kept", "kept_late")) | Q(met_at__isnull=False), name="controls_obligation_met"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="controls_obligation_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["object", "control"], name="controls_obligation_object"),
            models.Index(fields=["control", "state", "id"], name="controls_obligation_control"),
            GinIndex(fields=["people"], name="controls_obligation_people", condition=Q(state__in=OPEN_STATES)),
            # what runs under each control is counted on the first page, without reading the clocks themselves
            models.Index(
                fields=["control"],
                include=["object_type", "object"],
                name="controls_obligation_open",
                condition=Q(state__in=OPEN_STATES),
            ),
            # what a team owes, the nearest first, and how much of it is late
            models.Index(
                fields=["due_at", "id"],
                include=["people", "is_paused"],
                name="controls_obligation_due",
                condition=Q(state__in=OPEN_STATES, is_trial=False),
            ),
            models.Index(
                fields=["due_at"], name="controls_obligation_nobody", condition=Q(people=[], state__in=OPEN_STATES)
            ),
        ]


class Due(models.Model):
    """A date or period of a deadline under one rulebook: the next moment at which it opens clocks, and until when.

    `after` is the last record of the population that was looked at, where a tick was cut off. `kind`: tick, adopt
    (clocks of running records under a new version) or recalculate (due moments under another calendar).
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    control = models.TextField()
    rulebook = models.IntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    after = models.UUIDField(null=True)
    count = models.IntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "control", "rulebook"], name="controls_due_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="controls_due_next", condition=Q(next_at__isnull=False)),
        ]


class Unowned(models.Model):
    """An obligation or request that nobody owns and of which the administrators were told, once."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    told_at = models.DateTimeField()
