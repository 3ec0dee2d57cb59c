"""The public pages of `web` and the door they stand behind."""

import re

import pytest

from bruecke.core import pagecache
from bruecke.core.models import District
from bruecke.core.scope import for_district, touch_public
from bruecke.core.tests.factories import make_district

pytestmark = pytest.mark.django_db
PAGES = ["", "impressum/", "datenschutz/", "barrierefreiheit/", "quellen/"]


@pytest.fixture
def district():
    return make_district("musterkreis")


@pytest.mark.parametrize("lang", ["de", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_there_without_cookies_and_answers_304(client, district, lang, path):
    first = client.get(f"/{lang}/musterkreis/{path}")
    assert first.status_code == 200
    assert first.headers["Vary"] == "Accept-Encoding"
    assert not first.cookies
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in first.text
    again = client.get(f"/{lang}/musterkreis/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_gzipped_page_has_a_tag_of_its_own(client, district):
    plain = client.get("/de/musterkreis/")
    zipped = client.get("/de/musterkreis/", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert len(zipped.content) < len(plain.content) / 2


def test_cached_page_asks_nothing(client, district, settings, django_assert_num_queries):
    settings.DISTRICT_MEMO_SECONDS = 60
    client.get("/de/musterkreis/")
    with django_assert_num_queries(0):
        assert client.get("/de/musterkreis/").status_code == 200


def test_change_is_public_at_once(client, district):
    before = client.get("/de/musterkreis/").text
    with for_district(district):
        District.objects.filter(pk=district.pk).update(name="Landkreis Neuer Name")
        assert client.get("/de/musterkreis/").text == before, "the version has not changed yet"
        touch_public(district)
    assert "Landkreis Neuer Name" in client.get("/de/musterkreis/").text


def test_version_is_believed_for_a_moment_only(district, settings, monkeypatch):
    settings.DISTRICT_MEMO_SECONDS = 0.3
    moment = [100.0]
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: moment[0])
    assert pagecache.published_district("musterkreis").public_version == 1
    touch_public(district)
    assert pagecache.published_district("musterkreis").public_version == 1
    moment[0] += 0.31
    assert pagecache.published_district("musterkreis").public_version == 2


@pytest.mark.parametrize(
    "address", ["/de/anderswo/", "/uk/musterkreis/", "/de/musterkreis/gibt-es-nicht/", "/xx/", "/gibt-es-nicht"]
)
def test_what_is_not_there_is_404_without_a_query_for_the_page(client, district, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert re.search(r'class="button" href="/(de|uk)/"', answer.text)  # the way on, in the language of the address
    assert not answer.cookies


def test_unpublished_district_is_not_there(client, district):
    District.objects.update(is_published=False)
    assert client.get("/de/musterkreis/").status_code == 404
    assert "Musterkreis" not in client.get("/de/").text


def test_home_lists_the_published_districts(client, district):
    make_district("zweitkreis", is_published=False)
    page = client.get("/").text
    assert "Landkreis Musterkreis" in page
    assert "Zweitkreis" not in page


def test_post_to_a_cached_page_is_refused(client, district):
    assert client.post("/de/musterkreis/").status_code == 405


def test_strict_policy_without_nonce(client, district):
    policy = client.get("/de/musterkreis/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy


def test_healthz_and_robots(client, db):
    assert client.get("/healthz").json()["status"] == "ok"
    assert "Disallow: /intern/" in client.get("/robots.txt").text


def test_body_that_is_too_long_is_told_so(client, district, settings):
    answer = client.post("/de/musterkreis/frage/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10)})
    assert answer.status_code == 413
    assert "zu lang" in answer.text


@pytest.mark.parametrize(
    ("address", "megabytes"), [("/de/musterkreis/antwort/", 11), ("/de/musterkreis/frage/", 65), ("/intern/konto/anmelden/", 11)]
)
def test_file_that_nobody_asked_for_is_refused_before_it_reaches_the_disk(
    client, district, settings, monkeypatch, address, megabytes
):
    def read(*args):
        raise AssertionError("the body was read")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", read)
    size = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + megabytes * 1024 * 1024
    answer = client.generic("POST", address, b"x" * size, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_address_with_a_nul_is_not_found(client, district):
    assert client.get("/de/musterkreis/logos/%00/").status_code == 404
    assert client.get("/intern/musterkreis/fragen/%00/").status_code == 404


def test_memory_of_a_process_is_bounded(settings, monkeypatch, db):
    settings.DISTRICT_MEMO_SECONDS = 60
    monkeypatch.setattr(pagecache, "_MEMO_ENTRIES", 5)
    for number in range(50):
        assert pagecache.published_district(f"gibt-es-nicht-{number}") is None
    assert len(pagecache._memo) <= 5
