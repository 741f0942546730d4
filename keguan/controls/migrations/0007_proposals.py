"""Proposals, observations, and what comes round by itself."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

TICKS = """
drop table controls_tick;
create table controls_tick (
    id uuid primary key,
    name text not null unique,
    done_at timestamptz not null,
    pending jsonb
);
"""


class Migration(migrations.Migration):
    """Creates the two tables, and what comes round by name."""

    dependencies = [
        ("controls", "0006_unowned"),
    ]

    operations = [
        migrations.RunSQL(TICKS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("control", models.TextField()),
                ("person", models.UUIDField()),
                ("source", models.TextField()),
                ("what", models.TextField(null=True)),
                ("is_offence", models.BooleanField()),
                ("code", models.TextField(null=True)),
                ("tier", models.IntegerField(null=True)),
                ("seen_on", models.DateField(null=True)),
                ("observer", models.UUIDField(null=True)),
                ("unit", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("comment", models.TextField(null=True)),
                ("observed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["control", "-id"], name="controls_observation_control"),
                    models.Index(fields=["person", "-id"], name="controls_observation_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("observed", "confirmed", "dismissed"))),
                        name="controls_observation_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("control", models.TextField()),
                ("verb", models.TextField()),
                ("object_type", models.TextField()),
                ("object", models.UUIDField()),
                ("object_label", models.TextField(null=True)),
                ("target", models.TextField(null=True)),
                ("row", models.IntegerField(null=True)),
                ("args", models.JSONField(null=True)),
                ("ranges", models.JSONField(null=True)),
                ("is_free", models.BooleanField(null=True)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("by_zh", models.TextField(null=True)),
                ("by_en", models.TextField(null=True)),
                ("subject", models.UUIDField(null=True)),
                ("cause", models.TextField(null=True)),
                ("obligation", models.TextField(null=True)),
                ("unit", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("comment", models.TextField(null=True)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("state", "waiting")), fields=["people"], name="controls_proposal_people"
                    ),
                    models.Index(fields=["cause"], name="controls_proposal_cause"),
                    models.Index(fields=["object", "-made_at", "-id"], name="controls_proposal_object"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("control", "cause", "object", "row", "target", "subject"),
                        name="controls_proposal_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "accepted", "dismissed", "withdrawn", "flagged"))),
                        name="controls_proposal_state",
                    ),
                ],
            },
        ),
    ]
