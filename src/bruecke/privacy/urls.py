"""Addresses of data protection at the desk of a district."""

from django.urls import path

from bruecke.privacy.views import breaches, record, requests

app_name = "privacy"

urlpatterns = [
    path("datenschutz/", record.Overview.as_view(), name="overview"),
    path("datenschutz/verzeichnis/", record.ProcessingRecord.as_view(), name="record"),
    path("datenschutz/verzeichnis/freigeben/", record.Release.as_view(), name="record-release"),
    path("datenschutz/verzeichnis/datei/<str:fmt>/", record.RecordFile.as_view(), name="record-file"),
    path("datenschutz/verzeichnis/stand/<str:uid>/", record.ReleasePage.as_view(), name="release"),
    path("datenschutz/verzeichnis/<str:activity>/<str:kind>/", record.Addition.as_view(), name="addition"),
    path("datenschutz/loeschprotokoll/", record.Erasures.as_view(), name="erasures"),
    path("datenschutz/loeschprotokoll/datei/", record.ErasuresFile.as_view(), name="erasures-file"),
    path("datenschutz/antraege/", requests.RequestList.as_view(), name="requests"),
    path("datenschutz/antraege/neu/", requests.CreateRequest.as_view(), name="request-create"),
    path("datenschutz/antraege/<str:uid>/", requests.RequestDetail.as_view(), name="request"),
    path("datenschutz/antraege/<str:uid>/aendern/", requests.ChangeRequest.as_view(), name="request-change"),
    path("datenschutz/antraege/<str:uid>/verlaengern/", requests.ExtendRequest.as_view(), name="request-extend"),
    path("datenschutz/antraege/<str:uid>/suchen/", requests.FindSubject.as_view(), name="request-find"),
    path("datenschutz/antraege/<str:uid>/sammeln/", requests.Collect.as_view(), name="request-collect"),
    path("datenschutz/antraege/<str:uid>/datei/", requests.ResultFile.as_view(), name="request-file"),
    path("datenschutz/antraege/<str:uid>/abschliessen/", requests.EndRequest.as_view(), name="request-end"),
    path("datenschutz/antraege/<str:uid>/oeffnen/", requests.ReopenRequest.as_view(), name="request-reopen"),
    path(
        "datenschutz/antraege/<str:uid>/entfernen/<str:subject_uid>/",
        requests.RemoveSubject.as_view(),
        name="request-subject-remove",
    ),
    path(
        "datenschutz/antraege/<str:uid>/loeschen/<str:subject_uid>/", requests.EraseSubject.as_view(), name="request-subject-erase"
    ),
    path("datenschutz/pannen/", breaches.BreachList.as_view(), name="breaches"),
    path("datenschutz/pannen/neu/", breaches.CreateBreach.as_view(), name="breach-create"),
    path("datenschutz/pannen/<str:uid>/", breaches.BreachDetail.as_view(), name="breach"),
    path("datenschutz/pannen/<str:uid>/aendern/", breaches.DescribeBreach.as_view(), name="breach-describe"),
    path("datenschutz/pannen/<str:uid>/beurteilen/", breaches.JudgeBreach.as_view(), name="breach-judge"),
    path("datenschutz/pannen/<str:uid>/schritt/<str:step>/", breaches.AddStep.as_view(), name="breach-step"),
    path("datenschutz/pannen/<str:uid>/abschliessen/", breaches.CloseBreach.as_view(), name="breach-close"),
    path("datenschutz/pannen/<str:uid>/oeffnen/", breaches.ReopenBreach.as_view(), name="breach-reopen"),
    path("datenschutz/pannen/<str:uid>/datei/", breaches.BreachFile.as_view(), name="breach-file"),
    path("mein-zugang/meine-daten/", record.OwnData.as_view(), name="own-data"),
    path("mein-zugang/meine-daten/<str:fmt>/", record.OwnDataFile.as_view(), name="own-data-file"),
]
