"""Named filters of the tables of the directory; `rules` says the same for one loaded row."""

from datetime import date, datetime
from typing import Self

from django.db.models import Q

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


class ContactQuerySet(EntryQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_contact`."""
        if not rules.can_see_directory(viewer):
            return self.none()
        own = self.filter(district_id=viewer.district_id)
        return own if rules.can_keep_contacts(viewer) else own.filter(is_released=True, archived_at=None)

    def released(self) -> Self:
        """What everybody may see."""
        return self.usable().filter(is_released=True)

    def usable(self) -> Self:
        """Neither the person nor her organisation is archived."""
        return self.filter(archived_at=None, organisation__archived_at=None)

    def unusable(self) -> Self:
        """The person or her organisation is archived."""
        return self.exclude(archived_at=None, organisation__archived_at=None)

    def archived_before(self, moment: datetime) -> Self:
        """The person or her organisation was archived before `moment`."""
        return self.filter(Q(archived_at__lt=moment) | Q(organisation__archived_at__lt=moment))

    def unchecked_since(self, day: date) -> Self:
        """Usable ones that nobody has looked at since before `day`."""
        return self.usable().filter(checked_on__lt=day)

    def matching(self, text: str) -> Self:
        """Each word of `text` occurs in the person's key or in that of her organisation."""
        rows = self
        for word in find_key(text).split():
            rows = rows.filter(Q(find_key__contains=word) | Q(organisation__find_key__contains=word))
        return rows
