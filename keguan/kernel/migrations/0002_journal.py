"""The journal: partitions and triggers need SQL, which stands in journal.sql beside this file."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("journal.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Creates the kernel's tables. The kernel has no Django models: its tables are read and written in SQL."""

    dependencies = [("kernel", "0001_extensions")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
