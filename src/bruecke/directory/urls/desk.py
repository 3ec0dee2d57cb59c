"""Desk addresses of the directory."""

from django.urls import path

from bruecke.directory.views import desk

app_name = "directory"
urlpatterns = [
    path("organisationen/", desk.Organisations.as_view(), name="organisations"),
    path("organisationen/neu/", desk.CreateOrganisation.as_view(), name="organisation-create"),
    path("organisationen/<str:uid>/", desk.OrganisationDetail.as_view(), name="organisation"),
    path("organisationen/<str:uid>/bearbeiten/", desk.EditOrganisation.as_view(), name="organisation-edit"),
    path("organisationen/<str:uid>/archivieren/", desk.ArchiveOrganisation.as_view(), name="organisation-archive"),
    path("organisationen/<str:uid>/zurueckholen/", desk.RestoreOrganisation.as_view(), name="organisation-restore"),
    path("organisationen/<str:uid>/logo/", desk.SetLogo.as_view(), name="logo-set"),
    path("organisationen/<str:uid>/logo/entfernen/", desk.RemoveLogo.as_view(), name="logo-remove"),
    path("organisationen/<str:uid>/standorte/neu/", desk.CreateLocation.as_view(), name="location-create"),
    path("standorte/<str:uid>/bearbeiten/", desk.EditLocation.as_view(), name="location-edit"),
    path("standorte/<str:uid>/archivieren/", desk.ArchiveLocation.as_view(), name="location-archive"),
    path("standorte/<str:uid>/zurueckholen/", desk.RestoreLocation.as_view(), name="location-restore"),
]
