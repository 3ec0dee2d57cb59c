"""The address space, as `web` composes it."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include("bruecke.web.urls"))]
if settings.DEVELOPMENT_PAGES:
    urlpatterns.append(path("dev/", include("bruecke.ui.dev_urls")))

handler400 = "bruecke.web.views.errors.bad_request"
handler403 = "bruecke.web.views.errors.not_found"  # "not yours" is "not there"
handler404 = "bruecke.web.views.errors.not_found"
handler500 = "bruecke.web.views.errors.server_error"
