"""How an answer leaves: the model as JSON, kept for a while; unknown districts refused."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from bruecke.core import clock, ratelimit
from bruecke.core.models import District
from bruecke.interop import queries

Item = TypeVar("Item")
NEW_ANSWERS, TEN_MINUTES = 1200, timedelta(minutes=10)
PageNumber = Annotated[int, Field(ge=1, le=10_000)]
PerPage = Annotated[int, Field(ge=1, le=100)]
TopicKey = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,40}$", description="Key of a topic; empty: any")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,60}$", description="A district's short name in addresses; empty: all")]
Ags = Annotated[str, Field(pattern=r"^[0-9]{8}$", description="Amtlicher Gemeindeschlüssel")]
MaybeAgs = Annotated[str, Field(pattern=r"^([0-9]{8})?$", description="Amtlicher Gemeindeschlüssel; empty: everywhere")]
Words = Annotated[str, Field(max_length=200, description="Free text in any language")]


def asked_district(slug: str, feature: str = "") -> District | None:
    """The district named by `district=`; None when none is named. Raises: Http404 for an unknown or unpublished one."""
    if not slug:
        return None
    district = queries.published_district(slug, feature)
    if district is None:
        raise Http404("no such district takes part")
    return district


def deliver(request: HttpRequest, district: District | None, build: Callable[[], Schema]) -> HttpResponse:
    """The kept answer for this address, or a new one from `build`.

    Raises: RateLimited when one address asks for more new answers than `NEW_ANSWERS`; kept ones cost nothing.
    """
    key, body = queries.kept_body(request, district)
    if body is None:
        who = ratelimit.client_address(request)
        ratelimit.hit(key=f"api:{who}", limit=NEW_ANSWERS, per=TEN_MINUTES, now=clock.now())
        body = build().model_dump_json().encode()
        queries.keep_body(key, body)
    return HttpResponse(body, content_type="application/json")


def cut(items: Sequence[Item], page: int, per_page: int) -> list[Item]:
    return list(items[(page - 1) * per_page : page * per_page])


def page_url(route: str, district: District, **kwargs: Any) -> str:
    """The absolute German address of a public page."""
    from django.urls import reverse

    return settings.BASE_URL + reverse(route, kwargs={"lang": "de", "district": district.slug, **kwargs})
