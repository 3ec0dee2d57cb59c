import bruecke.core.tokens
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Language',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('native_name', models.CharField(max_length=60, verbose_name='Eigenname')),
                ('labels', models.JSONField(help_text='{language code: label}, German always', verbose_name='Bezeichnungen')),
                ('synonyms', models.JSONField(default=dict, help_text='{language code: [words people use]}', verbose_name='Suchwörter')),
                ('direction', models.CharField(choices=[('ltr', 'ltr'), ('rtl', 'rtl')], default='ltr', max_length=3, verbose_name='Schreibrichtung')),
                ('order', models.PositiveSmallIntegerField(verbose_name='Reihenfolge')),
                ('is_frequent', models.BooleanField(default=False, verbose_name='wird häufig gebraucht')),
                ('is_active', models.BooleanField(default=True, verbose_name='wird angeboten')),
            ],
            options={
                'verbose_name': 'Sprache',
                'verbose_name_plural': 'Sprachen',
                'ordering': ['order', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('code', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('taxonomy', models.CharField(choices=[('category', 'category'), ('field_of_action', 'field_of_action'), ('target_group', 'target_group')], max_length=16)),
                ('key', models.SlugField(max_length=60)),
                ('parent_key', models.SlugField(blank=True, max_length=60)),
                ('labels', models.JSONField(help_text='{language code: label}, German always', verbose_name='Bezeichnungen')),
                ('synonyms', models.JSONField(default=dict, help_text='{language code: [words people use]}', verbose_name='Suchwörter')),
                ('icon', models.CharField(blank=True, max_length=30)),
                ('order', models.PositiveSmallIntegerField(verbose_name='Reihenfolge')),
                ('is_active', models.BooleanField(default=True, verbose_name='wird angeboten')),
            ],
            options={
                'verbose_name': 'Begriff',
                'verbose_name_plural': 'Begriffe',
                'ordering': ['taxonomy', 'order', 'key'],
                'constraints': [models.UniqueConstraint(fields=('taxonomy', 'key'), name='one_term_a_key')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('key', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('labels', models.JSONField(help_text='{language code: label}, German always', verbose_name='Bezeichnungen')),
                ('descriptions', models.JSONField(default=dict, help_text='{language code: one sentence}', verbose_name='Erläuterungen')),
                ('synonyms', models.JSONField(default=dict, help_text='{language code: [words people use]}', verbose_name='Suchwörter')),
                ('categories', models.JSONField(default=list, help_text='Keys of the categories that answer it', verbose_name='Arten der Hilfe')),
                ('icon', models.CharField(blank=True, max_length=30)),
                ('order', models.PositiveSmallIntegerField(verbose_name='Reihenfolge')),
                ('is_sensitive', models.BooleanField(default=False, verbose_name='berührt besondere Kategorien nach Art. 9 DSGVO')),
                ('is_active', models.BooleanField(default=True, verbose_name='wird angeboten')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='vocabulary.topic', verbose_name='Oberthema')),
            ],
            options={
                'verbose_name': 'Thema',
                'verbose_name_plural': 'Themen',
                'ordering': ['order', 'key'],
            },
        ),
        migrations.CreateModel(
            name='DistrictTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('taxonomy', models.CharField(choices=[('category', 'Art der Hilfe'), ('target_group', 'Zielgruppe'), ('field_of_action', 'Handlungsfeld')], max_length=16)),
                ('key', models.SlugField(max_length=60)),
                ('parent_key', models.SlugField(blank=True, max_length=60)),
                ('labels', models.JSONField(default=dict, help_text='{language code: label}; empty: the shared ones', verbose_name='Bezeichnungen')),
                ('synonyms', models.JSONField(default=dict, help_text='{language code: [words]}, beside the shared ones', verbose_name='Suchwörter')),
                ('is_hidden', models.BooleanField(default=False, verbose_name='wird nicht angeboten')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Begriff des Landkreises',
                'verbose_name_plural': 'Begriffe des Landkreises',
                'ordering': ['taxonomy', 'key'],
                'constraints': [models.UniqueConstraint(fields=('district', 'taxonomy', 'key'), name='one_district_term_a_key')],
            },
        ),
    ]
