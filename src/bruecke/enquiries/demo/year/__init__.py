"""A year of questions in the demo districts, day by day, each step through the real action in its moment."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from itertools import count
from random import Random

from bruecke.core import clock
from bruecke.core.agenda import Agenda
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.settings import change_setting
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import RETENTION_MONTHS
from bruecke.enquiries.actions.escalating import escalate_overdue
from bruecke.enquiries.actions.referral import remind_silent
from bruecke.enquiries.demo.year import rhythm
from bruecke.enquiries.demo.year.counter import Counter
from bruecke.enquiries.demo.year.handing import hand
from bruecke.enquiries.demo.year.life import Life
from bruecke.enquiries.demo.year.people import Desk, Plans
from bruecke.enquiries.demo.year.rhythm import Quota, happens, office_at, online_at
from bruecke.places.models import Area
from bruecke.vocabulary import queries as vocabulary

_A_YEAR = {
    "saechsische-schweiz-osterzgebirge": (450, 800, 24),
    "mittelsachsen": (280, 550, 16),
    "landkreis-leipzig": (160, 360, 10),
}
"""Questions by form, quick entries, offers of help."""
_KEPT_MONTHS = {"saechsische-schweiz-osterzgebirge": 11, "mittelsachsen": 10, "landkreis-leipzig": 9}
"""How long closed questions stay, where a district decided otherwise than the house proposes."""
_YEAR = "enquiries.year"
__all__ = ["begin_year", "live_a_day"]


@dataclass(slots=True)
class _Year:
    """One district and what is still to come in it."""

    desk: Desk
    counter: Counter
    agenda: Agenda
    online: Quota
    captured: Quota
    helping: Quota
    numbers: "count[int]"

    def live(self, now: datetime, seed: int) -> None:
        """Add to the agenda what comes in on this day."""
        day = clock.local_day(now)
        random = Random(f"{seed} {self.desk.district.slug} {day}")  # noqa: S311 - the demo must be the same each time
        for _ in range(self.online.of(random, day)):
            self._ask(random, online_at(random, day))
        if rules.is_working_day(day):
            turn = random.randrange(100)
            morning = datetime.combine(day, time(7, 45), clock.BERLIN)
            for number in range(self.captured.of(random, day)):
                at, turn = office_at(random, morning, 0), turn + (number % 4 == 3)
                self.agenda.add(at, self.desk.district, partial(self.counter.capture, random, turn))
            self.counter.tally(random, day)
            evening = datetime.combine(day, time(18, 30), clock.BERLIN)
            self.agenda.add(evening, self.desk.district, self._remind)
        for _ in range(self.helping.of(random, day)):
            number, at = next(self.numbers), online_at(random, day)
            self.agenda.add(at, self.desk.district, partial(self.counter.help, random, number))

    def _ask(self, random: Random, at: datetime) -> None:
        number = next(self.numbers)
        own = Random(f"{random.random()} {number}")  # noqa: S311 - see above
        situation = rhythm.situation(own, at.month)
        life = Life(self.desk, self.agenda, own, situation, rhythm.language(own), hand)
        topic = self.counter.topics[situation.topic] if happens(own, 0.95) else None
        place = self._place(own, at) if happens(own, 0.96) else None
        self.agenda.add(at, self.desk.district, lambda moment: life.ask(place, topic, number, moment))

    def _place(self, random: Random, at: datetime) -> Area:
        found = self.desk.areas(clock.local_day(at))
        return random.choices(found, [area.population or 1000 for area in found])[0]

    def _remind(self, at: datetime) -> None:
        """What the clock does in a running installation."""
        escalate_overdue(self.desk.district, at)
        remind_silent(self.desk.district, at)


def begin_year(context: DemoContext) -> None:
    """Plan how much comes when; nothing is asked yet."""
    if context.agenda is None:
        raise ValueError("a year needs an agenda")
    first, last = clock.local_day(context.now), clock.local_day(context.end)
    topics = {topic.pk: topic for topic in vocabulary.topics()}
    years, plans = context.made.setdefault(_YEAR, []), Plans(context.districts)
    for district in context.districts:
        _decide(district, context.now)
        desk = Desk(district, plans)
        online, captured, helping = (Quota(number, first, last) for number in _A_YEAR.get(district.slug, (100, 100, 5)))
        years.append(_Year(desk, Counter(desk, context.agenda, topics), context.agenda, online, captured, helping, count(1)))


def _decide(district: District, now: datetime) -> None:
    months = _KEPT_MONTHS.get(district.slug)
    if months is not None:
        viewer = Viewer.system("demo", district.pk)
        with for_district(district):
            change_setting(
                district=district, key=RETENTION_MONTHS, text=str(months), valid_from=clock.local_day(now), viewer=viewer, now=now
            )


def live_a_day(context: DemoContext) -> None:
    seed = context.made.setdefault("seed", context.random.random())
    for year in context.made[_YEAR]:
        with for_district(year.desk.district):
            year.live(context.now, seed)
