"""Named filters of the tables of the directory; `rules` says the same for one loaded row."""

from typing import Self

from bruecke.core.folding import find_key
from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Viewer
from bruecke.directory import rules


class EntryQuerySet(ScopedQuerySet):
    """What organisations and locations have in common."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_entry`."""
        return self.filter(district_id=viewer.district_id) if rules.can_see_directory(viewer) else self.none()

    def active(self) -> Self:
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)

    def matching(self, text: str) -> Self:
        """Each word of `text` occurs in the entry's key, umlauts folded."""
        rows = self
        for word in find_key(text).split():
            rows = rows.filter(find_key__contains=word)
        return rows


class OrganisationQuerySet(EntryQuerySet):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class LocationQuerySet(EntryQuerySet):
    def usable(self) -> Self:
        """Neither the location nor its organisation is archived."""
        return self.filter(archived_at=None, organisation__archived_at=None)
