"""Tables of imports; only the kernel writes them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from keguan.org.models import Person


class Import(models.Model):
    """A sheet on its way in: the file, what its columns mean, how far it has come."""

    id = models.UUIDField(primary_key=True)
    # imports from before there were types were of customers; the journal knows of no other word for them
    type = models.TextField(null=True)
    title = models.TextField()
    digest = models.TextField()
    table = models.TextField()
    titles = models.JSONField(null=True)
    mapping = models.JSONField(null=True)
    on_duplicate = models.TextField(null=True)
    stage = models.TextField()
    opened_by = models.ForeignKey(
        Person, models.PROTECT, null=True, db_column="opened_by", related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    total = models.IntegerField()
    position = models.IntegerField()
    added = models.IntegerField()
    updated = models.IntegerField()
    skipped = models.IntegerField()
    refused = models.IntegerField()
    waiting = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(position__gte=0, position__lte=F("total")), name="imports_import_position"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["uploaded", "running", "finished", "cancelled"]), name="imports_import_stage"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["opened_by", "-opened_at", "-id"], name="imports_import_by_opener")]


class ImportProblem(models.Model):
    """A row that was not imported, and why."""

    id = models.UUIDField(primary_key=True)
    of = models.ForeignKey(Import, models.PROTECT, db_column="import", related_name="problems", db_index=False)
    row = models.IntegerField()
    outcome = models.TextField()
    reasons = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "row"], name="imports_problem_once")]
