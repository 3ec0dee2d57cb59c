"""The search over everything that one viewer may see: what apps hand in, and how the words of a question travel.

Each app searches its own tables with its own rights (`visible_to`); nothing is copied into an index for it. Words may be the
name of a person, so they never stand in an address: it carries them sealed, for half a day.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import Count, Q, Window

from bruecke.core.folding import find_key, seen
from bruecke.core.registry import Registry
from bruecke.core.viewer import Role, Viewer

if TYPE_CHECKING:
    from bruecke.core.models import District

LONGEST = 100  # characters of a question that are looked at
MOST_WORDS = 8
SHORTEST = 2  # letters with which a search begins
SEALED_FOR = timedelta(hours=12)
WORDS = "w"
"""Name of the sealed words in an address."""


@dataclass(frozen=True, slots=True)
class SearchQuestion:
    """What one person asks: `text` as typed, at most `limit` hits of each kind."""

    text: str
    viewer: Viewer
    district: "District"
    now: datetime
    limit: int = 5

    @property
    def words(self) -> list[str]:
        """The folded words, at most `MOST_WORDS` of them."""
        return find_key(self.text).split()[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found: its name, a second line, and the page that opens (`door`: "desk", or "public" in German)."""

    title: object
    route: str
    kwargs: Mapping[str, str] = field(default_factory=dict)
    detail: object = ""
    language: str = "de"
    door: str = "desk"
    anchor: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchHits:
    """The first hits of one kind. `total` counts all; `list_route` is the list that shows them, with `list_query` and the words."""

    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    list_route: str = ""
    list_query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, hits: Iterable[SearchHit], limit: int) -> "SearchHits":
        """Hits that stand in no list of their own."""
        every = tuple(hits)
        return cls(every[:limit], len(every))


@dataclass(frozen=True, slots=True)
class GlobalSearch:
    """One kind of thing that can be found. A hit is given only where its page would open for this viewer.

    `roles` None means every member; `feature` "" is always on. `find` runs in the scope of the district.
    """

    key: str
    label: object
    find: Callable[[SearchQuestion], SearchHits]
    feature: str = ""
    roles: frozenset[Role] | None = None
    order: int = 100

    def is_open_to(self, viewer: Viewer, district: "District") -> bool:
        return _is_open(self.feature, self.roles, viewer, district)


@dataclass(frozen=True, slots=True)
class Command:
    """A page that begins something ("Angebot eintragen"), found by its label and by `words`. `may` says more than `roles` can."""

    key: str
    label: object
    route: str
    words: str = ""
    feature: str = ""
    roles: frozenset[Role] | None = None
    may: Callable[[Viewer], bool] | None = None
    order: int = 100

    def is_open_to(self, viewer: Viewer, district: "District") -> bool:
        return _is_open(self.feature, self.roles, viewer, district) and (self.may is None or self.may(viewer))


def _is_open(feature: str, roles: frozenset[Role] | None, viewer: Viewer, district: "District") -> bool:
    if feature and not district.has_feature(feature):
        return False
    return viewer.is_person and (roles is None or viewer.has(*roles))


global_search: Registry[GlobalSearch] = Registry("global_search")
commands: Registry[Command] = Registry("commands")


def first_and_total(rows: Any, limit: int, *, counted: Q | None = None) -> tuple[list[Any], int]:
    """The first `limit` rows of an ordered queryset, and how many there are (of those that `counted` names). One query."""
    found = list(rows.annotate(found_in_all=Window(Count("pk", filter=counted)))[:limit])
    return found, found[0].found_in_all if found else 0


def matches(words: Iterable[str], *texts: object) -> bool:
    """Whether every folded word occurs in the texts: for the few rows that need no column for it."""
    whole = find_key(" ".join(str(text) for text in texts if text))
    return all(word in whole for word in words)


# --- words in addresses ----------------------------------------------------------------------------------------------


def typed(text: str) -> str:
    """What a person typed, as far as it is looked at: one line, no hidden signs."""
    return " ".join(seen(text).split())[:LONGEST]


def sealed_words(text: str, now: datetime) -> str:
    """The words for an address. Only this installation reads them, and only until `SEALED_FOR` is over."""
    return _fernet().encrypt_at_time(typed(text).encode(), int(now.timestamp())).decode().rstrip("=")


def unsealed_words(token: str, now: datetime) -> str:
    """The words again; "" where the token is old, altered or not ours."""
    try:
        padded = f"{token}{'=' * (-len(token) % 4)}".encode()
        return typed(_fernet().decrypt_at_time(padded, int(SEALED_FOR.total_seconds()), int(now.timestamp())).decode())
    except (InvalidToken, ValueError):
        return ""


def _fernet() -> Fernet:
    digest = hashlib.sha256(f"search-words\0{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
