"""Half-filled forms: an ordinary table, no part of the journal."""

from django.db import migrations

SQL = """
create table kernel_draft (
    person uuid not null,
    form text not null check (length(form) <= 400),
    fields jsonb not null,
    source text not null,
    kept_at timestamptz not null,
    primary key (person, form)
);
create index kernel_draft_kept on kernel_draft (kept_at);
"""


class Migration(migrations.Migration):
    """One row for a person and a form."""

    dependencies = [("kernel", "0008_readings_by_person")]
    operations = [migrations.RunSQL(SQL, "drop table kernel_draft")]
