"""Cards of *Heute* about the catalogue: what there is, what nobody has confirmed, what is near one's own place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_scopes import get_scope

from bruecke.core.clock import local_day
from bruecke.core.dashboard import Card, CardFact, Counts, DashboardCard
from bruecke.core.viewer import Role, Viewer
from bruecke.offers.models import ChangeProposal, Offer, OfferFeedback, OfferPlace
from bruecke.offers.queries.filters import DUE
from bruecke.offers.queries.freshness import unconfirmed_since
from bruecke.offers.states import OfferState

_LIST = "offers:list"


def _running(now: datetime) -> Any:
    """As the page of figures counts the inventory."""
    return Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=local_day(now)))


def _counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    district, today = get_scope()["district"], local_day(now)
    running = _running(now)
    return {"running": running, "due": running.unconfirmed_since(unconfirmed_since(district, today))}


def _inventory_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    return Card(
        facts=(
            CardFact(_("laufende Angebote"), counts["running"], _LIST, {"tab": "alle", "laufend": "1"}),
            CardFact(_("zu bestätigen"), counts["due"], _LIST, {"tab": "alle", "laufend": "1", "bestaetigt": DUE}),
        ),
        way=(_("Zahlen öffnen"), "reporting:figures", {"zahlen": "angebote"}),
    )


def _editing_counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    return {
        **_counts(viewer, now),
        "drafts": Offer.objects.filter(state=OfferState.DRAFT),
        "proposals": ChangeProposal.objects.visible_to(viewer).open(),
        "hints": OfferFeedback.objects.visible_to(viewer).open(),
    }


def _editing_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    facts = [
        CardFact(_("laufende Angebote"), counts["running"], _LIST, {"tab": "alle", "laufend": "1"}),
        CardFact(_("zu bestätigen"), counts["due"], _LIST, {"tab": "alle", "laufend": "1", "bestaetigt": DUE}),
        CardFact(_("Entwürfe"), counts["drafts"], _LIST, {"tab": "alle", "stand": OfferState.DRAFT.value}),
    ]
    if counts["proposals"] or counts["hints"]:
        facts.append(CardFact(_("Vorschläge und Hinweise"), counts["proposals"] + counts["hints"], _LIST))
    return Card(facts)


def _near_counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    here = OfferPlace.objects.filter(offer=OuterRef("pk"), location__isnull=False, area_id__in=sorted(viewer.municipalities))
    return {"here": _running(now).filter(Exists(here)), "all": _running(now)}


def _near_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    if not viewer.municipalities:
        return None
    places = sorted(viewer.municipalities)
    query = {"tab": "alle", "laufend": "1", "haus": places[0]} if len(places) == 1 else {"tab": "alle", "laufend": "1"}
    return Card(
        facts=(
            CardFact(
                _("in Ihren Orten") if len(places) > 1 else _("in Ihrem Ort"),
                counts["here"],
                _LIST if len(places) == 1 else "",
                query,
            ),
            CardFact(_("im ganzen Landkreis"), counts["all"], _LIST, {"tab": "alle", "laufend": "1"}),
        ),
        note=_("laufend, mit einem Haus im Ort"),
    )


CARDS = (
    DashboardCard(
        "offers.inventory",
        _("Angebote"),
        frozenset({Role.DISTRICT_OFFICE, Role.COMMISSIONER, Role.AUDITOR}),
        _inventory_card,
        counts=_counts,
        feature="offers",
        order=50,
    ),
    DashboardCard(
        "offers.editing",
        _("Verzeichnis"),
        frozenset({Role.EDITOR}),
        _editing_card,
        counts=_editing_counts,
        feature="offers",
        order=20,
    ),
    DashboardCard(
        "offers.near",
        _("Angebote vor Ort"),
        frozenset({Role.MUNICIPALITY, Role.COORDINATOR}),
        _near_card,
        counts=_near_counts,
        feature="offers",
        order=40,
    ),
)
