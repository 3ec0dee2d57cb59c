"""The contact list: page, PDF/UA, business cards, the day it carries; consultation hours as calendars that parse to our dates."""

import io
from datetime import UTC, date, datetime, time, timedelta

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bruecke.core import clock
from bruecke.core.clock import BERLIN, start_of
from bruecke.core.schedules import WEEKS_OF_MONTH, occurrences
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.places.models import Area
from bruecke.staffing import actions, queries
from bruecke.staffing.models import ConsultationException, ConsultationHour
from bruecke.staffing.queries.feeds import overlaps_of
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_hour, make_location, make_post, make_responsibility

BASE = "/de/musterkreis"


@pytest.fixture
def post(scene):
    scene.district.languages = ["de", "ar"]
    scene.district.save()
    found = make_post(scene.district, office=None, number=1)
    make_holder(found, public_name="Frau Geheim")
    make_responsibility(found, FREITAL)
    return found


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


def text(client, path: str) -> str:
    response = client.get(f"{BASE}/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


# --- the list ----------------------------------------------------------------------------------------------------------


def test_the_page_lists_every_post_of_the_day(scene, post, client):
    vacant = make_post(scene.district, number=2, title="Integrationskoordination Dohna", mailbox="dohna@example.org")
    make_responsibility(vacant, DOHNA)
    make_post(scene.district, number=3, title="Stelle von morgen", valid_from=date(2026, 11, 25))
    make_hour(post, weeks_of_month=[1, 3])
    page = text(client, "kontakte/")
    assert "Integrationskoordination Freital" in page
    assert "Jeden 1. und 3. Donnerstag im Monat" in page
    assert "mailto:freital@example.org" in page
    assert "zurzeit nicht besetzt" in page
    assert "mailto:dohna@example.org" not in page, "nobody reads there"
    assert "Stelle von morgen" not in page
    assert "Frau Geheim" not in page, "the name was not released"
    assert {place.pk for place in queries.contact_list(scene.district, date(2026, 11, 24)).uncovered} == {DOHNA, HEIDENAU}


def test_a_municipality_that_was_merged_is_nobodys_place_any_more(scene, post):
    make_responsibility(post, HEIDENAU)
    Area.objects.filter(pk=HEIDENAU).update(valid_until=date(2026, 1, 1))
    (contact,) = queries.contact_list(scene.district, date(2026, 11, 24)).contacts
    assert HEIDENAU not in {place.pk for place in contact.places}
    assert contact.places


def test_a_released_name_stands_in_page_card_and_list(scene, client):
    released = make_post(scene.district, number=5)
    make_holder(released, public_name="Frau Beispiel", is_name_released=True)
    assert "Frau Beispiel" in text(client, "kontakte/")
    assert "Frau Beispiel" in text(client, "kontakte/kontakte.vcf")


@pytest.mark.parametrize("posts", [1, 3])
def test_as_many_queries_with_one_post_as_with_three(scene, client, posts, django_assert_max_num_queries):
    for ags in (FREITAL, HEIDENAU, DOHNA)[:posts]:
        one = make_post(scene.district)
        make_holder(one)
        make_hour(one)
        make_responsibility(one, ags)
    with django_assert_max_num_queries(14):
        client.get(f"{BASE}/kontakte/")


def test_the_day_of_the_last_change(scene, post, office):
    def as_of(day: date) -> date:
        return queries.contact_list(scene.district, day).as_of

    assert as_of(date(2026, 11, 24)) == date(2026, 1, 1), "everything began then"
    later = datetime(2026, 11, 20, 9, tzinfo=UTC)
    actions.edit_own_details(post=post, values={"phone": "+49 30 23125 999"}, version=None, viewer=office, now=later)
    assert as_of(date(2026, 11, 24)) == date(2026, 11, 20)
    make_responsibility(post, HEIDENAU, since=date(2026, 11, 22), until=date(2026, 12, 1))
    assert as_of(date(2026, 11, 24)) == date(2026, 11, 22), "a period that began is a change"
    assert as_of(date(2026, 12, 5)) == date(2026, 12, 1), "one that ended, too"


def test_a_change_of_a_day_off_is_none_of_the_list(scene, post, office):
    hour = make_hour(post)
    before = queries.contact_list(scene.district, date(2026, 11, 24)).as_of
    actions.cancel_day(hour=hour, on=date(2026, 11, 26), viewer=office, now=scene.now)
    assert queries.contact_list(scene.district, date(2026, 11, 24)).as_of == before


# --- PDF/UA ------------------------------------------------------------------------------------------------------------


def elements(node, found=None) -> list[str]:
    """The structure types of a tagged PDF, in the order of reading."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append(str(node["/S"]))
        kids = node.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
            elements(kid, found)
    return found


@pytest.mark.parametrize("lang", ["de", "ar"])
def test_the_pdf_is_accessible(scene, post, client, lang):
    make_hour(post)
    make_post(scene.district, number=2, title='Stelle <b>&</b> #eval("1") $x$ \\ „fett“ *stern*')
    response = client.get(f"/{lang}/musterkreis/kontakte/kontakte.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="kontakte-musterkreis-2026-01-01.pdf"'
    with pikepdf.open(io.BytesIO(response.content)) as file:
        root = file.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith(lang)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        kinds = elements(root.StructTreeRoot)
        assert {"/Document", "/H1", "/Table", "/TR", "/TH", "/TD", "/Link"} <= set(kinds)
        assert kinds.count("/H1") == 1
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert scene.district.name in metadata["dc:title"]


def test_the_same_list_is_set_once(scene, post, client, monkeypatch, settings, tmp_path):
    from bruecke.core import pagecache
    from bruecke.core.typesetting import keeping

    settings.DATA_DIR = tmp_path
    calls = []
    real = keeping.set_pdf
    monkeypatch.setattr(keeping, "set_pdf", lambda document: calls.append(document.title) or real(document))
    first = client.get(f"{BASE}/kontakte/kontakte.pdf").content
    from django.core.cache import cache

    cache.clear()
    pagecache.forget_versions()
    assert client.get(f"{BASE}/kontakte/kontakte.pdf").content == first
    assert len(calls) == 1
    post.phone = "+49 30 23125 998"
    post.save()
    cache.clear()
    assert client.get(f"{BASE}/kontakte/kontakte.pdf").content != first
    assert len(calls) == 2


def test_old_files_go(settings, tmp_path):
    import os

    from bruecke.core.typesetting import forget_old

    settings.DATA_DIR = tmp_path
    folder = tmp_path / "documents"
    folder.mkdir()
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for name, age in (("old.pdf", 41), ("new.pdf", 39)):
        (folder / name).write_bytes(b"x")
        moment = (now - timedelta(days=age)).timestamp()
        os.utime(folder / name, (moment, moment))
    assert forget_old(now) == 1
    assert [path.name for path in folder.iterdir()] == ["new.pdf"]


# --- business cards ----------------------------------------------------------------------------------------------------


def unfolded(content: bytes) -> list[str]:
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_card(scene, post, client):
    make_post(scene.district, number=9, title="Unbesetzt")
    response = client.get(f"{BASE}/kontakte/{post.uid}.vcf")
    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    lines = unfolded(response.content)
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert f"UID:urn:bruecke:post:{post.uid}" in lines
    assert "FN;LANGUAGE=de:Integrationskoordination Freital" in lines
    assert "TEL;VALUE=uri;TYPE=work:tel:+493023125111" in lines
    assert "EMAIL;TYPE=work:freital@example.org" in lines
    assert "CATEGORIES:Freital" in lines
    assert lines[-2:] == ["END:VCARD", ""]
    assert text(client, "kontakte/kontakte.vcf").count("BEGIN:VCARD") == 1, "who is not there has no card"


def test_signs_of_the_format_stay_words(scene, client):
    title = "Beratung; Freital, „Mitte“ \\ und ein sehr langer Name mit Umlauten äöüß " + "ä" * 30
    post = make_post(scene.district, number=1, title=title[:120])
    make_holder(post)
    lines = unfolded(client.get(f"{BASE}/kontakte/{post.uid}.vcf").content)
    name = next(line for line in lines if line.startswith("FN"))
    assert name.removeprefix("FN;LANGUAGE=de:") == title[:120].replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def test_unknown_posts_have_neither_card_nor_calendar(scene, post, client):
    assert client.get(f"{BASE}/kontakte/unbekannt.vcf").status_code == 404
    assert client.get(f"{BASE}/kontakte/unbekannt/sprechstunden.ics").status_code == 404
    assert client.get(f"{BASE}/hilfe/unbekannt/sprechstunden.ics").status_code == 404


# --- calendars ---------------------------------------------------------------------------------------------------------


def meetings(content: bytes, after: datetime, before: datetime) -> list[tuple[datetime, datetime]]:
    """What a program makes of the feed: expanded with dateutil from DTSTART, RRULE and EXDATE alone."""
    from dateutil.rrule import rrulestr

    found = []
    for event in Calendar.from_ical(content).walk("VEVENT"):
        start, length = event.decoded("dtstart"), event.decoded("dtend") - event.decoded("dtstart")
        naive = start.replace(tzinfo=None)
        rule = event["rrule"].to_ical().decode()
        if "UNTIL" in event["rrule"]:
            until = event["rrule"]["UNTIL"][0].astimezone(BERLIN).replace(tzinfo=None)
            rule = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL")) + f";UNTIL={until:%Y%m%dT%H%M%S}"
        off = _days_off(event)
        span = rrulestr(rule, dtstart=naive).between(after.replace(tzinfo=None), before.replace(tzinfo=None), inc=True)
        found += [
            (moment.replace(tzinfo=BERLIN), (moment + length).replace(tzinfo=BERLIN)) for moment in span if moment.date() not in off
        ]
    return sorted(found)


WEEKS = st.lists(st.sampled_from(WEEKS_OF_MONTH), max_size=3, unique=True)


@given(
    st.integers(0, 6),
    st.integers(1, 4),
    WEEKS,
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sets(st.integers(0, 30), max_size=3),
    st.integers(0, 23),
)
def test_a_program_finds_the_meetings_that_we_find(scene, weekday, interval, weeks, first_on, off, starts):
    ConsultationException.objects.all().delete()
    ConsultationHour.objects.all().delete()
    post = make_post(scene.district)
    make_holder(post, since=first_on, until=first_on + timedelta(days=500))
    hour = make_hour(
        post,
        weekday=weekday,
        interval=interval,
        weeks_of_month=weeks,
        valid_from=first_on,
        starts=time(min(starts, 22), 30),
        ends=time(min(starts, 22) + 1),
    )
    days = [one.day for one in occurrences(hour.rule(), after=start_of(first_on), before=start_of(first_on + timedelta(days=400)))]
    for number in off & set(range(len(days))):
        ConsultationException.objects.create(district=scene.district, hour=hour, on=days[number])
    now = start_of(first_on)
    with clock.frozen(now):
        upcoming = queries.next_hours(post, now=now, limit=50)
        until = now + queries.HORIZON - timedelta(days=1)
        ours = [(one.starts_at, one.ends_at) for one in upcoming if one.starts_at < until]
        from bruecke.staffing.exports import calendar_file

        content = calendar_file(queries.feed(post, now=now), name="x", host="h", url="https://example.org", lang="de")
    assert meetings(content, now, until - timedelta(microseconds=1)) == ours


def test_the_feed_of_a_district(scene, post, client):
    hour = make_hour(post, weeks_of_month=[1, 3], note="Zimmer 2.04", valid_from=date(2026, 9, 1))
    ConsultationException.objects.create(district=scene.district, hour=hour, on=date(2026, 12, 3))
    response = client.get(f"{BASE}/sprechstunden.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.get(f"{BASE}/sprechstunden.ics", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
    calendar = Calendar.from_ical(response.content)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    (event,) = calendar.walk("VEVENT")
    assert event["uid"] == f"{hour.uid}-20260901@localhost"
    assert event["rrule"].to_ical() == b"FREQ=MONTHLY;BYDAY=1TH,3TH"
    assert event["dtstart"].to_ical() == b"20260903T140000"
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert "Zimmer 2.04" in event["description"]
    assert b"EXDATE;TZID=Europe/Berlin:20261203T140000" in response.content
    assert client.get("/ar/musterkreis/sprechstunden.ics").status_code == 200


def test_a_day_off_changes_the_mark_of_the_event_and_not_its_name(scene, post, office, client):
    hour = make_hour(post)
    before = Calendar.from_ical(client.get(f"{BASE}/sprechstunden.ics").content).walk("VEVENT")[0]
    actions.cancel_day(hour=hour, on=date(2026, 11, 26), viewer=office, now=scene.now)
    after = Calendar.from_ical(client.get(f"{BASE}/sprechstunden.ics").content).walk("VEVENT")[0]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("last-modified") == scene.now
    assert _days_off(after) - _days_off(before) == {date(2026, 11, 26)}


def _days_off(event) -> set[date]:
    off = event.get("exdate", [])
    return {one.dt.date() for each in (off if isinstance(off, list) else [off]) for one in each.dts}


def test_a_municipality_has_the_hours_of_who_is_in_charge(scene, client):
    one, other = make_post(scene.district), make_post(scene.district)
    for each in (one, other):
        make_holder(each)
        make_hour(each, location=make_location(each.employer))
    change = date(2026, 12, 3)
    make_responsibility(one, FREITAL, until=change)
    make_responsibility(other, FREITAL, since=change)
    content = client.get(f"{BASE}/hilfe/freital/sprechstunden.ics").content
    found = Calendar.from_ical(content).walk("VEVENT")
    assert [event.decoded("dtstart").date() for event in found] == [date(2026, 1, 1), change]
    assert found[0]["rrule"]["UNTIL"] == [datetime(2026, 12, 2, 22, 59, 59, tzinfo=UTC)]
    assert "UNTIL" not in found[1]["rrule"]


@pytest.mark.parametrize("posts", [1, 3])
def test_a_feed_asks_as_often_for_three_posts_as_for_one(scene, posts, django_assert_max_num_queries):
    for _number in range(posts):
        each = make_post(scene.district)
        make_holder(each)
        make_hour(each)
    with django_assert_max_num_queries(5):
        assert len(queries.feed(None, now=scene.now)) == posts


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ((1, None), [(1, 5), (5, None)], [(1, None)]),
        ((1, 9), [(0, 3), (5, 20)], [(1, 3), (5, 9)]),
        ((1, 9), [], []),
        ((5, None), [(1, 5)], []),
        ((1, None), [(5, None), (2, 5)], [(2, None)]),
    ],
)
def test_spans(outer, inner, expected):
    def days(period):
        return tuple(number and date(2026, 1, number) for number in period)

    first = date(2025, 12, 31)
    inner = [(first if start == 0 else date(2026, 1, start), end and date(2026, 1, end)) for start, end in inner]
    assert overlaps_of(days(outer), inner) == [days(period) for period in expected]
