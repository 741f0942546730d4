"""Follow-ups may say when what they record happened."""

from django.db import migrations

SQL = "alter table kernel_follow_up add column happened_at timestamptz"


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies = [("kernel", "0005_audit")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
