"""Named filters of the tables of data protection; `rules` says the same for one loaded row."""

from datetime import date
from typing import Self

from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.states import BreachState, RequestState


class _OfController(ScopedQuerySet):
    def own(self, viewer: Viewer) -> Self:
        """Of the controller the viewer works for."""
        return self.filter(district_id=viewer.district_id, controller_id=viewer.controller_id)


class RecordQuerySet(_OfController):
    """Additions to the record, releases, lines of the protocol of erasures."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_read_record`."""
        may = rules.can_read_record(viewer, controller_id=viewer.controller_id)
        return self.own(viewer) if may else self.none()


class RequestQuerySet(_OfController):
    """Requests of persons concerned."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_handle_request`."""
        if viewer.is_system:
            return self
        may = rules.can_handle_request(viewer, controller_id=viewer.controller_id)
        return self.own(viewer) if may else self.none()

    def open(self) -> Self:
        return self.filter(state=RequestState.OPEN)

    def past_retention(self, day: date) -> Self:
        """Done, and the period after it is over."""
        return self.exclude(state=RequestState.OPEN).filter(delete_on__lte=day)


class BreachQuerySet(_OfController):
    """Breaches of the protection of personal data."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_breach`."""
        if viewer.is_system:
            return self
        return self.own(viewer) if rules.can_see_breach(viewer, controller_id=viewer.controller_id) else self.none()

    def open(self) -> Self:
        return self.filter(state=BreachState.OPEN)
