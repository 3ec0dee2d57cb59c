import bruecke.core.tokens
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='E-Mail-Adresse')),
                ('name', models.CharField(max_length=120, verbose_name='Name oder Funktion')),
                ('is_active', models.BooleanField(default=True, help_text='False: locked by an administrator', verbose_name='Zugang offen')),
                ('theme', models.CharField(choices=[('device', 'wie das Gerät'), ('light', 'hell'), ('dark', 'dunkel')], default='device', max_length=6, verbose_name='Darstellung')),
                ('is_demo', models.BooleanField(default=False, editable=False, help_text='Fixed password and TOTP seed; refused in production')),
                ('desk_cards', models.JSONField(blank=True, default=dict, editable=False, help_text='Cards of Heute by district: keys in order, and those that are hidden')),
                ('invited_at', models.DateTimeField(blank=True, null=True)),
                ('joined_at', models.DateTimeField(blank=True, help_text='When the person set the first password', null=True)),
                ('erased_at', models.DateTimeField(blank=True, editable=False, help_text='When name and address were removed', null=True)),
                ('sort_key', models.CharField(db_index=True, editable=False, max_length=160)),
                ('find_key', models.CharField(editable=False, max_length=420)),
            ],
            options={
                'verbose_name': 'Zugang',
                'ordering': ['sort_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Controller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=160, verbose_name='Name')),
                ('kind', models.CharField(choices=[('district', 'Landkreis oder kreisfreie Stadt'), ('town', 'Stadt oder Gemeinde'), ('association', 'Verein oder Träger')], max_length=12, verbose_name='Art')),
                ('legal_basis', models.CharField(blank=True, help_text='Worauf die Bearbeitung von Fragen beruht. Steht im Hinweis am Formular.', max_length=300, verbose_name='Rechtsgrundlage')),
                ('address', models.TextField(blank=True, max_length=400, verbose_name='Anschrift')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='Telefon')),
                ('mailbox', models.EmailField(blank=True, max_length=254, verbose_name='Funktionspostfach')),
                ('privacy_officer', models.CharField(blank=True, help_text='Wie sie zu erreichen ist', max_length=300, verbose_name='Datenschutzbeauftragte Stelle')),
                ('sort_key', models.CharField(editable=False, max_length=200)),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Verantwortliche Stelle',
                'ordering': ['sort_key', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'district')), fields=('district',), name='one_leading_controller_a_district'), models.UniqueConstraint(fields=('district', 'sort_key'), name='one_controller_a_name')],
            },
        ),
        migrations.CreateModel(
            name='OpenSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('device', models.CharField(blank=True, help_text='Browser and system in words', max_length=80)),
                ('opened_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Anmeldung',
                'ordering': ['-seen_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SignInService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('label', models.CharField(max_length=60, verbose_name='Name auf dem Knopf')),
                ('issuer', models.CharField(max_length=300, verbose_name='Adresse des Anmeldedienstes')),
                ('client_id', models.CharField(max_length=200, verbose_name='Client-ID')),
                ('sealed_secret', models.CharField(editable=False, help_text='Client secret, encrypted', max_length=800)),
                ('email_domains', models.JSONField(blank=True, default=list, help_text='Accepted domains of the claim `email`; empty: any')),
                ('claim_name', models.CharField(blank=True, max_length=80, verbose_name='Merkmal')),
                ('claim_values', models.JSONField(blank=True, default=list, help_text='Accepted values of that claim')),
                ('trusts_second_factor', models.BooleanField(default=False, verbose_name='Zweitem Schritt des Dienstes vertrauen')),
                ('second_factor_values', models.JSONField(blank=True, default=list, help_text='Values of `amr` or `acr` that mean two factors')),
                ('is_only_way', models.BooleanField(default=False, verbose_name='Nur mit diesem Dienst')),
                ('is_on', models.BooleanField(default=False, verbose_name='Eingeschaltet')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Anmeldedienst',
                'ordering': ['label', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('district',), name='one_sign_in_service_a_district')],
            },
        ),
        migrations.CreateModel(
            name='ExternalIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('subject', models.CharField(max_length=255)),
                ('linked_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_identities', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.signinservice')),
            ],
            options={
                'verbose_name': 'Verknüpfung mit einem Anmeldedienst',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('service', 'subject'), name='one_account_a_subject'), models.UniqueConstraint(fields=('service', 'account'), name='one_subject_an_account')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=160, verbose_name='Name')),
                ('is_foreigners_authority', models.BooleanField(default=False, verbose_name='Ausländerbehörde')),
                ('sort_key', models.CharField(editable=False, max_length=200)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Organisationseinheit',
                'ordering': ['controller__sort_key', 'sort_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('controller', 'sort_key'), name='one_unit_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(choices=[('coordinator', 'Integrationskoordination'), ('district_office', 'Koordinierungsstelle des Landkreises'), ('grant_officer', 'Bewilligung'), ('municipality', 'Gemeinde'), ('editor', 'Redaktion'), ('commissioner', 'Integrationsbeauftragte'), ('employer', 'Anstellungsträger'), ('privacy_officer', 'Datenschutz'), ('auditor', 'Rechnungsprüfung'), ('administrator', 'Verwaltung der Zugänge')], max_length=20, verbose_name='Rolle')),
                ('municipalities', models.JSONField(blank=True, default=list, help_text='AGS (8 digits) of the places, for the role MUNICIPALITY')),
                ('organisation_uid', models.CharField(blank=True, help_text='Uid of a directory.Organisation the person speaks for', max_length=22)),
                ('valid_from', models.DateField(verbose_name='Gültig ab')),
                ('valid_until', models.DateField(blank=True, help_text='First day without the role', null=True, verbose_name='Gültig bis')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.unit', verbose_name='Organisationseinheit')),
            ],
            options={
                'verbose_name': 'Rolle einer Person',
                'ordering': ['-valid_from', 'role', 'pk'],
                'indexes': [models.Index(fields=['account', 'district'], name='accounts_me_account_48d159_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='membership_lasts_a_day')],
            },
        ),
    ]
