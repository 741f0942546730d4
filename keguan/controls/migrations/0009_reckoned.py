"""By which rulebook's calendars a due moment was last reckoned, so that whoever comes first works it out anew, once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the number; what runs already was reckoned by the rulebook under which it opened."""

    dependencies = [("controls", "0008_registers")]
    operations = [
        migrations.AddField("obligation", "reckoned", models.IntegerField(db_default=0)),
        migrations.RunSQL("update controls_obligation set reckoned = rulebook", migrations.RunSQL.noop),
    ]
