"""What the quick entry offers: the places in charge, and what this person entered most."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries.desk.inbox import frequent
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.vocabulary import queries as vocabulary

OTHER = "-"
_TOPICS, _LANGUAGES, _PLACES, _LOOK_BACK = 8, 5, 8, 100


@dataclass(frozen=True, slots=True)
class CaptureChoices:
    """First the short lists of buttons, then everything else for the select behind "other"."""

    places: list[tuple[str, str]]
    more_places: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    more_topics: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    more_languages: list[tuple[str, str]]
    last: dict[str, Any]


def capture_choices(viewer: Viewer, district: District, on: date) -> CaptureChoices:
    """Four queries: the last entries of this person, places, topics, languages."""
    fields = ("channel", "place_id", "topic_id", "contact_language")
    entries = list(
        Enquiry.objects.filter(captured_by_id=viewer.account_id).order_by("-received_at", "-pk").values(*fields)[:_LOOK_BACK]
    )
    areas = [(area.pk, area.name) for area in places.municipalities_of(district.ags, on)]
    places_first, places_more = _split(areas, _own_places(viewer, areas, entries), _PLACES)
    topics = [(topic.pk, str(topic)) for topic in vocabulary.topics()]
    topics_first, topics_more = _split(topics, frequent([entry["topic_id"] for entry in entries], _TOPICS), _TOPICS, fill=True)
    spoken = [(language.pk, str(language)) for language in vocabulary.languages()]
    often = frequent([entry["contact_language"] for entry in entries], _LANGUAGES)
    languages_first, languages_more = _split(spoken, often, _LANGUAGES, fill=True)
    last = entries[0] if entries else {}
    return CaptureChoices(places_first, places_more, topics_first, topics_more, languages_first, languages_more, last)


def _own_places(viewer: Viewer, areas: list[tuple[str, str]], entries: list[dict[str, Any]]) -> list[str]:
    """Places in charge by what was entered most; who is in charge of none or of many gets the most used ones."""
    own = [ags for ags, _name in areas if ags in viewer.municipalities]
    used = frequent([entry["place_id"] for entry in entries], _PLACES)
    return [ags for ags in used if not own or ags in own] + [ags for ags in own if ags not in used]


def _split(
    entries: list[tuple[str, str]], first: list[str], limit: int, *, fill: bool = False
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The entries named in `first` (at most `limit`, filled up where wanted) in their fixed order, and the rest.

    The order stays fixed so that a finger finds its button again; only which ones stand there changes.
    """
    chosen = first[:limit]
    if fill:
        chosen += [key for key, _label in entries if key not in chosen][: limit - len(chosen)]
    return [entry for entry in entries if entry[0] in chosen], [entry for entry in entries if entry[0] not in chosen]


def place_of(ags: str) -> Area | None:
    return places.area(ags) if ags else None
