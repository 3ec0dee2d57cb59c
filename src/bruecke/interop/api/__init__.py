"""`/api/v1/`: what other programs may read of published districts. No account, no cookie, nothing unreleased."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from bruecke.core.errors import RateLimited
from bruecke.interop.api import offers, places
from bruecke.interop.problems import PROBLEM, problem_response


class BrueckeAPI(NinjaAPI):
    """Ninja describes every answer as `application/json`; ours for errors are problem details."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {PROBLEM: answer["content"]["application/json"]}
        return schema


api = BrueckeAPI(
    title="Brücke",
    version="1",
    description="Places, responsibilities and offers of the districts that take part. Lists are pages; "
    "answers carry an ETag; errors are problem details (RFC 9457). Texts are German.",
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", places.router)
api.add_router("", offers.router)


@api.exception_handler(ValidationError)
def _wrong_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    named = [{"name": str(entry["loc"][-1]), "detail": entry["msg"]} for entry in error.errors]
    return problem_response(422, "Some parameters are not valid.", errors=named)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(404, str(error))


@api.exception_handler(RateLimited)
def _too_many(request: HttpRequest, error: RateLimited) -> HttpResponse:
    response = problem_response(429, "Too many new answers in ten minutes. Please wait, and keep what you have read.")
    response["Retry-After"] = str(error.retry_after)
    return response


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, error.message)
