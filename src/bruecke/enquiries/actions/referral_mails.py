"""Mails around a referral: that there is something, and where; nothing of the question, nobody's name, no topic."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.core.outbox import queue_mail
from bruecke.enquiries.models import Enquiry, Referral
from bruecke.enquiries.states import Step


def ask_provider(referral: Referral, *, token: str, now: datetime) -> None:
    """There is a request, behind a link that opens after the mailbox is named."""
    first = _("jemand sucht ein Angebot wie Ihres. Bitte sagen Sie, ob Sie helfen können.")
    _to_provider(referral, _("Anfrage an Ihr Angebot"), first, token, "asked", now)


def remind_provider(referral: Referral, *, token: str, now: datetime) -> None:
    first = _("wir haben noch keine Antwort auf unsere Anfrage. Bitte sagen Sie, ob Sie helfen können.")
    _to_provider(referral, _("Erinnerung: Anfrage an Ihr Angebot"), first, token, "reminded", now)


def tell_revoked(referral: Referral, *, now: datetime, is_erasing: bool = False) -> None:
    """What was asked is asked no more; what was noted down has to go.

    `is_erasing`: the question goes now, and its mails with it; this one stays, it holds nothing of the question.
    """
    with translation.override("de"):
        lines = [
            _("Guten Tag,"),
            _("unsere Anfrage hat sich erledigt. Bitte löschen Sie, was Sie dazu notiert haben."),
            referral.district.name,
        ]
        _queue(referral, _("Anfrage zurückgezogen"), lines, "revoked", now, about=None if is_erasing else referral.enquiry)


def _to_provider(referral: Referral, subject: str, first: str, token: str, event: str, now: datetime) -> None:
    with translation.override("de"):
        path = reverse("enquiries_public:referral", kwargs={"lang": "de", "district": referral.district.slug, "token": token})
        lines = [
            _("Guten Tag,"),
            first,
            _("Öffnen Sie diese Seite und geben Sie die E-Mail-Adresse ein, an die diese Nachricht ging:")
            + f"\n{settings.BASE_URL}{path}",
            _("Die Seite ist 30 Tage offen. Sie brauchen kein Konto."),
            referral.district.name,
        ]
        _queue(referral, subject, lines, event, now, about=referral.enquiry)


def _queue(referral: Referral, subject: str, lines: list[Any], event: str, now: datetime, *, about: Enquiry | None) -> None:
    queue_mail(
        district=referral.district,
        to=referral.to_email,
        subject=subject,
        body="\n\n".join(str(line) for line in lines) + "\n",
        key=f"referral:{referral.uid}:{event}",
        now=now,
        about=about,
    )


def tell_office(referral: Referral, enquiry: Enquiry, *, step: Step, now: datetime) -> None:
    """The provider or the resident answered; to the function mailbox of whoever has the question."""
    post = enquiry.assigned_post
    to = (post.mailbox if post else "") or enquiry.controller.mailbox
    if not to:
        return
    with translation.override("de"):
        path = reverse("enquiries:referral", kwargs={"district": enquiry.district.slug, "uid": referral.uid})
        queue_mail(
            district=enquiry.district,
            to=to,
            subject=_("Brücke: Antwort auf eine Vermittlung"),
            body=_("Zu einer Vermittlung gibt es eine Antwort.") + f"\n\n{settings.BASE_URL}{path}\n",
            key=f"referral:{referral.uid}:office:{step.value}",
            now=now,
            about=enquiry,
        )
