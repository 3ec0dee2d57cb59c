"""What the house itself holds about a person: mails that wait, links, files, rows on their way in, lines of the audit log."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bruecke.core.models import AuditEntry, MailedLink, OutboxMail, StagedRow, StoredFile, WorkState
from bruecke.core.privacy import ExportSection, ExportValue, owners_of, section, value_of
from bruecke.core.registries import Subject, audit_verbs

_MAIL = (("to", _("An")), ("subject", _("Betreff")), ("queued_at", _("Wann")))
_LINK = (("purpose", _("Wozu")), ("created_at", _("gesendet")), ("expires_at", _("gültig bis")))
_FILE = (("original_name", _("Name")), ("content_type", _("Art")), ("size_bytes", _("Bytes")), ("uploaded_at", _("Wann")))
_ROW = (("number", _("Zeile")), ("title", _("Titel")), ("cells", _("Inhalt")))


def collect_house(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """By the subject's uid. With `controller_id` only when the subject is that controller's. Six queries."""
    if not subject.uid or (controller_id is not None and controller_id not in owners_of(subject)):
        return []
    mails = OutboxMail.objects.filter(about_uid=subject.uid, state__in=[WorkState.WAITING, WorkState.RUNNING]).order_by("pk")
    links = MailedLink.objects.filter(object_uid=subject.uid).order_by("pk")
    files = list(StoredFile.objects.filter(about_uid=subject.uid).order_by("pk"))
    staged = StagedRow.objects.filter(about_uid=subject.uid).order_by("pk")
    log = AuditEntry.objects.filter(target_uid=subject.uid).order_by("at", "pk")
    return [
        section(
            "mails", _("Wartende E-Mails"), mails, _MAIL, note=_("Der Text wird mit dem Versand gelöscht; er nennt keine Inhalte.")
        ),
        section("links", _("Zugesandte Links"), links, _LINK),
        section("files", _("Dateien"), files, _FILE, files=files),
        section("staged_rows", _("Zeilen in hochgeladenen Tabellen"), staged, _ROW),
        ExportSection("accesses", _("Protokoll: was mit den Daten geschah"), tuple(_line(entry) for entry in log)),
    ]


def _line(entry: AuditEntry) -> tuple[ExportValue, ...]:
    words = str(audit_verbs[entry.verb].label) if entry.verb in audit_verbs else entry.verb
    verb = ExportValue("verb", _("Was"), entry.verb, words)
    return (value_of(entry, ("at", _("Wann"))), verb, value_of(entry, ("fields", _("Felder"))))
