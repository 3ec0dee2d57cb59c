"""Desk addresses of the directory."""

from django.urls import path

from bruecke.directory.views import contacts, desk
from bruecke.directory.views.importing import ContactsImport
from bruecke.ui.views.imports import import_paths

app_name = "directory"
urlpatterns = [
    path("organisationen/", desk.Organisations.as_view(), name="organisations"),
    path("organisationen/liste/", desk.ExportOrganisations.as_view(), name="organisations-export"),
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
    path("organisationen/<str:uid>/ansprechpersonen/neu/", contacts.CreateContact.as_view(), name="contact-create"),
    path("ansprechpersonen/", contacts.Contacts.as_view(), name="contacts"),
    path("ansprechpersonen/liste/", contacts.ExportContacts.as_view(), name="contacts-export"),
    *import_paths("ansprechpersonen/import/", ContactsImport),
    path("ansprechpersonen/<str:uid>/", contacts.ContactDetail.as_view(), name="contact"),
    path("ansprechpersonen/<str:uid>/bearbeiten/", contacts.EditContact.as_view(), name="contact-edit"),
    path("ansprechpersonen/<str:uid>/stimmt-noch/", contacts.ConfirmContact.as_view(), name="contact-confirm"),
    path("ansprechpersonen/<str:uid>/freigeben/", contacts.ReleaseContact.as_view(), name="contact-release"),
    path("ansprechpersonen/<str:uid>/zuruecknehmen/", contacts.WithdrawContact.as_view(), name="contact-withdraw"),
    path("ansprechpersonen/<str:uid>/archivieren/", contacts.ArchiveContact.as_view(), name="contact-archive"),
    path("ansprechpersonen/<str:uid>/zurueckholen/", contacts.RestoreContact.as_view(), name="contact-restore"),
    path("ansprechpersonen/<str:uid>/loeschen/", contacts.EraseContact.as_view(), name="contact-erase"),
]
