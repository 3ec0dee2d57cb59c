"""Single posts and their facts: what the rules ask for, who holds a post, what a person may see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bruecke.accounts.models import Account
from bruecke.accounts.querysets import MembershipQuerySet
from bruecke.core.viewer import Role, Viewer
from bruecke.staffing.models import ConsultationHour, Post, PostHolder, Responsibility
from bruecke.staffing.querysets import PostQuerySet
from bruecke.staffing.rules import PostFacts
from bruecke.staffing.states import PostState, post_state


def post_facts(post: Post, on: date) -> PostFacts:
    """What the rules ask for. Two queries; `post.employer` should be loaded."""
    holder = PostHolder.objects.valid_on(on).filter(post=post).values_list("account_id", flat=True).first()
    places = Responsibility.objects.filter(post=post).order_by("pk").values_list("municipality_id", flat=True)
    return PostFacts(post.district_id, post.controller_id, post.employer.uid, frozenset(places), holder)


def visible_posts(viewer: Viewer) -> PostQuerySet:
    """Posts the viewer may see with what pages show of them, by number."""
    rows = Post.objects.visible_to(viewer).select_related("controller", "unit", "employer", "office")
    return rows.order_by("number", "pk")


def visible_post(viewer: Viewer, uid: str) -> Post | None:
    return visible_posts(viewer).filter(uid=uid).first()


def visible_holder(viewer: Viewer, uid: str) -> PostHolder | None:
    """An entry of who holds a post, of a post the viewer may see. One query."""
    rows = PostHolder.objects.filter(uid=uid, post__in=Post.objects.visible_to(viewer))
    return rows.select_related("post", "post__employer", "account").order_by("pk").first()


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Who holds a post in a period, in words for the desk."""

    holder: PostHolder
    name: str
    is_current: bool
    is_coming: bool


def holder_lines(post: Post, on: date) -> list[HolderLine]:
    """All holders of a post, the last one first. One query."""
    rows = PostHolder.objects.filter(post=post).select_related("account").order_by("-valid_from")
    return [HolderLine(row, holder_name(row), is_held_on(row, on), row.valid_from > on) for row in rows]


def holder_name(holder: PostHolder) -> str:
    """The name of the account, else what was written down; never for public pages."""
    return holder.account.name if holder.account is not None else holder.public_name


def is_held_on(holder: PostHolder, day: date) -> bool:
    return holder.valid_from <= day and (holder.valid_until is None or day < holder.valid_until)


def state_of(post: Post, holders: list[HolderLine], on: date) -> PostState:
    return post_state(post.valid_from, post.valid_until, is_held=any(line.is_current for line in holders), on=on)


def places_of_post(post: Post, on: date) -> list[Responsibility]:
    """The municipalities of a post, today's and those to come, in dictionary order. One query."""
    rows = Responsibility.objects.not_ended(on).filter(post=post).select_related("municipality")
    return list(rows.order_by("municipality__sort_key", "valid_from"))


def hours_of_post(post: Post, on: date) -> list[ConsultationHour]:
    """The weekly rules that hold on the day or later, with their cancelled days. Two queries."""
    rows = ConsultationHour.objects.not_ended(on).filter(post=post).select_related("location", "post")
    return list(rows.prefetch_related("exceptions").order_by("weekday", "starts", "pk"))


def posts_held_by(account_id: int | None, on: date) -> list[Post]:
    """The posts that this person holds on the day, by number. One query."""
    held = PostHolder.objects.valid_on(on).filter(account_id=account_id)
    return list(Post.objects.filter(pk__in=held.values("post")).order_by("number", "pk"))


def possible_holders(post: Post, on: date) -> list[Account]:
    """People who coordinate for the post's controller on that day or later, by name. One query."""
    from bruecke.accounts.models import Membership

    held: MembershipQuerySet = Membership.objects.filter(controller=post.controller_id, role=Role.COORDINATOR)
    return list(Account.objects.filter(pk__in=held.not_ended(on).values("account"), is_active=True).order_by("sort_key", "pk"))


def needs_entry(model: str, uid: str, on: date) -> list[str]:
    """Titles of the posts that an organisation or location of the directory still serves on the day or later. One query."""
    posts = Post.objects.not_ended(on)
    if model == "organisation":
        found = posts.filter(Q(employer__uid=uid) | Q(office__organisation__uid=uid))
    else:
        running = ConsultationHour.objects.not_ended(on).filter(location__uid=uid)
        found = posts.filter(Q(office__uid=uid) | Q(pk__in=running.values("post")))
    return list(found.order_by("number", "pk").values_list("title", flat=True))
