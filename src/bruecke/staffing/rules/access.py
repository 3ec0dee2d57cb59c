"""Who may see, assign and edit posts: pure predicates over a viewer and loaded facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bruecke.core.viewer import Role, Viewer

SEES_ALL = (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.COMMISSIONER)
SEES_SOME = (Role.EMPLOYER, Role.MUNICIPALITY)
SEES_COSTS = (Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR, Role.GRANT_OFFICER)
SEES_ESCALATION = (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)
UNDO_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What the rules need to know about a post. `municipalities`: every AGS it has, had or will have in its charge.

    `holder_account_id` is the person who holds the post today.
    """

    district_id: int
    controller_id: int
    employer_uid: str
    municipalities: frozenset[str] = frozenset()
    holder_account_id: int | None = None


def can_see_every_post(viewer: Viewer) -> bool:
    return viewer.has(*SEES_ALL) or viewer.is_system


def can_see_post(viewer: Viewer, post: PostFacts) -> bool:
    """Coordinators and offices all; an employer its own; a municipality the posts that are or were there for it."""
    if viewer.district_id != post.district_id:
        return False
    if can_see_every_post(viewer):
        return True
    if viewer.has(Role.EMPLOYER) and _is_employer(viewer, post):
        return True
    return viewer.has(Role.MUNICIPALITY) and not viewer.municipalities.isdisjoint(post.municipalities)


def _is_employer(viewer: Viewer, post: PostFacts) -> bool:
    return post.controller_id == viewer.controller_id or post.employer_uid in viewer.organisations


def can_assign(viewer: Viewer) -> bool:
    """Give municipalities to posts, and take that back."""
    return viewer.has(Role.DISTRICT_OFFICE, Role.ADMINISTRATOR) or viewer.is_system


def can_still_undo(made_at: datetime, now: datetime) -> bool:
    """An assignment can be taken back for a month; later the plan before it is history that reports rest on."""
    return now - made_at < UNDO_WITHIN


def can_manage_posts(viewer: Viewer) -> bool:
    """Create, edit and end posts, and say who holds them."""
    return can_assign(viewer)


def can_see_every_cost(viewer: Viewer) -> bool:
    """What posts cost and who pays: the leading office and those who grant and audit; no colleague, no commissioner."""
    return viewer.has(*SEES_COSTS) or viewer.is_system


def can_see_costs(viewer: Viewer, post: PostFacts) -> bool:
    """Besides them an employer, of its own posts."""
    if viewer.district_id != post.district_id:
        return False
    return can_see_every_cost(viewer) or (viewer.has(Role.EMPLOYER) and _is_employer(viewer, post))


def can_see_hand_over(viewer: Viewer, *, district_id: int, holder_account_ids: frozenset[int]) -> bool:
    """The dossier of a post that changes hands: the office, who leaves, and who follows (holders from the leaving one on)."""
    if viewer.district_id != district_id:
        return False
    return can_manage_posts(viewer) or (viewer.is_coordinator and viewer.account_id in holder_account_ids)


def can_see_every_escalation(viewer: Viewer) -> bool:
    """The chains of all places: who may have to call at night."""
    return viewer.has(*SEES_ESCALATION) or viewer.is_system


def can_see_escalation(viewer: Viewer, *, district_id: int, ags: str | None) -> bool:
    """A municipality sees its own chain, and the steps that every place shares (`ags` None)."""
    if viewer.district_id != district_id:
        return False
    if can_see_every_escalation(viewer):
        return True
    return viewer.has(Role.MUNICIPALITY) and (ags is None or ags in viewer.municipalities)


def can_edit_escalation(viewer: Viewer, *, district_id: int, ags: str | None) -> bool:
    """Offices keep every chain; coordinators the chains of the municipalities in their charge."""
    if viewer.district_id != district_id:
        return False
    return can_manage_posts(viewer) or (viewer.is_coordinator and ags is not None and ags in viewer.municipalities)


def can_enter_notice(viewer: Viewer, *, district_id: int, ags: str) -> bool:
    """Who may have to call notes whom was told."""
    return can_see_escalation(viewer, district_id=district_id, ags=ags)


def can_remove_notice(viewer: Viewer, *, district_id: int, ags: str, entered_by_id: int | None) -> bool:
    """A slip of the pen, or a name that must not stand there: who entered it, as long as she sees it, and the offices."""
    if not can_see_escalation(viewer, district_id=district_id, ags=ags):
        return False
    return can_manage_posts(viewer) or (entered_by_id is not None and viewer.account_id == entered_by_id)


def can_edit_own_details(viewer: Viewer, post: PostFacts) -> bool:
    """Telephone, languages and consultation hours: the offices, and the coordinator who holds the post today."""
    if viewer.district_id != post.district_id:
        return False
    if can_manage_posts(viewer):
        return True
    return viewer.is_coordinator and viewer.account_id is not None and viewer.account_id == post.holder_account_id
