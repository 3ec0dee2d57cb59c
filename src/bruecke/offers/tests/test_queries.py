"""The catalogue and the inventory: what is found, in which order, with how many queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.core import schedules
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries
from bruecke.offers.queries import DUE, FRESH, NEVER, OfferFilters
from bruecke.offers.states import FacetKind, OfferState
from bruecke.offers.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, TUESDAYS, make_house, make_offer, make_terms

OLD = date(2026, 1, 1)


@pytest.fixture
def words(scene):
    """courses above german-courses, advice; women."""
    make_terms()


def public(scene, now, *, page=1, per_page=20, **filters):
    return queries.public_offers(OfferFilters(**filters), district=scene.district, lang="de", page=page, per_page=per_page, now=now)


def titles(found):
    return [line.offer.title for line in found.lines]


def desk(scene, now, viewer=None, order="", **filters):
    return queries.desk_offers(viewer or scene.office, OfferFilters(**filters), district=scene.district, order=order, now=now)


def test_only_what_is_published_today(scene, now):
    make_offer(scene.district, "Läuft")
    make_offer(scene.district, "Ruht", state=OfferState.PAUSED)
    make_offer(scene.district, "Entwurf", state=OfferState.DRAFT)
    make_offer(scene.district, "Archiv", state=OfferState.ARCHIVED)
    make_offer(scene.district, "Intern", visibility="internal")
    make_offer(scene.district, "Vorbei", valid_until=now.date())
    make_offer(scene.district, "Kommt", valid_from=now.date() + timedelta(days=20))
    assert titles(public(scene, now)) == ["Kommt", "Läuft", "Ruht"]
    assert set(titles(desk(scene, now))) == {"Läuft", "Ruht", "Entwurf", "Intern", "Vorbei", "Kommt"}
    assert titles(desk(scene, now, states=("archived",))) == ["Archiv"]


def test_nothing_of_another_district(scene, now):
    other = make_district("anderer", features=["offers"])
    with for_district(other):
        hidden = make_offer(other, "Nähcafé drüben", provider=make_organisation(other))
    assert titles(public(scene, now)) == []
    assert titles(public(scene, now, text="Nähcafé")) == []
    assert queries.public_offer(hidden.uid, now=now) is None
    assert queries.offer(scene.office, hidden.uid) is None


def test_single_offers(scene, now):
    shown, hidden = make_offer(scene.district), make_offer(scene.district, state=OfferState.DRAFT)
    assert queries.public_offer(shown.uid, now=now) == shown
    assert queries.public_offer(hidden.uid, now=now) is None
    assert queries.offer(scene.office, hidden.uid) == hidden
    assert queries.offer(viewer_with(make_district("anderer"), Role.DISTRICT_OFFICE), shown.uid) is None
    assert queries.offer(scene.public, shown.uid) is None


# --- filters ------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"categories": ("german-courses",)}, ["Deutsch"]),
        ({"categories": ("courses",)}, ["Deutsch", "Nähen"]),
        ({"categories": ("german-courses", "advice")}, ["Beratung", "Deutsch"]),
        ({"target_groups": ("women",)}, ["Nähen"]),
        ({"languages": ("ar",)}, ["Beratung", "Deutsch"]),
        ({"languages": ("ar",), "categories": ("advice",)}, ["Beratung"]),
        ({"languages": ("uk",)}, []),
        ({"only_free": True}, ["Deutsch"]),
        ({"with_childcare": True}, ["Nähen"]),
        ({"free_of_charge": True}, ["Beratung"]),
        ({"only_accessible": True}, ["Beratung", "Nähen"]),
    ],
)
def test_each_filter(scene, now, words, filters, found):
    step_free = make_house(scene.provider, is_accessible=True)
    steps = make_house(scene.provider, is_accessible=False)
    make_offer(
        scene.district,
        "Deutsch",
        terms={"category": ["german-courses"], "language": ["de", "ar"]},
        places_free=2,
        locations=[steps],
    )
    make_offer(
        scene.district, "Nähen", terms={"category": ["courses"], "target_group": ["women"]}, has_childcare=True, places_free=0,
        locations=[step_free],
    )  # fmt: skip
    make_offer(
        scene.district, "Beratung", terms={"category": ["advice"], "language": ["ar"]}, cost_kind="free", is_accessible=True,
        has_childcare=False,
    )  # fmt: skip
    make_offer(scene.district, "Sport", is_accessible=False, locations=[step_free], cost_kind="paid")
    assert sorted(titles(public(scene, now, **filters))) == found
    assert sorted(titles(desk(scene, now, **filters))) == found


def test_by_provider_state_visibility_and_freshness(scene, now):
    other = make_organisation(scene.district)
    make_offer(scene.district, "Frisch", provider=scene.provider)
    make_offer(scene.district, "Alt", provider=other, confirmed_on=OLD)
    make_offer(scene.district, "Nie", provider=other, confirmed_on=None, visibility="internal")
    make_offer(scene.district, "Entwurf", provider=other, confirmed_on=None, state=OfferState.DRAFT)
    assert titles(public(scene, now, provider_uid=other.uid)) == ["Alt"]
    assert titles(desk(scene, now, confirmed=FRESH)) == ["Frisch"]
    assert titles(desk(scene, now, confirmed=DUE)) == ["Alt", "Nie"]
    assert titles(desk(scene, now, confirmed=NEVER)) == ["Entwurf", "Nie"]
    assert titles(desk(scene, now, states=("draft", "paused"))) == ["Entwurf"]
    assert titles(desk(scene, now, visibility="internal")) == ["Nie"]
    assert titles(desk(scene, now, not_asked=True)) == ["Alt", "Entwurf", "Nie"]
    make_offer(scene.district, "Plätze", places_free=1, places_free_on=OLD)
    assert titles(desk(scene, now, old_places=True)) == ["Plätze"]


# --- places ------------------------------------------------------------


@pytest.fixture
def spread(scene):
    """Offers in Pirna (5 km from Heidenau), Freital (15 km), covering areas, online, and nowhere."""
    make_offer(scene.district, "Pirna", locations=[make_house(scene.provider, PIRNA)])
    make_offer(scene.district, "Heidenau", locations=[make_house(scene.provider, HEIDENAU)])
    make_offer(scene.district, "Zwei Häuser", locations=[make_house(scene.provider, FREITAL), make_house(scene.provider, DOHNA)])
    make_offer(scene.district, "Freital", locations=[make_house(scene.provider, FREITAL)])
    make_offer(scene.district, "Überall", areas=["14628"])
    make_offer(scene.district, "Kommt nach Heidenau", areas=[HEIDENAU, DOHNA])
    make_offer(scene.district, "Kommt nach Freital", areas=[FREITAL])
    make_offer(scene.district, "Online", is_online=True)
    make_offer(scene.district, "Unbekannt")


def test_near_comes_first(scene, now, spread):
    found = public(scene, now, ags=HEIDENAU)
    assert titles(found) == [
        *(
            "Heidenau",
            "Zwei Häuser",
            "Kommt nach Heidenau",
            "Online",
            "Überall",
            "Pirna",
            "Freital",
            "Kommt nach Freital",
            "Unbekannt",
        ),
    ]
    assert (found.ags, found.place_name) == (HEIDENAU, "Heidenau")
    lines = {line.offer.title: line for line in found.lines}
    assert lines["Heidenau"].distance_km == pytest.approx(0, abs=0.01)
    assert lines["Pirna"].distance_km == pytest.approx(5.5, abs=0.3)
    assert lines["Zwei Häuser"].place_name == "Dohna"
    assert [lines[title].distance_km for title in ("Überall", "Kommt nach Heidenau", "Online")] == [None] * 3
    assert [
        lines[title].place_name for title in ("Überall", "Kommt nach Heidenau", "Kommt nach Freital", "Online", "Unbekannt")
    ] == [
        *("im ganzen Landkreis", "in Ihrer Gemeinde", "Freital", "online oder am Telefon", ""),
    ]


@pytest.mark.parametrize(
    ("radius", "houses"),
    [
        (0, {"Heidenau"}),
        (4, {"Heidenau", "Zwei Häuser"}),
        (6, {"Heidenau", "Zwei Häuser", "Pirna"}),
        (30, {"Heidenau", "Zwei Häuser", "Pirna", "Freital"}),
    ],
)
def test_the_radius(scene, now, spread, radius, houses):
    found = set(titles(public(scene, now, ags=HEIDENAU, radius_km=radius)))
    assert found == houses | {"Kommt nach Heidenau", "Online", "Überall"}


def test_the_radius_in_sql_is_the_one_on_the_sphere(scene, now):
    """Houses on a ring around the middle: inside and outside by 0.3 percent."""
    middle = queries.spot(HEIDENAU)
    for number in range(24):
        for factor, name in ((0.997, "innen"), (1.003, "außen")):
            lat, lon = _walk(middle, 40 * factor, number * 15)
            make_offer(scene.district, f"{name} {number}", locations=[make_house(scene.provider, FREITAL, lat=lat, lon=lon)])
    found = titles(public(scene, now, ags=HEIDENAU, radius_km=40, per_page=100))
    assert len(found) == 24
    assert all(title.startswith("innen") for title in found)


def _walk(middle, km, degrees):
    """The point at this distance and bearing (Aviation Formulary)."""
    from math import asin, atan2, cos, radians, sin
    from math import degrees as to_degrees

    way, bearing, lat, lon = km / 6371.0088, radians(degrees), radians(middle.lat), radians(middle.lon)
    north = asin(sin(lat) * cos(way) + cos(lat) * sin(way) * cos(bearing))
    east = lon + atan2(sin(bearing) * sin(way) * cos(lat), cos(way) - sin(lat) * sin(north))
    return to_degrees(north), to_degrees(east)


def test_an_unknown_place_orders_nothing(scene, now, spread):
    for ags in ("99999999", "abc", "14628"):
        found = public(scene, now, ags=ags, radius_km=5)
        assert (found.total, found.ags) == (9, "")


def test_points_for_the_map(scene, now, spread):
    points = queries.map_points(public(scene, now).lines)
    assert sorted(point.title for point in points) == ["Freital", "Heidenau", "Pirna", "Zwei Häuser", "Zwei Häuser"]


# --- order and pages ------------------------------------------------------------


def test_without_a_text_fresh_and_running_come_first(scene, now):
    make_offer(scene.district, "A ruht", state=OfferState.PAUSED)
    make_offer(scene.district, "A alt", confirmed_on=OLD)
    make_offer(scene.district, "A nie", confirmed_on=None)
    make_offer(scene.district, "Z frisch")
    make_offer(scene.district, "Ä frisch")
    found = public(scene, now)
    assert titles(found) == ["Ä frisch", "Z frisch", "A ruht", "A alt", "A nie"]
    assert [line.is_confirmed_fresh for line in found.lines] == [True, True, True, False, False]


def test_pages(scene, now):
    for number in range(5):
        make_offer(scene.district, f"Kurs {number}")
    pages = [public(scene, now, page=page, per_page=2) for page in (1, 2, 3)]
    assert [titles(page) for page in pages] == [["Kurs 0", "Kurs 1"], ["Kurs 2", "Kurs 3"], ["Kurs 4"]]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}
    assert public(scene, now, page=99, per_page=2).page == 3
    assert public(scene, now, page=-1, per_page=2).page == 1
    assert public(scene, now, page=2, per_page=2, text="Kurs").total == 5


def test_a_text_finds_by_words_of_keys_provider_and_place(scene, now, words):
    offer = make_offer(
        scene.district, "Sprachtreff", terms={"category": ["german-courses"]}, locations=[make_house(scene.provider, PIRNA)]
    )
    make_offer(scene.district, "Anderes", provider=make_organisation(scene.district, name="Verein Anderswo"))
    for text in ("Sprachtreff", "Deutschkurse", "Trägerverein", "Pirna"):
        assert [line.offer for line in public(scene, now, text=text).lines] == [offer], text
    assert titles(public(scene, now, text="gibtesnicht")) == []


def test_with_a_text_the_score_leads_then_fresh_and_near(scene, now):
    make_offer(scene.district, "Nähcafé", confirmed_on=OLD)
    make_offer(scene.district, "Treff", description="Hier gibt es auch ein Nähcafé.")
    make_offer(scene.district, "Nähcafé frisch")
    found = public(scene, now, text="Nähcafé")
    assert titles(found)[0].startswith("Nähcafé")
    assert titles(found)[-1] == "Treff"
    assert found.lines[0].score >= found.lines[1].score >= found.lines[2].score


def test_a_text_and_a_place(scene, now):
    make_offer(scene.district, "Nähcafé", locations=[make_house(scene.provider, FREITAL)])
    make_offer(scene.district, "Nähcafé", locations=[make_house(scene.provider, HEIDENAU)])
    assert [line.place_name for line in public(scene, now, text="Nähcafé", ags=HEIDENAU).lines] == ["Heidenau", "Freital"]
    assert [line.place_name for line in public(scene, now, text="Nähcafé", ags=FREITAL).lines] == ["Freital", "Heidenau"]
    assert [line.place_name for line in public(scene, now, text="Nähcafé", ags=FREITAL, radius_km=3).lines] == ["Freital"]


def test_drafts_are_found_at_the_desk_alone(scene, now):
    make_offer(scene.district, "Nähcafé", state=OfferState.DRAFT)
    assert titles(public(scene, now, text="Nähcafé")) == []
    assert titles(desk(scene, now, text="Nähcafé")) == ["Nähcafé"]


def test_orders_at_the_desk(scene, now):
    other = make_organisation(scene.district, name="Aaa")
    make_offer(scene.district, "B", confirmed_on=OLD, now=now, provider=scene.provider)
    make_offer(scene.district, "A", confirmed_on=None, now=now - timedelta(days=1), provider=scene.provider)
    make_offer(scene.district, "C", now=now - timedelta(days=2), provider=other)
    expected = {
        "": "ABC",
        queries.BY_TITLE: "ABC",
        queries.BY_CONFIRMED: "ABC",
        queries.BY_CHANGED: "BAC",
        queries.BY_PROVIDER: "CAB",
    }
    for order, sequence in expected.items():
        assert "".join(titles(desk(scene, now, order=order))) == sequence, order


# --- meetings ------------------------------------------------------------


def test_the_next_meeting(scene, now):
    """Now is Tuesday 24 November, 9 o'clock in Berlin."""
    thursdays = {**TUESDAYS, "rrule": "FREQ=WEEKLY;BYDAY=TH"}
    offer = make_offer(scene.district, schedules=[{**TUESDAYS, "exdates": ["2026-11-24"]}, thursdays])
    assert public(scene, now).lines[0].next_at.isoformat() == "2026-11-26T09:00:00+01:00"
    assert [meeting.day.day for meeting in queries.next_meetings(offer, now, limit=3)] == [26, 1, 3]
    actions.pause_offer(offer=offer, version=None, viewer=scene.office, now=now)
    assert public(scene, now).lines[0].next_at is None
    lines = queries.schedule_lines(offer, lang="de", now=now)
    assert lines[0].words.startswith("dienstags")
    assert lines[0].next_at.date() == date(2026, 12, 1)


@pytest.mark.parametrize(
    "rrule",
    [
        *("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "FREQ=WEEKLY;INTERVAL=3", "FREQ=DAILY;INTERVAL=4"),
        *("FREQ=DAILY", "FREQ=MONTHLY;BYDAY=1TU", "FREQ=WEEKLY;BYDAY=TU;COUNT=120", "FREQ=WEEKLY;BYDAY=TU;COUNT=500"),
    ],
)
@pytest.mark.parametrize("first_on", ["2023-03-01", "2026-11-20", "2026-12-09"])
def test_years_gone_by_change_no_meeting(scene, now, rrule, first_on):
    """Meetings are counted from a later day in step with the rule; they are those of the rule itself."""
    offer = make_offer(scene.district, schedules=[{**TUESDAYS, "rrule": rrule, "first_on": first_on}])
    rule = queries.recurrence(offer.schedules[0])
    plain = list(schedules.meetings(rule, after=now, before=now + timedelta(days=120), limit=40))
    assert queries.next_meetings(offer, now, limit=40) == plain


def test_meetings_keep_to_the_life_of_the_offer(scene, now):
    coming = make_offer(scene.district, schedules=[TUESDAYS], valid_from=date(2026, 12, 5))
    ending = make_offer(scene.district, schedules=[TUESDAYS], valid_until=date(2026, 12, 1))
    assert queries.next_meeting(coming, now).day == date(2026, 12, 8)
    assert [meeting.day for meeting in queries.next_meetings(ending, now)] == [date(2026, 11, 24)]


# --- candidates, choices, figures ------------------------------------------------------------


def test_candidates_for_a_question(scene, now, words):
    by_text = make_offer(scene.district, "Nähcafé", locations=[make_house(scene.provider, HEIDENAU)])
    by_category = make_offer(
        scene.district, "Sprachtreff", terms={"category": ["german-courses"], "language": ["ar"]}, areas=["14628"]
    )
    internal = make_offer(scene.district, "Nähcafé intern", visibility="internal")
    make_offer(scene.district, "Nähcafé alt", state=OfferState.ARCHIVED)
    make_offer(scene.district, "Nähcafé vorbei", valid_until=now.date())
    make_offer(scene.district, "Anderes")
    found = queries.candidates(
        district=scene.district, text="Nähcafé", categories=["courses"], languages=["ar", "uk"], ags=HEIDENAU, now=now
    )
    assert {one.offer for one in found} == {by_text, by_category, internal}
    facts = {one.offer: one for one in found}
    assert facts[by_category].categories == ("german-courses",)
    assert facts[by_category].languages == ("ar",)
    assert (facts[by_category].text_score, facts[by_category].reaches) == (0.0, True)
    assert 0 < facts[by_text].text_score <= 1
    assert facts[by_text].distance_km == pytest.approx(0, abs=0.01)
    public_ones = queries.candidates(district=scene.district, text="Nähcafé", now=now, include_internal=False)
    assert [one.offer for one in public_ones] == [by_text]
    assert len(queries.candidates(district=scene.district, text="Nähcafé", categories=["courses"], limit=1, now=now)) == 1


def test_counts_of_choices(scene, now, words):
    make_offer(scene.district, terms={"category": ["german-courses", "courses"], "language": ["de"]}, has_childcare=True)
    make_offer(scene.district, terms={"category": ["german-courses"], "language": ["ar"]})
    make_offer(scene.district, terms={"category": ["advice"], "language": ["ar"]})
    make_offer(scene.district, terms={"category": ["advice"]}, state=OfferState.DRAFT)
    counts = queries.facet_counts(OfferFilters(), district=scene.district, now=now)
    assert counts[FacetKind.CATEGORY] == {"german-courses": 2, "courses": 1, "advice": 1}
    assert queries.category_counts(district=scene.district, now=now) == {"german-courses": 2, "courses": 2, "advice": 1}
    counts = queries.facet_counts(OfferFilters(languages=("ar",)), district=scene.district, now=now)
    assert counts[FacetKind.CATEGORY] == {"german-courses": 1, "advice": 1}
    assert counts[FacetKind.LANGUAGE] == {"de": 1, "ar": 2}
    assert queries.facet_counts(OfferFilters(with_childcare=True), district=scene.district, now=now)[FacetKind.LANGUAGE] == {
        "de": 1
    }
    members = queries.facet_counts(OfferFilters(), district=scene.district, now=now, viewer=scene.office)
    assert members[FacetKind.CATEGORY]["advice"] == 2


def test_figures_of_the_inventory(scene, now, words):
    empty = queries.inventory(district=scene.district, now=now)
    assert (empty.running, empty.fresh_share) == (0, None)
    make_offer(scene.district, terms={"category": ["advice"]}, locations=[make_house(scene.provider), make_house(scene.provider)])
    make_offer(scene.district, terms={"category": ["advice"]}, state=OfferState.PAUSED, confirmed_on=OLD, areas=["14628"])
    make_offer(scene.district, confirmed_on=None, visibility="internal", locations=[make_house(scene.provider, PIRNA)])
    make_offer(scene.district, state=OfferState.DRAFT)
    make_offer(scene.district, valid_until=now.date())
    found = queries.inventory(district=scene.district, now=now)
    assert (found.running, found.fresh, found.never_confirmed, found.public, found.paused, found.everywhere) == (3, 1, 1, 2, 1, 1)
    assert found.fresh_share == pytest.approx(1 / 3)
    assert found.by_category == {"advice": 2}
    assert found.by_place == {FREITAL: 1, PIRNA: 1}
    assert found.providers == 1


# --- number of queries ------------------------------------------------------------


def reads(scene, now):
    offer = queries.public_offers(OfferFilters(), district=scene.district, lang="de", now=now).lines[0].offer
    return {
        "list": lambda: public(scene, now),
        "near": lambda: public(scene, now, ags=HEIDENAU, radius_km=50, categories=("courses",), languages=("de",)),
        "text": lambda: public(scene, now, text="Kurs", ags=HEIDENAU),
        "desk": lambda: desk(scene, now),
        "desk text": lambda: desk(scene, now, text="Kurs"),
        "candidates": lambda: queries.candidates(
            district=scene.district, text="Kurs", categories=["courses"], ags=HEIDENAU, now=now
        ),
        "choices": lambda: queries.facet_counts(OfferFilters(languages=("de",)), district=scene.district, now=now),
        "category counts": lambda: queries.category_counts(district=scene.district, now=now),
        "inventory": lambda: queries.inventory(district=scene.district, now=now),
        "versions": lambda: queries.versions(offer),
        "proposals": lambda: [
            queries.proposal_lines(row) for row in queries.open_proposals(scene.office).prefetch_related("fields")[:1]
        ],
        "provider": lambda: queries.provider_offers(scene.provider, now),
        "to-dos": lambda: list(queries.collect(scene.office, now)),
        "count": lambda: queries.waiting_count(scene.coordinator, now),
        "similar": lambda: queries.similar_offers(district=scene.district, title="Kurs", provider=scene.provider),
    }


def test_no_read_grows_with_the_rows(scene, now, words):
    def fill(number):
        for one in range(number):
            offer = make_offer(
                scene.district, f"Kurs {number}{one}", provider=scene.provider, locations=[make_house(scene.provider, HEIDENAU)],
                terms={"category": ["courses"], "language": ["de"]}, schedules=[TUESDAYS],
            )  # fmt: skip
            actions.edit_offer(
                offer=offer, values={"documents": "Pass", "locations": [make_house(scene.provider)]}, version=None,
                viewer=scene.office, now=now,
            )  # fmt: skip
            actions.propose_changes(offer=offer, values={"documents": "Nichts"}, viewer=scene.link, now=now)
            actions.give_feedback(offer=offer, reason="gone", text="", language="de", viewer=scene.public, now=now)

    def costs():
        found = {}
        for name, read in reads(scene, now).items():
            read()
            with CaptureQueriesContext(connection) as made:
                read()
            found[name] = len(made)
        return found

    fill(1)
    one = costs()
    fill(2)
    three = costs()
    assert three == one
    assert max(one["list"], one["near"], one["text"]) <= 12, one
