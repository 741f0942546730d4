"""Tables of adopted packs, their policies' versions and parameter values. Only the kernel writes them.

Versions of one policy never overlap, nor values of one parameter: the database holds both (days are half-open). The
constraints are deferred because one act ends a version and begins the next.
"""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q


def _days() -> Func:
    return Func(F("effective_on"), F("ends_on"), function="daterange", output_field=DateRangeField())


class Pack(models.Model):
    """A pack that the company adopted, with what it declares."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    zh = models.TextField()
    en = models.TextField()
    currency = models.TextField()
    declares = models.JSONField()
    adopted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="policies_pack_code")]


class Version(models.Model):
    """A version of a policy: its text as written, its clauses and controls, the days on which it holds."""

    id = models.UUIDField(primary_key=True)
    pack = models.ForeignKey(Pack, models.PROTECT, db_column="pack", related_name="versions")
    policy = models.TextField()
    title = models.TextField()
    number = models.IntegerField()
    file = models.TextField()
    text = models.TextField()
    body = models.JSONField()
    hash = models.TextField()
    effective_on = models.DateField()
    ends_on = models.DateField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "policy", "number"], name="policies_version_number"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("effective_on")), name="policies_version_days"),
            ExclusionConstraint(
                name="policies_version_overlap",
                expressions=[
                    ("pack", RangeOperators.EQUAL),
                    ("policy", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
            ),
        ]


class Value(models.Model):
    """What the company set a parameter to, and for which days."""

    id = models.UUIDField(primary_key=True)
    pack = models.ForeignKey(Pack, models.PROTECT, db_column="pack", related_name="values")
    parameter = models.TextField()
    value = models.JSONField()
    effective_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("effective_on")), name="policies_value_days"),
            ExclusionConstraint(
                name="policies_value_overlap",
                expressions=[
                    ("pack", RangeOperators.EQUAL),
                    ("parameter", RangeOperators.EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
            ),
        ]
