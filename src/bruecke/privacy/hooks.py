"""What data protection hands to the registries: navigation, to-dos, settings, fields, retention, eraser, events, words, its job."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.events import subscribe
from bruecke.core.jobs import handler
from bruecke.core.privacy import (
    ProcessingActivity,
    RetentionApplied,
    SubjectErased,
    SubjectExport,
    activities,
    subject_exports,
)
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    Panel,
    PersonalData,
    RetentionRule,
    TodoSource,
    audit_verbs,
    demo,
    erasers,
    navigation,
    not_personal,
    panels,
    personal_data,
    retention,
    todos,
)
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.privacy import rules
from bruecke.privacy.actions import collecting, erasing, forgetting, protocol
from bruecke.privacy.demo import load_privacy
from bruecke.privacy.queries.requests import collect_requests
from bruecke.privacy.queries.todos import collect as collect_todos
from bruecke.privacy.states import AUTHORITY, KEEP_MONTHS
from bruecke.ui.urls import desk_url

navigation.register(
    NavigationEntry(
        key="privacy.overview",
        label=_("Datenschutz"),
        route="privacy:overview",
        group="administration",
        icon="info",
        roles=rules.READERS,
        order=935,
    )
)
todos.register(TodoSource(key="privacy", collect=collect_todos, order=15))
handler(collecting.JOB, atomic=False)(collecting.collect)
subscribe(SubjectErased)(protocol.note_subject)
subscribe(RetentionApplied)(protocol.note_rule)
erasers.register(Eraser(key="privacy", erase=erasing.forget_subject, order=880))
for _rule in (
    RetentionRule(
        key="privacy.results",
        label=_("Für Auskünfte gesammelte Daten löschen"),
        apply=forgetting.forget_results,
        period=_("14 Tage nach dem Sammeln"),
        order=90,
    ),
    RetentionRule(
        key="privacy.requests",
        label=_("Erledigte Anträge betroffener Personen löschen"),
        apply=forgetting.forget_requests,
        period=forgetting.kept_for,
        due=forgetting.requests_due,
        order=91,
    ),
    RetentionRule(
        key="privacy.breaches",
        label=_("Abgeschlossene Datenpannen löschen"),
        apply=forgetting.forget_breaches,
        period=forgetting.kept_for,
        order=92,
    ),
):
    retention.register(_rule)
subject_exports.register(SubjectExport(key="privacy", collect=collect_requests, order=80))


demo.register(DemoStep(key="privacy", load=load_privacy, is_closing=True, order=90))


def _own_data(request: Any, subject: str) -> tuple[object, str] | None:
    """The way to her own data, on the page *Mein Zugang*."""
    return _("Meine Daten herunterladen"), desk_url(request, "privacy:own-data")


panels.register(Panel(key="privacy.own", page="profile", build=_own_data))


def _short_text(text: str) -> str:
    if not 3 <= len(text) <= 300:
        raise ValueError(text)
    return text


setting_keys.register(
    SettingKey(
        key=KEEP_MONTHS,
        label=_("Anträge betroffener Personen und Datenpannen löschen: Monate nach dem Abschluss"),
        default=36,
        parse=whole_number(6, 120),
        hint=_("Eine Zahl von 6 bis 120. So lange lässt sich nachweisen, dass geantwortet wurde."),
        order=80,
    )
)
setting_keys.register(
    SettingKey(
        key=AUTHORITY,
        label=_("Datenschutz-Aufsichtsbehörde mit Kontakt"),
        default="Sächsische Datenschutz- und Transparenzbeauftragte",
        parse=_short_text,
        hint=_("Name und wie sie zu erreichen ist, höchstens 300 Zeichen. Steht im Meldebogen einer Datenpanne."),
        order=81,
    )
)
activities.register(
    ProcessingActivity(
        key="privacy",
        label=_("Anträge betroffener Personen und Datenpannen bearbeiten"),
        covers=("privacy",),
        recipients=_("die Aufsichtsbehörde, wenn eine Datenpanne zu melden ist"),
        special_categories=_("nur soweit eine Datenpanne sie betrifft"),
        setting_keys=(KEEP_MONTHS,),
        order=80,
    )
)

_ASKER = _("Personen, die nach ihren Daten fragen")
_KEPT = _("3 Jahre nach der Antwort, wenn der Landkreis nichts anderes einstellt")
for _field in ("asker", "contact", "wish", "extension_reason", "answer_note"):
    personal_data.register(
        PersonalData(
            key=f"privacy.SubjectRequest.{_field}",
            subject=_ASKER,
            purpose=_("Anträge betroffener Personen bearbeiten und das nachweisen"),
            legal_basis="Art. 6 Abs. 1 Buchst. c DSGVO mit Art. 12 und Art. 5 Abs. 2 DSGVO",
            retention=_KEPT,
        )
    )
personal_data.register(
    PersonalData(
        key="privacy.RequestSubject.title",
        subject=_ASKER,
        purpose=_("Anträge betroffener Personen bearbeiten und das nachweisen"),
        legal_basis="Art. 6 Abs. 1 Buchst. c DSGVO mit Art. 12 und Art. 5 Abs. 2 DSGVO",
        retention=_("bis die Daten gelöscht sind, längstens so lange wie der Antrag"),
    )
)
for _field in ("title", "happened", "consequences", "measures", "authority_reason", "people_reason"):
    personal_data.register(
        PersonalData(
            key=f"privacy.Breach.{_field}",
            subject=_("Personen, deren Daten von einer Panne betroffen sind"),
            purpose=_("Datenpannen melden, beheben und nachweisen"),
            legal_basis="Art. 6 Abs. 1 Buchst. c DSGVO mit Art. 33 und Art. 34 DSGVO",
            retention=_("3 Jahre nach dem Abschluss, wenn der Landkreis nichts anderes einstellt"),
        )
    )
personal_data.register(
    PersonalData(
        key="privacy.BreachStep.text",
        subject=_("Personen, deren Daten von einer Panne betroffen sind"),
        purpose=_("Datenpannen melden, beheben und nachweisen"),
        legal_basis="Art. 6 Abs. 1 Buchst. c DSGVO mit Art. 33 und Art. 34 DSGVO",
        retention=_("so lange wie der Vorgang"),
    )
)
for _field, _reason in (
    ("RecordAddition.activity", "key of an activity"),
    ("RecordAddition.text", "offices and measures; functions, not names"),
    ("RecordRelease.content", "lines of the record: names of fields, purposes, periods"),
    ("RecordRelease.note", "occasion of a release"),
    ("ErasureEntry.key", "key of a rule"),
    ("ErasureEntry.period", "a period in words"),
    ("ErasureEntry.actor_kind", "kind of a viewer"),
    ("ErasureEntry.subject_hash", "keyed hash of an opaque id"),
    ("RequestSubject.kind", "kind of a subject"),
    ("RequestSubject.about_uid", "opaque id; emptied by the erasure"),
    ("RequestSubject.subject_hash", "keyed hash of an opaque id"),
    ("Breach.categories", "kinds of data"),
    ("Breach.authority_reference", "file number of an authority"),
):
    not_personal.register(NotPersonal(key=f"privacy.{_field}", reason=_reason))

for _verb, _label in (
    ("addition_saved", _("Angabe zum Verzeichnis der Verarbeitungen gespeichert")),
    ("record_released", _("Stand des Verzeichnisses der Verarbeitungen freigegeben")),
    ("record_exported", _("Verzeichnis der Verarbeitungen heruntergeladen")),
    ("erasures_exported", _("Löschprotokoll heruntergeladen")),
    ("request_received", _("Antrag einer betroffenen Person aufgenommen")),
    ("request_changed", _("Antrag einer betroffenen Person geändert")),
    ("request_extended", _("Frist eines Antrags verlängert")),
    ("request_subject_added", _("Gegenstand eines Antrags hinzugefügt")),
    ("request_subject_removed", _("Gegenstand eines Antrags entfernt")),
    ("request_collected", _("Daten für eine Auskunft gesammelt")),
    ("request_downloaded", _("Gesammelte Daten heruntergeladen")),
    ("request_result_deleted", _("Gesammelte Daten gelöscht")),
    ("request_erased", _("Daten auf Antrag gelöscht")),
    ("request_answered", _("Antrag beantwortet")),
    ("request_declined", _("Antrag abgelehnt")),
    ("request_reopened", _("Antrag wieder geöffnet")),
    ("own_data_downloaded", _("Eigene Daten heruntergeladen")),
    ("breach_noticed", _("Datenpanne aufgenommen")),
    ("breach_changed", _("Datenpanne geändert")),
    ("breach_step", _("Schritt bei einer Datenpanne festgehalten")),
    ("breach_closed", _("Datenpanne abgeschlossen")),
    ("breach_reopened", _("Datenpanne wieder geöffnet")),
    ("breach_exported", _("Meldung einer Datenpanne heruntergeladen")),
):
    audit_verbs.register(AuditVerb(key=f"privacy.{_verb}", label=_label))
