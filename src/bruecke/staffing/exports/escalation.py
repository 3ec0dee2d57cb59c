"""The escalation chains of a district as a table for spreadsheet programs; cells are guarded where the table is written."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.staffing.models import EscalationContact
from bruecke.staffing.queries import NoticeLine, hours_words, shifts_of

ESCALATION_COLUMNS = (
    OutColumn("ags", _("Schlüssel")),
    OutColumn("place", _("Gemeinde")),
    OutColumn("position", _("Reihenfolge"), "number"),
    OutColumn("function", _("Funktion")),
    OutColumn("name", _("Name")),
    OutColumn("phone", _("Telefon")),
    OutColumn("other_phone", _("weiteres Telefon")),
    OutColumn("mailbox", _("E-Mail-Adresse")),
    OutColumn("note", _("Wann und wofür")),
    OutColumn("hours", _("Erreichbar")),
    OutColumn("confirmed_on", _("geprüft am"), "date"),
    OutColumn("is_active", _("gilt")),
)

NOTICE_COLUMNS = (
    OutColumn("ags", _("Schlüssel")),
    OutColumn("place", _("Gemeinde")),
    OutColumn("told_at", _("Wann"), "moment"),
    OutColumn("function", _("Wer")),
    OutColumn("channel", _("Weg")),
    OutColumn("was_reached", _("erreicht")),
    OutColumn("note", _("Anlass")),
    OutColumn("entered_by", _("eingetragen von")),
)


def escalation_rows(contacts: Iterable[EscalationContact]) -> Iterator[dict[str, Any]]:
    """One row a step, by the keys of `ESCALATION_COLUMNS`; steps of every municipality have no key."""
    return (_line(contact) for contact in contacts)


def _line(contact: EscalationContact) -> dict[str, Any]:
    place = contact.municipality
    return {
        "ags": place.pk if place else "",
        "place": place.name if place else gettext("alle Gemeinden"),
        "position": contact.position,
        "function": contact.function,
        "name": contact.name,
        "phone": contact.phone,
        "other_phone": contact.other_phone,
        "mailbox": contact.mailbox,
        "note": contact.note,
        "hours": hours_words(shifts_of(contact)),
        "confirmed_on": contact.confirmed_on,
        "is_active": gettext("ja") if contact.is_active else gettext("nein"),
    }


def notice_rows(lines: Iterable[NoticeLine]) -> Iterator[dict[str, Any]]:
    """One row for each time that somebody was told, by the keys of `NOTICE_COLUMNS`."""
    for line in lines:
        row = line.notice
        yield {
            "ags": row.municipality_id,
            "place": row.municipality.name,
            "told_at": row.told_at,
            "function": row.function,
            "channel": row.get_channel_display(),
            "was_reached": row.was_reached,
            "note": row.note,
            "entered_by": line.entered_by,
        }
