"""What controls did, and what was seen of conduct."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """What a control did once: which event or attempt, on which record, with which outcome, for which unit.

    Append-only. Outcomes of guards: kept, refused, waiting, warned, recorded, undetermined, overridden; of those on
    trial: recorded, passed, undetermined. Of deadlines: opened, kept, broken, kept_late, cancelled, waived,
    undetermined. Of reactions: done. A later judgement of the same clock names the one that it `replaces` (lifted or
    void where nothing takes its place); figures count what nothing replaces.
    """

    id = models.UUIDField(primary_key=True)
    control = models.TextField()
    outcome = models.TextField()
    verb = models.TextField()
    object_type = models.TextField()
    object = models.UUIDField(null=True)
    event = models.UUIDField(null=True)
    attempt = models.UUIDField(null=True)
    obligation = models.UUIDField(null=True)
    actor = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    rulebook = models.IntegerField()
    replaces = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["replaces"], name="controls_evidence_replaced_once", condition=Q(replaces__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["control", "outcome", "-id"], name="controls_evidence_control"),
            models.Index(fields=["object", "-id"], name="controls_evidence_object"),
        ]


class Observation(models.Model):
    """That somebody was seen to keep or to break a duty of conduct: by whom, in what, and whether it was confirmed.

    State: observed, confirmed or dismissed.
    """

    id = models.UUIDField(primary_key=True)
    control = models.TextField()
    person = models.UUIDField()
    source = models.TextField()
    what = models.TextField(null=True)
    is_offence = models.BooleanField()
    code = models.TextField(null=True)
    tier = models.IntegerField(null=True)
    seen_on = models.DateField(null=True)
    observer = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    state = models.TextField()
    comment = models.TextField(null=True)
    observed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("observed", "confirmed", "dismissed")), name="controls_observation_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["control", "-id"], name="controls_observation_control"),
            models.Index(fields=["person", "-id"], name="controls_observation_person"),
        ]
