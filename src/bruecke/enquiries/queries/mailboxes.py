"""Reads around function mailboxes: the list of them, who could read there, to which question a reply belongs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from bruecke.accounts.models import Controller, Membership, Unit
from bruecke.core.models import OutboxMail
from bruecke.core.registries import Todo, Urgency
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import LEFT_OUT_LABELS, Enquiry, Mailbox, MailboxMessage
from bruecke.enquiries.states import ContactKind, LeftOutReason, MailVerdict
from bruecke.staffing.models import Post

TROUBLE_AFTER = 3
"""Failures in a row, after which the administrators hear of it and the mailbox is asked once an hour only."""


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """One mailbox with what came of its mails."""

    mailbox: Mailbox
    taken: int
    added: int
    left_out: int
    set_aside: int
    reasons: tuple[tuple[Any, int], ...]

    @property
    def is_troubled(self) -> bool:
        return self.mailbox.is_active and self.mailbox.failures > 0


def mailbox_rows(viewer: Viewer) -> list[MailboxRow]:
    """All mailboxes the viewer may set up. Two queries."""
    mailboxes = list(Mailbox.objects.visible_to(viewer).select_related("controller", "unit").order_by("name", "pk"))
    counts: dict[int, Counter[tuple[str, str]]] = {box.pk: Counter() for box in mailboxes}
    rows = MailboxMessage.objects.filter(mailbox__in=counts).order_by().values_list("mailbox_id", "verdict", "reason")
    for mailbox_id, verdict, reason, number in rows.annotate(number=Count("pk")):
        counts[mailbox_id][verdict, reason] += number
    return [_row(box, counts[box.pk]) for box in mailboxes]


def _row(mailbox: Mailbox, counts: Counter[tuple[str, str]]) -> MailboxRow:
    def of(verdict: MailVerdict) -> int:
        return sum(number for (one, _reason), number in counts.items() if one == verdict)

    reasons = ((LEFT_OUT_LABELS[one], counts[MailVerdict.LEFT_OUT, one]) for one in LeftOutReason)
    return MailboxRow(
        mailbox,
        taken=of(MailVerdict.TAKEN),
        added=of(MailVerdict.ADDED),
        left_out=of(MailVerdict.LEFT_OUT),
        set_aside=of(MailVerdict.SET_ASIDE),
        reasons=tuple((label, number) for label, number in reasons if number),
    )


def has_reader(controller_id: int, unit_id: int | None, on: date) -> bool:
    """Whether somebody reads questions without a place there: the leading office, inside the named border."""
    return _is_read(_leading(on).filter(controller_id=controller_id), unit_id)


def _leading(on: date) -> Any:
    held = Membership.objects.filter(role=Role.DISTRICT_OFFICE, account__is_active=True)
    return held.valid_on(on).select_related("unit").order_by("pk")


def _is_read(rows: Iterable[Membership], unit_id: int | None) -> bool:
    return any(row.unit is None or not row.unit.is_foreigners_authority or row.unit_id == unit_id for row in rows)


def offices_for_mail(on: date) -> list[tuple[Controller, Unit | None]]:
    """Controllers and units in which somebody reads questions without a place, in the order of their names. Three queries."""
    found: list[tuple[Controller, Unit | None]] = []
    readers: dict[int | None, list[Membership]] = {}
    for row in _leading(on):
        readers.setdefault(row.controller_id, []).append(row)
    for controller in Controller.objects.prefetch_related("units").order_by("sort_key", "pk"):
        units = sorted(controller.units.all(), key=lambda unit: (unit.sort_key, unit.pk))
        found += [
            (controller, unit) for unit in (None, *units) if _is_read(readers.get(controller.pk, ()), unit.pk if unit else None)
        ]
    return found


def own_addresses(mailbox: Mailbox) -> frozenset[str]:
    """Addresses from which no resident writes: ours, and the function mailboxes of the district. Two queries."""
    known = {settings.DEFAULT_FROM_EMAIL, mailbox.username}
    known.update(Controller.objects.order_by("pk").values_list("mailbox", flat=True))
    known.update(Post.objects.order_by("pk").values_list("mailbox", flat=True))
    return frozenset(address.strip().lower() for address in known if "@" in address)


def question_of_reply(
    mailbox: Mailbox, *, sender: str, references: Iterable[str], message_ids: Iterable[str], signs: Iterable[str]
) -> Enquiry | None:
    """The question that a mail belongs to, when it can be said for sure; else it is a new one.

    Named by an earlier mail, by a notice of ours or by its sign in the subject, *and* the sender is the contact of that question,
    *and* the question lies with the controller of the mailbox. Three queries at most.
    """
    inside = Enquiry.objects.filter(
        controller_id=mailbox.controller_id, unit_id=mailbox.unit_id, contact_kind=ContactKind.EMAIL, contact__iexact=sender
    ).order_by("-received_at", "-pk")
    earlier = MailboxMessage.objects.filter(mailbox__controller_id=mailbox.controller_id, thread_hash__in=list(references))
    named = earlier.filter(enquiry__isnull=False).order_by().values("enquiry_id")
    told = OutboxMail.objects.filter(message_id__in=list(message_ids), about_type=Enquiry._meta.label_lower)
    uids = list(told.order_by("pk").values_list("about_uid", flat=True))
    for rows in (inside.filter(pk__in=named), inside.filter(uid__in=uids), inside.filter(reference__in=list(signs))):
        if (found := rows.first()) is not None:
            return found
    return None


def files_left(enquiry: Enquiry) -> int:
    """How many files of mails to this question stayed in the mailbox. One query."""
    rows = MailboxMessage.objects.filter(enquiry=enquiry).order_by("pk")
    return sum(rows.values_list("attachment_count", flat=True))


def collect(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """For administrators: mailboxes that fail again and again, and those with mails that could not be read. Two queries."""
    if not viewer.has(Role.ADMINISTRATOR):
        return
    active = Mailbox.objects.visible_to(viewer).filter(is_active=True)
    for mailbox in active.filter(failures__gte=TROUBLE_AFTER).order_by("name", "pk"):
        yield _todo(_("Postfach „%(name)s“ lässt sich nicht abrufen") % {"name": mailbox.name}, Urgency.OVERDUE, mailbox)
    unread = MailboxMessage.objects.filter(verdict=MailVerdict.SET_ASIDE, filed_at=None, mailbox__in=active)
    for mailbox in active.filter(pk__in=unread.values("mailbox_id")).order_by("name", "pk"):
        yield _todo(_("Postfach „%(name)s“: nicht lesbare E-Mails ansehen") % {"name": mailbox.name}, Urgency.WEEK, mailbox)


def _todo(title: str, urgency: Urgency, mailbox: Mailbox) -> Todo:
    return Todo(
        urgency=urgency,
        due_at=None,
        title=title,
        kind=_("Postfach"),
        verb=_("Nachsehen"),
        route="enquiries:mailbox",
        route_kwargs={"uid": mailbox.uid},
    )


def can_see(viewer: Viewer, mailbox: Mailbox) -> bool:
    return rules.can_manage_mailboxes(viewer, district_id=mailbox.district_id)


def has_set_aside(mailbox: Mailbox) -> bool:
    """Whether mails wait that nobody could read and nobody looked at yet. One query."""
    return MailboxMessage.objects.filter(mailbox=mailbox, verdict=MailVerdict.SET_ASIDE, filed_at=None).exists()
