"""The permission table: every address of ours, who may open it, with which object, and what comes back.

The table is written from what the roles are meant to do, not read from the views. An address that is missing here fails,
and so does a row whose address is gone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bruecke.core.viewer import Role
from tests.permissions.world import Side, Who, members

Kwargs = Callable[[Side], dict[str, str]]
OK = frozenset({200})
DONE = frozenset({302})


def everybody() -> frozenset[Who]:
    return frozenset(members())


def holding(*roles: Role) -> frozenset[Who]:
    """Members with one of these roles, whatever their office."""
    return frozenset(who for who in members() if who[1] in roles)


def at(offices: Iterable[str], *roles: Role) -> frozenset[Who]:
    """Members of these offices with one of these roles."""
    return frozenset(who for who in holding(*roles) if who[0] in set(offices))


def nothing(side: Side) -> dict[str, str]:
    return {}


def uid(key: str, name: str = "uid") -> Kwargs:
    """The public id of a thing of the world."""
    return lambda side: {name: side.things[key].uid}


@dataclass(frozen=True)
class Case:
    """One object behind an address, and who may reach it."""

    kwargs: Kwargs
    who: frozenset[Who]


@dataclass(frozen=True)
class Page:
    """One address. `cases` by name; `answers` what the entitled get; `query` what is appended.

    `door`: desk, public, or open (below `/intern/`, without login). `is_list`: rows of a table, for the query counts.
    `is_blind`: the page says the same for an unknown object, so it tells nothing about a foreign one. `is_shared`: what the
    address names is no row of a district.
    """

    name: str
    cases: dict[str, Case]
    method: str = "GET"
    answers: frozenset[int] = OK
    feature: str = ""
    door: str = "desk"
    query: Callable[[Side], str] = lambda side: ""
    data: Callable[[Side], dict[str, Any]] = field(default=lambda side: {})
    is_blind: bool = False
    is_shared: bool = False
    is_list: bool = False
    is_cached: bool = False

    def url(self, side: Side, case: str, *, slug: str = "", lang: str = "de") -> str:
        """The address of a case's object, below this side's district or below `slug`."""
        return self.address(self.cases[case].kwargs(side), slug or side.slug, lang) + self.query(side)

    def address(self, kwargs: dict[str, str], slug: str, lang: str = "de") -> str:
        prefix = {"desk": {"district": slug}, "public": {"district": slug, "lang": lang}}.get(self.door, {})
        return reverse(self.name, kwargs={**prefix, **kwargs})

    @property
    def has_object(self) -> bool:
        return any(case.kwargs is not nothing for case in self.cases.values())


def one(who: frozenset[Who], kwargs: Kwargs = nothing) -> dict[str, Case]:
    return {"": Case(kwargs, who)}


def desk(name: str, who: frozenset[Who], kwargs: Kwargs = nothing, **given: Any) -> Page:
    return Page(name, one(who, kwargs), **given)


def public(name: str, kwargs: Kwargs = nothing, **given: Any) -> Page:
    return Page(name, one(everybody(), kwargs), door="public", **given)


def walk(patterns: Iterable[URLPattern | URLResolver] | None = None, space: str = "") -> list[tuple[str, Any]]:
    """Every named address with its view, as the resolver knows them."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found += walk(entry.url_patterns, inner)
        else:
            found.append((f"{space}{entry.name}", entry.callback))
    return found
