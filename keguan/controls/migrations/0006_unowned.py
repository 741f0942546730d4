"""What nobody owns, of which the administrators were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("controls", "0005_clocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unowned",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("told_at", models.DateTimeField()),
            ],
        ),
    ]
