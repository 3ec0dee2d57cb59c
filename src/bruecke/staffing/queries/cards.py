"""Cards of *Heute* about posts: how many and how many are vacant, gaps, and who is in charge of one's own place."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import local_day
from bruecke.core.dashboard import Card, CardFact, Counts, DashboardCard
from bruecke.core.viewer import Role, Viewer
from bruecke.places import queries as places
from bruecke.staffing.models import Post, PostHolder
from bruecke.staffing.queries.plan import unassigned_count
from bruecke.staffing.queries.responsible import answers_for, open_district

FEATURE = "staffing"
_OVERVIEW = "staffing:overview"


def _posts_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    """Posts of today that the viewer may see. One query."""
    today = local_day(now)
    held = Exists(PostHolder.objects.valid_on(today).filter(post=OuterRef("pk")))
    rows = Post.objects.visible_to(viewer).valid_on(today)
    found = rows.annotate(is_held=held).aggregate(all=Count("pk"), fte=Sum("fte"), vacant=Count("pk", filter=Q(is_held=False)))
    if not found["all"]:
        return None
    fte = f"{found['fte']:.2f}".replace(".", ",")
    return Card(
        facts=(
            CardFact(_("Stellen"), found["all"], _OVERVIEW),
            CardFact(_("Umfang"), _now("%(fte)s VzÄ") % {"fte": fte}),
            CardFact(_("unbesetzt"), found["vacant"], _OVERVIEW, is_late=found["vacant"] > 0),
        )
    )


def _gaps_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    """Municipalities nobody is in charge of, beside the posts. Four queries at most, none of them twice in a request."""
    posts = _posts_card(viewer, now, counts)
    without = unassigned_count(open_district(), local_day(now))
    facts = [CardFact(_("Gemeinden ohne Zuständigkeit"), without, _OVERVIEW, is_late=without > 0)]
    return Card([*facts, *(posts.facts if posts else ())])


def _place_card(viewer: Viewer, now: datetime, counts: Counts) -> Card | None:
    """Who is in charge of one's own municipalities today, with the telephone of the post. Three queries."""
    ags = sorted(viewer.municipalities)
    if not ags:
        return None
    found = answers_for(ags, local_day(now))
    facts: list[CardFact] = []
    for key in ags:
        place, answer = places.place(key), found.get(key)
        if place is None:
            continue
        if answer is None or answer.post is None:
            facts.append(CardFact(place.name, _now("die Koordinierungsstelle des Landkreises")))
            continue
        facts.append(CardFact(place.name, answer.post.title, "staffing:post", route_kwargs={"uid": answer.post.uid}))
        if answer.post.phone:
            facts.append(CardFact(_("Telefon"), answer.post.phone, is_phone=True))
    return Card(facts) if facts else None


CARDS = (
    DashboardCard("staffing.gaps", _("Stellen"), frozenset({Role.DISTRICT_OFFICE}), _gaps_card, feature=FEATURE, order=20),
    DashboardCard(
        "staffing.posts", _("Stellen"), frozenset({Role.COMMISSIONER, Role.EMPLOYER}), _posts_card, feature=FEATURE, order=20
    ),
    DashboardCard(
        "staffing.place", _("Zuständig für Ihren Ort"), frozenset({Role.MUNICIPALITY}), _place_card, feature=FEATURE, order=10
    ),
)
