"""What the public pages show of the plan: who helps where, without a name that was not released."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bruecke.places.models import Area
from bruecke.places.queries import Fill
from bruecke.staffing.models import Post
from bruecke.staffing.queries.closures import CancelledDay, Closures, cancelled_days
from bruecke.staffing.queries.hours import UpcomingHour
from bruecke.staffing.queries.responsible import Responsible, answers_for, open_district

AHEAD = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class HelpArea:
    """The municipalities that one post helps; `post` None: those the office of the district itself helps.

    `number` stands on the map and in the list, `tone` (1–9) is its colour.
    """

    number: int
    post: Post | None
    places: tuple[Area, ...]

    @property
    def tone(self) -> int:
        return (self.number - 1) % 9 + 1

    def holds(self, ags: str) -> bool:
        return any(place.pk == ags for place in self.places)


@dataclass(frozen=True, slots=True)
class HelpMap:
    """Everything about who helps where on a day: answers by municipality, and the areas they form."""

    answers: dict[str, Responsible]
    areas: tuple[HelpArea, ...]

    def fills(self, titles: dict[int, str]) -> dict[str, Fill]:
        """How each municipality is painted; `titles` by number are the words of the tooltips."""
        return {place.pk: Fill(area.tone, area.number, titles[area.number]) for area in self.areas for place in area.places}


def help_map(on: date) -> HelpMap:
    """Who helps where. Three queries. Posts in the order of their numbers, the district's office last."""
    areas = list(Area.objects.of_kreis(open_district().ags).valid_on(on).by_name().only("ags", "name", "slug"))
    answers = answers_for([area.pk for area in areas], on)
    by_post: dict[int, list[Area]] = {}
    posts: dict[int, Post] = {}
    office: list[Area] = []
    for place in areas:
        answer = answers[place.pk]
        if answer.is_gap or answer.post is None:
            office.append(place)
            continue
        posts[answer.post.pk] = answer.post
        by_post.setdefault(answer.post.pk, []).append(place)
    ordered = sorted(posts.values(), key=lambda post: (post.number, post.pk))
    found = [HelpArea(number, post, tuple(by_post[post.pk])) for number, post in enumerate(ordered, start=1)]
    if office:
        found.append(HelpArea(len(found) + 1, None, tuple(office)))
    return HelpMap(answers, tuple(found))


@dataclass(frozen=True, slots=True)
class HoursOfPlace:
    """The next consultation hours, sorted for the page: the next open one, the others, and what is cancelled soon."""

    open_one: UpcomingHour | None
    others: tuple[UpcomingHour, ...]
    cancelled: tuple[CancelledDay, ...]


def sorted_hours(found: list[UpcomingHour], now: datetime, limit: int = 4) -> HoursOfPlace:
    """No query: cancelled days are loaded with their hours."""
    open_one = next((one for one in found if not one.by_appointment), None)
    others = [one for one in found if one is not open_one]
    rules = {one.hour.pk: one.hour for one in found}
    cancelled = cancelled_days(rules.values(), Closures(open_district()), now, AHEAD)
    return HoursOfPlace(open_one, tuple(others[:limit]), tuple(cancelled))
