"""Moments to come and what happens in them: how the demo lives through a year in order. Nothing of a running installation."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.scope import for_district

Deed = Callable[[datetime], None]


class Agenda:
    """Deeds by moment, those of one moment in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, District, Deed]] = []
        self._numbers = count()

    def add(self, at: datetime, district: District, deed: Deed) -> None:
        """`deed` is called with `at`, in the scope of the district, while the clock stands still."""
        heapq.heappush(self._waiting, (at, next(self._numbers), district, deed))

    def run_until(self, end: datetime) -> int:
        """Do everything before `end`, also what is added meanwhile; returns how much."""
        done = 0
        while self._waiting and self._waiting[0][0] < end:
            at, _number, district, deed = heapq.heappop(self._waiting)
            with clock.frozen(at), for_district(district):
                deed(at)
            done += 1
        return done
