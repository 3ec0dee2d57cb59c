"""*Wer hilft mir?* inside the website of a town: framed pages without cookie and head, and how a town takes them over."""

from pathlib import Path
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from bruecke.core import settings as district_settings
from bruecke.core.clock import local_day
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.places.states import AreaKind
from bruecke.staffing import queries
from bruecke.staffing.rules import EMBED_ORIGINS, parse_origins
from bruecke.staffing.views.public import FRESH, FindPage, PlacePage
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicPage
from bruecke.ui.views.base import HouseView

HEIGHT = 560  # pixels of the frame until the script knows better
SCRIPT = "staffing/embed-host.js"


class _Framed(PublicPage):
    """Mixin: a page that our own pages and the released websites may show in a frame."""

    feature = "staffing"
    cache_seconds = FRESH
    is_framed = True
    district: Any

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **response_kwargs)
        ancestors = ["'self'", *origins_of(self)]
        response["Content-Security-Policy"] = build_policy(replace={"frame-ancestors": ancestors})
        return response


def origins_of(view: HouseView) -> tuple[str, ...]:
    """Websites that may frame the pages of the district today."""
    return parse_origins(district_settings.get(view.district, EMBED_ORIGINS, local_day(view.now)))


class EmbedFind(_Framed, FindPage):
    """The finder in a frame; a place that is found shows its card in the frame."""

    template_name = "staffing/embed_find.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.finding.place if self.finding else None
        if found and found.kind is AreaKind.GEMEINDE and found.kreis_ags == self.district.ags:
            return HttpResponseRedirect(public_url(request, "staffing_public:embed-place", ags=found.ags))
        return PublicPage.get(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        matches = self.finding.matches if self.finding else ()
        inside = [match for match in matches if self._is_place_here(match)]
        return PublicPage.get_context_data(
            self,
            text=self.text,
            choices=[
                (match.area.name, public_url(self.request, "staffing_public:embed-place", ags=match.area.ags)) for match in inside
            ],
            example=self._example(),
            **kwargs,
        )


class EmbedPlace(_Framed, PlacePage):
    """The card of one municipality in a frame, by its key."""

    template_name = "staffing/embed_place.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.area = _municipality(self, kwargs["ags"])
        return PublicPage.get(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answer = queries.answers_for([self.area.pk], local_day(self.now))[self.area.pk]
        return PublicPage.get_context_data(
            self,
            area=self.area,
            answer=answer,
            card=self._office_card(answer) if answer.is_gap else self._card(answer),
            hours=self._hours(),
            ask_url=self._ask_url(),
            full_url=self.place_url(self.area.slug),
            **kwargs,
        )


def _municipality(view: HouseView, ags: str) -> Area:
    """A municipality of the district that exists today. Raises: Http404."""
    found = Area.objects.of_kreis(view.district.ags).valid_on(local_day(view.now)).filter(pk=ags).first()
    if found is None:
        raise Http404
    return found


class EmbedScript(HouseView, View):
    """The script that fits the height, under an address that stays; a page of a foreign website may load it as a module."""

    door = "public"
    feature = "staffing"
    cached = True
    cache_seconds = 86_400

    def get(self, request: Any) -> HttpResponse:
        path = finders.find(SCRIPT)
        if not isinstance(path, str):
            raise Http404
        content = Path(path).read_bytes()
        return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"})


class EmbedHelp(PublicPage):
    """„So binden Sie es ein“: what to copy, for the whole district or one place, and how it looks."""

    template_name = "staffing/embed_help.html"
    feature = "staffing"
    place = "staffing.find"

    @cached_property
    def chosen(self) -> Area | None:
        ags = self.request.GET.get("gemeinde", "")
        return _municipality(self, ags) if ags else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs_of_place = {"ags": self.chosen.pk} if self.chosen else {}
        url = public_url(self.request, "staffing_public:embed-place" if self.chosen else "staffing_public:embed", **kwargs_of_place)
        return super().get_context_data(
            places=places.places_of(self.district.ags),
            chosen=self.chosen.pk if self.chosen else "",
            url=url,
            height=HEIGHT,
            frame_title=_("Wer hilft mir? %(district)s") % {"district": self.district.name},
            frame_url=f"{settings.BASE_URL}{url}",
            script_url=f"{settings.BASE_URL}{public_url(self.request, 'staffing_public:embed-script')}",
            origins=origins_of(self),
            crumbs=[
                (_("Start"), public_url(self.request, "web_public:start")),
                (_("Hilfe finden"), public_url(self.request, "staffing_public:find")),
            ],
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **response_kwargs)
        response["Content-Security-Policy"] = build_policy(replace={"frame-src": ["'self'"]})
        return response
