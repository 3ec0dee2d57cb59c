"""Rotating office days and days off: weeks of the month, several places in turn, holidays, days on which a district closes."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation

from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import DistrictSetting
from bruecke.core.settings import change_setting
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.tests.factories import make_location
from bruecke.staffing import actions, queries
from bruecke.staffing.models import ConsultationHour
from bruecke.staffing.queries.closures import CLOSING_DAYS
from bruecke.staffing.tests.conftest import FREITAL
from bruecke.staffing.tests.factories import make_holder, make_hour, make_post, make_responsibility

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def post(scene):
    found = make_post(scene.district)
    make_holder(found)
    make_responsibility(found, FREITAL)
    return found


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


def days(found) -> list[date]:
    return [one.day for one in found]


def times(**values):
    return {"weekday": 3, "starts": time(14), "ends": time(18), "valid_from": date(2026, 11, 1), **values}


def close(district, text: str) -> None:
    change_setting(
        district=district,
        key=CLOSING_DAYS,
        text=text,
        valid_from=date(2026, 1, 1),
        viewer=Viewer.system("test", district.pk),
        now=MONDAY,
    )


# --- weeks of the month, places in turn --------------------------------------------------------------------------------


def test_the_first_and_third_thursday(post):
    make_hour(post, weeks_of_month=[1, 3])
    assert days(queries.next_hours(post, now=MONDAY, limit=3)) == [date(2026, 12, 3), date(2026, 12, 17), date(2027, 1, 7)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Jeden Donnerstag"),
        ({"interval": 2}, "Alle zwei Wochen"),
        ({"weeks_of_month": [1, 3]}, "Jeden 1. und 3. Donnerstag im Monat"),
        ({"weeks_of_month": [-1]}, "Jeden letzten Donnerstag im Monat"),
    ],
)
def test_rhythm_in_words(post, values, words):
    with translation.override("de"):
        assert queries.rhythm_words(make_hour(post, **values)) == words


def test_places_in_turn_become_one_hour_each(scene, post, office):
    freital, wilsdruff = make_location(post.employer), make_location(post.employer)
    made = actions.create_rotation(
        post=post, places={3: freital, 2: wilsdruff, 1: freital}, values=times(), viewer=office, now=MONDAY
    )
    assert {(hour.location, tuple(hour.weeks_of_month)) for hour in made} == {(freital, (1, 3)), (wilsdruff, (2,))}
    found = queries.next_hours(post, now=MONDAY, limit=3)
    assert [(one.day.day, one.location) for one in found] == [(3, freital), (10, wilsdruff), (17, freital)]


def test_a_rotation_is_made_whole_or_not_at_all(scene, post, office):
    make_hour(post, weeks_of_month=[2])
    places = {1: make_location(post.employer), 2: make_location(post.employer)}
    with pytest.raises(Invalid) as refused:
        actions.create_rotation(post=post, places=places, values=times(), viewer=office, now=MONDAY)
    assert set(refused.value.errors) == {"starts"}
    assert ConsultationHour.objects.count() == 1


def test_a_rotation_is_made_by_who_keeps_the_hours(scene, post):
    stranger = viewer_with(scene.district, Role.COORDINATOR, account_id=4711)
    with pytest.raises(NotAllowed):
        actions.create_rotation(post=post, places={1: make_location(post.employer)}, values=times(), viewer=stranger, now=MONDAY)


def test_a_rotation_without_a_place_is_refused(post, office):
    with pytest.raises(Invalid):
        actions.create_rotation(post=post, places={}, values=times(), viewer=office, now=MONDAY)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ([1], [1, 3], True),
        ([1, 3], [2, 4], False),
        ([4], [-1], True),
        ([3], [-1], False),
        ([], [2], True),
        ([4, -1], [1, 2, 3], False),
    ],
)
def test_weeks_that_meet_clash(post, office, one, other, clash):
    make_hour(post, weeks_of_month=one)
    values = times(location=make_location(post.employer), weeks_of_month=other)
    if clash:
        with pytest.raises(Invalid):
            actions.create_hour(post=post, values=values, viewer=office, now=MONDAY)
    else:
        actions.create_hour(post=post, values=values, viewer=office, now=MONDAY)


def test_a_day_that_is_no_turn_cannot_be_cancelled(post, office):
    hour = make_hour(post, weeks_of_month=[1])
    actions.cancel_day(hour=hour, on=date(2026, 12, 3), viewer=office, now=MONDAY)
    with pytest.raises(Invalid):
        actions.cancel_day(hour=hour, on=date(2026, 12, 10), viewer=office, now=MONDAY)


# --- days off ----------------------------------------------------------------------------------------------------------


def test_hours_fall_out_on_holidays_of_the_land(post):
    make_hour(post, weekday=5)
    assert days(queries.next_hours(post, now=OCTOBER, limit=3)) == [date(2026, 10, 17), date(2026, 10, 24), date(2026, 11, 7)]


def test_unless_they_are_held_on_holidays(post):
    make_hour(post, weekday=5, is_held_on_holidays=True)
    assert days(queries.next_hours(post, now=OCTOBER, limit=3))[2] == date(2026, 10, 31)


def test_hours_fall_out_when_the_district_closes(scene, post):
    make_hour(post)
    before = queries.next_hours(post, now=MONDAY, limit=7)
    assert date(2026, 12, 31) in days(before)
    close(scene.district, "24.12.–31.12.")
    after = days(queries.next_hours(post, now=MONDAY, limit=7))
    assert after[3:5] == [date(2026, 12, 17), date(2027, 1, 7)]


def test_a_setting_holds_from_its_day_on(scene, post):
    make_hour(post)
    DistrictSetting.objects.create(district=scene.district, key=CLOSING_DAYS, value="26.11.; 03.12.", valid_from=date(2026, 12, 1))
    assert days(queries.next_hours(post, now=MONDAY, limit=2)) == [date(2026, 11, 26), date(2026, 12, 10)]


def test_a_change_of_closing_days_makes_public_pages_fresh(scene):
    version = scene.district.public_version
    close(scene.district, "24.12.")
    scene.district.refresh_from_db()
    assert scene.district.public_version == version + 1


def test_what_falls_out_and_why(scene, post, office):
    make_hour(post, weekday=5)
    hour = make_hour(post)
    close(scene.district, "15.10.2026; 31.10.")
    actions.cancel_day(hour=hour, on=date(2026, 10, 22), reason="Fortbildung", viewer=office, now=OCTOBER)
    with translation.override("de"):
        found = queries.sorted_hours(queries.next_hours(post, now=OCTOBER, limit=8), OCTOBER).cancelled
    assert [(one.on.day, str(one.reason)) for one in found] == [
        (15, "Büro geschlossen"),
        (22, '<bdi lang="de">Fortbildung</bdi>'),
        (31, "Reformationstag"),
    ]


def test_the_page_of_a_place_says_what_falls_out(scene, post, client):
    make_hour(post, weekday=3)
    close(scene.district, "26.11.2026")
    from bruecke.core import clock

    with clock.frozen(MONDAY):
        text = client.get("/de/musterkreis/hilfe/freital/").content.decode()
    assert "Fällt aus:" in text
    assert "(Büro geschlossen)" in text


# --- forms -------------------------------------------------------------------------------------------------------------


def test_the_form_takes_weeks_only_with_their_rhythm(scene, post):
    from bruecke.staffing.forms import HourForm

    typed = {
        "location": make_location(post.employer).pk,
        "weekday": "3",
        "starts": "14:00",
        "ends": "18:00",
        "is_by_appointment": "no",
        "valid_from": "2026-11-01",
        "weeks_of_month": ["1", "-1"],
    }
    monthly = HourForm({**typed, "interval": "0"})
    assert monthly.is_valid(), monthly.errors
    assert (monthly.cleaned_data["interval"], monthly.cleaned_data["weeks_of_month"]) == (1, [1, -1])
    weekly = HourForm({**typed, "interval": "2"})
    assert weekly.is_valid()
    assert (weekly.cleaned_data["interval"], weekly.cleaned_data["weeks_of_month"]) == (2, [])
    without = HourForm({**typed, "interval": "0", "weeks_of_month": []})
    assert set(without.errors) == {"weeks_of_month"}


def test_the_form_of_a_rotation(scene, post):
    from bruecke.staffing.forms import RotationForm

    place = make_location(post.employer)
    typed = {"weekday": "3", "starts": "14:00", "ends": "18:00", "is_by_appointment": "no", "valid_from": "2026-11-01"}
    form = RotationForm({**typed, "week_1": place.pk, "week_last": place.pk})
    assert form.is_valid(), form.errors
    assert form.places == {1: place, -1: place}
    assert set(RotationForm(typed).errors) == {"week_1"}
