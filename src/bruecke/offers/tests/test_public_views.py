"""The public catalogue: list, map, one offer as people and as programs read it, hints, and what is not shown."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.core import clock, memo
from bruecke.core.tokens import new_uid
from bruecke.directory import actions as directory
from bruecke.directory.tests.factories import make_contact
from bruecke.offers import actions
from bruecke.offers.models import OfferFeedback
from bruecke.offers.states import OfferState
from bruecke.offers.tests.factories import FREITAL, PIRNA, TUESDAYS, make_house, make_offer, make_terms
from bruecke.offers.views.public import FEEDBACK_AN_HOUR

pytestmark = pytest.mark.any_database

START = "/de/musterkreis/angebote/"


@pytest.fixture
def guest(scene):
    make_terms()
    return Client()


def text_of(response):
    return " ".join(response.content.decode().split())


def page_of(offer, lang="de"):
    return f"/{lang}/musterkreis/angebote/{offer.uid}/"


def hidden(scene):
    """Everything that must not be seen, under one word."""
    make_offer(scene.district, "Geheim Entwurf", state=OfferState.DRAFT)
    make_offer(scene.district, "Geheim vorbei", state=OfferState.ARCHIVED)
    make_offer(scene.district, "Geheim intern", visibility="internal")
    return make_offer(scene.district, "Geheim zu Ende", valid_until="2026-11-01")


def test_the_catalogue_shows_what_is_published_and_nothing_else(guest, scene):
    make_offer(scene.district, "Deutschkurs", locations=[make_house(scene.provider)])
    hidden(scene)
    whole = text_of(guest.get(START))
    assert "Deutschkurs" in whole
    assert "1 Angebot" in whole
    assert "Geheim" not in whole
    assert "Geheim" not in text_of(guest.get(f"{START}?suche=geheim"))


def test_hidden_offers_are_not_found_by_their_address(guest, scene):
    assert guest.get(page_of(hidden(scene))).status_code == 404
    assert guest.get(f"{START}{new_uid()}/").status_code == 404


def test_near_me_orders_and_narrows_by_distance(guest, scene):
    make_offer(scene.district, "In Freital", locations=[make_house(scene.provider, FREITAL)])
    make_offer(scene.district, "In Pirna", locations=[make_house(scene.provider, PIRNA)])
    near = guest.get(f"{START}?ort={PIRNA}")
    assert [row.offer.title for row in near.context["rows"]] == ["In Pirna", "In Freital"]
    assert "Die nächsten zuerst" in text_of(near)
    narrow = guest.get(f"{START}?ort={PIRNA}&umkreis=5")
    assert [row.offer.title for row in narrow.context["rows"]] == ["In Pirna"]


@pytest.mark.parametrize(
    "query",
    ["?ort=99999999&umkreis=x", "?page=99999999999999", "?page=-1", "?kategorie=%00", "?suche=" + "x" * 500, "?sprache='--"],
)
def test_hostile_addresses_are_answered(guest, scene, query):
    make_offer(scene.district, "Deutschkurs")
    assert guest.get(f"{START}{query}").status_code == 200


@pytest.fixture
def knowing(settings, db):
    """A process that knows the words, as every one does after its first page."""
    settings.REGISTER_MEMO_SECONDS = 600
    yield
    memo.forget()


@pytest.mark.usefixtures("knowing")
def test_list_and_map_ask_as_much_for_one_row_as_for_three(guest, scene):
    def count():
        """Of a process that has read the index once."""
        guest.get(f"{START}?suche=kurs&n={new_uid()}")
        with CaptureQueriesContext(connection) as seen:
            assert guest.get(f"{START}?suche=kurs&n={new_uid()}").status_code == 200
        return len(seen)

    make_offer(scene.district, "Kurs eins", locations=[make_house(scene.provider)])
    once = count()
    for name in ("zwei", "drei"):
        make_offer(scene.district, f"Kurs {name}", locations=[make_house(scene.provider)])
    assert count() <= once


def test_one_offer_asks_as_much_with_one_house_as_with_three(guest, scene):
    def count(houses):
        offer = make_offer(scene.district, "Kurs", locations=[make_house(scene.provider) for _ in range(houses)])
        guest.get(f"{page_of(offer)}?n={new_uid()}")
        with CaptureQueriesContext(connection) as seen:
            assert guest.get(f"{page_of(offer)}?n={new_uid()}").status_code == 200
        return len(seen)

    assert count(3) <= count(1)


def test_contact_persons_are_shown_while_they_are_released(guest, scene, now):
    offer = make_offer(scene.district, "Kurs", locations=[make_house(scene.provider)])
    values = {
        "function": "Kursleitung",
        "email": "mira@verein.example.org",
        "phone": "03501 23",
        "languages": ["de"],
        "note": "nur abends",
    }
    mira = make_contact(scene.provider, name="Mira Beispiel", **values)
    make_contact(scene.provider, name="Jonas Muster", email="jonas@verein.example.org")
    assert "Mira" not in text_of(guest.get(page_of(offer)))
    directory.release_contact(contact=mira, version=None, viewer=scene.office, now=now)
    whole = text_of(guest.get(page_of(offer)))
    for words in ("Mira Beispiel", "Kursleitung", "mira@verein.example.org", "03501 23"):
        assert words in whole
    for words in ("Jonas", "jonas@", "nur abends"):
        assert words not in whole
    mira.refresh_from_db()
    directory.withdraw_contact(contact=mira, viewer=scene.office, now=now)
    assert "Mira" not in text_of(guest.get(page_of(offer)))


@pytest.mark.parametrize("path", ["", "detail"])
def test_nothing_new_is_304_until_something_changes(guest, scene, now, path):
    offer = make_offer(scene.district, "Deutschkurs")
    url = page_of(offer) if path else START
    first = guest.get(url)
    tag = first["ETag"]
    assert guest.get(url, headers={"If-None-Match": tag}).status_code == 304
    actions.edit_offer(offer=offer, values={"title": "Abendkurs"}, version=None, viewer=scene.office, now=now)
    again = guest.get(url, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert "Abendkurs" in text_of(again)


def structured(response):
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', response.content.decode(), re.DOTALL)
    return json.loads(found[1])


def test_structured_data_can_be_read_whatever_stands_in_the_texts(guest, scene):
    offer = make_offer(
        scene.district,
        'Kurs </script><script>alert("1")</script> & „mehr“',
        provider=scene.provider,
        description="Zeile\nzwei \u2028 <b>",
        locations=[make_house(scene.provider, PIRNA, name="Haus </script>")],
        terms={"language": ["de", "ar"]},
        cost_kind="paid",
        cost_cents=1250,
        places_total=10,
        places_free=0,
    )
    response = guest.get(page_of(offer))
    data = structured(response)
    assert (data["@type"], data["name"]) == ("Service", offer.title)
    assert data["offers"]["price"] == "12.50"
    assert data["offers"]["availability"] == "https://schema.org/SoldOut"
    assert data["availableChannel"][0]["serviceLocation"]["address"]["addressLocality"] == "Pirna"
    assert data["availableChannel"][0]["availableLanguage"] == ["de", "ar"]
    assert data["areaServed"]["identifier"] == "14628"
    assert '<script>alert("1")' not in response.content.decode()
    assert html.escape("</script><script>") in response.content.decode()


def test_structured_data_leaves_out_what_is_not_known(guest, scene):
    data = structured(guest.get(page_of(make_offer(scene.district, "Kurs"))))
    assert not {"offers", "availableChannel", "description", "isAccessibleForFree"} & set(data)


def test_the_page_says_what_a_person_needs(guest, scene):
    offer = make_offer(
        scene.district,
        "Deutschkurs",
        provider=scene.provider,
        schedules=[TUESDAYS],
        cost_kind="free",
        has_childcare=True,
        contact_phone="03501 515 100",
        registration="required",
        locations=[make_house(scene.provider, PIRNA, name="Begegnungszentrum")],
    )
    shown = text_of(guest.get(page_of(offer)))
    for words in ("dienstags", "kostenlos", "Begegnungszentrum", "tel:", "nur mit Anmeldung", "Bestätigt am", scene.provider.name):
        assert words in shown


def test_a_translation_is_shown_with_its_language(guest, scene):
    entry = {"text": "دورة لغة", "origin": "human"}
    offer = make_offer(scene.district, "Deutschkurs", description="Nur deutsch", translations={"ar": {"title": entry}})
    shown = text_of(guest.get(page_of(offer, "ar")))
    assert "دورة لغة" in shown
    assert 'lang="de"' in shown
    assert structured(guest.get(page_of(offer, "ar")))["inLanguage"] == "ar"


def test_no_cookie_and_no_script_is_needed(guest, scene):
    offer = make_offer(scene.district, "Deutschkurs")
    for url in (START, page_of(offer), f"{page_of(offer)}hinweis/"):
        response = guest.get(url)
        assert not response.cookies
        assert "onclick" not in text_of(response)


# --- hints ----------------------------------------------------------------------------------------------------------------


def slow(now):
    """Somebody who takes the time to read; machines do not."""
    return clock.frozen(now + timedelta(seconds=30))


def sent(guest, offer, now, **changes):
    page = f"{page_of(offer)}hinweis/"
    form = guest.get(page).content.decode()
    keys = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    with slow(now):
        return guest.post(page, {**keys, "reason": "times", "text": "Jetzt mittwochs", **changes})


def test_a_hint_becomes_a_row_to_settle(guest, scene, now):
    offer = make_offer(scene.district, "Deutschkurs")
    response = sent(guest, offer, now)
    assert response.status_code in {200, 302}
    assert [(row.reason, row.text, row.offer_id) for row in OfferFeedback.objects.all()] == [("times", "Jetzt mittwochs", offer.pk)]


def test_a_hint_without_a_reason_is_told(guest, scene, now):
    response = sent(guest, make_offer(scene.district, "Deutschkurs"), now, reason="")
    assert response.status_code == 422
    assert "Bitte wählen Sie, was nicht stimmt." in text_of(response)
    assert OfferFeedback.objects.count() == 0


def test_hints_are_slowed_down(guest, scene, now):
    offer = make_offer(scene.district, "Deutschkurs")
    answers = [sent(guest, offer, now).status_code for _ in range(FEEDBACK_AN_HOUR + 2)]
    assert answers[-1] == 429
    assert OfferFeedback.objects.count() == FEEDBACK_AN_HOUR


def test_a_machine_that_fills_the_trap_gets_nothing_in(guest, scene, now):
    sent(guest, make_offer(scene.district, "Deutschkurs"), now, website="https://spam.example")
    assert OfferFeedback.objects.count() == 0
