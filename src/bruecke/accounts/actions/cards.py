"""The cards of a person's page *Heute*: which she sees, in what order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from bruecke.accounts.actions.credentials import as_person
from bruecke.accounts.models import Account
from bruecke.core import audit
from bruecke.core.models import District

_MOST = 60


@transaction.atomic
def arrange_cards(*, account: Account, district: District, order: Sequence[str], hidden: Collection[str], now: datetime) -> Account:
    """Keep the arrangement for this district. Effects: audit entry `accounts.cards_arranged` where something changed."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    wanted = {"order": list(order)[:_MOST], "hidden": sorted(hidden)[:_MOST]}
    kept = fresh.desk_cards if isinstance(fresh.desk_cards, dict) else {}
    if kept.get(district.uid) != wanted:
        fresh.desk_cards = {**kept, district.uid: wanted}
        fresh.save(update_fields=["desk_cards"])
        audit.record(verb="accounts.cards_arranged", target=fresh, viewer=as_person(fresh), now=now, fields=["desk_cards"])
    return fresh
