"""Notices go out of the product too; those that are there already stay where they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds when a notice was routed, with an index of those that were not."""

    dependencies = [("org", "0006_languages")]
    operations = [
        migrations.AddField("notice", "routed_at", models.DateTimeField(null=True)),
        migrations.RunSQL("update org_notice set routed_at = created_at", migrations.RunSQL.noop),
        migrations.AddIndex(
            "notice",
            models.Index(fields=["created_at"], name="org_notice_unrouted", condition=models.Q(routed_at=None)),
        ),
    ]
