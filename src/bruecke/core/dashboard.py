"""Cards of *Heute*: what apps show of themselves to each role. The counts of all cards are asked in one question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bruecke.core.counting import counted
from bruecke.core.models import District
from bruecke.core.registry import Registry
from bruecke.core.viewer import Role, Viewer

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CardFact:
    """A line of a card: a figure (`value` None: hidden) or words, and the desk route it opens. `is_late` shows it as overdue,
    `is_phone` makes the words a telephone link."""

    label: object
    value: int | float | str | None
    route: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    route_kwargs: Mapping[str, str] = field(default_factory=dict)
    is_late: bool = False
    is_phone: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What a card holds today; `note` says what is counted, `way` (words, route, query) leads on."""

    facts: Sequence[CardFact]
    note: object = ""
    way: tuple[object, str, Mapping[str, str]] | None = None


def _nothing(viewer: Viewer, now: datetime) -> dict[str, QuerySet]:
    return {}


@dataclass(frozen=True, slots=True)
class DashboardCard:
    """One card. `build(viewer, now, counts)` gives what it holds, None where there is nothing; two queries at most.

    `counts(viewer, now)` names querysets; they are counted together with those of the other cards and come as `counts`.
    """

    key: str
    title: object
    roles: frozenset[Role]
    build: Callable[[Viewer, datetime, Counts], Card | None]
    counts: Callable[[Viewer, datetime], Mapping[str, QuerySet]] = _nothing
    feature: str = ""
    order: int = 100


cards: Registry[DashboardCard] = Registry("cards")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a person made of her cards: keys in her order, and those she hides. Unknown keys are left alone."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, kept: Any) -> "Arrangement":
        """From what is kept of it; anything unreadable counts as nothing."""
        if not isinstance(kept, dict):
            return cls()
        order, hidden = kept.get("order", []), kept.get("hidden", [])
        return cls(tuple(str(key) for key in order), frozenset(str(key) for key in hidden))

    def sorted(self, found: Sequence[DashboardCard]) -> list[DashboardCard]:
        """Those she has put in order first, the others as they come."""
        places = {key: place for place, key in enumerate(self.order)}
        return sorted(found, key=lambda card: places.get(card.key, len(places)))


def cards_for(viewer: Viewer, district: District, arrangement: Arrangement) -> list[DashboardCard]:
    """Every card of the viewer's roles in her order, hidden ones too."""
    found = [card for card in cards if viewer.has(*card.roles) and (not card.feature or district.has_feature(card.feature))]
    return arrangement.sorted(found)


def shown_cards(viewer: Viewer, district: District, arrangement: Arrangement, now: datetime) -> list[tuple[DashboardCard, Card]]:
    """The cards she has not hidden, with what they hold; empty ones are left out. One query for all counts."""
    found = [card for card in cards_for(viewer, district, arrangement) if card.key not in arrangement.hidden]
    asked = {(card.key, name): rows for card in found for name, rows in card.counts(viewer, now).items()}
    numbers = counted(viewer.district_id, **{f"c{place}": rows for place, rows in enumerate(asked.values())})
    by_card: dict[str, dict[str, int]] = {card.key: {} for card in found}
    for (key, name), number in zip(asked, numbers.values(), strict=True):
        by_card[key][name] = number
    built = [(card, card.build(viewer, now, by_card[card.key])) for card in found]
    return [(card, held) for card, held in built if held is not None]
