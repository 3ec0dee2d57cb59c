"""How fresh an entry must be, by the settings of the district."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from bruecke.core import settings
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.offers import rules

CONFIRM_EVERY_MONTHS = "offers.confirm_every_months"
REMIND_AFTER_DAYS = "offers.remind_after_days"
UNANSWERED_AFTER_DAYS = "offers.unanswered_after_days"
FREE_PLACES_DAYS = "offers.free_places_days"


def confirm_months(district: District, on: date) -> int:
    """Every how many months an entry has to be confirmed."""
    return int(settings.get(district, CONFIRM_EVERY_MONTHS, on))


def free_places_days(district: District, on: date) -> int:
    """After how many days a count of free places is old."""
    return int(settings.get(district, FREE_PLACES_DAYS, on))


def unconfirmed_since(district: District, on: date) -> date:
    """Entries that were confirmed on this day or before are due on `on`, as `rules.is_fresh` says."""
    months = confirm_months(district, on)
    day = on - relativedelta(months=months)
    while rules.is_fresh(day, months=months, on=on):  # months end on different days: 31 January plus one month is 28 February
        day -= relativedelta(days=1)
    while not rules.is_fresh(day + relativedelta(days=1), months=months, on=on):
        day += relativedelta(days=1)
    return day


def is_fresh(confirmed_on: date | None, *, district: District, now: datetime) -> bool:
    """Whether the entry counts as confirmed today."""
    today = local_day(now)
    return rules.is_fresh(confirmed_on, months=confirm_months(district, today), on=today)
