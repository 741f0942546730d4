"""Tables of running controls: obligations with their clocks, approvals with their steps, and evidence.

Columns are named as facts are. Only commands write here: approvals through their verbs, obligations and evidence
through the law, inside the transaction of the command that caused them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

OPEN_STATES = ("running", "broken")


class Obligation(models.Model):
    """One clock: what somebody owes on a record under a deadline.

    State: running, kept, broken (overdue and still owed), kept_late, cancelled or waived. `plan` holds the moments of
    its life as the term gave them at the opening (`{"steps": [{"what": remind|due|escalate, "at", "n"}]}`), `told`
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
            models.Index(
                fields=["due_at"], name="controls_obligation_nobody", condition=Q(people=[], state__in=OPEN_STATES)
            ),
        ]


class Approval(models.Model):
    """A command that waits for somebody: verb, object and arguments as asked, and the facts its table read.

    State: waiting, granted, rejected, withdrawn or lapsed; `cause` says why where nobody decided (overtaken, requester
    gone, time run out). `step` is the position that is asked now; `by_zh` and `by_en` say who that is; `due_at` is when
    its time runs out, `next_at` the next moment at which anything is to be judged. A command that creates has no
    object; a set command has `records` and a line for each.
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
                condition=Q(state__in=("waiting", "granted", "rejected", "withdrawn", "lapsed")),
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
    """One consent that an approval needs. All of one position are needed, in any order, from different people."""

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

    class Meta:
        indexes: ClassVar = [
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
