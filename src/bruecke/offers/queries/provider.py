"""The loop with providers: what is due, whom to ask, what a provider's own page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, QuerySet

from bruecke.core import settings
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.viewer import Viewer, ViewerKind
from bruecke.directory.models import Organisation
from bruecke.directory.querysets import OrganisationQuerySet
from bruecke.offers import rules
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer
from bruecke.offers.queries.freshness import REMIND_AFTER_DAYS, UNANSWERED_AFTER_DAYS, confirm_months, unconfirmed_since
from bruecke.offers.querysets import OfferQuerySet
from bruecke.offers.states import ChangeState, RequestState

LINK_DAYS = 30
REST_DAYS = 30
"""Nobody gets two requests within this time, whatever falls due."""
AHEAD_DAYS = 14
"""Entries that fall due within these days are asked about together with the due ones: one mail instead of three."""
RUNNING = (RequestState.ASKED, RequestState.REMINDED)


def remind_after(district: District, on: date) -> int:
    return int(settings.get(district, REMIND_AFTER_DAYS, on))


def unanswered_after(district: District, on: date) -> int:
    return int(settings.get(district, UNANSWERED_AFTER_DAYS, on))


def running_requests() -> QuerySet[ConfirmationRequest]:
    return ConfirmationRequest.objects.filter(state__in=RUNNING)


def awaiting(provider: Organisation, now: datetime, *, since: datetime | None) -> OfferQuerySet:
    """Published entries of a provider that wait for its word: due (soon), and no open proposal of it is on the table.

    `since`: the request's moment; what was confirmed or changed after it is settled, what fell due after it was not asked.
    """
    asked = since or now
    due = unconfirmed_since(provider.district, local_day(asked) + timedelta(days=AHEAD_DAYS))
    rows = Offer.objects.published(local_day(now)).filter(provider=provider).unconfirmed_since(due).exclude(_has_open_proposal())
    return rows.filter(changed_at__lte=since, created_at__lte=since) if since is not None else rows


def _has_open_proposal() -> Any:
    return Exists(ChangeProposal.objects.filter(offer=OuterRef("pk"), state=ChangeState.OPEN))


def providers_to_ask(district: District, on: date) -> OrganisationQuerySet:
    """Providers with a mailbox and an entry that is due, without a running request. One query.

    Not before `REST_DAYS` after the last request, and who did not answer not before the period of confirming is over.
    """
    due = Offer.objects.published(on).unconfirmed_since(unconfirmed_since(district, on)).exclude(_has_open_proposal())
    again = on - relativedelta(months=confirm_months(district, on)) + timedelta(days=AHEAD_DAYS)
    asked = ConfirmationRequest.objects.filter(provider=OuterRef("pk"))
    return (
        Organisation.objects.active()
        .exclude(email="")
        .filter(pk__in=due.order_by().values("provider"))
        .exclude(Exists(asked.filter(state__in=RUNNING)))
        .exclude(Exists(asked.filter(asked_at__date__gt=on - timedelta(days=REST_DAYS))))
        .exclude(Exists(asked.filter(state=RequestState.UNANSWERED, asked_at__date__gt=again)))
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One entry on the provider's page: whether its word is awaited, and its open proposal if there is one."""

    offer: Offer
    is_due: bool
    proposal: ChangeProposal | None


def provider_of(viewer: Viewer, uid: str = "") -> Organisation | None:
    """The organisation a mailed link stands for, or one (`uid`) that the member speaks for; else None. One query."""
    wanted = viewer.object_uid if viewer.kind is ViewerKind.LINK else uid
    if not rules.can_propose(viewer, district_id=viewer.district_id or 0, provider_uid=wanted):
        return None
    return Organisation.objects.active().select_related("district").filter(uid=wanted, district_id=viewer.district_id).first()


def provider_offers(provider: Organisation, now: datetime) -> list[ProviderLine]:
    """Its published entries, the due ones first, then by title. Five queries."""
    rows = list(Offer.objects.published(local_day(now)).filter(provider=provider).with_line_facts().order_by("sort_key", "pk"))
    due = set(awaiting(provider, now, since=None).values_list("pk", flat=True))
    proposals = _open_by_offer(rows)
    lines = [ProviderLine(row, row.pk in due, proposals.get(row.pk)) for row in rows]
    return sorted(lines, key=lambda line: not line.is_due)


def _open_by_offer(rows: Iterable[Offer]) -> dict[int, ChangeProposal]:
    open_ones = ChangeProposal.objects.open().filter(offer__in=[row.pk for row in rows]).prefetch_related("fields").order_by("pk")
    return {proposal.offer_id: proposal for proposal in open_ones}
