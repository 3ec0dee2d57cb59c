"""Who may do what with a question, when an answer is due, and when it must go: pure predicates and arithmetic, no query."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from bruecke.core.clock import BERLIN, local_day
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries.states import (
    ANSWERABLE,
    IMPERSONAL,
    RUNNING,
    WAITING,
    Channel,
    ConsentBasis,
    EnquiryState,
    MailboxSecurity,
    Outcome,
    Passed,
    ReferralState,
)

WORKING_ROLES = frozenset({Role.COORDINATOR, Role.DISTRICT_OFFICE})
RECEIPT_PURPOSE = "enquiry-receipt"
UNDO_WITHIN = timedelta(minutes=30)
_OFFICE_CLOSES = time(18)


class Named(Protocol):
    """The border of a question: controller and unit named on the form."""

    @property
    def controller_id(self) -> int: ...

    @property
    def unit_id(self) -> int | None: ...


class EnquiryFacts(Protocol):
    """What the rules need to know of a question; the model has all of it in loaded columns."""

    district_id: int
    controller_id: int
    unit_id: int | None
    place_id: str | None
    assigned_account_id: int | None
    consent_to_share: bool
    state: str
    uid: str


# --- reading ---------------------------------------------------------------------------------------------------------


def is_inside(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """Whether the person works for the controller named on the form, and not in an Ausländerbehörde beside the named unit."""
    return keeps_inside(
        facts,
        controller_id=viewer.controller_id,
        unit_id=viewer.unit_id,
        is_foreigners_authority=viewer.is_foreigners_authority,
    )


def keeps_inside(named: Named, *, controller_id: int | None, unit_id: int | None, is_foreigners_authority: bool) -> bool:
    """The same for anybody's controller and unit: the one named on the form is the border."""
    if controller_id != named.controller_id:
        return False
    return not is_foreigners_authority or unit_id == named.unit_id


def is_in_charge(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """Leads the district, was given the question, or is responsible for its place today."""
    if viewer.leads_district:
        return True
    if facts.assigned_account_id is not None and facts.assigned_account_id == viewer.account_id:
        return True
    return facts.place_id in viewer.municipalities


def can_read(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """The rule behind `visible_to`; the parity test holds them together."""
    if viewer.is_system:
        return True
    if viewer.kind is ViewerKind.LINK:
        return viewer.purpose == RECEIPT_PURPOSE and viewer.object_uid == facts.uid
    if viewer.district_id != facts.district_id or not viewer.has(*WORKING_ROLES):
        return False
    return is_in_charge(viewer, facts) and (facts.consent_to_share or is_inside(viewer, facts))


def is_withheld(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """The viewer would be in charge, but the question lies with another controller: she learns the number only."""
    if viewer.district_id != facts.district_id or not viewer.has(*WORKING_ROLES):
        return False
    return is_in_charge(viewer, facts) and not (facts.consent_to_share or is_inside(viewer, facts))


def is_holder(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """The resident herself, by her receipt code."""
    return viewer.kind is ViewerKind.LINK and can_read(viewer, facts)


# --- writing ---------------------------------------------------------------------------------------------------------


def can_capture(viewer: Viewer) -> bool:
    """Enter a question that came by phone or in person; the viewer's own controller keeps it."""
    return viewer.has(*WORKING_ROLES) and viewer.controller_id is not None


def can_work_on(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """Answer, note, assign, close, reopen: whoever may read it at the desk."""
    return viewer.is_person and can_read(viewer, facts)


def can_take_over(viewer: Viewer, facts: EnquiryFacts) -> bool:
    if not can_work_on(viewer, facts) or facts.state not in RUNNING:
        return False
    return facts.assigned_account_id != viewer.account_id


def can_be_given_to(facts: EnquiryFacts, *, controller_id: int | None, unit_id: int | None, is_foreigners_authority: bool) -> bool:
    """Across the border of the controller only with the resident's consent."""
    return facts.consent_to_share or keeps_inside(
        facts, controller_id=controller_id, unit_id=unit_id, is_foreigners_authority=is_foreigners_authority
    )


def can_undo(viewer: Viewer, *, actor_id: int | None, happened_at: datetime, now: datetime) -> bool:
    """One's own last step, for half an hour."""
    if not viewer.is_person or viewer.account_id != actor_id:
        return False
    return now - happened_at <= UNDO_WITHIN


def is_answerable(facts: EnquiryFacts) -> bool:
    return facts.state in ANSWERABLE


# --- attached files, strokes ---------------------------------------------------------------------------------------------

MAX_FILES, MAX_FILES_OF_ONE = 3, 12
UPLOAD_BYTES = 64 * 1024 * 1024  # how long a body a public form bears; of files that are too large nothing is kept
TALLY_BACK_DAYS = 14
TALLY_CHANNELS = (Channel.IN_PERSON, Channel.PHONE, Channel.EMAIL)
TALLY_OUTCOMES = (Outcome.ANSWERED, Outcome.REFERRED, Outcome.PASSED_ON)  # what is missing is captured, to be counted as unmet


def can_read_attachment(viewer: Viewer, facts: EnquiryFacts) -> bool:
    """Who may read the question reads what came with it; a provider only what was passed on (`queries.referrals`)."""
    return can_read(viewer, facts)


class StrokeFacts(Protocol):
    """What the rules need to know of a stroke."""

    district_id: int
    place_id: str | None
    recorded_by_id: int | None
    happened_on: date


def can_tally(viewer: Viewer, place_id: str | None) -> bool:
    """Who may enter questions, for the places in charge today; the leading office for all."""
    return can_capture(viewer) and place_id is not None and (viewer.leads_district or place_id in viewer.municipalities)


def is_tally_day(day: date, today: date) -> bool:
    """Today, and two weeks back for what was kept on paper."""
    return today - timedelta(days=TALLY_BACK_DAYS) <= day <= today


def can_see_stroke(viewer: Viewer, stroke: StrokeFacts) -> bool:
    """The leading office all, a coordinator her own and those of her places; a stroke holds no person."""
    if viewer.district_id != stroke.district_id:
        return False
    if viewer.is_system or viewer.leads_district:
        return True
    if not viewer.is_coordinator:
        return False
    return stroke.place_id in viewer.municipalities or (
        stroke.recorded_by_id is not None and stroke.recorded_by_id == viewer.account_id
    )


def can_remove_stroke(viewer: Viewer, stroke: StrokeFacts, today: date) -> bool:
    """One's own, as long as its day may be tallied."""
    is_own = stroke.recorded_by_id is not None and stroke.recorded_by_id == viewer.account_id
    return is_own and can_capture(viewer) and is_tally_day(stroke.happened_on, today)


# --- referral ----------------------------------------------------------------------------------------------------------

LINK_PURPOSE = "referral-answer"


class ReferralFacts(Protocol):
    """What the rules need to know of a referral; the model has all of it in loaded columns."""

    uid: str
    district_id: int
    state: str


def is_provider(viewer: Viewer, referral: ReferralFacts) -> bool:
    """Who holds the link mailed to the provider of this referral."""
    if viewer.kind is not ViewerKind.LINK or viewer.district_id != referral.district_id:
        return False
    return viewer.purpose == LINK_PURPOSE and viewer.object_uid == referral.uid


def may_pass(basis: ConsentBasis, passes: Iterable[Passed]) -> bool:
    """Without the person's word nothing that identifies her leaves."""
    return basis is not ConsentBasis.NOTHING_PERSONAL or IMPERSONAL.issuperset(passes)


def can_read_referral(viewer: Viewer, referral: ReferralFacts, facts: EnquiryFacts) -> bool:
    """Whoever may read its question, and the provider behind the mailed link."""
    return is_provider(viewer, referral) or can_read(viewer, facts)


def can_be_second(viewer: Viewer, facts: EnquiryFacts, *, first_account_id: int | None) -> bool:
    """The second person in an acute danger: reads the question inside the named controller, and is not the first."""
    return can_work_on(viewer, facts) and is_inside(viewer, facts) and viewer.account_id != first_account_id


def shows_request(referral: ReferralFacts) -> bool:
    """Whether the provider's page shows the request: from sending until it is over."""
    return referral.state in {ReferralState.SENT, ReferralState.ACCEPTED}


def can_manage_mailboxes(viewer: Viewer, *, district_id: int) -> bool:
    """Set up function mailboxes; their passwords are written, never shown."""
    return viewer.district_id == district_id and (viewer.is_system or viewer.has(Role.ADMINISTRATOR))


def is_loopback(host: str) -> bool:
    """Whether a mail server runs on this machine, told by its name alone."""
    return host.strip().lower() in {"localhost", "127.0.0.1", "::1"}


def is_safe_way(host: str, security: MailboxSecurity) -> bool:
    """Passwords and mails cross a network encrypted only."""
    return security is not MailboxSecurity.NONE or is_loopback(host)


def needs_new_password(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """A stored password is sent to the server and the person it was entered for, and to no other."""
    return any(before[name] != after[name] for name in ("host", "port", "security", "username"))


def can_read_unmet(viewer: Viewer, *, district_id: int, place_id: str | None) -> bool:
    """The leading office reads every single row of what is missing, a coordinator those of her municipalities.

    A row holds no person, but a small place, a group and a language may tell who it was.
    """
    if viewer.district_id != district_id:
        return False
    if viewer.is_system or viewer.leads_district:
        return True
    return viewer.is_coordinator and place_id in viewer.municipalities


def is_told(referral: ReferralFacts, *, was_sent: bool) -> bool:
    """Whether the resident sees it: what she was asked, and what left; not what the office weighs or dropped before."""
    if was_sent:
        return True
    return referral.state in {ReferralState.AWAITING_CONSENT, ReferralState.DECLINED}


# --- time ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def saxon_holidays(year: int) -> frozenset[date]:
    """Public holidays in the whole of Saxony (§ 1 SächsSFG). Buß- und Bettag is the Wednesday before 23 November."""
    sunday = easter(year)
    fixed = {(1, 1), (5, 1), (10, 3), (10, 31), (12, 25), (12, 26)}
    moving = (-2, 1, 39, 50)
    before_advent = date(year, 11, 22)
    repentance = before_advent - timedelta(days=(before_advent.weekday() - 2) % 7)
    return frozenset({date(year, *day) for day in fixed} | {sunday + timedelta(days=step) for step in moving} | {repentance})


def is_working_day(day: date) -> bool:
    """Monday to Friday without the public holidays of Saxony."""
    return day.weekday() < 5 and day not in saxon_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `day` itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`; `day` itself does not count."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def due_after(moment: datetime, working_days: int) -> datetime:
    """When an answer to what came at `moment` is due: 18:00 in Berlin on the last of the working days."""
    return datetime.combine(working_days_after(local_day(moment), working_days), _OFFICE_CLOSES, tzinfo=BERLIN)


def is_overdue(state: str, due_at: datetime | None, now: datetime) -> bool:
    return state in WAITING and due_at is not None and due_at < now


def is_due_today(state: str, due_at: datetime | None, now: datetime) -> bool:
    """Due later today; what is past already is overdue."""
    if state not in WAITING or due_at is None or due_at < now:
        return False
    return local_day(due_at) == local_day(now)


def delete_on(closed_at: datetime, months: int) -> date:
    """The day on which a closed question goes."""
    return local_day(closed_at) + relativedelta(months=months)


def public_step(state: str, *, was_opened: bool) -> int:
    """How far the resident sees it: 0 sent, 1 read, 2 answered, 3 finished."""
    if state == EnquiryState.CLOSED:
        return 3
    if state == EnquiryState.ANSWERED:
        return 2
    return 1 if was_opened else 0
