"""The page of a quarter about a municipality as a document: one side of A4, tagged."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core.clock import local_day
from bruecke.core.figures import Cell
from bruecke.core.models import District
from bruecke.core.place_sheets import Quarters, SheetTable
from bruecke.core.typesetting import Document
from bruecke.staffing.models import ConsultationHour
from bruecke.staffing.queries.hours import rhythm_with_day
from bruecke.staffing.queries.sheets import PlacePage
from bruecke.ui.wording import hours_plain, weekday

TEMPLATE = "staffing/data/place_sheet.typ"


def quarter_words(first: date) -> str:
    """`3. Quartal 2026`"""
    return _("%(number)s. Quartal %(year)s") % {"number": first.month // 3 + 1, "year": first.year}


def sheet_document(page: PlacePage, district: District, now: Any) -> Document:
    """German, as of the day. `page.sections` are what the reader may see."""
    today = local_day(now)
    title = _("%(place)s: Integration im %(quarter)s") % {"place": page.area.name, "quarter": quarter_words(page.quarters.first)}
    return Document(
        template=TEMPLATE,
        title=title,
        lang="de",
        is_rtl=False,
        day=today,
        data={
            "publisher": district.name,
            "as-of": _("Stand: %(day)s") % {"day": f"{today:%d.%m.%Y}"},
            "contact": _contact(page, district),
            "sections": [{"label": label, **_table(table, page.quarters)} for label, table in page.sections],
            "foot": _foot(district),
        },
    )


def _foot(district: District) -> str:
    office = district.label("office", district.name)
    return _("Fragen zu dieser Übersicht beantwortet: %(office)s.") % {"office": office}


def _contact(page: PlacePage, district: District) -> dict[str, Any]:
    """Who helps, in lines; the office of the district where nobody does."""
    post = page.responsible.post
    words = {"heading": _("Wer hilft in %(place)s") % {"place": page.area.name}, "hours-heading": _("Sprechstunden")}
    if page.responsible.is_gap or post is None:
        office = page.office
        note = _("Die Stelle ist zurzeit nicht besetzt; bis dahin hilft die Stelle des Landkreises.") if post else ""
        lines = [office.phone, office.mailbox] if office else []
        return {
            **words,
            "title": district.label("office", district.name),
            "by": office.name if office else "",
            "note": note or _("Für diese Gemeinde ist keine eigene Stelle zuständig; es hilft die Stelle des Landkreises."),
            "lines": [line for line in lines if line],
            "hours": [],
            "next": "",
        }
    address = ", ".join(part for part in (post.office.name, post.office.address) if part) if post.office else ""
    return {
        **words,
        "title": post.title,
        "by": post.employer.name,
        "note": page.responsible.public_name,
        "lines": [line for line in (post.phone, post.mailbox, address) if line],
        "hours": [_hour(hour) for hour in page.hours],
        "next": _next(page),
    }


def _hour(hour: ConsultationHour) -> str:
    kind = _("mit Termin") if hour.is_by_appointment else _("ohne Termin")
    place = ", ".join(part for part in (hour.location.name, hour.location.town) if part)
    return f"{rhythm_with_day(hour)}, {hours_plain(hour.starts, hour.ends)}, {kind}: {place}"


def _next(page: PlacePage) -> str:
    if page.next_hour is None:
        return ""
    day = page.next_hour.day
    return _("Die nächste: %(weekday)s, %(day)s") % {"weekday": weekday(day), "day": f"{day:%d.%m.%Y}"}


def _table(table: SheetTable, quarters: Quarters) -> dict[str, Any]:
    heads = [quarter_words(first) for first in quarters.columns] if table.by_quarter else [_("Anzahl")]
    return {
        "heads": heads,
        "rows": [{"label": str(row.label), "cells": [_cell(cell) for cell in row.cells]} for row in table.rows],
        "trend": _trend(table.rows[0].cells) if table.by_quarter and table.rows else "",
        "note": str(table.note),
    }


def _cell(cell: Cell) -> str:
    return _("verdeckt") if cell is None else str(cell)


def _trend(cells: tuple[Cell, ...]) -> str:
    """How the first row moved; nothing where a count is hidden."""
    now, before = cells[0], cells[1]
    if not isinstance(now, int) or not isinstance(before, int):
        return ""
    more = now - before
    if more == 0:
        return _("Gleich viele wie im Quartal davor.")
    if more > 0:
        return ngettext("%(count)s mehr als im Quartal davor.", "%(count)s mehr als im Quartal davor.", more) % {"count": more}
    return ngettext("%(count)s weniger als im Quartal davor.", "%(count)s weniger als im Quartal davor.", -more) % {"count": -more}
