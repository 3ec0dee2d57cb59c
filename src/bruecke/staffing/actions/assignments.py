"""Giving municipalities to posts from a day on, and taking the last assignment back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import Assignment, Post, Responsibility
from bruecke.staffing.rules import Span

Timelines = dict[str, list[Span]]


@transaction.atomic
def assign_municipalities(
    *,
    district: District,
    municipalities: Collection[str],
    post: Post,
    valid_from: date,
    valid_until: date | None = None,
    viewer: Viewer,
    now: datetime,
) -> Assignment:
    """Give municipalities (AGS) to a post from a day on, until a day (exclusive) or without an end.

    Effects: whoever was in charge from that day on is no longer; with an end, they are again afterwards. The assignment
    is kept with what stood there before; audit entry `staffing.municipalities_assigned`; public pages are fresh.
    Raises: NotAllowed; Invalid at `municipalities`, `post`, `valid_from` or `valid_until`.
    """
    if not rules.can_assign(viewer):
        raise NotAllowed
    _lock(district)
    post = Post.objects.select_for_update().get(pk=post.pk)
    wanted = sorted(set(municipalities))
    _check(district, wanted, post, valid_from, valid_until)
    before = _timelines(wanted)
    after = {ags: rules.paint(before[ags], valid_from, valid_until, post.pk) for ags in wanted}
    if after == before:
        raise Invalid({"municipalities": _("Diese Stelle ist in dem Zeitraum schon zuständig. Es gibt nichts zu ändern.")})
    _write(district, before, after)
    assignment = Assignment.objects.create(
        district=district,
        post=post,
        valid_from=valid_from,
        valid_until=valid_until,
        before=_as_json(before),
        after=_as_json(after),
        made_at=now,
        made_by_id=viewer.account_id,
    )
    audit.record(
        verb="staffing.municipalities_assigned",
        target=assignment,
        viewer=viewer,
        now=now,
        fields=["municipality", "post"],
    )
    touch_public(district)
    return assignment


@transaction.atomic
def put_plan_in_force(
    *, district: District, plan: Mapping[str, Post], valid_from: date, viewer: Viewer, now: datetime
) -> Assignment:
    """Give several municipalities to several posts from a day on, in one act that can be taken back as one. `plan`: by AGS.

    Effects: as `assign_municipalities`, without an end; the assignment has no single post.
    Raises: NotAllowed; Invalid at `municipalities`, `post` or `valid_from`.
    """
    if not rules.can_assign(viewer):
        raise NotAllowed
    _lock(district)
    wanted = sorted(plan)
    posts = {
        post.pk: post for post in Post.objects.select_for_update().filter(pk__in={post.pk for post in plan.values()}).order_by("pk")
    }
    _check_places(district, wanted, valid_from)
    for post in posts.values():
        _check_post(post, valid_from)
    before = _timelines(wanted)
    after = {ags: rules.paint(before[ags], valid_from, None, posts[plan[ags].pk].pk) for ags in wanted}
    if after == before:
        raise Invalid({"municipalities": _("Ab diesem Tag ist alles schon so. Es gibt nichts zu ändern.")})
    _write(district, before, after)
    assignment = Assignment.objects.create(
        district=district,
        valid_from=valid_from,
        before=_as_json(before),
        after=_as_json(after),
        made_at=now,
        made_by_id=viewer.account_id,
    )
    audit.record(verb="staffing.plan_put_in_force", target=assignment, viewer=viewer, now=now, fields=["municipality", "post"])
    touch_public(district)
    return assignment


@transaction.atomic
def undo_assignment(*, assignment: Assignment, viewer: Viewer, now: datetime) -> Assignment:
    """Take the last assignment of the district back: everything is as before.

    Effects: responsibilities restored; audit entry `staffing.assignment_undone`; public pages are fresh.
    Raises: NotAllowed; WrongState when it was taken back already, is not the last one or too old, or the plan was changed since.
    """
    if not rules.can_assign(viewer):
        raise NotAllowed
    _lock(assignment.district)
    fresh = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if fresh.undone_at is not None:
        raise WrongState(_("Diese Zuordnung wurde schon zurückgenommen."))
    if not rules.can_still_undo(fresh.made_at, now):
        raise WrongState(_("Diese Zuordnung ist älter als einen Monat. Bitte ordnen Sie die Gemeinden neu zu."))
    if Assignment.objects.made().first() != fresh:
        raise WrongState(_("Seitdem gab es eine neuere Zuordnung. Zurücknehmen geht nur bei der letzten."))
    before, after = _from_json(fresh.before), _from_json(fresh.after)
    if _timelines(after) != after:
        raise WrongState(_("Die Zuständigkeit wurde seitdem geändert. Bitte ordnen Sie die Gemeinden neu zu."))
    _write(fresh.district, after, before)
    fresh.undone_at = now
    fresh.save(update_fields=["undone_at"])
    audit.record(verb="staffing.assignment_undone", target=fresh, viewer=viewer, now=now, fields=["municipality", "post"])
    touch_public(fresh.district)
    return fresh


def _lock(district: District) -> None:
    """The district is the parent of its plan: assignments to any of its municipalities wait for each other."""
    District.objects.select_for_update().get(pk=district.pk)


def _check(district: District, wanted: list[str], post: Post, valid_from: date, valid_until: date | None) -> None:
    _check_places(district, wanted, valid_from)
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid({"valid_until": _("Das Ende muss nach dem Beginn liegen.")})
    _check_post(post, valid_from)


def _check_places(district: District, wanted: list[str], valid_from: date) -> None:
    if not wanted:
        raise Invalid({"municipalities": _("Bitte wählen Sie mindestens eine Gemeinde aus.")})
    known = set(Area.objects.of_kreis(district.ags).valid_on(valid_from).values_list("ags", flat=True))
    if not known.issuperset(wanted):
        raise Invalid({"municipalities": _("Eine der Gemeinden gehört an diesem Tag nicht zum Landkreis. Bitte wählen Sie neu.")})


def _check_post(post: Post, valid_from: date) -> None:
    if valid_from < post.valid_from:
        raise Invalid({"valid_from": _("Die Stelle gibt es an diesem Tag noch nicht. Bitte wählen Sie einen späteren Tag.")})
    if not post.exists_on(valid_from):
        raise Invalid({"valid_from": _("Die Stelle gibt es an diesem Tag nicht mehr. Bitte wählen Sie eine andere Stelle.")})


def _timelines(municipalities: Iterable[str]) -> Timelines:
    found: Timelines = {ags: [] for ags in municipalities}
    rows = Responsibility.objects.select_for_update().filter(municipality_id__in=list(found)).order_by("valid_from")
    for row in rows:
        found[row.municipality_id].append(Span(row.valid_from, row.valid_until, row.post_id))
    return found


def _write(district: District, before: Timelines, after: Timelines) -> None:
    """Bring the rows from one plan to another. Rows go first, then ends move, then rows come: no two open ones meanwhile."""
    rows: dict[tuple[str, date, int], Responsibility] = {
        (row.municipality_id, row.valid_from, row.post_id): row
        for row in Responsibility.objects.filter(municipality_id__in=list(before)).order_by("pk")
    }
    wanted = {(ags, span.start, span.owner): span.end for ags, spans in after.items() for span in spans}
    Responsibility.objects.filter(pk__in=[row.pk for key, row in rows.items() if key not in wanted]).delete()
    moved = [(row, wanted[key]) for key, row in rows.items() if key in wanted and row.valid_until != wanted[key]]
    for row, end in sorted(moved, key=lambda pair: pair[1] is None):
        row.valid_until = end
        row.save(update_fields=["valid_until"])
    Responsibility.objects.bulk_create(
        Responsibility(district=district, municipality_id=ags, post_id=owner, valid_from=start, valid_until=end)
        for (ags, start, owner), end in wanted.items()
        if (ags, start, owner) not in rows
    )


def _as_json(plan: Timelines) -> dict[str, list[list[str | int | None]]]:
    rows: dict[str, list[list[str | int | None]]] = defaultdict(list)
    for ags, spans in plan.items():
        rows[ags] = [[span.start.isoformat(), span.end.isoformat() if span.end else None, span.owner] for span in spans]
    return dict(rows)


def _from_json(data: dict[str, list[list]]) -> Timelines:
    return {
        ags: [Span(date.fromisoformat(start), date.fromisoformat(end) if end else None, owner) for start, end, owner in spans]
        for ags, spans in data.items()
    }
