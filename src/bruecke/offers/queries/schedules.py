"""When an offer takes place: its rules as values of `core.schedules`, the next meetings, and the words for a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from bruecke.core import schedules
from bruecke.core.clock import local_day, start_of
from bruecke.core.schedules import Occurrence
from bruecke.offers.models import Offer

LOOK_AHEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One rule of an offer for showing: words, where (uid of a location or ""), a note, the next meeting if there is one."""

    words: str
    location: str
    note: str
    next_at: datetime | None


def recurrence(entry: Mapping[str, Any]) -> schedules.Recurrence:
    """A row of `Offer.schedules` as a value."""
    return schedules.Recurrence(
        rrule=entry["rrule"],
        starts=time.fromisoformat(entry["starts"]),
        ends=time.fromisoformat(entry["ends"]) if entry.get("ends") else None,
        first_on=date.fromisoformat(entry["first_on"]),
        until_on=date.fromisoformat(entry["until_on"]) if entry.get("until_on") else None,
        exdates=tuple(date.fromisoformat(day) for day in entry.get("exdates", ())),
    )


def rule_in_words(entry: Mapping[str, Any], lang: str) -> str:
    """ "dienstags, 09:00–11:00 Uhr" in the reader's language."""
    return schedules.in_words(recurrence(entry), lang)


def next_meetings(offer: Offer, now: datetime, *, limit: int = 5) -> list[Occurrence]:
    """The next meetings over all rules, within `LOOK_AHEAD` and the life of the offer. No query."""
    before = now + LOOK_AHEAD
    after = now
    if offer.valid_until is not None:
        before = min(before, start_of(offer.valid_until))
    if offer.valid_from is not None:
        after = max(after, start_of(offer.valid_from))
    if before <= after:
        return []
    rules = (_begun(recurrence(entry), after) for entry in offer.schedules)
    every = (schedules.meetings(rule, after=after, before=before, limit=limit) for rule in rules)
    return list(islice(merge(*every), limit))


def _begun(rule: schedules.Recurrence, after: datetime) -> schedules.Recurrence:
    """The same rule counted from a later day in step with it, so that years gone by are not counted out."""
    parts = schedules.rule_of(rule.rrule)
    if parts.count or parts.frequency not in {"DAILY", "WEEKLY"}:
        return rule
    length = parts.interval * (7 if parts.frequency == "WEEKLY" else 1)
    steps = max(0, (local_day(after) - timedelta(days=8) - rule.first_on).days // length)
    return replace(rule, first_on=rule.first_on + timedelta(days=steps * length))


def next_meeting(offer: Offer, now: datetime) -> Occurrence | None:
    return next(iter(next_meetings(offer, now, limit=1)), None)


def schedule_lines(offer: Offer, *, lang: str, now: datetime) -> list[ScheduleLine]:
    """The rules of an offer for its page. No query."""
    before = now + LOOK_AHEAD
    lines = []
    for entry in offer.schedules:
        rule = recurrence(entry)
        coming = next(iter(schedules.meetings(rule, after=now, before=before, limit=1)), None)
        lines.append(
            ScheduleLine(
                schedules.in_words(rule, lang),
                entry.get("location", ""),
                entry.get("note", ""),
                coming.starts_at if coming else None,
            )
        )
    return lines
