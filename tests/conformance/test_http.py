"""Public pages answer conditional requests as RFC 9110 says, with the headers that shared caches rely on (RFC 9111)."""

import gzip
from email.utils import parsedate_to_datetime

import pytest
from django.test import Client

from bruecke.core.models import District

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(now):
    """Address of a cached page of a published district."""
    District.objects.create(
        slug="musterkreis", name="Landkreis Muster", ags="14522", languages=["de", "ar"], features=[], is_published=True
    )
    return "/de/musterkreis/quellen/"


def get(page, method="get", **headers):
    return getattr(Client(headers=headers), method)(page)


def test_etag_is_strong_and_quoted(page):
    etag = get(page)["ETag"]
    assert etag.startswith('"')
    assert etag.endswith('"')
    assert get(page)["ETag"] == etag


def test_not_modified_keeps_the_headers_of_the_page_and_has_no_body(page):
    """RFC 9110 §15.4.5: Cache-Control, ETag and Vary as in the 200, and nothing of the content."""
    whole = get(page)
    answer = get(page, if_none_match=whole["ETag"])
    assert answer.status_code == 304
    assert answer.content == b""
    for name in ("ETag", "Cache-Control", "Vary"):
        assert answer[name] == whole[name]
    assert not answer.has_header("Content-Encoding")


def test_if_none_match_compares_weakly_takes_lists_and_the_star(page):
    """RFC 9110 §13.1.2."""
    etag = get(page)["ETag"]
    for wish in (f"W/{etag}", f'"other", {etag}', f'"other",W/{etag} , "third"', "*"):
        assert get(page, if_none_match=wish).status_code == 304, wish
    for wish in ('"other"', etag.strip('"'), ""):
        assert get(page, if_none_match=wish).status_code == 200, wish


def test_encodings_are_different_representations(page):
    """RFC 9110 §8.8.3.3: the gzipped page has a tag of its own, and Vary names what chose it."""
    plain, zipped = get(page), get(page, accept_encoding="gzip, br")
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert plain["ETag"] != zipped["ETag"]
    assert plain["Vary"] == zipped["Vary"] == "Accept-Encoding"
    assert get(page, accept_encoding="gzip", if_none_match=plain["ETag"]).status_code == 200


def test_head_answers_like_get_without_content(page):
    """RFC 9110 §9.3.2."""
    whole, head = get(page), get(page, "head")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("ETag", "Cache-Control", "Vary", "Content-Type"):
        assert head[name] == whole[name]


def test_page_names_its_language_and_charset(page):
    answer = get(page)
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers.get("Content-Language", "de") == "de"


def test_unsafe_methods_are_refused_with_allow(page):
    """RFC 9110 §15.5.6: 405 names what is allowed."""
    for method in ("post", "put", "delete", "patch"):
        answer = get(page, method)
        assert answer.status_code == 405
        assert {"GET", "HEAD"} <= {word.strip() for word in answer["Allow"].split(",")}


def test_unknown_page_is_404_and_never_stored(page):
    answer = get(page + "fehlt/")
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"


def test_health_is_json_and_robots_is_plain_text(now):
    """RFC 8259 and RFC 9309."""
    health = get("/healthz")
    assert health["Content-Type"] == "application/json"
    assert health.json()["status"] == "ok"
    robots = get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    rules = [line.split(": ", 1) for line in robots.content.decode().splitlines()]
    assert ["User-agent", "*"] in rules
    assert ["Disallow", "/intern/"] in rules
    if robots.has_header("Last-Modified"):
        assert parsedate_to_datetime(robots["Last-Modified"])
