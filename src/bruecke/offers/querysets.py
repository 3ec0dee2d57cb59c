"""Named filters of the tables of offers; `rules` says the same for one loaded row."""

from datetime import date
from typing import Self

from django.db.models import Q

from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Viewer, ViewerKind
from bruecke.offers import rules
from bruecke.offers.states import SHOWN, ChangeState, OfferState, Visibility


def published(on: date, prefix: str = "") -> Q:
    """As `rules.is_published`."""
    public = Q(**{f"{prefix}visibility": Visibility.PUBLIC, f"{prefix}state__in": sorted(SHOWN)})
    return public & (Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": on}))


class OfferQuerySet(ScopedQuerySet):
    """Offers of the open district."""

    def visible_to(self, viewer: Viewer, on: date) -> Self:
        """As `rules.can_see`."""
        if viewer.is_system:
            return self
        if viewer.is_person:
            return self.filter(district_id=viewer.district_id) if viewer.roles else self.none()
        if viewer.kind in {ViewerKind.ANONYMOUS, ViewerKind.LINK}:
            return self.published(on).filter(district_id=viewer.district_id)
        return self.none()

    def published(self, on: date) -> Self:
        """What the public catalogue shows that day."""
        return self.filter(published(on))

    def running(self) -> Self:
        """Neither draft nor archived."""
        return self.filter(state__in=sorted(SHOWN))

    def not_archived(self) -> Self:
        return self.exclude(state=OfferState.ARCHIVED)

    def unconfirmed_since(self, day: date) -> Self:
        """Running, and nobody said since `day` (exclusive) that the entry is right."""
        return self.running().filter(Q(confirmed_on=None) | Q(confirmed_on__lte=day))

    def with_line_facts(self) -> Self:
        """What a line of a list shows, in two queries."""
        return self.select_related("provider").prefetch_related("places__location", "places__area")


class InventoryQuerySet(ScopedQuerySet):
    """Tables beside the offers that members of the district see and nobody else."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_inventory` for a row of the district."""
        if viewer.is_system:
            return self
        return self.filter(district_id=viewer.district_id) if rules.can_see_inventory(viewer) else self.none()


class ChangeQuerySet(InventoryQuerySet):
    def open(self) -> Self:
        return self.filter(state=ChangeState.OPEN)


class FeedbackQuerySet(InventoryQuerySet):
    def open(self) -> Self:
        return self.filter(settled_at=None)
