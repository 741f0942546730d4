"""The tables of cases."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("org", "0002_unit_tree"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                ("kind", models.TextField()),
                ("channel", models.TextField(null=True)),
                ("description", models.TextField(null=True)),
                ("contact_name", models.TextField(null=True)),
                ("contact_phone", models.TextField(null=True)),
                ("order_no", models.TextField(null=True)),
                ("batch_no", models.TextField(null=True)),
                ("product_spec", models.TextField(null=True)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("defective_quantity", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("shipped_on", models.DateField(null=True)),
                ("demand", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
                ("cause", models.TextField(null=True)),
                ("severity", models.TextField(null=True)),
                ("is_founded", models.BooleanField(null=True)),
                ("is_joint", models.BooleanField(null=True)),
                ("joint_limit_days", models.IntegerField(null=True)),
                (
                    "departments",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("is_own_quality", models.BooleanField(null=True)),
                ("is_tracked", models.BooleanField(null=True)),
                ("findings", models.TextField(null=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("amount_currency", models.TextField(null=True)),
                ("handling", models.TextField(null=True)),
                ("decision", models.TextField(null=True)),
                ("approved_return_quantity", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("reply_channel", models.TextField(null=True)),
                ("reply", models.TextField(null=True)),
                ("is_accepted", models.BooleanField(null=True)),
                ("stage", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("found_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("replied_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("extra", models.JSONField(null=True)),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_column="customer",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_column="opened_by",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "originating_unit",
                    models.ForeignKey(
                        db_column="originating_unit",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_column="owner",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_column="unit",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.TextField()),
                ("name", models.TextField()),
                ("media_type", models.TextField(null=True)),
                ("size", models.IntegerField(null=True)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_column="uploaded_by",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_column="case",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("noted_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_column="author",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_column="case",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-opened_at", "-id"], name="cases_case_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["-opened_at", "-id"], name="cases_case_open"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["owner", "-opened_at", "-id"], name="cases_case_by_owner"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["unit", "-opened_at", "-id"], name="cases_case_by_unit"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["opened_by", "-opened_at", "-id"], name="cases_case_by_opener"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["customer", "-opened_at", "-id"], name="cases_case_by_customer"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["stage", "-opened_at", "-id"], name="cases_case_by_stage"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "-opened_at", "-id"], name="cases_case_by_kind"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="cases_case_grams"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("code"), name="gin_trgm_ops"
                ),
                name="cases_case_by_code",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                django.db.models.functions.text.Upper("order_no"),
                condition=models.Q(("order_no__isnull", False)),
                name="cases_case_by_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("code",), name="cases_case_code_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                name="cases_case_amount_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity", None), ("quantity__gte", 0), _connector="OR"),
                    models.Q(("defective_quantity", None), ("defective_quantity__gte", 0), _connector="OR"),
                    models.Q(("approved_return_quantity", None), ("approved_return_quantity__gte", 0), _connector="OR"),
                ),
                name="cases_case_quantities_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity", None),
                    ("defective_quantity", None),
                    ("defective_quantity__lte", models.F("quantity")),
                    _connector="OR",
                ),
                name="cases_case_defective_within_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity", None),
                    ("approved_return_quantity", None),
                    ("approved_return_quantity__lte", models.F("quantity")),
                    _connector="OR",
                ),
                name="cases_case_return_within_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("accepted_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_accepted_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("found_at", None), ("found_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_found_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("settled_at", None), ("settled_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_settled_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("replied_at", None), ("replied_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_replied_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("closed_at__gte", models.F("opened_at")), _connector="OR"),
                name="cases_case_closed_after_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("stage", "closed")),
                    models.Q(models.Q(("stage", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="cases_case_closed_has_time",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["case", "id"], name="cases_attachment_by_case"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["case", "id"], name="cases_note_by_case"),
        ),
    ]
