import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("enquiries", "0003_doors_in_use"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasedcount",
            name="controller",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.controller"
            ),
        ),
        migrations.AddField(
            model_name="erasedcount",
            name="unit",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.unit"),
        ),
    ]
