"""The cards of *Heute* as the page draws them, and the page on which a person puts them in order."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bruecke.accounts import actions as accounts
from bruecke.core.dashboard import Arrangement, Card, CardFact, DashboardCard, cards_for
from bruecke.core.models import District
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskPage
from bruecke.ui.views.base import go_to
from bruecke.ui.wording import number


@dataclass(frozen=True, slots=True)
class ShownFact:
    label: object
    value: str
    url: str
    is_late: bool
    is_hidden: bool
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with addresses instead of routes; `way` is (words, address)."""

    key: str
    title: object
    facts: list[ShownFact]
    note: object
    way: tuple[object, str] | None


def arrangement_of(account: Any, district: District) -> Arrangement:
    """Read off the account, which every request has loaded: no query."""
    kept = getattr(account, "desk_cards", None)
    return Arrangement.of(kept.get(district.uid)) if isinstance(kept, dict) else Arrangement()


def shown(request: HttpRequest, card: DashboardCard, held: Card) -> ShownCard:
    way = (held.way[0], _address(request, held.way[1], held.way[2])) if held.way else None
    return ShownCard(card.key, card.title, [_fact(request, fact) for fact in held.facts], held.note, way)


def _fact(request: HttpRequest, fact: CardFact) -> ShownFact:
    words = "•" if fact.value is None else number(fact.value) if isinstance(fact.value, int | float) else str(fact.value)
    url = _address(request, fact.route, fact.query, fact.route_kwargs) if fact.route else ""
    phone = re.sub(r"[^+0-9]", "", words) if fact.is_phone else ""
    return ShownFact(fact.label, words, url, fact.is_late, fact.value is None, phone)


def _address(request: HttpRequest, route: str, query: Any, kwargs: Any = None) -> str:
    address = desk_url(request, route, **(kwargs or {}))
    return f"{address}?{urlencode(query)}" if query else address


class ArrangeCards(DeskPage):
    """Which cards one sees, in what order: a button each, so that it works without script and by keyboard."""

    template_name = "web/cards.html"

    def _arrangement(self) -> Arrangement:
        return arrangement_of(self.request.user, self.district)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        arrangement = self._arrangement()
        found = cards_for(self.viewer, self.district, arrangement)
        rows = [(card, card.key in arrangement.hidden) for card in found]
        crumbs = [(_("Heute"), desk_url(self.request, "web:today"))]
        return super().get_context_data(
            rows=rows, crumbs=crumbs, is_changed=bool(arrangement.order or arrangement.hidden), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        arrangement = self._arrangement()
        keys = [card.key for card in cards_for(self.viewer, self.district, arrangement)]
        hidden = set(arrangement.hidden)
        deed, _colon, key = request.POST.get("tun", "").partition(":")
        if deed == "zuruecksetzen":
            keys, hidden = [], set()
        elif key not in keys:
            return go_to(request, request.path)
        elif deed in {"hoch", "runter"}:
            _move(keys, key, -1 if deed == "hoch" else 1)
        elif deed == "aus":
            hidden.add(key)
        elif deed == "ein":
            hidden.discard(key)
        accounts.arrange_cards(account=request.user, district=self.district, order=keys, hidden=hidden, now=self.now)  # type: ignore[arg-type]
        if deed == "zuruecksetzen":
            messages.success(request, _("Die Karten stehen wieder wie am Anfang."))
        return go_to(request, request.path)


def _move(keys: list[str], key: str, by: int) -> None:
    place = keys.index(key)
    other = min(max(place + by, 0), len(keys) - 1)
    keys[place], keys[other] = keys[other], keys[place]
