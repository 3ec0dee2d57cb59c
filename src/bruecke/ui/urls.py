"""Addresses behind the two doors: both prefixes carry the district, the public one also the language."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language


def _slug(request: HttpRequest) -> str:
    district = getattr(request, "district", None)
    return district.slug if district else getattr(request, "district_slug", "")


def desk_url(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """The desk address of route `name` in the request's district, for instance `enquiries:inbox`."""
    return reverse(name, kwargs={"district": _slug(request), **kwargs})


def public_url(request: HttpRequest, name: str, lang: str | None = None, **kwargs: Any) -> str:
    """The public address of route `name` in the request's district, in `lang` or the language of the page."""
    language = lang or getattr(request, "lang", "") or get_language() or "de"
    return reverse(name, kwargs={"lang": language, "district": _slug(request), **kwargs})


def same_page_in(request: HttpRequest, lang: str) -> str:
    """This public page in another language; the way there by the list of languages when the page has no such twin."""
    match = getattr(request, "matched", None) or request.resolver_match
    if match is None or "lang" not in match.kwargs:
        return f"/{lang}/"
    try:
        url = reverse(match.view_name, args=match.args, kwargs={**match.kwargs, "lang": lang})
    except NoReverseMatch:
        return f"/{lang}/"
    query = request.GET.urlencode() if request.method == "GET" else ""
    return f"{url}?{query}" if query else url
