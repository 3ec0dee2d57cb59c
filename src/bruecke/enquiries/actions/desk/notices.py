"""Mails to the office: that there is something to read, and where; nothing of what it is."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.core.outbox import queue_mail
from bruecke.enquiries.models import Enquiry


def tell_office(enquiry: Enquiry, *, event: str, now: datetime) -> None:
    """Queue the notice for the function mailbox of the post, else of the controller; none where there is no mailbox."""
    post = enquiry.assigned_post
    to = (post.mailbox if post else "") or enquiry.controller.mailbox
    if not to:
        return
    with translation.override("de"):
        path = reverse("enquiries:detail", kwargs={"district": enquiry.district.slug, "uid": enquiry.uid})
        is_new = event == "received"
        first = _("Eine neue Frage ist eingegangen.") if is_new else _("Zu einer Frage gibt es eine neue Nachricht.")
        queue_mail(
            district=enquiry.district,
            to=to,
            subject=_("Brücke: neue Frage") if is_new else _("Brücke: neue Rückfrage"),
            body=f"{first}\n\n{settings.BASE_URL}{path}\n",
            key=f"enquiry:{enquiry.uid}:office:{event}",
            now=now,
            about=enquiry,
        )
