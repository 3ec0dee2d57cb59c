import bruecke.core.tokens
import bruecke.privacy.states
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(editable=False, help_text='Counted up in each controller', verbose_name='Nummer')),
                ('title', models.CharField(max_length=160, verbose_name='Kurz gesagt')),
                ('noticed_at', models.DateTimeField(verbose_name='Bekannt geworden')),
                ('happened', models.TextField(max_length=4000, verbose_name='Was ist passiert')),
                ('categories', models.TextField(blank=True, max_length=2000, verbose_name='Welche Daten sind betroffen')),
                ('people_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='Betroffene Personen, ungefähr')),
                ('records_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='Betroffene Einträge, ungefähr')),
                ('consequences', models.TextField(blank=True, max_length=2000, verbose_name='Wahrscheinliche Folgen')),
                ('measures', models.TextField(blank=True, max_length=4000, verbose_name='Maßnahmen, ergriffen oder vorgesehen')),
                ('risk', models.CharField(choices=[('unknown', 'noch nicht beurteilt'), ('none', 'voraussichtlich kein Risiko'), ('risk', 'Risiko'), ('high', 'hohes Risiko')], default=bruecke.privacy.states.Risk['UNKNOWN'], max_length=8, verbose_name='Risiko für die Betroffenen')),
                ('authority_told_at', models.DateTimeField(blank=True, null=True, verbose_name='Aufsichtsbehörde benachrichtigt am')),
                ('authority_reference', models.CharField(blank=True, max_length=80, verbose_name='Aktenzeichen der Behörde')),
                ('authority_reason', models.TextField(blank=True, max_length=2000, verbose_name='Warum nicht oder später als 72 Stunden')),
                ('people_told_at', models.DateTimeField(blank=True, null=True, verbose_name='Betroffene benachrichtigt am')),
                ('people_reason', models.TextField(blank=True, max_length=2000, verbose_name='Warum die Betroffenen nicht benachrichtigt werden')),
                ('state', models.CharField(choices=[('open', 'offen'), ('closed', 'abgeschlossen')], default=bruecke.privacy.states.BreachState['OPEN'], max_length=8, verbose_name='Stand')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Abgeschlossen am')),
                ('entered_at', models.DateTimeField()),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Datenpanne',
                'ordering': ['-noticed_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('controller', 'number'), name='one_breach_a_number'), models.CheckConstraint(condition=models.Q(('authority_told_at', None), ('authority_told_at__gte', models.F('noticed_at')), _connector='OR'), name='told_after_noticed')],
            },
        ),
        migrations.CreateModel(
            name='BreachStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('kind', models.CharField(choices=[('noticed', 'bekannt geworden'), ('described', 'beschrieben'), ('assessed', 'beurteilt'), ('measure', 'Maßnahme'), ('authority_told', 'Aufsichtsbehörde benachrichtigt'), ('people_told', 'Betroffene benachrichtigt'), ('closed', 'abgeschlossen'), ('reopened', 'wieder geöffnet')], max_length=16)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(blank=True, max_length=500)),
                ('entered_at', models.DateTimeField()),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('breach', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='privacy.breach')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Schritt bei einer Datenpanne',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ErasureEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('at', models.DateTimeField(verbose_name='Wann')),
                ('kind', models.CharField(choices=[('run', 'Täglicher Lauf'), ('rule', 'Löschfrist'), ('subject', 'Spuren einer Person')], max_length=8, verbose_name='Art')),
                ('key', models.CharField(help_text='Key of the rule, or kind of the subject', max_length=60, verbose_name='Was')),
                ('count', models.PositiveIntegerField(help_text='Records of a rule, rows of a subject', verbose_name='Einträge')),
                ('period', models.CharField(blank=True, help_text='The period in words, as it was that day', max_length=160, verbose_name='Frist')),
                ('actor_kind', models.CharField(max_length=10)),
                ('subject_hash', models.CharField(blank=True, help_text='Keyed hash of kind and uid', max_length=64)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Durch')),
                ('controller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
            ],
            options={
                'verbose_name': 'Eintrag im Löschprotokoll',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['controller', 'at'], name='privacy_era_control_efa38c_idx')],
            },
        ),
        migrations.CreateModel(
            name='RecordAddition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('activity', models.CharField(blank=True, help_text='Key of an activity; empty: the controller as a whole', max_length=60)),
                ('kind', models.CharField(choices=[('officer', 'Datenschutzbeauftragte Stelle mit Kontakt'), ('joint', 'Gemeinsam Verantwortliche'), ('processors', 'Auftragsverarbeiter, zum Beispiel Betrieb des Servers'), ('transfer', 'Übermittlung in Länder außerhalb der EU'), ('measures', 'Weitere technische und organisatorische Maßnahmen'), ('recipients', 'Weitere Empfänger außerhalb der Stelle'), ('remark', 'Anmerkung')], max_length=12, verbose_name='Angabe')),
                ('text', models.TextField(max_length=2000, verbose_name='Text')),
                ('entered_at', models.DateTimeField()),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Angabe zum Verzeichnis',
                'ordering': ['-entered_at', '-pk'],
                'indexes': [models.Index(fields=['controller', 'activity', 'kind'], name='privacy_rec_control_32887a_idx')],
            },
        ),
        migrations.CreateModel(
            name='RecordRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('content', models.JSONField(help_text='Lines by key of the activity, as `queries.record.as_content` gives them')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Anlass')),
                ('released_at', models.DateTimeField()),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Freigegebener Stand des Verzeichnisses',
                'ordering': ['-released_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SubjectRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveIntegerField(editable=False, help_text='Counted up in each controller', verbose_name='Nummer')),
                ('kind', models.CharField(choices=[('access', 'Auskunft (Art. 15)'), ('portability', 'Herausgabe zum Mitnehmen (Art. 20)'), ('erasure', 'Löschung (Art. 17)')], max_length=12, verbose_name='Worum es geht')),
                ('state', models.CharField(choices=[('open', 'offen'), ('answered', 'beantwortet'), ('declined', 'abgelehnt')], default=bruecke.privacy.states.RequestState['OPEN'], max_length=10, verbose_name='Stand')),
                ('asker', models.CharField(max_length=160, verbose_name='Wer fragt')),
                ('contact', models.CharField(max_length=254, verbose_name='Wohin die Antwort geht')),
                ('wish', models.TextField(blank=True, max_length=2000, verbose_name='Was verlangt wird')),
                ('way', models.CharField(choices=[('letter', 'Brief'), ('email', 'E-Mail'), ('phone', 'Telefon'), ('in_person', 'persönlich')], max_length=10, verbose_name='Eingang')),
                ('received_on', models.DateField(verbose_name='Eingegangen am')),
                ('due_on', models.DateField(verbose_name='Zu beantworten bis')),
                ('extended_on', models.DateField(blank=True, null=True, verbose_name='Verlängert am')),
                ('extension_reason', models.CharField(blank=True, max_length=500, verbose_name='Grund der Verlängerung')),
                ('identity', models.CharField(choices=[('none', 'noch nicht geprüft'), ('code', 'Quittungscode genannt'), ('known_address', 'über eine bekannte Adresse zurückgefragt'), ('shown_papers', 'Ausweis vorgezeigt, keine Kopie'), ('known_person', 'persönlich bekannt')], default=bruecke.privacy.states.IdentityCheck['NONE'], max_length=14, verbose_name='Identität')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='Erledigt am')),
                ('answer_note', models.TextField(blank=True, max_length=2000, verbose_name='Was geantwortet wurde')),
                ('result_until', models.DateField(blank=True, null=True, verbose_name='Datei wird gelöscht am')),
                ('run', models.PositiveSmallIntegerField(default=0, editable=False, help_text='How often the data were collected; names the job')),
                ('entered_at', models.DateTimeField()),
                ('delete_on', models.DateField(blank=True, null=True, verbose_name='Vorgang wird gelöscht am')),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.controller', verbose_name='Verantwortliche Stelle')),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.storedfile', verbose_name='Gesammelte Daten')),
            ],
            options={
                'verbose_name': 'Antrag einer betroffenen Person',
                'ordering': ['due_on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('controller', 'number'), name='one_request_a_number')],
            },
        ),
        migrations.CreateModel(
            name='RequestSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=bruecke.core.tokens.new_uid, editable=False, max_length=22, unique=True)),
                ('kind', models.CharField(help_text='Kind of the subject', max_length=20)),
                ('about_uid', models.CharField(blank=True, max_length=22)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('subject_hash', models.CharField(max_length=64)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('district', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.district')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='privacy.subjectrequest')),
            ],
            options={
                'verbose_name': 'Gegenstand eines Antrags',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'subject_hash'), name='one_subject_a_request')],
            },
        ),
    ]
