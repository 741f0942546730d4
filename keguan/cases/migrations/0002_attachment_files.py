"""An attachment points to a file that is stored; the files room has no model, so the key stands in SQL."""

from django.db import migrations

KEY = """
alter table cases_attachment add constraint cases_attachment_file_stored
    foreign key (digest) references kernel_blob (digest)
"""


class Migration(migrations.Migration):
    """Adds the foreign key."""

    dependencies = [("cases", "0001_initial"), ("kernel", "0002_journal")]
    operations = [
        migrations.RunSQL(KEY, "alter table cases_attachment drop constraint cases_attachment_file_stored"),
    ]
