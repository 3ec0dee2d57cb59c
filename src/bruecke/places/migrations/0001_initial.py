import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('kind', models.CharField(choices=[('land', 'LAND'), ('kreis', 'KREIS'), ('verband', 'VERBAND'), ('gemeinde', 'GEMEINDE')], max_length=8, verbose_name='Art')),
                ('name', models.CharField(help_text='Ohne Zusätze wie „Stadt“.', max_length=120, verbose_name='Name')),
                ('official_name', models.CharField(max_length=160, verbose_name='amtlicher Name')),
                ('designation', models.CharField(help_text='Zum Beispiel Stadt, Gemeinde, Landkreis.', max_length=60, verbose_name='Bezeichnung')),
                ('is_kreisfrei', models.BooleanField(default=False, verbose_name='kreisfreie Stadt')),
                ('other_names', models.JSONField(default=list, help_text='[{name, lang}], lang as BCP 47 (hsb, dsb)', verbose_name='weitere Namen')),
                ('ars', models.CharField(blank=True, max_length=12, verbose_name='Regionalschlüssel')),
                ('population', models.PositiveIntegerField(null=True, verbose_name='Einwohnerzahl')),
                ('population_on', models.DateField(null=True, verbose_name='Stand der Einwohnerzahl')),
                ('area_km2', models.DecimalField(decimal_places=2, max_digits=9, null=True, verbose_name='Fläche in km²')),
                ('lon', models.FloatField(help_text='WGS 84, degrees', null=True, verbose_name='Länge')),
                ('lat', models.FloatField(help_text='WGS 84, degrees', null=True, verbose_name='Breite')),
                ('seat_postal_code', models.CharField(blank=True, max_length=5, verbose_name='Postleitzahl der Verwaltung')),
                ('slug', models.CharField(max_length=140, verbose_name='Kurzname für Adressen')),
                ('sort_key', models.CharField(max_length=160)),
                ('find_key', models.CharField(max_length=160)),
                ('valid_from', models.DateField(help_text='None: longer than the register knows', null=True, verbose_name='besteht seit')),
                ('valid_until', models.DateField(help_text='Exclusive; None: exists', null=True, verbose_name='besteht bis')),
                ('ags', models.CharField(max_length=9, primary_key=True, serialize=False, verbose_name='Schlüssel')),
                ('kreis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area', verbose_name='Landkreis')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='places.area', verbose_name='gehört zu')),
            ],
            options={
                'verbose_name': 'Gebiet',
                'verbose_name_plural': 'Gebiete',
                'indexes': [models.Index(fields=['kreis', 'kind'], name='places_area_kreis'), models.Index(fields=['find_key'], name='places_area_find')],
                'constraints': [models.UniqueConstraint(fields=('slug',), name='places_area_slug')],
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='begonnen')),
                ('state', models.CharField(choices=[('staged', 'STAGED'), ('activated', 'ACTIVATED'), ('refused', 'REFUSED')], max_length=10, verbose_name='Stand')),
                ('files', models.JSONField(default=list, help_text='[{name, sha256}]', verbose_name='Dateien')),
                ('report', models.JSONField(default=dict, verbose_name='Bericht')),
            ],
            options={
                'verbose_name': 'Import',
                'verbose_name_plural': 'Importe',
            },
        ),
        migrations.CreateModel(
            name='RegisterState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=22)),
                ('changed_at', models.DateTimeField(verbose_name='geändert')),
            ],
        ),
        migrations.CreateModel(
            name='Boundary',
            fields=[
                ('geometry', models.TextField(help_text='Delta-encoded rings, see `places.geometry`; WGS 84')),
                ('points', models.PositiveIntegerField(help_text='Number of points before simplification: how fine the source was')),
                ('credit', models.CharField(max_length=300, verbose_name='Quelle')),
                ('area', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='boundary', serialize=False, to='places.area', verbose_name='Gebiet')),
            ],
            options={
                'verbose_name': 'Grenze',
                'verbose_name_plural': 'Grenzen',
            },
        ),
        migrations.CreateModel(
            name='PostalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, verbose_name='Postleitzahl')),
                ('locality', models.CharField(blank=True, help_text='Empty: the municipality itself', max_length=120, verbose_name='Ortsteil')),
                ('is_seat', models.BooleanField(default=False, verbose_name='Postleitzahl der Verwaltung')),
                ('lon', models.FloatField(null=True, verbose_name='Länge')),
                ('lat', models.FloatField(null=True, verbose_name='Breite')),
                ('source', models.CharField(help_text='Key of the source: osm, geonames', max_length=20, verbose_name='Quelle')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postal_codes', to='places.area', verbose_name='Gemeinde')),
            ],
            options={
                'verbose_name': 'Postleitzahl',
                'verbose_name_plural': 'Postleitzahlen',
                'indexes': [models.Index(fields=['code'], name='places_postal_code')],
                'constraints': [models.UniqueConstraint(fields=('municipality', 'code', 'locality'), name='places_postal_code_once')],
            },
        ),
        migrations.CreateModel(
            name='StagedArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('land', 'LAND'), ('kreis', 'KREIS'), ('verband', 'VERBAND'), ('gemeinde', 'GEMEINDE')], max_length=8, verbose_name='Art')),
                ('name', models.CharField(help_text='Ohne Zusätze wie „Stadt“.', max_length=120, verbose_name='Name')),
                ('official_name', models.CharField(max_length=160, verbose_name='amtlicher Name')),
                ('designation', models.CharField(help_text='Zum Beispiel Stadt, Gemeinde, Landkreis.', max_length=60, verbose_name='Bezeichnung')),
                ('is_kreisfrei', models.BooleanField(default=False, verbose_name='kreisfreie Stadt')),
                ('other_names', models.JSONField(default=list, help_text='[{name, lang}], lang as BCP 47 (hsb, dsb)', verbose_name='weitere Namen')),
                ('ars', models.CharField(blank=True, max_length=12, verbose_name='Regionalschlüssel')),
                ('population', models.PositiveIntegerField(null=True, verbose_name='Einwohnerzahl')),
                ('population_on', models.DateField(null=True, verbose_name='Stand der Einwohnerzahl')),
                ('area_km2', models.DecimalField(decimal_places=2, max_digits=9, null=True, verbose_name='Fläche in km²')),
                ('lon', models.FloatField(help_text='WGS 84, degrees', null=True, verbose_name='Länge')),
                ('lat', models.FloatField(help_text='WGS 84, degrees', null=True, verbose_name='Breite')),
                ('seat_postal_code', models.CharField(blank=True, max_length=5, verbose_name='Postleitzahl der Verwaltung')),
                ('slug', models.CharField(max_length=140, verbose_name='Kurzname für Adressen')),
                ('sort_key', models.CharField(max_length=160)),
                ('find_key', models.CharField(max_length=160)),
                ('valid_from', models.DateField(help_text='None: longer than the register knows', null=True, verbose_name='besteht seit')),
                ('valid_until', models.DateField(help_text='Exclusive; None: exists', null=True, verbose_name='besteht bis')),
                ('ags', models.CharField(max_length=9)),
                ('parent_ags', models.CharField(max_length=9, null=True)),
                ('kreis_ags', models.CharField(max_length=9, null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='places.importrun')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StagedBoundary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('geometry', models.TextField(help_text='Delta-encoded rings, see `places.geometry`; WGS 84')),
                ('points', models.PositiveIntegerField(help_text='Number of points before simplification: how fine the source was')),
                ('credit', models.CharField(max_length=300, verbose_name='Quelle')),
                ('area_ags', models.CharField(max_length=9)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='places.importrun')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StagedPostalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, verbose_name='Postleitzahl')),
                ('locality', models.CharField(blank=True, help_text='Empty: the municipality itself', max_length=120, verbose_name='Ortsteil')),
                ('is_seat', models.BooleanField(default=False, verbose_name='Postleitzahl der Verwaltung')),
                ('lon', models.FloatField(null=True, verbose_name='Länge')),
                ('lat', models.FloatField(null=True, verbose_name='Breite')),
                ('source', models.CharField(help_text='Key of the source: osm, geonames', max_length=20, verbose_name='Quelle')),
                ('municipality_ags', models.CharField(max_length=9)),
                ('is_gone', models.BooleanField(default=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='places.importrun')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StagedSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('predecessor_ags', models.CharField(max_length=9)),
                ('successor_ags', models.CharField(max_length=9)),
                ('happened_on', models.DateField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='places.importrun')),
            ],
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('happened_on', models.DateField(verbose_name='Tag')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='places.area', verbose_name='Vorgängerin')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area', verbose_name='Nachfolgerin')),
            ],
            options={
                'verbose_name': 'Gebietsänderung',
                'verbose_name_plural': 'Gebietsänderungen',
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='places_succession_once')],
            },
        ),
    ]
