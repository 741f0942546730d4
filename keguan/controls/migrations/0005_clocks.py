"""Clocks keep their marks; a later judgement names the one it replaces; dates and periods have moments of their own."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of obligations and evidence, and the table of ticks."""

    dependencies: ClassVar = [("controls", "0004_asked")]

    operations: ClassVar = [
        migrations.AlterField("obligation", "opened_event", models.UUIDField(null=True)),
        migrations.AddField("obligation", "marks", models.JSONField(db_default=[])),
        migrations.AddField("obligation", "is_adopted", models.BooleanField(db_default=False)),
        migrations.AddField("obligation", "is_paused", models.BooleanField(db_default=False)),
        migrations.AddConstraint(
            "obligation",
            models.UniqueConstraint(
                fields=["control", "object", "key", "opened_at", "opened_event"],
                name="controls_obligation_opens_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField("evidence", "replaces", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "evidence",
            models.UniqueConstraint(
                fields=["replaces"],
                name="controls_evidence_replaced_once",
                condition=models.Q(replaces__isnull=False),
            ),
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("control", models.TextField()),
                ("rulebook", models.IntegerField()),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("after", models.UUIDField(null=True)),
                ("count", models.IntegerField(db_default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["next_at"], name="controls_due_next", condition=models.Q(next_at__isnull=False)
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "control", "rulebook"], name="controls_due_once"),
                ],
            },
        ),
    ]
