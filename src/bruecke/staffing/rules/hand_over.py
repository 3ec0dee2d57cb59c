"""When a hand-over is to be prepared, and who may still change its dossier."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bruecke.core.registries import Urgency
from bruecke.core.viewer import Viewer
from bruecke.staffing.rules.access import can_see_hand_over
from bruecke.staffing.states import HandOverState

PREPARE, SOON, READY = timedelta(days=30), timedelta(days=14), timedelta(days=3)
"""Before somebody leaves: it is time to begin; it is for today; it ought to be ready."""
KEPT = relativedelta(years=2)


def urgency_of(leaving_on: date, today: date) -> Urgency | None:
    """How a hand-over presses; None while it is further away than `PREPARE`. Three days before it should be ready."""
    left = leaving_on - today
    if left > PREPARE:
        return None
    if left > SOON:
        return Urgency.WEEK
    return Urgency.TODAY if left > READY else Urgency.OVERDUE


def can_change_hand_over(viewer: Viewer, *, district_id: int, holder_account_ids: frozenset[int], state: str) -> bool:
    """Whoever sees it, until it is done or cancelled."""
    is_planned = state == HandOverState.PLANNED
    return is_planned and can_see_hand_over(viewer, district_id=district_id, holder_account_ids=holder_account_ids)


def forgotten_before(today: date) -> date:
    """Hand-overs of this day or earlier are past their period."""
    return today - KEPT
