import django.db.models.deletion
from django.db import migrations, models

# What objects drawn on by hand came from was not kept; of the others it is known.
ORIGINS = "update labeling_annotation set origin_id = proposal_id where proposal_id is not null"


class Migration(migrations.Migration):

    dependencies = [
        ('labeling', '0003_annotation_details'),
    ]

    operations = [
        migrations.AddField(
            model_name='annotation',
            name='origin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='labeling.proposal'),
        ),
        migrations.RunSQL(ORIGINS, migrations.RunSQL.noop),
    ]
