"""What the pages of `web` gather from below: the to-dos of all apps, an example for the finder."""

from datetime import UTC, datetime

from bruecke.core.models import District
from bruecke.core.registries import Todo, Urgency, todos
from bruecke.core.viewer import Viewer
from bruecke.places import queries as places

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


def example_place(kreis_ags: str) -> tuple[str, str] | None:
    """Name and first postal code of the largest municipality of a Kreis: what the finder names as an example."""
    found = [place for place in places.places_of(kreis_ags) if place.postal_codes]
    if not found:
        return None
    largest = max(found, key=lambda place: place.population)
    return largest.name, largest.postal_codes[0]
