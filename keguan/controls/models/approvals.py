"""Requests for consent: their steps, and their lines where several records were asked for at once."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Approval(models.Model):
    """A command that waits for somebody: verb, object and arguments as asked, and the facts its table read.

    State: waiting, granted, rejected, returned (to whoever asked), withdrawn or lapsed; `cause` says why where nobody
    decided (overtaken, requester gone, time run out). `step` is the position that is asked now; `by_zh` and `by_en` say
    who that is; `due_at` is when its time runs out, `next_at` the next moment at which anything is to be judged. A
    command that creates has no object; a set command has `records` and a line for each.
    """

    id = models.UUIDField(primary_key=True)
    verb = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField(null=True)
    records = ArrayField(models.UUIDField(), null=True)
    object_label = models.TextField(null=True)
    args = models.JSONField()
    read = models.JSONField()
    control = models.TextField()
    how = models.TextField()
    rulebook = models.IntegerField()
    requester = models.UUIDField()
    state = models.TextField()
    step = models.SmallIntegerField()
    by_zh = models.TextField()
    by_en = models.TextField()
    comment = models.TextField(null=True)
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    cause = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["object", "verb"], condition=Q(state="waiting"), name="controls_approval_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "granted", "rejected", "returned", "withdrawn", "lapsed")),
                name="controls_approval_state",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["requester", "-requested_at", "-id"], name="controls_approval_requester"),
            models.Index(fields=["object", "-requested_at", "-id"], name="controls_approval_object"),
            models.Index(fields=["next_at", "id"], name="controls_approval_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["requester"], name="controls_approval_open", condition=Q(state="waiting")),
        ]


class ApprovalStep(models.Model):
    """One consent that an approval needs. All of one position are needed, in any order, from different people.

    `slot` is the position in the clause's own table where `pos` has moved (empty: they are the same). `named` were
    brought in by name, in place of those `relieved` or (`added_by`) beside what the clause asks; `why` is for them to
    read. What `is_void` was decided before the request was sent back, and counts no more.
    """

    id = models.UUIDField(primary_key=True)
    parent = models.ForeignKey(Approval, models.CASCADE, db_column="parent", related_name="steps")
    pos = models.SmallIntegerField()
    people = ArrayField(models.UUIDField())
    by_zh = models.TextField()
    by_en = models.TextField()
    control = models.TextField()
    decided_by = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    is_handed_on = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    is_consent = models.BooleanField(null=True)
    comment = models.TextField(null=True)
    slot = models.SmallIntegerField(null=True)
    named = ArrayField(models.UUIDField(), null=True)
    relieved = ArrayField(models.UUIDField(), null=True)
    added_by = models.UUIDField(null=True)
    why = models.TextField(null=True)
    is_void = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["relieved"], name="controls_step_relieved", condition=Q(relieved__isnull=False)),
            models.Index(fields=["parent", "pos"], name="controls_step_parent"),
            GinIndex(fields=["people"], name="controls_step_people", condition=Q(decided_at=None)),
            models.Index(fields=["decided_by"], name="controls_step_decided_by", condition=Q(decided_by__isnull=False)),
        ]


class ApprovalLine(models.Model):
    """One object of a request that was made for several at once; it may be refused singly.

    State: waiting, granted, rejected, withdrawn, lapsed.
    """

    id = models.UUIDField(primary_key=True)
    parent = models.ForeignKey(Approval, models.CASCADE, db_column="parent", related_name="lines")
    verb = models.TextField()
    object = models.UUIDField()
    object_label = models.TextField(null=True)
    args = models.JSONField()
    state = models.TextField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["object", "verb"], condition=Q(state="waiting"), name="controls_approval_line_waits_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["parent", "id"], name="controls_line_parent"),
            models.Index(fields=["object"], name="controls_line_object"),
        ]
