"""A list that was shown is one reading, of no single record."""

from django.db import migrations

SQL = "alter table kernel_reading alter column object drop not null"


class Migration(migrations.Migration):
    """Lets a reading have no object."""

    dependencies = [("kernel", "0006_follow_up_times")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
