"""Desk pages of the inventory: list, entry, form, steps, proposals, texts, comparison, tables."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core import jobs
from bruecke.core.sheets import read_sheet
from bruecke.core.viewer import Role
from bruecke.offers import actions
from bruecke.offers.models import Offer, OfferFeedback
from bruecke.offers.states import FeedbackReason, OfferState
from bruecke.offers.tests.factories import FREITAL, PIRNA, TUESDAYS, make_house, make_offer, make_terms
from bruecke.vocabulary.models import Term

pytestmark = pytest.mark.any_database

START = "/intern/musterkreis/angebote/"


@pytest.fixture
def desk(scene):
    make_terms()
    return log_in(Client(), make_member(scene.district, Role.COORDINATOR))


@pytest.fixture
def reader(scene):
    return log_in(Client(), make_member(scene.district, Role.EDITOR))


def text_of(response):
    return " ".join(response.content.decode().split())


def filled(scene, **changes):
    return {
        "title": "Nähkurs",
        "provider": scene.provider.uid,
        "cost_kind": "free",
        "registration": "none",
        "visibility": "public",
        **changes,
    }


def page_of(offer):
    return f"{START}{offer.uid}/"


# --- list ----------------------------------------------------------------------------------------------------------------


def test_the_list_shows_filters_and_offers_ways(desk, scene):
    make_offer(scene.district, "Deutschkurs", terms={"category": ["german-courses"]})
    make_offer(scene.district, "Beratung", terms={"category": ["advice"]})
    whole = text_of(desk.get(START))
    assert "Deutschkurs" in whole
    assert "Beratung" in whole
    assert f'href="{START}import/"' in whole
    narrowed = desk.get(f"{START}?kategorie=courses")
    assert "Deutschkurs" in text_of(narrowed)
    assert [line.offer.title for line, _badge in narrowed.context["lines"]] == ["Deutschkurs"]


def test_readers_see_the_list_without_steps(reader, scene):
    make_offer(scene.district, "Deutschkurs")
    whole = text_of(reader.get(START))
    assert "Deutschkurs" in whole
    assert "import/" not in whole
    assert "Angebot eintragen" not in whole


@pytest.mark.parametrize("path", ["", "?tab=archiv", "?tab=vorschlaege", "?tab=hinweise", "?tab=bestaetigen"])
def test_every_tab_asks_as_much_for_one_row_as_for_three(desk, scene, now, path):
    def grow(number):
        offer = make_offer(scene.district, f"Kurs {number}", confirmed_on=None, locations=[make_house(scene.provider)])
        actions.propose_changes(offer=offer, values={"title": f"Neu {number}"}, viewer=scene.link, now=now)
        actions.give_feedback(offer=offer, reason=FeedbackReason.TIMES, text="falsch", language="de", viewer=scene.public, now=now)
        make_offer(scene.district, f"Vorbei {number}", state=OfferState.ARCHIVED)

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(f"{START}{path}").status_code == 200
        return len(seen)

    grow(1)
    count()
    once = count()
    grow(2)
    grow(3)
    assert count() <= once


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_export_holds_what_is_filtered_and_every_column(desk, scene, fmt):
    make_offer(scene.district, "Deutschkurs", terms={"category": ["german-courses"]}, schedules=[TUESDAYS])
    make_offer(scene.district, "Beratung", terms={"category": ["advice"]})
    response = desk.get(f"{START}export/{fmt}/?kategorie=courses")
    sheet = read_sheet(response.content, f"x.{fmt}")
    assert len(sheet.rows) == 1
    row = dict(zip(sheet.header, sheet.rows[0].cells, strict=True))
    assert (row["Titel"], row["Art der Hilfe"]) == ("Deutschkurs", "Deutschkurse")
    assert row["Termine"] == "dienstags, 09:00–11:00 Uhr, ab 01.09.2026"


def test_confirming_many(desk, scene):
    offers = [make_offer(scene.district, f"Kurs {number}", confirmed_on=None) for number in range(2)]
    response = desk.post(f"{START}bestaetigen/", {"angebot": [offer.uid for offer in offers]}, follow=True)
    assert "2 Angebote bestätigt." in text_of(response)
    assert all(Offer.objects.exclude(confirmed_on=None).values_list("pk", flat=True))


# --- entering and changing ------------------------------------------------------------------------------------------------


def test_entering_an_offer(desk, scene, now):
    house = make_house(scene.provider, PIRNA)
    data = filled(
        scene,
        category=["advice"],
        house_1=house.uid,
        everywhere="on",
        days_0=["TU", "TH"],
        rhythm_0="2",
        starts_0="09:00",
        ends_0="11:00",
        first_0="2026-09-01",
        off_0="06.10.2026",
        cost_kind="paid",
        cost_euro="12,50",
        last_day="2027-08-31",
        veroeffentlichen="1",
    )
    response = desk.post(f"{START}neu/", data)
    offer = Offer.objects.get()
    assert response["Location"] == page_of(offer)
    assert (offer.state, offer.cost_cents, offer.valid_until.isoformat()) == (OfferState.ACTIVE, 1250, "2027-09-01")
    assert offer.locations == [house.uid]
    assert offer.areas == ["14628"]
    assert offer.schedules[0]["rrule"] == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"
    assert offer.schedules[0]["exdates"] == ["2026-10-06"]
    assert "Nähkurs" in text_of(desk.get(page_of(offer)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Bitte füllen Sie dieses Feld aus."),
        ({"provider": ""}, "Bitte wählen Sie"),
        ({"cost_kind": "paid", "cost_euro": "viel"}, "Bitte schreiben Sie den Betrag so: 12,50."),
        ({"days_0": ["TU"]}, "Bitte geben Sie an, wann es beginnt."),
        ({"starts_0": "09:00"}, "Bitte wählen Sie die Tage."),
        ({"off_0": "heute", "days_0": ["TU"], "starts_0": "9:00"}, "Bitte schreiben Sie 24.12.2026."),
        ({"contact_phone": "ruf an"}, "Telefonnummer"),
        ({"age_min": "9", "age_max": "3"}, "mindestens so hoch"),
        ({"places_total": "3", "places_free": "9"}, "nicht mehr Plätze frei"),
    ],
)
def test_wrong_entries_are_told_and_nothing_is_saved(desk, scene, changes, sentence):
    response = desk.post(f"{START}neu/", filled(scene, **changes))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert Offer.objects.count() == 0


def test_a_like_offer_is_told_before_saving_and_while_typing(desk, scene):
    make_offer(scene.district, "Nähkurs für Frauen", provider=scene.provider)
    typed = desk.get(f"{START}aehnliche/", {"title": "Naehkurs fuer Frauen", "provider": scene.provider.uid})
    assert "Nähkurs für Frauen" in text_of(typed)
    assert "<html" not in text_of(typed)
    response = desk.post(f"{START}neu/", filled(scene, title="Nähkurs für Frauen"))
    assert response.status_code == 422
    assert "Das gibt es schon ähnlich" in text_of(response)
    assert desk.post(f"{START}neu/", filled(scene, title="Nähkurs für Frauen", trotzdem="1")).status_code == 302
    new = Offer.objects.latest("pk")
    again = desk.get(f"{START}aehnliche/", {"title": new.title, "provider": scene.provider.uid, "ohne": new.uid})
    assert "Nähkurs" not in text_of(again), "the person has said that it is another one"


def edited(desk, offer, **changes):
    """The form as the page gives it, with changes, sent back."""
    response = desk.get(f"{page_of(offer)}bearbeiten/")
    form = response.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, (list, tuple)):
            data[bound.html_name] = [str(item) for item in value]
        elif value not in (None, "", False):
            data[bound.html_name] = str(value) if not hasattr(value, "isoformat") else value.isoformat()
    data |= changes
    return desk.post(f"{page_of(offer)}bearbeiten/", {name: value for name, value in data.items() if value is not None})


RULES = (
    "FREQ=WEEKLY;BYDAY=TU",
    "FREQ=DAILY",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=1TU,3TH",
    "FREQ=WEEKLY;BYDAY=MO;COUNT=5",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU",
    "FREQ=YEARLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
)


def rich(scene):
    houses = [make_house(scene.provider, FREITAL) for _ in range(4)]
    return make_offer(
        scene.district,
        "Reich",
        provider=scene.provider,
        locations=houses,
        schedules=[{**TUESDAYS, "rrule": rule, "note": f"n{number}"} for number, rule in enumerate(RULES)],
        terms={"category": ["advice"], "language": ["ar"]},
        translations={"ar": {"title": {"text": "غني"}, "documents": {"text": "جواز"}}},
        cost_kind="paid",
        cost_cents=1200,
        has_childcare=False,
        valid_until="2027-01-01",
    )


def test_saving_the_form_as_it_is_loses_nothing(desk, scene):
    """Rules no row can show, a fourth house, translations: what the form does not hold stays."""
    offer = rich(scene)
    response = edited(desk, offer)
    assert response.status_code == 302, response.context["form"].errors
    fresh = Offer.objects.get(pk=offer.pk)
    assert fresh.schedules == offer.schedules
    assert fresh.version == offer.version


def test_a_rule_the_form_cannot_show_can_be_taken_away(desk, scene):
    offer = rich(scene)
    assert "täglich" in text_of(desk.get(f"{page_of(offer)}bearbeiten/"))
    edited(desk, offer, kept=["2", "3"], title="Reicher")
    fresh = Offer.objects.get(pk=offer.pk)
    assert {entry["rrule"] for entry in fresh.schedules} == {RULES[0], RULES[2], RULES[3], RULES[7], RULES[8]}
    assert (fresh.title, len(fresh.locations)) == ("Reicher", 4)
    assert fresh.translations["ar"]["documents"]["text"] == "جواز"


def test_words_and_houses_that_are_not_offered_any_more_stay(desk, scene, now):
    house = make_house(scene.provider, FREITAL)
    offer = make_offer(scene.district, "Kurs", provider=scene.provider, locations=[house], terms={"category": ["advice"]})
    house.archived_at = now
    house.save()
    Term.objects.filter(key="advice").update(is_active=False)
    edited(desk, offer, title="Kurs neu")
    fresh = Offer.objects.get(pk=offer.pk)
    assert (fresh.title, fresh.locations, fresh.terms) == ("Kurs neu", [house.uid], {"category": ["advice"]})


def test_somebody_else_was_quicker(desk, scene, now):
    offer = make_offer(scene.district, "Kurs", provider=scene.provider)
    page = f"{page_of(offer)}bearbeiten/"
    desk.get(page)
    actions.edit_offer(offer=offer, values={"title": "Schneller"}, version=None, viewer=scene.office, now=now)
    response = desk.post(page, filled(scene, title="Meins", version="1"))
    assert response.status_code == 409
    assert "Schneller" in text_of(response)
    assert "Meins" in text_of(response)


# --- one entry --------------------------------------------------------------------------------------------------------------


STEPS = [
    ("ruhen", OfferState.ACTIVE, OfferState.PAUSED),
    ("entwurf", OfferState.ACTIVE, OfferState.DRAFT),
    ("archivieren", OfferState.ACTIVE, OfferState.ARCHIVED),
    ("veroeffentlichen", OfferState.DRAFT, OfferState.ACTIVE),
    ("zurueckholen", OfferState.ARCHIVED, OfferState.ACTIVE),
]


@pytest.mark.parametrize(("step", "before", "after"), STEPS)
def test_steps_of_a_life(desk, scene, step, before, after):
    offer = make_offer(scene.district, "Kurs", state=before)
    assert desk.post(f"{page_of(offer)}{step}/").status_code == 302
    assert Offer.objects.get(pk=offer.pk).state == after
    assert desk.post(f"{page_of(offer)}{step}/").status_code == 409, "the second time it is too late"


def test_readers_cannot_take_steps(reader, scene):
    offer = make_offer(scene.district, "Kurs")
    assert reader.get(page_of(offer)).status_code == 200
    for step in ("ruhen", "archivieren", "bestaetigen", "bearbeiten", "texte/ar"):
        assert reader.post(f"{page_of(offer)}{step}/").status_code == 404
    assert Offer.objects.get(pk=offer.pk).state == OfferState.ACTIVE


def test_undo_brings_the_version_before_back(desk, scene):
    offer = make_offer(scene.district, "Kurs", provider=scene.provider)
    edited(desk, offer, title="Falsch")
    shown = text_of(desk.get(page_of(offer)))
    assert "<del>Kurs</del> <ins>Falsch</ins>" in shown
    desk.post(f"{page_of(offer)}frueherer-stand/")
    assert Offer.objects.get(pk=offer.pk).title == "Kurs"


def test_comparing_two_versions(desk, scene):
    offer = make_offer(scene.district, "Kurs", provider=scene.provider, description="bleibt")
    assert "Es gibt erst eine Fassung" in text_of(desk.get(f"{page_of(offer)}vergleichen/"))
    edited(desk, offer, title="Kurs B")
    edited(desk, offer, title="Kurs C")
    shown = text_of(desk.get(f"{page_of(offer)}vergleichen/"))
    assert "<del>Kurs B</del>" in shown
    assert "<ins>Kurs C</ins>" in shown
    assert "bleibt" not in shown
    keys = re.findall(r'<option value="(\d+)"', shown)
    oldest, newest = min(map(int, keys)), max(map(int, keys))
    across = text_of(desk.get(f"{page_of(offer)}vergleichen/?von={newest}&mit={oldest}&alle=on"))
    assert "<del>Kurs</del>" in across
    assert "<ins>Kurs C</ins>" in across
    assert "bleibt" in across
    assert desk.get(f"{page_of(offer)}vergleichen/?von=x&mit=999999").status_code == 200


def test_deciding_field_by_field(desk, scene, now):
    offer = make_offer(scene.district, "Kurs", provider=scene.provider)
    values = {"title": "Kurs am Abend", "places_free": 3}
    proposal = actions.propose_changes(offer=offer, values=values, viewer=scene.link, now=now)
    assert "Der Träger schlägt vor" in text_of(desk.get(page_of(offer)))
    decisions = {"feld-title": "accept", "feld-places_free": "reject"}
    desk.post(f"{page_of(offer)}vorschlag/{proposal.uid}/", decisions)
    fresh = Offer.objects.get(pk=offer.pk)
    assert (fresh.title, fresh.places_free) == ("Kurs am Abend", None)


def test_settling_a_hint(desk, scene, now):
    offer = make_offer(scene.district, "Kurs")
    hint = actions.give_feedback(
        offer=offer, reason=FeedbackReason.GONE, text="Zu ist zu", language="de", viewer=scene.public, now=now
    )
    assert "Zu ist zu" in text_of(desk.get(page_of(offer)))
    desk.post(f"{page_of(offer)}hinweis/{hint.uid}/")
    assert OfferFeedback.objects.get().settled_at == now


def test_texts_in_another_language(desk, scene):
    offer = make_offer(scene.district, "Kurs", provider=scene.provider, description="Für alle")
    assert "0 von 2 Texten" in text_of(desk.get(page_of(offer)))
    page = f"{page_of(offer)}texte/ar/"
    assert "Für alle" in text_of(desk.get(page))
    response = desk.post(page, {"title": "دورة", "description": "للجميع", "version": "1"}, follow=True)
    assert "2 von 2 Texten" in text_of(response)
    edited(desk, offer, title="Kurs B")
    assert "geändert seit Übersetzung" in text_of(desk.get(page_of(offer)))
    assert "wurde seit der Übersetzung geändert" in text_of(desk.get(page))
    too_long = desk.post(page, {"title": "x" * 161, "version": "3"})
    assert too_long.status_code == 422
    assert desk.get(f"{page_of(offer)}texte/xx/").status_code == 404


# --- tables ------------------------------------------------------------------------------------------------------------------


def test_a_table_through_the_pages(desk, scene, now):
    template = desk.get(f"{START}import/vorlage.xlsx")
    assert "Titel" in read_sheet(template.content, "vorlage.xlsx").header
    file = SimpleUploadedFile("liste.csv", "Titel;Träger;Art der Hilfe\nKurs;Neuer Verein;Beratung\nX;Y;Beratunk\n".encode())
    columns = desk.post(f"{START}import/", {"file": file})["Location"]
    form = desk.get(columns).context["form"]
    chosen = {name: field.initial for name, field in form.fields.items()}
    assert (chosen["title"], chosen["provider"], chosen["category"]) == ("0", "1", "2")
    page = desk.post(columns, {name: value for name, value in chosen.items() if value is not None})["Location"]
    while jobs.run_next(now):
        pass
    shown = text_of(desk.get(page))
    assert "1 Zeile ohne Fehler übernehmen" in shown
    assert "Meinten Sie „Beratung“?" in shown
    errors = read_sheet(desk.get(f"{page}fehler.csv").content, "fehler.csv")
    assert [row.cells[:3] for row in errors.rows] == [("3", "Art der Hilfe", "Beratunk")]
    desk.post(f"{page}uebernehmen/", {"leave_out": "1"})
    while jobs.run_next(now):
        pass
    assert [offer.title for offer in Offer.objects.order_by("pk")] == ["Kurs"]


def test_the_template_as_it_comes_imports_nothing(desk, scene, now):
    content = desk.get(f"{START}import/vorlage.xlsx").content
    columns = desk.post(f"{START}import/", {"file": SimpleUploadedFile("v.xlsx", content)})["Location"]
    form = desk.get(columns).context["form"]
    page = desk.post(columns, {name: field.initial for name, field in form.fields.items() if field.initial})["Location"]
    while jobs.run_next(now):
        pass
    assert "mit Fehlern" in text_of(desk.get(page))
    assert Offer.objects.count() == 0
    assert io.BytesIO(content).read(2) == b"PK"
