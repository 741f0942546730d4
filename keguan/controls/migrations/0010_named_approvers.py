"""Approvers who are brought in by name, and requests that are sent back."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds columns that stay empty for steps that go as the clause says, and one more state."""

    dependencies = [("controls", "0009_reckoned")]
    operations = [
        migrations.AddField("approvalstep", "slot", models.SmallIntegerField(null=True)),
        migrations.AddField(
            "approvalstep",
            "named",
            django.contrib.postgres.fields.ArrayField(models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(
            "approvalstep",
            "relieved",
            django.contrib.postgres.fields.ArrayField(models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField("approvalstep", "added_by", models.UUIDField(null=True)),
        migrations.AddField("approvalstep", "is_void", models.BooleanField(null=True)),
        migrations.AddIndex(
            "approvalstep",
            django.contrib.postgres.indexes.GinIndex(
                fields=["relieved"],
                name="controls_step_relieved",
                condition=models.Q(relieved__isnull=False),
            ),
        ),
        migrations.RemoveConstraint("approval", "controls_approval_state"),
        migrations.AddConstraint(
            "approval",
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "granted", "rejected", "returned", "withdrawn", "lapsed")),
                name="controls_approval_state",
            ),
        ),
    ]
