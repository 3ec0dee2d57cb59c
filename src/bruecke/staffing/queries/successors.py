"""After a territory change: which post a new municipality could go to, because it was in charge of the place before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bruecke.places.models import Area, Succession
from bruecke.staffing.models import Post, Responsibility


@dataclass(frozen=True, slots=True)
class Proposal:
    """`post` was in charge of `predecessor`, the largest of those that went into the municipality (by inhabitants)."""

    ags: str
    name: str
    post: Post
    predecessor: Area
    happened_on: date


def proposals(areas: Iterable[Area], on: date) -> dict[str, Proposal]:
    """By municipality (AGS), for those without a post that came out of others. Two queries, one where none did."""
    wanted = [area.pk for area in areas]
    rows = Succession.objects.filter(successor__in=wanted).select_related("predecessor", "successor").order_by("pk")
    changes = [row for row in rows if row.predecessor_id != row.successor_id]
    if not changes:
        return {}
    spans = Responsibility.objects.filter(municipality__in=[row.predecessor_id for row in changes]).select_related("post")
    last = {span.municipality_id: span.post for span in spans.order_by("municipality_id", "valid_from") if span.post.exists_on(on)}
    found: dict[str, Proposal] = {}
    for row in sorted(changes, key=lambda one: one.predecessor.population or 0):
        if row.predecessor_id in last:  # later ones are larger and win
            found[row.successor_id] = Proposal(
                row.successor_id, row.successor.name, last[row.predecessor_id], row.predecessor, row.happened_on
            )
    return found
