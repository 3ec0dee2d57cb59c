"""What the catalogue puts into the dossier of a post that changes hands: entries in its places that wait for somebody."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import local_day
from bruecke.core.hand_over import HandOverRow, HandOverRows, HandOverSource, HandOverSubject, limited
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.models import ChangeProposal, Offer, OfferPlace
from bruecke.offers.queries.freshness import unconfirmed_since
from bruecke.offers.states import OfferState
from bruecke.places import queries as places


def waiting_offers(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Proposals first, then drafts, then what nobody has confirmed for too long. Four queries at most."""
    if not subject.municipalities or not rules.can_see_inventory(viewer):
        return HandOverRows()
    return limited([*_proposals(subject, viewer), *_entries(subject, viewer, now)])


def _here(subject: HandOverSubject, key: str) -> Exists:
    return Exists(OfferPlace.objects.filter(offer=OuterRef(key), area_id__in=sorted(subject.municipalities)))


def _proposals(subject: HandOverSubject, viewer: Viewer) -> list[HandOverRow]:
    rows = ChangeProposal.objects.visible_to(viewer).open().filter(_here(subject, "offer_id"))
    rows = rows.select_related("offer").prefetch_related("offer__places").order_by("proposed_at", "pk")
    words = {True: _now("Träger meldet Ende"), False: _now("Änderungsvorschlag")}
    return [_row(f"proposal-{row.uid}", row.offer, words[row.wants_archive], subject, "vorschlag") for row in rows]


def _entries(subject: HandOverSubject, viewer: Viewer, now: datetime) -> list[HandOverRow]:
    """Drafts, and running entries that are due to be confirmed."""
    today = local_day(now)
    since = unconfirmed_since(subject.district, today)
    running = Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=today)).unconfirmed_since(since)
    rows = Offer.objects.visible_to(viewer, today).filter(_here(subject, "pk"))
    rows = rows.filter(Q(state=OfferState.DRAFT) | Q(pk__in=running.order_by().values("pk"))).prefetch_related("places")
    found = sorted(rows.order_by("sort_key", "pk"), key=lambda row: row.state != OfferState.DRAFT)
    return [_row(row.uid, row, _words(row), subject) for row in found]


def _words(offer: Offer) -> str:
    if offer.state == OfferState.DRAFT:
        return _now("Entwurf")
    if offer.confirmed_on is None:
        return _now("nie bestätigt")
    return _now("zuletzt bestätigt am %(day)s") % {"day": f"{offer.confirmed_on:%d.%m.%Y}"}


def _row(key: str, offer: Offer, state: str, subject: HandOverSubject, anchor: str = "") -> HandOverRow:
    here = sorted({row.area_id for row in offer.places.all() if row.area_id in subject.municipalities})
    names = [place.name for ags in here if (place := places.place(ags))]
    return HandOverRow(
        key,
        offer.title,
        place=", ".join(names[:2]) + (" …" if len(names) > 2 else ""),
        state=state,
        route="offers:detail",
        route_kwargs={"uid": offer.uid},
        anchor=anchor,
    )


HAND_OVER = HandOverSource(
    key="offers",
    title=_("Angebote, die warten"),
    collect=waiting_offers,
    feature="offers",
    todos=frozenset({"offers"}),
    order=40,
)
