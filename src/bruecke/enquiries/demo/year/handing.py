"""Referrals of the demo's year: proposed, agreed to or not, answered by the provider or not, done or taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bruecke.core.viewer import Viewer
from bruecke.enquiries import queries
from bruecke.enquiries.actions import choosing, referral
from bruecke.enquiries.actions.referral import USUAL_PURPOSE, Handing
from bruecke.enquiries.demo.year import rhythm
from bruecke.enquiries.demo.year.life import Life
from bruecke.enquiries.demo.year.rhythm import happens, office_at, one_of, pick
from bruecke.enquiries.models import Enquiry, Referral
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.queries.suggesting import Suggestion, suggestions
from bruecke.enquiries.states import (
    IMPERSONAL,
    RUNNING,
    ConsentBasis,
    EnquiryState,
    MisfitReason,
    Need,
    Outcome,
    Passed,
    ReferralState,
    RejectReason,
)

_BASES = {ConsentBasis.STATUS_PAGE: 45, ConsentBasis.NOTHING_PERSONAL: 30, ConsentBasis.IN_PERSON: 25}
_REASONS = {
    RejectReason.FULL: 55,
    RejectReason.NOT_FOR_THEM: 20,
    RejectReason.LANGUAGE: 10,
    RejectReason.NOT_REACHED: 12,
    RejectReason.ENDED: 3,
}
_MISFITS = (MisfitReason.TOO_FAR, MisfitReason.TIME, MisfitReason.LANGUAGE, MisfitReason.GROUP, MisfitReason.NOT_WANTED)
_PATIENCE = 16
"""Working days after which the office no longer waits for a word."""


def hand(life: Life, enquiry: Enquiry, viewer: Viewer, at: datetime) -> bool:
    """Look for an offer and hand the question over; False where none fits."""
    random = life.random
    if happens(random, 0.3):
        needs = [one_of(random, (Need.CHILDCARE, Need.FREE_OF_CHARGE, Need.STEP_FREE))]
        choosing.set_needs(enquiry=enquiry, needs=needs, target_group="", viewer=viewer, now=at)
    found = [one for one in suggestions(enquiry, at)[:5] if one.offer.email and not one.offer.is_archived]
    if not found:
        return False
    if len(found) > 1 and happens(random, 0.2):
        choosing.reject_suggestion(enquiry=enquiry, shown=found.pop(0), reason=one_of(random, _MISFITS), viewer=viewer, now=at)
    _Way(life, random).begin(enquiry, one_of(random, found[:2]), viewer, at)
    return True


@dataclass(slots=True)
class _Way:
    """One referral from its beginning to its end."""

    life: Life
    random: Random
    key: int = 0

    def begin(self, enquiry: Enquiry, shown: Suggestion, viewer: Viewer, at: datetime) -> None:
        basis = pick(self.random, _BASES)
        if happens(self.random, 0.6):
            self.life.write(enquiry, viewer, at)
        made = referral.prepare_referral(
            enquiry=enquiry,
            offer=shown.offer,
            handing=Handing(basis=basis, purpose=str(USUAL_PURPOSE), passes=_passes(enquiry, basis)),
            shown=shown,
            version=None,
            viewer=viewer,
            now=at + timedelta(minutes=5),
        )
        self.key = made.pk
        if basis is ConsentBasis.STATUS_PAGE:
            if happens(self.random, 0.9):
                self.life.then(at + timedelta(days=self.random.randrange(1, 4), hours=3), self._decide)
        else:
            self._wait_for_provider(at)
        self.life.then(office_at(self.random, at, _PATIENCE + self.random.randrange(6)), self._give_up)

    def _find(self, *states: ReferralState) -> Referral | None:
        related = ("enquiry", "offer", "district")
        return Referral.objects.select_related(*related).filter(pk=self.key, state__in=states).first()

    def _decide(self, at: datetime) -> None:
        if made := self._find(ReferralState.AWAITING_CONSENT):
            holder = queries.holder_viewer(made.enquiry)
            if happens(self.random, 0.1) or not _may_send(made):
                referral.refuse_consent(referral=made, viewer=holder, now=at)
                self.life.then(office_at(self.random, at, 1), self._answer_instead)
            else:
                referral.give_consent(referral=made, viewer=holder, now=at)
                self._wait_for_provider(at)

    def _wait_for_provider(self, at: datetime) -> None:
        if happens(self.random, 0.85):
            self.life.then(office_at(self.random, at, self.random.randrange(1, 12)), self._provider_answers)

    def _provider_answers(self, at: datetime) -> None:
        made = self._find(ReferralState.SENT)
        if made is None:
            return
        accepts = happens(self.random, 0.78)
        referral.answer_referral(
            referral=made,
            accepts=accepts,
            reason=None if accepts else pick(self.random, _REASONS),
            note=one_of(self.random, rhythm.common()["offer_notes" if accepts else "reject_notes"]),
            viewer=referrals.provider_viewer(made),
            now=at,
        )
        later = office_at(self.random, at, self.random.randrange(3, 15) if accepts else 1)
        self.life.then(later, self._finish if accepts else self._answer_instead)

    def _finish(self, at: datetime) -> None:
        made = self._find(ReferralState.ACCEPTED)
        if made is None:
            return
        begun = self.life.begin(at)
        if happens(self.random, 0.5):
            referral.finish_referral(referral=made, viewer=referrals.provider_viewer(made), now=at)
        elif begun:
            referral.finish_referral(referral=made, viewer=begun[1], now=at)
        if begun and begun[0].state in RUNNING:
            self.life.close(*begun, Outcome.REFERRED, at + timedelta(minutes=4))

    def _answer_instead(self, at: datetime) -> None:
        begun = self.life.begin(at)
        if begun and begun[0].state != EnquiryState.REFERRED:
            self.life.write(*begun, at)
            self.life.after_answer(at)

    def _give_up(self, at: datetime) -> None:
        made = self._find(ReferralState.AWAITING_CONSENT, ReferralState.SENT)
        begun = self.life.begin(at) if made else None
        if made and begun:
            referral.revoke_referral(referral=made, viewer=begun[1], now=at)
            self.life.then(at + timedelta(minutes=10), self._answer_instead)


def _passes(enquiry: Enquiry, basis: ConsentBasis) -> tuple[Passed, ...]:
    personal = basis is not ConsentBasis.NOTHING_PERSONAL
    there = referrals.passable(enquiry)
    return tuple(item for item in there if item in IMPERSONAL or (personal and item is not Passed.ATTACHMENTS))


def _may_send(made: Referral) -> bool:
    """The offer may have ended since; then nobody agrees to anything."""
    return not made.offer.is_archived and bool(made.offer.email)
