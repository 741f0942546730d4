"""Tables of seats and calls; only the kernel writes them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from keguan.cases.models import Case
from keguan.customers.models import Customer
from keguan.org.models import Person

STAGES = ("ringing", "answered", "ended", "missed")


class Seat(models.Model):
    """Somebody at an extension from a moment on. Who took it last has it."""

    id = models.UUIDField(primary_key=True)
    extension = models.TextField()
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["extension", "-opened_at", "-id"], name="calls_seat_by_extension"),
            models.Index(fields=["person", "-opened_at", "-id"], name="calls_seat_by_person"),
        ]


class Call(models.Model):
    """A call that came in: the number, where it rang, who took it and what was registered from it."""

    id = models.UUIDField(primary_key=True)
    switch_id = models.TextField()
    number = models.TextField(null=True)
    extension = models.TextField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_column="person", related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, db_column="customer", related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_column="case", related_name="+", db_index=False)
    stage = models.TextField()
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    seconds = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["switch_id"], name="calls_call_once"),
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="calls_call_stage"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("opened_at")),
                name="calls_call_answered_after_ring",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="calls_call_ended_after_ring"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-opened_at", "-id"], name="calls_call_newest"),
            models.Index(fields=["person", "-opened_at", "-id"], name="calls_call_by_person"),
            models.Index(fields=["customer", "-opened_at", "-id"], name="calls_call_by_customer"),
            models.Index(fields=["case"], name="calls_call_by_case", condition=Q(case__isnull=False)),
        ]
