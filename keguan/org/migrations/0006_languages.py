"""Notices keep their Traditional text where it cannot be read out of the Simplified; a sign-in keeps its language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0005_delegations_do_not_chain")]

    operations = [
        migrations.AddField("notice", "hant", models.TextField(null=True)),
        migrations.AddField("user", "language", models.TextField(blank=True, default="", db_default="")),
    ]
