"""Mails to the office: that there is something to read, and where; nothing of what it is."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.outbox import queue_mail
from bruecke.core.tokens import keyed_hash
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import EnquiryKind
from bruecke.staffing.models import Post


def tell_office(enquiry: Enquiry, *, event: str, now: datetime) -> None:
    """Queue the notice for the function mailbox of the post, else of the controller; none where there is no mailbox."""
    post = enquiry.assigned_post
    to = (post.mailbox if post else "") or enquiry.controller.mailbox
    if not to:
        return
    is_help = enquiry.kind == EnquiryKind.HELP
    with translation.override("de"):
        path = reverse("enquiries:detail", kwargs={"district": enquiry.district.slug, "uid": enquiry.uid})
        is_new = event == "received"
        first = _("Eine neue Frage ist eingegangen.") if is_new else _("Zu einer Frage gibt es eine neue Nachricht.")
        subject = _("Brücke: neue Frage") if is_new else _("Brücke: neue Rückfrage")
        if is_help:
            first = _("Jemand möchte helfen.") if is_new else _("Zu einem Hilfsangebot gibt es eine neue Nachricht.")
            subject = _("Brücke: neues Hilfsangebot") if is_new else _("Brücke: Nachricht zu einem Hilfsangebot")
        queue_mail(
            district=enquiry.district,
            to=to,
            subject=subject,
            body=f"{first}\n\n{settings.BASE_URL}{path}\n",
            key=f"enquiry:{enquiry.uid}:office:{event}",
            now=now,
            about=enquiry,
        )


def tell_deputy(acting: Post, *, about: Post, now: datetime) -> None:
    """Queue the notice that somebody stands in from today; once a day and pair."""
    if not acting.mailbox:
        return
    with translation.override("de"):
        path = reverse("enquiries:inbox", kwargs={"district": acting.district.slug})
        first = _("Sie vertreten ab heute: %(post)s. Die offenen Fragen stehen jetzt bei Ihnen.") % {"post": about.title}
        queue_mail(
            district=acting.district,
            to=acting.mailbox,
            subject=_("Brücke: Vertretung"),
            body=f"{first}\n\n{settings.BASE_URL}{path}\n",
            key=f"deputy:{about.uid}:{acting.uid}:{local_day(now)}",
            now=now,
        )


def tell_late(enquiry: Enquiry, *, to: str, now: datetime) -> None:
    """Queue the report that a question waits too long: its sign and where to look, nothing of what it is."""
    with translation.override("de"):
        path = reverse("enquiries:detail", kwargs={"district": enquiry.district.slug, "uid": enquiry.uid})
        first = _("Die Frage %(reference)s wartet länger als vereinbart auf eine Antwort.") % {"reference": enquiry.reference}
        queue_mail(
            district=enquiry.district,
            to=to,
            subject=_("Brücke: Eine Frage wartet zu lange"),
            body=f"{first}\n\n{settings.BASE_URL}{path}\n",
            key=f"enquiry:{enquiry.uid}:late:{enquiry.due_at:%Y%m%d}:{keyed_hash(to, 'late')[:12]}",
            now=now,
            about=enquiry,
        )
