"""Giving a topic to a post, in one municipality or the whole district, and ending that."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import Post, TopicResponsibility
from bruecke.vocabulary.models import Topic


@transaction.atomic
def give_topic(
    *,
    district: District,
    post: Post,
    topic: Topic,
    municipality: Area | None,
    valid_from: date,
    valid_until: date | None = None,
    viewer: Viewer,
    now: datetime,
) -> TopicResponsibility:
    """The post is in charge of the topic from a day on; whoever was so far is no longer from that day.

    Effects: the row; an earlier one of the same topic and place ends that day; audit `staffing.topic_given`; public pages fresh.
    Raises: NotAllowed; Invalid at `post`, `municipality`, `valid_from` or `valid_until`.
    """
    if not rules.can_assign(viewer):
        raise NotAllowed
    _lock(district)
    _check(district, post, municipality, valid_from, valid_until)
    for other in _overlapping(district, topic, municipality, valid_from, valid_until):
        if other.valid_from >= valid_from:
            raise Invalid({"valid_from": _taken(other)})
        if other.post_id == post.pk:
            raise Invalid({"post": _("Diese Stelle ist für das Thema schon zuständig. Es gibt nichts zu ändern.")})
        other.valid_until = valid_from
        other.save(update_fields=["valid_until"])
    row = TopicResponsibility.objects.create(
        district=district, post=post, topic=topic, municipality=municipality, valid_from=valid_from, valid_until=valid_until
    )
    audit.record(verb="staffing.topic_given", target=row, viewer=viewer, now=now, fields=["topic", "post"])
    touch_public(district)
    return row


@transaction.atomic
def end_topic(
    *, row: TopicResponsibility, valid_until: date, version: int | None = None, viewer: Viewer, now: datetime
) -> TopicResponsibility:
    """The post is in charge of the topic no longer from `valid_until` on.

    Effects: audit `staffing.topic_ended`; public pages fresh. Raises: NotAllowed, Stale, Invalid at `valid_until`.
    """
    fresh = _locked(row, viewer)
    fresh.check_version(version)
    if valid_until <= fresh.valid_from:
        raise Invalid({"valid_until": _("Das Ende muss nach dem Beginn liegen.")})
    if fresh.valid_until is not None and fresh.valid_until < valid_until:
        raise Invalid({"valid_until": _("Diese Zuständigkeit endet schon früher.")})
    fresh.valid_until = valid_until
    fresh.save(update_fields=["valid_until"])
    audit.record(verb="staffing.topic_ended", target=fresh, viewer=viewer, now=now, fields=["valid_until"])
    touch_public(fresh.district)
    return fresh


@transaction.atomic
def reopen_topic(*, row: TopicResponsibility, viewer: Viewer, now: datetime) -> TopicResponsibility:
    """Take an end back that has not come yet, or came today.

    Effects: audit `staffing.topic_reopened`; public pages fresh.
    Raises: NotAllowed; WrongState when there is no end, it is past, or another post follows.
    """
    fresh = _locked(row, viewer)
    if fresh.valid_until is None or fresh.valid_until < local_day(now):
        raise WrongState(_("Hier gibt es kein Ende, das sich zurücknehmen lässt."))
    later = _overlapping(fresh.district, fresh.topic, fresh.municipality, fresh.valid_until, None)
    if any(other.pk != fresh.pk for other in later):
        raise WrongState(_("Danach ist schon eine andere Stelle zuständig."))
    fresh.valid_until = None
    fresh.save(update_fields=["valid_until"])
    audit.record(verb="staffing.topic_reopened", target=fresh, viewer=viewer, now=now, fields=["valid_until"])
    touch_public(fresh.district)
    return fresh


@transaction.atomic
def remove_topic(*, row: TopicResponsibility, viewer: Viewer, now: datetime) -> None:
    """Take back what begins today or later; what was in force before stays history and is ended instead.

    Effects: the row goes, and the one it followed on has no end again; audit `staffing.topic_removed`; public pages fresh.
    Raises: NotAllowed; WrongState when it began before today.
    """
    fresh = _locked(row, viewer)
    if fresh.valid_from < local_day(now):
        raise WrongState(_("Diese Zuständigkeit galt schon. Bitte beenden Sie sie."))
    before = TopicResponsibility.objects.filter(
        district=fresh.district, topic=fresh.topic, municipality=fresh.municipality, valid_until=fresh.valid_from
    ).first()
    audit.record(verb="staffing.topic_removed", target=fresh, viewer=viewer, now=now, fields=["topic", "post"])
    district, end = fresh.district, fresh.valid_until
    fresh.delete()
    if before is not None:
        before.valid_until = end
        before.save(update_fields=["valid_until"])
    touch_public(district)


def _lock(district: District) -> None:
    District.objects.select_for_update().get(pk=district.pk)


def _locked(row: TopicResponsibility, viewer: Viewer) -> TopicResponsibility:
    if not rules.can_assign(viewer):
        raise NotAllowed
    _lock(row.district)
    return (
        TopicResponsibility.objects.select_for_update(of=("self",))
        .select_related("district", "topic", "municipality")
        .get(pk=row.pk)
    )


def _overlapping(
    district: District, topic: Topic, municipality: Area | None, start: date, end: date | None
) -> list[TopicResponsibility]:
    rows = TopicResponsibility.objects.filter(district=district, topic=topic, municipality=municipality)
    return list(rows.overlapping(start, end).select_related("post").order_by("valid_from"))


def _taken(other: TopicResponsibility) -> str:
    words = _("Ab dem %(day)s ist schon %(post)s zuständig. Bitte beenden Sie zuerst diese Zuständigkeit.")
    return words % {"day": f"{other.valid_from:%d.%m.%Y}", "post": other.post.short_label}


def _check(district: District, post: Post, municipality: Area | None, valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid({"valid_until": _("Das Ende muss nach dem Beginn liegen.")})
    if not post.exists_on(valid_from):
        raise Invalid({"post": _("Die Stelle gibt es an diesem Tag nicht. Bitte wählen Sie eine andere Stelle.")})
    if (
        municipality is not None
        and not Area.objects.of_kreis(district.ags).valid_on(valid_from).filter(pk=municipality.pk).exists()
    ):
        raise Invalid({"municipality": _("Die Gemeinde gehört an diesem Tag nicht zum Landkreis. Bitte wählen Sie neu.")})
