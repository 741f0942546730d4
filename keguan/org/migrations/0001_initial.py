"""The company's tables."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_extensions")]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField(null=True)),
                ("spec", models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("zone", models.TextField(db_default="Asia/Shanghai")),
                ("currency", models.TextField(db_default="CNY")),
                ("is_only", models.BooleanField(db_default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("is_only",), name="org_company_only_one"),
                    models.CheckConstraint(condition=models.Q(("is_only", True)), name="org_company_is_only"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(null=True)),
                ("name", models.TextField()),
                ("phone", models.TextField(null=True)),
                ("email", models.TextField(null=True)),
                ("username", models.TextField(null=True)),
                ("joined_on", models.DateField(null=True)),
                ("left_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["name", "id"], name="org_person_by_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="org_person_code_once"),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"), name="org_person_username"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on", None),
                            ("joined_on", None),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="org_person_left_after_joined",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("zh", models.TextField()),
                ("en", models.TextField(null=True)),
                ("source", models.TextField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code",), name="org_role_code_once")],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(null=True)),
                ("name", models.TextField()),
                ("kind", models.TextField(null=True)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        db_column="parent",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="org.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("title", models.TextField(null=True)),
                ("is_head", models.BooleanField(db_default=False)),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="org.role",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_column="unit",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="org.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("zh", models.TextField()),
                ("en", models.TextField()),
                ("control", models.TextField(null=True)),
                ("object_type", models.TextField(null=True)),
                ("object_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-created_at", "-id"], name="org_notice_by_person"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["person"], name="org_notice_unread"),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=150, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "person",
                    models.OneToOneField(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="user",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("username"), name="org_user_username")
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="org.person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_column="post",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="org.post",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "starts_on"], name="org_holding_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="org_holding_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("post", "="),
                            ("person", "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="org_holding_once",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(fields=("code",), name="org_unit_code_once"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on", None)),
                fields=("parent", "name"),
                name="org_unit_name_in_parent",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="org_unit_not_its_own_parent"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("opened_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="org_unit_closed_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                fields=("unit", "role", "title"), name="org_post_once", nulls_distinct=False
            ),
        ),
    ]
