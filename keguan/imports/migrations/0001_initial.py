import django.db.models.deletion
from django.db import migrations, models

NAMES = """
    alter table customers_import rename to imports_import;
    alter table customers_importproblem rename to imports_importproblem;
    alter table imports_import rename constraint customers_import_position to imports_import_position;
    alter table imports_import rename constraint customers_import_stage to imports_import_stage;
    alter table imports_importproblem rename constraint customers_problem_once to imports_problem_once;
    alter index customers_import_by_opener rename to imports_import_by_opener;
"""
BACK = """
    alter index imports_import_by_opener rename to customers_import_by_opener;
    alter table imports_importproblem rename constraint imports_problem_once to customers_problem_once;
    alter table imports_import rename constraint imports_import_stage to customers_import_stage;
    alter table imports_import rename constraint imports_import_position to customers_import_position;
    alter table imports_importproblem rename to customers_importproblem;
    alter table imports_import rename to customers_import;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0003_names_in_either_script"),
        ("org", "0006_languages"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NAMES, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("title", models.TextField()),
                        ("digest", models.TextField()),
                        ("table", models.TextField()),
                        ("mapping", models.JSONField(null=True)),
                        ("on_duplicate", models.TextField(null=True)),
                        ("stage", models.TextField()),
                        ("opened_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("total", models.IntegerField()),
                        ("position", models.IntegerField()),
                        ("added", models.IntegerField()),
                        ("updated", models.IntegerField()),
                        ("skipped", models.IntegerField()),
                        ("refused", models.IntegerField()),
                        ("waiting", models.IntegerField()),
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["opened_by", "-opened_at", "-id"], name="imports_import_by_opener")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("position__gte", 0), ("position__lte", models.F("total"))),
                                name="imports_import_position",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("stage__in", ["uploaded", "running", "finished", "cancelled"])),
                                name="imports_import_stage",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportProblem",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("row", models.IntegerField()),
                        ("outcome", models.TextField()),
                        ("reasons", models.JSONField()),
                        (
                            "of",
                            models.ForeignKey(
                                db_column="import",
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problems",
                                to="imports.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("of", "row"), name="imports_problem_once"),
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField("import", "type", models.TextField(null=True)),
        migrations.AddField("import", "titles", models.JSONField(null=True)),
    ]
