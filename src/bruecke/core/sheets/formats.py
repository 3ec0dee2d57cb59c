"""What a number in an Excel cell means: day, moment, time, share or figure, told by the format of the cell."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

_ZEROS = re.compile(r"0{2,15}")


@dataclass(frozen=True, slots=True)
class Format:
    """How the numbers of a cell are shown: `zeros` is the width of a number with leading zeros, for instance a postal code."""

    is_date: bool = False
    is_duration: bool = False
    is_percent: bool = False
    zeros: int = 0


GENERAL = Format()


def format_of(code: str) -> Format:
    """The meaning of a format code like `DD.MM.YYYY`, `00000` or `0.0%`."""
    if is_timedelta_format(code):
        return Format(is_duration=True)
    if is_date_format(code):
        return Format(is_date=True)
    first = code.split(";", maxsplit=1)[0]
    if _ZEROS.fullmatch(first):
        return Format(zeros=len(first))
    return Format(is_percent="%" in first)


def formats_in(styles: Element) -> list[Format]:
    """The formats by the number that cells name (`s="3"`), from `xl/styles.xml`."""
    codes = dict(BUILTIN_FORMATS)
    for node in styles.iter():
        if node.tag.rpartition("}")[2] == "numFmt" and node.get("numFmtId", "").isdecimal():
            codes[int(node.get("numFmtId", "0")[:9])] = node.get("formatCode", "")
    found = []
    for group in styles:
        if group.tag.rpartition("}")[2] == "cellXfs":
            for node in group:
                number = node.get("numFmtId", "0")
                found.append(format_of(codes.get(int(number[:9]), "")) if number.isdecimal() else GENERAL)
    return found


def number_as_text(raw: str, form: Format, *, is_1904: bool) -> str:
    """A day as 2026-09-01, a moment as 2026-09-01 09:30, a time as 09:30, a figure as 1234,5, a share as 50 %.

    Figures carry a decimal comma and no mark for thousands, as in the CSV files of a German Excel. What is no number
    is given back as it stands.
    """
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    if not number.is_finite() or abs(number.adjusted()) > 300:
        return raw
    if form.is_date or form.is_duration:
        return _moment_as_text(number, form, is_1904=is_1904) or _plain(number)
    if form.is_percent:
        return f"{_plain(number * 100)} %"
    text = _plain(number)
    return text.zfill(form.zeros) if form.zeros and text.isdecimal() else text


def _plain(number: Decimal) -> str:
    """15 significant digits, as Excel shows them: 0.1 + 0.2 is 0,3."""
    if abs(number.adjusted()) > 40:
        return str(number)
    rounded = Decimal(f"{number:.15g}")
    text = f"{rounded:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (text if text not in {"-0", ""} else "0").replace(".", ",")


def _moment_as_text(number: Decimal, form: Format, *, is_1904: bool) -> str:
    """ISO words of an Excel day number; empty when it lies outside the calendar."""
    if form.is_duration:
        minutes = round(float(number) * 24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= minutes < 10**9 else ""
    try:
        moment = from_excel(float(number), CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError, TypeError):
        return ""
    return moment_as_text(moment)


def moment_as_text(moment: date | datetime | time | timedelta | None) -> str:
    """ISO words, to the minute, without an idle midnight."""
    if isinstance(moment, time):
        return f"{_to_minute(datetime.combine(date.min, moment)):%H:%M}"
    if isinstance(moment, datetime):
        whole = _to_minute(moment)
        return whole.date().isoformat() if whole.time() == time.min else f"{whole.date().isoformat()} {whole:%H:%M}"
    return moment.isoformat() if isinstance(moment, date) else ""


def _to_minute(moment: datetime) -> datetime:
    """Excel's fractions of a day miss full minutes by some thousandths of a second."""
    nearly = moment.second == 59 and moment.microsecond >= 500_000
    return (moment + timedelta(seconds=1) if nearly else moment).replace(second=0, microsecond=0)
