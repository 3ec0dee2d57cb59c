"""The list of questions as a file: codes and days, never a text, a title or a contact."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bruecke.enquiries.models import Enquiry

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BOM = "\ufeff"


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def list_as_csv(rows: Iterable[Enquiry], language_names: dict[str, str]) -> Iterator[str]:
    """UTF-8 with BOM, semicolons, one line a question: what German Excel opens by a double click."""
    yield BOM + _line(
        [
            _("Kennzeichen"),
            _("Eingang"),
            _("Stand"),
            _("Antwort bis"),
            _("Ort"),
            _("Thema"),
            _("Sprache"),
            _("Weg"),
            _("Ergebnis"),
            _("Zuständig"),
        ]
    )
    for row in rows:
        yield _line(_cells(row, language_names))


def _cells(row: Enquiry, language_names: dict[str, str]) -> list[object]:
    due = row.due_at
    return [
        row.reference,
        f"{localtime(row.received_at):%d.%m.%Y %H:%M}",
        row.state_label,
        f"{localtime(due):%d.%m.%Y}" if due else "",
        row.place.name if row.place else "",
        row.topic or "",
        language_names.get(row.contact_language, row.contact_language),
        row.channel_label,
        row.outcome_label,
        row.assigned_post or row.assigned_account or "",
    ]


def _line(cells: list[object]) -> str:
    buffer = StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()
