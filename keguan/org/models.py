"""Tables of the company, its people and their posts. Columns are named as the facts are; only the kernel writes.

The one exception is `User`: it holds what a sign-in needs, above all the password's hash, which is no fact and must
never reach the journal (`sign_in.py`).
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower


class Company(models.Model):
    """The one company whose policies run here."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    zone = models.TextField(db_default="Asia/Shanghai")
    currency = models.TextField(db_default="CNY")
    is_only = models.BooleanField(db_default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_only"], name="org_company_only_one"),
            models.CheckConstraint(condition=Q(is_only=True), name="org_company_is_only"),
        ]


class Calendar(models.Model):
    """Working hours: the company's whole, those of a unit or a person only as far as they differ.

    A person's calendar names the unit from whose hours it differs; without one, it differs from the company's.
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField(null=True)
    unit = models.ForeignKey("Unit", models.PROTECT, null=True, db_column="unit", related_name="calendars")
    person = models.ForeignKey("Person", models.PROTECT, null=True, db_column="person", related_name="calendars")
    spec = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit"], name="org_calendar_unit", nulls_distinct=False, condition=Q(person=None)
            ),
            models.UniqueConstraint(fields=["person"], name="org_calendar_person", condition=Q(person__isnull=False)),
        ]


class Unit(models.Model):
    """A department, branch, shop or group, in a tree."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)
    name = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, db_column="parent", related_name="children")
    kind = models.TextField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="org_unit_code_once"),
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="org_unit_name_in_parent",
                nulls_distinct=False,
                condition=Q(closed_on=None),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="org_unit_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="org_unit_closed_after_opened",
            ),
        ]


class Person(models.Model):
    """Somebody who works here, with or without a sign-in."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)
    name = models.TextField()
    phone = models.TextField(null=True)
    email = models.TextField(null=True)
    username = models.TextField(null=True)
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="org_person_code_once"),
            models.UniqueConstraint(Lower("username"), name="org_person_username"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                name="org_person_left_after_joined",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="org_person_by_name")]


class Role(models.Model):
    """What a post is in the words of a pack: `general_manager`, 总经理."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    zh = models.TextField()
    en = models.TextField(null=True)
    source = models.TextField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="org_role_code_once")]


class Post(models.Model):
    """A role in a unit; whoever holds it has the role there."""

    id = models.UUIDField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, db_column="unit", related_name="posts")
    role = models.ForeignKey(Role, models.PROTECT, db_column="role", related_name="posts")
    title = models.TextField(null=True)
    is_head = models.BooleanField(db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "role", "title"], name="org_post_once", nulls_distinct=False),
        ]


class Holding(models.Model):
    """A stretch of days on which a person holds a post: from `starts_on`, up to but without `ends_on`."""

    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey(Post, models.PROTECT, db_column="post", related_name="holdings")
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="holdings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="org_holding_ends_after_start"
            ),
            ExclusionConstraint(
                name="org_holding_once",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "starts_on"], name="org_holding_by_person")]


class Delegation(models.Model):
    """A stretch of time in which somebody stands in for another, for everything or only for some roles or verbs."""

    id = models.UUIDField(primary_key=True)
    delegator = models.ForeignKey(Person, models.PROTECT, db_column="delegator", related_name="delegations")
    delegate = models.ForeignKey(Person, models.PROTECT, db_column="delegate", related_name="delegated")
    roles = ArrayField(models.UUIDField(), null=True)
    verbs = ArrayField(models.TextField(), null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.TextField(null=True)
    opened_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(delegator=F("delegate")), name="org_delegation_to_another"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="org_delegation_ends_after_start"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["delegator", "starts_at"], name="org_delegation_by_delegator"),
            models.Index(fields=["delegate", "starts_at"], name="org_delegation_by_delegate"),
        ]


class HolderSpan(models.Model):
    """A stretch of time in which a person is the answer to a question of the directory: see `spans`.

    Derived from posts, units and delegations, never edited: a superseded row gets `known_to`.
    """

    id = models.UUIDField(primary_key=True)
    role = models.TextField()
    subject = models.UUIDField()
    person = models.UUIDField()
    holder = models.UUIDField()
    how = models.TextField()
    verbs = ArrayField(models.TextField(), null=True)
    unit = models.UUIDField(null=True)
    since = models.DateField(null=True)
    holding = models.UUIDField(null=True)
    valid = DateTimeRangeField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "org_holder_span"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(how__in=("held", "above", "delegate", "away")), name="org_holderspan_how"
            ),
            models.CheckConstraint(
                condition=Q(known_to=None) | Q(known_to__gte=F("known_from")), name="org_holderspan_known"
            ),
            ExclusionConstraint(
                name="org_holderspan_once",
                expressions=[
                    ("role", RangeOperators.EQUAL),
                    ("subject", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("holder", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(known_to=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["role", "subject"], name="org_holderspan_now", condition=Q(known_to=None)),
            models.Index(fields=["person"], name="org_holderspan_person", condition=Q(known_to=None)),
            GistIndex(fields=["role", "subject", "valid"], name="org_holderspan_then"),
        ]


class HolderChange(models.Model):
    """A moment at which the directory's answers to some question change: what was addressed by them is asked anew.

    `handled_at` is empty until that was done; moments to come stand here from the day they are known.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    roles = ArrayField(models.TextField())
    people = ArrayField(models.UUIDField())
    caused_by = models.UUIDField(null=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "org_holder_change"
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], name="org_holderchange_open", condition=Q(handled_at=None)),
        ]


class Notice(models.Model):
    """A message to one person, with the control that sent it and the record it is about.

    `hant` is kept where the text holds what people typed: only then can it not be read out of `zh`. `routed_at`: it was
    seen to whether it goes out of the product as well.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="notices")
    zh = models.TextField()
    en = models.TextField()
    hant = models.TextField(null=True)
    control = models.TextField(null=True)
    object_type = models.TextField(null=True)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    routed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="org_notice_unrouted", condition=Q(routed_at=None)),
            models.Index(fields=["person", "-created_at", "-id"], name="org_notice_by_person"),
            models.Index(fields=["person"], name="org_notice_unread", condition=Q(read_at=None)),
        ]


class Users(BaseUserManager["User"]):
    """Finds users by the name they type, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in by this name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """What the sign-in of one person needs: name, password hash, last sign-in, language. No facts, not journalled."""

    id = models.UUIDField(primary_key=True)
    person = models.OneToOneField(Person, models.PROTECT, db_column="person", related_name="user")
    username = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)
    language = models.TextField(blank=True, default="", db_default="")

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("username"), name="org_user_username")]

    def get_full_name(self) -> str:
        """The person's name."""
        return self.person.name

    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        """Django's own permissions are not used: who may do what is said by policies."""
        return False
