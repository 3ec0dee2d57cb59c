"""What the directory hands to the registries: navigation, classification of fields, erasers, words of the audit log, demo."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    Subject,
    audit_verbs,
    demo,
    erasers,
    navigation,
    not_personal,
    personal_data,
)
from bruecke.directory import actions
from bruecke.directory.demo import load_directory

navigation.register(
    NavigationEntry(
        key="directory.organisations",
        label=_("Organisationen"),
        route="directory:organisations",
        group="network",
        icon="people",
        order=310,
    )
)

for _field in ("name", "short_name", "website", "email", "phone", "identifiers", "sort_key", "find_key"):
    personal_data.register(
        PersonalData(
            key=f"directory.Organisation.{_field}",
            subject=_("Organisationen, die nur aus einer Person bestehen"),
            purpose=_("Verzeichnis der Träger und Stellen im Landkreis"),
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO",
            retention=_("solange die Organisation im Landkreis tätig ist"),
        )
    )
for _field in ("name", "street", "postcode", "town", "access_note", "sort_key", "find_key"):
    not_personal.register(NotPersonal(key=f"directory.Location.{_field}", reason="address of a house that is open to the public"))


def _erase(subject: Subject, now: datetime) -> int:
    if subject.kind == "organisation":
        return actions.forget_organisation(subject.uid)
    return actions.forget_editor(subject.uid) if subject.kind == "account" else 0


erasers.register(Eraser(key="directory", erase=_erase, order=400))

for _verb, _label in (
    ("organisation_created", _("Organisation angelegt")),
    ("organisation_changed", _("Organisation geändert")),
    ("organisation_archived", _("Organisation archiviert")),
    ("organisation_restored", _("Organisation zurückgeholt")),
    ("location_created", _("Standort angelegt")),
    ("location_changed", _("Standort geändert")),
    ("location_archived", _("Standort archiviert")),
    ("location_restored", _("Standort zurückgeholt")),
    ("logo_set", _("Logo gespeichert")),
    ("logo_removed", _("Logo entfernt")),
):
    audit_verbs.register(AuditVerb(key=f"directory.{_verb}", label=_label))

demo.register(DemoStep(key="directory", load=load_directory, order=30))
