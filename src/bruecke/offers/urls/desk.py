"""Desk addresses of offers."""

from django.urls import path

from bruecke.offers.views.desk import detail, editing, importing, listing, texts
from bruecke.ui.views.imports import import_paths

app_name = "offers"
urlpatterns = [
    path("angebote/", listing.Offers.as_view(), name="list"),
    path("angebote/export/<str:fmt>/", listing.Export.as_view(), name="export"),
    path("angebote/bestaetigen/", listing.ConfirmMany.as_view(), name="confirm-many"),
    path("angebote/neu/", editing.Create.as_view(), name="create"),
    path("angebote/aehnliche/", editing.Similar.as_view(), name="similar"),
    *import_paths("angebote/import/", importing.OffersImport),
    path("angebote/<str:uid>/", detail.Detail.as_view(), name="detail"),
    path("angebote/<str:uid>/bearbeiten/", editing.Edit.as_view(), name="edit"),
    path("angebote/<str:uid>/vergleichen/", texts.Compare.as_view(), name="compare"),
    path("angebote/<str:uid>/texte/<str:code>/", texts.Translate.as_view(), name="translate"),
    path("angebote/<str:uid>/bestaetigen/", detail.Confirm.as_view(), name="confirm"),
    path("angebote/<str:uid>/veroeffentlichen/", detail.Publish.as_view(), name="publish"),
    path("angebote/<str:uid>/entwurf/", detail.Unpublish.as_view(), name="unpublish"),
    path("angebote/<str:uid>/ruhen/", detail.Pause.as_view(), name="pause"),
    path("angebote/<str:uid>/weiter/", detail.Resume.as_view(), name="resume"),
    path("angebote/<str:uid>/archivieren/", detail.Archive.as_view(), name="archive"),
    path("angebote/<str:uid>/zurueckholen/", detail.Restore.as_view(), name="restore"),
    path("angebote/<str:uid>/frueherer-stand/", detail.UndoChange.as_view(), name="undo"),
    path("angebote/<str:uid>/vorschlag/<str:proposal_uid>/", detail.Decide.as_view(), name="decide"),
    path("angebote/<str:uid>/hinweis/<str:feedback_uid>/", detail.Settle.as_view(), name="settle"),
]
