"""Links between cases, merging and splitting, followers and mentions, tasks."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two kinds of lines and records, and the facts that tell of them."""

    dependencies = [
        ("cases", "0004_visits_promises_liability"),
        ("controls", "0009_reckoned"),
        ("customers", "0002_voided"),
        ("org", "0005_delegations_do_not_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("relation", models.TextField()),
                ("linked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(null=True)),
                ("title", models.TextField(null=True)),
                ("text", models.TextField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("result", models.TextField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("stage", models.TextField()),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="followers",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                db_column="merged_into",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="split_from",
            field=models.ForeignKey(
                db_column="split_from",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="mentions",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="cases_case_by_merged"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("split_from__isnull", False)), fields=["split_from"], name="cases_case_by_split"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("followers__isnull", False)), fields=["followers"], name="cases_case_by_follower"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                django.db.models.functions.text.Right(
                    models.Func(
                        models.F("contact_phone"),
                        models.Value("\\D"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                    ),
                    8,
                ),
                condition=models.Q(("contact_phone__isnull", False)),
                name="cases_case_by_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("voided_at__isnull", False), _connector="OR"),
                name="cases_case_merged_counts_no_more",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="case",
            field=models.ForeignKey(
                db_column="case",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="linked_by",
            field=models.ForeignKey(
                db_column="linked_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="other",
            field=models.ForeignKey(
                db_column="other",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links_here",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="case",
            field=models.ForeignKey(
                db_column="case",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="opened_by",
            field=models.ForeignKey(
                db_column="opened_by",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="owner",
            field=models.ForeignKey(
                db_column="owner",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.person",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="unit",
            field=models.ForeignKey(
                db_column="unit",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["case", "id"], name="cases_link_by_case"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["other", "id"], name="cases_link_by_other"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Least("case", "other"),
                django.db.models.functions.comparison.Greatest("case", "other"),
                name="cases_link_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", models.F("other")), _negated=True), name="cases_link_not_to_itself"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["case", "id"], name="cases_task_by_case"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["owner", "due_on", "id"], name="cases_task_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("code",), name="cases_task_code_once"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("stage", "open")),
                    models.Q(models.Q(("stage", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="cases_task_ended_has_time",
            ),
        ),
        # forms that belong to a case, of every register
        migrations.RunSQL(
            "create index cases_form_by_case on controls_record (((data->>'case')::uuid)) where data ? 'case'",
            "drop index cases_form_by_case",
        ),
    ]
