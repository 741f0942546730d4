"""Whoever decided a step finds it again without reading all steps."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index on who decided, for steps that were decided."""

    dependencies: ClassVar = [("controls", "0001_initial")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="approvalstep",
            index=models.Index(
                fields=["decided_by"], name="controls_step_decided_by", condition=models.Q(decided_by__isnull=False)
            ),
        ),
    ]
