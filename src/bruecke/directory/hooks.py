"""What the directory hands to the registries: navigation, to-dos, settings, classification of fields, erasers, import, demo."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bruecke.core.erasure import erase
from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.core.hand_over import HandOverSource, hand_overs
from bruecke.core.models import District
from bruecke.core.privacy import ProcessingActivity, SubjectExport, SubjectKind, activities, subject_exports, subject_kinds
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    RetentionRule,
    Subject,
    Todo,
    TodoSource,
    Urgency,
    audit_verbs,
    demo,
    erasers,
    import_kinds,
    navigation,
    not_personal,
    personal_data,
    retention,
    todos,
)
from bruecke.core.scope import touch_public
from bruecke.core.settings import SettingKey, get, setting_keys, whole_number
from bruecke.core.viewer import Viewer
from bruecke.directory import actions, queries, rules
from bruecke.directory.demo import load_directory
from bruecke.directory.importers import CONTACTS

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
navigation.register(
    NavigationEntry(
        key="directory.contacts",
        label=_("Ansprechpersonen"),
        route="directory:contacts",
        group="network",
        icon="account",
        order=311,
    )
)
for _key, _label, _find, _order in (
    ("directory.organisations", _("Organisationen"), queries.find_organisations, 40),
    ("directory.contacts", _("Ansprechpersonen"), queries.find_contacts, 50),
    ("directory.locations", _("Standorte"), queries.find_locations, 60),
):
    global_search.register(GlobalSearch(key=_key, label=_label, find=_find, order=_order))
commands.register(
    Command(
        key="directory.create",
        label=_("Organisation anlegen"),
        route="directory:organisation-create",
        words="neu eintragen traeger verein",
        may=rules.can_create_organisation,
        order=30,
    )
)
import_kinds.register(CONTACTS)

for _key, _label, _default, _most in (
    (queries.CHECK_AFTER, _("Ansprechpersonen prüfen: alle … Monate"), 12, 36),
    (actions.KEEP_ARCHIVED, _("Archivierte Ansprechpersonen löschen: Monate nach dem Archivieren"), 6, 36),
):
    hint = _("Eine Zahl von 1 bis 36.")
    setting_keys.register(SettingKey(_key, _label, _default, whole_number(1, _most), hint, order=70))


def collect(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """One line for the leading office: so many contact persons were not checked for long."""
    if not viewer.leads_district:
        return
    count = queries.unchecked_count(viewer, District.objects.get(pk=viewer.district_id or 0), now)
    if count:
        words = ngettext(
            "%(count)s Ansprechperson wurde lange nicht geprüft", "%(count)s Ansprechpersonen wurden lange nicht geprüft", count
        )
        yield Todo(
            urgency=Urgency.WEEK,
            due_at=None,
            title=words % {"count": count},
            kind=_("Ansprechpersonen"),
            verb=_("Prüfen"),
            route="directory:contacts",
            query={"pruefen": "on", "sort": "geprueft"},
        )


todos.register(TodoSource(key="directory.contacts", collect=collect, order=70))
hand_overs.register(
    HandOverSource(key="directory.contacts", title=_("Ansprechpersonen in den Gemeinden"), collect=queries.contacts_in, order=80)
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
for _field, _purpose in {
    "name": _("Ansprechpersonen der Träger erreichen"),
    "function": _("wissen, wofür eine Person da ist"),
    "email": _("Ansprechpersonen der Träger erreichen"),
    "phone": _("Ansprechpersonen der Träger erreichen"),
    "mobile": _("Ansprechpersonen der Träger erreichen"),
    "languages": _("wissen, in welchen Sprachen eine Person hilft"),
    "note": _("Absprachen festhalten"),
    "sort_key": _("Ansprechpersonen sortieren"),
    "find_key": _("Ansprechpersonen finden"),
}.items():
    personal_data.register(
        PersonalData(
            key=f"directory.ContactPerson.{_field}",
            subject=_("Ansprechpersonen von Organisationen"),
            purpose=_purpose,
            legal_basis="Art. 6 Abs. 1 Buchst. e DSGVO; öffentlich: Art. 6 Abs. 1 Buchst. a DSGVO",
            retention=_("bis die Person es verlangt, sonst 6 Monate nach dem Archivieren; der Landkreis kann das ändern"),
        )
    )


def _erase(subject: Subject, now: datetime) -> int:
    if subject.kind == "organisation":
        return actions.forget_organisation(subject.uid)
    if subject.kind == actions.SUBJECT:
        return actions.forget_contact(subject.uid)
    return actions.forget_editor(subject.uid) if subject.kind == "account" else 0


def _archived_period(district: District, day: date) -> object:
    return _("%(months)s Monate nach dem Archivieren") % {"months": get(district, actions.KEEP_ARCHIVED, day)}


erasers.register(Eraser(key="directory", erase=_erase, order=400))
retention.register(
    RetentionRule(
        key="directory.contacts",
        label=_("Archivierte Ansprechpersonen löschen"),
        apply=actions.apply_retention,
        period=lambda district, day: (
            _("%(months)s Monate nach dem Archivieren") % {"months": get(district, actions.KEEP_ARCHIVED, day)}
        ),
        due=queries.contacts_due,
        in_steps=True,
        order=70,
    )
)
activities.register(
    ProcessingActivity(
        key="directory",
        label=_("Verzeichnis der Organisationen und Ansprechpersonen"),
        covers=("directory",),
        recipients=_("Mitarbeitende im Landkreis; mit Freigabe der Person die Öffentlichkeit"),
        setting_keys=(actions.KEEP_ARCHIVED,),
        is_of_district=True,
        order=30,
    )
)


def _erase_subject(subject: Subject, *, district: District, viewer: Viewer, now: datetime) -> None:
    erase(subject, viewer=viewer, now=now)
    touch_public(district)


subject_kinds.register(
    SubjectKind(
        key=queries.CONTACT_SUBJECT,
        label=_("Ansprechperson"),
        hint=_("Name, Organisation oder E-Mail-Adresse"),
        find=queries.contact_subjects,
        describe=queries.describe_contact,
        erase=_erase_subject,
        goes=(_("der Eintrag mit allen früheren Fassungen"), _("hochgeladene Tabellen, in denen die Person steht")),
        stays=(_("im Protokoll die Kennung des gelöschten Eintrags ohne Inhalt"),),
        order=30,
    )
)
subject_kinds.register(
    SubjectKind(
        key=queries.ORGANISATION_SUBJECT,
        label=_("Organisation, hinter der eine Person steht"),
        hint=_("Name der Organisation, zum Beispiel einer Initiative einer einzelnen Person"),
        find=queries.organisation_subjects,
        describe=queries.describe_organisation,
        erase=_erase_subject,
        goes=(
            _("Name, Kontakt, Anschriften, Ansprechpersonen und alle früheren Fassungen"),
            _("Texte und Kontakte ihrer Angebote"),
        ),
        stays=(_("der Eintrag ohne Namen, weil Stellen, Angebote und Vermittlungen auf ihn verweisen"),),
        order=40,
    )
)
subject_exports.register(SubjectExport(key="directory", collect=queries.collect_subject, order=30))

for _verb, _label in (
    ("organisation_created", _("Organisation angelegt")),
    ("organisation_changed", _("Organisation geändert")),
    ("organisation_archived", _("Organisation archiviert")),
    ("organisation_restored", _("Organisation zurückgeholt")),
    ("location_created", _("Standort angelegt")),
    ("location_changed", _("Standort geändert")),
    ("location_archived", _("Standort archiviert")),
    ("location_restored", _("Standort zurückgeholt")),
    ("organisations_exported", _("Liste der Organisationen heruntergeladen")),
    ("contact_created", _("Ansprechperson angelegt")),
    ("contact_changed", _("Ansprechperson geändert")),
    ("contact_confirmed", _("Ansprechperson geprüft")),
    ("contact_released", _("Ansprechperson öffentlich freigegeben")),
    ("contact_withdrawn", _("Freigabe der Ansprechperson zurückgenommen")),
    ("contact_archived", _("Ansprechperson archiviert")),
    ("contact_restored", _("Ansprechperson zurückgeholt")),
    ("contact_deleted", _("Ansprechperson gelöscht")),
    ("contacts_exported", _("Liste der Ansprechpersonen heruntergeladen")),
    ("logo_set", _("Logo gespeichert")),
    ("logo_removed", _("Logo entfernt")),
):
    audit_verbs.register(AuditVerb(key=f"directory.{_verb}", label=_label))
audit_verbs.register(AuditVerb(key=f"core.{actions.SUBJECT}_erased", label=_("Alle Spuren der Ansprechperson gelöscht")))

demo.register(DemoStep(key="directory", load=load_directory, order=30))
