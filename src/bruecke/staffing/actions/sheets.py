"""The page of a quarter: who gets it, making and sending it once, and stopping it by the link in the mail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.files import CheckedFile, delete_file, store_file
from bruecke.core.links import consume_link, issue_link, withdraw_links
from bruecke.core.models import District, StoredFile
from bruecke.core.outbox import queue_mail
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import PlaceSheet, SheetRecipient

LINK_LASTS = timedelta(days=400)
KEPT = timedelta(days=3 * 365)


@transaction.atomic
def add_recipient(*, district: District, municipality: Area, email: str, viewer: Viewer, now: datetime) -> SheetRecipient:
    """A mailbox of a town hall gets the page of each quarter from the next one on.

    Effects: audit `staffing.recipient_added`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_keep_recipients(viewer, district_id=district.pk):
        raise NotAllowed
    if municipality.kreis_id != district.ags:
        raise Invalid({"municipality": _("Diese Gemeinde liegt nicht im Landkreis.")})
    if SheetRecipient.objects.filter(municipality=municipality, email__iexact=email).exists():
        raise Invalid({"email": _("Diese Adresse bekommt die Übersicht dieser Gemeinde schon.")})
    recipient = SheetRecipient.objects.create(district=district, municipality=municipality, email=email.lower())
    audit.record(verb="staffing.recipient_added", target=recipient, viewer=viewer, now=now, fields=["email", "municipality"])
    return recipient


@transaction.atomic
def remove_recipient(*, recipient: SheetRecipient, viewer: Viewer, now: datetime) -> None:
    """The mailbox gets nothing any more; its address is forgotten.

    Effects: audit `staffing.recipient_removed`; its links stop working. Raises: NotAllowed.
    """
    if not rules.can_keep_recipients(viewer, district_id=recipient.district_id):
        raise NotAllowed
    _forget(recipient, "staffing.recipient_removed", viewer, now)


@transaction.atomic
def stop_by_link(*, token: str, district: District, now: datetime) -> bool:
    """The town hall itself says no more, with the link of its last mail; False when the link is not valid (any more).

    Effects: as `remove_recipient`, audit `staffing.recipient_stopped`.
    """
    link = consume_link(token, rules.STOP_PURPOSE, now)
    if link is None or link.district_id != district.pk:
        return False
    recipient = SheetRecipient.objects.select_for_update().filter(uid=link.object_uid).first()
    if recipient is None:
        return False
    _forget(recipient, "staffing.recipient_stopped", Viewer.link(rules.STOP_PURPOSE, link.object_uid, district.pk), now)
    return True


def _forget(recipient: SheetRecipient, verb: str, viewer: Viewer, now: datetime) -> None:
    audit.record(verb=verb, target=recipient, viewer=viewer, now=now, fields=["email"])
    withdraw_links(purpose=rules.STOP_PURPOSE, object_uid=recipient.uid)
    recipient.delete()


@transaction.atomic
def send_sheet(
    *,
    district: District,
    area: Area,
    quarter: date,
    make: Callable[[], tuple[str, bytes]],
    viewer: Viewer,
    now: datetime,
) -> PlaceSheet | None:
    """The page of one municipality to all its mailboxes, once: None when it was made before, or nobody wants it.

    `make` gives title and PDF. Effects: the file is kept, one mail a mailbox with a link to stop, audit `staffing.sheet_sent`;
    all in one transaction, so that a killed process leaves nothing or all of it. Raises: NotAllowed.
    """
    if not viewer.is_system:
        raise NotAllowed
    District.objects.select_for_update().get(pk=district.pk)
    recipients = list(SheetRecipient.objects.filter(municipality=area, is_active=True).order_by("pk"))
    if not recipients or PlaceSheet.objects.filter(municipality=area, quarter=quarter).exists():
        return None
    title, content = make()
    sheet = PlaceSheet.objects.create(
        district=district, municipality=area, quarter=quarter, made_at=now, recipients=len(recipients)
    )
    name = f"{area.slug}-{quarter.year}-{quarter.month // 3 + 1}.pdf"
    stored = store_file(
        CheckedFile(content, "application/pdf"), name=name, district=district, viewer=viewer, now=now, about_uid=sheet.uid
    )
    for recipient in recipients:
        _mail(recipient, title, stored, quarter, now)
    audit.record(verb="staffing.sheet_sent", target=sheet, viewer=viewer, now=now, fields=["recipients"])
    return sheet


def _mail(recipient: SheetRecipient, title: str, stored: StoredFile, quarter: date, now: datetime) -> None:
    district = recipient.district
    token = issue_link(purpose=rules.STOP_PURPOSE, object_uid=recipient.uid, district=district, valid_for=LINK_LASTS, now=now)
    path = reverse("staffing_public:sheet-stop", kwargs={"lang": "de", "district": district.slug, "token": token})
    with translation.override("de"):
        body = _now(
            "Guten Tag,\n\nim Anhang finden Sie die Übersicht des vergangenen Quartals für Ihre Gemeinde: "
            "wer bei Fragen zur Integration hilft, wann Sprechstunden sind, welche Angebote es gibt und wie viele Fragen kamen.\n\n"
            "Sie möchten sie nicht mehr bekommen? Hier bestellen Sie sie ab:\n%(url)s\n\nMit freundlichen Grüßen\n%(office)s"
        ) % {"url": f"{settings.BASE_URL}{path}", "office": district.label("office", district.name)}
    queue_mail(
        district=district,
        to=recipient.email,
        subject=title,
        body=body,
        key=f"sheet:{recipient.uid}:{quarter:%Y-%m-%d}",
        now=now,
        about=recipient,
        attachment=stored,
    )


def forget_old_sheets(district: District, now: datetime) -> int:
    """Drop pages and their files three years after the quarter; returns how many pages went."""
    old = PlaceSheet.objects.filter(district=district, quarter__lt=local_day(now) - KEPT)
    for stored in StoredFile.objects.filter(district=district, about_uid__in=list(old.values_list("uid", flat=True))):
        delete_file(stored)
    return old.delete()[0]
