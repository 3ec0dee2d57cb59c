"""Registries, folding, schedules, translations, viewer: values in, values out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core import clock, translations
from bruecke.core.folding import find_key, sort_key
from bruecke.core.registry import Registry
from bruecke.core.schedules import WeeklyRule, occurrences
from bruecke.core.viewer import Role, Viewer, ViewerKind


@dataclass(frozen=True)
class Thing:
    key: str
    order: int = 100


def test_registry_keeps_an_order_of_its_own():
    registry = Registry("things")
    for thing in (Thing("b"), Thing("z", 1), Thing("a")):
        registry.register(thing)
    assert [thing.key for thing in registry] == ["z", "a", "b"]
    assert "a" in registry
    assert registry["a"] == Thing("a")


def test_registry_refuses_two_of_a_key():
    registry = Registry("things")
    registry.register(Thing("a"))
    registry.register(Thing("a"))
    assert len(registry) == 1
    with pytest.raises(ValueError, match="taken"):
        registry.register(Thing("a", 5))


@pytest.mark.parametrize(
    ("text", "found", "sorted_as"),
    [
        ("Weißig, Krs. Görlitz", "weissig krs goerlitz", "weissig krs gorlitz"),
        ("Hoyerswerda/Wojerecy", "hoyerswerda wojerecy", "hoyerswerda wojerecy"),
        ("Budyšin", "budysin", "budysin"),
        ("Łódź", "lodz", "lodz"),
        ("ÄÖÜ", "aeoeue", "aou"),
        ("  ", "", ""),
    ],
)
def test_folding(text, found, sorted_as):
    assert find_key(text) == found
    assert sort_key(text) == sorted_as


@given(st.text())
def test_find_key_is_its_own_key(text):
    assert find_key(find_key(text)) == find_key(text)


def rule(**changes):
    values = {"weekday": 3, "starts": time(14), "ends": time(18), "first_on": date(2026, 1, 1)}
    return WeeklyRule(**{**values, **changes})


def between(made, start, end, **options):
    return list(occurrences(made, after=clock.start_of(start), before=clock.start_of(end), **options))


def test_weekly_hours_keep_their_wall_clock_across_the_change_of_time():
    found = between(rule(), date(2026, 10, 19), date(2026, 11, 1))
    assert [moment.starts_at.astimezone(UTC).hour for moment in found] == [12, 13]
    assert [moment.starts_at.hour for moment in found] == [14, 14]


def test_every_second_week_is_counted_from_the_first():
    found = between(rule(interval=2), date(2026, 1, 1), date(2026, 2, 1))
    assert [moment.day for moment in found] == [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 29)]


def test_skipped_days_and_the_end_are_left_out():
    found = between(rule(until_on=date(2026, 1, 22)), date(2026, 1, 1), date(2026, 3, 1), skip={date(2026, 1, 8)})
    assert [moment.day for moment in found] == [date(2026, 1, 1), date(2026, 1, 15)]


def test_hours_that_run_right_now_still_count():
    noon = datetime(2026, 1, 1, 15, 0, tzinfo=clock.BERLIN)
    first = next(occurrences(rule(), after=noon, before=noon + timedelta(days=8)))
    assert first.day == date(2026, 1, 1)


def test_translation_falls_back_with_its_language():
    column = translations.with_translation(
        {}, lang="ar", field="title", text="عنوان", source="Titel", origin=translations.Origin.HUMAN, approved_at=None
    )
    assert translations.text_in("ar", "title", source="Titel", translations=column) == translations.Text(
        "عنوان", "ar", translations.Origin.HUMAN, is_outdated=False
    )
    assert translations.text_in("ar", "title", source="Neuer Titel", translations=column).is_outdated
    assert translations.text_in("uk", "title", source="Titel", translations=column) == translations.Text("Titel", "de")


def test_only_persons_hold_roles():
    assert Viewer(kind=ViewerKind.PERSON, roles=frozenset({Role.DISTRICT_OFFICE})).leads_district
    for viewer in (Viewer.anonymous(), Viewer.system("demo"), Viewer.link("invitation", "abc", 1)):
        assert not viewer.has(*Role)
    assert not Viewer(kind=ViewerKind.LINK, roles=frozenset(Role)).is_administrator


def test_clock_needs_aware_moments():
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_day_is_the_day_in_berlin():
    assert clock.local_day(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
