"""The page of a quarter about one municipality: what stands on it, which are due, who gets them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bruecke.accounts.models import Controller
from bruecke.core.clock import local_day
from bruecke.core.figures import closed_quarters
from bruecke.core.models import District, StoredFile
from bruecke.core.place_sheets import Quarters, SheetTable, place_sheets
from bruecke.core.schedules import first_working_day
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing.models import ConsultationHour, PlaceSheet, SheetRecipient
from bruecke.staffing.queries.hours import UpcomingHour, next_hours
from bruecke.staffing.queries.responsible import Responsible, answers_for
from bruecke.staffing.rules import can_see_sheet

SEND_WITHIN = timedelta(days=45)
"""A page that is so late is not sent any more: the next one is near."""
_HOURS = 6


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What stands on the page of one municipality. `sections` are (label, table); `office` helps where nobody is in charge."""

    area: Area
    quarters: Quarters
    responsible: Responsible
    hours: tuple[ConsultationHour, ...]
    next_hour: UpcomingHour | None
    office: Controller | None
    sections: tuple[tuple[str, SheetTable], ...]


Tables = Mapping[str, tuple[str, Mapping[str, SheetTable]]]


def last_quarter(today: date) -> date:
    """First day of the last quarter that is over."""
    return closed_quarters(today, 1)[0][0]


def due_quarter(district: District, now: datetime) -> date | None:
    """The quarter whose pages are to be sent now: from the first working day after its end, for a few weeks."""
    today = local_day(now)
    first = last_quarter(today)
    until = Quarters.of(first).until
    return first if first_working_day(district.ags[:2], until) <= today < until + SEND_WITHIN else None


def sheet_tables(district: District, quarters: Quarters, now: datetime, *, viewer: Viewer | None = None) -> Tables:
    """Tables of all apps by section and municipality; with a viewer without sections that are not for her."""
    return {
        section.key: (str(section.label), section.collect(district, quarters, now))
        for section in place_sheets
        if (not section.feature or district.has_feature(section.feature)) and (viewer is None or section.is_for(viewer))
    }


def sees_whole_sheet(viewer: Viewer) -> bool:
    """Whether every section is for the viewer, so that a page as it was sent may be opened."""
    return all(section.is_for(viewer) for section in place_sheets)


def place_page(area: Area, quarters: Quarters, tables: Tables, now: datetime) -> PlacePage:
    """The page as of today. Some eight queries beside those of the tables; needs the scope of the district."""
    today = local_day(now)
    answer = answers_for([area.pk], today)[area.pk]
    coming = next_hours(area.pk, now=now, limit=20)
    rules = {one.hour.pk: one.hour for one in coming}
    return PlacePage(
        area=area,
        quarters=quarters,
        responsible=answer,
        hours=tuple(sorted(rules.values(), key=lambda hour: (hour.weekday, hour.starts, hour.pk))[:_HOURS]),
        next_hour=next(iter(coming), None),
        office=answer.controller if answer.is_gap else None,
        sections=tuple((label, found[area.pk]) for label, found in tables.values() if area.pk in found),
    )


# --- recipients and what was sent ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One municipality on the desk's page; `file` is what was sent last, where it is still kept."""

    area: Area
    recipients: tuple[SheetRecipient, ...]
    last: PlaceSheet | None
    file: StoredFile | None


def sheet_lines(viewer: Viewer, district: District, on: date) -> list[SheetLine]:
    """Every municipality that the viewer may see the page of, in dictionary order. Four queries."""
    areas = Area.objects.of_kreis(district.ags).valid_on(on).by_name()
    sent: dict[str, PlaceSheet] = {}
    for sheet in PlaceSheet.objects.visible_to(viewer).order_by("quarter"):
        sent[sheet.municipality_id] = sheet
    files = {file.about_uid: file for file in StoredFile.objects.filter(about_uid__in=[sheet.uid for sheet in sent.values()])}
    recipients: dict[str, list[SheetRecipient]] = defaultdict(list)
    for row in SheetRecipient.objects.visible_to(viewer).order_by("email", "pk"):
        recipients[row.municipality_id].append(row)
    return [
        SheetLine(area, tuple(recipients[area.pk]), last, files.get(last.uid) if last else None)
        for area in areas
        if can_see_sheet(viewer, district_id=district.pk, ags=area.pk)
        for last in [sent.get(area.pk)]
    ]


def sheet_file(viewer: Viewer, uid: str) -> StoredFile | None:
    """The page as it was sent, for who may see all of it. Two queries."""
    sheet = PlaceSheet.objects.visible_to(viewer).filter(uid=uid).first()
    if sheet is None or not sees_whole_sheet(viewer):
        return None
    return StoredFile.objects.filter(about_uid=sheet.uid).first()


def places_to_send(quarter: date) -> list[str]:
    """Keys of municipalities with a recipient whose page of the quarter has not been made. Two queries."""
    made = PlaceSheet.objects.filter(quarter=quarter).values("municipality")
    rows = SheetRecipient.objects.filter(is_active=True).exclude(municipality__in=made)
    return sorted(set(rows.order_by("municipality").values_list("municipality_id", flat=True)))
