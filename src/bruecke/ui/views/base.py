"""What every view of the house knows about its request."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bruecke.core.viewer import Role, Viewer


class HouseView:
    """Mixin: `district`, `viewer`, `now`, `lang`, as the doors put them on the request."""

    request: HttpRequest
    door = "desk"
    feature = ""
    roles: frozenset[Role] | None = None
    needs_recent_login = False
    """A sensitive step: the gate asks again who one is when the last proof is old."""
    is_download = False
    """A file comes instead of a page: after such a question it is offered, or the page of the question would stay in front."""
    reaches_beyond_district = False
    """Such a step that counts in every district: another proof than that of one district's sign-in service is needed."""
    place = ""
    """Key of the navigation entry this page belongs to; empty: found by route or address."""

    @property
    def district(self) -> Any:
        return self.request.district  # type: ignore[attr-defined]

    @property
    def viewer(self) -> Viewer:
        return self.request.viewer  # type: ignore[attr-defined]

    @property
    def now(self) -> datetime:
        return self.request.now  # type: ignore[attr-defined]

    @property
    def lang(self) -> str:
        return self.request.lang  # type: ignore[attr-defined]


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect; an htmx request is told to load the whole page there."""
    if getattr(request, "htmx", False):
        from django_htmx.http import HttpResponseClientRedirect

        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)
