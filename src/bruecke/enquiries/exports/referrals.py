"""The list of referrals as a file: codes in words, signs of questions, offers and providers; no text, no contact, no purpose."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core.sheets import OutColumn
from bruecke.enquiries.models import BASIS_LABELS, REJECT_LABELS, Referral
from bruecke.enquiries.states import ConsentBasis, RejectReason

REFERRAL_COLUMNS = (
    OutColumn("reference", _("Kennzeichen der Frage")),
    OutColumn("place", _("Ort")),
    OutColumn("offer", _("Angebot")),
    OutColumn("provider", _("Träger")),
    OutColumn("state", _("Stand")),
    OutColumn("reason", _("Grund der Absage")),
    OutColumn("basis", _("Grundlage")),
    OutColumn("created_on", _("Begonnen"), kind="date"),
    OutColumn("sent_on", _("Gesendet"), kind="date"),
    OutColumn("answered_on", _("Beantwortet"), kind="date"),
)


def referral_rows(rows: Iterable[Referral]) -> Iterator[dict[str, Any]]:
    """One row a referral, by the keys of `REFERRAL_COLUMNS`."""
    for row in rows:
        yield {
            "reference": row.enquiry.reference,
            "place": row.enquiry.place.name if row.enquiry.place else "",
            "offer": row.offer.title,
            "provider": row.provider.name,
            "state": row.state_label,
            "reason": REJECT_LABELS[RejectReason(row.reject_reason)] if row.reject_reason else "",
            "basis": BASIS_LABELS[ConsentBasis(row.basis)],
            "created_on": clock.local_day(row.created_at),
            "sent_on": clock.local_day(row.sent_at) if row.sent_at else None,
            "answered_on": clock.local_day(row.answered_at) if row.answered_at else None,
        }
