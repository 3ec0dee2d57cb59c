"""Named filters of the tables of staffing; `rules` says the same for one loaded row."""

from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Role, Viewer
from bruecke.staffing import rules


def valid_on(day: date, prefix: str = "") -> Q:
    """The half-open period [valid_from, valid_until) holds on `day`."""
    open_end = Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": day})
    return open_end & Q(**{f"{prefix}valid_from__lte": day})


class PeriodQuerySet(ScopedQuerySet):
    """Rows with a half-open period."""

    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day))

    def not_ended(self, day: date) -> Self:
        """Valid on `day` or later."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day))

    def overlapping(self, start: date, end: date | None) -> Self:
        """Valid on at least one day of [start, end)."""
        later = self.not_ended(start)
        return later if end is None else later.filter(valid_from__lt=end)


class PostQuerySet(PeriodQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_post`."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_see_every_post(viewer):
            return own
        seen = Q(pk__in=[])
        if viewer.has(Role.EMPLOYER):
            seen |= Q(controller_id=viewer.controller_id) | Q(employer__uid__in=viewer.organisations)
        if viewer.has(Role.MUNICIPALITY):
            responsibilities: Any = self.model._meta.get_field("responsibilities").related_model
            there = responsibilities.objects.filter(post=OuterRef("pk"), municipality_id__in=viewer.municipalities)
            seen |= Q(Exists(there))
        return own.filter(seen) if viewer.is_person else self.none()


class HolderQuerySet(PeriodQuerySet):
    """Who holds a post when."""


class ResponsibilityQuerySet(PeriodQuerySet):
    """Which post is in charge of which municipality when."""


class AbsenceQuerySet(PeriodQuerySet):
    """When nobody answers for a post."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Who sees every post sees when nobody answers for it; the reason is not kept."""
        return self.filter(district_id=viewer.district_id) if rules.can_see_every_post(viewer) else self.none()


class ConsultationHourQuerySet(PeriodQuerySet):
    """Weekly rules of consultation hours."""


class AssignmentQuerySet(ScopedQuerySet):
    def made(self) -> Self:
        """Those that were not taken back, the last one first."""
        return self.filter(undone_at=None).order_by("-made_at", "-pk")
