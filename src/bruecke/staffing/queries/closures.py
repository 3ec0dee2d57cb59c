"""Days on which consultation hours fall out: holidays of the Land of a district, and days that the district adds itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bruecke.core import settings
from bruecke.core.clock import local_day, start_of
from bruecke.core.models import District
from bruecke.core.schedules import HOLIDAY_WORDS, closed_days, occurrences, public_holidays
from bruecke.staffing.models import ConsultationHour

CLOSED = _("Büro geschlossen")
CLOSING_DAYS = "staffing.closing_days"
"""Key of the setting; it is declared in `hooks`."""


@dataclass(frozen=True, slots=True)
class CancelledDay:
    """A day without a consultation hour that would be held, and why, in the language of the page ("" when nobody said)."""

    on: date
    reason: SafeString | str


class Closures:
    """What is closed when in a district. One query at the first question, kept with the district."""

    def __init__(self, district: District) -> None:
        self.district = district

    def holiday(self, day: date) -> str:
        """The German name of the holiday of a day, "" for none."""
        return public_holidays(self.district.ags[:2], day.year).get(day, "")

    def is_own(self, day: date) -> bool:
        """Whether the district itself closes on the day."""
        return any(span.holds(day) for span in closed_days(settings.get(self.district, CLOSING_DAYS, day)))

    def closes(self, hour: ConsultationHour, day: date) -> bool:
        return not hour.is_held_on_holidays and bool(self.holiday(day) or self.is_own(day))

    def words(self, day: date) -> SafeString | str:
        """Why it is closed, in the language of the page: the name of the holiday, or that the office is closed; "" otherwise."""
        name = self.holiday(day)
        if name in HOLIDAY_WORDS:
            return str(HOLIDAY_WORDS[name])
        if name:
            return format_html('<bdi lang="de">{}</bdi>', name)
        return str(CLOSED) if self.is_own(day) else ""


def closed_occurrences(hour: ConsultationHour, closures: Closures, first: date, until: date) -> Iterator[date]:
    """Days in [first, until) on which the hour would be held and falls out because of a closure."""
    found = occurrences(hour.rule(hour.post.valid_until), after=start_of(first), before=start_of(until))
    return (one.day for one in found if closures.closes(hour, one.day))


def cancelled_days(hours: Iterable[ConsultationHour], closures: Closures, now: datetime, ahead: timedelta) -> list[CancelledDay]:
    """What falls out from today on, in order, each day and reason once; by hand or because of a closure. Exceptions are loaded."""
    today = local_day(now)
    until = today + ahead + timedelta(days=1)
    found: dict[tuple[date, str], CancelledDay] = {}
    for hour in hours:
        for exception in hour.exceptions.all():
            if today <= exception.on < until and not closures.closes(hour, exception.on):
                words = format_html('<bdi lang="de">{}</bdi>', exception.reason) if exception.reason else ""
                found.setdefault((exception.on, str(words)), CancelledDay(exception.on, words))
        for day in closed_occurrences(hour, closures, today, until):
            words = closures.words(day)
            found.setdefault((day, str(words)), CancelledDay(day, words))
    return sorted(found.values(), key=lambda one: (one.on, str(one.reason)))
