"""Pages of suggestions and referrals: the desk, the provider behind link and mailbox, the resident; what none of them shows."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.accounts.tests.factories import log_in
from bruecke.core import clock
from bruecke.core.models import AuditEntry, Draft, RateCounter
from bruecke.core.registries import todos
from bruecke.core.sheets import read_sheet
from bruecke.core.tests.factories import make_district, make_file
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import referral
from bruecke.enquiries.forms.referral import MailboxForm, ProviderAnswerForm
from bruecke.enquiries.models import Attachment, Enquiry, Message, OfferChoice, Referral, UnmetDemand
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.queries.suggesting import suggestions
from bruecke.enquiries.states import ConsentBasis, ContactKind, MisfitReason, Outcome, Passed, ReferralState, RejectReason
from bruecke.enquiries.tests.factories import FREITAL, MARKER, ask, capture, code_of, link_token, make_offers, refer, viewer
from bruecke.ui.tests.factories import guard_data

pytestmark = pytest.mark.any_database

DESK, PUBLIC = "/intern/musterkreis/", "/de/musterkreis/"
MAILBOX = "angebote@traeger.example.org"
PERSONAL = (Passed.TOPIC, Passed.TEXT, Passed.CONTACT)


@pytest.fixture
def offers(scene):
    texts = {"description": "Wir üben Deutsch am Vormittag."}
    return make_offers(scene, "Deutsch-Treff", "Konversation am Abend", "Schreibwerkstatt", "Lesekreis", **texts)


@pytest.fixture
def question(scene, now, offers):
    return ask(scene, now, seed="mine", contact_kind=ContactKind.EMAIL, contact="frau@example.org", languages=("uk",))


@pytest.fixture
def desk(client, scene, now):
    return log_in(client, scene.accounts["heidenau"])


@pytest.fixture
def office(scene, now):
    return log_in(Client(), scene.accounts["office"])


def send(browser, address, **data):
    """Open the page, fill in, send: as a person does."""
    page = browser.get(address).content.decode()
    versions = re.findall(r'name="version" value="(\d+)"', page)
    key = re.search(r'name="form_key" value="([^"]+)"', page).group(1)
    return browser.post(address, {"form_key": key, "version": versions[-1] if versions else "", **data})


def of(question, *, offer=None, step=""):
    return f"{DESK}fragen/{question.uid}/angebote/" + (f"{offer.uid}/{step}/" if offer else "")


# --- suggestions at the desk ---------------------------------------------------------------------------------------------


def test_the_question_shows_three_and_how_many_there_are(desk, question, offers):
    page = desk.get(f"{DESK}fragen/{question.uid}/").content.decode()
    assert page.count('<article class="suggestion">') == 3
    assert "Alle 4" in page
    assert "Nichts passt – als fehlendes Angebot vermerken" in page


def test_without_the_catalogue_there_are_no_offers(desk, scene, question, offers):
    scene.district.features = [key for key in scene.district.features if key != "offers"]
    scene.district.save()
    assert "Passende Angebote" not in desk.get(f"{DESK}fragen/{question.uid}/").content.decode()
    assert desk.get(of(question)).status_code == 404


def test_all_of_them_narrowed(desk, scene, now, question, offers):
    terms = {"category": ["meeting-place"], "language": ["ar"], "target_group": []}
    make_offers(scene, "Treff auf Arabisch", terms=terms, description="Deutsch am Vormittag")
    page = desk.get(of(question)).content.decode()
    assert page.count('<article class="suggestion">') == 5
    page = desk.get(f"{of(question)}?kategorie=meeting-place").content.decode()
    assert (page.count('<article class="suggestion">'), "Treff auf Arabisch" in page) == (1, True)
    page = desk.get(f"{of(question)}?sprache=ar&umkreis=5").content.decode()
    assert "Kein Angebot mit diesen Filtern" in page
    assert desk.get(f"{of(question)}?umkreis=lang&kategorie=%00&page=zzz").status_code == 200


def test_needs_are_edited_beside_the_list(desk, question, offers):
    response = send(desk, of(question), needs=["childcare", "free_of_charge"], target_group="parents")
    assert response.status_code == 302
    fresh = Enquiry.objects.get(pk=question.pk)
    assert (fresh.needs, fresh.target_group) == (["childcare", "free_of_charge"], "parents")
    page = desk.get(of(question)).content.decode()
    assert "Kinderbetreuung nicht bekannt" in page
    assert send(desk, of(question), needs=["palace"]).status_code == 422


def test_it_does_not_fit_and_is_taken_back(desk, now, question, offers):
    first = suggestions(question, now)[0].offer
    assert send(desk, of(question, offer=first, step="passt-nicht")).status_code == 422
    assert send(desk, of(question, offer=first, step="passt-nicht"), reason="time").status_code == 302
    assert OfferChoice.objects.get().reason == MisfitReason.TIME
    page = desk.get(of(question)).content.decode()
    assert "Zeit passt nicht" in page
    assert page.count('<article class="suggestion">') == 3
    assert desk.get(of(question, offer=first, step="passt-nicht")).status_code == 404
    desk.post(of(question, offer=first, step="passt-doch"))
    assert not OfferChoice.objects.exists()


def test_an_offer_goes_behind_what_was_typed(desk, scene, question, offers):
    address = of(question, offer=offers[0], step="einfuegen")
    response = desk.post(address, {"text": "Guten Tag,\nhier passt etwas:", "language": "de"})
    assert response["Location"] == f"{DESK}fragen/{question.uid}/#antwort"
    draft = Draft.objects.get(key=actions.draft_key(question)).data
    lines = draft["text"].split("\n")
    assert lines[:4] == ["Guten Tag,", "hier passt etwas:", "", "Deutsch-Treff"]
    assert lines[-1].endswith(f"/de/musterkreis/angebote/{offers[0].uid}/")
    desk.post(of(question, offer=offers[1], step="einfuegen"))
    page = desk.get(f"{DESK}fragen/{question.uid}/").content.decode()
    assert page.index("hier passt etwas") < page.index("Konversation am Abend\nFamilienzentrum")
    assert set(OfferChoice.objects.values_list("verdict", flat=True)) == {"chosen"}
    assert OfferChoice.objects.count() == 2


def test_what_is_internal_cannot_be_put_into_an_answer(desk, scene, question, offers):
    [hidden] = make_offers(scene, "Nur intern", visibility="internal", description="Deutsch am Vormittag")
    assert desk.post(of(question, offer=hidden, step="einfuegen"), {"text": "x"}).status_code == 404
    assert not Draft.objects.exists()


def test_what_is_missing_is_noted_and_listed(desk, question, offers):
    assert send(desk, f"{DESK}fragen/{question.uid}/fehlt/", category="meeting-place").status_code == 302
    page = desk.get(f"{DESK}fragen/{question.uid}/").content.decode()
    assert "Als fehlendes Angebot vermerkt." in page
    page = desk.get(f"{DESK}fehlende-angebote/").content.decode()
    assert all(word in page for word in ("11/2026", "Treff", "Heidenau", "Ukrainisch"))
    assert MARKER not in page
    assert question.reference not in page
    desk.post(f"{DESK}fragen/{question.uid}/fehlt/zuruecknehmen/")
    assert not UnmetDemand.objects.exists()


def test_the_list_of_what_is_missing_as_a_table(desk, scene, now, offers):
    capture(scene, now, outcome=Outcome.NO_OFFER)
    capture(scene, now - timedelta(days=60), outcome=Outcome.NO_OFFER)
    response = desk.get(f"{DESK}fehlende-angebote/export/csv/?monat=2026-11")
    sheet = read_sheet(b"".join(response.streaming_content) if response.streaming else response.content, "x.csv")
    assert [row.cells[:4] for row in sheet.rows] == [("11/2026", "Deutsch lernen", "Sprachkurs", "Heidenau")]
    assert desk.get(f"{DESK}fehlende-angebote/export/xlsx/").status_code == 200
    assert desk.get(f"{DESK}fehlende-angebote/export/pdf/").status_code == 404


# --- referring at the desk -----------------------------------------------------------------------------------------------


def refer_form(**values):
    return {"basis": "status_page", "purpose": "damit ein Platz gefunden wird", "passes": ["topic", "text"], **values}


def test_referring_by_the_form(desk, question, offers):
    address = of(question, offer=offers[0], step="vermitteln")
    page = desk.get(address).content.decode()
    assert "der Text der Frage" in page
    assert "Fotos und Dateien" not in page  # there are none
    assert send(desk, address, **refer_form(basis="nothing_personal")).status_code == 422
    assert send(desk, address, **refer_form(purpose="")).status_code == 422
    assert send(desk, address, **refer_form()).status_code == 302
    made = Referral.objects.get()
    assert (made.state, made.passes) == (ReferralState.AWAITING_CONSENT, ["topic", "text"])
    assert OfferChoice.objects.get().offer_id == offers[0].pk
    assert send(desk, address, **refer_form()).status_code == 422  # one is running


def test_a_no_proposes_the_next(desk, scene, now, question, offers):
    made = refer(scene, now, question, offers[0])
    referral.answer_referral(
        referral=made,
        accepts=False,
        reason=RejectReason.FULL,
        note="Im Mai wieder",
        viewer=referrals.provider_viewer(made),
        now=now,
    )
    best = suggestions(question, now)[0].offer
    page = desk.get(f"{DESK}fragen/{question.uid}/").content.decode()
    assert "Als Nächstes vorschlagen:" in page
    assert of(question, offer=best, step="vermitteln") in page
    page = desk.get(f"{DESK}vermittlungen/{made.uid}/").content.decode()
    assert all(word in page for word in ("Keine freien Plätze", "Im Mai wieder", best.title))


def test_list_and_to_dos(desk, office, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.DANGER)
    mine, theirs = desk.get(f"{DESK}vermittlungen/"), office.get(f"{DESK}vermittlungen/?tab=wartet")
    assert "Deutsch-Treff" in mine.content.decode()
    assert "Wartet auf zweite Person" in theirs.content.decode()
    page = desk.get(f"{DESK}vermittlungen/?tab=wartet").content.decode()
    assert "Nichts wartet auf Sie" in page
    source = next(one for one in todos if one.key == "enquiries.referrals")
    assert [todo.route_kwargs for todo in source.collect(viewer(scene, "office", now), now)] == [{"uid": made.uid}]
    assert list(source.collect(viewer(scene, "heidenau", now), now)) == []
    for query, shows in (("stand=sent", False), ("stand=awaiting_second", True), (f"traeger={made.provider.uid}", True)):
        page = desk.get(f"{DESK}vermittlungen/?{query}").content.decode()
        assert (f"/vermittlungen/{made.uid}/" in page) is shows, query
    assert "Keine Vermittlung mit diesen Filtern" in desk.get(f"{DESK}vermittlungen/?ohne_antwort=on").content.decode()


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_list_of_referrals_as_a_file_holds_no_text(scene, now, question, offers, desk, fmt):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.IN_PERSON, passes=PERSONAL)
    content = desk.get(f"{DESK}vermittlungen/export/{fmt}/").content
    sheet = read_sheet(content, f"liste.{fmt}")
    (row,) = [dict(zip(sheet.header, line.cells, strict=False)) for line in sheet.rows]
    assert (row["Kennzeichen der Frage"], row["Angebot"], row["Stand"]) == (question.reference, offers[0].title, made.state_label)
    for private in (MARKER, "frau@example.org", made.purpose):
        assert private not in " ".join(row.values())
    assert AuditEntry.objects.filter(verb="enquiry.referrals_exported").count() == 1
    empty = read_sheet(desk.get(f"{DESK}vermittlungen/export/{fmt}/?stand=done").content, f"liste.{fmt}")
    assert empty.rows == ()
    assert desk.get(f"{DESK}vermittlungen/export/pdf/").status_code == 404


def test_the_second_person_by_the_page(desk, office, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.DANGER)
    address = f"{DESK}vermittlungen/{made.uid}/"
    assert "Eine zweite Person muss zustimmen" in desk.get(address).content.decode()
    assert desk.post(f"{address}zustimmen/", {"version": made.version}).status_code == 404
    page = office.get(address).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    office.post(f"{address}zustimmen/", {"version": int(version) + 7})
    assert Referral.objects.get().state == ReferralState.AWAITING_SECOND
    assert office.post(f"{address}zustimmen/", {"version": version}).status_code == 302
    assert Referral.objects.get().state == ReferralState.SENT
    page = office.get(address).content.decode()
    assert scene.accounts["office"].name in page


def test_finishing_and_revoking_by_the_page(desk, scene, now, question, offers):
    made = refer(scene, now, question, offers[0])
    address = f"{DESK}vermittlungen/{made.uid}/"
    desk.post(f"{address}erledigt/")
    assert Referral.objects.get().state == ReferralState.SENT  # nobody said yes yet
    assert send(desk, f"{address}zurueckziehen/").status_code == 302
    assert Referral.objects.get().state == ReferralState.REVOKED


def test_another_office_finds_nothing(scene, now, question, offers):
    made = refer(scene, now, question, offers[0])
    stranger = log_in(Client(), scene.accounts["freital"])
    assert stranger.get(f"{DESK}vermittlungen/{made.uid}/").status_code == 404
    for step in ("zustimmen", "erledigt", "zurueckziehen"):
        assert stranger.post(f"{DESK}vermittlungen/{made.uid}/{step}/").status_code == 404
    assert made.uid not in stranger.get(f"{DESK}vermittlungen/").content.decode()
    assert stranger.get(of(question)).status_code == 404
    assert stranger.post(of(question, offer=offers[0], step="einfuegen")).status_code == 404


@pytest.mark.parametrize("address", ["vermittlungen/", "fehlende-angebote/"])
def test_lists_ask_the_same_with_one_row_and_with_three(desk, scene, now, offers, address):
    counts = []
    for number in (1, 3):
        for one in range(number):
            refer(scene, now, ask(scene, now), offers[one])
            capture(scene, now, outcome=Outcome.NO_OFFER)
        desk.get(f"{DESK}{address}")
        with CaptureQueriesContext(connection) as caught:
            desk.get(f"{DESK}{address}")
        counts.append(len(caught))
    assert counts[0] == counts[1]


# --- the provider ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(scene, now, question, offers):
    return refer(scene, now, question, offers[0], basis=ConsentBasis.IN_PERSON, passes=PERSONAL, note="Gern vormittags, bitte.")


def door(made):
    return f"{PUBLIC}vermittlung/{link_token(made)}/"


def enter(client, made, email=MAILBOX):
    return client.post(door(made), {"email": email, **guard_data(MailboxForm)})


def answer(client, made, email=MAILBOX, **values):
    return client.post(f"{door(made)}antwort/", {"email": email, **guard_data(ProviderAnswerForm), **values})


def test_opening_the_link_shows_nothing(client, sent):
    response = client.get(door(sent))
    page = response.content.decode()
    assert response.status_code == 200
    for word in (MARKER, "frau@example.org", "Deutsch-Treff", "vormittags", "Heidenau", MAILBOX, "ob ein Platz frei ist"):
        assert word not in page
    assert not response.cookies
    assert Referral.objects.get().state == ReferralState.SENT


def test_the_mailbox_opens_it(client, sent):
    page = enter(client, sent, email=f"  {MAILBOX.upper()} ").content.decode()
    assert all(word in page for word in (MARKER, "frau@example.org", "Deutsch-Treff", "Gern vormittags", "ob ein Platz frei ist"))
    assert "heidenau@example.org" in page


def test_wrong_mailboxes_get_one_answer_and_are_counted(client, sent):
    wrong, forged = enter(client, sent, "wer@example.org"), f"{PUBLIC}vermittlung/gefaelscht/"
    gone = client.post(forged, {"email": MAILBOX, **guard_data(MailboxForm)})
    assert (wrong.status_code, gone.status_code) == (422, 422)
    words = "Diese Adresse passt nicht zu dem Link."
    assert words in wrong.content.decode()
    assert words in gone.content.decode()
    assert MARKER not in wrong.content.decode()
    for _ in range(9):
        enter(client, sent, "wer@example.org")
    assert enter(client, sent, "wer@example.org").status_code == 429
    assert RateCounter.objects.exists()
    assert MARKER in enter(client, sent).content.decode()  # who names the right one is never kept out


def test_an_answer_with_a_wrong_mailbox_is_no_way_around(client, sent):
    for _ in range(25):
        assert answer(client, sent, "wer@example.org", answer="yes").status_code == 404
    assert client.post(f"{PUBLIC}vermittlung/gefaelscht/antwort/", {"email": MAILBOX, "answer": "yes"}).status_code == 404
    assert Referral.objects.get().state == ReferralState.SENT
    assert client.get(f"{door(sent)}antwort/").status_code == 302


def test_a_link_of_another_district_opens_nothing(client, sent):
    make_district("nachbarkreis", ags="14522")
    elsewhere = door(sent).replace("musterkreis", "nachbarkreis")
    assert client.post(elsewhere, {"email": MAILBOX, **guard_data(MailboxForm)}).status_code == 422


def test_an_expired_link_opens_nothing(client, sent, now):
    with clock.frozen(now + timedelta(days=31)):
        assert enter(client, sent).status_code == 422


def test_yes_then_done(client, sent):
    page = answer(client, sent, answer="yes", note="Ab Montag").content.decode()
    assert "Ihre Antwort ist angekommen" in page
    assert Referral.objects.get().state == ReferralState.ACCEPTED
    again = answer(client, sent, answer="yes")
    assert again.status_code == 422
    answer(client, sent, answer="done")
    assert Referral.objects.get().state == ReferralState.DONE
    page = enter(client, sent).content.decode()
    assert MARKER not in page
    assert "abgeschlossen" in page


def test_no_with_a_reason(client, sent):
    assert answer(client, sent, answer="no").status_code == 422
    page = answer(client, sent, answer="no", reason="full", note="Leider").content.decode()
    assert MARKER not in page
    assert Referral.objects.get().reject_reason == RejectReason.FULL
    assert answer(client, sent, answer="maybe").status_code == 404


def test_a_double_click_answers_once(client, sent):
    data = {"email": MAILBOX, "answer": "yes", **guard_data(ProviderAnswerForm)}
    pages = [client.post(f"{door(sent)}antwort/", data) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert Referral.objects.get().version == sent.version + 1


def test_without_consent_the_page_asks_for_contact(client, scene, now, question, offers):
    made = refer(scene, now, question, offers[0])
    page = enter(client, made).content.decode()
    assert "Deutsch lernen" in page
    assert "Angaben zur Person geben wir erst mit ihrer Einwilligung weiter." in page
    for word in (MARKER, "frau@example.org", question.reference):
        assert word not in page


def test_after_it_was_taken_back_the_page_is_empty(client, sent, question, now):
    referral.revoke_referral(referral=sent, viewer=queries.holder_viewer(question), now=now)
    page = enter(client, sent).content.decode()
    assert "Zurückgezogen" in page
    for word in (MARKER, "frau@example.org", "Gern vormittags", "ob ein Platz frei ist"):
        assert word not in page


def test_files_only_where_they_were_agreed_on(client, scene, now, question, offers):
    message = Message.objects.filter(enquiry=question).order_by("pk").first()
    stored = make_file(scene.district, about_uid=question.uid)
    attached = Attachment.objects.create(district=scene.district, enquiry=question, message=message, file=stored)
    without = refer(scene, now, question, offers[0], basis=ConsentBasis.IN_PERSON, passes=PERSONAL)
    assert client.post(f"{door(without)}datei/", {"email": MAILBOX, "file": attached.uid}).status_code == 404
    made = refer(scene, now, question, offers[1], basis=ConsentBasis.IN_PERSON, passes=(Passed.ATTACHMENTS,))
    assert [one.uid for one in referrals.passing(made, "de").files] == [attached.uid]
    assert stored.original_name in enter(client, made).content.decode()
    assert client.post(f"{door(made)}datei/", {"email": "wer@example.org", "file": attached.uid}).status_code == 404
    assert client.post(f"{door(made)}datei/", {"email": MAILBOX, "file": "anderes"}).status_code == 404


# --- the resident ----------------------------------------------------------------------------------------------------------


def status(client, path="", lang="de", seed="mine", **values):
    return client.post(f"/{lang}/musterkreis/antwort/{path}", {"code": code_of(seed), **values})


def test_the_resident_is_asked_and_says_yes(client, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.STATUS_PAGE, passes=PERSONAL, note="Gern vormittags")
    page = status(client).content.decode()
    for words in (
        "Dürfen wir für Sie anfragen?",
        "Familienzentrum",
        "ob ein Platz frei ist",
        "der Text der Frage",
        "Gern vormittags",
    ):
        assert words in page
    page = status(client, "weitergabe/", referral=made.uid, answer="yes").content.decode()
    assert "Wir haben die Anfrage weitergegeben" in page
    assert "Sie haben Ja gesagt" in page
    assert Referral.objects.get().state == ReferralState.SENT
    assert status(client, "weitergabe/", referral=made.uid, answer="yes").status_code == 409
    page = status(client, "weitergabe/", referral=made.uid, answer="back").content.decode()
    assert "Zurückgezogen" in page
    assert Referral.objects.get().state == ReferralState.REVOKED


def test_the_resident_says_no(client, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.STATUS_PAGE, passes=PERSONAL)
    page = status(client, "weitergabe/", referral=made.uid, answer="no").content.decode()
    assert "Es wird nichts weitergegeben." in page
    assert Referral.objects.get().state == ReferralState.DECLINED


def test_a_code_moves_its_own_referrals_alone(client, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.STATUS_PAGE)
    ask(scene, now, FREITAL, seed="other")
    assert status(client, "weitergabe/", seed="other", referral=made.uid, answer="yes").status_code == 404
    assert status(client, "weitergabe/", referral=made.uid, answer="maybe").status_code == 404
    assert status(client, "weitergabe/", seed="never", referral=made.uid, answer="yes").status_code == 422
    assert Referral.objects.get().state == ReferralState.AWAITING_CONSENT


def test_what_is_only_weighed_is_not_on_the_page(client, scene, now, question, offers):
    made = refer(scene, now, question, offers[0], basis=ConsentBasis.DANGER, passes=PERSONAL)
    assert "Familienzentrum" not in status(client).content.decode()
    referral.confirm_danger(referral=made, version=None, viewer=viewer(scene, "office", now), now=now)
    page = status(client).content.decode()
    assert "weil wir eine akute Gefahr gesehen haben" in page
    assert "§ 34 StGB" in page
    assert "Gewalt in der Wohnung" not in page


def test_the_page_in_arabic(client, scene, now, question, offers):
    refer(scene, now, question, offers[0], basis=ConsentBasis.STATUS_PAGE)
    page = status(client, lang="ar").content.decode()
    assert 'dir="rtl"' in page
    assert 'lang="de"' in page


def test_the_status_page_asks_the_same_with_one_referral_and_with_three(client, scene, now, question, offers):
    counts = []
    for offer in offers[:3]:
        refer(scene, now, question, offer, basis=ConsentBasis.STATUS_PAGE)
        with CaptureQueriesContext(connection) as caught:
            status(client)
        counts.append(len(caught))
    assert counts[0] == counts[2]
