"""The forms of a case are found by what the views of registers ask."""

from django.db import migrations

CREATE = """
create index cases_form_by_case on controls_record (((data->>'case')::uuid), id)
where ((data->>'case')::uuid) is not null
"""


class Migration(migrations.Migration):
    """Makes the index anew, so that a register's view can use it."""

    dependencies = [("cases", "0006_subjects_in_either_script")]
    operations = [
        migrations.RunSQL("drop index cases_form_by_case", migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, "drop index cases_form_by_case"),
    ]
