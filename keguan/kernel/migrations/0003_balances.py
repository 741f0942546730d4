"""Balances with their dated entries."""

from django.db import migrations

SQL = """
create table kernel_balance (
    measure text not null,
    key text not null,
    total numeric not null default 0,
    primary key (measure, key)
) with (fillfactor = 80);

create table kernel_balance_entry (
    id uuid primary key,
    measure text not null,
    key text not null,
    event uuid not null,
    happened_on date not null,
    amount numeric not null
);
create index kernel_balance_entry_dated on kernel_balance_entry (measure, key, happened_on);
create index kernel_balance_entry_event on kernel_balance_entry (event);

create trigger kernel_balance_entry_append_only before update or delete on kernel_balance_entry
    for each row execute function kernel_append_only();
create trigger kernel_balance_entry_no_truncate before truncate on kernel_balance_entry
    for each statement execute function kernel_append_only();
"""


class Migration(migrations.Migration):
    """Creates the two tables."""

    dependencies = [("kernel", "0002_journal")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
