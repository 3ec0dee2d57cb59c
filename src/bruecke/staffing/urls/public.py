"""Public addresses of staffing: *Wer hilft mir?*"""

from django.urls import path

from bruecke.staffing.views import contacts, embed, public, sheets

app_name = "staffing_public"
urlpatterns = [
    path("hilfe/", public.FindPage.as_view(), name="find"),
    path("hilfe/einbetten.js", embed.EmbedScript.as_view(), name="embed-script"),
    path("hilfe/einbetten/", embed.EmbedFind.as_view(), name="embed"),
    path("hilfe/einbetten/anleitung/", embed.EmbedHelp.as_view(), name="embed-help"),
    path("hilfe/einbetten/<str:ags>/", embed.EmbedPlace.as_view(), name="embed-place"),
    path("hilfe/<slug:slug>/sprechstunden.ics", contacts.PlaceCalendar.as_view(), name="place-calendar"),
    path("hilfe/<slug:slug>/", public.PlacePage.as_view(), name="place"),
    path("sprechstunden/", public.HoursPage.as_view(), name="hours"),
    path("sprechstunden.ics", contacts.DistrictCalendar.as_view(), name="calendar"),
    path("quartalsuebersicht/<str:token>/abbestellen/", sheets.StopSheet.as_view(), name="sheet-stop"),
    path("kontakte/", contacts.ContactsPage.as_view(), name="contacts"),
    path("kontakte/kontakte.pdf", contacts.ContactsPdf.as_view(), name="contacts-pdf"),
    path("kontakte/kontakte.vcf", contacts.ContactCards.as_view(), name="contacts-cards"),
    path("kontakte/<str:uid>.vcf", contacts.ContactCards.as_view(), name="contact-card"),
    path("kontakte/<str:uid>/sprechstunden.ics", contacts.PostCalendar.as_view(), name="post-calendar"),
]
