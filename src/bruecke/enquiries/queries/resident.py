"""What a resident sees of her question under the receipt code: how far it is, and the dialogue. Never a name, never a note."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.tokens import keyed_hash, normalise_receipt_code
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry, Message
from bruecke.enquiries.queries.attachments import with_files
from bruecke.enquiries.states import EnquiryKind, EnquiryState

CODE_GROUP = 4


def enquiry_by_receipt(text: str) -> Enquiry | None:
    """The question behind a receipt code as typed, in the open district; None for a wrong one. One query at most."""
    code = normalise_receipt_code(text)
    if code is None:
        return None
    related = ("place", "topic", "controller", "unit", "assigned_post", "district")
    return Enquiry.objects.select_related(*related).filter(receipt_hash=keyed_hash(code, rules.RECEIPT_PURPOSE)).first()


def holder_viewer(enquiry: Enquiry) -> Viewer:
    """Who holds the code of this question."""
    return Viewer.link(rules.RECEIPT_PURPOSE, enquiry.uid, enquiry.district_id)


def shown_code(text: str) -> str:
    """A code as it stands on the receipt: groups of four."""
    code = normalise_receipt_code(text) or ""
    return "-".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))


def dialogue(enquiry: Enquiry) -> list[Message]:
    """All messages with their files in the order they were sent. Two queries."""
    return list(with_files(Message.objects.filter(enquiry=enquiry)).order_by("sent_at", "pk"))


def public_steps(enquiry: Enquiry) -> list[tuple[str, datetime | None, str]]:
    """The stepper: label, day, done|now|next."""
    now = rules.public_step(enquiry.state, was_opened=enquiry.opened_at is not None)
    answered = enquiry.answered_at
    steps: list[tuple[str, Any]] = [
        (_("Gesendet"), enquiry.received_at),
        (_("Gelesen"), enquiry.opened_at),
        (_("Beantwortet"), answered),
        (_("Fertig"), enquiry.closed_at),
    ]
    lines = []
    for number, (label, moment) in enumerate(steps):
        state = "now" if number == now else "done" if number < now else "next"
        lines.append((label, moment if number <= now else None, state))
    return lines


def headline(enquiry: Enquiry) -> str:
    """The state in a sentence."""
    if enquiry.kind == EnquiryKind.HELP:
        return _help_headline(enquiry)
    if enquiry.state == EnquiryState.CLOSED:
        return _("Ihre Frage ist abgeschlossen")
    if enquiry.state == EnquiryState.ANSWERED:
        return _("Ihre Frage hat eine Antwort")
    if enquiry.has_follow_up:
        return _("Ihre neue Nachricht ist angekommen")
    if enquiry.opened_at is not None:
        return _("Wir kümmern uns um Ihre Frage")
    return _("Ihre Frage ist angekommen")


def _help_headline(enquiry: Enquiry) -> str:
    if enquiry.state == EnquiryState.CLOSED:
        return _("Ihr Angebot zu helfen ist abgeschlossen")
    if enquiry.state == EnquiryState.ANSWERED:
        return _("Ihr Angebot zu helfen hat eine Antwort")
    if enquiry.has_follow_up:
        return _("Ihre neue Nachricht ist angekommen")
    return _("Ihr Angebot zu helfen ist angekommen")
