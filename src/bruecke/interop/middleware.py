"""The door for other programs: CORS, HEAD and OPTIONS, tags for caching, and errors that are `application/problem+json` always."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bruecke.core import pagecache
from bruecke.interop.problems import PROBLEM, problem_response

PREFIX = "/api/"
_ALLOWED = "GET, HEAD, OPTIONS"


class ApiDoor:
    """Sits outside of everything else; touches nothing but `/api/`. There are no cookies here, so every origin may read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _preflight() if request.method == "OPTIONS" else self._answer(request)
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Content-Type-Options"] = "nosniff"
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"  # the server drops the body; everything else is the same
        response = self.get_response(request) if request.method == "GET" else HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return _as_problem(response)
        if isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK:
            return pagecache.answer(request, pagecache.freeze(response))
        return response


def _preflight() -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Allow"] = response["Access-Control-Allow-Methods"] = _ALLOWED
    response["Access-Control-Allow-Headers"] = "If-None-Match, Content-Type, Accept, Accept-Language"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Pages for people that came from below (unknown address, wrong method, a defect) become problem details."""
    if response.get("Content-Type", "").startswith(PROBLEM):
        return response
    replaced = problem_response(response.status_code)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        replaced["Allow"] = _ALLOWED
    return replaced
