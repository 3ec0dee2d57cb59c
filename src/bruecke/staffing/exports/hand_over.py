"""The dossier of a hand-over as a Word document; the content of questions and the note to the successor stay in the house."""

import io
import re
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate

from bruecke.core.clock import local_day
from bruecke.staffing.queries.hand_over import Dossier, Point, Section

TEMPLATE = "data/hand_over.docx"
"""Made by `exports.hand_over_template`."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def hand_over_docx(dossier: Dossier, now: datetime) -> bytes:
    """The file; what people typed stands in it as text, whatever signs it holds."""
    content, words = io.BytesIO(), _words(dossier, now)
    with as_file(files("bruecke.staffing").joinpath(TEMPLATE)) as path:
        document: Any = DocxTemplate(path)
        document.render(words, autoescape=True)
    properties = document.docx.core_properties  # `get_docx` would load the template anew
    properties.title, properties.author, properties.created, properties.modified = words["title"], "", now, now
    document.save(content)
    return content.getvalue()


def hand_over_name(dossier: Dossier) -> str:
    """`uebergabe-stelle-3-2026-12-12`, without ending."""
    return f"uebergabe-stelle-{dossier.hand_over.post.number}-{dossier.hand_over.on:%Y-%m-%d}"


def _words(dossier: Dossier, now: datetime) -> dict[str, Any]:
    row, day = dossier.hand_over, f"{local_day(now):%d.%m.%Y}"
    return {
        "title": _clean(_("Übergabe der Stelle %(post)s") % {"post": row.post.short_label}),
        "publisher": _clean(row.district.name),
        "as_of": _("Stand: %(day)s") % {"day": day},
        "facts": [
            {"label": _("Übergabe am"), "value": f"{row.on:%d.%m.%Y}"},
            {"label": _("Bisher"), "value": _clean(dossier.leaving_name or "–")},
            {"label": _("Künftig"), "value": _clean(dossier.successor_name or _("steht noch nicht fest"))},
            {"label": _("Erledigt"), "value": f"{dossier.ticked} / {len(dossier.points)}"},
        ],
        "heads": [_("erledigt"), _("Punkt"), _("Ort"), _("Stand"), _("bis")],
        "sections": [_section(section) for section in dossier.sections if section.points],
        "empty": "" if dossier.points else _("Es ist nichts offen."),
        "foot": _("Was die Nachfolge wissen muss, steht in Brücke. Inhalte von Fragen stehen nicht in dieser Mappe."),
    }


def _section(section: Section) -> dict[str, Any]:
    more = _("und %(count)s weitere in Brücke") % {"count": section.more} if section.more else ""
    return {
        "title": _clean(section.source.title),
        "note": _clean(" ".join(str(words) for words in (section.note, more) if words)),
        "rows": [_cells(point) for point in section.points],
    }


def _cells(point: Point) -> dict[str, str]:
    row = point.row
    return {
        "done": f"{point.ticked_on:%d.%m.%Y}" if point.ticked_on else "☐",
        "title": _clean(row.title),
        "place": _clean(row.place),
        "state": _clean(row.state),
        "due": f"{row.due_on:%d.%m.%Y}" if row.due_on else "",
    }


def _clean(text: object) -> str:
    """Without signs that XML cannot hold."""
    return _UNWRITABLE.sub("", str(text))
