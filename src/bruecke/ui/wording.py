"""How dates, times, figures and telephone numbers are written. Pure; `templatetags.ui` makes filters of them."""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WEEKDAYS = (
    gettext_lazy("Montag"),
    gettext_lazy("Dienstag"),
    gettext_lazy("Mittwoch"),
    gettext_lazy("Donnerstag"),
    gettext_lazy("Freitag"),
    gettext_lazy("Samstag"),
    gettext_lazy("Sonntag"),
)
_WEEKDAYS_SHORT = (
    gettext_lazy("Mo"),
    gettext_lazy("Di"),
    gettext_lazy("Mi"),
    gettext_lazy("Do"),
    gettext_lazy("Fr"),
    gettext_lazy("Sa"),
    gettext_lazy("So"),
)


def _local(moment: Any) -> Any:
    return localtime(moment) if isinstance(moment, datetime) and moment.tzinfo else moment


def _stamped(moment: Any, text: str) -> SafeString:
    """Machine-readable, and kept in one piece inside right-to-left text."""
    return format_html('<time datetime="{}"><bdi dir="ltr">{}</bdi></time>', moment.isoformat(), text)


def day(value: date | datetime | None) -> SafeString | str:
    """22.11.2026"""
    if not value:
        return ""
    local = _local(value)
    return _stamped(local, f"{local:%d.%m.%Y}")


def day_short(value: date | datetime | None) -> SafeString | str:
    """Fr, 20.11."""
    if not value:
        return ""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}{}<bdi dir="ltr">{}</bdi></time>',
        local.isoformat(),
        weekday_short(local),
        _(", "),
        f"{local:%d.%m.}",
    )


def day_long(value: date | datetime | None) -> SafeString | str:
    """Donnerstag, 26.11.2026"""
    if not value:
        return ""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}{}<bdi dir="ltr">{}</bdi></time>', local.isoformat(), weekday(local), _(", "), f"{local:%d.%m.%Y}"
    )


def weekday(value: date | datetime | int) -> str:
    """Donnerstag; takes a day or its number (Monday is 0)."""
    number = value if isinstance(value, int) else _local(value).weekday()
    return str(_WEEKDAYS[number])


def weekday_short(value: date | datetime | int) -> str:
    """Do"""
    number = value if isinstance(value, int) else _local(value).weekday()
    return str(_WEEKDAYS_SHORT[number])


def clock(value: time | datetime | None) -> SafeString | str:
    """14:00 Uhr"""
    if value is None or value == "":
        return ""
    return format_html("<bdi>{}</bdi>", _("%(time)s Uhr") % {"time": f"{_local(value):%H:%M}"})


def moment(value: datetime | None) -> SafeString | str:
    """20.11.2026, 18:42"""
    if not value:
        return ""
    local = _local(value)
    return _stamped(local, f"{local:%d.%m.%Y, %H:%M}")


def moment_short(value: datetime | None) -> SafeString | str:
    """Fr, 13.11., 19:42"""
    if not value:
        return ""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}{}<bdi dir="ltr">{}</bdi></time>',
        local.isoformat(),
        weekday_short(local),
        _(", "),
        f"{local:%d.%m., %H:%M}",
    )


def time_range(start: time | datetime, end: time | datetime) -> SafeString:
    """14:00–18:00 Uhr; a full hour before ten has no leading nought."""
    return format_html("<bdi>{}</bdi>", hours_plain(start, end))


def hours_plain(start: time | datetime, end: time | datetime) -> str:
    """The same as plain text, for files."""
    first, last = _local(start), _local(end)
    return _("%(start)s–%(end)s Uhr") % {"start": f"{first.hour}:{first:%M}", "end": f"{last.hour}:{last:%M}"}


def number(value: float | Decimal | None, places: int = 0) -> str:
    """36.446; a dash where nothing is known. Rounds half up, where Django's own formatting cuts off."""
    if value is None or value == "":
        return "–"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)
    return number_format(rounded, decimal_pos=int(places), force_grouping=True)


def fte(value: Decimal | float | None) -> str:
    """0,75: full-time equivalents with two digits."""
    return number(value, 2)


def euro(cents: int | None) -> str:
    """1.234,56 € from integer cents."""
    return "–" if cents is None else f"{number(Decimal(cents) / 100, 2)}\u00a0€"


def distance(metres: float | None) -> str:
    """4,2 km from metres, one digit."""
    return "" if metres is None else f"{number(metres / 1000, 1)}\u00a0km"


def tel(value: str) -> SafeString | str:
    """A telephone number as a link, kept left to right."""
    if not value:
        return ""
    dialled = re.sub(r"[^0-9+]", "", value.replace("(0)", ""))
    return format_html('<a href="tel:{}" class="tel"><bdi dir="ltr">{}</bdi></a>', dialled, value)


def mail(value: str) -> SafeString | str:
    """A mailbox as a link, kept left to right; a narrow column breaks it before the @."""
    if not value:
        return ""
    name, sign, domain = value.partition("@")
    return format_html('<a href="mailto:{}"><bdi dir="ltr">{}<wbr>{}{}</bdi></a>', value, name, sign, domain)


def german(value: object) -> SafeString:
    """A German name or address inside a page in another language."""
    return format_html('<bdi lang="de">{}</bdi>', value)


def reachable(value: str) -> SafeString | str:
    """Who can be reached, as an office wrote it: a mailbox alone becomes a link, other words stay German words."""
    return mail(value) if re.fullmatch(r"[^\s@,;]+@[^\s@,;]+", value) else german(value)


def code(value: object) -> SafeString:
    """A code or reference, kept left to right."""
    return format_html('<bdi dir="ltr" class="code">{}</bdi>', value)


FILTERS = (
    day,
    day_short,
    day_long,
    weekday,
    weekday_short,
    clock,
    moment,
    moment_short,
    number,
    fte,
    euro,
    distance,
    tel,
    mail,
    reachable,
    german,
    code,
)
