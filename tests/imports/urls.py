"""The house's addresses, and those of a kind of table that exists in tests only."""

from django.urls import include, path

from bruecke.core.viewer import Role
from bruecke.ui.views.imports import ImportPages, import_paths


class FakeImport(ImportPages):
    """Open to coordinators."""

    kind_key = "fake.offers"
    route = "fake:import"
    roles = frozenset({Role.COORDINATOR})
    heading = "Angebote übernehmen"


urlpatterns = [
    path("intern/<slug:district>/", include((import_paths("import/", FakeImport), "fake"))),
    path("", include("bruecke.config.urls")),
]
