import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_names_in_either_script"),
        ("imports", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="customer",
                    name="imported_from",
                    field=models.ForeignKey(
                        db_column="imported_from",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="imports.import",
                    ),
                ),
                migrations.DeleteModel("ImportProblem"),
                migrations.DeleteModel("Import"),
            ],
        ),
    ]
