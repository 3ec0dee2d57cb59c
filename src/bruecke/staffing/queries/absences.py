"""Who answers for a post on a day: itself, its deputy, the deputy's deputy, or nobody."""

from datetime import date

from django.db.models import Q

from bruecke.core.viewer import Viewer
from bruecke.staffing.models import Absence, Post
from bruecke.staffing.querysets import AbsenceQuerySet, PostQuerySet

MOST_STEPS = 5
"""So many deputies in a row are asked; a ring of absent deputies ends here too."""


def absences_on(on: date) -> dict[int, Absence]:
    """The absences that hold on the day, by post. One query."""
    rows = Absence.objects.filter(ended_at=None).valid_on(on).select_related("deputy").order_by("valid_from", "pk")
    return {row.post_id: row for row in rows}


def acting_post(post: Post, on: date) -> Post | None:
    """The post that answers for `post` on the day; None where it is absent and nobody stands in. One query."""
    absent, acting = absences_on(on), post
    for _step in range(MOST_STEPS):
        absence = absent.get(acting.pk)
        if absence is None:
            return acting if acting.exists_on(on) else None
        if absence.deputy is None:
            return None
        acting = absence.deputy
    return None


def absences(viewer: Viewer, on: date) -> AbsenceQuerySet:
    """Absences that run or are to come, the next first, as the viewer may see them."""
    rows = Absence.objects.visible_to(viewer).filter(ended_at=None, valid_until__gt=on)
    return rows.select_related("post", "deputy", "post__employer").order_by("valid_from", "post__number", "pk")


def absences_of(post: Post, on: date) -> list[Absence]:
    """The same of one post."""
    rows = Absence.objects.filter(post=post, ended_at=None, valid_until__gt=on).select_related("deputy")
    return list(rows.order_by("valid_from", "pk"))


def absence(viewer: Viewer, uid: str) -> Absence | None:
    rows = Absence.objects.visible_to(viewer).select_related("post", "deputy", "post__employer", "post__district")
    return rows.filter(uid=uid, ended_at=None).first()


def possible_deputies(post: Post, on: date) -> PostQuerySet:
    """Posts of the same controller that exist on the day or later, by number: only they may read the questions.

    Those of an Ausländerbehörde may for posts of the same unit alone.
    """
    rows = Post.objects.not_ended(on).filter(controller=post.controller_id).exclude(pk=post.pk)
    rows = rows.filter(Q(unit=None) | Q(unit__is_foreigners_authority=False) | Q(unit=post.unit_id))
    return rows.order_by("number", "pk")


def uncovered(on: date, until: date) -> list[Absence]:
    """Absences that begin before `until` and have no deputy, the next first. One query."""
    rows = Absence.objects.filter(ended_at=None, deputy=None, valid_until__gt=on, valid_from__lt=until)
    return list(rows.select_related("post").order_by("valid_from", "pk"))
