"""Who may do what in data protection, and by when it has to be done: pure predicates, no query."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from bruecke.core.viewer import Role, Viewer
from bruecke.privacy.states import BreachState, IdentityCheck, RequestState, Risk

KEEPERS = frozenset({Role.PRIVACY_OFFICER})
READERS = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
REPORT_WITHIN = timedelta(hours=72)
RESULT_DAYS = 14


def works_for(viewer: Viewer, controller_id: int | None) -> bool:
    """Data protection ends at the controller: an officer of one sees nothing of another."""
    return controller_id is not None and viewer.controller_id == controller_id


def can_read_record(viewer: Viewer, *, controller_id: int | None) -> bool:
    """The record of processing and the protocol of erasures: privacy officer and administrator of the controller."""
    return viewer.has(*READERS) and works_for(viewer, controller_id)


def can_keep_record(viewer: Viewer, *, controller_id: int | None) -> bool:
    """Additions and releases: the privacy officer of the controller."""
    return viewer.is_system or (viewer.has(*KEEPERS) and works_for(viewer, controller_id))


def can_handle_request(viewer: Viewer, *, controller_id: int | None) -> bool:
    """Requests of persons concerned, with what was collected for them: the privacy officer of the controller alone."""
    return viewer.is_system or (viewer.has(*KEEPERS) and works_for(viewer, controller_id))


def can_see_breach(viewer: Viewer, *, controller_id: int | None) -> bool:
    """Sealed: privacy officer and administrator of the controller, who has to mend it."""
    return viewer.is_system or (viewer.has(*READERS) and works_for(viewer, controller_id))


# --- requests (Art. 12 DSGVO) ------------------------------------------------------------------------------------------------


def due_on(received_on: date) -> date:
    """Within one month of receipt (Art. 12 Abs. 3 Satz 1). Not moved to a working day: earlier is on the safe side."""
    return received_on + relativedelta(months=1)


def extended_due_on(received_on: date) -> date:
    """Two months more, with reasons told within the first month (Art. 12 Abs. 3 Satz 2 und 3)."""
    return received_on + relativedelta(months=3)


def can_extend(*, state: str, received_on: date, extended_on: date | None, today: date) -> bool:
    """Once, and as long as the first month lasts."""
    return state == RequestState.OPEN and extended_on is None and today <= due_on(received_on)


def can_hand_out(*, state: str, identity: str) -> bool:
    """Nothing is collected or erased for somebody whose identity nobody has checked (Art. 12 Abs. 6)."""
    return state == RequestState.OPEN and identity != IdentityCheck.NONE


def delete_request_on(done_on: date, months: int) -> date:
    """When the record of a request goes itself; it proves meanwhile that it was answered (Art. 5 Abs. 2)."""
    return done_on + relativedelta(months=months)


# --- breaches (Art. 33, 34 DSGVO) --------------------------------------------------------------------------------------------


def report_until(noticed_at: datetime) -> datetime:
    """72 hours after it became known (Art. 33 Abs. 1); hours count on weekends too (VO 1182/71 Art. 3 Abs. 1)."""
    return noticed_at + REPORT_WITHIN


def must_tell_authority(risk: str) -> bool:
    """Always, unless a risk is unlikely (Art. 33 Abs. 1); as long as nobody has judged it, the clock runs."""
    return risk != Risk.NONE


def must_tell_people(risk: str) -> bool:
    """Where the risk is high (Art. 34 Abs. 1)."""
    return risk == Risk.HIGH


def open_duties(
    *, risk: str, authority_told: bool, people_told: bool, authority_reason: str, people_reason: str, measures: str
) -> tuple[str, ...]:
    """What still stands between a breach and its end, as names of fields."""
    duties = {
        "risk": risk == Risk.UNKNOWN,
        "measures": not measures,
        "authority_told_at": must_tell_authority(risk) and not authority_told,
        "authority_reason": not must_tell_authority(risk) and not authority_told and not authority_reason,
        "people_told_at": must_tell_people(risk) and not people_told and not people_reason,
    }
    return tuple(name for name, is_open in duties.items() if is_open)


def is_clock_running(*, state: str, authority_told: bool, risk: str) -> bool:
    """Whether the 72 hours matter still."""
    return state == BreachState.OPEN and not authority_told and must_tell_authority(risk)
