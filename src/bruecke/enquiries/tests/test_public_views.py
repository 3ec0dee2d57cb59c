"""The public pages: asking, receipt, status, follow-up, consent, deletion; bad input of every kind."""

import re
from datetime import timedelta

import pytest

from bruecke.accounts.models import Membership
from bruecke.core import clock
from bruecke.core.models import OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.settings import change_setting
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions, queries
from bruecke.enquiries.forms import AskForm, FollowUpForm, sign_addressee
from bruecke.enquiries.models import Enquiry, Message
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, MARKER, PIRNA, addressee, ask, code_of, viewer
from bruecke.staffing import actions as staffing_actions
from bruecke.staffing.tests.factories import make_holder, make_post
from bruecke.ui.tests.factories import guard_data
from bruecke.vocabulary.models import Topic

pytestmark = pytest.mark.any_database

ASK, STATUS = "/de/musterkreis/frage/", "/de/musterkreis/antwort/"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")
HOSTILE = "<script>alert(1)</script><b onmouseover=x>&amp;"


def filled(scene, now, ags=HEIDENAU, **values):
    typed = {
        "place": ags or "", "named": sign_addressee(addressee(scene, ags, now)), "text": "Я шукаю курс", "topic": "german",
        "languages_text": "Ukrainisch, etwas Deutsch", "contact": "", **guard_data(AskForm),
    }  # fmt: skip
    return {**typed, **values}


def test_the_form_names_who_reads_it(client, scene, now):
    page = client.get(f"{ASK}?ort=freital").content.decode()
    assert "Integrationskoordination Freital" in page
    assert "Trägerverein" in page
    assert "keine Ausländerbehörde" in page
    page = client.get(f"{ASK}?ort=unbekannt").content.decode()
    assert "Landratsamt, Integrationskoordination, keine Ausländerbehörde" in re.sub(r"</?bdi[^>]*>", "", page)
    assert "§ 3 SächsDSDG" in page
    Membership.objects.filter(account=scene.accounts["office"]).delete()
    assert "Diese Stelle gehört zur Ausländerbehörde" in client.get(f"{ASK}?ort=dohna").content.decode()


def test_no_cookie_and_no_cache(client, scene):
    response = client.get(ASK)
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_asking_shows_the_code_once(client, scene, now, django_assert_max_num_queries):
    data = filled(scene, now, contact="frau@example.org")
    with django_assert_max_num_queries(75):
        response = client.post(ASK, data)
    page = response.content.decode()
    code = CODE.search(page).group()
    enquiry = queries.enquiry_by_receipt(code)
    assert (enquiry.contact_language, enquiry.languages) == ("uk", ["uk", "de"])
    assert (enquiry.contact_kind, enquiry.contact) == ("email", "frau@example.org")
    assert enquiry.assigned_account == scene.accounts["heidenau"]
    again = client.post(ASK, data).content.decode()
    assert CODE.search(again).group() == code
    assert Enquiry.objects.count() == 1
    assert OutboxMail.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "Bitte schreiben Sie Ihre Frage."),
        ({"text": "x" * 5001}, "Bitte kürzen Sie ihn auf 5.000 Zeichen."),
        ({"topic": ""}, "Bitte wählen Sie ein Thema."),
        ({"topic": "nonsense"}, "Thema"),
        ({"contact": "frau@"}, "name@example.org"),
        ({"contact": "ruf mich an"}, "Telefonnummer oder eine E-Mail-Adresse"),
        ({"website": "spam"}, "Website"),
        ({"guard": ""}, "lange offen"),
        ({"guard": "forged:token"}, "lange offen"),
        ({"named": "forged"}, "wer Ihre Frage liest"),
        ({"named": ""}, "wer Ihre Frage liest"),
    ],
)
def test_errors_keep_what_was_typed(client, scene, now, wrong, words):
    data = filled(scene, now, languages_text=f"{MARKER} Ukrainisch", **wrong)
    response = client.post(ASK, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert MARKER in page
    assert not Enquiry.objects.exists()


def test_too_fast_and_too_old(client, scene, now):
    for age in (timedelta(seconds=1), timedelta(hours=25)):
        response = client.post(ASK, filled(scene, now, **guard_data(AskForm, age=age)))
        assert response.status_code == 422
    other = client.post(ASK, filled(scene, now, **guard_data(FollowUpForm)))
    assert other.status_code == 422
    assert not Enquiry.objects.exists()


def test_hostile_text_is_shown_as_text(client, scene, now):
    response = client.post(ASK, filled(scene, now, text=HOSTILE, topic=""))
    assert "&lt;script&gt;" in response.content.decode()
    code = CODE.search(client.post(ASK, filled(scene, now, text=HOSTILE)).content.decode()).group()
    page = client.post(STATUS, {"code": code}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_ten_megabytes(client, scene, now):
    client.raise_request_exception = False
    response = client.post(ASK, filled(scene, now, text="x" * 10_000_000))
    assert response.status_code in {400, 413}
    assert not Enquiry.objects.exists()


def test_another_place_is_shown_before_it_is_sent(client, scene, now):
    """Freital belongs to an association: the first sending shows the new name, the second goes through."""
    data = filled(scene, now, HEIDENAU, place=FREITAL)
    response = client.post(ASK, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "eine andere Stelle" in page
    assert "Trägerverein" in page
    named = re.search(r'name="named" value="([^"]+)"', page).group(1)
    assert client.post(ASK, {**data, "named": named}).status_code == 200
    assert Enquiry.objects.get().controller == scene.association


def test_another_place_of_the_same_office_goes_through(client, scene, now):
    assert client.post(ASK, filled(scene, now, HEIDENAU, place=PIRNA)).status_code == 200
    assert Enquiry.objects.get().place_id == PIRNA


def test_choosing_a_place_without_script_keeps_the_words(client, scene, now):
    data = {**filled(scene, now, HEIDENAU, place=FREITAL, text=MARKER), "_place": "1"}
    response = client.post(ASK, data)
    page = response.content.decode()
    assert response.status_code == 200
    assert MARKER in page
    assert "Trägerverein" in page
    main = page.split("<main")[1].split("</main")[0]
    assert "Bitte" not in re.sub(r"Bitte (wählen|schicken|leer)|\(bitte leer", "", main)


def test_changed_responsibility_stays_with_the_named_controller(client, scene, now):
    data = filled(scene, now, FREITAL)
    scene.posts["freital"].responsibilities.all().delete()
    assert client.post(ASK, data).status_code == 200
    assert Enquiry.objects.get().controller == scene.association


def test_rate_limit_names_a_telephone_number(client, scene, now):
    system = Viewer.system("test", scene.district.pk)
    change_setting(
        district=scene.district, key=queries.MAX_AN_ADDRESS, text="2", valid_from=clock.local_day(now), viewer=system, now=now
    )
    codes = [client.post(ASK, filled(scene, now)).status_code for _ in range(3)]
    last = client.post(ASK, filled(scene, now, text=MARKER))
    assert codes == [200, 200, 429]
    assert last.status_code == 429
    assert "+49 30 23125" in last.content.decode()
    assert MARKER in last.content.decode()
    assert int(last["Retry-After"]) > 0
    assert Enquiry.objects.count() == 2


def test_language_without_a_name_is_guessed_from_the_letters(client, scene, now):
    client.post(ASK, filled(scene, now, text="أبحث عن دورة لغة", languages_text=""))
    assert Enquiry.objects.get().contact_language == "ar"


def test_phone_number(client, scene, now):
    client.post(ASK, filled(scene, now, contact="+49 30 23125 777"))
    enquiry = Enquiry.objects.get()
    assert (enquiry.contact_kind, enquiry.contact) == ("phone", "+49 30 23125 777")
    assert OutboxMail.objects.count() == 1


# --- the status page ---------------------------------------------------------------------------------------------------


def test_status_shows_the_dialogue_without_names_and_notes(client, scene, now):
    enquiry = ask(scene, now, seed="a")
    who = viewer(scene, "heidenau", now)
    actions.add_note(enquiry=enquiry, text="Internes Wort", viewer=who, now=now)
    actions.answer_enquiry(enquiry=enquiry, text="Kommen Sie vorbei.", language="de", version=None, viewer=who, now=now)
    response = client.post(STATUS, {"code": code_of("a").lower()})
    page = response.content.decode()
    assert "Ihre Frage hat eine Antwort" in page
    assert "Kommen Sie vorbei." in page
    assert "Integrationskoordination Heidenau" in page
    assert "Internes Wort" not in page
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"


def test_arabic_status(client, scene, now):
    ask(scene, now, seed="a", text="مرحبا", contact_language="ar")
    page = client.post("/ar/musterkreis/antwort/", {"code": code_of("a")}).content.decode()
    assert 'dir="rtl"' in page
    assert "تعلّم الألمانية" in page


@pytest.mark.parametrize("code", ["", "kurz", "AAAA-BBBB-CCCC-DDDD-EEEE", "x" * 200, HOSTILE])
def test_wrong_codes(client, scene, code):
    response = client.post(STATUS, {"code": code})
    assert response.status_code == 422
    assert HOSTILE not in response.content.decode()


def test_the_code_stands_in_no_address(client, scene, now):
    ask(scene, now, seed="a")
    page = client.get(f"{STATUS}?code={code_of('a')}").content.decode()
    assert MARKER not in page


def test_guessing_codes_is_slowed_down(client, scene, now):
    ask(scene, now, seed="a")
    answers = [client.post(STATUS, {"code": code_of(f"wrong {number}")}).status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.post(STATUS, {"code": code_of("a")}).status_code == 200


def test_a_code_of_another_district_opens_nothing(client, scene, now):
    from bruecke.core.tests.factories import make_district

    ask(scene, now, seed="a")
    with for_district(make_district("nachbarkreis")):
        assert queries.enquiry_by_receipt(code_of("a")) is None
    assert client.post("/de/nachbarkreis/antwort/", {"code": code_of("a")}).status_code == 422


def follow_up(**values):
    return {"code": code_of("a"), "text": "Noch etwas", **guard_data(FollowUpForm), **values}


def test_writing_on_and_twice_is_once(client, scene, now):
    ask(scene, now, seed="a")
    data = follow_up()
    for _ in range(2):
        page = client.post(f"{STATUS}nachricht/", data).content.decode()
        assert "Ihre Nachricht ist angekommen." in page
    assert Message.objects.count() == 2
    empty = client.post(f"{STATUS}nachricht/", follow_up(text=" "))
    assert empty.status_code == 422
    assert MARKER in empty.content.decode()
    assert client.get(f"{STATUS}nachricht/")["Location"] == STATUS


def test_follow_ups_are_limited(client, scene, now):
    ask(scene, now, seed="a")
    answers = [client.post(f"{STATUS}nachricht/", follow_up()).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("address", ["nachricht/", "einwilligung/", "loeschen/"])
def test_wrong_codes_count_on_every_page_that_takes_one(client, scene, now, address):
    data = {"code": code_of("nobody's"), "text": "x", "consent": "share"}
    answers = [client.post(f"{STATUS}{address}", data).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize("contact", ["=?utf-8?q?=0a?=@example.org", "=?utf-8?q?a=40example.com=2Cb?=@example.org"])
def test_address_that_no_mail_can_carry_is_refused(client, scene, now, contact):
    assert client.post(ASK, filled(scene, now, contact=contact)).status_code == 422
    assert not Enquiry.objects.exists()


def test_foreign_page_cannot_plant_the_key_of_a_question(client, scene, now):
    """It would bring a person here with a key it knows, and with it ask for her receipt afterwards."""
    planted = filled(scene, now)
    page = client.post(ASK, {**planted, "text": ""}).content.decode()
    shown = re.search(r'name="guard" value="([^"]+)"', page).group(1)
    code = CODE.search(client.post(ASK, {**planted, "guard": shown, "text": MARKER}).content.decode()).group()
    assert code not in client.post(ASK, planted).content.decode()


def test_withdrawing_and_deleting(client, scene, now):
    ask(scene, now, seed="a", consent_to_share=True)
    code = code_of("a")
    assert "auch andere Stellen" in client.post(STATUS, {"code": code}).content.decode().replace("Auch", "auch")
    assert client.post(f"{STATUS}einwilligung/", {"code": code, "consent": "share"}).status_code == 200
    assert not Enquiry.objects.get().consent_to_share
    assert client.post(f"{STATUS}einwilligung/", {"code": code, "consent": "x"}).status_code == 404
    confirm = client.post(f"{STATUS}loeschen/", {"code": code}).content.decode()
    assert "endgültig löschen" in confirm
    assert Enquiry.objects.exists()
    assert "gelöscht" in client.post(f"{STATUS}loeschen/", {"code": code, "confirmed": "1"}).content.decode()
    assert not Enquiry.objects.exists()
    assert client.post(f"{STATUS}loeschen/", {"code": code, "confirmed": "1"}).status_code == 422
    assert client.post(STATUS, {"code": code}).status_code == 422


def test_feature_off(client, scene):
    scene.district.features = []
    scene.district.save()
    for address in (ASK, STATUS):
        assert client.get(address).status_code == 404


def test_gap_is_named_as_the_leading_office(client, scene, now):
    client.post(ASK, filled(scene, now, DOHNA))
    enquiry = Enquiry.objects.get()
    assert (enquiry.controller, enquiry.unit, enquiry.assigned_account) == (scene.leading, scene.coordination, None)


@pytest.fixture
def topic_post(scene, now):
    """The topic German belongs to the association's post in Freital, in the whole district."""
    staffing_actions.give_topic(
        district=scene.district,
        post=scene.posts["freital"],
        topic=Topic.objects.get(pk="german"),
        municipality=None,
        valid_from=clock.local_day(now),
        viewer=Viewer.system("test", scene.district.pk),
        now=now,
    )
    return scene.posts["freital"]


def test_a_topic_with_a_post_of_its_own_is_named_on_the_form(client, scene, topic_post):
    page = re.sub(r"</?bdi[^>]*>", "", client.get(f"{ASK}?ort=heidenau").content.decode())
    assert "Fragen zum Thema „Deutsch" in page
    assert "Trägerverein" in page
    assert "Fragen zum Thema" not in client.get(f"{ASK}?ort=freital").content.decode()
    chosen = client.get(f"{ASK}?ort=heidenau&thema=german").content.decode()
    assert "An: " in chosen
    assert "Integrationskoordination Freital" in chosen


def test_a_topic_that_brings_another_controller_is_shown_before_it_is_sent(client, scene, now, topic_post):
    data = filled(scene, now, HEIDENAU)
    response = client.post(ASK, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Zu diesem Thema liest eine andere Stelle" in page
    named = re.search(r'name="named" value="([^"]+)"', page).group(1)
    assert client.post(ASK, {**data, "named": named}).status_code == 200
    enquiry = Enquiry.objects.get()
    assert (enquiry.controller, enquiry.assigned_post) == (scene.association, topic_post)
    assert enquiry.place_id == HEIDENAU


def test_a_topic_never_takes_a_question_out_of_the_named_controller(client, scene, now, topic_post):
    """Another topic was chosen when the form named its reader; the post of the place stays the reader."""
    other = Topic.objects.exclude(pk="german").order_by("order").first()
    data = filled(scene, now, HEIDENAU, topic=other.pk)
    assert client.post(ASK, data).status_code == 200
    assert Enquiry.objects.get().assigned_post == scene.posts["heidenau"]


def test_a_topic_inside_the_same_controller_goes_straight_to_its_post(client, scene, now):
    special = make_post(scene.district, controller=scene.leading, unit=scene.coordination, title="Sprache")
    make_holder(special, scene.accounts["colleague"])
    staffing_actions.give_topic(
        district=scene.district,
        post=special,
        topic=Topic.objects.get(pk="german"),
        municipality=None,
        valid_from=clock.local_day(now),
        viewer=Viewer.system("test", scene.district.pk),
        now=now,
    )
    assert client.post(ASK, filled(scene, now, HEIDENAU)).status_code == 200
    assert Enquiry.objects.get().assigned_post == special
