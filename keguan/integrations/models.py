"""Tables of what goes out; only the kernel writes them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from keguan.org.models import Notice, Person


class Receiver(models.Model):
    """Where notices to a person go beside the product; `address` is empty once it was removed."""

    id = models.UUIDField(primary_key=True)
    title = models.TextField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="+", db_index=False)
    kind = models.TextField()
    address = models.TextField(null=True)
    opened_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], name="integrations_receiver_person", condition=Q(removed_at=None))
        ]


class Reception(models.Model):
    """When and how a person wants to be told; where something is empty, the company's own holds."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="+", db_index=False)
    quiet_from = models.TextField(null=True)
    quiet_until = models.TextField(null=True)
    is_each_sent = models.BooleanField(null=True)
    is_digest_sent = models.BooleanField(null=True)
    digest_at = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person"], name="integrations_reception_once")]


class Delivery(models.Model):
    """Something on its way to a receiver: a notice, a day's digest, or (neither) a trial. No facts, not journalled.

    `handed_at`: a job has it in hand; `sent_at`: the receiver took it; `failed_at`: it was given up for now.
    """

    id = models.UUIDField(primary_key=True)
    receiver = models.ForeignKey(Receiver, models.CASCADE, db_column="receiver", related_name="deliveries")
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, db_column="notice", related_name="deliveries")
    day = models.DateField(null=True)
    leaves_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(db_default=0)
    error = models.TextField(db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["receiver", "notice"], name="integrations_delivery_once", condition=Q(notice__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["receiver", "day"], name="integrations_digest_once", condition=Q(day__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["leaves_at", "id"], name="integrations_delivery_open", condition=Q(handed_at=None)),
            models.Index(
                F("failed_at").desc(), name="integrations_delivery_failed", condition=Q(failed_at__isnull=False)
            ),
        ]
