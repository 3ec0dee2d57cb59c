"""To whom a question goes: the addressee named on the form, and the hands it comes into inside that controller."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing import queries as staffing
from bruecke.staffing.models import Post, PostHolder
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import Topic

MAX_AN_ADDRESS = "enquiries.max_per_address_an_hour"
MAX_A_DISTRICT = "enquiries.max_per_hour"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who reads a question, as the form says before it is sent. Without a post: the office that leads the district.

    `topic` is the one that decided, because it has a post of its own; None where the place decided.
    """

    controller: Controller
    unit: Unit | None
    post: Post | None = None
    place: Area | None = None
    topic: Topic | None = None

    @property
    def controller_id(self) -> int:
        return self.controller.pk

    @property
    def unit_id(self) -> int | None:
        return self.unit.pk if self.unit else None

    @property
    def is_foreigners_authority(self) -> bool:
        return self.unit is not None and self.unit.is_foreigners_authority

    @property
    def function(self) -> Any:
        """`Integrationskoordination Freital`, or the office's own word."""
        return self.post.title if self.post else self.controller.district.label("office", self.controller.name)


@dataclass(frozen=True, slots=True)
class Hands:
    """The post and the person a question is given to; both None: the common box of the named office.

    `on_behalf_of` is the absent post that a deputy stands in for.
    """

    post: Post | None = None
    account_id: int | None = None
    on_behalf_of: Post | None = None


def addressee_for(district: District, place: Area | None, on: date, topic: Topic | None = None) -> Addressee | None:
    """Who reads questions from this place on that day: the post in charge when somebody sits there, else the leading office.

    A topic with a post of its own goes before the place. None only in a district that has no controller of its own yet.
    """
    if place is not None:
        found = staffing.responsible_for_topic(place.pk, topic, on, is_shown=False)
        if found.post is not None and found.holder_account_id is not None and found.controller is not None:
            return Addressee(found.controller, found.unit, found.post, place, topic if found.topic else None)
    leading = accounts.leading_controller(district)
    return Addressee(leading, office_unit(leading, on), None, place) if leading else None


def named_addressee(controller_uid: str, unit_uid: str, post_uid: str, ags: str, topic: str = "") -> Addressee | None:
    """The addressee a form was shown with, from the ids it carries; None when one of them is gone. Five queries at most."""
    controller = Controller.objects.select_related("district").filter(uid=controller_uid).first()
    unit = Unit.objects.filter(uid=unit_uid).first() if unit_uid else None
    post = Post.objects.filter(uid=post_uid).first() if post_uid else None
    place = places.area(ags) if ags else None
    subject = vocabulary.topic(topic) if topic else None
    wanted, found = (unit_uid, post_uid, ags, topic), (unit, post, place, subject)
    if controller is None or any(uid and entry is None for uid, entry in zip(wanted, found, strict=True)):
        return None
    return Addressee(controller, unit, post, place, subject)


def office_unit(leading: Controller, on: date) -> Unit | None:
    """The unit in which the leading office works that day, an Ausländerbehörde last; None when it has none or nobody is there."""
    office = Membership.objects.filter(controller=leading, role=Role.DISTRICT_OFFICE, unit__isnull=False).valid_on(on)
    first = office.select_related("unit").order_by("unit__is_foreigners_authority", "unit__sort_key", "pk").first()
    return first.unit if first else None


def route(addressee: Addressee, now: datetime, topic: Topic | None = None) -> Hands:
    """Today's hands inside the named controller, whatever changed since the form was shown; deputies stand in for absent posts.

    First the post in charge of the topic, then of the place today, then the post the form named; nobody outside the named
    controller ever.
    """
    if addressee.place is None:
        return Hands()
    day = clock.local_day(now)
    today = staffing.responsible_for_topic(addressee.place.pk, topic, day, is_shown=False)
    local = staffing.responsible_for(addressee.place.pk, on=day, is_shown=False) if today.topic else today
    for post in (today.post, local.post, addressee.post):
        if post is None:
            continue
        acting = staffing.acting_post(post, day)
        account_id = holder_of(acting, day) if acting is not None else None
        absent = post if acting is None or acting.pk != post.pk else None
        if acting is not None and account_id is not None and _works_inside(addressee, account_id, day):
            return Hands(acting, account_id, absent)
        if absent is not None:
            return Hands(on_behalf_of=absent)
    return Hands()


def holder_of(post: Post, on: date) -> int | None:
    """The account of who holds the post that day and can log in for it."""
    return staffing.holders_with_access(on).filter(post=post).order_by("pk").values_list("account_id", flat=True).first()


def _works_inside(addressee: Addressee, account_id: int, on: date) -> bool:
    """All units count: who works in an Ausländerbehörde too is of it, as `accounts.queries.membership_facts` says."""
    held = list(Membership.objects.filter(account_id=account_id).valid_on(on).select_related("unit").order_by("pk"))
    return any(row.role in rules.WORKING_ROLES for row in held) and all(
        rules.keeps_inside(
            addressee,
            controller_id=row.controller_id,
            unit_id=row.unit_id,
            is_foreigners_authority=row.unit is not None and row.unit.is_foreigners_authority,
        )
        for row in held
    )


def viewer_of(account: Account, district: District, now: datetime) -> Viewer:
    """The person as she would look at questions today."""
    return accounts.build_viewer(account, district, clock.local_day(now))


def post_of(account_id: int | None, now: datetime) -> Post | None:
    """The post the person holds today, the first by number."""
    if account_id is None:
        return None
    held = PostHolder.objects.filter(account_id=account_id).valid_on(clock.local_day(now)).select_related("post").order_by()
    first = min(held, key=lambda row: (row.post.number, row.pk), default=None)
    return first.post if first else None


def function_of(enquiry: Enquiry, account_id: int | None, now: datetime) -> str:
    """As what a person writes to residents: her post's title, else the leading office's word; never her name."""
    post = post_of(account_id, now)
    return post.title if post else str(enquiry.district.label("office", enquiry.controller.name))


def assigned_account_keeps_inside(enquiry: Enquiry, now: datetime) -> bool:
    """Whether who has the question would have it without the consent to share too; True when nobody has it."""
    if enquiry.assigned_account is None:
        return True
    person = viewer_of(enquiry.assigned_account, enquiry.district, now)
    return rules.keeps_inside(
        enquiry,
        controller_id=person.controller_id,
        unit_id=person.unit_id,
        is_foreigners_authority=person.is_foreigners_authority,
    )
