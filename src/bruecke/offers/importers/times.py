"""Days and hours as people write them in a table, and back: "montags 14-16; jeden 1. Dienstag im Monat 9:00-11:00"."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core import schedules
from bruecke.offers import queries

_ONE_DAY = timedelta(days=1)
_NAMES = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_SHORT = ("mo", "di", "mi", "do", "fr", "sa", "so")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = rf"(?:(?:{'|'.join(_NAMES)}|sonnabend)s?|{'|'.join(_SHORT)})\b\.?"
_DATE = r"(?:\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)|\d{4}-\d{2}-\d{2})"
_ORDINALS = {"erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "vorletzt": -2, "letzt": -1}
_ORDINAL = rf"(?:[1-5]\.|(?:{'|'.join(_ORDINALS)})e[nrms]?\b)"
_MONTH = r"(?:im|des|eines|jedes|jeden|pro)\s+Monats?"
_NUMBERS = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "acht": 8}
_UNITS = {"tag": "DAILY", "woche": "WEEKLY", "monat": "MONTHLY", "jahr": "YEARLY"}
_CLOCK = r"\d{1,2}(?:[:.]\d{2})?"


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PIECES = _re(r";(?!\s*(?:INTERVAL|COUNT|BYDAY|BYMONTHDAY|BYSETPOS|UNTIL|WKST)=)|\n")
_RULE = _re(r"\b(?:RRULE:)?(FREQ=[A-Z0-9=;,+-]+)")
_NOTE = re.compile(r"\(([^()]*)\)")
_PLACE = _re(r"\bOrt:\s*([^,;()]+)")
_EXCEPT = _re(
    rf"\b(?:nicht|außer|ausser|fällt\s+aus|entfällt|ohne)(?:\s+am)?:?\s+({_DATE}(?:\s*(?:,|und|sowie)\s*(?:am\s+)?{_DATE})*)"
)
_UNTIL = _re(rf"\bbis\s+(?:zum\s+|einschließlich\s+)?({_DATE})")
_FROM = _re(rf"\b(?:ab|seit|vom)\s+(?:dem\s+)?({_DATE})")
_COUNT = _re(r"\b(\d{1,3})\s*(?:Termine?|mal)\b")
_YEARLY = _re(r"\bjedes\s+Jahr\s+am\s+(\d{1,2})\.\s?(\d{1,2})\.(?!\s?\d)")
_SINGLE = _re(rf"(?:\bam\s+)?({_DATE})")
_EVERY = _re(rf"\balle\s+(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(Woche|Monat|Tag|Jahr)\w*")
_FORTNIGHT = _re(r"\b14[- ]?täg(?:ig|lich)\w*|\bzweiwöchentlich\w*|\bvierzehntäg(?:ig|lich)\w*")
_NUMBERED = _re(rf"({_ORDINAL}(?:\s*(?:,|und|/|\+|sowie)\s*{_ORDINAL})*)\s*({_DAY})")
_OF_MONTH = _re(rf"\b((?:\d{{1,2}}\.|letzten\s+Tag)(?:\s*(?:,|und)\s*(?:\d{{1,2}}\.|letzten\s+Tag))*)\s*{_MONTH}")
_HOURS = _re(rf"(?:\bvon\s+)?(?<![\d.])({_CLOCK})(?:\s*Uhr)?\s*(?:-|–|—|bis)\s*({_CLOCK})(?![\d:]|\.\d)(?:\s*Uhr\b|\s*h\b)?")
_HOUR = _re(rf"(?:\b(?:ab|um)\s+)?(?<![\d.])(?:({_CLOCK})\s*(?:Uhr|h)\b|(\d{{1,2}}:\d{{2}})(?:\s*Uhr\b)?)")
_DAYS_TO = _re(rf"\b({_DAY})\s*(?:-|–|bis)\s*({_DAY})")
_DAY_WORD = _re(rf"\b({_DAY})")
_DAILY = _re(r"\btäglich\b|\bjeden\s+Tag\b")
_WORKDAYS = _re(r"\bwerktags\b|\bwochentags\b")
_WEEKEND = _re(r"\b(?:am\s+)?Wochenenden?d?\b|\bwochenends\b")
_IDLE = _re(
    r"\b(?:uhr|und|am|an|den|der|dem|jeden|jede|jeder|jedes|immer|im|in|des|eines|monats?|monatlich|woche|wöchentlich|von|jeweils|"
    r"sowie|einmal)\b|[,.:/+&–—-]"
)


class Unclear(ValueError):
    """A text that is no time; carries a German sentence."""


@dataclass(slots=True)
class _Reading:
    """One piece of text from which one thing after the other is taken."""

    rest: str
    found: dict[str, Any] = field(default_factory=dict)

    def take(self, pattern: re.Pattern[str], name: str, read: Callable[[re.Match[str]], Any]) -> None:
        """The first hit under `name`; the text loses it."""
        if hit := pattern.search(self.rest):
            self.found[name] = read(hit)
            self.rest = f"{self.rest[: hit.start()]} {self.rest[hit.end() :]}"

    def take_all(self, pattern: re.Pattern[str], name: str, read: Callable[[re.Match[str]], Any]) -> None:
        if hits := list(pattern.finditer(self.rest)):
            self.found[name] = [read(hit) for hit in hits]
            self.rest = pattern.sub(" ", self.rest)


def pieces(text: str) -> list[str]:
    """The single rules of a cell."""
    return [piece.strip() for piece in _PIECES.split(text) if piece.strip()]


def read_times(text: str, *, first_on: date) -> list[dict[str, Any]]:
    """The rules as `Offer.schedules` holds them, the place by its name under "location". Raises: Unclear."""
    return [entry for piece in pieces(text) for entry in read_piece(piece, first_on=first_on)]


def read_piece(piece: str, *, first_on: date) -> list[dict[str, Any]]:
    """One piece; several single days give several rules. Raises: Unclear."""
    if len(piece) > 1000:
        raise Unclear(_("Dieser Termin ist zu lang. Bitte trennen Sie Termine mit einem Semikolon."))
    reading = _Reading(piece)
    _take_frame(reading)
    if "rule" not in reading.found:
        _take_days(reading)
    reading.take_all(_HOURS, "hours", lambda hit: (_clock(hit[1]), _clock(hit[2])))
    if "hours" not in reading.found:
        reading.take_all(_HOUR, "hours", lambda hit: (_clock(hit[1] or hit[2]), ""))
    if "rule" not in reading.found:
        _take_weekdays(reading)
    left = " ".join(_IDLE.sub(" ", reading.rest).split())
    if left:
        raise Unclear(_unclear(piece, left))
    if "hours" not in reading.found:
        raise Unclear(_("In „%(piece)s“ fehlt die Uhrzeit, zum Beispiel 14:00-16:00.") % {"piece": piece[:80]})
    return [entry for hours in reading.found["hours"] for entry in _entries(reading.found, hours, piece, first_on)]


def _take_frame(reading: _Reading) -> None:
    """What stands around a rule: note, place, first and last day, days off, number of meetings."""
    reading.take(_RULE, "rule", lambda hit: hit[1].strip(";,"))
    reading.take(_NOTE, "note", lambda hit: " ".join(hit[1].split()))
    reading.take(_PLACE, "location", lambda hit: " ".join(hit[1].split()))
    reading.take_all(_EXCEPT, "exdates", lambda hit: [read_day(day) for day in re.findall(_DATE, hit[1])])
    reading.take(_UNTIL, "until", lambda hit: read_day(hit[1]))
    reading.take(_FROM, "first", lambda hit: read_day(hit[1]))
    reading.take(_COUNT, "count", lambda hit: int(hit[1]))


def _take_days(reading: _Reading) -> None:
    """Days that are not plain days of the week."""
    reading.take(_YEARLY, "yearly", lambda hit: (int(hit[2]), int(hit[1])))
    reading.take_all(_SINGLE, "dates", lambda hit: read_day(hit[1]))
    reading.take(_EVERY, "every", lambda hit: (_NUMBERS.get(hit[1].casefold()) or int(hit[1]), hit[2].casefold()))
    reading.take(_FORTNIGHT, "every", lambda _hit: (2, "woche"))
    reading.take_all(_NUMBERED, "numbered", lambda hit: (_ordinals(hit[1]), _weekday(hit[2])))
    reading.take(_OF_MONTH, "month_days", lambda hit: _month_days(hit[1]))


def _take_weekdays(reading: _Reading) -> None:
    reading.take_all(_DAYS_TO, "ranges", lambda hit: (_weekday(hit[1]), _weekday(hit[2])))
    reading.take(_DAILY, "daily", lambda _hit: True)
    reading.take(_WORKDAYS, "workdays", lambda _hit: True)
    reading.take(_WEEKEND, "weekend", lambda _hit: True)
    reading.take_all(_DAY_WORD, "days", lambda hit: _weekday(hit[1]))


def _unclear(piece: str, left: str) -> str:
    return _(
        "„%(left)s“ in „%(piece)s“ verstehen wir nicht. Bitte schreiben Sie zum Beispiel: montags 14:00-16:00; jeden 1. "
        "Dienstag im Monat 9-11 Uhr. Anderes gehört in die Spalte „Hinweis zu den Terminen“."
    ) % {"left": left[:60], "piece": piece[:80]}


def read_day(text: str) -> date:
    """01.09.2026, 1.9.26 or 2026-09-01. Raises: Unclear."""
    plain = re.sub(r"\s+", "", text)
    try:
        if "-" in plain:
            day = date.fromisoformat(plain)
        else:
            number, month, year = (int(part) for part in plain.split("."))
            day = date(year + 2000 if year < 100 else year, month, number)
    except ValueError as error:
        raise Unclear(_("„%(day)s“ ist kein Tag. Bitte schreiben Sie ihn so: 01.09.2026.") % {"day": text.strip()[:40]}) from error
    if not 1990 <= day.year <= 2100:
        raise Unclear(_("Bitte prüfen Sie das Jahr in „%(day)s“.") % {"day": text.strip()[:40]})
    return day


def _clock(text: str) -> str:
    hours, _colon, minutes = text.replace(".", ":").partition(":")
    if int(hours) > 23 or int(minutes or 0) > 59:
        raise Unclear(_("„%(time)s“ ist keine Uhrzeit. Bitte schreiben Sie sie so: 14:00.") % {"time": text})
    return f"{int(hours):02d}:{int(minutes or 0):02d}"


def _weekday(text: str) -> int:
    word = text.casefold().rstrip(".")
    word = "samstag" if word.startswith("sonnabend") else word
    return next(number for number in range(7) if word in (_SHORT[number], _NAMES[number], f"{_NAMES[number]}s"))


def _ordinals(text: str) -> list[int]:
    return [
        int(word[0]) if word[0].isdecimal() else next(number for stem, number in _ORDINALS.items() if word.startswith(stem))
        for word in re.findall(_ORDINAL, text.casefold())
    ]


def _month_days(text: str) -> list[int]:
    return [int(number) if number else -1 for number in re.findall(r"(\d{1,2})\.|letzten", text.casefold())]


def _entries(found: dict[str, Any], hours: tuple[str, str], piece: str, first_on: date) -> list[dict[str, Any]]:
    starts, ends = hours
    first = found.get("first") or first_on
    until = found["until"] + _ONE_DAY if "until" in found else None
    frame = {
        "until_on": until.isoformat() if until else None,
        "starts": starts,
        "ends": ends,
        "exdates": sorted({day.isoformat() for days in found.get("exdates", ()) for day in days}),
        "location": found.get("location", ""),
        "note": found.get("note", ""),
    }
    if "dates" in found and "rule" not in found:
        return [{**frame, "rrule": "FREQ=DAILY;COUNT=1", "first_on": day.isoformat(), "until_on": None} for day in found["dates"]]
    if "yearly" in found:
        first = _next(found["yearly"], first, piece)
    rule = _checked(_rule_text(found, piece), frame, piece)
    return [{**frame, "rrule": rule, "first_on": first.isoformat()}]


def _checked(text: str, frame: dict[str, Any], piece: str) -> str:
    """The rule in its usual form; UNTIL becomes the last day. Raises: Unclear."""
    parts = text.split(";")
    for part in [part for part in parts if part.upper().startswith("UNTIL=")]:
        parts.remove(part)
        digits = part[6:14]
        last = read_day(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}")
        frame["until_on"] = frame["until_on"] or (last + _ONE_DAY).isoformat()
    try:
        return schedules.parse_rrule(";".join(parts))
    except ValueError as error:
        raise Unclear(_("Die Wiederholung in „%(piece)s“ verstehen wir nicht.") % {"piece": piece[:80]}) from error


def _next(month_day: tuple[int, int], first: date, piece: str) -> date:
    """The first such day of a year from `first` on."""
    for year in range(first.year, first.year + 9):
        try:
            day = date(year, *month_day)
        except ValueError:
            continue
        if day >= first:
            return day
    raise Unclear(_unclear(piece, f"{month_day[1]}.{month_day[0]}."))


def _rule_text(found: dict[str, Any], piece: str) -> str:
    if "rule" in found:
        return str(found["rule"])
    number, unit = found.get("every", (1, ""))
    frequency, days = _rhythm(found, unit, piece)
    if unit and _UNITS[unit] != frequency:
        raise Unclear(_unclear(piece, _("alle %(number)s …") % {"number": number}))
    every = f";INTERVAL={number}" if number > 1 else ""
    count = f";COUNT={found['count']}" if "count" in found else ""
    return f"FREQ={frequency}{every}{days}{count}"


def _rhythm(found: dict[str, Any], unit: str, piece: str) -> tuple[str, str]:
    """The frequency and the part that names the days. Raises: Unclear."""
    if "yearly" in found:
        return "YEARLY", ""
    if "numbered" in found:
        numbered = [f"{ordinal}{_CODES[day]}" for ordinals, day in found["numbered"] for ordinal in ordinals]
        return "MONTHLY", f";BYDAY={','.join(numbered)}"
    if "month_days" in found:
        return "MONTHLY", f";BYMONTHDAY={','.join(map(str, found['month_days']))}"
    if days := sorted(_weekdays(found)):
        return "WEEKLY", f";BYDAY={','.join(_CODES[day] for day in days)}"
    if "daily" in found or unit == "tag":
        return "DAILY", ""
    if unit and "first" in found:
        return _UNITS[unit], ""
    raise Unclear(_("In „%(piece)s“ fehlt der Tag, zum Beispiel montags oder 24.10.2026.") % {"piece": piece[:80]})


def _weekdays(found: dict[str, Any]) -> set[int]:
    days = set(found.get("days", ()))
    for first, last in found.get("ranges", ()):
        days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    days |= set(range(5)) if "workdays" in found else set()
    return days | ({5, 6} if "weekend" in found else set())


# --- and back ----------------------------------------------------------------------------------------------------------


def write_times(entries: list[dict[str, Any]], place_names: Mapping[str, str]) -> str:
    """The rules of an offer as `read_times` takes them; in words, where words say all, else as a rule of RFC 5545."""
    return "; ".join(write_entry(entry, place_names) for entry in entries)


def write_entry(entry: Mapping[str, Any], place_names: Mapping[str, str]) -> str:
    bare = {**entry, "until_on": None}
    first = date.fromisoformat(entry["first_on"])
    words = queries.rule_in_words(bare, "de")
    text = words if f"{first:%d.%m.%Y}" in words else f"{words}, ab {first:%d.%m.%Y}"
    if not _says(text, bare):
        hours = f"{entry['starts']}-{entry['ends']} Uhr" if entry.get("ends") else f"{entry['starts']} Uhr"
        text = f"{entry['rrule']}, {hours}, ab {first:%d.%m.%Y}"
    return text + _frame_words(entry, place_names)


def _says(text: str, entry: Mapping[str, Any]) -> bool:
    """Whether reading the words gives the rule again."""
    try:
        read = read_piece(text, first_on=date(2000, 1, 3))
    except Unclear:
        return False
    known = ("rrule", "first_on", "starts")
    return len(read) == 1 and all(read[0][key] == entry[key] for key in known) and read[0]["ends"] == (entry.get("ends") or "")


def _frame_words(entry: Mapping[str, Any], place_names: Mapping[str, str]) -> str:
    words = ""
    if entry.get("until_on"):
        words += f", bis {date.fromisoformat(entry['until_on']) - _ONE_DAY:%d.%m.%Y}"
    if entry.get("exdates"):
        words += ", nicht am " + ", ".join(f"{date.fromisoformat(day):%d.%m.%Y}" for day in entry["exdates"])
    if entry.get("location"):
        words += f", Ort: {_bare(place_names.get(entry['location'], entry['location']))}"
    return f"{words} ({_bare(entry['note'], ',')})" if entry.get("note") else words


def _bare(text: str, kept: str = "") -> str:
    """Without the signs that part pieces."""
    return " ".join(re.sub(r"[;()\n,]", lambda hit: hit[0] if hit[0] in kept else " ", text).split())
