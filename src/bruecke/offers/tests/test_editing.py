"""Creating and changing offers: what is written beside them, and every way in which it is refused."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.core import search
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.translations import source_hash
from bruecke.core.viewer import Role
from bruecke.directory import actions as directory
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries
from bruecke.offers.actions import NewOffer
from bruecke.offers.models import Offer, OfferFacet, OfferPlace
from bruecke.offers.states import OfferState
from bruecke.offers.tests.factories import FREITAL, HEIDENAU, TUESDAYS, make_house, make_offer


def create(scene, now, viewer=None, *, publish_now=False, **values):
    given = {"title": "Deutschkurs A1", "provider": scene.provider, **values}
    return actions.create_offer(
        district=scene.district, values=given, viewer=viewer or scene.office, now=now, publish_now=publish_now
    )


def found(scene, text, *, only_public=True):
    return {hit.uid for hit in search.search(text, kind="offer", district=scene.district, only_public=only_public).hits}


def public_version(scene):
    return District.objects.get(pk=scene.district.pk).public_version


def test_a_new_offer_is_a_draft_with_all_that_belongs_to_it(scene, now):
    house = make_house(scene.provider)
    before = public_version(scene)
    offer = create(
        scene,
        now,
        description="Für Anfänger",
        terms={"language": ["de", "ar"]},
        locations=[house],
        areas=[HEIDENAU, "14628"],
        schedules=[{**TUESDAYS, "location": house.uid, "note": "Raum 3"}],
        places_total=12,
        places_free=3,
    )
    offer.refresh_from_db()
    assert offer.state == OfferState.DRAFT
    assert offer.confirmed_on is None
    assert offer.locations == [house.uid]
    assert offer.places_free_on == now.date()
    assert offer.schedules == [
        {
            "rrule": "FREQ=WEEKLY;BYDAY=TU",
            "first_on": "2026-09-01",
            "until_on": None,
            "starts": "09:00",
            "ends": "11:00",
            "exdates": [],
            "location": house.uid,
            "note": "Raum 3",
        }
    ]
    assert set(OfferFacet.objects.values_list("kind", "key")) == {("language", "de"), ("language", "ar")}
    rows = list(OfferPlace.objects.order_by("order"))
    assert [(row.location_id, row.area_id, row.lat) for row in rows] == [
        (house.pk, FREITAL, house.lat),
        (None, HEIDENAU, None),
        (None, "14628", None),
    ]
    assert AuditEntry.objects.get(verb="offer.created").target_uid == offer.uid
    assert public_version(scene) == before + 1
    first = offer.history.get()
    assert (first.history_user_id, first.history_date, first.history_type) == (scene.account.pk, now, "+")
    assert found(scene, "Deutschkurs") == set()
    assert found(scene, "Deutschkurs", only_public=False) == {offer.uid}


def test_published_at_once_it_counts_as_confirmed(scene, now):
    offer = create(scene, now, publish_now=True)
    assert (offer.state, offer.confirmed_on, offer.confirmed_by) == ("active", now.date(), "office")
    assert found(scene, "Deutschkurs") == {offer.uid}


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}]
)
def test_others_create_nothing(scene, now, role):
    with pytest.raises(NotAllowed):
        create(scene, now, viewer_with(scene.district, role))
    assert not Offer.objects.exists()


def test_nobody_creates_in_another_district(scene, now):
    with pytest.raises(NotAllowed):
        create(scene, now, viewer_with(make_district("anderer"), Role.DISTRICT_OFFICE))


DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"provider": None}, "provider"),
        ({"terms": {"category": ["gibt-es-nicht"]}}, "terms"),
        ({"terms": {"language": ["xx-klingonisch"]}}, "terms"),
        ({"terms": {"colour": ["red"]}}, "terms"),
        ({"terms": []}, "terms"),
        ({"areas": ["14522180"]}, "areas"),
        ({"areas": ["99999999"]}, "areas"),
        ({"areas": ["14522"]}, "areas"),
        ({"locations": ["unbekannt"]}, "locations"),
        ({"schedules": [{**TUESDAYS, "rrule": "FREQ=HOURLY"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "rrule": "DROP TABLE"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "ends": "08:00"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "starts": "25:00"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "first_on": "1.9.26"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "until_on": "2026-08-01"}]}, "schedules"),
        ({"schedules": [{**TUESDAYS, "location": "unbekannt"}]}, "schedules"),
        ({"schedules": ["dienstags"]}, "schedules"),
        ({"schedules": [TUESDAYS] * 31}, "schedules"),
        ({"age_min": 130}, "age_min"),
        ({"age_min": "alt"}, "age_min"),
        ({"age_min": 30, "age_max": 20}, "age_max"),
        ({"places_total": 5, "places_free": 6}, "places_free"),
        ({"places_free": -1}, "places_free"),
        ({"cost_kind": "cheap"}, "cost_kind"),
        ({"cost_cents": "12,50"}, "cost_cents"),
        ({"registration": "maybe"}, "registration"),
        ({"visibility": "secret"}, "visibility"),
        ({"contact_email": "keine-adresse"}, "contact_email"),
        ({"contact_phone": "ruf mich an"}, "contact_phone"),
        ({"website": "javascript://alert(1)"}, "website"),
        ({"website": "kein ort"}, "website"),
        ({"valid_from": DAY, "valid_until": DAY}, "valid_until"),
        ({"valid_from": "irgendwann"}, "valid_from"),
        ({"valid_from": "0202-01-01"}, "valid_from"),
        ({"translations": {"de": {"title": {"text": "x"}}}}, "translations"),
        ({"translations": {"ar": {"title": {"text": "x", "origin": "ghost"}}}}, "translations"),
        ({"translations": {"ar": {"title": {"text": "x" * 161}}}}, "translations"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(scene, now, values, field):
    with pytest.raises(Invalid) as refused:
        create(scene, now, **values)
    assert list(refused.value.errors) == [field]
    assert str(refused.value.errors[field]).endswith(
        (".", "freital", "nicht", "red", "99999999", "14522", "14522180", "klingonisch", "de")
    )
    assert not Offer.objects.exists()


def test_several_errors_are_told_together(scene, now):
    with pytest.raises(Invalid) as refused:
        create(scene, now, title="", contact_email="x", website="x y")
    assert set(refused.value.errors) == {"title", "contact_email", "website"}


def test_an_unknown_key_is_a_defect_not_an_input(scene, now):
    with pytest.raises(ValueError, match="state"):
        create(scene, now, state="active")


def test_nul_and_blanks_never_reach_the_database(scene, now):
    offer = create(
        scene, now, title=" Deutsch\0kurs  A1 ", description="Zeile eins\r\nZeile\0 zwei", website="www.example.org/kurs"
    )
    assert offer.title == "Deutschkurs A1"
    assert offer.description == "Zeile eins\nZeile zwei"
    assert offer.website == "https://www.example.org/kurs"


def test_archived_houses_and_providers_are_not_for_new_offers(scene, now):
    other = make_organisation(scene.district, archived_at=now)
    house = make_house(scene.provider, archived_at=now)
    with pytest.raises(Invalid) as refused:
        create(scene, now, provider=other, locations=[house])
    assert set(refused.value.errors) == {"provider", "locations"}


def test_houses_of_another_district_are_unknown(scene, now):
    other = make_district("anderer")
    with for_district(other):
        house = make_house(make_organisation(other))
    with pytest.raises(Invalid) as refused:
        create(scene, now, locations=[house.uid])
    assert set(refused.value.errors) == {"locations"}


def test_translations_carry_the_mark_of_their_source(scene, now):
    offer = create(
        scene, now, translations={"ar": {"title": {"text": "دورة"}, "description": {"text": " "}, "unknown": {"text": "x"}}}
    )
    assert offer.translations == {
        "ar": {"title": {"text": "دورة", "origin": "human", "source_hash": source_hash("Deutschkurs A1"), "approved_at": None}}
    }
    changed = actions.edit_offer(
        offer=offer, values={"title": "Deutschkurs B1"}, version=offer.version, viewer=scene.office, now=now
    )
    assert changed.text("title", "ar").is_outdated


# --- changing ------------------------------------------------------------


def test_a_change_is_seen_everywhere(scene, now):
    offer = make_offer(scene.district, "Gitarre", terms={"language": ["de"]}, locations=[make_house(scene.provider)])
    house = make_house(scene.provider, HEIDENAU)
    later = now + timedelta(hours=1)
    changed = actions.edit_offer(
        offer=offer,
        values={"title": "Nähtreff", "terms": {"language": ["ar"]}, "locations": [house], "schedules": [TUESDAYS]},
        version=offer.version,
        viewer=scene.office,
        now=later,
    )
    assert changed.version == offer.version + 1
    assert changed.changed_at == later
    assert list(OfferFacet.objects.values_list("key", flat=True)) == ["ar"]
    assert OfferPlace.objects.get().location_id == house.pk
    assert found(scene, "Nähtreff") == {offer.uid}
    assert found(scene, "Gitarre") == set()
    entry = AuditEntry.objects.get(verb="offer.changed")
    assert entry.fields == ["locations", "schedules", "terms", "title"]
    assert changed.history.count() == 2


def test_nothing_is_saved_when_nothing_differs(scene, now):
    offer = make_offer(scene.district, "Nähcafé", terms={"language": ["de"]}, schedules=[TUESDAYS])
    before = public_version(scene)
    values = {"title": " Nähcafé ", "terms": {"language": ["de"], "category": []}, "schedules": [{**TUESDAYS, "note": ""}]}
    same = actions.edit_offer(offer=offer, values=values, version=offer.version, viewer=scene.office, now=now)
    assert same.version == offer.version
    assert same.history.count() == 1
    assert public_version(scene) == before
    assert not AuditEntry.objects.filter(verb="offer.changed").exists()


def test_changing_and_confirming_in_one_step(scene, now):
    offer = make_offer(scene.district, confirmed_on=date(2026, 1, 1))
    changed = actions.edit_offer(
        offer=offer, values={"documents": "Ausweis"}, version=offer.version, viewer=scene.office, now=now, confirm=True
    )
    assert (changed.confirmed_on, changed.confirmed_by) == (now.date(), "office")
    assert set(AuditEntry.objects.filter(target_uid=offer.uid).values_list("verb", flat=True)) >= {
        "offer.changed",
        "offer.confirmed",
    }


def test_who_comes_second_is_told(scene, now):
    offer = make_offer(scene.district)
    actions.edit_offer(offer=offer, values={"documents": "Ausweis"}, version=offer.version, viewer=scene.office, now=now)
    with pytest.raises(Stale) as told:
        actions.edit_offer(offer=offer, values={"documents": "Pass"}, version=offer.version, viewer=scene.coordinator, now=now)
    assert told.value.changed_by == scene.account.name


def test_archived_offers_are_not_changed(scene, now):
    offer = make_offer(scene.district, state=OfferState.ARCHIVED)
    with pytest.raises(WrongState):
        actions.edit_offer(offer=offer, values={"title": "Neu"}, version=None, viewer=scene.office, now=now)


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.EMPLOYER, Role.AUDITOR])
def test_others_change_nothing(scene, now, role):
    offer = make_offer(scene.district)
    with pytest.raises(NotAllowed):
        actions.edit_offer(offer=offer, values={"title": "Neu"}, version=None, viewer=viewer_with(scene.district, role), now=now)


def test_what_stands_already_may_stay(scene, now):
    """A house or provider archived meanwhile does not block other changes."""
    house = make_house(scene.provider)
    offer = make_offer(scene.district, locations=[house], schedules=[{**TUESDAYS, "location": house.uid}])
    type(house).objects.filter(pk=house.pk).update(archived_at=now)
    values = {"title": "Neu", "locations": offer.locations, "schedules": offer.schedules, "provider": scene.provider}
    assert actions.edit_offer(offer=offer, values=values, version=None, viewer=scene.office, now=now).title == "Neu"


def test_free_places_get_a_new_day_when_they_are_counted_anew(scene, now):
    offer = make_offer(scene.district, places_free=3, now=now - timedelta(days=40))
    assert offer.places_free_on == now.date() - timedelta(days=40)
    same = actions.edit_offer(offer=offer, values={"places_free": 3}, version=None, viewer=scene.office, now=now)
    assert same.places_free_on == offer.places_free_on
    told = {"places_free": 3, "places_free_on": now.date()}
    assert actions.edit_offer(offer=offer, values=told, version=None, viewer=scene.office, now=now).places_free_on == now.date()
    gone = actions.edit_offer(offer=offer, values={"places_free": None}, version=None, viewer=scene.office, now=now)
    assert gone.places_free_on is None


def test_a_free_offer_has_no_price(scene, now):
    offer = make_offer(scene.district, cost_kind="paid", cost_cents=500)
    assert (
        actions.edit_offer(offer=offer, values={"cost_kind": "free"}, version=None, viewer=scene.office, now=now).cost_cents is None
    )
    with pytest.raises(Invalid) as refused:
        actions.edit_offer(offer=offer, values={"cost_cents": 300}, version=None, viewer=scene.office, now=now)
    assert set(refused.value.errors) == {"cost_cents"}


# --- many at once ------------------------------------------------------------


def news(scene, count):
    return [
        NewOffer(values={"title": f"Kurs {n}", "provider": scene.provider}, external_source="x", external_key=str(n))
        for n in range(count)
    ]


def test_many_are_created_like_one(scene, now):
    made = actions.create_offers(district=scene.district, offers=news(scene, 3), viewer=scene.office, now=now)
    assert [offer.history.count() for offer in made] == [1, 1, 1]
    assert {offer.history.get().history_user_id for offer in made} == {scene.account.pk}
    assert found(scene, "Kurs") == {offer.uid for offer in made}
    assert Offer.objects.get(external_key="2").sort_key == "kurs 2"
    assert AuditEntry.objects.filter(verb="offer.created").count() == 3


def test_all_or_none(scene, now):
    with pytest.raises(Invalid):
        actions.create_offers(
            district=scene.district,
            offers=[*news(scene, 2), NewOffer(values={"title": "", "provider": scene.provider})],
            viewer=scene.office,
            now=now,
        )
    assert not Offer.objects.exists()


def test_a_key_of_a_source_stands_once(scene, now):
    actions.create_offers(district=scene.district, offers=news(scene, 1), viewer=scene.office, now=now)
    with pytest.raises(Invalid) as refused:
        actions.create_offers(district=scene.district, offers=news(scene, 1), viewer=scene.office, now=now)
    assert set(refused.value.errors) == {"external_key"}
    assert Offer.objects.count() == 1


# --- what follows the directory ------------------------------------------------------------


def test_a_house_that_moves_takes_its_offers_along(scene, now):
    house = make_house(scene.provider)
    offer = make_offer(scene.district, locations=[house])
    values = {"area": scene.areas[HEIDENAU], "town": "Heidenau"}
    directory.edit_location(location=house, values=values, version=None, viewer=scene.office, now=now)
    assert OfferPlace.objects.get().area_id == HEIDENAU
    assert found(scene, "Heidenau") == {offer.uid}


def test_a_provider_with_a_new_name_is_found_by_it(scene, now):
    offer = make_offer(scene.district, provider=scene.provider)
    directory.edit_organisation(
        organisation=scene.provider, values={"name": "Zusammenhalt e. V."}, version=None, viewer=scene.office, now=now
    )
    offer.refresh_from_db()
    assert "zusammenhalt" in offer.find_key
    assert found(scene, "Zusammenhalt") == {offer.uid}


@pytest.mark.parametrize(("state", "refused"), [("active", True), ("paused", True), ("draft", False), ("archived", False)])
def test_what_running_offers_need_is_not_archived(scene, now, state, refused):
    house = make_house(make_organisation(scene.district))
    make_offer(scene.district, "Nähcafé", provider=scene.provider, locations=[house], state=OfferState(state))
    for entry in (house, scene.provider):
        if refused:
            with pytest.raises(WrongState, match="Nähcafé"):
                directory.archive_entry(entry=entry, viewer=scene.office, now=now)
        else:
            directory.archive_entry(entry=entry, viewer=scene.office, now=now)


def test_a_house_named_by_a_schedule_alone_is_needed_too(scene, now):
    house = make_house(scene.provider)
    make_offer(scene.district, schedules=[{**TUESDAYS, "location": house.uid}])
    with pytest.raises(WrongState):
        directory.archive_entry(entry=house, viewer=scene.office, now=now)


def test_reindexing_brings_back_what_was_lost(scene, now):
    offers = [make_offer(scene.district, f"Nähcafé {n}") for n in range(3)]
    actions.drop_index([offer.uid for offer in offers], district=scene.district)
    assert found(scene, "Nähcafé") == set()
    assert actions.reindex(district=scene.district) == 3
    assert found(scene, "Nähcafé") == {offer.uid for offer in offers}


def test_the_number_of_queries_grows_with_the_log_alone(scene, now):
    def cost(count, key):
        offers = [
            NewOffer(values={"title": f"Kurs {key} {n}", "provider": scene.provider, "terms": {"language": ["de"]}})
            for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            actions.create_offers(district=scene.district, offers=offers, viewer=scene.office, now=now)
        return len([query for query in queries_made.captured_queries if "core_auditentry" not in query["sql"]])

    cost(1, "warm")
    one, five = cost(1, "a"), cost(5, "b")
    assert five <= one + 20, (one, five)


def test_editable_fields_are_columns():
    names = {field.name for field in Offer._meta.concrete_fields}
    assert set(queries.EDITABLE) <= names
    assert set(queries.PROPOSABLE) < set(queries.EDITABLE)
