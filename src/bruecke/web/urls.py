"""The address space: every app's urls below the two doors, included by string."""

from django.conf import settings
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from bruecke.web.views import cards, desk, health, public, saved, search


class LanguageConverter(StringConverter):
    """One of the site's languages."""

    regex = "|".join(sorted(dict(settings.LANGUAGES)))


register_converter(LanguageConverter, "lang")

public_patterns = (
    [
        path("", public.Start.as_view(), name="start"),
        path("impressum/", public.Imprint.as_view(), name="imprint"),
        path("datenschutz/", public.Privacy.as_view(), name="privacy"),
        path("barrierefreiheit/", public.Accessibility.as_view(), name="accessibility"),
        path("quellen/", public.Sources.as_view(), name="sources"),
    ],
    "web_public",
)
desk_patterns = (
    [
        path("", desk.Today.as_view(), name="today"),
        path("suche/", search.Search.as_view(), name="search"),
        path("heute/karten/", cards.ArrangeCards.as_view(), name="cards"),
        path("ansichten/neu/", saved.SaveView.as_view(), name="view-save"),
        path("ansichten/<str:uid>/", saved.ChangeView.as_view(), name="view-change"),
        path("ansichten/<str:uid>/loeschen/", saved.RemoveView.as_view(), name="view-remove"),
        path("ansichten/<str:uid>/zuruecknehmen/", saved.RestoreView.as_view(), name="view-restore"),
    ],
    "web",
)

urlpatterns = [
    path("", public.Home.as_view(), name="home"),
    path("<lang:lang>/", public.Home.as_view(), name="home-in"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots, name="robots"),
    path("", include("bruecke.interop.urls")),
    path("intern/", desk.ChooseDistrict.as_view(), name="choose-district"),
    path("intern/konto/", include("bruecke.accounts.urls.auth")),
    path("intern/<slug:district>/", include(desk_patterns)),
    path("intern/<slug:district>/", include("bruecke.accounts.urls.desk")),
    path("intern/<slug:district>/", include("bruecke.privacy.urls")),
    path("intern/<slug:district>/", include("bruecke.vocabulary.urls")),
    path("intern/<slug:district>/", include("bruecke.directory.urls.desk")),
    path("intern/<slug:district>/", include("bruecke.staffing.urls.desk")),
    path("intern/<slug:district>/", include("bruecke.offers.urls.desk")),
    path("intern/<slug:district>/", include("bruecke.enquiries.urls.desk")),
    path("intern/<slug:district>/", include("bruecke.reporting.urls.desk")),
    path("<lang:lang>/<slug:district>/", include(public_patterns)),
    path("<lang:lang>/<slug:district>/", include("bruecke.directory.urls.public")),
    path("<lang:lang>/<slug:district>/", include("bruecke.staffing.urls.public")),
    path("<lang:lang>/<slug:district>/", include("bruecke.offers.urls.public")),
    path("<lang:lang>/<slug:district>/", include("bruecke.enquiries.urls.public")),
]
