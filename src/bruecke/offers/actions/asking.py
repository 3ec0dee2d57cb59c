"""The loop with providers: asked by mail whether their entries are right, reminded once, then handed to the office."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.links import issue_link, withdraw_links
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Organisation
from bruecke.offers import rules
from bruecke.offers.actions.mails import ask_provider, remind_provider
from bruecke.offers.models import ConfirmationRequest
from bruecke.offers.queries.provider import (
    LINK_DAYS,
    awaiting,
    providers_to_ask,
    remind_after,
    running_requests,
    unanswered_after,
)
from bruecke.offers.states import RequestState


def ask_providers(district: District, now: datetime) -> int:
    """One day's round in the open district, each provider in a transaction of its own; returns how many mails were queued.

    First what runs: answered ones end, silent ones are reminded after the set days and end as unanswered. Then providers
    with entries that are due are asked. Run twice on a day it does nothing the second time.
    """
    sent = 0
    for request in list(running_requests().order_by("pk")):
        sent += _follow_up(request, now)
    for provider in list(providers_to_ask(district, local_day(now))):
        sent += _ask(provider, now)
    return sent


@transaction.atomic
def _ask(provider: Organisation, now: datetime) -> bool:
    """Ask one provider. Effects: `ConfirmationRequest`, mailed link, mail, audit entry `offer.provider_asked`."""
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("district").get(pk=provider.pk)
    today = local_day(now)
    due = awaiting(fresh, now, since=None).count()
    if not due or not fresh.email or fresh.is_archived or running_requests().filter(provider=fresh).exists():
        return False
    try:
        with transaction.atomic():
            request = ConfirmationRequest.objects.create(
                district=fresh.district, provider=fresh, state=RequestState.ASKED, asked_at=now, offer_count=due
            )
    except IntegrityError:  # another worker was quicker
        return False
    ask_provider(request, token=_link(fresh, now), due_on=today + timedelta(days=unanswered_after(fresh.district, today)), now=now)
    audit.record(verb="offer.provider_asked", target=fresh, viewer=_system(fresh.district_id), now=now)
    return True


@transaction.atomic
def _follow_up(request: ConfirmationRequest, now: datetime) -> bool:
    """One step of a running request; True when a mail was queued."""
    fresh = ConfirmationRequest.objects.select_for_update(of=("self",)).select_related("provider", "district").get(pk=request.pk)
    if fresh.state not in (RequestState.ASKED, RequestState.REMINDED):
        return False
    today = local_day(now)
    waiting = awaiting(fresh.provider, now, since=fresh.asked_at).count()
    days = (today - local_day(fresh.asked_at)).days
    if not waiting:
        _end(fresh, RequestState.ANSWERED, now)
    elif days >= unanswered_after(fresh.district, today):
        _end(fresh, RequestState.UNANSWERED, now)
        audit.record(verb="offer.provider_silent", target=fresh.provider, viewer=_system(fresh.district_id), now=now)
    elif fresh.state == RequestState.ASKED and days >= remind_after(fresh.district, today) and fresh.provider.email:
        fresh.state, fresh.reminded_at = RequestState.REMINDED, now
        fresh.save(update_fields=["state", "reminded_at"])
        remind_provider(fresh, count=waiting, token=_link(fresh.provider, now), now=now)
        audit.record(verb="offer.provider_reminded", target=fresh.provider, viewer=_system(fresh.district_id), now=now)
        return True
    return False


def note_answer(provider: Organisation, *, now: datetime) -> None:
    """An answer came: the running request counts it and ends when nothing waits any more. For actions only."""
    rows = running_requests().select_for_update(of=("self",)).filter(provider=provider)
    for request in list(rows.order_by("pk")):
        waiting = awaiting(provider, now, since=request.asked_at).count()
        request.answered_count = max(0, request.offer_count - waiting)
        if waiting:
            request.save(update_fields=["answered_count"])
        else:
            _end(request, RequestState.ANSWERED, now)


def _end(request: ConfirmationRequest, state: RequestState, now: datetime) -> None:
    request.state, request.ended_at = state, now
    request.save(update_fields=["state", "ended_at", "answered_count"])


def _link(provider: Organisation, now: datetime) -> str:
    return issue_link(
        purpose=rules.LINK_PURPOSE,
        object_uid=provider.uid,
        district=provider.district,
        valid_for=timedelta(days=LINK_DAYS),
        now=now,
    )


def close_links(provider_uid: str) -> None:
    """What was mailed to the provider's mailbox of before opens nothing any more."""
    withdraw_links(purpose=rules.LINK_PURPOSE, object_uid=provider_uid)


def _system(district_id: int) -> Viewer:
    return Viewer.system("offers.ask_providers", district_id)
