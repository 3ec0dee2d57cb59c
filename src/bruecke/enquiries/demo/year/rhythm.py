"""When questions come in a year, in which language and about what: plain arithmetic over a seeded generator."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bruecke.core import clock
from bruecke.enquiries import rules

T = TypeVar("T")
_DATA = Path(__file__).parents[2] / "data"
_SEASON = (1.05, 1.0, 1.05, 0.95, 0.9, 0.85, 0.7, 0.95, 1.45, 1.15, 1.1, 0.75)
_WEEKDAY = (1.3, 1.2, 1.1, 1.25, 0.85, 0.25, 0.2)
_LANGUAGES = {"de": 24, "uk": 24, "ar": 20, "en": 9, "ru": 8, "fa": 7, "tr": 5, "vi": 3}
_IN_SEASON = 3
"""How many times as often a situation comes up in its months."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a question is about: topic, the German title the office gives it, which answer fits, and when it comes up."""

    key: str
    topic: str
    answer: str
    title: str
    weight: int
    months: tuple[int, ...]


@cache
def situations() -> tuple[Situation, ...]:
    return tuple(Situation(**{**row, "months": tuple(row["months"])}) for row in common()["scenarios"])


@cache
def common() -> dict[str, Any]:
    """Situations, and what the office and providers write in German."""
    return json.loads((_DATA / "demo_year.json").read_text(encoding="utf-8"))


@cache
def words(language: str) -> dict[str, Any]:
    """Questions by situation, answers by kind, follow-ups and thanks in one language."""
    return json.loads((_DATA / f"demo_year_{language}.json").read_text(encoding="utf-8"))


def weight_of(day: date) -> float:
    """How much happens on a day, 1.0 being usual: by season and weekday, hardly anything between Christmas and New Year."""
    between_years = (day.month, day.day) >= (12, 23) or (day.month, day.day) == (1, 1)
    return _SEASON[day.month - 1] * _WEEKDAY[day.weekday()] * (0.25 if between_years else 1.0)


def pick(random: Random, weights: dict[T, float] | dict[T, int]) -> T:
    """One key, by its weight."""
    return random.choices(list(weights), list(weights.values()))[0]


def language(random: Random) -> str:
    return pick(random, _LANGUAGES)


def situation(random: Random, month: int) -> Situation:
    weights = [one.weight * (_IN_SEASON if month in one.months else 1) for one in situations()]
    return random.choices(situations(), weights)[0]


def one_of(random: Random, choices: Sequence[T]) -> T:
    return choices[random.randrange(len(choices))]


def happens(random: Random, share: float) -> bool:
    return random.random() < share


def online_at(random: Random, day: date) -> datetime:
    """Questions come by day and in the evening."""
    return datetime.combine(
        day, time(random.choice((7, 9, 10, 11, 13, 15, 17, 18, 19, 20, 21)), random.randrange(60)), clock.BERLIN
    )


def office_at(random: Random, after: datetime, working_days: int) -> datetime:
    """A moment in office hours so many working days after another one, and always some minutes after it."""
    day = clock.local_day(after)
    if not rules.is_working_day(day) or (working_days == 0 and after.astimezone(clock.BERLIN).hour >= 15):
        working_days = max(1, working_days)
    day = rules.working_days_after(day, working_days) if working_days else day
    moment = datetime.combine(day, time(8 + random.randrange(8), random.randrange(60)), clock.BERLIN)
    soonest = after + timedelta(minutes=6 + random.randrange(30))
    return max(moment, soonest)


class Quota:
    """Spreads a number a year over its days, so that the sum comes out whatever the days are like."""

    def __init__(self, a_year: int, first: date, last: date) -> None:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self._share = a_year / sum(weight_of(day) for day in days)
        self._carried = 0.0

    def of(self, random: Random, day: date) -> int:
        self._carried += self._share * weight_of(day) * (0.4 + 1.2 * random.random())
        whole = max(0, int(self._carried))
        self._carried -= whole
        return whole
