"""What data protection gets: activities of the record, how a question is found, collected and erased for its resident."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from bruecke.core import settings
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.privacy import ProcessingActivity, SubjectExport, SubjectKind, activities, subject_exports, subject_kinds
from bruecke.core.registries import Subject
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries import subject as queries

activities.register(
    ProcessingActivity(
        key="enquiries",
        label=_("Fragen beantworten und an Angebote vermitteln"),
        covers=("enquiries",),
        recipients=_("Mitarbeitende der genannten Stelle; mit Einwilligung andere Stellen im Landkreis und Träger von Angeboten"),
        special_categories=_("nur was die Person selbst schreibt und mit ihrer Einwilligung, zum Beispiel zur Gesundheit"),
        setting_keys=(actions.RETENTION_MONTHS, actions.CLOSE_AFTER_DAYS),
        order=10,
    )
)


def _erase(subject: Subject, *, district: District, viewer: Viewer, now: datetime) -> None:
    with for_district(district):
        enquiry = Enquiry.objects.get(uid=subject.uid)
        actions.erase_enquiry(enquiry=enquiry, keeps_codes=False, viewer=viewer, now=now)


subject_kinds.register(
    SubjectKind(
        key=queries.KIND,
        label=_("Frage"),
        hint=_("Quittungscode, Kennzeichen oder die E-Mail-Adresse oder Nummer, die hinterlassen wurde"),
        find=queries.find_enquiries,
        describe=queries.describe_enquiry,
        erase=_erase,
        goes=(
            _("die Frage mit allen Nachrichten, Dateien, Notizen und Entwürfen"),
            _("Weitergaben an Träger; der Träger erfährt, dass die Anfrage vorbei ist"),
        ),
        stays=(
            _("eine Zahl je Monat ohne Angaben zur Person"),
            _("bei einem fehlenden Angebot nur Kategorie und Monat"),
            _("im Protokoll die Kennung der gelöschten Frage ohne Inhalt"),
        ),
        order=10,
    )
)
subject_exports.register(SubjectExport(key="enquiries", collect=queries.collect_enquiry, order=10))


def retention_period(district: District, day: date) -> object:
    """`3 Monate nach dem Abschluss`."""
    months = _setting(district, actions.RETENTION_MONTHS, day)
    return _("%(months)s Monate nach dem Abschluss") % {"months": months}


def silence_period(district: District, day: date) -> object:
    days = _setting(district, actions.CLOSE_AFTER_DAYS, day)
    return _("%(days)s Tage ohne Nachricht") % {"days": days}


def _setting(district: District, key: str, day: date) -> Any:
    return settings.get(district, key, day)


def due_for_erasure(district: District, until: datetime) -> dict[int | None, int]:
    """Closed questions whose day comes before `until`, by controller."""
    due = Enquiry.objects.past_retention(local_day(until)).order_by().values_list("controller_id").annotate(number=Count("pk"))
    return dict(due)
