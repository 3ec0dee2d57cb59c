"""Erasing an account because the person asks for it; whether she may ask is decided by whoever handles her request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries
from bruecke.accounts.models import Account, Membership
from bruecke.core import clock
from bruecke.core.erasure import erase
from bruecke.core.errors import WrongState
from bruecke.core.models import District
from bruecke.core.registries import Subject
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer


@transaction.atomic
def erase_account(*, subject: Subject, district: District, viewer: Viewer, now: datetime) -> None:
    """As `delete_account`, for a request of the person.

    Effects: everything the erasers of kind "account" do. Raises: WrongState while she holds a role anywhere: whoever is
    employed keeps the account, and ending roles is the administrator's.
    """
    today = clock.local_day(now)
    account = Account.objects.select_for_update().get(uid=subject.uid)
    with for_district(district):
        works_here = Membership.objects.filter(account=account).not_ended(today).exists()
    if works_here or queries.memberships_elsewhere(account, district, today):
        raise WrongState(_("Die Person hat noch eine Rolle. Bitten Sie zuerst die Verwaltung der Zugänge, alle Rollen zu beenden."))
    erase(subject, viewer=viewer, now=now)
