"""The cache of public pages, shared by all processes and keyed with the version of the district.

An action that changes something public counts `District.public_version` up in its own transaction; pages of the older
version are never asked for again. Each process may believe a version for `settings.DISTRICT_MEMO_SECONDS`.
"""

import gzip
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from bruecke import RELEASE
from bruecke.core import clock
from bruecke.core.models import District

_CARRIED = (
    "Content-Type",
    "Content-Language",
    "Link",
    "Content-Disposition",
    "Content-Security-Policy",
    "Access-Control-Allow-Origin",
)
WORTH_ZIPPING = 1000  # bytes
_MEMO_ENTRIES = 300  # pages of some 50 KB: 15 MB a process
_memo: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A finished page: headers worth keeping, the body plain and gzipped (b"" when not worth it), and its tag."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    zipped: bytes
    etag: str


def _remember(key: str, load: Any) -> Any:
    seconds = settings.DISTRICT_MEMO_SECONDS
    known = _memo.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    value = load()
    if seconds:
        _keep_in_process(key, value)
    return value


def _keep_in_process(key: str, value: Any) -> None:
    """For `DISTRICT_MEMO_SECONDS`; bounded, because addresses that do not exist come here too."""
    if len(_memo) >= _MEMO_ENTRIES:
        _memo.clear()
    _memo[key] = (time.monotonic() + settings.DISTRICT_MEMO_SECONDS, value)


def published_district(slug: str) -> District | None:
    """The published district of a slug, at most `DISTRICT_MEMO_SECONDS` old."""
    return _remember(f"district:{slug}", lambda: District.objects.filter(slug=slug, is_published=True).first())


def version_of_all() -> int:
    """A number that grows with every public change in any district; for pages above the districts."""
    return _remember("all", lambda: District.objects.aggregate(all=Sum("public_version"))["all"] or 0)


def forget_versions() -> None:
    """Drop this process's memory of versions; tests and the demo loader need it."""
    _memo.clear()


def page_key(request: HttpRequest, district: District | None) -> str:
    """The cache key of a page without a query string: release, day in Berlin, district and version, path."""
    version = district.public_version if district else version_of_all()
    owner = district.pk if district else 0
    path = blake2b(request.path.encode(), digest_size=16).hexdigest()
    return f"page:{RELEASE}:{clock.today():%y%m%d}:{owner}:{version}:{path}"


def fetch(key: str) -> StoredPage | None:
    """The stored page; a process that has just read it does not read it again. A changed page has another key."""
    known = _memo.get(key)
    if known and known[0] > time.monotonic():
        return known[1]
    page = cache.get(key)
    if page is not None and settings.DISTRICT_MEMO_SECONDS:
        _keep_in_process(key, page)
    return page


def keep(key: str, page: StoredPage, seconds: int) -> None:
    cache.set(key, page, seconds)


def freeze(response: HttpResponse) -> StoredPage:
    """A rendered response as a page to keep."""
    body = response.content
    return StoredPage(
        headers=tuple((name, response[name]) for name in _CARRIED if response.has_header(name)),
        body=body,
        zipped=gzip.compress(body, 6, mtime=0) if len(body) >= WORTH_ZIPPING else b"",
        etag=f'"{blake2b(body, digest_size=12).hexdigest()}"',
    )


def answer(request: HttpRequest, page: StoredPage) -> HttpResponseBase:
    """The page as an answer to this request: 304, gzipped or plain. Browsers ask again each time (`no-cache`)."""
    zipped = bool(page.zipped) and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    etag = page.etag[:-1] + '-gz"' if zipped else page.etag
    known = {tag.strip().removeprefix("W/") for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
    response: HttpResponse
    if etag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.zipped if zipped else page.body)
        for name, value in page.headers:
            response[name] = value
        if zipped:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    response["Vary"] = "Accept-Encoding"
    return response
