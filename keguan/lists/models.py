"""Tables of the lists; only the kernel writes them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from keguan.org.models import Person, Unit


class Bulk(models.Model):
    """A verb on many records: what was asked, how far it has come, what became of them."""

    id = models.UUIDField(primary_key=True)
    verb = models.TextField()
    args = models.JSONField(null=True)
    items = models.TextField()
    stage = models.TextField()
    opened_by = models.ForeignKey(Person, models.PROTECT, db_column="opened_by", related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    total = models.IntegerField()
    position = models.IntegerField()
    done = models.IntegerField()
    waiting = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(position__gte=0, position__lte=F("total")), name="lists_bulk_position"),
            models.CheckConstraint(
                condition=Q(stage__in=["running", "finished", "cancelled"]), name="lists_bulk_stage"
            ),
            models.CheckConstraint(
                condition=Q(position=F("done") + F("waiting") + F("refused")), name="lists_bulk_nothing_lost"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_by", "-opened_at"], name="lists_bulk_by_person"),
            models.Index(fields=["opened_at"], name="lists_bulk_running", condition=Q(stage="running")),
        ]


class BulkRefusal(models.Model):
    """A record on which the verb was refused, by its place in the list, and why."""

    id = models.UUIDField(primary_key=True)
    of = models.ForeignKey(Bulk, models.PROTECT, db_column="bulk", related_name="refusals", db_index=False)
    place = models.IntegerField()
    reasons = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "place"], name="lists_refusal_once")]


class View(models.Model):
    """A list as somebody saved it: its filters, order and columns as the address has them; his own, or a unit's too."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    list = models.TextField()
    query = models.TextField()
    opened_by = models.ForeignKey(Person, models.PROTECT, db_column="opened_by", related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_column="unit", related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opened_by", "list", "name"],
                condition=Q(removed_at=None) & ~Q(name=""),
                name="lists_view_name_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "list"], name="lists_view_by_unit")]
