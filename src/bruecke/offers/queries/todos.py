"""What *Heute* and the navigation show of the catalogue: to coordinators for the places in their charge, to the office all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import get_scope

from bruecke.core import memo
from bruecke.core.clock import local_day
from bruecke.core.counting import counted
from bruecke.core.models import District
from bruecke.core.registries import Todo, Urgency
from bruecke.core.viewer import Viewer
from bruecke.offers.models import FEEDBACK_LABELS, ChangeProposal, ConfirmationRequest, Offer, OfferFeedback, OfferPlace
from bruecke.offers.queries.filters import DUE
from bruecke.offers.queries.freshness import free_places_days, unconfirmed_since
from bruecke.offers.queries.narrowing import not_asked, old_places
from bruecke.offers.states import FeedbackReason, RequestState

_LIMIT = 8


def for_viewer(rows: Any, viewer: Viewer, path: str = "") -> Any:
    """Rows about offers in this person's charge: all for the district office; for coordinators those with a place of theirs."""
    if viewer.leads_district:
        return rows
    if not viewer.is_coordinator or not viewer.municipalities:
        return rows.none()
    key = f"{path}pk" if path else "pk"
    return rows.filter(Exists(OfferPlace.objects.filter(offer=OuterRef(key), area_id__in=sorted(viewer.municipalities))))


def waiting_count(viewer: Viewer, now: datetime) -> int:
    """Open proposals and hints in this person's charge. One query: every page of the desk asks."""
    if not (viewer.leads_district or viewer.is_coordinator):
        return 0
    return memo.once(_waiting_key(viewer), lambda: _waiting_count(viewer))


def _waiting_count(viewer: Viewer) -> int:
    found = counted(viewer.district_id, proposals=_open_proposals(viewer), feedback=_open_feedback(viewer))
    return sum(found.values())


def _waiting_key(viewer: Viewer) -> tuple[object, ...]:
    return ("offers.waiting_count", viewer)


def _open_proposals(viewer: Viewer) -> Any:
    return for_viewer(ChangeProposal.objects.visible_to(viewer).open(), viewer, "offer__")


def _open_feedback(viewer: Viewer) -> Any:
    return for_viewer(OfferFeedback.objects.visible_to(viewer).open(), viewer, "offer__")


def collect(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """Proposals and hints one by one (at most eight each), silent providers, and two lists: nobody to ask, old free places.

    One query counts them all; one more for each kind that is there and shown one by one.
    """
    if not (viewer.leads_district or viewer.is_coordinator):
        return
    district = get_scope().get("district") or District.objects.get(pk=viewer.district_id or 0)
    counts = counted(
        viewer.district_id,
        proposals=_open_proposals(viewer),
        feedback=_open_feedback(viewer),
        silent=_silent_requests(viewer, now),
        unasked=_unasked_offers(viewer, district, now),
        old_places=for_viewer(Offer.objects.filter(old_places(district, local_day(now))), viewer),
    )
    memo.tell(_waiting_key(viewer), counts["proposals"] + counts["feedback"])
    if counts["proposals"]:
        yield from _proposals(viewer, now)
    if counts["feedback"]:
        yield from _feedback(viewer, now)
    if counts["silent"]:
        yield from _silent(viewer, now)
    yield from _unasked(counts["unasked"])
    yield from _free_places(counts["old_places"], free_places_days(district, local_day(now)))


def _age(moment: datetime, now: datetime) -> Urgency:
    return Urgency.OVERDUE if now - moment > timedelta(days=7) else Urgency.WEEK


def _proposals(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    for row in _open_proposals(viewer).select_related("offer").order_by("proposed_at", "pk")[:_LIMIT]:
        yield Todo(
            urgency=_age(row.proposed_at, now),
            due_at=row.proposed_at + timedelta(days=7),
            title=row.offer.title,
            kind=_("Träger meldet Ende") if row.wants_archive else _("Änderungsvorschlag"),
            verb=_("Entscheiden"),
            route="offers:detail",
            route_kwargs={"uid": row.offer.uid},
            anchor="vorschlag",
        )


def _feedback(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    for row in _open_feedback(viewer).select_related("offer").order_by("given_at", "pk")[:_LIMIT]:
        yield Todo(
            urgency=_age(row.given_at, now),
            due_at=row.given_at + timedelta(days=7),
            title=row.offer.title,
            kind=FEEDBACK_LABELS[FeedbackReason(row.reason)],
            verb=_("Prüfen"),
            route="offers:detail",
            route_kwargs={"uid": row.offer.uid},
            anchor="hinweise",
        )


def _silent_requests(viewer: Viewer, now: datetime) -> Any:
    """Providers that did not answer and still have entries nobody confirmed since they were asked."""
    open_ones = for_viewer(Offer.objects.published(local_day(now)), viewer).filter(provider=OuterRef("provider"))
    unsettled = open_ones.filter(
        Q(confirmed_on=None) | Q(confirmed_on__lte=OuterRef("asked_at__date")), changed_at__lte=OuterRef("asked_at")
    )
    later = ConfirmationRequest.objects.filter(provider=OuterRef("provider"), asked_at__gt=OuterRef("asked_at"))
    return ConfirmationRequest.objects.filter(state=RequestState.UNANSWERED).filter(Exists(unsettled), ~Exists(later))


def _silent(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    for row in _silent_requests(viewer, now).select_related("provider").order_by("ended_at", "pk")[:_LIMIT]:
        yield Todo(
            urgency=Urgency.WEEK,
            due_at=None,
            title=_("%(provider)s hat nicht geantwortet") % {"provider": row.provider.name},
            kind=_("Angebote"),
            verb=_("Anrufen und bestätigen"),
            route="offers:list",
            query={"traeger": row.provider.uid, "bestaetigt": DUE},
        )


def _unasked_offers(viewer: Viewer, district: District, now: datetime) -> Any:
    """Due entries that the mail loop does not reach: the provider has no mailbox, or the offer is internal."""
    today = local_day(now)
    due = Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=today))
    due = due.unconfirmed_since(unconfirmed_since(district, today))
    return for_viewer(due.filter(not_asked()), viewer)


def _unasked(count: int) -> Iterator[Todo]:
    if count:
        title = ngettext(
            "%(count)s Angebot ist nicht bestätigt und wird nicht per E-Mail erfragt",
            "%(count)s Angebote sind nicht bestätigt und werden nicht per E-Mail erfragt",
            count,
        )
        yield _list_todo(title % {"count": count}, {"bestaetigt": DUE, "nicht_gefragt": "1"})


def _free_places(count: int, days: int) -> Iterator[Todo]:
    if count:
        title = ngettext(
            "Freie Plätze von %(count)s Angebot sind älter als %(days)s Tage",
            "Freie Plätze von %(count)s Angeboten sind älter als %(days)s Tage",
            count,
        )
        yield _list_todo(title % {"count": count, "days": days}, {"plaetze": "alt"})


def _list_todo(title: str, query: dict[str, str]) -> Todo:
    return Todo(
        urgency=Urgency.WEEK, due_at=None, title=title, kind=_("Angebote"), verb=_("Nachsehen"), route="offers:list", query=query
    )
