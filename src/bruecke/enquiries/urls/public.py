"""Public addresses: ask, and follow a question by its receipt code."""

from django.urls import path

from bruecke.enquiries.views import ask, helping, provider, status

app_name = "enquiries_public"
urlpatterns = [
    path("frage/", ask.Ask.as_view(), name="ask"),
    path("helfen/", helping.OfferHelp.as_view(), name="help"),
    path("antwort/", status.Status.as_view(), name="status"),
    path("antwort/nachricht/", status.FollowUp.as_view(), name="follow-up"),
    path("antwort/datei/", status.StatusFile.as_view(), name="file"),
    path("antwort/einwilligung/", status.Withdraw.as_view(), name="withdraw"),
    path("antwort/weitergabe/", status.PassOn.as_view(), name="pass-on"),
    path("vermittlung/<str:token>/", provider.ProviderReferral.as_view(), name="referral"),
    path("vermittlung/<str:token>/antwort/", provider.ProviderAnswer.as_view(), name="referral-answer"),
    path("vermittlung/<str:token>/datei/", provider.ProviderFile.as_view(), name="referral-file"),
    path("antwort/daten/", status.OwnData.as_view(), name="own-data"),
    path("antwort/loeschen/", status.Delete.as_view(), name="delete"),
]
