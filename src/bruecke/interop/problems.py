"""Problem details for HTTP APIs (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

PROBLEM = "application/problem+json"


def problem_response(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """An error as problem details; `detail` says what to do, `more` are extension members such as `errors`."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    response = HttpResponse(json.dumps(body | more), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    return response
