"""The catalogues: complete, fit to be compiled, written by the rules of the house, and asked for nothing they do not hold."""

import gettext
import re
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import django
import pytest
from django.utils import translation

from bruecke.accounts.models import Controller
from bruecke.config.operations import messages
from bruecke.config.operations.catalogues import compile_catalogues
from bruecke.core import clock
from bruecke.core.models import OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.settings import change_setting
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Viewer
from bruecke.directory.tests.factories import make_location
from bruecke.enquiries import actions, queries
from bruecke.enquiries.forms import AskForm, FollowUpForm, sign_addressee
from bruecke.enquiries.states import EnquiryState, Outcome
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, addressee, ask, code_of, make_scene, viewer
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing.models import ConsultationException, PostHolder
from bruecke.staffing.tests.factories import make_hour
from bruecke.ui.tests.factories import guard_data

pytestmark = pytest.mark.any_database
BASE = "/ar/musterkreis"
SEEN = 190  # messages; a crawl that looked up fewer was not one
PLACEHOLDER = re.compile(r"%\(\w+\)s")
NOT_WRITTEN = re.compile(r"[!„“٠-٩۰-۹]")  # exclamation marks, German quotation marks, Eastern digits
OFFERS = "%(count)s Angebot", "%(count)s Angebote"
PAGES = (
    "", "hilfe/", "hilfe/freital/", "hilfe/dohna/", "hilfe/heidenau/", "hilfe/?ort=01796", "hilfe/?ort=Freitahl",
    "hilfe/?ort=99999", "hilfe/?ort=Anderswo", "hilfe/?ort=Anderswoo", "hilfe/?ort=Neudorf", "hilfe/?ort=Fernort",
    "sprechstunden/", "frage/", "frage/?ort=freital", "frage/?ort=dohna", "antwort/", "impressum/", "datenschutz/",
    "barrierefreiheit/", "quellen/", "gibt-es-nicht/",
)  # fmt: skip


@pytest.fixture
def arabic(tmp_path, settings):
    """The Arabic catalogue, compiled as `bruecke setup` does it, but into a folder of the test."""
    shutil.copytree(messages.LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert compile_catalogues() == len(messages.languages())
    assert compile_catalogues() == 0, "nothing is newer than what was compiled"
    return gettext.translation("django", tmp_path / "locale", ["ar"])


@pytest.fixture
def looked_up(arabic, monkeypatch):
    """What is looked up while Arabic is active: all of it, and what neither our catalogue nor Django's holds."""
    translation.gettext("")  # the real functions are bound at the first use
    real = translation._trans
    djangos = gettext.translation("django", Path(django.__file__).parent / "conf" / "locale", ["ar"])
    known = {*arabic._catalog, *djangos._catalog}
    found = SimpleNamespace(all=set(), unknown=set())

    def watch(name, key_of):
        function = getattr(real, name)

        def watched(*args):
            if translation.get_language() == "ar" and any(args):
                key = key_of(*args)
                found.all.add(key)
                found.unknown |= {key} - known
            return function(*args)

        monkeypatch.setattr(real, name, watched)

    watch("gettext", lambda text: text)
    watch("pgettext", lambda context, text: f"{context}\x04{text}")
    watch("ngettext", lambda one, many, number: (one, 0))
    watch("npgettext", lambda context, one, many, number: (f"{context}\x04{one}", 0))
    return found


@pytest.fixture
def scene(db, now):
    """Every state a public page can show: a vacant post, a gap, cancelled hours, places of one name, a neighbour."""
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster", is_demo=True)
    neighbour = make_district("nachbarkreis", ags="14729", name="Landkreis Nachbar")
    with for_district(district):
        scene = make_scene()
        Controller.objects.update(address="Beispielplatz 1\n01796 Pirna", privacy_officer="datenschutz@example.org")
        scene.posts["freital"].has_interpreting = True
        scene.posts["freital"].office = make_location(scene.posts["freital"].employer)
        scene.posts["freital"].save()
        PostHolder.objects.filter(post=scene.posts["freital"]).update(public_name="Frau Beispiel", is_name_released=True)
        for interval, values in ((1, {}), (2, {"is_by_appointment": True}), (3, {"weekday": 1}), (4, {"weekday": 2})):
            hour = make_hour(scene.posts["freital"], interval=interval, **values)
        ConsultationException.objects.create(
            district=district, hour=hour, on=clock.local_day(now) + timedelta(days=1), reason="Feiertag"
        )
        PostHolder.objects.filter(post=scene.posts["heidenau"]).update(valid_until=clock.local_day(now))
        make_kreis(neighbour.ags, "Landkreis Nachbar")
        make_municipality("14729999", "Anderswo", codes=("04999",))
        make_municipality("14730999", "Fernort", codes=("04998",))
        make_municipality("14628998", "Neudorf/Tal", codes=("01998",), slug="neudorf-tal")
        make_municipality("14628997", "Neudorf/Berg", codes=("01997",), slug="neudorf-berg")
        yield scene


def steps(scene, now):
    """What residents send: (path, data) with every way a form can be answered."""
    code = {"code": code_of("a")}
    filled = {"topic": "german", "languages_text": "", "contact": "", "text": "سؤال"}
    named = sign_addressee(addressee(scene, HEIDENAU, now))
    good = {**filled, "named": named, "place": HEIDENAU, **guard_data(AskForm)}
    for wrong in (
        {"text": ""}, {"text": "x" * 5001}, {"topic": ""}, {"topic": "x"}, {"contact": "frau@"}, {"contact": "x"},
        {"contact": "x" * 300}, {"languages_text": "x" * 300}, {"website": "x"}, {"guard": ""}, {"named": "x"},
        {"place": FREITAL}, {"place": DOHNA, "_place": "1"}, {"place": "x"}, guard_data(AskForm, age=timedelta(0)),
    ):  # fmt: skip
        yield "frage/", {**good, **wrong}
    for _twice in range(2):
        yield "frage/", {**good, "languages_text": "العربية", "contact": "mensch@example.org"}
    for wrong in ("", "x", "AAAA-BBBB-CCCC-DDDD-EEEE"):
        yield "antwort/", {"code": wrong}
    yield "antwort/", code
    yield "antwort/", {"code": code_of("b")}
    yield "antwort/", {"code": code_of("c")}
    for text in ("", "x" * 5001, "سؤال"):
        yield "antwort/nachricht/", {**code, "text": text, **guard_data(FollowUpForm)}
    for consent in ("share", "special"):
        yield "antwort/einwilligung/", {**code, "consent": consent}
    yield "antwort/loeschen/", code
    yield "antwort/loeschen/", {**code, "confirmed": "1"}
    yield "antwort/loeschen/", {**code, "confirmed": "1"}


def test_no_catalogue_lacks_a_message():
    assert messages.problems() == []


def test_the_compiled_catalogue_speaks_arabic(arabic):
    assert arabic.gettext("Frage absenden") == "إرسال السؤال"
    assert arabic.gettext("Wer liest Ihre Frage?") == "من يقرأ سؤالك؟"
    assert arabic.gettext("Donnerstag") == "الخميس"
    assert arabic.gettext("Gibt es nicht.") == "Gibt es nicht."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "لا عروض"),
        (1, "عرض واحد"),
        (2, "عرضان"),
        (3, "3 عروض"),
        (110, "110 عروض"),
        (11, "11 عرضًا"),
        (99, "99 عرضًا"),
        (100, "100 عرض"),
    ],
)
def test_every_plural_form(arabic, number, words):
    assert arabic.ngettext(*OFFERS, number) % {"count": number} == words


def test_a_language_that_django_does_not_speak_borrows_its_words(arabic, settings):
    dari = gettext.translation("django", settings.LOCALE_PATHS[0], ["prs"])
    lent = gettext.translation("django", Path(django.__file__).parent / "conf" / "locale", ["fa"])
    required = "This field is required."
    assert dari.gettext(required) == lent.gettext(required) != required
    assert dari.gettext("Frage absenden") not in {"Frage absenden", lent.gettext("Frage absenden")}


def test_translations_keep_placeholders_and_the_rules_of_writing(arabic):
    few = {0, 1, 2}  # the word itself says how many
    for key, text in arabic._catalog.items():
        source, form = key if isinstance(key, tuple) else (key, None)
        if not source:
            continue  # the header
        kept = set(PLACEHOLDER.findall(source))
        assert set(PLACEHOLDER.findall(text)) in ([kept, kept - {"%(count)s"}] if form in few else [kept]), source
        assert not NOT_WRITTEN.search(text), source
        assert text.count("(") == text.count(")"), source
        assert text.count("\u2066") == text.count("\u2069"), source


def test_public_pages_ask_for_nothing_unknown(client, scene, now, looked_up):
    for values in (
        {"seed": "a", "consent_to_share": True, "consent_special_categories": True},
        {"seed": "b"},
        {"seed": "c", "ags": DOHNA},
    ):
        ask(scene, now, ago=timedelta(days=1), **values)
    who, answered = viewer(scene, "heidenau", now), queries.enquiry_by_receipt(code_of("a"))
    actions.answer_enquiry(enquiry=answered, text="Kommen Sie vorbei.", language="de", version=None, viewer=who, now=now)
    closed = queries.enquiry_by_receipt(code_of("b"))
    actions.close_enquiry(enquiry=closed, outcome=Outcome.ANSWERED, note="", version=None, viewer=who, now=now)
    assert {queries.enquiry_by_receipt(code_of(seed)).state for seed in "abc"} == {
        EnquiryState.ANSWERED, EnquiryState.CLOSED, EnquiryState.NEW,
    }  # fmt: skip
    for path in ("/ar/", "/ar/nachbarkreis/sprechstunden/", *(f"{BASE}/{path}" for path in PAGES)):
        answer = client.get(path)
        assert answer.status_code == (404 if path.endswith("nicht/") else 200) or answer["Location"].startswith(BASE), path
        assert 'dir="rtl"' in answer.content.decode() or answer.status_code == 302, path
    for path, data in steps(scene, now):
        answer = client.post(f"{BASE}/{path}", data)
        assert answer.status_code in {200, 422}, (path, data)
    mails = [mail.body for mail in OutboxMail.objects.filter(language="ar")]
    assert len(mails) == 1
    assert "مرحبًا" in mails[0]
    assert len(looked_up.all) > SEEN
    assert looked_up.unknown == set()


def test_a_crowd_is_turned_away_in_arabic(client, scene, now, looked_up):
    system = Viewer.system("test", scene.district.pk)
    today = clock.local_day(now)
    change_setting(district=scene.district, key=queries.MAX_A_DISTRICT, text="10", valid_from=today, viewer=system, now=now)
    good = {
        "topic": "german", "languages_text": "", "contact": "", "text": "سؤال", "place": HEIDENAU,
        "named": sign_addressee(addressee(scene, HEIDENAU, now)),
    }  # fmt: skip
    codes = [client.post(f"{BASE}/frage/", {**good, **guard_data(AskForm)}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert looked_up.unknown == set()
