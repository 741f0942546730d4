"""Records entered in error are marked, not deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the time of voiding."""

    dependencies = [("cases", "0002_attachment_files")]
    operations = [migrations.AddField("case", "voided_at", models.DateTimeField(null=True))]
