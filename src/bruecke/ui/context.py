"""What every layout needs: district, languages, navigation. On public pages it asks no session, person or message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core.registries import NavigationEntry, navigation
from bruecke.ui.languages import LanguageLink, direction_of, native_name
from bruecke.ui.urls import desk_url, public_url, same_page_in

GROUPS = (("daily", ""), ("district", _("Bedarf")), ("network", _("Netzwerk")), ("administration", _("Verwaltung")))
SEARCH = "search"  # the entry with this key is the search box above the groups
LEGAL = "legal"  # public entries of this group stand in the footer
PHONE_PLACES = 4  # the fifth place of the tab bar is "Mehr"


@dataclass(frozen=True, slots=True)
class Place:
    """A navigation entry as the page shows it."""

    key: str
    group: str
    label: object
    phone_label: object
    url: str
    icon: str
    count: int
    is_current: bool
    on_phone: bool
    is_post: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A titled part of the side navigation."""

    key: str
    label: object
    places: tuple[Place, ...]


@dataclass
class Layout:
    """The frame around a page. Reads are lazy: a page that shows no navigation asks nothing."""

    request: HttpRequest

    @property
    def district(self) -> Any:
        return getattr(self.request, "district", None)

    @property
    def now(self) -> datetime:
        """The moment of the request, for the head of prints."""
        return getattr(self.request, "now", None) or clock.now()

    @property
    def viewer(self) -> Any:
        return getattr(self.request, "viewer", None)

    @property
    def is_desk(self) -> bool:
        return getattr(self.request, "door", "") == "desk"

    @property
    def theme(self) -> str:
        """ "device", or what the person chose: "light", "dark". On public pages her browser knows it (`theme.js`)."""
        return getattr(self.request, "theme", "device")

    @property
    def lang(self) -> str:
        return getattr(self.request, "lang", "") or get_language() or "de"

    @property
    def dir(self) -> str:
        return direction_of(self.lang)

    @property
    def person_lines(self) -> tuple[object, ...]:
        """Roles and places under the person's name, put on the request by the app that knows them."""
        return tuple(getattr(self.request, "person_lines", ()))

    @cached_property
    def home_url(self) -> str:
        """Start page of the district in this language."""
        return f"/{self.lang}/{self.district.slug}/" if self.district else f"/{self.lang}/"

    @cached_property
    def desk_home_url(self) -> str:
        return f"/intern/{self.district.slug}/" if self.district else "/intern/"

    @cached_property
    def languages(self) -> tuple[LanguageLink, ...]:
        """Every public language of the district, with this page's address in it."""
        codes = self.district.public_languages if self.district else [self.lang]
        return tuple(
            LanguageLink(code, native_name(code), direction_of(code), same_page_in(self.request, code), code == self.lang)
            for code in codes
        )

    @property
    def language(self) -> LanguageLink:
        """The language of this page."""
        return next((entry for entry in self.languages if entry.is_current), self.languages[0])

    @cached_property
    def public_places(self) -> tuple[Place, ...]:
        """The band of the public pages."""
        return tuple(place for place in self._public if place.group != LEGAL)

    @cached_property
    def legal_places(self) -> tuple[Place, ...]:
        """The foot of the public pages: imprint, privacy, accessibility."""
        return tuple(place for place in self._public if place.group == LEGAL)

    @cached_property
    def _public(self) -> list[Place]:
        return self._places(entry for entry in navigation if entry.door == "public")

    @property
    def funding_notice(self) -> str:
        """The district's sentence about who pays."""
        return self.district.label("funding_notice") if self.district else ""

    @property
    def messages(self) -> Iterable[Any]:
        """What the last action said; at the desk only, public pages know no session."""
        return get_messages(self.request) if self.is_desk else ()

    @cached_property
    def _desk_places(self) -> list[Place]:
        return self._places(entry for entry in navigation if entry.door == "desk" and entry.key != SEARCH)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The side navigation of the desk; empty groups are left out."""
        groups = (Group(key, label, tuple(place for place in self._desk_places if place.group == key)) for key, label in GROUPS)
        return tuple(group for group in groups if group.places)

    @cached_property
    def foot(self) -> tuple[Place, ...]:
        """Links under the person: account, other district, log out."""
        return tuple(place for place in self._desk_places if place.group == "foot")

    @cached_property
    def tabs(self) -> tuple[Place, ...]:
        """The tab bar of the phone without its last place."""
        return tuple(place for place in self._desk_places if place.on_phone)[:PHONE_PLACES]

    @cached_property
    def search_url(self) -> str:
        """Where the search box leads; empty: there is none."""
        if SEARCH not in navigation or not self.district or not navigation[SEARCH].is_open_to(self.viewer, self.district):
            return ""
        return desk_url(self.request, navigation[SEARCH].route)

    def _open(self, entries: Iterable[NavigationEntry]) -> list[NavigationEntry]:
        if not self.district or not self.viewer:
            return []
        return [entry for entry in entries if entry.is_open_to(self.viewer, self.district)]

    def _places(self, entries: Iterable[NavigationEntry]) -> list[Place]:
        shown = [(entry, self._address(entry)) for entry in self._open(entries)]
        current = self._current(shown)
        return [self._place(entry, url, is_current=entry.key == current) for entry, url in shown]

    def _address(self, entry: NavigationEntry) -> str:
        return (desk_url if entry.door == "desk" else public_url)(self.request, entry.route)

    def _current(self, shown: list[tuple[NavigationEntry, str]]) -> str:
        """Key of this page's entry: named by the view, else by its route, else the nearest address above it."""
        match = getattr(self.request, "matched", None) or self.request.resolver_match
        if match is None:
            return ""
        if named := getattr(getattr(match.func, "view_class", None), "place", ""):
            return named
        for entry, _url in shown:
            if entry.route == match.view_name:
                return entry.key
        homes = {self.home_url, self.desk_home_url}
        above = [(len(url), entry.key) for entry, url in shown if url not in homes and self.request.path.startswith(url)]
        return max(above)[1] if above else ""

    def _place(self, entry: NavigationEntry, url: str, *, is_current: bool) -> Place:
        return Place(
            key=entry.key,
            group=entry.group,
            label=entry.label,
            phone_label=entry.phone_label or entry.label,
            url=url,
            icon=entry.icon,
            count=entry.count(self.viewer, self.request.now) if entry.count else 0,  # type: ignore[attr-defined]
            is_current=is_current,
            on_phone=entry.on_phone,
            is_post=entry.is_post,
        )


def layout(request: HttpRequest) -> dict[str, Layout]:
    """Context processor: `layout` in every template."""
    return {"layout": Layout(request)}
