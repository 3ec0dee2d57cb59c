"""Named filters of the tables of accounts; who sees which row is told again, for one loaded row, in `rules`."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from bruecke.accounts import rules
from bruecke.core.folding import find_key
from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Role, Viewer


class MembershipQuerySet(ScopedQuerySet):
    """Roles that people hold in the open district."""

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)

    def not_ended(self, day: date) -> Self:
        """Valid on `day` or later."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day))

    def overlapping(self, valid_from: date, valid_until: date | None) -> Self:
        """Valid on at least one day of the half-open period."""
        later = self.filter(Q(valid_until=None) | Q(valid_until__gt=valid_from))
        return later if valid_until is None else later.filter(valid_from__lt=valid_until)

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_membership`."""
        if rules.can_see_people(viewer):
            return self.filter(district_id=viewer.district_id)
        if viewer.has(Role.EMPLOYER):
            return self.filter(district_id=viewer.district_id).filter(
                Q(controller_id=viewer.controller_id) | Q(account_id=viewer.account_id)
            )
        return self.filter(account_id=viewer.account_id) if viewer.is_person else self.none()


class AccountQuerySet(models.QuerySet):
    """People who log in; a person belongs to a district through memberships only."""

    def matching(self, text: str) -> Self:
        """Name or address containing each word of `text`, umlauts folded."""
        rows = self
        for word in find_key(text).split():
            rows = rows.filter(find_key__contains=word)
        return rows

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_account`."""
        if not viewer.is_person or viewer.district_id is None:
            return self.none()
        membership: Any = self.model._meta.get_field("memberships").related_model
        memberships = membership.objects.visible_to(viewer).filter(account_id=OuterRef("pk"))
        return self.filter(Q(pk=viewer.account_id) | Exists(memberships))


class ControllerQuerySet(ScopedQuerySet):
    """Data owners of the open district."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Every member of the district may know its controllers; their names stand on public pages anyway."""
        return self.filter(district_id=viewer.district_id) if rules.can_see_controllers(viewer) else self.none()


class UnitQuerySet(ScopedQuerySet):
    """Organisational units of the open district."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As controllers."""
        return self.filter(district_id=viewer.district_id) if rules.can_see_controllers(viewer) else self.none()
