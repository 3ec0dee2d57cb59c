"""The two doors. The public one knows no session, no cookie and no person; the desk one starts behind `/intern/`.

Every address is public only by being outside `/intern/`; every desk address needs login unless its view says `door = "open"`.
Which middleware runs is decided here first, because Django's own touch the session and put `Vary: Cookie` on every page.
"""

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django_htmx.middleware import HtmxMiddleware

from bruecke.core import clock, memo, pagecache
from bruecke.core.files import MAX_BYTES
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer

log = logging.getLogger("bruecke.requests")
DESK_PREFIX = "/intern/"
Responder = Callable[[HttpRequest], HttpResponseBase]


class Door(StrEnum):
    PUBLIC = "public"
    DESK = "desk"


class RequestLog:
    """One line a request: route pattern instead of address (an address may hold a token), no parameters, no names."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request.id = uuid4().hex[:12]  # type: ignore[attr-defined]
        response = self.get_response(request)
        match = getattr(request, "matched", None)
        log.info(
            "request",
            extra={
                "request": request.id,  # type: ignore[attr-defined]
                "method": request.method,
                "route": match.route if match else "",
                "district": getattr(request, "district_slug", ""),
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response


def view_of(match: ResolverMatch | None) -> Any:
    """The view class behind an address (its attributes steer the doors), or the bare function."""
    return getattr(match.func, "view_class", match.func) if match else None


class Doors:
    """Decide the door, find the district of a public address, and serve public pages from the cache.

    Sets on the request: `door`, `matched`, `lang`, `district_slug`, `now`; at the public door also `district`, `viewer`.
    """

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.door = Door.DESK if request.path_info.startswith(DESK_PREFIX) else Door.PUBLIC  # type: ignore[attr-defined]
        request.now = clock.now()  # type: ignore[attr-defined]
        try:
            match: ResolverMatch | None = resolve(request.path_info)
        except Resolver404:
            match = None
        request.matched = match  # type: ignore[attr-defined]
        request.district_slug = match.kwargs.get("district", "") if match else ""  # type: ignore[attr-defined]
        request.district = None  # type: ignore[attr-defined]
        request.viewer = Viewer.anonymous()  # type: ignore[attr-defined]
        request.lang = _language_in(request.path_info)  # type: ignore[attr-defined]
        _refuse_impossible(request, getattr(view_of(match), "upload_bytes", 0))
        if request.door is Door.DESK:  # type: ignore[attr-defined]
            reading = memo.one_reading() if request.method in {"GET", "HEAD"} else nullcontext()
            with translation.override("de"), reading:
                response = self.get_response(request)
            response.headers.setdefault("Cache-Control", "no-store")
            # Not "no-referrer": with it browsers send `Origin: null` with every form, which the CSRF check refuses.
            response.headers.setdefault("Referrer-Policy", "same-origin")
            return response
        return self._public(request, match)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """District and language are on the request; views get only what is theirs."""
        kwargs.pop("district", None)
        kwargs.pop("lang", None)

    def _public(self, request: HttpRequest, match: ResolverMatch | None) -> HttpResponseBase:
        lang = match.kwargs.get("lang", "de") if match else _language_in(request.path_info)
        request.lang = lang  # type: ignore[attr-defined]
        view = view_of(match)
        if not request.district_slug:  # type: ignore[attr-defined]
            with translation.override(lang):
                return self._respond(request, view)
        district = pagecache.published_district(request.district_slug)  # type: ignore[attr-defined]
        if district is None or lang not in district.public_languages or not _is_on(view, district):
            raise Http404
        request.district = district  # type: ignore[attr-defined]
        request.viewer = Viewer.anonymous(district.pk)  # type: ignore[attr-defined]
        with translation.override(lang), for_district(district):
            return self._respond(request, view)

    def _respond(self, request: HttpRequest, view: Any) -> HttpResponseBase:
        if not getattr(view, "cached", False) or request.method not in {"GET", "HEAD"}:
            response = self.get_response(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        key = "" if request.META.get("QUERY_STRING") else pagecache.page_key(request, request.district)  # type: ignore[attr-defined]
        page = pagecache.fetch(key) if key else None
        if page is None:
            response = self.get_response(request)
            if response.status_code != 200 or not isinstance(response, HttpResponse):
                response.headers.setdefault("Cache-Control", "no-cache")
                return response
            page = pagecache.freeze(response)
            if key:
                pagecache.keep(key, page, getattr(view, "cache_seconds", 300))
        answer = pagecache.answer(request, page)
        answer.xframe_options_exempt = getattr(view, "is_framed", False)  # type: ignore[attr-defined]
        return answer


def _refuse_impossible(request: HttpRequest, upload_bytes: int) -> None:
    """Before anything reads the body: Django limits fields, but writes files of any size to the disk while it parses.

    A view that takes files says by `upload_bytes` how long a body it bears.

    Raises: RequestDataTooBig; DisallowedHost for a name this installation does not answer to (Django asks for it only where an
    absolute address is built); Http404 for an address with a NUL, which PostgreSQL takes in no text.
    """
    request.get_host()
    if "\0" in request.path_info:
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    files = max(upload_bytes, MAX_BYTES if request.door is Door.DESK else 0)  # type: ignore[attr-defined]
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + files
    if length.isdecimal() and int(length) > limit:
        raise RequestDataTooBig


def _is_on(view: Any, district: Any) -> bool:
    feature = getattr(view, "feature", "")
    return not feature or district.has_feature(feature)


def _language_in(path: str) -> str:
    """The language an unknown address seems to be in, for its error page."""
    first = path.split("/")[1] if path.count("/") else ""
    return first if first in dict(settings.LANGUAGES) else "de"


class _DeskOnly:
    """Mixin: the middleware below works at the desk door and is not there at the public one."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.door is Door.DESK:  # type: ignore[attr-defined]
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class DeskSession(_DeskOnly, SessionMiddleware):
    pass


class DeskCsrf(_DeskOnly, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any) -> Any:
        """Public forms carry no authority that a foreign page could borrow: no cookie, no session."""
        if request.door is Door.DESK:  # type: ignore[attr-defined]
            return super().process_view(request, callback, callback_args, callback_kwargs)
        return None


class DeskAuthentication(_DeskOnly, AuthenticationMiddleware):
    pass


class DeskMessages(_DeskOnly, MessageMiddleware):
    pass


class DeskHtmx(_DeskOnly, HtmxMiddleware):
    pass
