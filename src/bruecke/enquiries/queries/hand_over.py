"""Questions of a post that changes hands: references, topics, places and days for the dossier, never their content."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.accounts.models import Account
from bruecke.core import memo
from bruecke.core.clock import local_day
from bruecke.core.hand_over import HandOnPreview, HandOverRow, HandOverRows, HandOverSubject, limited
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry, Referral
from bruecke.enquiries.queries.routing import viewer_of
from bruecke.enquiries.querysets import EnquiryQuerySet
from bruecke.enquiries.states import RUNNING, WAITING


def of_post(subject: HandOverSubject) -> Q:
    """Running questions in the hands of who leaves, for this post; also those that a deputy has meanwhile."""
    running = Q(state__in=RUNNING)
    if subject.account_id is None:
        return running & Q(assigned_post_id=subject.post_id, assigned_account=None)
    here = Q(assigned_post_id=subject.post_id) | Q(assigned_post=None)
    away = Q(on_behalf_of_post_id=subject.post_id, on_behalf_of_account_id=subject.account_id)
    return running & (Q(assigned_account_id=subject.account_id) & here | away)


def in_her_hands(subject: HandOverSubject, viewer: Viewer) -> EnquiryQuerySet:
    """Those that can be handed on by hand: without the ones of a deputy, which come back by themselves."""
    rows = Enquiry.objects.visible_to(viewer).filter(of_post(subject), on_behalf_of_post=None)
    return rows.select_related("topic", "place", "district").order_by("pk")


def open_questions(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Running questions to whom nobody was promised anything in particular. Two queries, shared with the promised ones."""
    rows = [row for row in _questions(subject, viewer) if not is_promised(row)]
    return limited([_row(row, subject, now) for row in rows], _withheld_words(subject, viewer))


def promised_answers(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Somebody wrote back and waits, or was told at the telephone or in person that an answer comes."""
    return limited([_row(row, subject, now) for row in _questions(subject, viewer) if is_promised(row)])


def is_promised(enquiry: Enquiry) -> bool:
    return enquiry.state in WAITING and (enquiry.has_follow_up or not enquiry.has_dialogue)


def _questions(subject: HandOverSubject, viewer: Viewer) -> list[Enquiry]:
    """One query; in one reading request asked once for all sections."""
    rows = Enquiry.objects.visible_to(viewer).filter(of_post(subject)).select_related("topic", "place")
    key = ("enquiries.hand_over", subject.post_id, subject.account_id, viewer)
    return memo.once(key, lambda: list(rows.by_urgency()))


def _withheld_words(subject: HandOverSubject, viewer: Viewer) -> str:
    count = Enquiry.objects.withheld_from(viewer).filter(of_post(subject)).count()
    if not count:
        return ""
    words = ngettext(
        "%(count)s weitere Frage liegt bei einer anderen Stelle und steht hier nicht.",
        "%(count)s weitere Fragen liegen bei anderen Stellen und stehen hier nicht.",
        count,
    )
    return words % {"count": count}


def _row(enquiry: Enquiry, subject: HandOverSubject, now: datetime) -> HandOverRow:
    """Reference and topic; a short title is the beginning of the question and stays out."""
    kind = _("Hilfsangebot") if enquiry.is_help else str(enquiry.topic) if enquiry.topic else _("ohne Thema")
    is_away = enquiry.on_behalf_of_post_id == subject.post_id
    return HandOverRow(
        enquiry.uid,
        f"{enquiry.reference} · {kind}",
        place=enquiry.place.name if enquiry.place else "",
        state=_("bei der Vertretung") if is_away else enquiry.state_label,
        due_on=local_day(enquiry.due_at) if enquiry.due_at and enquiry.state in WAITING else None,
        route="enquiries:detail",
        route_kwargs={"uid": enquiry.uid},
    )


def waiting_referrals(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Referrals of these questions that are not over. One query."""
    theirs = Enquiry.objects.filter(of_post(subject)).order_by()
    rows = Referral.objects.visible_to(viewer).running().filter(enquiry__in=theirs.values("pk"))
    return limited(
        [
            HandOverRow(
                row.uid,
                f"{row.enquiry.reference} · {row.provider.name}",
                place=row.enquiry.place.name if row.enquiry.place else "",
                state=row.state_label,
                due_on=row.answer_by,
                route="enquiries:referral",
                route_kwargs={"uid": row.uid},
            )
            for row in rows.select_related("enquiry", "enquiry__place", "provider").order_by("answer_by", "pk")
        ]
    )


def receiver(subject: HandOverSubject, now: datetime) -> Viewer | None:
    """The successor as she may work on questions today; None where she may not (yet)."""
    account = Account.objects.filter(pk=subject.successor_id, is_active=True).first() if subject.successor_id else None
    person = viewer_of(account, subject.district, now) if account else None
    return person if person is not None and person.has(*rules.WORKING_ROLES) else None


def may_have(enquiry: Enquiry, person: Viewer) -> bool:
    """As assigning by hand: inside the named controller, or with the resident's consent."""
    return rules.can_be_given_to(
        enquiry,
        controller_id=person.controller_id,
        unit_id=person.unit_id,
        is_foreigners_authority=person.is_foreigners_authority,
    )


def preview(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOnPreview:
    """How many would go now, and how many stay."""
    person, rows = receiver(subject, now), list(in_her_hands(subject, viewer))
    ready = sum(may_have(row, person) for row in rows) if person else 0
    return HandOnPreview(ready, len(rows) - ready)
