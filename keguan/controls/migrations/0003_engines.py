"""Tables of the engines: measures that are filled, decisions, ticks, proposals, observations."""

from django.db import migrations

SQL = """
create table controls_measure (
    id uuid primary key,
    content text not null unique,
    rulebook integer not null,
    filled_at timestamptz not null
);
create table controls_decision (
    id uuid primary key,
    object uuid not null,
    control text not null,
    outcome text not null,
    is_overridden boolean not null default false,
    event uuid not null,
    decided_at timestamptz not null,
    unique (object, control)
);
create index controls_decision_control on controls_decision (control, outcome);
create table controls_tick (
    control text primary key,
    since timestamptz not null,
    done_at timestamptz not null
);
"""


class Migration(migrations.Migration):
    """Creates them."""

    dependencies = [("controls", "0002_step_decided_by")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
