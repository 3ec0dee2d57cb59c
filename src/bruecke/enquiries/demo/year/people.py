"""Who works with questions on a day of the demo's year, and whose questions are whose."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Account, Membership
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.scope import for_districts
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import queries, rules
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries.routing import Addressee
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing.models import Absence, Post, PostHolder, Responsibility, TopicResponsibility
from bruecke.staffing.querysets import valid_on

_DECIDING: tuple[Any, ...] = (Post, PostHolder, Responsibility, TopicResponsibility, Absence, Membership)
"""Who is where for what on a day follows from these rows and the municipalities alone."""


@dataclass(slots=True)
class Plans:
    """Which rows decide on a day, in every district of the demo: read together, once a day."""

    districts: list[District]
    _day: date | None = None
    _rows: dict[int, set[tuple[int, int]]] = field(default_factory=dict)

    def of(self, district: District, day: date) -> set[tuple[int, int]]:
        if day != self._day:
            self._day, self._rows = day, {one.pk: set() for one in self.districts}
            with for_districts(self.districts):
                for number, model in enumerate(_DECIDING):
                    for district_id, key in model.objects.filter(valid_on(day)).order_by().values_list("district_id", "pk"):
                        self._rows[district_id].add((number, key))
        return self._rows[district.pk]


@dataclass(slots=True)
class Desk:
    """The offices of one district; who does what is asked once, until something of the plan begins or ends."""

    district: District
    plans: Plans
    _day: date | None = None
    _plan: Any = None
    _known: dict[Any, Any] = field(default_factory=dict)

    def _once(self, day: date, key: Any, ask: Any) -> Any:
        if day != self._day:
            areas = frozenset(places.municipalities_of(self.district.ags, day).order_by().values_list("pk", flat=True))
            plan = self.plans.of(self.district, day), areas
            self._day = day
            if plan != self._plan:
                self._plan, self._known = plan, {}
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]

    def areas(self, day: date) -> list[Area]:
        """Municipalities that exist on the day."""
        return self._once(day, "areas", lambda: list(places.municipalities_of(self.district.ags, day)))

    def addressee(self, place: Area | None, day: date) -> Addressee | None:
        key = ("addressee", place.pk if place else "")
        return self._once(day, key, lambda: queries.addressee_for(self.district, place, day))

    def viewer(self, account: Account, at: datetime) -> Viewer:
        return self._once(clock.local_day(at), ("viewer", account.pk), lambda: queries.viewer_of(account, self.district, at))

    def office(self, at: datetime) -> Viewer | None:
        """Who leads the coordination."""
        day = clock.local_day(at)
        account = self._once(day, "office", lambda: accounts.members_with_role(self.district, day, Role.DISTRICT_OFFICE).first())
        return self.viewer(account, at) if account else None

    def holders(self, day: date) -> list[Account]:
        """Who holds a post that day and is there, in the order of the posts."""
        return self._once(day, "holders", lambda: self._present(day))

    def _present(self, day: date) -> list[Account]:
        away = set(Absence.objects.filter(valid_from__lte=day, valid_until__gt=day).values_list("post_id", flat=True))
        held = PostHolder.objects.valid_on(day).exclude(account=None).exclude(post__in=away).select_related("account")
        return [row.account for row in held.order_by("post__number", "pk")]

    def counter_of(self, account: Account, at: datetime) -> Viewer | None:
        """Somebody who enters questions for her places; None where she has none that day."""
        viewer = self.viewer(account, at)
        return viewer if viewer.municipalities and rules.can_capture(viewer) else None

    def find(self, key: int) -> Enquiry | None:
        """The question as it is now; None when it was erased."""
        try:
            return Enquiry.objects.select_related("assigned_account").get(pk=key)
        except Enquiry.DoesNotExist:
            return None

    def worker(self, enquiry: Enquiry, at: datetime) -> Viewer | None:
        """Who has the question, else a person of the named office who may work on it."""
        if enquiry.assigned_account is not None:
            viewer = self.viewer(enquiry.assigned_account, at)
            if rules.can_work_on(viewer, enquiry):
                return viewer
        leading = self.office(at)
        if leading is not None and rules.can_work_on(leading, enquiry):
            return leading
        others = (self.viewer(account, at) for account in self.holders(clock.local_day(at)))
        return next((other for other in others if rules.can_work_on(other, enquiry)), None)
