"""Adopted packs, versions and parameter values."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_extensions")]

    operations = [
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("zh", models.TextField()),
                ("en", models.TextField()),
                ("currency", models.TextField()),
                ("declares", models.JSONField()),
                ("adopted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code",), name="policies_pack_code")],
            },
        ),
        migrations.CreateModel(
            name="Value",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("parameter", models.TextField()),
                ("value", models.JSONField()),
                ("effective_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "pack",
                    models.ForeignKey(
                        db_column="pack",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="policies.pack",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("effective_on"))), name="policies_value_days"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        expressions=[
                            ("pack", "="),
                            ("parameter", "="),
                            (
                                models.Func(
                                    models.F("effective_on"),
                                    models.F("ends_on"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="policies_value_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("policy", models.TextField()),
                ("title", models.TextField()),
                ("number", models.IntegerField()),
                ("file", models.TextField()),
                ("text", models.TextField()),
                ("body", models.JSONField()),
                ("hash", models.TextField()),
                ("effective_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("published_at", models.DateTimeField()),
                (
                    "pack",
                    models.ForeignKey(
                        db_column="pack",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="policies.pack",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "policy", "number"), name="policies_version_number"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("effective_on"))), name="policies_version_days"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        expressions=[
                            ("pack", "="),
                            ("policy", "="),
                            (
                                models.Func(
                                    models.F("effective_on"),
                                    models.F("ends_on"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="policies_version_overlap",
                    ),
                ],
            },
        ),
    ]
