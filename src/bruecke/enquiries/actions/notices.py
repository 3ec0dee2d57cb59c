"""Mails to residents. They say that something happened and where to look: no text, no topic, no name, no receipt code."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.core.models import District
from bruecke.core.outbox import queue_mail
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import ContactKind


def language_for(enquiry: Enquiry, district: District) -> str:
    """The resident's language where the site speaks it, else German."""
    spoken = set(dict(settings.LANGUAGES)) & set(district.public_languages)
    return enquiry.contact_language if enquiry.contact_language in spoken else "de"


def tell_resident(enquiry: Enquiry, *, event: str, now: datetime) -> None:
    """Queue the notice for who left a mailbox; `event` is "received", "closed" or the uid of an answer.

    Who wrote by mail and got no receipt code could open nothing with it, and hears from the office by mail.
    """
    if enquiry.contact_kind != ContactKind.EMAIL or not enquiry.contact or not enquiry.has_dialogue:
        return
    district = enquiry.district
    language = language_for(enquiry, district)
    with translation.override(language):
        link = settings.BASE_URL + reverse("enquiries_public:status", kwargs={"lang": language, "district": district.slug})
        first = {
            "received": _("Guten Tag, Ihre Nachricht ist angekommen."),
            "closed": _("Guten Tag, Ihr Anliegen ist abgeschlossen."),
        }.get(event, _("Guten Tag, für Sie ist etwas Neues da."))
        body = "\n\n".join(
            [
                first,
                _("Öffnen Sie diese Seite und geben Sie Ihren Code ein:") + f"\n{link}",
                _("Diese E-Mail kommt automatisch. Bitte antworten Sie nicht darauf."),
                district.name,
            ]
        )
        queue_mail(
            district=district,
            to=enquiry.contact,
            subject=_("Nachricht vom Landkreis"),
            body=body,
            language=language,
            key=f"enquiry:{enquiry.uid}:resident:{event}",
            now=now,
            about=enquiry,
        )
