"""Posts and municipalities in the search over everything: "wer ist zuständig für Dohna" is answered in the line itself."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.folding import find_key
from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion, matches
from bruecke.places import queries as places
from bruecke.places.queries import Place
from bruecke.places.states import AreaKind, Reason
from bruecke.staffing import rules
from bruecke.staffing.models import Post, PostHolder
from bruecke.staffing.queries.posts import holder_name, visible_posts
from bruecke.staffing.queries.responsible import Responsible, answers_for

_ASKING = frozenset(
    [
        "wer",
        "wo",
        "was",
        "ist",
        "sind",
        "hilft",
        "hilfe",
        "zustaendig",
        "zustaendigkeit",
        "zustaendige",
        "verantwortlich",
        "kontakt",
        "stelle",
        "gemeinde",
        "stadt",
        "fuer",
        "in",
        "im",
        "um",
        "kuemmert",
        "sich",
        "der",
        "die",
        "das",
        "den",
        "dem",
    ]
)


def find_municipalities(question: SearchQuestion) -> SearchHits:
    """Municipalities of the district by name, part of it, locality or postal code, each with who is in charge today.

    Names that are only similar count where the words ask for a place ("wer hilft in Prina"). Up to five queries.
    """
    typed = question.text.replace("?", " ").split()
    left = [word for word in typed if find_key(word) not in _ASKING]
    asks = len(left) < len(typed)
    found = places.find_places(" ".join(left), within=question.district.ags, limit=question.limit * 2)
    here = [
        match.area
        for match in found.matches
        if match.is_inside and match.area.kind is AreaKind.GEMEINDE and (asks or match.reason is not Reason.SIMILAR)
    ]
    towns = list(dict.fromkeys(here))[: question.limit]
    answers = answers_for([town.ags for town in towns], local_day(question.now)) if towns else {}
    open_posts = _open_posts(question, answers.values())
    return SearchHits.of((_town(town, answers[town.ags], question, open_posts) for town in towns), question.limit)


def _open_posts(question: SearchQuestion, answers: Iterable[Responsible]) -> set[int]:
    """Which of the posts named in the answers this viewer may open."""
    posts = {answer.post.pk for answer in answers if answer.post}
    return (
        set(Post.objects.visible_to(question.viewer).filter(pk__in=posts).order_by().values_list("pk", flat=True))
        if posts
        else set()
    )


def _town(town: Place, answer: Responsible, question: SearchQuestion, open_posts: set[int]) -> SearchHit:
    """To the post where the viewer may see it, to the plan where there is a gap, else to the page that everybody sees."""
    post = answer.post
    if post is None:
        words = _("ohne Zuständigkeit, es antwortet: %(office)s") % {"office": answer.controller or _("Koordinierungsstelle")}
    elif answer.is_vacant:
        words = _("%(post)s, unbesetzt") % {"post": post.title}
    else:
        words = post.title
    if post is not None and post.pk in open_posts:
        return SearchHit(title=town.name, detail=words, route="staffing:post", kwargs={"uid": post.uid})
    if post is None and rules.can_see_every_post(question.viewer):
        return SearchHit(title=town.name, detail=words, route="staffing:overview", query={"ansicht": "gemeinde"})
    return SearchHit(title=town.name, detail=words, route="staffing_public:place", kwargs={"slug": town.slug}, door="public")


def find_posts(question: SearchQuestion) -> SearchHits:
    """Posts by number, title, area, mailbox, or the name of who holds them today; ended ones last. Two queries.

    A district has a few dozen posts at most: they are read and compared here, without a column for it.
    """
    today = local_day(question.now)
    posts = sorted(visible_posts(question.viewer), key=lambda post: (not post.exists_on(today), post.number))
    held = PostHolder.objects.valid_on(today).filter(post__in=[post.pk for post in posts]).select_related("account").order_by("pk")
    names: dict[int, list[str]] = defaultdict(list)
    for holder in held:
        names[holder.post_id].append(holder_name(holder))
    hits = (
        SearchHit(
            title=post.title,
            route="staffing:post",
            kwargs={"uid": post.uid},
            detail=" · ".join(
                filter(None, (post.short_label, *names[post.pk], "" if post.exists_on(today) else str(_("beendet"))))
            ),
        )
        for post in posts
        if matches(question.words, post.number, post.title, post.area_name, post.mailbox, *names[post.pk])
    )
    return SearchHits.of(hits, question.limit)
