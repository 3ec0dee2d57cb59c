"""The contact list of a district: every post of the day with where, when and in which languages, and the day it last changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Controller
from bruecke.core.clock import local_day
from bruecke.core.models import AuditEntry, District
from bruecke.places.models import Area
from bruecke.staffing.models import ConsultationHour, Post, PostHolder, Responsibility

LISTED_VERBS = (
    *("post_created", "post_changed", "post_ended", "post_reopened", "holder_changed", "holder_edited", "post_vacated"),
    *("municipalities_assigned", "assignment_undone", "plan_put_in_force"),
    *("hour_created", "hour_changed", "hour_ended", "hour_reopened"),
)
"""Changes of staffing after which the list may read differently."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One post as the list shows it. `public_name` only where it was released; a vacant post has no hours."""

    post: Post
    places: tuple[Area, ...]
    hours: tuple[ConsultationHour, ...]
    public_name: str
    is_vacant: bool


@dataclass(frozen=True, slots=True)
class ContactList:
    """Posts by number; `uncovered` are municipalities without a post or with a vacant one, `office` helps there.

    `as_of` is the day of the last change: of an entry, or by a date that has come.
    """

    contacts: tuple[Contact, ...]
    uncovered: tuple[Area, ...]
    office: Controller | None
    as_of: date


def contact_list(district: District, on: date) -> ContactList:
    """The list of one day. Eight queries, however many posts there are."""
    posts = list(Post.objects.valid_on(on).select_related("employer", "office", "controller").order_by("number", "pk"))
    holders = {holder.post_id: holder for holder in PostHolder.objects.valid_on(on).filter(post__in=posts).order_by("pk")}
    existing = Area.objects.of_kreis(district.ags).valid_on(on)  # a municipality that was merged is nobody's place any more
    running = Responsibility.objects.valid_on(on).filter(municipality__in=existing)
    in_charge = list(running.select_related("municipality").order_by("municipality__sort_key", "pk"))
    places: dict[int, list[Area]] = defaultdict(list)
    for row in in_charge:
        places[row.post_id].append(row.municipality)
    hours = _hours(posts, on)
    contacts = tuple(
        Contact(
            post=post,
            places=tuple(places[post.pk]),
            hours=tuple(hours[post.pk]) if post.pk in holders else (),
            public_name=_released(holders.get(post.pk)),
            is_vacant=post.pk not in holders,
        )
        for post in posts
    )
    helped = {place.pk for contact in contacts if not contact.is_vacant for place in contact.places}
    areas = Area.objects.of_kreis(district.ags).valid_on(on).by_name().only("ags", "name", "slug")
    uncovered = tuple(area for area in areas if area.pk not in helped)
    begun = [row.valid_from for rows in (posts, holders.values(), in_charge, *hours.values()) for row in rows]
    as_of = _as_of(district, posts, hours, begun, on)
    return ContactList(contacts, uncovered, accounts.leading_controller(district), as_of)


def _released(holder: PostHolder | None) -> str:
    return holder.public_name if holder is not None and holder.is_name_released else ""


def _hours(posts: list[Post], on: date) -> dict[int, list[ConsultationHour]]:
    found: dict[int, list[ConsultationHour]] = defaultdict(list)
    rows = ConsultationHour.objects.valid_on(on).filter(post__in=posts).select_related("location")
    for hour in rows.order_by("weekday", "starts", "pk"):
        found[hour.post_id].append(hour)
    return found


def _as_of(district: District, posts: list[Post], hours: dict[int, list[ConsultationHour]], begun: list[date], on: date) -> date:
    """The last change that the log knows, or the last day on which a period of the list began or ended."""
    directory = {post.employer.uid for post in posts} | {post.office.uid for post in posts if post.office}
    directory |= {hour.location.uid for rows in hours.values() for hour in rows}
    changes = AuditEntry.objects.filter(district=district, is_refusal=False).filter(
        Q(verb__in=[f"staffing.{verb}" for verb in LISTED_VERBS]) | Q(target_uid__in=directory, verb__startswith="directory.")
    )
    last = changes.aggregate(last=Max("at"))["last"]
    days = [*begun, *_last_end(on), *([local_day(last)] if last else [])]
    return min(max(days, default=on), on)


def _last_end(on: date) -> list[date]:
    """The last day on which something of the list had ended; none or one. One query."""
    ended = [
        model.objects.filter(valid_until__lte=on).order_by().values_list("valid_until", flat=True)
        for model in (Post, PostHolder, Responsibility, ConsultationHour)
    ]
    last = ended[0].union(*ended[1:]).order_by("-valid_until")[:1]
    return [day for day in last if day is not None]
