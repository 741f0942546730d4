"""What runs under each control and what a team owes, found and counted without reading the clocks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two indexes."""

    dependencies = [("controls", "0010_named_approvers")]
    operations = [
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["control"],
                include=("object_type", "object"),
                name="controls_obligation_open",
                condition=models.Q(("state__in", ("running", "broken"))),
            ),
        ),
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["due_at", "id"],
                include=("people", "is_paused"),
                name="controls_obligation_due",
                condition=models.Q(("is_trial", False), ("state__in", ("running", "broken"))),
            ),
        ),
    ]
