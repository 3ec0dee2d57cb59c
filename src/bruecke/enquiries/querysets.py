"""Named filters of the tables of `enquiries`; who sees which question is told again, for one loaded row, in `rules`."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Case, Q, Value, When

from bruecke.core import clock
from bruecke.core.folding import find_key
from bruecke.core.scope import ScopedQuerySet
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries.rules import LINK_PURPOSE, RECEIPT_PURPOSE, WORKING_ROLES
from bruecke.enquiries.states import REFERRAL_RUNNING, RUNNING, WAITING, EnquiryState, ReferralState

_RANKS = {
    EnquiryState.NEW: 0,
    EnquiryState.OPEN: 0,
    EnquiryState.REFERRED: 1,
    EnquiryState.ANSWERED: 2,
    EnquiryState.CLOSED: 3,
}


def inside(viewer: Viewer) -> Q:
    """As `rules.is_inside`."""
    named = Q(controller_id=viewer.controller_id)
    return named & Q(unit_id=viewer.unit_id) if viewer.is_foreigners_authority else named


def in_charge(viewer: Viewer) -> Q:
    """As `rules.is_in_charge`."""
    if viewer.leads_district:
        return Q()
    return Q(assigned_account_id=viewer.account_id) | Q(place_id__in=sorted(viewer.municipalities))


def readable(viewer: Viewer) -> Q:
    """As `rules.can_read`, for a person with a working role."""
    return in_charge(viewer) & (Q(consent_to_share=True) | inside(viewer))


def withheld(viewer: Viewer) -> Q:
    """As `rules.is_withheld`, for a person with a working role."""
    return in_charge(viewer) & Q(consent_to_share=False) & ~inside(viewer)


class EnquiryQuerySet(ScopedQuerySet):
    """Questions of the open district."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_read`."""
        if viewer.is_system:
            return self
        if viewer.kind is ViewerKind.LINK:
            return self.filter(uid=viewer.object_uid) if viewer.purpose == RECEIPT_PURPOSE else self.none()
        if not viewer.has(*WORKING_ROLES):
            return self.none()
        return self.filter(readable(viewer), district_id=viewer.district_id)

    def withheld_from(self, viewer: Viewer) -> Self:
        """As `rules.is_withheld`: to be counted, never to be shown."""
        if not viewer.has(*WORKING_ROLES):
            return self.none()
        return self.filter(withheld(viewer), district_id=viewer.district_id)

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def waiting(self) -> Self:
        """The office owes an answer."""
        return self.filter(state__in=WAITING)

    def mine(self, viewer: Viewer) -> Self:
        """Given to this person."""
        return self.filter(assigned_account_id=viewer.account_id)

    def unassigned(self) -> Self:
        """Running, and in nobody's hands."""
        return self.running().filter(assigned_account=None)

    def overdue(self, now: datetime) -> Self:
        """Waiting for longer than the district's target."""
        return self.waiting().filter(due_at__lt=now)

    def due_today(self, now: datetime) -> Self:
        """Due later on the calendar day of `now`."""
        tomorrow = clock.start_of(clock.local_day(now) + timedelta(days=1))
        return self.waiting().filter(due_at__gte=now, due_at__lt=tomorrow)

    def past_retention(self, day: date) -> Self:
        """Closed, and the period after it is over."""
        return self.filter(state=EnquiryState.CLOSED, delete_on__lte=day)

    def matching(self, text: str) -> Self:
        """Each word of `text` occurs in short title, messages or reference, umlauts folded."""
        rows = self
        for word in find_key(text).split():
            rows = rows.filter(find_key__contains=word)
        return rows

    def by_urgency(self) -> Self:
        """Waiting ones first, the longest due on top; then referred, answered, closed, the latest first."""
        whens = [When(state=state.value, then=Value(rank)) for state, rank in _RANKS.items()]
        ranked: Any = self.annotate(state_rank=Case(*whens, default=Value(9), output_field=models.PositiveSmallIntegerField()))
        due = Case(When(state__in=WAITING, then="due_at"), default=None, output_field=models.DateTimeField())
        return ranked.order_by("state_rank", due.asc(nulls_last=True), "-received_at", "-pk")

    def with_row_facts(self) -> Self:
        """What a row of the list shows, in one query."""
        return self.select_related("place", "topic", "assigned_account", "assigned_post", "controller")


class ReferralQuerySet(ScopedQuerySet):
    """Referrals of questions: whoever may read the question sees what became of it."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_read_referral`."""
        if viewer.kind is ViewerKind.LINK and viewer.purpose == LINK_PURPOSE:
            return self.filter(uid=viewer.object_uid, district_id=viewer.district_id)
        enquiries: Any = self.model._meta.get_field("enquiry").related_model
        return self.filter(enquiry__in=enquiries.objects.visible_to(viewer).values("pk"))

    def running(self) -> Self:
        return self.filter(state__in=sorted(REFERRAL_RUNNING))

    def held_by_provider(self) -> Self:
        """Sent and not over: the provider sees it."""
        return self.filter(state__in=[ReferralState.SENT, ReferralState.ACCEPTED]).order_by("pk")

    def silent(self, day: date) -> Self:
        """Sent, and the provider did not answer in time."""
        return self.filter(state=ReferralState.SENT, answer_by__lt=day)


class UnmetQuerySet(ScopedQuerySet):
    """Missing offers: rows without a person."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_read_unmet`."""
        here = self.filter(district_id=viewer.district_id)
        if viewer.is_system or viewer.leads_district:
            return here
        return here.filter(place_id__in=sorted(viewer.municipalities)) if viewer.is_coordinator else self.none()


class MailboxQuerySet(ScopedQuerySet):
    """Function mailboxes: administrators set them up; nobody reads mails there."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_manage_mailboxes`."""
        if viewer.is_system:
            return self
        return self.filter(district_id=viewer.district_id) if viewer.has(Role.ADMINISTRATOR) else self.none()


class TallyQuerySet(ScopedQuerySet):
    """Strokes of open hours."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_see_stroke`."""
        here = self.filter(district_id=viewer.district_id)
        if viewer.is_system or viewer.leads_district:
            return here
        if not viewer.is_coordinator:
            return self.none()
        return here.filter(Q(place_id__in=sorted(viewer.municipalities)) | Q(recorded_by_id=viewer.account_id))


class AppendOnlyQuerySet(ScopedQuerySet):
    """Rows that are written once; they leave with their question."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(f"{self.model.__name__} is append-only")


class AttachmentQuerySet(AppendOnlyQuerySet):
    """Files that came with messages."""

    def visible_to(self, viewer: Viewer) -> Self:
        """As `rules.can_read_attachment`."""
        enquiries: Any = self.model._meta.get_field("enquiry").related_model
        return self.filter(enquiry__in=enquiries.objects.visible_to(viewer).values("pk"))
