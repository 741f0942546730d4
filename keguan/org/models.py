"""Tables of the company, its people and their posts. Columns are named as the facts are; only the kernel writes.

The one exception is `User`: it holds what a sign-in needs, above all the password's hash, which is no fact and must
never reach the journal (`sign_in.py`).
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
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


class Notice(models.Model):
    """A message to one person, in both languages, with the control that sent it and the record it is about."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person", related_name="notices")
    zh = models.TextField()
    en = models.TextField()
    control = models.TextField(null=True)
    object_type = models.TextField(null=True)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at", "-id"], name="org_notice_by_person"),
            models.Index(fields=["person"], name="org_notice_unread", condition=Q(read_at=None)),
        ]


class Users(BaseUserManager["User"]):
    """Finds users by the name they type, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who signs in by this name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """What the sign-in of one person needs: name, password hash, last sign-in. No facts, not journalled."""

    id = models.UUIDField(primary_key=True)
    person = models.OneToOneField(Person, models.PROTECT, db_column="person", related_name="user")
    username = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)

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
