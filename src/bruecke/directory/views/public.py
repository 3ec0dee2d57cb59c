"""The public address of logos: an image under an address of its own, kept by browsers as long as it is in use."""

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.views.generic import View

from bruecke.core.files import file_response
from bruecke.directory import queries
from bruecke.ui.views.base import HouseView

ONE_DAY = "public, max-age=86400"


class Logo(HouseView, View):
    """A new upload has a new address, so that an old one may be kept for a day without asking."""

    door = "public"
    cached = False

    def get(self, request: HttpRequest, uid: str) -> HttpResponseBase:
        logo = queries.public_logo(uid)
        if logo is None:
            raise Http404
        etag = f'"{logo.sha256[:32]}"'
        is_known = request.headers.get("If-None-Match", "") == etag
        response: HttpResponseBase = HttpResponseNotModified() if is_known else file_response(logo)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = ONE_DAY
        return response
