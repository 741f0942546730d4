"""The reading log, erasure and partitions need SQL, which stands in audit.sql beside this file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("audit.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Adds the reading log, lets an erasure take payloads away, and lets partitions be made late."""

    dependencies = [("kernel", "0004_follow_up_sets")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
