"""Records entered in error are marked, not deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the time of voiding."""

    dependencies = [("customers", "0001_initial")]
    operations = [migrations.AddField("customer", "voided_at", models.DateTimeField(null=True))]
