"""What data protection forgets of its own: collected files after two weeks, requests and breaches after the district's period."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from bruecke.core import clock, settings
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.privacy.actions.requests import drop_result
from bruecke.privacy.models import Breach, SubjectRequest
from bruecke.privacy.states import KEEP_MONTHS, BreachState


@transaction.atomic
def forget_results(district: District, now: datetime) -> int:
    """Delete collected data whose two weeks are over. Returns how many files."""
    viewer = Viewer.system("retention", district.pk)
    due = SubjectRequest.objects.select_for_update(of=("self",)).filter(result_until__lte=clock.local_day(now)).order_by("pk")
    return sum(drop_result(one, viewer, now) for one in list(due))


@transaction.atomic
def forget_requests(district: District, now: datetime) -> int:
    """Delete the records of requests that were answered long ago. Returns how many."""
    viewer = Viewer.system("retention", district.pk)
    gone = list(SubjectRequest.objects.past_retention(clock.local_day(now)).order_by("pk"))
    for one in gone:
        drop_result(one, viewer, now)
        one.delete()
    return len(gone)


@transaction.atomic
def forget_breaches(district: District, now: datetime) -> int:
    """Delete breaches that were closed longer ago than the district's period. Returns how many."""
    months = settings.get(district, KEEP_MONTHS, clock.local_day(now))
    gone = list(Breach.objects.filter(state=BreachState.CLOSED, closed_at__lt=now - relativedelta(months=months)).order_by("pk"))
    for one in gone:
        one.delete()
    return len(gone)


def kept_for(district: District, day: date) -> object:
    """`36 Monate nach dem Abschluss`."""
    return _("%(months)s Monate nach dem Abschluss") % {"months": settings.get(district, KEEP_MONTHS, day)}


def requests_due(district: District, until: datetime) -> dict[int | None, int]:
    """Requests whose day comes before `until`, by controller."""
    due = SubjectRequest.objects.past_retention(clock.local_day(until)).order_by()
    return dict(due.values_list("controller_id").annotate(number=Count("pk")))
