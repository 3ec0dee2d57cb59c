"""A plan played through: who would carry how much if municipalities and VzÄ were shared out differently. Nothing is kept.

The draft stands in the address of the page: it can be saved, sent and gone back from, and no table holds plans about people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.staffing.models import Post
from bruecke.staffing.queries.need import Need, NeedRow, NeedSum, need_of, sum_up
from bruecke.staffing.rules.shares import spread

NOBODY = ""
MOST_NEW = 5
FULL = Decimal(1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What differs from the plan: municipalities by AGS to the key of a post, VzÄ by that key, and how many more posts.

    The key of a post is its number, of an additional one `neu1` and so on; `NOBODY` takes a municipality from everybody.
    VzÄ 0: the post is dropped.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    volumes: Mapping[str, Decimal] = field(default_factory=dict)
    extra: int = 0


@dataclass(frozen=True, slots=True)
class PlayedPost:
    """A post in the game; `post` None: an additional one. `before` is its VzÄ in the plan."""

    key: str
    label: str
    post: Post | None
    before: Decimal
    fte: Decimal
    places: int
    sum: NeedSum

    @property
    def is_changed(self) -> bool:
        return self.fte != self.before


@dataclass(frozen=True, slots=True)
class PlayedPlace:
    row: NeedRow
    before: str
    key: str

    @property
    def is_moved(self) -> bool:
        return self.key != self.before


@dataclass(frozen=True, slots=True)
class Play:
    """The game of a day. `unassigned`: the municipalities that nobody with VzÄ would carry."""

    on: date
    posts: tuple[PlayedPost, ...]
    places: tuple[PlayedPlace, ...]
    total: NeedSum
    unassigned: int

    @property
    def spread_residents(self) -> Decimal | None:
        return spread([post.sum.residents_per_fte for post in self.posts])

    @property
    def spread_foreign(self) -> Decimal | None:
        return spread([post.sum.foreign_per_fte for post in self.posts])

    @property
    def spread_places(self) -> Decimal | None:
        return spread([post.sum.places_per_fte for post in self.posts])

    @property
    def is_changed(self) -> bool:
        return any(place.is_moved for place in self.places) or any(post.is_changed for post in self.posts)

    def moves(self) -> dict[str, Post]:
        """What can be put in force: municipalities that go to another post that exists, by AGS."""
        posts = {post.key: post.post for post in self.posts}
        found = {place.row.area.pk: posts.get(place.key) for place in self.places if place.is_moved}
        return {ags: post for ags, post in found.items() if post is not None}

    def not_moved(self) -> list[PlayedPlace]:
        """What cannot: municipalities that would go to an additional post or to nobody."""
        return [place for place in self.places if place.is_moved and place.row.area.pk not in self.moves()]


def play_of(viewer: Viewer, district: District, on: date, draft: Draft) -> Play:
    """The plan of the day with the draft on top; keys the plan does not know are ignored. As many queries as the need."""
    need = need_of(viewer, district, on)
    known = _keys(need, draft.extra)
    places = _places(need, draft, set(known))
    posts = tuple(_post(key, label, post, before, draft, places) for key, (label, post, before) in known.items())
    busy = {post.key for post in posts if post.fte}
    total = sum_up((place.row for place in places), sum((post.fte for post in posts), Decimal(0)))
    return Play(on, posts, places, total, sum(1 for place in places if place.key not in busy))


def _keys(need: Need, extra: int) -> dict[str, tuple[str, Post | None, Decimal]]:
    known: dict[str, tuple[str, Post | None, Decimal]] = {
        str(group.post.number): (group.post.short_label, group.post, group.sum.fte) for group in need.groups if group.post
    }
    for number in range(1, min(extra, MOST_NEW) + 1):
        known[f"neu{number}"] = (_("neue Stelle %(number)s") % {"number": number}, None, Decimal(0))
    return known


def _places(need: Need, draft: Draft, known: set[str]) -> tuple[PlayedPlace, ...]:
    found = []
    for group in need.groups:
        before = str(group.post.number) if group.post else NOBODY
        for row in group.rows:
            wish = draft.places.get(row.area.pk, before)
            found.append(PlayedPlace(row, before, wish if wish in known or wish == NOBODY else before))
    return tuple(sorted(found, key=lambda place: (place.row.area.sort_key, place.row.area.pk)))


def _post(key: str, label: str, post: Post | None, before: Decimal, draft: Draft, places: tuple[PlayedPlace, ...]) -> PlayedPost:
    fte = draft.volumes.get(key, before if post else FULL)
    own = [place.row for place in places if place.key == key]
    return PlayedPost(key, label, post, before, fte, len(own), sum_up(own, fte))
