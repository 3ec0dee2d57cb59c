"""Who bears which share of a post, and what that is in a year: pure arithmetic over half-open periods, no table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Part:
    """`amount` (per cent of the cost, or euro a year) holds in [start, end); `owner` says whose, "" where nobody's."""

    start: date
    end: date | None
    amount: Decimal
    owner: str = ""

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def share_on(parts: Iterable[Part], day: date) -> Decimal:
    """The sum of the shares of a day, in per cent."""
    return sum((part.amount for part in parts if part.holds_on(day)), Decimal(0))


def most_shared(parts: Sequence[Part]) -> Decimal:
    """The highest sum of shares on any day: it can only rise on a day on which a share begins."""
    return max((share_on(parts, part.start) for part in parts), default=Decimal(0))


def is_too_much(parts: Sequence[Part]) -> bool:
    """More than the whole cost is borne by somebody on some day; less is open and allowed."""
    return most_shared(parts) > HUNDRED


def steps(parts: Iterable[Part], first: date, end: date) -> list[tuple[date, date]]:
    """[first, end) cut wherever a part begins or ends: within each piece nothing changes."""
    cuts = {first, end}
    for part in parts:
        cuts |= {day for day in (part.start, part.end) if day is not None and first < day < end}
    days = sorted(cuts)
    return list(pairwise(days))


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """Euro of one year: what the post costs, what each owner bears, and what nobody bears yet."""

    cost: Decimal
    borne: dict[str, Decimal]

    @property
    def open(self) -> Decimal:
        return self.cost - sum(self.borne.values(), Decimal(0))


def year_of_money(costs: Sequence[Part], shares: Sequence[Part], year: int, lasts: tuple[date, date | None]) -> YearOfMoney:
    """Costs are spread evenly over the days of the year, each day's cost is divided by the shares of that day.

    `costs` in euro a year, `shares` in per cent, `lasts` is the half-open life of the post. Euro with two digits;
    every amount is rounded once, at the end.
    """
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days_of_year = (end - first).days
    cost, borne = Decimal(0), dict.fromkeys((part.owner for part in shares), Decimal(0))
    for start, stop in steps([*costs, *shares, Part(*lasts, Decimal(0))], first, end):
        if not Part(*lasts, Decimal(0)).holds_on(start):
            continue
        piece = share_on(costs, start) * (stop - start).days / days_of_year
        cost += piece
        for part in shares:
            if part.holds_on(start):
                borne[part.owner] += piece * part.amount / HUNDRED
    return YearOfMoney(_euro(cost), {owner: _euro(amount) for owner, amount in borne.items() if amount})


def _euro(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def last_day(end: date | None) -> date | None:
    """The day people name for the end of a half-open period."""
    return end - timedelta(days=1) if end else None
