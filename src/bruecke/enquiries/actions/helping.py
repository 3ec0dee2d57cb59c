"""People who want to help: what they offer comes to who is in charge of their place, as a question does, and leaves like one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core.errors import Invalid
from bruecke.core.viewer import Viewer
from bruecke.enquiries.actions.receiving import Question, submit_enquiry
from bruecke.enquiries.models import Enquiry, HelpOffer
from bruecke.enquiries.queries.routing import Addressee
from bruecke.enquiries.states import ContactKind, EnquiryKind


@dataclass(frozen=True, slots=True)
class Help:
    """What somebody offers: keys of the vocabulary, when, and whether for an association or a company."""

    categories: Sequence[str]
    times: str = ""
    is_organisation: bool = False


@transaction.atomic
def offer_help(
    *, addressee: Addressee, message: Question, offered: Help, receipt_code: str, viewer: Viewer, now: datetime
) -> Enquiry:
    """Take an offer of help in. Effects: those of `submit_enquiry`, and the `HelpOffer` beside it. Raises: Invalid.

    Who helps must be reachable: there is nothing to answer a code with.
    """
    if message.contact_kind is ContactKind.NONE:
        raise Invalid({"contact": _("Bitte geben Sie an, wie wir Sie erreichen.")})
    if not offered.categories:
        raise Invalid({"categories": _("Bitte wählen Sie, womit Sie helfen möchten.")})
    enquiry = submit_enquiry(
        addressee=addressee,
        question=replace(message, kind=EnquiryKind.HELP, topic=None),
        receipt_code=receipt_code,
        viewer=viewer,
        now=now,
    )
    HelpOffer.objects.create(
        district_id=enquiry.district_id,
        enquiry=enquiry,
        categories=list(offered.categories),
        times=offered.times.strip()[:200],
        is_organisation=offered.is_organisation,
    )
    return enquiry
