"""*Ich möchte helfen*: from the public form to the desk, counted apart, and gone like a question."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from bruecke.accounts.tests.factories import log_in
from bruecke.core.erasure import erase
from bruecke.core.errors import Invalid, WrongState
from bruecke.core.models import OutboxMail
from bruecke.core.registries import Subject
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import Question, choosing
from bruecke.enquiries.actions.helping import Help, offer_help
from bruecke.enquiries.forms import sign_addressee
from bruecke.enquiries.forms.helping import HelpForm
from bruecke.enquiries.models import Enquiry, HelpOffer, UnmetDemand
from bruecke.enquiries.states import ContactKind, EnquiryKind, Outcome
from bruecke.enquiries.tests.factories import HEIDENAU, addressee, ask, code_of, make_offers, refer, viewer
from bruecke.enquiries.tests.test_public_views import CODE
from bruecke.ui.tests.factories import guard_data

HELP, DESK = "/de/musterkreis/helfen/", "/intern/musterkreis/fragen/"


@pytest.fixture
def offers(scene):
    return make_offers(scene, "Sprachkurs")


def filled(scene, now, ags=HEIDENAU, **values):
    typed = {
        "place": ags or "", "named": sign_addressee(addressee(scene, ags, now)), "text": "Ich übe gern Deutsch",
        "categories": ["language-course", "culture"], "times": "dienstags", "languages_text": "Deutsch, Arabisch",
        "for_whom": "person", "contact": "hilft@example.org", **guard_data(HelpForm),
    }  # fmt: skip
    return {**typed, **values}


def help_offer(scene, now, **values):
    message = Question(text="Ich übe gern Deutsch", topic=None, contact_kind=ContactKind.EMAIL, contact="hilft@example.org")
    return offer_help(
        addressee=addressee(scene, HEIDENAU, now),
        message=message,
        offered=Help(["language-course"], "dienstags"),
        receipt_code=code_of(values.pop("seed", "hilfe")),
        viewer=viewer(scene, "heidenau", now),
        now=now,
    )


def test_the_form_brings_it_to_who_is_in_charge(client, scene, now, offers):
    page = client.get(f"{HELP}?ort=heidenau").content.decode()
    assert "Integrationskoordination Heidenau" in page
    assert "Sprachkurs" in page
    page = client.post(HELP, filled(scene, now)).content.decode()
    enquiry = queries.enquiry_by_receipt(CODE.search(page).group())
    assert (enquiry.kind, enquiry.assigned_account, enquiry.topic) == (EnquiryKind.HELP, scene.accounts["heidenau"], None)
    assert (enquiry.contact, enquiry.languages, enquiry.contact_language) == ("hilft@example.org", ["de", "ar"], "de")
    offered = HelpOffer.objects.get()
    assert (offered.categories, offered.times, offered.is_organisation) == (["language-course", "culture"], "dienstags", False)
    assert "Danke. Ihr Angebot ist angekommen" in page
    assert [mail.subject for mail in OutboxMail.objects.order_by("pk")] == [
        "Brücke: neues Hilfsangebot", "Nachricht vom Landkreis",
    ]  # fmt: skip


WRONG = [
    ({"contact": ""}, "Bitte geben Sie an, wie wir Sie erreichen."),
    ({"contact": "ruf mich an"}, "Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an."),
    ({"contact": "frau@"}, "name@example.org"),
    ({"categories": []}, "Bitte wählen Sie, womit Sie helfen möchten."),
    ({"categories": ["unfug"]}, "Womit möchten Sie helfen?"),
    ({"text": ""}, "Bitte schreiben Sie ein paar Worte."),
    ({"text": "x" * 5001}, "5.000 Zeichen"),
    ({"times": "x" * 201}, "200 Zeichen"),
    ({"website": "spam"}, "Website"),
    ({"guard": ""}, "lange offen"),
    ({"named": "forged"}, "senden Sie noch einmal"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[str(wrong)[:40] for wrong, _words in WRONG])
def test_what_is_missing_is_said_and_nothing_is_kept(client, scene, now, offers, wrong, words):
    response = client.post(HELP, filled(scene, now, **wrong))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Enquiry.objects.exists()


def test_another_place_keeps_what_was_ticked(client, scene, now, offers):
    page = client.post(HELP, {**filled(scene, now), "_place": "1", "place": "14628110"}).content.decode()
    assert "Integrationskoordination Freital" in page
    assert re.search(r'value="culture"[^>]*checked', page)
    assert "hilft@example.org" in page


def test_sent_twice_it_is_one(client, scene, now, offers):
    data = filled(scene, now)
    codes = {CODE.search(client.post(HELP, data).content.decode()).group() for _time in range(2)}
    assert (len(codes), Enquiry.objects.count(), HelpOffer.objects.count()) == (1, 1, 1)


def test_switched_off_there_is_no_form_and_no_way_to_it(client, scene, now, offers):
    start = "/de/musterkreis/"
    assert HELP in client.get(start).content.decode()
    scene.district.features.remove("help")
    scene.district.save()
    cache.clear()  # what a district switches off is told to the page cache after the transaction
    assert client.get(HELP).status_code == 404
    assert HELP not in client.get(start).content.decode()


def test_without_a_contact_or_a_category_there_is_no_offer(scene, now):
    empty = Question(text="Hallo", topic=None)
    with_contact = Question(text="Hallo", topic=None, contact_kind=ContactKind.PHONE, contact="+49 30 23125 700")
    for message, offered in ((empty, Help(["culture"])), (with_contact, Help([]))):
        with pytest.raises(Invalid):
            offer_help(
                addressee=addressee(scene, HEIDENAU, now), message=message, offered=offered, receipt_code=code_of("x"),
                viewer=viewer(scene, "heidenau", now), now=now,
            )  # fmt: skip
    assert not Enquiry.objects.exists()


def test_the_desk_shows_it_and_offers_nothing_for_it(client, scene, now, offers):
    enquiry = help_offer(scene, now)
    question = ask(scene, now)
    desk = log_in(client, scene.accounts["heidenau"])
    page = desk.get(f"{DESK}?art=help").content.decode()
    assert enquiry.uid in page
    assert question.uid not in page
    assert enquiry.uid not in desk.get(f"{DESK}?art=question").content.decode()
    page = desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    assert "Hilfsangebot" in page
    assert "Person, die helfen möchte" in page
    assert "Ratsuchende Person" not in page
    assert "dienstags" in page
    assert "Sprachkurs" in page
    assert "Passende Angebote" not in page
    for way in ("angebote/", "fehlt/", f"angebote/{offers[0].uid}/vermitteln/"):
        assert desk.get(f"{DESK}{enquiry.uid}/{way}").status_code == 404
        assert desk.get(f"{DESK}{question.uid}/{way}").status_code == 200
    assert "Kein passendes Angebot gefunden" not in desk.get(f"{DESK}{enquiry.uid}/abschliessen/").content.decode()


def test_actions_refuse_what_makes_no_sense_for_it(scene, now, offers):
    enquiry = help_offer(scene, now)
    who = viewer(scene, "heidenau", now)
    with pytest.raises(WrongState):
        choosing.note_unmet(enquiry=enquiry, category="", viewer=who, now=now)
    with pytest.raises(WrongState):
        refer(scene, now, enquiry, offers[0])
    with pytest.raises(Invalid):
        actions.close_enquiry(enquiry=enquiry, outcome=Outcome.NO_OFFER, note="", version=None, viewer=who, now=now)
    assert not UnmetDemand.objects.exists()
    actions.answer_enquiry(enquiry=enquiry, text="Sehr gern", language="de", version=None, viewer=who, now=now)
    closed = actions.close_enquiry(enquiry=enquiry, outcome=Outcome.REFERRED, note="", version=None, viewer=who, now=now)
    assert str(closed.outcome_label) == "An einen Träger oder ein Angebot vermittelt"


def test_the_status_page_speaks_of_an_offer(client, scene, now):
    help_offer(scene, now)
    page = client.post("/de/musterkreis/antwort/", {"code": code_of("hilfe")}).content.decode()
    assert "Ihr Angebot zu helfen ist angekommen" in page
    assert "Mein Angebot löschen" in page


def test_erased_it_is_gone_and_counted_as_what_it_was(scene, now):
    from bruecke.enquiries.models import ErasedCount

    enquiry = help_offer(scene, now)
    actions.delete_own_enquiry(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=now)
    assert (Enquiry.objects.count(), HelpOffer.objects.count()) == (0, 0)
    assert list(ErasedCount.objects.order_by("pk").values_list("kind", "count")) == [(EnquiryKind.HELP, 1)]
    other = help_offer(scene, now, seed="zwei")
    erase(Subject(kind="enquiry", uid=other.uid), viewer=viewer(scene, "office", now), now=now)
    assert not HelpOffer.objects.exists()


def test_the_place_leads_to_the_form(client, scene, now):
    place = reverse("staffing_public:place", kwargs={"lang": "de", "district": "musterkreis", "slug": "heidenau"})
    assert f"{HELP}?ort=heidenau" in client.get(place).content.decode()
