"""Why an approver was brought in: whoever is asked reads it beside the request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a column that stays empty for steps that go as the clause says."""

    dependencies = [("controls", "0011_open_clocks")]
    operations = [migrations.AddField("approvalstep", "why", models.TextField(null=True))]
