"""Tables of cases and of their lines: notes, files, visits, promises, liability, links.

Columns are named as the facts are; only the kernel writes.
"""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Greatest, Least, Right, Upper

STEPS = ("accepted_at", "found_at", "settled_at", "replied_at", "closed_at", "reviewed_at")
NEVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""When a case is due that owes nothing."""
PHONE_TAIL = 8
"""So many digits at the end tell phone numbers apart, whatever stands before them."""


def _reference(to: str, column: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(to, models.PROTECT, null=True, db_column=column, related_name="+", db_index=False)


def _quantity() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=18, decimal_places=4, null=True)


def _at_least(field: str, least: object) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__gte": least})


def _newest(name: str, *fields: str) -> models.Index:
    return models.Index(fields=[*fields, "-opened_at", "-id"], name=name)


def phone_tail() -> Func:
    """The last digits of the contact's phone, by which cases of one caller are found."""
    digits = Func(F("contact_phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return Right(digits, PHONE_TAIL)


class Case(models.Model):
    """A complaint, consultation or suggestion."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)
    title = models.TextField(null=True)
    kind = models.TextField()
    channel = models.TextField(null=True)
    description = models.TextField(null=True)
    customer = _reference("customers.Customer", "customer")
    contact_name = models.TextField(null=True)
    contact_phone = models.TextField(null=True)
    order_no = models.TextField(null=True)
    batch_no = models.TextField(null=True)
    product_spec = models.TextField(null=True)
    quantity = _quantity()
    defective_quantity = _quantity()
    shipped_on = models.DateField(null=True)
    demand = models.TextField(null=True)
    reason = models.TextField(null=True)
    cause = models.TextField(null=True)
    severity = models.TextField(null=True)
    is_founded = models.BooleanField(null=True)
    is_joint = models.BooleanField(null=True)
    joint_limit_days = models.IntegerField(null=True)
    departments = ArrayField(models.UUIDField(), null=True)
    originating_unit = _reference("org.Unit", "originating_unit")
    is_own_quality = models.BooleanField(null=True)
    is_tracked = models.BooleanField(null=True)
    findings = models.TextField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    amount_currency = models.TextField(null=True)
    handling = models.TextField(null=True)
    decision = models.TextField(null=True)
    approved_return_quantity = _quantity()
    reply_channel = models.TextField(null=True)
    reply = models.TextField(null=True)
    is_accepted = models.BooleanField(null=True)
    owner = _reference("org.Person", "owner")
    unit = _reference("org.Unit", "unit")
    opened_by = _reference("org.Person", "opened_by")
    stage = models.TextField()
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    merged_into = _reference("cases.Case", "merged_into")
    split_from = _reference("cases.Case", "split_from")
    followers = ArrayField(models.UUIDField(), null=True)
    extra = models.JSONField(null=True)
    grams = ArrayField(models.TextField(), null=True)
    due_at = models.DateTimeField(db_default=NEVER)
    """When the nearest open clock is due: no fact of anybody's, the database keeps it with the clocks."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="cases_case_code_once"),
            models.CheckConstraint(condition=_at_least("amount", 0), name="cases_case_amount_not_negative"),
            models.CheckConstraint(
                condition=_at_least("quantity", 0)
                & _at_least("defective_quantity", 0)
                & _at_least("approved_return_quantity", 0),
                name="cases_case_quantities_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(defective_quantity=None) | Q(defective_quantity__lte=F("quantity")),
                name="cases_case_defective_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None)
                | Q(approved_return_quantity=None)
                | Q(approved_return_quantity__lte=F("quantity")),
                name="cases_case_return_within_quantity",
            ),
            *(
                models.CheckConstraint(
                    condition=_at_least(step, F("opened_at")),
                    name=f"cases_case_{step.removesuffix('_at')}_after_opened",
                )
                for step in STEPS
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_at__isnull=False) | (~Q(stage="closed") & Q(closed_at=None)),
                name="cases_case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(voided_at__isnull=False), name="cases_case_merged_counts_no_more"
            ),
        ]
        indexes: ClassVar = [
            _newest("cases_case_newest"),
            models.Index(fields=["-opened_at", "-id"], name="cases_case_open", condition=Q(closed_at=None)),
            models.Index(fields=["due_at", "id"], name="cases_case_due"),
            *(
                models.Index(
                    fields=[*fields, "due_at", "id"], name=f"cases_case_{name}_due", condition=Q(closed_at=None)
                )
                for name, *fields in (("open",), ("owner", "owner"), ("unit", "unit"), ("opener", "opened_by"))
            ),
            _newest("cases_case_by_owner", "owner"),
            _newest("cases_case_by_unit", "unit"),
            _newest("cases_case_by_opener", "opened_by"),
            _newest("cases_case_by_customer", "customer"),
            _newest("cases_case_by_stage", "stage"),
            _newest("cases_case_by_kind", "kind"),
            GinIndex(fields=["grams"], name="cases_case_grams"),
            GinIndex(OpClass(Upper("code"), name="gin_trgm_ops"), name="cases_case_by_code"),
            models.Index(Upper("order_no"), name="cases_case_by_order", condition=Q(order_no__isnull=False)),
            models.Index(fields=["merged_into"], name="cases_case_by_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["split_from"], name="cases_case_by_split", condition=Q(split_from__isnull=False)),
            GinIndex(fields=["followers"], name="cases_case_by_follower", condition=Q(followers__isnull=False)),
            models.Index(phone_tail(), name="cases_case_by_phone", condition=Q(contact_phone__isnull=False)),
        ]


class Note(models.Model):
    """Something that happened or was said, as somebody wrote it down."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="notes", db_index=False)
    author = _reference("org.Person", "author")
    text = models.TextField()
    noted_at = models.DateTimeField()
    mentions = ArrayField(models.UUIDField(), null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_note_by_case")]


class Attachment(models.Model):
    """A stored file of a case, by its digest."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="attachments", db_index=False)
    digest = models.TextField()
    name = models.TextField()
    media_type = models.TextField(null=True)
    size = models.IntegerField(null=True)
    uploaded_by = _reference("org.Person", "uploaded_by")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_attachment_by_case")]


class Visit(models.Model):
    """That somebody called on the customer."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="visits", db_index=False)
    visitors = ArrayField(models.UUIDField(), null=True)
    text = models.TextField()
    recorded_by = _reference("org.Person", "recorded_by")
    visited_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_visit_by_case")]


class Promise(models.Model):
    """What was promised to the customer before or beside the decision."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="promises", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    amount_currency = models.TextField(null=True)
    text = models.TextField()
    promised_by = _reference("org.Person", "promised_by")
    promised_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_promise_by_case")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_at_least("amount", 0), name="cases_promise_amount_not_negative")
        ]


class Liability(models.Model):
    """Who is liable, and for which loss."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="liabilities", db_index=False)
    liable = models.TextField()
    department = _reference("org.Unit", "department")
    person = _reference("org.Person", "person")
    party = models.TextField(null=True)
    loss = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    loss_currency = models.TextField(null=True)
    text = models.TextField(null=True)
    held_by = _reference("org.Person", "held_by")
    held_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_liability_by_case")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_at_least("loss", 0), name="cases_liability_loss_not_negative")
        ]


class Link(models.Model):
    """That two cases have to do with each other. It stands with one of them and is seen at both."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="links", db_index=False)
    other = models.ForeignKey(Case, models.PROTECT, db_column="other", related_name="links_here", db_index=False)
    relation = models.TextField()
    linked_by = _reference("org.Person", "linked_by")
    linked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "id"], name="cases_link_by_case"),
            models.Index(fields=["other", "id"], name="cases_link_by_other"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(Least("case", "other"), Greatest("case", "other"), name="cases_link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="cases_link_not_to_itself"),
        ]


class Task(models.Model):
    """A piece of the work on a case, given to somebody by a day."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, db_column="case", related_name="tasks", db_index=False)
    title = models.TextField(null=True)
    text = models.TextField(null=True)
    owner = _reference("org.Person", "owner")
    unit = _reference("org.Unit", "unit")
    due_on = models.DateField(null=True)
    result = models.TextField(null=True)
    opened_by = _reference("org.Person", "opened_by")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stage = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "id"], name="cases_task_by_case"),
            models.Index(fields=["owner", "due_on", "id"], name="cases_task_open", condition=Q(ended_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="cases_task_code_once"),
            models.CheckConstraint(
                condition=Q(stage="open", ended_at=None) | (~Q(stage="open") & Q(ended_at__isnull=False)),
                name="cases_task_ended_has_time",
            ),
        ]
