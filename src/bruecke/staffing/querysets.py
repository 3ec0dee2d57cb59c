"""Named filters of the tables of staffing; `rules` says the same for one loaded row."""

from datetime import date
from typing import Any, Self, TypeVar

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


Rows = TypeVar("Rows", bound=PeriodQuerySet)


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


class PostPayerQuerySet(PeriodQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_costs`."""
        return _costs_seen(self, viewer)


class PostCostQuerySet(PeriodQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_costs`."""
        return _costs_seen(self, viewer)


class ResponsibilityQuerySet(PeriodQuerySet):
    """Which post is in charge of which municipality when."""


class TopicResponsibilityQuerySet(PeriodQuerySet):
    """Which post is in charge of which topic when."""


class MunicipalityFigureQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """Published counts: whoever sees every post; a municipality its own."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_see_every_post(viewer):
            return own
        return own.filter(municipality_id__in=viewer.municipalities) if viewer.has(Role.MUNICIPALITY) else self.none()


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


def _costs_seen(rows: Rows, viewer: Viewer) -> Rows:
    own = rows.filter(district_id=viewer.district_id)
    if rules.can_see_every_cost(viewer):
        return own
    if viewer.has(Role.EMPLOYER):
        return own.filter(Q(post__controller_id=viewer.controller_id) | Q(post__employer__uid__in=viewer.organisations))
    return rows.none()


class HandOverQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_hand_over`."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_manage_posts(viewer):
            return own
        if not viewer.is_coordinator or viewer.account_id is None:
            return self.none()
        holders: Any = self.model._meta.get_field("leaving").related_model
        following = holders.objects.filter(
            post=OuterRef("post"), account_id=viewer.account_id, valid_from__gte=OuterRef("leaving__valid_from")
        )
        return own.filter(Exists(following))


class EscalationContactQuerySet(ScopedQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_escalation`: offices and coordinators all, a municipality its own and those of every place."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_see_every_escalation(viewer):
            return own
        if viewer.has(Role.MUNICIPALITY):
            return own.filter(Q(municipality=None) | Q(municipality_id__in=viewer.municipalities))
        return self.none()


class EscalationNoticeQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_escalation`."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_see_every_escalation(viewer):
            return own
        return own.filter(municipality_id__in=viewer.municipalities) if viewer.has(Role.MUNICIPALITY) else self.none()


class SheetRecipientQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_manage_posts`."""
        return self.filter(district_id=viewer.district_id) if rules.can_manage_posts(viewer) else self.none()


class PlaceSheetQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_sheet`: the offices and coordinators all, a municipality its own."""
        own = self.filter(district_id=viewer.district_id)
        if rules.can_see_every_post(viewer):
            return own
        return own.filter(municipality_id__in=viewer.municipalities) if viewer.has(Role.MUNICIPALITY) else self.none()
