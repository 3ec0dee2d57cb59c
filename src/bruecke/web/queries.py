"""What the pages of `web` gather from below: the to-dos of all apps, what they find for some words, an example for the finder."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bruecke.core.global_search import (
    GlobalSearch,
    SearchHit,
    SearchHits,
    SearchQuestion,
    commands,
    global_search,
    matches,
)
from bruecke.core.models import District
from bruecke.core.registries import Todo, Urgency, navigation, todos
from bruecke.core.viewer import Viewer
from bruecke.places import queries as places

SEARCH = "search"  # key of the navigation entry that is the search box
_RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}
_LATEST = datetime.max.replace(tzinfo=UTC)


def todos_for(viewer: Viewer, district: District, now: datetime) -> list[Todo]:
    """Everything due for this viewer in this district: overdue, today, this week; within a group by the moment it is due."""
    found = [
        todo
        for source in todos
        if not source.feature or district.has_feature(source.feature)
        for todo in source.collect(viewer, now)
    ]
    return sorted(found, key=lambda todo: (_RANK[todo.urgency], todo.due_at or _LATEST))


def search_everything(question: SearchQuestion) -> Iterator[tuple[GlobalSearch, SearchHits]]:
    """Each kind that is open to the viewer and has something for her words, in order."""
    for source in global_search:
        if source.is_open_to(question.viewer, question.district) and (found := source.find(question)).hits:
            yield source, found


def find_pages(question: SearchQuestion) -> SearchHits:
    """Pages of the desk by what navigation calls them, and what can be begun there. No query."""
    viewer, district = question.viewer, question.district
    found = [
        SearchHit(title=entry.label, route=entry.route)
        for entry in commands
        if entry.is_open_to(viewer, district) and matches(question.words, entry.label, entry.words)
    ]
    begun = {hit.route for hit in found}
    found += [
        SearchHit(title=entry.label, route=entry.route)
        for entry in navigation
        if entry.door == "desk" and not entry.is_post and entry.route not in begun and entry.key != SEARCH
        if entry.is_open_to(viewer, district) and matches(question.words, entry.label)
    ]
    return SearchHits.of(found, question.limit)


def example_place(kreis_ags: str) -> tuple[str, str] | None:
    """Name and first postal code of the largest municipality of a Kreis: what the finder names as an example."""
    found = [place for place in places.places_of(kreis_ags) if place.postal_codes]
    if not found:
        return None
    largest = max(found, key=lambda place: place.population)
    return largest.name, largest.postal_codes[0]
