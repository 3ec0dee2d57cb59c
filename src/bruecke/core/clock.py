"""The only source of the present moment; actions never ask, they are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_frozen: ContextVar[datetime | None] = ContextVar("bruecke_frozen_clock", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in Berlin."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The calendar day in Berlin on which `moment` (aware) falls."""
    return moment.astimezone(BERLIN).date()


def start_of(day: date) -> datetime:
    """Midnight in Berlin at the beginning of `day`, aware."""
    return datetime.combine(day, time.min, tzinfo=BERLIN)


def first_of(month: str) -> date | None:
    """The first day of a month such as `2026-11`; None for anything else."""
    try:
        day = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None


def month_after(month: str) -> date | None:
    """The first day after a month such as `2026-11`; None for anything else."""
    day = first_of(month)
    return day and date(day.year + day.month // 12, day.month % 12 + 1, 1)


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` (aware) inside the block; for tests and for loading the demo."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)
