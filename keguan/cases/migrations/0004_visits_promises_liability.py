"""Visits, promises and liability beside the stages of a case, and when a closed case was reviewed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds three kinds of lines and a time."""

    dependencies = [
        ("cases", "0003_voided"),
        ("customers", "0002_voided"),
        ("org", "0005_delegations_do_not_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="Liability",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("liable", models.TextField()),
                ("party", models.TextField(null=True)),
                ("loss", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("loss_currency", models.TextField(null=True)),
                ("text", models.TextField(null=True)),
                ("held_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("amount_currency", models.TextField(null=True)),
                ("text", models.TextField()),
                ("promised_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "visitors",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("text", models.TextField()),
                ("visited_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="reviewed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("reviewed_at", None), ("reviewed_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_reviewed_after_opened",
            ),
        ),
        migrations.AddField(
            model_name="liability",
            name="case",
            field=models.ForeignKey(
                db_column="case",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="liabilities",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="liability",
            name="department",
            field=models.ForeignKey(
                db_column="department",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
            ),
        ),
        migrations.AddField(
            model_name="liability",
            name="held_by",
            field=models.ForeignKey(
                db_column="held_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="liability",
            name="person",
            field=models.ForeignKey(
                db_column="person",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="case",
            field=models.ForeignKey(
                db_column="case",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promises",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="promised_by",
            field=models.ForeignKey(
                db_column="promised_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="case",
            field=models.ForeignKey(
                db_column="case",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="recorded_by",
            field=models.ForeignKey(
                db_column="recorded_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddIndex(
            model_name="liability",
            index=models.Index(fields=["case", "id"], name="cases_liability_by_case"),
        ),
        migrations.AddConstraint(
            model_name="liability",
            constraint=models.CheckConstraint(
                condition=models.Q(("loss", None), ("loss__gte", 0), _connector="OR"),
                name="cases_liability_loss_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["case", "id"], name="cases_promise_by_case"),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                name="cases_promise_amount_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["case", "id"], name="cases_visit_by_case"),
        ),
    ]
