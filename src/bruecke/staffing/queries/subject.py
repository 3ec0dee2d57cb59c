"""What staffing holds about a person who logs in: posts she held, absences and hand-overs of those posts."""

from collections import Counter
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import local_day
from bruecke.core.privacy import ExportSection, section
from bruecke.core.registries import Subject
from bruecke.staffing.models import Absence, HandOver, PostHolder

_HELD = ("post", "public_name", "is_name_released", ("valid_from", _("von")), ("valid_until", _("bis, ohne diesen Tag")))
_ABSENCE = ("post", ("valid_from", _("von")), ("valid_until", _("bis, ohne diesen Tag")))


def collect_subject(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """Of an account; with `controller_id` the posts of that controller alone. Three queries."""
    if subject.kind != "account":
        return []
    held = PostHolder.objects.filter(account__uid=subject.uid).select_related("post").order_by("valid_from", "pk")
    if controller_id is not None:
        held = held.filter(post__controller_id=controller_id)
    rows = list(held)
    # Absences hang on a post: only those of days on which the person held it are hers.
    away = [
        one
        for one in Absence.objects.filter(post__in={row.post_id for row in rows})
        .select_related("post")
        .order_by("valid_from", "pk")
        if any(row.post_id == one.post_id and _meets(row, one) for row in rows)
    ]
    leaving = HandOver.objects.filter(leaving__in=[row.pk for row in rows]).select_related("post").order_by("pk")
    return [
        section("posts", _("Stellen"), rows, _HELD),
        section("absences", _("Abwesenheiten"), away, _ABSENCE),
        section("hand_overs", _("Übergaben"), leaving, ("post", "on", "note")),
    ]


def _meets(held: PostHolder, absence: Absence) -> bool:
    """Whether two half-open periods share a day."""
    starts_before = held.valid_until is None or absence.valid_from < held.valid_until
    return starts_before and (absence.valid_until is None or held.valid_from < absence.valid_until)


def absences_due(before: datetime, kept: timedelta) -> dict[int | None, int]:
    """Absences whose period is over by `before`, by controller of the post."""
    ends = Absence.objects.filter(valid_until__lte=local_day(before) - kept).order_by("pk")
    return dict(Counter(ends.values_list("post__controller_id", flat=True)))
