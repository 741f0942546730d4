"""Delegations, and who holds what when with everything resolved: computed from posts, units and delegations."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0003_calendars"),
    ]

    operations = [
        migrations.CreateModel(
            name="HolderChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("roles", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("caused_by", models.UUIDField(null=True)),
                ("handled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "org_holder_change",
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at", None)), fields=["at", "id"], name="org_holderchange_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HolderSpan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("role", models.TextField()),
                ("subject", models.UUIDField()),
                ("person", models.UUIDField()),
                ("holder", models.UUIDField()),
                ("how", models.TextField()),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("unit", models.UUIDField(null=True)),
                ("since", models.DateField(null=True)),
                ("holding", models.UUIDField(null=True)),
                ("valid", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("known_from", models.DateTimeField()),
                ("known_to", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "org_holder_span",
                "indexes": [
                    models.Index(
                        condition=models.Q(("known_to", None)), fields=["role", "subject"], name="org_holderspan_now"
                    ),
                    models.Index(
                        condition=models.Q(("known_to", None)), fields=["person"], name="org_holderspan_person"
                    ),
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["role", "subject", "valid"], name="org_holderspan_then"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ("held", "above", "delegate", "away"))),
                        name="org_holderspan_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("known_to", None), ("known_to__gte", models.F("known_from")), _connector="OR"
                        ),
                        name="org_holderspan_known",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("known_to", None)),
                        expressions=[
                            ("role", "="),
                            ("subject", "="),
                            ("person", "="),
                            ("holder", "="),
                            ("valid", "&&"),
                        ],
                        name="org_holderspan_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(null=True)),
                ("opened_by", models.UUIDField(null=True)),
                (
                    "delegate",
                    models.ForeignKey(
                        db_column="delegate",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegated",
                        to="org.person",
                    ),
                ),
                (
                    "delegator",
                    models.ForeignKey(
                        db_column="delegator",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="org.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["delegator", "starts_at"], name="org_delegation_by_delegator"),
                    models.Index(fields=["delegate", "starts_at"], name="org_delegation_by_delegate"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("delegator", models.F("delegate")), _negated=True),
                        name="org_delegation_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("ends_at__gte", models.F("starts_at")), _connector="OR"),
                        name="org_delegation_ends_after_start",
                    ),
                ],
            },
        ),
    ]
