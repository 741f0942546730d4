"""Follow-ups that run together as one set command."""

from django.db import migrations

SQL = """
alter table kernel_follow_up add column together uuid;
create index kernel_follow_up_together on kernel_follow_up (together) where together is not null;
"""


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies = [("kernel", "0003_balances")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
