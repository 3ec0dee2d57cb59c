"""What the catalogue holds about a person: of an account what she entered, of an organisation that is a person its offers."""

from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account
from bruecke.core.privacy import ExportSection, section
from bruecke.core.registries import Subject
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer, OfferFeedback, ProposedField
from bruecke.offers.states import ChangeState

_OFFER = (
    *("title", "description", "provider", "schedule_note", "cost_note", "registration_note", "status_requirement", "documents"),
    *("contact_email", "contact_phone", "website", "state"),
)
_PROPOSAL = ("offer", "note", "wants_archive", ("proposed_at", _("Wann")))
_FIELD = (("field", _("Feld")), ("before", _("vorher")), ("after", _("vorgeschlagen")))


def collect_subject(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """Sections for an account or an organisation; nothing for other kinds."""
    if subject.kind == "organisation":
        return _of_organisation(subject.uid)
    if subject.kind == "account":
        return _of_account(subject.uid)
    return []


def _of_organisation(uid: str) -> list[ExportSection]:
    offers = Offer.objects.filter(provider__uid=uid).select_related("provider").order_by("pk")
    keys = list(offers.values_list("pk", flat=True))
    past: Any = Offer.history.filter(id__in=keys).order_by("history_id")
    proposals = ChangeProposal.objects.filter(offer__in=keys).select_related("offer").order_by("pk")
    fields = ProposedField.objects.filter(proposal__offer__in=keys).order_by("pk")
    requests = ConfirmationRequest.objects.filter(provider__uid=uid).order_by("pk")
    past_fields = tuple(name for name in _OFFER if name != "provider")
    return [
        section("offers", _("Angebote"), offers, _OFFER),
        section("earlier_offers", _("Frühere Fassungen der Angebote"), past, (*past_fields, ("history_date", _("Stand vom")))),
        section("proposals", _("Vorgeschlagene Änderungen"), proposals, _PROPOSAL),
        section("proposed_fields", _("Vorgeschlagene Werte"), fields, _FIELD),
        section("confirmation_requests", _("Bitten um Bestätigung"), requests, (("asked_at", _("Wann")), ("state", _("Stand")))),
    ]


def _of_account(uid: str) -> list[ExportSection]:
    account_id = Account.objects.filter(uid=uid).values_list("pk", flat=True).first()
    if account_id is None:
        return []
    offers = Offer.objects.filter(created_by_id=account_id).order_by("pk")
    proposals = ChangeProposal.objects.filter(Q(proposed_by_id=account_id) | Q(decided_by_id=account_id))
    settled = OfferFeedback.objects.filter(settled_by_id=account_id).select_related("offer").order_by("pk")
    return [
        section("offers_entered", _("Angebote, die Sie eingetragen haben"), offers, ("title", "state")),
        section(
            "proposals",
            _("Vorgeschlagene oder entschiedene Änderungen"),
            proposals.select_related("offer").order_by("pk"),
            ("offer", ("proposed_at", _("vorgeschlagen")), ("decided_at", _("entschieden"))),
        ),
        section("feedback_settled", _("Erledigte Hinweise"), settled, ("offer", ("settled_at", _("erledigt")))),
    ]


def feedback_due(until: datetime, months: int) -> dict[int | None, int]:
    """Settled hints whose period is over by `until`; the district's."""
    return {None: OfferFeedback.objects.filter(settled_at__lt=until - relativedelta(months=months)).count()}


def proposals_due(until: datetime, months: int) -> dict[int | None, int]:
    """Decided proposals whose period is over by `until`; the district's."""
    rows = ChangeProposal.objects.filter(~Q(state=ChangeState.OPEN), decided_at__lt=until - relativedelta(months=months))
    return {None: rows.count()}
