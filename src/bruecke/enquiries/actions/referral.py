"""Referral: a question handed to an offer, on a named basis, with what is passed on; every step told to the resident."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit, clock
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.folding import seen
from bruecke.core.links import issue_link
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import notices, referral_mails
from bruecke.enquiries.actions.choosing import note_chosen
from bruecke.enquiries.actions.events import EnquiryReferred, EnquiryReopened, ReferralMoved
from bruecke.enquiries.actions.traces import checked_text, due_at, locked, locked_for_work, note_step, setting
from bruecke.enquiries.models import MAX_MESSAGE, Enquiry, Referral
from bruecke.enquiries.queries.suggesting import Suggestion
from bruecke.enquiries.states import (
    REFERRAL_TRANSITIONS,
    RUNNING,
    ConsentBasis,
    DangerLaw,
    EnquiryState,
    Outcome,
    Passed,
    ReferralState,
    RejectReason,
    Step,
    may_become,
)
from bruecke.offers import actions as offers
from bruecke.offers.models import Offer
from bruecke.offers.states import FeedbackReason

ANSWER_DAYS = "enquiries.referral_answer_days"
LINK_DAYS = timedelta(days=30)
USUAL_PURPOSE = _("damit der Träger sagen kann, ob ein Platz frei ist")
"""Known to identify nobody; other words for what a referral is for are read by the provider as the message is."""
_FIRST_STATE = {
    ConsentBasis.NOTHING_PERSONAL: ReferralState.SENT,
    ConsentBasis.IN_PERSON: ReferralState.SENT,
    ConsentBasis.STATUS_PAGE: ReferralState.AWAITING_CONSENT,
    ConsentBasis.DANGER: ReferralState.AWAITING_SECOND,
}
_UNSENT = (ReferralState.AWAITING_CONSENT, ReferralState.AWAITING_SECOND)
_HOLDS = frozenset({ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.DONE})
"""While one of these stands, the question is REFERRED: the next step is not the office's."""
_LEARNED = {RejectReason.FULL: FeedbackReason.FULL, RejectReason.ENDED: FeedbackReason.GONE}


@dataclass(frozen=True, slots=True)
class Handing:
    """What is handed over and why. `note` is what the coordinator writes to the provider; it goes with the same consent."""

    basis: ConsentBasis
    purpose: str
    passes: tuple[Passed, ...]
    note: str = ""
    is_note_impersonal: bool = False
    """Said by the coordinator of all own words: the note, and a purpose other than `USUAL_PURPOSE`."""
    danger_law: DangerLaw | None = None
    danger_reason: str = ""


@transaction.atomic
def prepare_referral(
    *,
    enquiry: Enquiry,
    offer: Offer,
    handing: Handing,
    shown: Suggestion | None,
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> Referral:
    """Hand a question to an offer, or ask first whoever has to be asked.

    Effects: the referral; without personal data and with a consent given in person the provider is written to at once,
    else the resident (or a second person) is asked; `OfferChoice`; question REFERRED while one runs; timeline, audit
    `enquiry.referral_prepared`. Raises: NotAllowed, Stale, WrongState, Invalid per field.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if fresh.state not in RUNNING or fresh.is_help:
        raise WrongState
    referral = _new(fresh, offer, _checked(fresh, offer, handing), viewer, now)
    try:
        with transaction.atomic():
            referral.save()
    except IntegrityError as error:
        raise Invalid(_("An dieses Angebot läuft schon eine Vermittlung dieser Frage.")) from error
    note_chosen(fresh, shown, viewer=viewer, now=now)
    audit.record(verb="enquiry.referral_prepared", target=fresh, viewer=viewer, now=now, fields=("referrals",))
    if referral.state == ReferralState.SENT:
        _send(referral, fresh, viewer, now)
    elif referral.state == ReferralState.AWAITING_CONSENT:
        note_step(fresh, Step.CONSENT_ASKED, viewer=viewer, now=now)
        notices.tell_resident(fresh, event=f"consent-{referral.uid}", now=now)
    else:
        note_step(fresh, Step.DANGER_NAMED, viewer=viewer, now=now, code=referral.danger_law)
    return referral


def _checked(enquiry: Enquiry, offer: Offer, handing: Handing) -> Handing:
    errors: dict[str, Any] = {}
    if not handing.purpose.strip():
        errors["purpose"] = _("Bitte schreiben Sie, wozu die Angaben weitergegeben werden.")
    if len(handing.note.strip()) > MAX_MESSAGE:
        errors["note"] = _("Bitte kürzen Sie die Nachricht auf 2.000 Zeichen.")
    if not rules.may_pass(handing.basis, handing.passes):
        errors["passes"] = _("Ohne Einwilligung gehen nur Thema, Ort und Sprachen weiter. Bitte nehmen Sie die anderen Haken weg.")
    if handing.basis is ConsentBasis.NOTHING_PERSONAL and _has_own_words(handing) and not handing.is_note_impersonal:
        errors["is_note_impersonal"] = _("Bitte bestätigen Sie, dass Ihre Worte niemanden erkennen lassen.")
    if handing.basis is ConsentBasis.STATUS_PAGE and not enquiry.has_dialogue:
        errors["basis"] = _("Diese Person hat keinen Code. Bitte fragen Sie persönlich oder am Telefon.")
    if handing.basis is ConsentBasis.DANGER and not (handing.danger_law and handing.danger_reason.strip()):
        errors["danger_reason"] = _("Bitte nennen Sie die Rechtsgrundlage und worin die Gefahr besteht.")
    if offer.is_archived:
        errors[""] = _("Dieses Angebot gibt es nicht mehr.")
    elif not offer.email:
        errors[""] = _(
            "Für dieses Angebot ist keine E-Mail-Adresse bekannt. Bitte tragen Sie sie beim Angebot oder beim Träger ein."
        )
    if errors:
        raise Invalid(errors)
    return handing


def _has_own_words(handing: Handing) -> bool:
    return bool(handing.note.strip()) or _one_line(handing.purpose, 300) != str(USUAL_PURPOSE)


def _new(enquiry: Enquiry, offer: Offer, handing: Handing, viewer: Viewer, now: datetime) -> Referral:
    in_person = handing.basis is ConsentBasis.IN_PERSON
    is_danger = handing.basis is ConsentBasis.DANGER
    return Referral(
        district_id=enquiry.district_id,
        enquiry=enquiry,
        offer=offer,
        provider=offer.provider,
        state=_FIRST_STATE[handing.basis],
        basis=handing.basis,
        purpose=_one_line(handing.purpose, 300),
        passes=[item.value for item in Passed if item in handing.passes],
        message=checked_text(handing.note, "note") if handing.note.strip() else "",
        to_email=offer.email,
        created_at=now,
        created_by_id=viewer.account_id,
        consent_asked_at=now if handing.basis is ConsentBasis.STATUS_PAGE else None,
        consent_at=now if in_person else None,
        consent_noted_by_id=viewer.account_id if in_person else None,
        danger_law=(handing.danger_law or "") if is_danger else "",
        danger_reason=_one_line(handing.danger_reason, 500) if is_danger else "",
    )


def _one_line(text: str, length: int) -> str:
    return " ".join(seen(text).split())[:length]


# --- the resident's word, and the second person's ------------------------------------------------------------------------


@transaction.atomic
def give_consent(*, referral: Referral, viewer: Viewer, now: datetime) -> Referral:
    """The resident says yes on her status page. Effects: as sending; the office is told. Raises: NotAllowed, WrongState."""
    fresh, enquiry = _locked_by_resident(referral, viewer)
    if fresh.state != ReferralState.AWAITING_CONSENT:
        raise WrongState(_MOVED)
    _move(fresh, ReferralState.SENT)
    fresh.consent_at = now
    note_step(enquiry, Step.CONSENT_GIVEN, viewer=viewer, now=now)
    _send(fresh, enquiry, viewer, now)
    referral_mails.tell_office(fresh, enquiry, step=Step.CONSENT_GIVEN, now=now)
    return fresh


@transaction.atomic
def refuse_consent(*, referral: Referral, viewer: Viewer, now: datetime) -> Referral:
    """The resident says no: nothing leaves.

    Effects: timeline; the office is told; audit `enquiry.consent_refused`. Raises: NotAllowed, WrongState.
    """
    fresh, enquiry = _locked_by_resident(referral, viewer)
    _move(fresh, ReferralState.DECLINED)
    fresh.ended_at = now
    fresh.save_next()
    note_step(enquiry, Step.CONSENT_REFUSED, viewer=viewer, now=now)
    audit.record(verb="enquiry.consent_refused", target=enquiry, viewer=viewer, now=now, fields=("referrals",))
    referral_mails.tell_office(fresh, enquiry, step=Step.CONSENT_REFUSED, now=now)
    _published(fresh, enquiry, viewer, now)
    _let_go(enquiry, now)
    return fresh


@transaction.atomic
def confirm_danger(*, referral: Referral, version: int | None, viewer: Viewer, now: datetime) -> Referral:
    """A second person agrees that the danger is acute: it leaves without the resident, who is told at once.

    Effects: as sending; notice to the resident; audit `enquiry.danger_confirmed`. Raises: NotAllowed, Stale, WrongState.
    """
    enquiry = locked(referral.enquiry)
    fresh = _locked(referral)
    if not rules.can_be_second(viewer, enquiry, first_account_id=fresh.created_by_id):
        raise NotAllowed
    fresh.check_version(version)
    if fresh.state != ReferralState.AWAITING_SECOND:
        raise WrongState(_MOVED)
    _move(fresh, ReferralState.SENT)
    fresh.second_person_id, fresh.second_at = viewer.account_id, now
    audit.record(verb="enquiry.danger_confirmed", target=enquiry, viewer=viewer, now=now, fields=("referrals",))
    _send(fresh, enquiry, viewer, now)
    notices.tell_resident(enquiry, event=f"danger-{fresh.uid}", now=now)
    return fresh


def _send(referral: Referral, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    """Write to the provider, in the mailbox of today.

    Effects: link, mail without content, question REFERRED, timeline, audit `enquiry.referral_sent`; who is said to have agreed in
    person hears of it. Raises: WrongState when the offer is over or another provider's by now: nobody agreed to that.
    """
    if not _reaches_provider(referral):
        raise WrongState(_MOVED)
    referral.to_email = referral.offer.email
    days = setting(enquiry.district, ANSWER_DAYS, now)
    referral.sent_at, referral.answer_by = now, rules.working_days_after(clock.local_day(now), days)
    referral.save_next()
    referral_mails.ask_provider(referral, token=_link(referral, now), now=now)
    if referral.basis == ConsentBasis.IN_PERSON:
        notices.tell_resident(enquiry, event=f"referred-{referral.uid}", now=now)
    note_step(enquiry, Step.REFERRED, viewer=viewer, now=now, code=referral.basis)
    audit.record(verb="enquiry.referral_sent", target=enquiry, viewer=viewer, now=now, fields=("referrals",))
    publish(
        EnquiryReferred(
            district_id=enquiry.district_id,
            viewer=viewer,
            now=now,
            enquiry_uid=enquiry.uid,
            referral_uid=referral.uid,
            offer_uid=referral.offer.uid,
            basis=referral.basis,
        )
    )
    if not enquiry.has_follow_up and may_become(EnquiryState(enquiry.state), EnquiryState.REFERRED):
        enquiry.state = EnquiryState.REFERRED
        enquiry.opened_at = enquiry.opened_at or now
        enquiry.save_next("state", "opened_at")


def _reaches_provider(referral: Referral) -> bool:
    """Whether the offer is still there, still of the provider that was named, and has a mailbox."""
    offer = referral.offer
    return not offer.is_archived and offer.provider_id == referral.provider_id and bool(offer.email)


def _link(referral: Referral, now: datetime) -> str:
    return issue_link(purpose=rules.LINK_PURPOSE, object_uid=referral.uid, district=referral.district, valid_for=LINK_DAYS, now=now)


# --- the provider's answer -----------------------------------------------------------------------------------------------


@transaction.atomic
def answer_referral(
    *, referral: Referral, accepts: bool, reason: RejectReason | None = None, note: str = "", viewer: Viewer, now: datetime
) -> Referral:
    """The provider says yes or no by its link; after a yes it may still say no.

    Effects: state; timeline; notices to resident and office; "voll" and "gibt es nicht mehr" become a hint at the offer; a
    question that was closed as referred runs again after a no. Raises: NotAllowed, WrongState, Invalid.
    """
    fresh, enquiry = _locked_by_provider(referral, viewer)
    if not accepts and reason is None:
        raise Invalid({"reason": _("Bitte wählen Sie einen Grund.")})
    _move(fresh, ReferralState.ACCEPTED if accepts else ReferralState.REJECTED)
    fresh.answered_at, fresh.answer_note = now, _one_line(note, 500)
    fresh.reject_reason = "" if accepts or reason is None else reason
    fresh.save_next()
    step = Step.REFERRAL_ACCEPTED if accepts else Step.REFERRAL_REJECTED
    _tell_all(fresh, enquiry, step, viewer, now)
    if not accepts and reason in _LEARNED:
        _teach(fresh, _LEARNED[reason], now)
    return fresh


def _teach(referral: Referral, reason: FeedbackReason, now: datetime) -> None:
    """The inventory learns what the provider said, nothing of the question; an offer that is gone has nothing to learn."""
    viewer = Viewer.system("referral", referral.district_id)
    try:
        with transaction.atomic():
            offers.give_feedback(offer=referral.offer, reason=reason, text="", language="de", viewer=viewer, now=now)
    except NotAllowed:
        return


@transaction.atomic
def finish_referral(*, referral: Referral, viewer: Viewer, now: datetime) -> Referral:
    """It is done: said by the provider's link or by the office. Effects: timeline, notices. Raises: NotAllowed, WrongState."""
    if rules.is_provider(viewer, referral):
        fresh, enquiry = _locked_by_provider(referral, viewer)
    else:
        enquiry = locked_for_work(referral.enquiry, viewer, None)
        fresh = _locked(referral)
    _move(fresh, ReferralState.DONE)
    fresh.done_at = now
    fresh.save_next()
    _tell_all(fresh, enquiry, Step.REFERRAL_DONE, viewer, now)
    return fresh


def _tell_all(referral: Referral, enquiry: Enquiry, step: Step, viewer: Viewer, now: datetime) -> None:
    note_step(enquiry, step, viewer=viewer, now=now, code=referral.reject_reason)
    audit.record(verb=f"enquiry.{step.value}", target=enquiry, viewer=viewer, now=now, fields=("referrals",))
    notices.tell_resident(enquiry, event=f"{step.value}-{referral.uid}", now=now)
    if not viewer.is_person:
        referral_mails.tell_office(referral, enquiry, step=step, now=now)
    _published(referral, enquiry, viewer, now)
    _let_go(enquiry, now, viewer=viewer)


# --- taking it back --------------------------------------------------------------------------------------------------------


@transaction.atomic
def revoke_referral(*, referral: Referral, viewer: Viewer, now: datetime) -> Referral:
    """Take a referral back: the office, or the resident with her consent. The provider's page shows nothing any more.

    Effects: the provider is told where it was asked, the other side of the question too; timeline, audit
    `enquiry.referral_revoked`. Raises: NotAllowed, WrongState.
    """
    if viewer.is_person:
        enquiry = locked_for_work(referral.enquiry, viewer, None)
        fresh = _locked(referral)
    else:
        fresh, enquiry = _locked_by_resident(referral, viewer)
        if not rules.is_told(fresh, was_sent=fresh.sent_at is not None):
            raise NotAllowed
    _revoke(fresh, enquiry, viewer, now)
    if not viewer.is_person:
        referral_mails.tell_office(fresh, enquiry, step=Step.REFERRAL_REVOKED, now=now)
    elif fresh.sent_at or fresh.consent_asked_at:
        notices.tell_resident(enquiry, event=f"revoked-{fresh.uid}", now=now)
    _let_go(enquiry, now)
    return fresh


def _revoke(referral: Referral, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    _move(referral, ReferralState.REVOKED)
    referral.ended_at = now
    referral.save_next()
    if referral.sent_at is not None:
        referral_mails.tell_revoked(referral, now=now)
    note_step(enquiry, Step.REFERRAL_REVOKED, viewer=viewer, now=now)
    audit.record(verb="enquiry.referral_revoked", target=enquiry, viewer=viewer, now=now, fields=("referrals",))
    _published(referral, enquiry, viewer, now)


def end_with_question(enquiry: Enquiry, *, outcome: Outcome, viewer: Viewer, now: datetime) -> None:
    """What still waits for a word ends with the question, and so does what a provider was asked and did not answer.

    A question that ends as referred leaves the latter: the provider's answer is its end. Inside an action, under its lock.
    """
    states = _UNSENT if outcome is Outcome.REFERRED else (*_UNSENT, ReferralState.SENT)
    for referral in Referral.objects.filter(enquiry=enquiry, state__in=states).only("pk").order_by("pk"):
        _revoke(_locked(referral), enquiry, viewer, now)
    _let_go(enquiry, now)


# --- providers that stay silent ------------------------------------------------------------------------------------------


def remind_silent(district: District, now: datetime) -> int:
    """Write once more to providers that did not answer in time, with a fresh link; each in a short transaction."""
    late = Referral.objects.filter(district=district).silent(clock.local_day(now)).filter(reminded_at=None)
    return sum(_remind(referral, now) for referral in list(late.order_by("pk")))


@transaction.atomic
def _remind(referral: Referral, now: datetime) -> bool:
    fresh = _locked(referral)
    if fresh.state != ReferralState.SENT or fresh.reminded_at is not None:
        return False
    days = setting(fresh.district, ANSWER_DAYS, now)
    fresh.reminded_at, fresh.answer_by = now, rules.working_days_after(clock.local_day(now), days)
    if _reaches_provider(fresh):
        fresh.to_email = fresh.offer.email
    fresh.save(update_fields=["reminded_at", "answer_by", "to_email"])
    referral_mails.remind_provider(fresh, token=_link(fresh, now), now=now)
    viewer = Viewer.system("referral.remind", fresh.district_id)
    audit.record(verb="enquiry.referral_reminded", target=fresh.enquiry, viewer=viewer, now=now)
    return True


# --- what the steps share ------------------------------------------------------------------------------------------------

_MOVED = _("Dieser Schritt ist nicht mehr möglich. Der Stand hat sich inzwischen geändert.")


def _locked(referral: Referral) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("offer__provider", "provider", "enquiry", "district")
    fresh = rows.filter(pk=referral.pk).first()
    if fresh is None:
        raise NotAllowed
    return fresh


def _locked_by_resident(referral: Referral, viewer: Viewer) -> tuple[Referral, Enquiry]:
    enquiry = locked(referral.enquiry)
    if not rules.is_holder(viewer, enquiry):
        raise NotAllowed
    return _locked(referral), enquiry


def _locked_by_provider(referral: Referral, viewer: Viewer) -> tuple[Referral, Enquiry]:
    if not rules.is_provider(viewer, referral):
        raise NotAllowed
    enquiry = locked(referral.enquiry)
    return _locked(referral), enquiry


def _move(referral: Referral, target: ReferralState) -> None:
    if target not in REFERRAL_TRANSITIONS[ReferralState(referral.state)]:
        raise WrongState(_MOVED)
    referral.state = target


def _published(referral: Referral, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    publish(
        ReferralMoved(
            district_id=enquiry.district_id,
            viewer=viewer,
            now=now,
            enquiry_uid=enquiry.uid,
            referral_uid=referral.uid,
            offer_uid=referral.offer.uid,
            state=referral.state,
            reason=referral.reject_reason,
        )
    )


def _let_go(enquiry: Enquiry, now: datetime, *, viewer: Viewer | None = None) -> None:
    """When nothing holds the question any more, the office owes the next step again, with a new target.

    A question closed as referred runs again when its provider (`viewer`) says no: its outcome is true no more.
    """
    was_closed = enquiry.state == EnquiryState.CLOSED and enquiry.outcome == Outcome.REFERRED and viewer is not None
    if enquiry.state != EnquiryState.REFERRED and not was_closed:
        return
    if Referral.objects.filter(enquiry=enquiry, state__in=sorted(_HOLDS)).exists():
        return
    enquiry.state, enquiry.due_at, enquiry.escalated_at = EnquiryState.OPEN, due_at(enquiry.district, now), None
    enquiry.outcome, enquiry.closed_at, enquiry.delete_on = "", None, None
    enquiry.save_next("state", "due_at", "escalated_at", "outcome", "closed_at", "delete_on")
    if was_closed and viewer is not None:
        note_step(enquiry, Step.REOPENED, viewer=viewer, now=now)
        publish(EnquiryReopened(district_id=enquiry.district_id, viewer=viewer, now=now, enquiry_uid=enquiry.uid))
