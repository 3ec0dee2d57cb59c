"""The list of questions as a file: codes and days, never a text, a title or a contact."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.enquiries.models import Enquiry

LIST_COLUMNS = (
    OutColumn("reference", _("Kennzeichen")),
    OutColumn("received_at", _("Eingang"), "moment"),
    OutColumn("state", _("Stand")),
    OutColumn("due_at", _("Antwort bis"), "date"),
    OutColumn("place", _("Ort")),
    OutColumn("topic", _("Thema")),
    OutColumn("language", _("Sprache")),
    OutColumn("channel", _("Weg")),
    OutColumn("outcome", _("Ergebnis")),
    OutColumn("assigned", _("Zuständig")),
)


def list_rows(rows: Iterable[Enquiry], language_names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """One row a question, by the keys of `LIST_COLUMNS`."""
    for row in rows:
        yield {
            "reference": row.reference,
            "received_at": row.received_at,
            "state": row.state_label,
            "due_at": row.due_at,
            "place": row.place.name if row.place else "",
            "topic": row.topic or "",
            "language": language_names.get(row.contact_language, row.contact_language),
            "channel": row.channel_label,
            "outcome": row.outcome_label,
            "assigned": row.assigned_post or row.assigned_account or "",
        }
