"""Half-open periods of days and the timeline of one municipality: pure, no table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`owner` (a post's id) is in charge from `start` on and no longer from `end` on; None: open end."""

    start: date
    end: date | None
    owner: int


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end


def overlaps(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    """Whether two half-open periods share a day."""
    return _before(start, other_end) and _before(other_start, end)


def current(spans: Iterable[Span], day: date) -> Span | None:
    """The span that holds on `day`; there is at most one in a timeline."""
    return next((span for span in spans if span.start <= day and _before(day, span.end)), None)


def paint(spans: Iterable[Span], start: date, end: date | None, owner: int | None) -> list[Span]:
    """The timeline after giving [start, end) to `owner` (None: to nobody).

    What lay there is cut: the part before and the part after stay with whom they were. Neighbours of one owner become one.
    """
    kept: list[Span] = []
    for span in spans:
        kept += _outside(span, start, end)
    if owner is not None:
        kept.append(Span(start, end, owner))
    return _joined(kept)


def _outside(span: Span, start: date, end: date | None) -> list[Span]:
    """The parts of `span` before `start` and from `end` on."""
    if not overlaps(span.start, span.end, start, end):
        return [span]
    parts = []
    if span.start < start:
        parts.append(Span(span.start, start, span.owner))
    if end is not None and _before(end, span.end):
        parts.append(Span(end, span.end, span.owner))
    return parts


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        last = joined[-1] if joined else None
        if last and last.owner == span.owner and last.end == span.start:
            joined[-1] = Span(last.start, span.end, span.owner)
        else:
            joined.append(span)
    return joined
