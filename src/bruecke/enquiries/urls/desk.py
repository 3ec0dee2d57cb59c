"""Desk addresses of questions."""

from django.urls import path

from bruecke.enquiries.views.desk import capture, detail, inbox

app_name = "enquiries"
urlpatterns = [
    path("fragen/", inbox.Inbox.as_view(), name="inbox"),
    path("fragen/liste.csv", inbox.Export.as_view(), name="export"),
    path("fragen/erfassen/", capture.Capture.as_view(), name="capture"),
    path("fragen/erfassen/<str:uid>/zuruecknehmen/", capture.UndoCapture.as_view(), name="capture-undo"),
    path("fragen/<str:uid>/", detail.Detail.as_view(), name="detail"),
    path("fragen/<str:uid>/notiz/", detail.Note.as_view(), name="note"),
    path("fragen/<str:uid>/kurztitel/", detail.Headline.as_view(), name="headline"),
    path("fragen/<str:uid>/zuweisen/", detail.Assign.as_view(), name="assign"),
    path("fragen/<str:uid>/uebernehmen/", detail.TakeOver.as_view(), name="take-over"),
    path("fragen/<str:uid>/abschliessen/", detail.Close.as_view(), name="close"),
    path("fragen/<str:uid>/wieder-oeffnen/", detail.Reopen.as_view(), name="reopen"),
    path("fragen/<str:uid>/zuruecknehmen/", detail.Undo.as_view(), name="undo"),
]
