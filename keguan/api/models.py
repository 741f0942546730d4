"""The table of tokens. Columns are named as the facts are; only the kernel writes."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Token(models.Model):
    """A secret by which a program acts as a person, known by its SHA-256 only."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    person = models.ForeignKey("org.Person", models.PROTECT, db_column="person", related_name="+")
    digest = models.TextField()
    hint = models.TextField()
    issued_by = models.ForeignKey("org.Person", models.PROTECT, null=True, db_column="issued_by", related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], name="api_token_digest_once"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="api_token_expires_after_issue"),
        ]
