"""Pages for what goes wrong: no query, no session, in the language and look of the door that was used."""

import errno
import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from bruecke.core.files import LostFile

log = logging.getLogger("bruecke.errors")
RETRY_SECONDS = "30"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_SET_UP = ("no such table", "does not exist")


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    lang = getattr(request, "lang", "de")
    context = {"is_desk": request.path_info.startswith("/intern/")}
    with translation.override(lang):
        response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what is there but not yours; a file that the disk has lost is told apart."""
    if isinstance(exception, LostFile):
        return _page(request, "web/errors/lost_file.html", 404)
    return _page(request, "web/errors/404.html", 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; a body that is too long gets 413 and is told what fits."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, "web/errors/413.html", 413)
    return _page(request, "web/errors/400.html", 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 at the desk: the form was open for too long, or it came from elsewhere."""
    return _page(request, "web/errors/csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; says that nothing was half saved. 503 when the database is away or being set up, 507 when the disk is full."""
    error = sys.exc_info()[1]
    if is_disk_full(error):
        log.critical("the disk is full")
        return _page(request, "web/errors/full.html", 507)
    if is_away(error):
        response = _page(request, "web/errors/away.html", 503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return _page(request, "web/errors/500.html", 500)


def is_disk_full(error: BaseException | None) -> bool:
    """Ours (uploads, mails, sessions) or the database's: SQLite says "full", PostgreSQL has a class of states (53)."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, DatabaseError):
        state = getattr(error.__cause__, "sqlstate", "") or ""
        return state == "53100" or "is full" in str(error)
    return False


def is_away(error: BaseException | None) -> bool:
    """The database does not answer, is locked for long, or has no tables yet: it passes, and trying again helps."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and any(words in str(error) for words in _NOT_SET_UP)
