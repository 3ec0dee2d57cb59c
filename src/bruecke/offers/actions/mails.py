"""Mails to providers, in German: how many entries, where to look. Nothing of a person, no content of an entry but its title."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core.models import District
from bruecke.core.outbox import queue_mail
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer, ProposedField
from bruecke.offers.queries.fields import STATE, label_of_field
from bruecke.offers.states import Decision


def _link(district: District, token: str) -> str:
    kwargs = {"lang": "de", "district": district.slug, "token": token}
    return settings.BASE_URL + reverse("offers_public:provider", kwargs=kwargs)


def _goodbye(district: District) -> list[str]:
    return [_("Diese E-Mail kommt automatisch. Bitte antworten Sie nicht darauf."), district.name]


def ask_provider(request: ConfirmationRequest, *, token: str, due_on: date, now: datetime) -> None:
    """The first mail of a request."""
    with translation.override("de"):
        count = ngettext(
            "Im Verzeichnis der Angebote steht %(count)s Eintrag von %(provider)s, der bestätigt werden muss.",
            "Im Verzeichnis der Angebote stehen %(count)s Einträge von %(provider)s, die bestätigt werden müssen.",
            request.offer_count,
        ) % {"count": request.offer_count, "provider": request.provider.name}
        body = [
            _("Guten Tag,"),
            count,
            _("Bitte sehen Sie nach, ob Zeiten, Orte und Kontaktdaten noch stimmen. Das dauert wenige Minuten.")
            + "\n"
            + _("Öffnen Sie dazu diesen Link. Sie brauchen kein Passwort:")
            + f"\n{_link(request.district, token)}",
            _("Der Link gilt bis zum %(day)s.") % {"day": date_format(due_on, "d.m.Y")},
            *_goodbye(request.district),
        ]
        _queue(request, "asked", _("Stimmen Ihre Einträge noch?"), body, now)


def remind_provider(request: ConfirmationRequest, *, count: int, token: str, now: datetime) -> None:
    """The one reminder; its link is a new one, the first one stops working."""
    with translation.override("de"):
        waiting = ngettext(
            "vor zwei Wochen haben wir Sie gebeten, Ihre Einträge zu prüfen. %(count)s Eintrag wartet noch.",
            "vor zwei Wochen haben wir Sie gebeten, Ihre Einträge zu prüfen. %(count)s Einträge warten noch.",
            count,
        ) % {"count": count}
        body = [
            _("Guten Tag,"),
            waiting,
            _("Öffnen Sie dazu diesen Link. Der Link aus der ersten E-Mail gilt nicht mehr:")
            + f"\n{_link(request.district, token)}",
            _("Wenn wir nichts hören, fragen wir Sie persönlich."),
            *_goodbye(request.district),
        ]
        _queue(request, "reminded", _("Erinnerung: Stimmen Ihre Einträge noch?"), body, now)


def _queue(request: ConfirmationRequest, stage: str, subject: str, body: list[str], now: datetime) -> None:
    queue_mail(
        district=request.district,
        to=request.provider.email,
        subject=subject,
        body="\n\n".join(body),
        key=f"offers:request:{request.uid}:{stage}",
        now=now,
        about=request.provider,
    )


def tell_decision(proposal: ChangeProposal, offer: Offer, fields: Iterable[ProposedField], *, now: datetime) -> None:
    """What became of a proposal, by names of fields; nothing when the provider has no mailbox."""
    provider = offer.provider
    if not provider.email:
        return
    rows = list(fields)
    with translation.override("de"):
        accepted = [str(label_of_field(row.field)) for row in rows if row.decision == Decision.ACCEPTED and row.field != STATE]
        rejected = [str(label_of_field(row.field)) for row in rows if row.decision == Decision.REJECTED and row.field != STATE]
        ended = any(row.field == STATE and row.decision == Decision.ACCEPTED for row in rows)
        kept = any(row.field == STATE and row.decision == Decision.REJECTED for row in rows)
        body = [_("Guten Tag,"), _("vielen Dank für Ihren Hinweis zum Eintrag „%(title)s“.") % {"title": offer.title}]
        if accepted:
            body.append(_("Übernommen haben wir: %(fields)s.") % {"fields": ", ".join(accepted)})
        if rejected:
            body.append(_("Nicht übernommen haben wir: %(fields)s.") % {"fields": ", ".join(rejected)})
        if ended:
            body.append(_("Den Eintrag haben wir aus dem Verzeichnis genommen."))
        if kept:
            body.append(_("Der Eintrag bleibt im Verzeichnis. Bitte rufen Sie uns an, wenn es das Angebot nicht mehr gibt."))
        if not rows:
            body.append(_("Ihre Nachricht haben wir gelesen."))
        body += _goodbye(offer.district)
        queue_mail(
            district=offer.district,
            to=provider.email,
            subject=_("Ihr Hinweis zu einem Angebot"),
            body="\n\n".join(body),
            key=f"offers:proposal:{proposal.uid}:decided",
            now=now,
            about=provider,
        )
