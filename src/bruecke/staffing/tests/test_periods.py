"""Timelines of periods against a naive model that looks at each day singly."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bruecke.staffing.rules import Span, current, overlaps, paint

START = date(2026, 1, 1)
DAYS = 40


def day(number: int) -> date:
    return START + timedelta(days=number)


def first_overlap(spans):
    """Two neighbours that share a day, None in a sound timeline."""
    ordered = sorted(spans, key=lambda span: span.start)
    return next((pair for pair in pairwise(ordered) if overlaps(pair[0].start, pair[0].end, pair[1].start, pair[1].end)), None)


strokes = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1),
        st.one_of(st.none(), st.integers(1, 15)),
        st.one_of(st.none(), st.integers(1, 4)),
    ),
    max_size=12,
)


@given(strokes)
def test_painting_agrees_with_a_model_of_single_days(acts):
    spans: list[Span] = []
    naive: dict[int, int | None] = dict.fromkeys(range(DAYS + 20))
    for begin, length, owner in acts:
        end = None if length is None else begin + length
        spans = paint(spans, day(begin), None if end is None else day(end), owner)
        for number in naive:
            if number >= begin and (end is None or number < end):
                naive[number] = owner
    assert first_overlap(spans) is None
    for number, owner in naive.items():
        found = current(spans, day(number))
        assert (found.owner if found else None) == owner


@given(strokes)
def test_neighbours_of_one_owner_are_one_span(acts):
    spans: list[Span] = []
    for begin, length, owner in acts:
        spans = paint(spans, day(begin), None if length is None else day(begin + length), owner)
    ordered = sorted(spans)
    assert not any(a.owner == b.owner and a.end == b.start for a, b in pairwise(ordered))
    assert all(span.end is None or span.start < span.end for span in spans)


def test_periods_are_half_open():
    assert not overlaps(day(0), day(5), day(5), None)
    assert overlaps(day(0), day(6), day(5), None)
    assert overlaps(day(0), None, day(100), day(101))


def test_a_stroke_in_the_middle_gives_back_afterwards():
    spans = paint([Span(day(0), None, 1)], day(10), day(20), 2)
    assert spans == [Span(day(0), day(10), 1), Span(day(10), day(20), 2), Span(day(20), None, 1)]
