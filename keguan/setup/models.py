"""The table of setups; only the kernel writes it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from keguan.org.models import Person


class Setup(models.Model):
    """A pack on its way into force; one at a time is not finished."""

    id = models.UUIDField(primary_key=True)
    pack = models.TextField(null=True)
    values = models.JSONField(null=True)
    running = models.TextField(null=True)
    effective_on = models.DateField(null=True)
    passed = ArrayField(models.TextField(), null=True)
    stage = models.TextField()
    opened_by = models.ForeignKey(
        Person, models.PROTECT, null=True, db_column="opened_by", related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stage__in=["open", "adopted", "finished"]), name="setup_setup_stage"),
            models.UniqueConstraint(
                models.Value(True), condition=~Q(stage="finished"), name="setup_setup_one_at_a_time"
            ),
        ]
