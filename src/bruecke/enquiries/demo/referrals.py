"""Referrals, verdicts and missing offers of the demo districts, through the real actions in the moments they would have."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bruecke.accounts.models import Account
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, DemoStage
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.actions import choosing, referral
from bruecke.enquiries.actions.referral import Handing
from bruecke.enquiries.demo.questions import shown_hashes
from bruecke.enquiries.models import Enquiry, Referral, TimelineEvent
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.queries.suggesting import Suggestion, suggestions
from bruecke.enquiries.states import (
    IMPERSONAL,
    Channel,
    ConsentBasis,
    DangerLaw,
    EnquiryState,
    MisfitReason,
    Need,
    Outcome,
    Passed,
    RejectReason,
)
from bruecke.vocabulary import queries as vocabulary

_PURPOSE = "damit der Träger sagen kann, ob ein Platz frei ist"
_NOTE = "Die Person kommt am liebsten vormittags. Bitte sagen Sie uns, ab wann ein Platz frei ist."
_DANGER = "Nach dem Anruf von heute ist von Gewalt in der Wohnung auszugehen; die Person ist seitdem nicht erreichbar."
_FATES: tuple[tuple[ConsentBasis, str], ...] = (
    (ConsentBasis.NOTHING_PERSONAL, "sent"),
    (ConsentBasis.STATUS_PAGE, "asked"),
    (ConsentBasis.IN_PERSON, "accepted"),
    (ConsentBasis.STATUS_PAGE, "rejected"),
    (ConsentBasis.STATUS_PAGE, "done"),
    (ConsentBasis.DANGER, "weighed"),
    (ConsentBasis.NOTHING_PERSONAL, "silent"),
    (ConsentBasis.STATUS_PAGE, "declined"),
    (ConsentBasis.IN_PERSON, "revoked"),
)
_MISFITS = (MisfitReason.TOO_FAR, MisfitReason.TIME, MisfitReason.WRONG_TOPIC, MisfitReason.LANGUAGE, MisfitReason.NOT_WANTED)
_MISSING = (
    ("german", "uk"),
    ("german", "ar"),
    ("health", "uk"),
    ("encounter", "ar"),
    ("german", "uk"),
    ("interpreting", "ar"),
    ("housing", "en"),
    ("school", "uk"),
    ("german", "ar"),
)


def load_referrals(context: DemoContext) -> None:
    """Nine referrals, five verdicts and nine missing offers a district; a district that has them stays as it is.

    A year has counted what is missing itself.
    """
    for district in context.districts:
        with for_district(district):
            if not Referral.objects.filter(enquiry__receipt_hash__in=shown_hashes(district.slug)).exists():
                _Handing(district, context.now).load(with_missing=context.stage is not DemoStage.YEAR)


@dataclass(slots=True)
class _Handing:
    """One district being filled."""

    district: District
    now: datetime

    def load(self, *, with_missing: bool) -> None:
        shown = Enquiry.objects.filter(receipt_hash__in=shown_hashes(self.district.slug))
        rows = shown.filter(state__in=[EnquiryState.OPEN, EnquiryState.ANSWERED]).select_related("assigned_account")
        waiting = [row for row in rows.order_by("received_at", "pk") if row.has_dialogue]
        callers = self._capturers()
        for number, (basis, fate) in enumerate(_FATES):
            enquiry = self._called(callers) if fate == "silent" else waiting[number % len(waiting)] if waiting else None
            if enquiry is not None:
                self._hand(enquiry, basis, fate, number)
        referral.remind_silent(self.district, self._day(12))
        for enquiry, reason in zip(reversed(waiting), _MISFITS, strict=False):
            self._misfit(enquiry, reason)
        if with_missing:
            self._missing(callers)

    def _day(self, back: int, hour: int = 10, minute: int = 20) -> datetime:
        """A working day back, in office hours."""
        day = rules.working_days_before(clock.local_day(self.now), back)
        return datetime.combine(day, time(hour, minute), tzinfo=clock.BERLIN)

    def _called(self, callers: list[Viewer]) -> Enquiry | None:
        """A call of four weeks ago that is still open: what was asked of a provider then should have been answered."""
        return self._capture(callers[0], "german", "uk", None, self._day(20), 0) if callers else None

    def _capture(self, viewer: Viewer, topic: str, language: str, outcome: Outcome | None, at: datetime, number: int) -> Enquiry:
        near = queries.capture_choices(viewer, self.district, clock.local_day(at)).places
        return actions.capture_enquiry(
            district=self.district,
            place=queries.place_of(near[number % len(near)][0]) if near else None,
            topic=next(one for one in vocabulary.topics() if one.pk == topic),
            language=language,
            channel=Channel.PHONE,
            outcome=outcome,
            viewer=viewer,
            now=at,
        )

    def _worker(self, enquiry: Enquiry) -> Viewer | None:
        account = enquiry.assigned_account
        viewer = queries.viewer_of(account, self.district, self.now) if account else None
        if viewer is not None and rules.can_work_on(viewer, enquiry):
            return viewer
        found = [entry for entry in queries.assignees(enquiry, self.district, self.now) if not entry.is_outside]
        others = (queries.viewer_of(entry.account, self.district, self.now) for entry in found)
        return next((other for other in others if rules.can_work_on(other, enquiry)), None)

    def _begin(self, enquiry: Enquiry) -> datetime:
        """Some days ago, after everything that happened before."""
        last = TimelineEvent.objects.filter(enquiry=enquiry).order_by("-happened_at").values_list("happened_at", flat=True).first()
        soonest = (last or enquiry.received_at) + timedelta(minutes=5)
        return max(soonest, min(self._day(3), self.now - timedelta(minutes=30))) if enquiry.has_dialogue else soonest

    def _best(self, enquiry: Enquiry, at: datetime) -> Suggestion | None:
        return next((one for one in suggestions(enquiry, at) if one.offer.email), None)

    def _hand(self, enquiry: Enquiry, basis: ConsentBasis, fate: str, number: int) -> None:
        viewer, at = self._worker(enquiry), self._begin(enquiry)
        shown = self._best(enquiry, at)
        if viewer is None or shown is None:
            return
        personal = basis is not ConsentBasis.NOTHING_PERSONAL
        passes = [
            item for item in referrals.passable(enquiry) if item in IMPERSONAL or (personal and item is not Passed.ATTACHMENTS)
        ]
        danger = basis is ConsentBasis.DANGER
        if number % 2 == 0:
            choosing.set_needs(enquiry=enquiry, needs=[Need.CHILDCARE], target_group="parents", viewer=viewer, now=at)
        handing = Handing(
            basis=basis,
            purpose=_PURPOSE,
            passes=tuple(passes),
            note=_NOTE if number % 3 == 0 else "",
            is_note_impersonal=True,
            danger_law=DangerLaw.NECESSITY if danger else None,
            danger_reason=_DANGER if danger else "",
        )
        made = referral.prepare_referral(
            enquiry=enquiry, offer=shown.offer, handing=handing, shown=shown, version=None, viewer=viewer, now=at
        )
        steps = {
            "accepted": self._accept,
            "rejected": self._reject,
            "done": self._finish,
            "declined": self._decline,
            "revoked": self._revoke,
        }
        if step := steps.get(fate):
            step(made, viewer, at)

    def _later(self, at: datetime, hours: int) -> datetime:
        """Never in the future, and never before what it follows."""
        return max(
            at + timedelta(minutes=hours // 3), min(at + timedelta(hours=hours), self.now - timedelta(minutes=15 - hours // 3))
        )

    def _agreed(self, made: Referral, at: datetime) -> None:
        if made.basis == ConsentBasis.STATUS_PAGE:
            referral.give_consent(referral=made, viewer=queries.holder_viewer(made.enquiry), now=self._later(at, 3))

    def _answer(self, made: Referral, at: datetime, reason: RejectReason | None, note: str) -> None:
        self._agreed(made, at)
        referral.answer_referral(
            referral=made,
            accepts=reason is None,
            reason=reason,
            note=note,
            viewer=referrals.provider_viewer(made),
            now=self._later(at, 22),
        )

    def _accept(self, made: Referral, viewer: Viewer, at: datetime) -> None:
        self._answer(made, at, None, "Ab nächster Woche ist ein Platz frei.")

    def _reject(self, made: Referral, viewer: Viewer, at: datetime) -> None:
        self._answer(made, at, RejectReason.FULL, "Im Frühjahr gern wieder.")

    def _finish(self, made: Referral, viewer: Viewer, at: datetime) -> None:
        self._accept(made, viewer, at)
        referral.finish_referral(referral=made, viewer=referrals.provider_viewer(made), now=self._later(at, 30))

    def _decline(self, made: Referral, viewer: Viewer, at: datetime) -> None:
        referral.refuse_consent(referral=made, viewer=queries.holder_viewer(made.enquiry), now=self._later(at, 4))

    def _revoke(self, made: Referral, viewer: Viewer, at: datetime) -> None:
        referral.revoke_referral(referral=made, viewer=viewer, now=self._later(at, 6))

    def _misfit(self, enquiry: Enquiry, reason: MisfitReason) -> None:
        viewer = self._worker(enquiry)
        if viewer is None:
            return
        for one in suggestions(enquiry, self.now)[1:2]:
            choosing.reject_suggestion(enquiry=enquiry, shown=one, reason=reason, viewer=viewer, now=self.now)

    def _missing(self, callers: list[Viewer]) -> None:
        """Calls over five months that no offer fitted; entered by those who are in charge."""
        for number, (topic, language) in enumerate(_MISSING if callers else ()):
            at = self._day(4 + 13 * number, 11, 5 + number)
            self._capture(callers[number % len(callers)], topic, language, Outcome.NO_OFFER, at, number)

    def _capturers(self) -> list[Viewer]:
        held = Enquiry.objects.exclude(assigned_account=None).order_by("assigned_account_id")
        accounts = Account.objects.filter(pk__in=set(held.values_list("assigned_account_id", flat=True))).order_by("pk")
        viewers = (queries.viewer_of(account, self.district, self.now) for account in accounts)
        return [viewer for viewer in viewers if rules.can_capture(viewer) and viewer.has(Role.COORDINATOR)]
