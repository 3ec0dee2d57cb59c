"""Named filters of a district's own terms; `rules` says the same for one loaded row."""

from typing import Self

from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Viewer
from bruecke.vocabulary import rules


class DistrictTermQuerySet(ScopedQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_terms`."""
        return self.filter(district_id=viewer.district_id) if rules.can_see_terms(viewer) else self.none()
