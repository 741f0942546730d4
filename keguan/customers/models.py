"""Tables of customers, contacts and phones. Columns are named as the facts are; only the kernel writes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Reverse

from keguan.imports.models import Import
from keguan.org.models import Person, Unit


class Customer(models.Model):
    """An organisation or a person we serve."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField()
    city = models.TextField(null=True)
    address = models.TextField(null=True)
    email = models.TextField(null=True)
    source = models.TextField(null=True)
    remark = models.TextField(null=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, db_column="owner", related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_column="unit", related_name="+", db_index=False)
    opened_by = models.ForeignKey(
        Person, models.PROTECT, null=True, db_column="opened_by", related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    primary_contact = models.ForeignKey(
        "Contact", models.PROTECT, null=True, db_column="primary_contact", related_name="+", db_index=False
    )
    imported_from = models.ForeignKey(
        Import, models.PROTECT, null=True, db_column="imported_from", related_name="customers", db_index=False
    )
    import_row = models.IntegerField(null=True)
    extra = models.JSONField(null=True)
    folded = models.TextField()
    grams = ArrayField(models.TextField())
    initials = models.TextField()
    sort_key = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["organisation", "person"]), name="customers_customer_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="customers_customer_named"),
            models.UniqueConstraint(
                fields=["imported_from", "import_row"],
                name="customers_customer_row_once",
                condition=Q(imported_from__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="customers_customer_order"),
            models.Index(fields=["owner", "sort_key", "id"], name="customers_customer_by_owner"),
            models.Index(fields=["unit", "sort_key", "id"], name="customers_customer_by_unit"),
            models.Index(fields=["opened_by", "sort_key", "id"], name="customers_customer_by_opener"),
            models.Index(fields=["folded"], name="customers_customer_folded"),
            GinIndex(fields=["grams"], name="customers_customer_grams"),
            GinIndex(OpClass(F("initials"), name="gin_trgm_ops"), name="customers_customer_initials"),
            models.Index(
                OpClass(Func(F("code"), function="upper"), name="text_pattern_ops"),
                name="customers_customer_code_start",
            ),
        ]


class Contact(models.Model):
    """A person to talk to at a customer."""

    id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, db_column="customer", related_name="contacts")
    name = models.TextField()
    title = models.TextField(null=True)
    email = models.TextField(null=True)


class Phone(models.Model):
    """A number of a customer or of one of its contacts, in its one form."""

    id = models.UUIDField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, db_column="customer", related_name="phones", db_index=False)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, db_column="contact", related_name="phones", db_index=False
    )
    digits = models.TextField()
    extension = models.TextField(null=True)
    kind = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digits__regex=r"^\+?[0-9]{5,15}$"), name="customers_phone_digits"),
            models.UniqueConstraint(
                fields=["customer", "digits", "extension", "contact"],
                name="customers_phone_once",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(OpClass(Reverse("digits"), name="text_pattern_ops"), name="customers_phone_tail"),
        ]
