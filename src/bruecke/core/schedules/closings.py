"""Days on which offices are closed: the public holidays of a Land, and the days that a district adds itself.

Holidays come from the package `holidays` (laws of the Länder, also of past years). Only those that hold in the whole Land
count: Fronleichnam in parts of Saxony and Thuringia, Mariä Himmelfahrt in parts of Bavaria and the Friedensfest of Augsburg
are left to the days of the district.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext_lazy as _
from holidays import country_holidays

LAENDER = {
    "01": "SH",
    "02": "HH",
    "03": "NI",
    "04": "HB",
    "05": "NW",
    "06": "HE",
    "07": "RP",
    "08": "BW",
    "09": "BY",
    "10": "SL",
    "11": "BE",
    "12": "BB",
    "13": "MV",
    "14": "SN",
    "15": "ST",
    "16": "TH",
}
"""First two digits of an AGS and the code of the Land (ISO 3166-2:DE)."""

HOLIDAY_WORDS = {
    "Neujahr": _("Neujahr"),
    "Heilige Drei Könige": _("Heilige Drei Könige"),
    "Frauentag": _("Internationaler Frauentag"),
    "Karfreitag": _("Karfreitag"),
    "Ostersonntag": _("Ostersonntag"),
    "Ostermontag": _("Ostermontag"),
    "Erster Mai": _("Tag der Arbeit"),
    "Christi Himmelfahrt": _("Christi Himmelfahrt"),
    "Pfingstsonntag": _("Pfingstsonntag"),
    "Pfingstmontag": _("Pfingstmontag"),
    "Fronleichnam": _("Fronleichnam"),
    "Mariä Himmelfahrt": _("Mariä Himmelfahrt"),
    "Weltkindertag": _("Weltkindertag"),
    "Tag der Deutschen Einheit": _("Tag der Deutschen Einheit"),
    "Reformationstag": _("Reformationstag"),
    "Allerheiligen": _("Allerheiligen"),
    "Buß- und Bettag": _("Buß- und Bettag"),
    "Erster Weihnachtstag": _("1. Weihnachtstag"),
    "Zweiter Weihnachtstag": _("2. Weihnachtstag"),
}
"""German names as the package gives them, and our words for them; a name that is missing here is shown as it is."""

NONE = "keine"
_DAY = r"(\d{1,2})\.\s*(\d{1,2})\.(?:\s*(\d{4}))?"
_SPAN = re.compile(rf"{_DAY}(?:\s*(?:-|–|bis)\s*{_DAY})?")
_LEAP_YEAR = 2024
MOST_SPANS = 60


@cache
def public_holidays(land: str, year: int) -> dict[date, str]:
    """Holidays by day with their German names; `land` are the first two digits of an AGS. Unknown: those of all Germany."""
    found = country_holidays("DE", subdiv=LAENDER.get(land), years=year, language="de")
    return {day: name for day, name in found.items() if day.year == year}


def first_working_day(land: str, on: date) -> date:
    """The first day from `on` that is neither Saturday, Sunday nor a holiday of the Land."""
    day = on
    while day.weekday() > 4 or day in public_holidays(land, day.year):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days from `first` to `last`, both included; `is_yearly`: of every year, and then they may cross its end."""

    first: date
    last: date
    is_yearly: bool

    def holds(self, day: date) -> bool:
        if not self.is_yearly:
            return self.first <= day <= self.last
        at, first, last = ((one.month, one.day) for one in (day, self.first, self.last))
        return first <= at <= last if first <= last else at >= first or at <= last

    def __str__(self) -> str:
        form = "%d.%m." if self.is_yearly else "%d.%m.%Y"
        return self.first.strftime(form) if self.first == self.last else f"{self.first:{form}}–{self.last:{form}}"


def parse_closed_days(text: str) -> str:
    """`24.12. bis 31.12.; 15.05.2026` in its usual form, for a setting; `keine` for none. Raises: ValueError."""
    return "; ".join(map(str, closed_days(text))) or NONE


@cache
def closed_days(text: str) -> tuple[ClosedDays, ...]:
    """The days of a setting: single days and spans, of every year or of one, with semicolons between. Raises: ValueError."""
    pieces = [piece.strip() for piece in re.split(r"[;,\n]", text) if piece.strip() and piece.strip().lower() != NONE]
    if len(pieces) > MOST_SPANS:
        raise ValueError("too many days")
    return tuple(_span(piece) for piece in pieces)


def _span(piece: str) -> ClosedDays:
    match = _SPAN.fullmatch(piece)
    if match is None:
        raise ValueError(piece)
    first_year, last_year = match[3], match[6] if match[4] else match[3]
    if bool(first_year) != bool(last_year):
        raise ValueError(piece)
    first = date(int(first_year or _LEAP_YEAR), int(match[2]), int(match[1]))
    last = date(int(last_year or _LEAP_YEAR), int(match[5]), int(match[4])) if match[4] else first
    if first_year and not first <= last < first + timedelta(days=366):
        raise ValueError(piece)
    return ClosedDays(first, last, is_yearly=not first_year)
