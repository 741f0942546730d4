"""What a person puts his name to outside an approval: signatures, overrides, proposals to decide."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Signature(models.Model):
    """A person's signature for one act on one record; `digest` pins the facts that he saw."""

    id = models.UUIDField(primary_key=True)
    act = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField()
    object_label = models.TextField(null=True)
    signer = models.UUIDField()
    signed_at = models.DateTimeField()
    digest = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object", "act", "id"], name="controls_signature_object"),
            models.Index(fields=["signer", "-id"], name="controls_signature_signer"),
        ]


class Override(models.Model):
    """An exception from one guard for one act on one record, for some minutes and once.

    State: asked, granted (a second person confirmed it), rejected, withdrawn. `used_at` and `used_event` are written
    with the command that used it up.
    """

    id = models.UUIDField(primary_key=True)
    control = models.TextField()
    verb = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField(null=True)
    object_label = models.TextField(null=True)
    reason = models.TextField()
    minutes = models.IntegerField()
    state = models.TextField()
    requester = models.UUIDField()
    requested_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(null=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_event = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("asked", "granted", "rejected", "withdrawn")), name="controls_override_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="withdrawn") | ~Q(decided_by=models.F("requester")),
                name="controls_override_second",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["object", "-id"], name="controls_override_object"),
            models.Index(fields=["requester", "-id"], name="controls_override_requester"),
            models.Index(fields=["-id"], name="controls_override_asked", condition=Q(state="asked")),
        ]


class Proposal(models.Model):
    """What a reaction drafted or proposed: the verb with its arguments, within `ranges`, for `people` to decide.

    State: waiting, accepted, dismissed, withdrawn (its ground fell before anybody decided) or flagged (after).
    """

    id = models.UUIDField(primary_key=True)
    control = models.TextField()
    verb = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField()
    object_label = models.TextField(null=True)
    target = models.TextField(null=True)
    row = models.IntegerField(null=True)
    args = models.JSONField(null=True)
    ranges = models.JSONField(null=True)
    is_free = models.BooleanField(null=True)
    people = ArrayField(models.UUIDField(), null=True)
    by_zh = models.TextField(null=True)
    by_en = models.TextField(null=True)
    subject = models.UUIDField(null=True)
    cause = models.TextField(null=True)
    obligation = models.TextField(null=True)
    unit = models.UUIDField(null=True)
    state = models.TextField()
    comment = models.TextField(null=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["control", "cause", "object", "row", "target", "subject"],
                name="controls_proposal_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "accepted", "dismissed", "withdrawn", "flagged")),
                name="controls_proposal_state",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["people"], name="controls_proposal_people", condition=Q(state="waiting")),
            models.Index(fields=["cause"], name="controls_proposal_cause"),
            models.Index(fields=["object", "-made_at", "-id"], name="controls_proposal_object"),
        ]
