"""Who is in charge of a topic: in a municipality, or in the whole district, on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from bruecke.core.viewer import Viewer
from bruecke.staffing.models import Post, TopicResponsibility
from bruecke.staffing.queries.responsible import Responsible, answer_of, posts_of, responsible_for, with_holders
from bruecke.staffing.querysets import TopicResponsibilityQuerySet, valid_on
from bruecke.staffing.rules import can_see_every_post, precedence
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import Topic


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """One topic that has a post of its own in a municipality, and who that is."""

    topic: Topic
    responsible: Responsible


def responsible_for_topic(ags: str, topic: Topic | None, on: date, *, is_shown: bool = True) -> Responsible:
    """Who answers questions on the topic from the municipality: the topic's own post when somebody reads there, else the place's.

    Four queries where the topic has a post, else one more than `responsible_for`.
    """
    if topic is not None:
        wanted = [topic.pk, *([topic.parent_id] if topic.parent_id else [])]
        first = _first(_here(ags, on).filter(topic__in=wanted).order_by("pk").values("pk", "municipality_id", "topic_id"), wanted)
        found = _rows(ags, on).filter(pk=first["pk"]).first() if first else None
        if found is not None and found["reader_id"] is not None:
            return _answer(ags, on, found)
    return responsible_for(ags, on, is_shown=is_shown)


def topic_answers(ags: str, on: date) -> list[TopicAnswer]:
    """Topics that have a post of their own here with somebody in it, in the order of topics.

    Two queries, one where none is; topics are remembered.
    """
    rows = [row for row in _rows(ags, on) if row["is_held"]]
    if not rows:
        return []
    posts = posts_of(rows)
    found = []
    for topic in vocabulary.topics():
        row = _first([one for one in rows if one["topic_id"] == topic.pk], [topic.pk])
        if row is not None:
            found.append(TopicAnswer(topic, _answer(ags, on, row, posts)))
    return found


def topic_rows(viewer: Viewer, on: date) -> TopicResponsibilityQuerySet:
    """Those of today and to come, for who sees every post: by topic, whole district first. One query."""
    if not can_see_every_post(viewer) or viewer.district_id is None:
        return TopicResponsibility.objects.none()
    rows = TopicResponsibility.objects.filter(district_id=viewer.district_id).not_ended(on)
    return rows.select_related("post", "topic", "municipality").order_by(
        "topic__order", "topic_id", "municipality__sort_key", "valid_from", "pk"
    )


def topics_of_post(post: Post, on: date) -> TopicResponsibilityQuerySet:
    """What the post is in charge of besides its municipalities, now and later. One query."""
    rows = TopicResponsibility.objects.filter(post=post).not_ended(on).select_related("topic", "municipality")
    return rows.order_by("topic__order", "topic_id", "municipality__sort_key", "valid_from")


def _here(ags: str, on: date) -> TopicResponsibilityQuerySet:
    """For the whole district or this municipality, of posts that exist on the day."""
    here = Q(municipality=None) | Q(municipality_id=ags)
    return TopicResponsibility.objects.valid_on(on).filter(here, valid_on(on, "post__"))


def _rows(ags: str, on: date) -> Any:
    return with_holders(_here(ags, on).order_by("pk"), on, "topic_id")


def _first(rows: Iterable[Any], wanted: Sequence[str]) -> Any:
    """The row that goes first, None where there is none."""

    def key(row: Any) -> tuple[int, int]:
        return precedence(is_local=row["municipality_id"] is not None, topic=row["topic_id"], wanted=wanted)

    return min(rows, key=key, default=None)


def _answer(ags: str, on: date, row: Any, posts: dict[int, Post] | None = None) -> Responsible:
    found = answer_of(ags, on, row, posts if posts is not None else posts_of([row]))
    return replace(found, topic=row["topic_id"])
