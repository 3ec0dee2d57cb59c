"""Pages for what goes wrong: no query, no session, in the language and look of the door that was used."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    lang = getattr(request, "lang", "de")
    context = {"is_desk": request.path_info.startswith("/intern/")}
    with translation.override(lang):
        response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what is there but not yours."""
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
    """500; says that nothing was half saved, and under which number the log has it."""
    return _page(request, "web/errors/500.html", 500)
