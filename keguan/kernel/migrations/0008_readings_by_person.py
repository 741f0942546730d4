"""What one person read is found without going through what all others read."""

from django.db import migrations

SQL = "create index kernel_reading_by_actor on kernel_reading (actor, id desc)"


class Migration(migrations.Migration):
    """An index; the partitions get theirs with it."""

    dependencies = [("kernel", "0007_readings_of_lists")]
    operations = [migrations.RunSQL(SQL, "drop index kernel_reading_by_actor")]
