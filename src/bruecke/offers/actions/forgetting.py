"""How people and what is past its period leave the catalogue."""

from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q

from bruecke.accounts.models import Account
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.offers.actions.derived import drop_index
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer, OfferFacet, OfferFeedback, OfferPlace
from bruecke.offers.states import ChangeState, OfferState

FEEDBACK_MONTHS = 6
PROPOSAL_MONTHS = 24


def forget_editor(account_uid: str) -> int:
    """Remove a person from what she entered, proposed, decided and settled; the rows stay. Returns changed rows."""
    account_id = Account.objects.filter(uid=account_uid).values_list("pk", flat=True).first()
    if account_id is None:
        return 0
    tables: list[tuple[Any, str]] = [
        (Offer.objects, "created_by_id"),
        (Offer.history, "created_by_id"),
        (Offer.history, "history_user_id"),
        (ChangeProposal.objects, "proposed_by_id"),
        (ChangeProposal.objects, "decided_by_id"),
        (OfferFeedback.objects, "settled_by_id"),
    ]
    return sum(table.filter(**{column: account_id}).update(**{column: None}) for table, column in tables)


def forget_organisation(uid: str, now: datetime) -> int:
    """Wipe the offers of an organisation that is a person: texts, contacts, past versions, proposals, hints, index.

    Rows stay archived under a neutral title, because referrals may refer to them. Returns changed rows.
    """
    rows = list(Offer.objects.filter(provider__uid=uid).select_related("district").order_by("pk"))
    keys = [row.pk for row in rows]
    count = ChangeProposal.objects.filter(offer__in=keys).delete()[0]
    count += OfferFeedback.objects.filter(offer__in=keys).delete()[0]
    count += ConfirmationRequest.objects.filter(provider__uid=uid).delete()[0]
    count += Offer.history.filter(id__in=keys).delete()[0]
    count += OfferFacet.objects.filter(offer__in=keys).delete()[0]
    count += OfferPlace.objects.filter(offer__in=keys).delete()[0]
    emptied = dict.fromkeys(
        ("description", "schedule_note", "cost_note", "registration_note", "status_requirement", "documents"), ""
    )
    emptied |= dict.fromkeys(("contact_email", "contact_phone", "website", "external_source", "external_key", "find_key"), "")
    for row in rows:
        title = f"gelöscht {row.uid[:6]}"
        count += Offer.objects.filter(pk=row.pk).update(
            **emptied,
            title=title,
            sort_key=f"geloescht {row.uid[:6]}",
            schedules=[],
            translations={},
            terms={},
            areas=[],
            locations=[],
            state=OfferState.ARCHIVED,
            changed_at=now,
        )
    for district in {row.district_id: row.district for row in rows}.values():
        drop_index([row.uid for row in rows if row.district_id == district.pk], district=district)
        touch_public(district)
    return count


def forget_old_feedback(district: District, now: datetime) -> int:
    """Hints that were settled half a year ago."""
    return int(OfferFeedback.objects.filter(settled_at__lt=now - relativedelta(months=FEEDBACK_MONTHS)).delete()[0])


def forget_old_proposals(district: District, now: datetime) -> int:
    """Proposals decided or withdrawn two years ago, with their values; and requests that ended as long ago."""
    until = now - relativedelta(months=PROPOSAL_MONTHS)
    gone = ChangeProposal.objects.filter(~Q(state=ChangeState.OPEN), decided_at__lt=until).delete()[0]
    return int(gone + ConfirmationRequest.objects.filter(ended_at__lt=until).delete()[0])
