"""Tables of the engines: measures that are filled, decisions, ticks, proposals, observations."""

from django.db import migrations

SQL = """
create table controls_measure (
    content text primary key,
    rulebook integer not null,
    filled_at timestamptz not null
);
"""


class Migration(migrations.Migration):
    """Creates them."""

    dependencies = [("controls", "0002_step_decided_by")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
